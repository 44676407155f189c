"""From what a command is given to a signed message, and to what became of it.

A command that sends is the class of a message, whose fields are the command's words, or a function
from words to a message. Where the function must ask the node first, it returns an async function of
the actor. With --out the message goes into a file, which further keys sign.
"""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.account_keys import keys_of_sender
from client.contract import Actor
from client.envelope import PASSED_ON_EXPIRES_IN_MS, write_envelope
from client.errors import RpcRefused
from client.outcome import Outcome
from client.outcome import send as send_transaction
from client.rpc import RpcClient
from client.transaction import EXPIRES_IN_MS
from client.wallet import Wallet
from commands.envelope import check_keys, show_envelope
from commands.framework.places import found_at
from commands.keyring import address_argument, open_wallet
from commands.nodes import open_rpc
from commands.output import CheckFailed, OutcomeUnknown, emit
from commands.refusals import receipt_lines
from commands.values import Moment
from primitives.errors import Rejected
from primitives.transaction import Transaction

if TYPE_CHECKING:
    from commands.framework.tree import Leaf

Make = Callable[[Actor], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class WithFile:
    """A message, and what removes the file that was written for it, when it is refused."""

    message: object
    withdraw: Callable[[], None]


_HOW = ("key", "account", "out", "rpc", "as_json")


def sends(leaf: "Leaf") -> Callable[..., Coroutine[Any, Any, None]]:
    """Return the command that signs and sends what a leaf does: a message, or its maker."""
    found = found_at(leaf.does)

    async def run(**given: Any) -> None:  # noqa: ANN401 - what the command line gave
        key, account, out, rpc, as_json = (given.pop(name) for name in _HOW)
        wallet = open_account(key, account)
        make = _maker(found, given)
        lives_ms = EXPIRES_IN_MS if out is None else PASSED_ON_EXPIRES_IN_MS
        async with open_rpc(rpc) as client:
            actor = await Actor.open(client, wallet)
            made = await make(actor)
            withdraw = made.withdraw if isinstance(made, WithFile) else _nothing
            message = made.message if isinstance(made, WithFile) else made
            try:
                signed = actor.sign(message, expires_in_ms=lives_ms)
                await deliver(client, signed, out, as_json=as_json)
            except (Rejected, RpcRefused, CheckFailed, SystemExit):  # it takes no effect
                withdraw()
                raise

    return run


def _nothing() -> None:
    """Withdraw nothing."""


def open_account(keys: list[str], account: str | None) -> Wallet:
    """Return the wallet of these keys, for their account; asks for passwords.

    Raises:
        KeystoreFault: names the file.
        BadShape: several keys without an account, or a key twice.
    """
    opened = [held for key in keys for held in open_wallet(key).keys]
    return Wallet(opened, None if account is None else address_argument(account))


async def deliver(
    client: RpcClient, transaction: Transaction, out: Path | None, *, as_json: bool
) -> None:
    """Submit a transaction and print what became of it; or write it to `out` for others to sign.

    Raises:
        RpcRefused: the node does not take it.
        BadEnvelope: the file cannot be written.
        ForeignSignature: it is to be written, and signed by a key that is none of its account's.
    """
    if out is not None:
        account = await keys_of_sender(client, transaction)
        check_keys((key for key, _ in transaction.signatures), account)
        write_envelope(out, transaction)
        show_envelope(transaction, out, account, as_json=as_json)
        return
    show_outcome(await send_transaction(client, transaction), as_json=as_json)


def show_outcome(outcome: Outcome, *, as_json: bool) -> None:
    """Print what became of a transaction; exit 1 unless it took effect.

    Raises:
        CheckFailed: the transaction will be in no block.
        OutcomeUnknown: it is in no block yet.
    """
    receipt = outcome.receipt
    data: dict[str, object] = {
        "transaction_id": "0x" + outcome.transaction_id.hex(),
        "status": outcome.status,
        "height": outcome.height,
        "receipt": receipt,
    }
    if receipt is None:
        emit(data, f"{data['transaction_id']}: {outcome.status}", as_json=as_json)
        if not outcome.is_known:
            raise OutcomeUnknown("not in a block yet; ask again with: sapha tx wait")
        why = "" if outcome.code is None else f": {outcome.code}"
        raise CheckFailed(f"the transaction is {outcome.status}{why}")
    lines = [
        *receipt_lines(receipt),
        f"transaction {data['transaction_id']}",
        f"block       {outcome.height}",
    ]
    emit(data, "\n".join(lines), as_json=as_json)
    if not outcome.is_ok:
        raise SystemExit(1)


def fields_from(given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a message as a command line gives them."""
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
    }


def _maker(found: Callable[..., Any], given: dict[str, Any]) -> Make:
    """Return what makes the message, with an actor at hand."""
    fields = fields_from(given)
    later = {name: value for name, value in fields.items() if isinstance(value, Moment)}
    built = None if later else found(**fields)

    async def make(actor: Actor) -> object:
        made = built
        if later:
            status = await actor.rpc.call("chain_getStatus")
            made = found(**fields | {name: value.at(status) for name, value in later.items()})
        return await made(actor) if callable(made) else made

    return make
