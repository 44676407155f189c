"""The one client of contracts: messages out, records and events back, typed by the contract."""

import pytest

from client.contract import Actor, all_pages, ask, events_in, json_of, watch, written_record
from client.errors import BadAnswer, LedgerRefused, RpcRefused
from client.rpc import RpcClient
from client.wallet import Wallet
from contracts.cbdc.authority.messages import Issue
from contracts.cbdc.contract import supply
from contracts.cbdc.payments.messages import Transfer, Transferred
from contracts.cbdc.wallets.handlers import balance, wallet
from contracts.governance.messages import AddOfficer
from contracts.governance.queries import agencies_page, agency, officers_page
from contracts.sdk.errors import BadContract
from contracts.tools.testing import key_of
from primitives.errors import ArgumentOutOfBounds, WrongArgumentCount, WrongArgumentType
from primitives.ids import show_address
from tests.cli.cbdc_node import CHAIN, CbdcNode
from tests.cli.network import node

NOWHERE = RpcClient(["http://127.0.0.1:9"])
BANK, ALICE, BOB = (Wallet([key_of(name)]) for name in ("central-bank", "alice", "bob"))


@pytest.fixture
async def chain():
    """A node double over the real contracts, and a client of it; alice has 1,000 satang."""
    double = CbdcNode()
    with node(**double.table()) as server:
        async with RpcClient([server.url]) as rpc:
            bank = await Actor.open(rpc, BANK)
            await bank.send(Issue(to=ALICE.address, amount=1_000, reference="r-1"))
            yield double, rpc, bank.by(ALICE)


def test_a_message_is_signed_with_its_fields_in_order_for_the_contract_that_declares_it():
    actor = Actor(rpc=NOWHERE, wallet=ALICE, chain_id=CHAIN, now_ms=lambda: 1_000)

    pay = actor.sign(Transfer(to=BOB.address, amount=5, memo="x")).body
    add = actor.sign(AddOfficer(agency_id="dopa", officer=BOB.address, roles=("a", "b"))).body

    assert (pay.contract, pay.method, pay.args) == ("cbdc", "transfer", (BOB.address, 5, "x"))
    assert (add.contract, add.method) == ("governance", "add_officer")
    assert add.args == ("dopa", BOB.address, ("a", "b"))
    assert (pay.chain_id, pay.sender, pay.expires_at_ms) == (CHAIN, ALICE.address, 301_000)
    assert pay.nonce != add.nonce


@pytest.mark.parametrize(
    ("message", "refusal"),
    [
        (Transfer(to=BOB.address, amount=0, memo=""), "amount is 0, must be 1 to"),
        (Transfer(to=BOB.address, amount=1, memo="x" * 999), "memo has 999 characters"),
    ],
)
def test_a_field_outside_its_bounds_is_named_before_anything_is_sent(message, refusal):
    actor = Actor(rpc=NOWHERE, wallet=ALICE, chain_id=CHAIN)

    with pytest.raises(ArgumentOutOfBounds, match=refusal):
        actor.sign(message)


@pytest.mark.parametrize("expires_in_ms", [0, 10**9])
def test_a_transaction_that_lives_too_long_or_not_at_all_is_refused(expires_in_ms):
    actor = Actor(rpc=NOWHERE, wallet=ALICE, chain_id=CHAIN)

    with pytest.raises(ArgumentOutOfBounds, match="expires_in_ms"):
        actor.sign(Transfer(to=BOB.address, amount=1, memo=""), expires_in_ms=expires_in_ms)


async def test_a_query_answers_with_the_contracts_own_records(chain):
    _, rpc, alice = chain

    assert await ask(rpc, balance, alice.address) == 1_000
    assert await ask(rpc, wallet, alice.address) is None
    assert (await ask(rpc, supply)).outstanding == 1_000
    assert (await ask(rpc, agency, "kbank")).kinds == ("bank",)


