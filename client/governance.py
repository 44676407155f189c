"""Governance for programs: agencies and officers, proposals and votes of member agencies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from client.answers import Answer, field_of, list_field, text_field, uint_field, uint_from
from client.errors import BadAnswer
from client.outcome import Outcome, send
from client.rpc import RpcClient
from client.transaction import Intent, TransactionBuilder
from client.wallet import Wallet
from contracts.governance.messages import ACTIVE, SUSPENDED
from primitives.errors import BadAddress
from primitives.ids import Address, read_address, show_address
from primitives.transaction import Transaction

CONTRACT = "governance"
PAGE = 100

# A proposed change: one part under its name, such as {"status": {...}}.
Change: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An agency; `status` is "active" or "suspended"."""

    agency_id: str
    name_th: str
    name_en: str
    kinds: tuple[str, ...]
    administrator: Address
    status: str = ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Someone who acts for an agency; `status` is "active" or "suspended"."""

    officer: Address
    roles: tuple[str, ...]
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The votes that count, or counted when the proposal was closed, and of how many members."""

    yes: int
    no: int
    members: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A proposal; `status` is "open", "executed", "withdrawn" or "expired".

    `change` is the one part that is given, as the node shows it, under its name. In a list a
    proposal comes without `tally`.
    """

    number: int
    agency_id: str
    change: dict[str, Any]
    execute_at_height: int
    expires_at_ms: int
    status: str
    tally: Tally | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """From which height a proposal may be executed, and when it is over."""

    execute_at_height: int
    expires_at_ms: int


@dataclass(frozen=True, slots=True)
class _Caller:
    """Whose transactions go where."""

    rpc: RpcClient
    builder: TransactionBuilder
    wallet: Wallet

    def sign(self, method: str, **fields: object) -> Transaction:
        intent = Intent(contract=CONTRACT, method=method, fields=fields)
        return self.wallet.sign(self.builder.build(self.wallet.address, intent))

    async def call(self, method: str, **fields: object) -> Outcome:
        return await send(self.rpc, self.sign(method, **fields))


class AgencyAdministrator:
    """The account that runs one agency: its officers, and who administers it next.

    The wallet holds enough of the account's keys.
    """

    def __init__(
        self, rpc: RpcClient, builder: TransactionBuilder, wallet: Wallet, agency_id: str
    ) -> None:
        self._caller = _Caller(rpc, builder, wallet)
        self.agency_id = agency_id

    async def add_officer(self, officer: Address, roles: Sequence[str]) -> Outcome:
        """Make an account an officer in these roles."""
        return await self._call("add_officer", officer=officer, roles=tuple(roles))

    async def set_roles(self, officer: Address, roles: Sequence[str]) -> Outcome:
        """Give an officer these roles instead of those it has."""
        return await self._call("set_roles", officer=officer, roles=tuple(roles))

    async def suspend(self, officer: Address) -> Outcome:
        """Stop an officer from acting until it is reinstated."""
        return await self._call("set_officer_status", officer=officer, status=SUSPENDED)

    async def reinstate(self, officer: Address) -> Outcome:
        """Let a suspended officer act again."""
        return await self._call("set_officer_status", officer=officer, status=ACTIVE)

    async def remove_officer(self, officer: Address) -> Outcome:
        """End an officer's work for the agency."""
        return await self._call("remove_officer", officer=officer)

    async def change_administrator(self, to: Address) -> Outcome:
        """Hand the agency over to another account."""
        return await self._call("change_administrator", administrator=to)

    async def _call(self, method: str, **fields: object) -> Outcome:
        return await self._caller.call(method, agency_id=self.agency_id, **fields)


class Member:
    """The administrator of a member agency: proposes, votes, and has carried changes done."""

    def __init__(self, rpc: RpcClient, builder: TransactionBuilder, wallet: Wallet) -> None:
        self._caller = _Caller(rpc, builder, wallet)

    async def propose(self, change: Change, times: Times) -> Outcome:
        """Propose a change, made by `admission`, `status_change` and so on.

        The receipt's event holds the proposal's number: see `number_of`.
        """
        return await self._caller.call(
            "propose",
            change=change,
            execute_at_height=times.execute_at_height,
            expires_at_ms=times.expires_at_ms,
        )

    async def vote(self, number: int, *, is_yes: bool) -> Outcome:
        """Vote for the agency; a vote is final."""
        return await self._caller.call("vote", proposal=number, is_yes=is_yes)

    async def execute(self, number: int) -> Outcome:
        """Have a carried proposal done. Anyone may."""
        return await self._caller.call("execute", proposal=number)

    async def withdraw(self, number: int) -> Outcome:
        """Take back a proposal of the own agency."""
        return await self._caller.call("withdraw", proposal=number)


def admission(new: Agency) -> Change:
    """Return the change that admits an agency; it begins active, whatever `new.status` is."""
    fields: Change = {
        "agency_id": new.agency_id,
        "name_th": new.name_th,
        "name_en": new.name_en,
        "kinds": new.kinds,
        "administrator": new.administrator,
    }
    return {"admission": fields}


def status_change(agency_id: str, *, is_active: bool) -> Change:
    """Return the change that reinstates or suspends an agency."""
    status = ACTIVE if is_active else SUSPENDED
    return {"status": {"agency_id": agency_id, "status": status}}


