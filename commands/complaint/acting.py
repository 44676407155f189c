"""Commands about a case: who acts, with which keys, and what became of it; declared here, once.

A command is a function from its own parameters to a deed: what the role does. `by_citizen`,
`by_officer` and `by_supervisor` add the options that say who acts.
"""

import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from client.complaints import ComplaintReceipt, ReadingKey
from client.complaints.actor import Connection
from client.complaints.citizen import Citizen
from client.complaints.content import Progress as Told
from client.complaints.officer import Officer
from client.complaints.supervisor import Supervisor
from client.keystore import KeystoreDamaged, read_secret
from client.outcome import Outcome
from commands.cbdc.registering import REQUIRED, register
from commands.options import Rpc, ask_password, open_rpc
from commands.output import AsJson, UsageFault, emit
from commands.signing import Account, SigningKeys, open_account
from commands.tx import show_outcome

_CASE_BYTES = 16
_KEY_BYTES = 32

Case = Annotated[str, typer.Argument(help="Id of the case, 0x and 32 hex digits.")]
OwnCase = Annotated[
    str, typer.Argument(help="Id of the case; without it the only one of receipt or account.")
]
Written = Annotated[str, typer.Argument(help="What to say; - reads standard input.")]
AgencyId = Annotated[str, typer.Argument(help="Id of an agency, such as khet-bangrak.")]

OptionalKeys = Annotated[
    list[str] | None,
    typer.Option("--key", envvar="SAPHA_KEY", help="Name of a key, or its file; of an account."),
]
ReceiptFile = Annotated[
    Path | None,
    typer.Option(
        "--receipt", envvar="SAPHA_RECEIPT", help="File with the 12 words; - asks for them."
    ),
]
Sid = Annotated[
    str | None, typer.Option(help="The subject of identity that the key is of, in hex.")
]
ActsFor = Annotated[
    str, typer.Option("--as", envvar="SAPHA_AGENCY", help="The agency that the account acts for.")
]
ReadingKeyFile = Annotated[
    Path,
    typer.Option(
        "--reading-key", envvar="SAPHA_READING_KEY", help="File of the agency's reading key."
    ),
]

_BOTH: dict[str, tuple[Any, Any]] = {"rpc": (Rpc, None), "as_json": (AsJson, False)}
CITIZEN = {
    "key": (OptionalKeys, None),
    "account": (Account, None),
    "sid": (Sid, None),
    "receipt": (ReceiptFile, None),
    **_BOTH,
}
OFFICE = {
    "agency": (ActsFor, REQUIRED),
    "key": (SigningKeys, REQUIRED),
    "account": (Account, None),
    "reading_key": (ReadingKeyFile, REQUIRED),
    **_BOTH,
}

_Role = TypeVar("_Role")
_Build = TypeVar("_Build", bound=Callable[..., object])
Deed = Callable[[_Role], Awaitable[Outcome]]
Chosen = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Who:
    """How a role is opened, and the options that it needs."""

    options: dict[str, tuple[Any, Any]]
    open: Callable[[Connection, dict[str, Any]], Any]


def acts(app: typer.Typer, name: str, who: Who) -> Callable[[_Build], _Build]:
    """Make a function that returns a deed a command which does it and prints the outcome."""

    def decorate(build: _Build) -> _Build:
        async def run(**given: Any) -> None:  # noqa: ANN401 - what typer read
            chosen = {option: given.pop(option) for option in who.options}
            deed = build(**given)
            async with open_rpc(chosen["rpc"]) as client:
                role = who.open(await Connection.open(client), chosen)
                outcome = await deed(role)  # type: ignore[operator]
            show_outcome(outcome, as_json=chosen["as_json"])

        register(app, name, run, (build, who.options))
        return build

    return decorate


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command prints; an outcome that is a refusal is printed instead."""

    data: dict[str, object]
    text: str
    outcome: Outcome | None = None


Look = Callable[[Connection, Chosen], Awaitable[Shown]]


def asks(
    app: typer.Typer, name: str, options: dict[str, tuple[Any, Any]]
) -> Callable[[_Build], _Build]:
    """Make a function that returns a look a command which prints what is seen.

    A look takes the connection and the values of `options`.
    """

    def decorate(build: _Build) -> _Build:
        async def run(**given: Any) -> None:  # noqa: ANN401 - what typer read
            chosen = {option: given.pop(option) for option in options}
            look = build(**given)
            async with open_rpc(chosen["rpc"]) as client:
                shown = await look(await Connection.open(client), chosen)  # type: ignore[operator]
            if shown.outcome is not None and not shown.outcome.is_ok:
                show_outcome(shown.outcome, as_json=chosen["as_json"])
            else:
                emit(shown.data, shown.text, as_json=chosen["as_json"])

        register(app, name, run, (build, options))
        return build

    return decorate


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


BY_CITIZEN = Who(CITIZEN, open_citizen)
BY_OFFICER = Who(OFFICE, open_officer)
BY_SUPERVISOR = Who(OFFICE, open_supervisor)


async def own_case(citizen: Citizen, text: str) -> bytes:
    """Return the case that is named, or the only one there is. Raises UsageFault."""
    if text:
        return case_id(text)
    found = await citizen.cases()
    if len(found) != 1:
        listed = ", ".join("0x" + one.hex() for one in found)
        raise UsageFault(f"{len(found)} cases are yours, name one: {listed or 'there is none'}")
    return found[0]


def case_id(text: str) -> bytes:
    """Return a case's id. Raises UsageFault."""
    return hex_bytes(text, _CASE_BYTES)


def hex_bytes(text: str, length: int) -> bytes:
    """Return bytes given as hex. Raises UsageFault."""
    try:
        data = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        data = b""
    if len(data) != length:
        raise UsageFault(f"{text[:80]!r} is not 0x and {2 * length} hex digits")
    return data


def text_of(text: str) -> str:
    """Return a text, or all of standard input for "-"."""
    return sys.stdin.read().strip() if text == "-" else text


def read_receipt(path: Path) -> ComplaintReceipt:
    """Return the receipt in a file, or ask for its words. Raises BadReceiptWords, KeystoreFault."""
    words = ask_password("Words of the receipt") if str(path) == "-" else read_secret(path)
    return ComplaintReceipt.from_words(words)


def read_reading_key(path: Path) -> ReadingKey:
    """Return the key in a file that `sapha complaint reading-key` made. Raises KeystoreFault."""
    try:
        return ReadingKey(hex_bytes(read_secret(path).strip(), _KEY_BYTES))
    except UsageFault as fault:
        raise KeystoreDamaged(f"{path}: is no reading key") from fault


@contextmanager
def uploading(what: str, *, is_quiet: bool) -> Iterator[Told | None]:
    """Show a bar on standard error for bytes that are put; give what is to be told of them."""
    if is_quiet:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what)

        def told(done: int, of: int) -> None:
            shown.update(task, completed=done, total=of)

        yield told
