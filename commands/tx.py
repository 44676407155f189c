"""`sapha tx`: any method of any contract, checked against its ABI before it is signed."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from client.account_keys import keys_of_sender
from client.envelope import PASSED_ON_EXPIRES_IN_MS, co_sign, read_envelope
from client.outbox import Kept
from client.outcome import read_outcome, wait_for
from client.rpc import RpcClient
from client.transaction import EXPIRES_IN_MS, Intent, TransactionBuilder
from commands.envelope import check_keys, check_ready, describe, show_envelope
from commands.keyring import address_argument
from commands.nodes import open_rpc
from commands.output import CheckFailed, UsageFault, emit, say
from commands.refusals import receipt_lines
from commands.sending import deliver, open_account, show_outcome
from commands.values import hex_bytes
from commands.watch import open_outbox, unknown_json, unknown_text
from primitives.ids import Address, TransactionId, show_address
from primitives.state_proof import BadProof
from primitives.transaction import Body, Transaction, sign_body


async def call(  # noqa: PLR0913 - each is an option of the command
    contract: str,
    method: str,
    fields: list[str] | None,
    *,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Sign a call with one or several keys, submit it and wait for its receipt."""
    wallet = open_account(key, account)
    async with open_rpc(rpc) as client:
        body = await _body(client, wallet.address, _intent(contract, method, fields))
        await deliver(client, wallet.sign(body), None, as_json=as_json)


