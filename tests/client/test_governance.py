"""The client of governance against the contract itself."""

from contextlib import asynccontextmanager

import pytest

from client import contract as contract_client
from client import governance
from client.contract import PAGE, Actor, ask
from client.errors import BadAnswer, RpcRefused
from client.governance import change_of
from client.rpc import RpcClient
from contracts.governance import queries
from contracts.governance.messages import (
    AddOfficer,
    AdministratorChange,
    Admission,
    ChangeAdministrator,
    Execute,
    KindsChange,
    ParameterChange,
    Propose,
    RemoveOfficer,
    SetOfficerStatus,
    SetRoles,
    StatusChange,
    Vote,
    Withdraw,
)
from tests.cli.network import node
from tests.client.council import council_node, wallet_of
from tests.contracts.governance.ledgers import MEMBERS, admin, as_admin, council

SOMCHAI = council().address("somchai")
PARTS = {
    "status": StatusChange("kbank", "suspended"),
    "kinds": KindsChange("kbank", ("rp", "as")),
    "parameter": ParameterChange("officers-max", 5),
    "administrator": AdministratorChange("kbank", SOMCHAI),
    "admission": Admission(
        agency_id="ktb",
        name_th="กรุงไทย",
        name_en="Krungthai",
        kinds=("bank",),
        administrator=SOMCHAI,
    ),
}


@asynccontextmanager
async def network(**parameters):
    """Give the node double, a client of it, and who acts by name: act("dopa-admin")."""
    with council_node(**parameters) as (council_of, url):
        async with RpcClient([url]) as rpc:
            somebody = await Actor.open(rpc, wallet_of("somchai"))
            yield council_of, rpc, lambda name: somebody.by(wallet_of(name))


def proposal_of(council_of, part, *, seconds=5):
    block = council_of.ledger.block
    return Propose(
        change=change_of(part),
        execute_at_ms=block.time_ms + seconds * 1_000,
        expires_at_ms=block.time_ms + 3_600_000,
    )


async def test_agencies_are_read_with_their_kinds_and_administrators():
    async with network() as (_, rpc, _act):
        found = await governance.agencies(rpc)
        one = await ask(rpc, queries.agency, "kbank")
        members = await ask(rpc, queries.member_agencies)

    assert [agency.agency_id for agency in found] == sorted([*MEMBERS, "kbank"])
    assert (one.kinds, one.administrator, one.status) == (("bank", "idp"), admin("kbank"), "active")
    assert one in found
    assert members == tuple(sorted(MEMBERS))


async def test_lists_longer_than_a_page_are_read_to_their_end(monkeypatch):
    monkeypatch.setattr(contract_client, "PAGE", 2)
    async with network() as (council_of, rpc, _act):
        for number in range(5):
            officer = council_of.ledger.address(f"officer-{number}")
            as_admin(council_of.ledger, "kbank").execute(AddOfficer("kbank", officer, ("a",)))

        agencies = await governance.agencies(rpc)
        officers = await governance.officers(rpc, "kbank")

    assert len(agencies) == 5
    assert len({officer.officer for officer in officers}) == 5


async def test_an_administrator_adds_changes_and_removes_an_officer():
    async with network() as (_, rpc, act):
        kbank = act("kbank-admin")

        outcomes = [await kbank.send(AddOfficer("kbank", SOMCHAI, ("identity",)))]
        outcomes.append(await kbank.send(SetRoles("kbank", SOMCHAI, ("teller",))))
        outcomes.append(await kbank.send(SetOfficerStatus("kbank", SOMCHAI, "suspended")))
        suspended = await ask(rpc, queries.officer, "kbank", SOMCHAI)
        outcomes.append(await kbank.send(SetOfficerStatus("kbank", SOMCHAI, "active")))
        may = await ask(rpc, queries.has_role, SOMCHAI, "kbank", "teller")
        outcomes.append(await kbank.send(RemoveOfficer("kbank", SOMCHAI)))
        left = await governance.officers(rpc, "kbank")

    assert all(outcome.is_ok for outcome in outcomes)
    assert (suspended.roles, suspended.status) == (("teller",), "suspended")
    assert may is True
    assert left == ()


async def test_an_agency_is_handed_over():
    async with network() as (_, rpc, act):
        outcome = await act("rd-admin").send(ChangeAdministrator("rd", SOMCHAI))
        found = await ask(rpc, queries.agency, "rd")

    assert outcome.is_ok
    assert found.administrator == SOMCHAI


async def test_what_the_contract_refuses_is_in_the_receipt():
    async with network() as (_, _rpc, act):
        outcome = await act("rd-admin").send(SetOfficerStatus("kbank", SOMCHAI, "suspended"))

    assert outcome.receipt["code"] == "NOT_ADMINISTRATOR"
    assert outcome.is_ok is False


@pytest.mark.parametrize("name", PARTS)
async def test_a_change_is_proposed_voted_on_and_executed(name):
    async with network() as (council_of, rpc, act):
        proposed = await act("dopa-admin").send(proposal_of(council_of, PARTS[name]))
        number = governance.number_of(proposed)
        for agency_id in ("dopa", "bot", "rd"):
            await act(f"{agency_id}-admin").send(Vote(number, is_yes=True))
        await act("etda-admin").send(Vote(number, is_yes=False))
        before = await ask(rpc, queries.proposal, number)
        council_of.ledger.next_block()
        done = await act("somchai").send(Execute(number))
        after = await ask(rpc, queries.proposal, number)

    assert (before.status, before.yes, before.no, before.members) == ("open", 3, 1, 4)
    assert before.change == change_of(PARTS[name])
    assert getattr(before.change, name) == PARTS[name]
    assert (done.is_ok, after.status) == (True, "executed")


async def test_a_proposal_is_withdrawn_and_listed_without_its_votes():
    async with network() as (council_of, rpc, act):
        dopa = act("dopa-admin")
        for name in ("status", "kinds"):
            await dopa.send(proposal_of(council_of, PARTS[name]))

        outcome = await dopa.send(Withdraw(1))
        listed = await ask(rpc, queries.proposals_page, 0, PAGE)
        rest = await ask(rpc, queries.proposals_page, 1, PAGE)

    assert governance.number_of(outcome) is None
    assert [(one.number, one.status) for one in listed] == [(1, "withdrawn"), (2, "open")]
    assert rest == listed[1:]


async def test_parameters_are_read():
    async with network(officers_max=7) as (_, rpc, _act):
        assert await ask(rpc, queries.parameter, "officers-max") == 7
        with pytest.raises(RpcRefused) as refusal:
            await ask(rpc, queries.parameter, "gravity")

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
    ("asked", "value"),
    [
        ((queries.agency, "a"), AGENCY),
        ((queries.agency, "a"), AGENCY | {"kinds": "rp"}),
        ((queries.agency, "a"), None),
        ((queries.agencies_page, "", PAGE), {}),
        ((queries.member_agencies,), [1]),
        ((queries.proposal, 1), {"change": []}),
        ((queries.parameter, "x"), "many"),
    ],
)
async def test_an_answer_of_another_shape_is_the_nodes_fault(asked, value):
    with node(state_query={"value": value, "height": 1}) as server:
        async with RpcClient([server.url]) as rpc:
            with pytest.raises(BadAnswer, match="the answer is no"):
                await ask(rpc, *asked)
