"""Commands about a case: who acts, with which keys, and what became of it; declared here, once.

A command is a function from its own parameters to a deed: what the role does. `by_citizen`,
`by_officer` and `by_supervisor` add the options that say who acts.
"""

import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from client.complaints import ledger
from client.complaints.actor import Connection
from client.complaints.citizen import Citizen
from client.complaints.officer import Officer
from client.complaints.receipt_key import ComplaintReceipt
from client.complaints.supervisor import Supervisor
from client.complaints.wraps import ReadingKey
from client.keystore import KeystoreDamaged, read_secret
from client.outcome import Outcome
from commands.framework.places import found_at
from commands.keyring import ask_password
from commands.nodes import open_rpc
from commands.output import Shown, UsageFault, emit
from commands.sending import open_account, show_outcome
from commands.values import hex_bytes

if TYPE_CHECKING:
    from commands.framework.tree import Leaf

_KEY_BYTES = 32


_Role = TypeVar("_Role")
Deed = Callable[[_Role], Awaitable[Outcome]]
Chosen = dict[str, Any]


Look = Callable[[Connection, Chosen], Awaitable[Shown]]


def open_citizen(connection: Connection, given: dict[str, Any]) -> Citizen:
    """Return the citizen whom the options name. Raises UsageFault, KeystoreFault, Rejected."""
    if given.get("receipt") is not None:
        return Citizen.anonymous(connection, read_receipt(given["receipt"]))
    if not given.get("key"):
        raise UsageFault("say who you are: --receipt FILE, or --key NAME")
    wallet = open_account(given["key"], given.get("account"))
    sid = given.get("sid")
    return Citizen.by_account(
        connection, wallet, None if sid is None else hex_bytes(sid, _KEY_BYTES)
    )


def open_officer(connection: Connection, given: dict[str, Any]) -> Officer:
    """Return the officer of --as. Raises KeystoreFault."""
    wallet = open_account(given["key"], given["account"])
    return Officer.open(connection, given["agency"], wallet, read_reading_key(given["reading_key"]))


def open_supervisor(connection: Connection, given: dict[str, Any]) -> Supervisor:
    """Return the supervisor of --as. Raises KeystoreFault."""
    wallet = open_account(given["key"], given["account"])
    return Supervisor.open(
        connection, given["agency"], wallet, read_reading_key(given["reading_key"])
    )


_WHO = frozenset({"key", "account", "sid", "receipt", "agency", "reading_key", "rpc", "as_json"})
_Open = Callable[[Connection, Chosen], Any]
_Command = Callable[..., Coroutine[Any, Any, None]]


def by_citizen(leaf: "Leaf") -> _Command:
    """Return the command of a leaf that has a citizen do the deed which its function returns."""
    return _acts(leaf, open_citizen)


def by_officer(leaf: "Leaf") -> _Command:
    """Return the command of a leaf that has an officer do the deed which its function returns."""
    return _acts(leaf, open_officer)


def by_supervisor(leaf: "Leaf") -> _Command:
    """Return the command of a leaf that has a supervisor do the deed which its function returns."""
    return _acts(leaf, open_supervisor)


def _acts(leaf: "Leaf", opened: _Open) -> _Command:
    build = found_at(leaf.does)

    async def run(**given: Any) -> None:  # noqa: ANN401 - what the command line gave
        chosen = who_acts(given)
        deed = build(**given)
        async with open_rpc(chosen["rpc"]) as client:
            outcome = await deed(opened(await Connection.open(client), chosen))
        show_outcome(outcome, as_json=chosen["as_json"])

    return run


def looks(leaf: "Leaf") -> _Command:
    """Return the command of a leaf that prints what the look which its function returns sees.

    A look takes the connection and the options that say who looks.
    """
    build = found_at(leaf.does)

    async def run(**given: Any) -> None:  # noqa: ANN401 - what the command line gave
        chosen = who_acts(given)
        look = build(**given)
        async with open_rpc(chosen["rpc"]) as client:
            shown = await look(await Connection.open(client), chosen)
        if shown.outcome is not None and not shown.outcome.is_ok:
            show_outcome(shown.outcome, as_json=chosen["as_json"])
        else:
            emit(shown.data, shown.text, as_json=chosen["as_json"])

    return run


def who_acts(given: Chosen) -> Chosen:
    """Take the options that say who acts out of `given`."""
    return {name: given.pop(name) for name in _WHO & given.keys()}


async def own_case(citizen: Citizen, named: bytes | None) -> bytes:
    """Return the case that is named, or the only one there is. Raises UsageFault."""
    if named is not None:
        return named
    found = await ledger.cases_of(citizen.actor.rpc, citizen.actor.address)
    if len(found) != 1:
        listed = ", ".join("0x" + one.hex() for one in found)
        raise UsageFault(f"{len(found)} cases are yours, name one: {listed or 'there is none'}")
    return found[0]


def text_of(text: str) -> str:
    """Return a text, or all of standard input for "-"."""
    return sys.stdin.read().strip() if text == "-" else text


def read_receipt(path: Path) -> ComplaintReceipt:
    """Return the receipt in a file, or ask for its words. Raises BadWords, KeystoreFault."""
    words = ask_password("Words of the receipt") if str(path) == "-" else read_secret(path)
    return ComplaintReceipt.from_words(words)


def read_reading_key(path: Path) -> ReadingKey:
    """Return the key in a file that `sapha complaint reading-key` made. Raises KeystoreFault."""
    try:
        return ReadingKey(hex_bytes(read_secret(path).strip(), _KEY_BYTES))
    except UsageFault as fault:
        raise KeystoreDamaged(f"{path}: is no reading key") from fault