async def make(  # noqa: PLR0913 - each is an option of the command
    contract: str,
    method: str,
    fields: list[str] | None,
    *,
    account: str,
    out: Path,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Write a call to a file, unsigned; its keys sign one after another within nine minutes."""
    sender = address_argument(account)
    async with open_rpc(rpc) as client:
        intent = _intent(contract, method, fields, PASSED_ON_EXPIRES_IN_MS)
        unsigned = sign_body(await _body(client, sender, intent), ())
        await deliver(client, unsigned, out, as_json=as_json)


async def sign(file: Path, *, key: list[str], rpc: list[str] | None, as_json: bool) -> None:
    """Show what a transaction file asks for, and add the signatures of one or several keys.

    A key that is none of the account's is refused, if a node can be asked.
    """
    transaction = read_envelope(file)
    if not as_json:
        say(describe(transaction))
    async with open_rpc(rpc) as client:
        account = await keys_of_sender(client, transaction)
    if account is None and not as_json:
        say("no node of its chain says which keys the account has, so the key is not checked")
    wallet = open_account(key, show_address(transaction.body.sender))
    check_keys(wallet.public_keys, account)
    show_envelope(co_sign(file, wallet), file, account, as_json=as_json)


async def send(file: Path, *, rpc: list[str] | None, as_json: bool) -> None:
    """Submit a transaction file and wait for its receipt; needs no key."""
    transaction = read_envelope(file)
    async with open_rpc(rpc) as client:
        check_ready(transaction, file, await keys_of_sender(client, transaction))
        await deliver(client, transaction, None, as_json=as_json)


async def simulate(  # noqa: PLR0913 - each is an option of the command
    contract: str,
    method: str,
    fields: list[str] | None,
    *,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Show the receipt that a call would have now; nothing is stored."""
    wallet = open_account(key, account)
    async with open_rpc(rpc) as client:
        body = await _body(client, wallet.address, _intent(contract, method, fields))
        receipt = await _simulate(client, wallet.sign(body))
    emit(receipt, "\n".join(receipt_lines(receipt)), as_json=as_json)
    if receipt.get("code") != "OK":
        raise SystemExit(1)


async def get(
    transaction_id: str, *, genesis: Path | None, rpc: list[str] | None, as_json: bool
) -> None:
    """Show what is known of a transaction; with --genesis its receipt only if it is proven."""
    identifier = read_identifier(transaction_id)
    async with open_rpc(rpc) as client:
        outcome = read_outcome(
            await client.call("tx_get", {"transaction_id": "0x" + identifier.hex()})
        )
        if genesis is not None and outcome.is_committed:
            from commands.trust import (  # noqa: PLC0415 - what proves nothing starts faster
                look_twice,
                open_light,
            )

            light = open_light(genesis)
            await look_twice(light, client)
            proven = await light.receipt(client, identifier)
            said = None if outcome.receipt is None else outcome.receipt.get("code")
            if (proven.receipt.code, proven.at.header.height) != (said, outcome.height):
                raise BadProof("the node says another outcome than the one that is proven")
    show_outcome(outcome, as_json=as_json)


async def wait(
    transaction_id: str, *, timeout_ms: int, rpc: list[str] | None, as_json: bool
) -> None:
    """Wait until a transaction is in a block."""
    async with open_rpc(rpc) as client:
        found = await wait_for(client, read_identifier(transaction_id), timeout_ms=timeout_ms)
    show_outcome(found, as_json=as_json)


async def resume(transaction_id: str, *, rpc: list[str] | None, as_json: bool) -> None:
    """Send the same bytes of an interrupted command again, which pays nobody twice."""
    outbox = open_outbox()
    kept = list(outbox.interrupted())
    for one in kept:
        outbox.release(one.transaction.transaction_id)
    if not transaction_id:
        _show_open(kept, as_json=as_json)
        return
    identifier = read_identifier(transaction_id)
    found = [one.transaction for one in kept if one.transaction.transaction_id == identifier]
    if not found:
        raise CheckFailed(f"0x{identifier.hex()} is not open here; ask: sapha tx get")
    async with open_rpc(rpc) as client:
        await deliver(client, found[0], None, as_json=as_json)


def forget(transaction_id: str, *, as_json: bool) -> None:
    """Take a transaction out of the outbox: the same command is then a second payment."""
    name = "0x" + read_identifier(transaction_id).hex()
    if not open_outbox().forget(read_identifier(transaction_id)):
        raise CheckFailed(f"{name} is not open here")
    emit({"transaction_id": name}, f"{name} is forgotten here", as_json=as_json)


def read_fields(items: list[str]) -> dict[str, object]:
    """Return the fields that name=value arguments, or one JSON object, say.

    A value is JSON where it parses as an array, object, true, false or null; else plain text.
    """
    if len(items) == 1 and items[0].lstrip().startswith("{"):
        return _json_object(items[0])
    fields: dict[str, object] = {}
    for item in items:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise UsageFault(f"{item!r}: fields are written name=value")
        if name in fields:
            raise UsageFault(f"the field {name} is given twice")
        fields[name] = _field_value(value)
    return fields


def read_identifier(text: str) -> TransactionId:
    """Return the 32 bytes of a transaction id. Raises UsageFault."""
    return TransactionId(hex_bytes(text, 32, "transaction id"))


def _show_open(kept: Sequence[Kept], *, as_json: bool) -> None:
    transactions = tuple(one.transaction for one in kept)
    text = "\n".join(unknown_text(one) for one in transactions) or "nothing is open"
    emit({"open": unknown_json(transactions)}, text, as_json=as_json)


def _intent(
    contract: str, method: str, fields: list[str] | None, expires_in_ms: int = EXPIRES_IN_MS
) -> Intent:
    return Intent(
        contract=contract,
        method=method,
        fields=read_fields(fields or []),
        expires_in_ms=expires_in_ms,
    )


async def _body(client: RpcClient, sender: Address, intent: Intent) -> Body:
    builder = await TransactionBuilder.from_node(client, [intent.contract])
    return builder.build(sender, intent)


async def _simulate(client: RpcClient, transaction: Transaction) -> dict[str, Any]:
    params = {"transaction": "0x" + transaction.raw.hex()}
    answer: dict[str, Any] = await client.call("tx_simulate", params)
    return answer


def _json_object(text: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise UsageFault(f"the fields are not a JSON object: {error}") from error
    if not isinstance(value, dict):
        raise UsageFault("the fields are not a JSON object")
    return value


def _field_value(text: str) -> object:
    if text in {"true", "false", "null"} or text.startswith(("[", "{")):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
