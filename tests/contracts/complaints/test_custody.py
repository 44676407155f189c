"""Every case has exactly one holder, at the end of every block, whatever happens to it."""

import pytest

from contracts.complaints.parts.messages import Merge, Split
from contracts.complaints.reviews.messages import Appeal, Decide, Reopen, Withdraw
from contracts.complaints.transfers.messages import (
    AcceptTransfer,
    AddJoint,
    Assign,
    OfferTransfer,
    RejectTransfer,
)
from contracts.complaints.work.messages import Accept, Resolve, SetStage
from tests.contracts.complaints.test_parts import part
from tests.contracts.complaints.world import DAY_S, World, filing, ident, item

A, B, C = ident("a"), ident("b"), ident("c")

# What is done in each block, and how many seconds later the next one begins.
BLOCKS = [
    ([("anong", filing("a")), ("boon", filing("b")), ("chai", filing("c"))], 60),
    ([("khet-admin", Accept(A)), ("khet-admin", Accept(B))], 60),
    ([("khet-admin", OfferTransfer(A, "water", "pipe"))], 60),
    ([("water-admin", RejectTransfer(A, 1, "no-pipe"))], 60),
    ([("khet-admin", OfferTransfer(A, "water", "pipe"))], 3 * DAY_S),
    ([], 60),
    (
        [("khet-admin", OfferTransfer(A, "roads", "road")), ("roads-admin", AcceptTransfer(A, 3))],
        60,
    ),
    (
        [
            ("roads-admin", OfferTransfer(A, "water", "pipe")),
            ("water-admin", AcceptTransfer(A, 4)),
            ("water-admin", OfferTransfer(A, "khet", "back")),
            ("khet-admin", AcceptTransfer(A, 5)),
        ],
        60,
    ),
    ([("khet-admin", AddJoint(A, "roads")), ("khet-admin", SetStage(A, "in-progress", None))], 60),
    ([("khet-admin", Split(A, (part("a1"), part("a2"))))], 60),
    ([("khet-admin", OfferTransfer(ident("a1"), "roads", "road"))], 60),
    ([("roads-admin", AcceptTransfer(ident("a1"), 1))], 60),
    ([("khet-admin", Merge(ident("a2"), B))], 60),
    ([("roads-admin", Resolve(ident("a1"), "fixed", item("r1")))], 60),
    ([("khet-admin", Resolve(A, "fixed", item("r")))], 60),
    ([("anong", Appeal(A, item("g")))], 60),
    ([("etda-admin", Decide(A, "etda", "reassign", "water"))], 60),
    ([("etda-admin", Assign(C, "etda", "roads", "late"))], 60),
    ([("chai", Withdraw(C)), ("anong", Reopen(ident("a1"), ""))], 40 * DAY_S),
    ([], 60),
]


@pytest.fixture
def told():
    """A world after all blocks, and who held which case at the end of each."""
    world, holders = World(), {}
    for acts, seconds in BLOCKS:
        for who, message in acts:
            world.do_as(who, message)
        for line in world.named("cases_page", "CaseLine", None, 100):
            holders[line["case_id"], world.height] = line["holder"]
        world.wait(seconds)
    return world, holders


def test_every_case_has_one_holder_at_every_block(told):
    world, holders = told

    answers = {key: world.ask("holder_at", *key) for key in holders}

    assert len({case_id for case_id, _ in holders}) == 5
    assert answers == holders
    assert "" not in holders.values()


def test_before_it_was_filed_a_case_has_no_holder(told):
    world, holders = told
    first = {case: min(h for known, h in holders if known == case) for case, _ in holders}

    assert {world.ask("holder_at", case, height - 1) for case, height in first.items()} == {""}


def test_the_chain_of_custody_has_no_gap_and_ends_with_the_holder(told):
    world, _ = told

    for line in world.named("cases_page", "CaseLine", None, 100):
        chain = world.named("custody_page", "CustodyLine", line["case_id"], 0, 100)
        heights = [link["from_height"] for link in chain]
        assert [link["number"] for link in chain] == list(range(1, len(chain) + 1))
        assert heights == sorted(heights)
        assert chain[-1]["holder"] == line["holder"]


def test_the_chain_tells_who_held_the_case_and_why(told):
    world, _ = told

    chain = world.named("custody_page", "CustodyLine", A, 0, 100)
    assert [(link["holder"], link["reason"]) for link in chain] == [
        ("khet", "filed"),
        ("roads", "road"),
        ("water", "pipe"),
        ("khet", "back"),
        ("water", "appeal"),
    ]