def kinds_change(agency_id: str, kinds: Sequence[str]) -> Change:
    """Return the change that gives an agency these kinds instead of those it has."""
    return {"kinds": {"agency_id": agency_id, "kinds": tuple(kinds)}}


def parameter_change(name: str, value: int) -> Change:
    """Return the change that sets a parameter."""
    return {"parameter": {"name": name, "value": value}}


def administrator_change(agency_id: str, to: Address) -> Change:
    """Return the change that puts an agency under another account."""
    return {"administrator": {"agency_id": agency_id, "administrator": to}}


def number_of(outcome: Outcome) -> int | None:
    """Return the number of the proposal that a transaction made, None when it made none."""
    for event in list_field(outcome.receipt, "events") if outcome.is_ok else []:
        if field_of(event, "name") == "ProposalMade":
            return uint_field(field_of(event, "fields"), "proposal")
    return None


async def agency(rpc: RpcClient, agency_id: str) -> Agency:
    """Return an agency as the node says. Raises RpcRefused: UNKNOWN_AGENCY."""
    return _read_agency(await _ask(rpc, "agency", agency_id))


async def agencies(rpc: RpcClient) -> list[Agency]:
    """Return all agencies in order of their ids, page by page."""
    found: list[Agency] = []
    after = ""
    while True:
        page = _rows(await _ask(rpc, "agencies_page", after, PAGE))
        found += [_read_agency(row) for row in page]
        if len(page) < PAGE or found[-1].agency_id == after:
            return found
        after = found[-1].agency_id


async def member_agencies(rpc: RpcClient) -> tuple[str, ...]:
    """Return the ids of the agencies that vote now."""
    return _texts(await _ask(rpc, "member_agencies"), "member_agencies")


async def officer(rpc: RpcClient, agency_id: str, address: Address) -> Officer:
    """Return an officer. Raises RpcRefused: UNKNOWN_AGENCY, UNKNOWN_OFFICER."""
    return _read_officer(await _ask(rpc, "officer", agency_id, show_address(address)))


async def officers(rpc: RpcClient, agency_id: str) -> list[Officer]:
    """Return the officers of an agency in order of their addresses, page by page."""
    found: list[Officer] = []
    after = None
    while True:
        page = _rows(await _ask(rpc, "officers_page", agency_id, after, PAGE))
        found += [_read_officer(row) for row in page]
        if len(page) < PAGE or show_address(found[-1].officer) == after:
            return found
        after = show_address(found[-1].officer)


async def has_role(rpc: RpcClient, address: Address, agency_id: str, role: str) -> bool:
    """Return whether an account may act in a role for an agency."""
    return await _ask(rpc, "has_role", show_address(address), agency_id, role) is True


async def proposal(rpc: RpcClient, number: int) -> Proposal:
    """Return a proposal with the votes that count now. Raises RpcRefused: UNKNOWN_PROPOSAL."""
    return _read_proposal(await _ask(rpc, "proposal", number))


async def proposals(rpc: RpcClient, after: int = 0) -> list[Proposal]:
    """Return up to 100 proposals in order of their numbers, after the number `after`."""
    page = _rows(await _ask(rpc, "proposals_page", after, PAGE))
    return [_read_proposal(row) for row in page]


async def parameter(rpc: RpcClient, name: str) -> int:
    """Return a parameter's value. Raises RpcRefused: UNKNOWN_PARAMETER."""
    return uint_from(await _ask(rpc, "parameter", name), name)


async def _ask(rpc: RpcClient, query: str, *args: object) -> Answer:
    params = {"contract": CONTRACT, "query": query, "args": list(args)}
    return field_of(await rpc.call("state_query", params), "value")


def _read_agency(row: Answer) -> Agency:
    return Agency(
        agency_id=text_field(row, "agency_id"),
        name_th=text_field(row, "name_th"),
        name_en=text_field(row, "name_en"),
        kinds=_texts(field_of(row, "kinds"), "kinds"),
        administrator=_address(row, "administrator"),
        status=text_field(row, "status"),
    )


def _read_officer(row: Answer) -> Officer:
    return Officer(
        officer=_address(row, "officer"),
        roles=_texts(field_of(row, "roles"), "roles"),
        status=text_field(row, "status"),
    )


def _read_proposal(row: Answer) -> Proposal:
    change = field_of(row, "change")
    if not isinstance(change, dict):
        raise BadAnswer("change is not an object")
    has_tally = "members" in row
    return Proposal(
        number=uint_field(row, "number"),
        agency_id=text_field(row, "agency_id"),
        change={name: part for name, part in change.items() if part is not None},
        execute_at_height=uint_field(row, "execute_at_height"),
        expires_at_ms=uint_field(row, "expires_at_ms"),
        status=text_field(row, "status"),
        tally=_read_tally(row) if has_tally else None,
    )


def _read_tally(row: Answer) -> Tally:
    return Tally(
        yes=uint_field(row, "yes"), no=uint_field(row, "no"), members=uint_field(row, "members")
    )


def _address(row: Answer, name: str) -> Address:
    try:
        return read_address(text_field(row, name))
    except BadAddress as error:
        raise BadAnswer(f"{name} is not an address") from error


def _rows(value: Answer) -> list[Any]:
    if not isinstance(value, list):
        raise BadAnswer("the page is not an array")
    return value


def _texts(value: Answer, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise BadAnswer(f"{name} is not an array of texts")
    return tuple(value)