async def test_arguments_may_be_given_by_name_and_addresses_and_bytes_are_told_apart(chain):
    _, rpc, alice = chain

    assert await ask(rpc, balance, address=alice.address) == 1_000
    assert await ask(rpc, officers_page, "kbank", after=None, limit=5) == ()


async def test_an_argument_of_another_type_is_named_and_nothing_is_asked(chain):
    _, rpc, _ = chain

    with pytest.raises(WrongArgumentType, match="address must be bytes"):
        await ask(rpc, balance, "alice")
    with pytest.raises(WrongArgumentCount, match="0 arguments, must be 1: address"):
        await ask(rpc, balance)


async def test_what_is_no_query_of_a_contract_is_not_asked(chain):
    _, rpc, _ = chain

    with pytest.raises(BadContract, match="upper is no query"):
        await ask(rpc, str.upper)  # type: ignore[arg-type] - the mistake that is tested


async def test_a_refusal_keeps_the_contracts_code(chain):
    _, rpc, _ = chain

    with pytest.raises(RpcRefused) as refusal:
        await ask(rpc, agency, "nobody")

    assert refusal.value.code == "UNKNOWN_AGENCY"


async def test_pages_that_do_not_go_on_are_the_nodes_fault(chain):
    _, rpc, _ = chain
    first = await ask(rpc, agencies_page, "", 1)

    async def page(_after, limit):
        return first * limit

    with pytest.raises(BadAnswer, match="the pages stay at"):
        await all_pages(page, "", lambda line: line.agency_id)


async def test_the_events_of_a_transaction_are_read_as_the_contracts_own(chain):
    _, _, alice = chain

    paid = await alice.send(Transfer(to=BOB.address, amount=7, memo="tea"))
    refused = await alice.send(Transfer(to=BOB.address, amount=100_000, memo=""))

    [event] = events_in(paid, Transferred)
    assert (event.sender, event.to, event.amount) == (ALICE.address, BOB.address, 7)
    assert events_in(paid, Issue) == []
    assert events_in(refused, Transferred) == []


async def test_events_are_watched_in_order_over_all_pages(chain):
    double, rpc, alice = chain
    for amount in range(1, 9):
        await alice.send(Transfer(to=BOB.address, amount=amount, memo=""))
    last = double.ledger.block.height - 1

    found = [one async for one in watch(rpc, Transferred, from_height=3, to_height=last)]

    assert [one.event.amount for one in found] == list(range(2, 9))
    assert [one.height for one in found] == list(range(3, last + 1))


async def test_a_watch_without_an_end_goes_on_with_what_comes(chain):
    _, rpc, alice = chain
    await alice.send(Transfer(to=BOB.address, amount=1, memo=""))
    events = watch(rpc, Transferred)
    first = await anext(events)

    await alice.send(Transfer(to=BOB.address, amount=2, memo=""))
    second = await anext(events)

    assert (first.event.amount, second.event.amount) == (1, 2)
    await events.aclose()


def test_records_are_shown_as_nodes_show_them():
    message = AddOfficer(agency_id="dopa", officer=BOB.address, roles=("a",))

    assert json_of(message) == {
        "agency_id": "dopa",
        "officer": show_address(BOB.address),
        "roles": ["a"],
    }


def test_a_record_that_a_person_wrote_is_read_back_or_refused_by_its_field():
    message = AddOfficer(agency_id="dopa", officer=BOB.address, roles=("a",))

    assert written_record(AddOfficer, json_of(message)) == message
    with pytest.raises(WrongArgumentType, match="officer"):
        written_record(AddOfficer, json_of(message) | {"officer": 7})


async def test_what_must_take_effect_and_does_not_is_refused_with_the_contracts_code(chain):
    _, _, alice = chain

    with pytest.raises(LedgerRefused) as refused:
        await alice.do(Transfer(to=BOB.address, amount=1_001, memo=""))

    assert (refused.value.contract, refused.value.code) == ("cbdc", "INSUFFICIENT_FUNDS")
