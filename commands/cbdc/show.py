"""`sapha cbdc show ...`: what the ledger says of one thing, as its node says, unproven."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from client.cbdc.asking import ask
from commands.cbdc.acting import identifier
from commands.keyring import address_argument
from commands.nodes import open_rpc
from commands.output import UsageFault, emit

PAGE = 100

_Query = tuple[object, ...]  # the query's name and its arguments


def asks(build: Callable[..., _Query]) -> Callable[..., Coroutine[Any, Any, None]]:
    """Return a command that prints the answer of the query that `build` returns."""
    name = build.__name__

    async def run(**given: Any) -> None:  # noqa: ANN401 - what the command line gave
        rpc, as_json = given.pop("rpc"), given.pop("as_json")
        query, *args = build(**given)
        async with open_rpc(rpc) as client:
            value = await ask(client, str(query), *args)
        if value is None:
            raise UsageFault(f"the ledger knows no such {name}")
        text = json.dumps(value, indent=2, ensure_ascii=False)
        emit({name: value}, text, as_json=as_json)

    return run


def request(merchant: str, request_id: str) -> _Query:
    """Show a merchant's request: open, paid, cancelled or expired."""
    return "request_state", address_argument(merchant), request_id


def payment(payment_id: str) -> _Query:
    """Show a payment: what was paid, refunded, and waits to be claimed."""
    return "payment_state", identifier(payment_id)


def hold(hold_id: str) -> _Query:
    """Show an open hold."""
    return "hold_state", identifier(hold_id)


def dispute(payment_id: str) -> _Query:
    """Show the dispute of a payment."""
    return "dispute_state", identifier(payment_id)


def device(key: str) -> _Query:
    """Show a device's certificate, status and money."""
    return "device_state", identifier(key)


def merchant(address: str) -> _Query:
    """Show what a merchant sells and where."""
    return "merchant_profile", address_argument(address)


def schedules(payer: str, after: str | None) -> _Query:
    """Show up to 100 schedules of a wallet, after an id."""
    return "schedules_page", address_argument(payer), _after(after), PAGE


def vouchers(holder: str, after: str | None) -> _Query:
    """Show up to 100 vouchers of a wallet, after an id."""
    return "vouchers_page", address_argument(holder), _after(after), PAGE


def wallet(address: str) -> _Query:
    """Show a wallet: bank, kind, tier, money, and why nothing may leave it."""
    return "wallet", address_argument(address)


def holder(fsp_id: str, name: str) -> _Query:
    """Show a bank's customer: tier, money in all wallets, what left them."""
    return "holder", fsp_id, identifier(name)


def schedule(payer: str, schedule_id: str) -> _Query:
    """Show a schedule that has payments left."""
    return "schedule_state", address_argument(payer), identifier(schedule_id)


def voucher(holder: str, voucher_id: str) -> _Query:
    """Show a voucher that has not been returned."""
    return "voucher_state", address_argument(holder), identifier(voucher_id)


def settled(key: str, counter: int) -> _Query:
    """Show the digests of the vouchers that were paid under a number of a device."""
    return "offline_settled", identifier(key), counter


def fsps(after: str) -> _Query:
    """Show up to 100 banks and payment providers."""
    return "fsps_page", after, PAGE


def fsp(fsp_id: str) -> _Query:
    """Show a bank's settlement account, keys and licence."""
    return "fsp", fsp_id


def link(address: str) -> _Query:
    """Show the link of a wallet to a bank account."""
    return "bank_link", address_argument(address)


def delegates(address: str) -> _Query:
    """Show who may pay from a wallet."""
    return "delegates", address_argument(address)


def recovery(address: str) -> _Query:
    """Show the recovery of a wallet that is under way."""
    return "recovery_state", address_argument(address)


def freeze(address: str) -> _Query:
    """Show the last freeze of a wallet."""
    return "freeze_state", address_argument(address)


def frozen(after: str | None) -> _Query:
    """Show up to 100 last freezes, also those that have ended."""
    return "frozen_page", None if after is None else address_argument(after), PAGE


def payouts(after: int) -> _Query:
    """Show up to 100 sums that banks owe or owed to bank accounts."""
    return "payouts_page", after, PAGE


def redemptions() -> _Query:
    """Show up to 100 sums that banks have set aside to give back."""
    return "redemptions_page", PAGE


def batch(payer: str, reference: str) -> _Query:
    """Show what became of a batch."""
    return "batch_result", address_argument(payer), reference


def attestation(nullifier: str) -> _Query:
    """Show whom a nullifier serves, and whether it was revoked."""
    return "attestation", identifier(nullifier)


def _after(text: str | None) -> bytes | None:
    return None if text is None else identifier(text)
