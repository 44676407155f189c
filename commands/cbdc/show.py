"""`sapha cbdc show ...`: what the ledger says of one thing, as its node says, unproven."""

import json
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import typer

from client.cbdc.asking import ask
from commands.cbdc.acting import identifier
from commands.cbdc.registering import register
from commands.options import Rpc, address_argument, open_rpc
from commands.output import AsJson, UsageFault, emit

app = typer.Typer(no_args_is_help=True, help="Look up requests, payments, holds, devices ...")

Who = Annotated[str, typer.Argument(help="An address, or the name of a key.")]
Identifier = Annotated[str, typer.Argument(help="0x and 64 hex digits.")]
Fsp = Annotated[str, typer.Argument(help="Agency id of the bank or payment provider.")]
PAGE = 100

_Query = tuple[object, ...]  # the query's name and its arguments
_Build = TypeVar("_Build", bound=Callable[..., _Query])
_COMMON = {"rpc": (Rpc, None), "as_json": (AsJson, False)}


def asks(group: typer.Typer, name: str) -> Callable[[_Build], _Build]:
    """Make a function from parameters to a query a command that prints the answer."""

    def decorate(build: _Build) -> _Build:
        async def run(**given: Any) -> None:  # noqa: ANN401 - what typer read
            rpc, as_json = given.pop("rpc"), given.pop("as_json")
            query, *args = build(**given)
            async with open_rpc(rpc) as client:
                value = await ask(client, str(query), *args)
            if value is None:
                raise UsageFault(f"the ledger knows no such {name}")
            text = json.dumps(value, indent=2, ensure_ascii=False)
            emit({name: value}, text, as_json=as_json)

        register(group, name, run, (build, _COMMON))
        return build

    return decorate


@asks(app, "request")
def request(
    merchant: Who, request_id: Annotated[str, typer.Argument(help="The request's name.")]
) -> _Query:
    """Show a merchant's request: open, paid, cancelled or expired."""
    return "request_state", address_argument(merchant), request_id


@asks(app, "payment")
def payment(payment_id: Identifier) -> _Query:
    """Show a payment: what was paid, refunded, and waits to be claimed."""
    return "payment_state", identifier(payment_id)


@asks(app, "hold")
def hold(hold_id: Identifier) -> _Query:
    """Show an open hold."""
    return "hold_state", identifier(hold_id)


@asks(app, "dispute")
def dispute(payment_id: Identifier) -> _Query:
    """Show the dispute of a payment."""
    return "dispute_state", identifier(payment_id)


@asks(app, "device")
def device(key: Identifier) -> _Query:
    """Show a device's certificate, status and money."""
    return "device_state", identifier(key)


@asks(app, "merchant")
def merchant(address: Who) -> _Query:
    """Show what a merchant sells and where."""
    return "merchant_profile", address_argument(address)


@asks(app, "schedules")
def schedules(payer: Who, after: Annotated[str | None, typer.Option()] = None) -> _Query:
    """Show up to 100 schedules of a wallet, after an id."""
    return "schedules_page", address_argument(payer), _after(after), PAGE


@asks(app, "vouchers")
def vouchers(holder: Who, after: Annotated[str | None, typer.Option()] = None) -> _Query:
    """Show up to 100 vouchers of a wallet, after an id."""
    return "vouchers_page", address_argument(holder), _after(after), PAGE


@asks(app, "wallet")
def wallet(address: Who) -> _Query:
    """Show a wallet: bank, kind, tier, money, and why nothing may leave it."""
    return "wallet", address_argument(address)


@asks(app, "holder")
def holder(fsp_id: Fsp, name: Identifier) -> _Query:
    """Show a bank's customer: tier, money in all wallets, what left them."""
    return "holder", fsp_id, identifier(name)


@asks(app, "schedule")
def schedule(payer: Who, schedule_id: Identifier) -> _Query:
    """Show a schedule that has payments left."""
    return "schedule_state", address_argument(payer), identifier(schedule_id)


@asks(app, "voucher")
def voucher(holder: Who, voucher_id: Identifier) -> _Query:
    """Show a voucher that has not been returned."""
    return "voucher_state", address_argument(holder), identifier(voucher_id)


@asks(app, "settled")
def settled(key: Identifier, counter: Annotated[int, typer.Argument(min=1)]) -> _Query:
    """Show the digests of the vouchers that were paid under a number of a device."""
    return "offline_settled", identifier(key), counter


@asks(app, "fsps")
def fsps(after: Annotated[str, typer.Option(help="Go on after this id.")] = "") -> _Query:
    """Show up to 100 banks and payment providers."""
    return "fsps_page", after, PAGE


@asks(app, "fsp")
def fsp(fsp_id: Fsp) -> _Query:
    """Show a bank's settlement account, keys and licence."""
    return "fsp", fsp_id


@asks(app, "link")
def link(address: Who) -> _Query:
    """Show the link of a wallet to a bank account."""
    return "bank_link", address_argument(address)


@asks(app, "delegates")
def delegates(address: Who) -> _Query:
    """Show who may pay from a wallet."""
    return "delegates", address_argument(address)


@asks(app, "recovery")
def recovery(address: Who) -> _Query:
    """Show the recovery of a wallet that is under way."""
    return "recovery_state", address_argument(address)


@asks(app, "freeze")
def freeze(address: Who) -> _Query:
    """Show the last freeze of a wallet."""
    return "freeze_state", address_argument(address)


@asks(app, "frozen")
def frozen(
    after: Annotated[str | None, typer.Option(help="Go on after this wallet.")] = None,
) -> _Query:
    """Show up to 100 last freezes, also those that have ended."""
    return "frozen_page", None if after is None else address_argument(after), PAGE


@asks(app, "payouts")
def payouts(
    after: Annotated[int, typer.Option(min=0, help="Go on after this number.")] = 0,
) -> _Query:
    """Show up to 100 sums that banks owe or owed to bank accounts."""
    return "payouts_page", after, PAGE


@asks(app, "redemptions")
def redemptions() -> _Query:
    """Show up to 100 sums that banks have set aside to give back."""
    return "redemptions_page", PAGE


@asks(app, "batch")
def batch(
    payer: Who, reference: Annotated[str, typer.Argument(help="The batch's name.")]
) -> _Query:
    """Show what became of a batch."""
    return "batch_result", address_argument(payer), reference


@asks(app, "attestation")
def attestation(nullifier: Identifier) -> _Query:
    """Show whom a nullifier serves, and whether it was revoked."""
    return "attestation", identifier(nullifier)


def _after(text: str | None) -> bytes | None:
    return None if text is None else identifier(text)
