"""The client of governance against the contract itself."""

from contextlib import asynccontextmanager

import pytest

from client import governance
from client.errors import BadAnswer, RpcRefused
from client.governance import CONTRACT, Agency, AgencyAdministrator, Member, Tally, Times
from client.rpc import RpcClient
from client.transaction import TransactionBuilder
from contracts.governance.messages import AddOfficer
from tests.cli.network import node
from tests.client.council import council_node, wallet_of
from tests.contracts.governance.ledgers import MEMBERS, admin, as_admin, council

SOMCHAI = council().address("somchai")
CHANGES = [
    governance.status_change("kbank", is_active=False),
    governance.kinds_change("kbank", ["rp", "as"]),
    governance.parameter_change("officers-max", 5),
    governance.administrator_change("kbank", SOMCHAI),
    governance.admission(
        Agency(
            agency_id="ktb",
            name_th="กรุงไทย",
            name_en="Krungthai",
            kinds=("bank",),
            administrator=SOMCHAI,
        )
    ),
]


@asynccontextmanager
async def network(**parameters):
    """Give the node double and a maker of roles: role(Member, "dopa-admin")."""
    with council_node(**parameters) as (council_of, url):
        async with RpcClient([url]) as rpc:
            builder = await TransactionBuilder.from_node(rpc, [CONTRACT])

            def role(kind, name, *more):
                return kind(rpc, builder, wallet_of(name), *more)

            yield council_of, rpc, role


def times(council_of, *, blocks=5):
    block = council_of.ledger.block
    return Times(execute_at_height=block.height + blocks, expires_at_ms=block.time_ms + 3_600_000)


async def test_agencies_are_read_with_their_kinds_and_administrators():
    async with network() as (_, rpc, _role):
        found = await governance.agencies(rpc)
        one = await governance.agency(rpc, "kbank")
        members = await governance.member_agencies(rpc)

    assert [agency.agency_id for agency in found] == sorted([*MEMBERS, "kbank"])
    assert (one.kinds, one.administrator, one.status) == (("bank", "idp"), admin("kbank"), "active")
    assert one in found
    assert members == tuple(sorted(MEMBERS))


async def test_lists_longer_than_a_page_are_read_to_their_end(monkeypatch):
    monkeypatch.setattr(governance, "PAGE", 2)
    async with network() as (council_of, rpc, _role):
        for number in range(5):
            officer = council_of.ledger.address(f"officer-{number}")
            as_admin(council_of.ledger, "kbank").execute(AddOfficer("kbank", officer, ("a",)))

        agencies = await governance.agencies(rpc)
        officers = await governance.officers(rpc, "kbank")

    assert len(agencies) == 5
    assert len({officer.officer for officer in officers}) == 5


async def test_an_administrator_adds_changes_and_removes_an_officer():
    async with network() as (_, rpc, role):
        kbank = role(AgencyAdministrator, "kbank-admin", "kbank")

        outcomes = [await kbank.add_officer(SOMCHAI, ["identity"])]
        outcomes.append(await kbank.set_roles(SOMCHAI, ["teller"]))
        outcomes.append(await kbank.suspend(SOMCHAI))
        suspended = await governance.officer(rpc, "kbank", SOMCHAI)
        outcomes.append(await kbank.reinstate(SOMCHAI))
        may = await governance.has_role(rpc, SOMCHAI, "kbank", "teller")
        outcomes.append(await kbank.remove_officer(SOMCHAI))
        left = await governance.officers(rpc, "kbank")

    assert all(outcome.is_ok for outcome in outcomes)
    assert (suspended.roles, suspended.status) == (("teller",), "suspended")
    assert may is True
    assert left == []


async def test_an_agency_is_handed_over():
    async with network() as (_, rpc, role):
        outcome = await role(AgencyAdministrator, "rd-admin", "rd").change_administrator(SOMCHAI)
        found = await governance.agency(rpc, "rd")

    assert outcome.is_ok
    assert found.administrator == SOMCHAI


async def test_what_the_contract_refuses_is_in_the_receipt():
    async with network() as (_, _rpc, role):
        outcome = await role(AgencyAdministrator, "rd-admin", "kbank").suspend(SOMCHAI)

    assert outcome.receipt["code"] == "NOT_ADMINISTRATOR"
    assert outcome.is_ok is False


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
async def test_a_change_is_proposed_voted_on_and_executed(change):
    async with network() as (council_of, rpc, role):
        proposed = await role(Member, "dopa-admin").propose(change, times(council_of))
        number = governance.number_of(proposed)
        for agency_id in ("dopa", "bot", "rd"):
            await role(Member, f"{agency_id}-admin").vote(number, is_yes=True)
        await role(Member, "etda-admin").vote(number, is_yes=False)
        before = await governance.proposal(rpc, number)
        council_of.ledger.next_block()
        done = await role(Member, "somchai").execute(number)
        after = await governance.proposal(rpc, number)

    assert (before.status, before.tally) == ("open", Tally(yes=3, no=1, members=4))
    assert list(before.change) == list(change)
    assert (done.is_ok, after.status) == (True, "executed")


async def test_a_proposal_is_withdrawn_and_listed_without_its_votes():
    async with network() as (council_of, rpc, role):
        dopa = role(Member, "dopa-admin")
        for change in CHANGES[:2]:
            await dopa.propose(change, times(council_of))

        outcome = await dopa.withdraw(1)
        listed = await governance.proposals(rpc)
        rest = await governance.proposals(rpc, after=1)

    assert governance.number_of(outcome) is None
    assert [(one.number, one.status, one.tally) for one in listed] == [
        (1, "withdrawn", None),
        (2, "open", None),
    ]
    assert rest == listed[1:]


async def test_parameters_are_read():
    async with network(officers_max=7) as (_, rpc, _role):
        assert await governance.parameter(rpc, "officers-max") == 7
        with pytest.raises(RpcRefused) as refusal:
            await governance.parameter(rpc, "gravity")

    assert refusal.value.code == "UNKNOWN_PARAMETER"


AGENCY = {
    "agency_id": "a",
    "name_th": "ก",
    "name_en": "A",
    "kinds": ["rp"],
    "administrator": "sph1",
    "status": "active",
}


@pytest.mark.parametrize(
    ("ask", "value"),
    [
        (lambda rpc: governance.agency(rpc, "a"), AGENCY),
        (lambda rpc: governance.agency(rpc, "a"), AGENCY | {"kinds": "rp"}),
        (lambda rpc: governance.agency(rpc, "a"), None),
        (governance.agencies, {}),
        (governance.member_agencies, [1]),
        (lambda rpc: governance.proposal(rpc, 1), {"change": []}),
        (lambda rpc: governance.parameter(rpc, "x"), "many"),
    ],
)
async def test_an_answer_of_another_shape_is_the_nodes_fault(ask, value):
    with node(state_query={"value": value}) as server:
        async with RpcClient([server.url]) as rpc:
            with pytest.raises(BadAnswer):
                await ask(rpc)
