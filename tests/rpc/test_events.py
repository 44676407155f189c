"""events_search finds what stored blocks say, page by page, with no index."""

import pytest

from node.rpc import AnswerLimits
from primitives.ids import address_of, show_address
from tests.execution.chain import ALICE, BOB

ALICE_SHOWN = show_address(address_of(ALICE.public_key))
BOB_SHOWN = show_address(address_of(BOB.public_key))


@pytest.fixture
async def paid(node):
    """Block 1 issues to ALICE; blocks 2 and 3 pay BOB 1 and 2 satang."""
    for amount in (1, 2):
        await node.mempool.admission.submit([node.chain.transfer(ALICE, BOB, amount).raw])
        node.commit()
    return node


async def test_events_come_in_order_with_their_place_and_named_fields(paid):
    answer = await paid.call("events_search", contract="cbdc", event="Transferred")

    assert answer["next_height"] is None
    assert [(e["height"], e["index"], e["name"]) for e in answer["events"]] == [
        (2, 0, "Transferred"),
        (3, 0, "Transferred"),
    ]
    assert [e["fields"]["amount"] for e in answer["events"]] == [1, 2]
    assert {e["fields"]["sender"] for e in answer["events"]} == {ALICE_SHOWN}


async def test_an_address_chooses_the_events_that_name_it(paid):
    of_bob = await paid.call("events_search", address=BOB_SHOWN)
    of_alice = await paid.call("events_search", address=ALICE_SHOWN)

    assert [event["height"] for event in of_bob["events"]] == [2, 3]
    assert [event["name"] for event in of_alice["events"]] == ["Issued", *["Transferred"] * 2]


async def test_heights_bound_the_search(paid):
    answer = await paid.call("events_search", from_height=2, to_height=2)

    assert [event["height"] for event in answer["events"]] == [2]
    assert answer["next_height"] is None


async def test_a_long_search_says_where_to_go_on(paid):
    object.__setattr__(paid.server._services, "answers", AnswerLimits(receipts_max=1))

    first = await paid.call("events_search")
    rest = await paid.call("events_search", from_height=first["next_height"])

    assert [event["height"] for event in first["events"]] == [1]
    assert [event["height"] for event in rest["events"]] == [2]
    assert (first["next_height"], rest["next_height"]) == (2, 3)


async def test_an_event_without_its_contract_is_refused(paid):
    assert (await paid.refusal("events_search", event="Transferred"))[1] == "BAD_PARAMETERS"


async def test_a_malformed_address_is_refused(paid):
    assert (await paid.refusal("events_search", address="sph1x"))[1] == "BAD_ADDRESS"
