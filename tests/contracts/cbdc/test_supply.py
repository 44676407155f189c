"""The law of conservation: checked every block, recounted entry by entry, all stops on a fault."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.cbdc.authority.messages import Issue, NotPaused, Resume
from contracts.cbdc.core import money
from contracts.cbdc.core.messages import POOLS, Paused
from contracts.cbdc.core.state import balances, shares, terms
from contracts.cbdc.holds.messages import Capture, Hold
from contracts.cbdc.payments.messages import Defund, Transfer
from tests.contracts.cbdc.town import HOUR_MS, Town, admin

ALICE, SHOP = Town.address("alice"), Town.address("shop")
RECOUNTED = 12  # field of the answer of `supply`


@pytest.fixture(autouse=True)
def often(monkeypatch):
    """Recount every 5 blocks, 3 entries a block."""
    monkeypatch.setattr(money, "RECOUNT_BLOCKS", 5)
    monkeypatch.setattr(money, "RECOUNT_ENTRIES_A_BLOCK", 3)


@pytest.fixture
def busy(town):
    """Money in accounts and in a hold."""
    town.merchant("shop", money=1_000)
    for number in range(8):
        town.person(f"w{number}", 210, money=100)
    town.person("alice", 210, money=1_000)
    town.do("alice", Hold(SHOP, 400, town.now + HOUR_MS, None, None, "", None))
    return town


def blocks(town, count):
    return [event for _ in range(count) for event in town.wait()]


def test_a_recount_of_many_blocks_agrees_and_says_when(busy):
    assert busy.ask("supply")[RECOUNTED] == 0

    events = blocks(busy, 20)

    assert events == []
    assert busy.ask("supply")[RECOUNTED] > 5
    assert terms.load(busy.ctx()).cursor == b"" or busy.ledger.block.height % 5 > 0


def test_a_recount_reads_a_bounded_number_of_entries_a_block(busy):
    blocks(busy, 4)
    found = []
    for _ in range(12):
        busy.wait()
        found.append(terms.load(busy.ctx()).cursor)

    places = [cursor for cursor in found[: found.index(b"")] if len(cursor) > 1]
    assert len(places) >= 3
    assert places == sorted(places)


def test_payments_behind_ahead_and_across_the_cursor_do_not_disturb_a_recount(busy):
    names = ["alice", "shop", *[f"w{number}" for number in range(8)]]
    for number in range(40):
        payer = names[number % len(names)]
        payee = names[(number * 7 + 3) % len(names)]
        if payer != payee and busy.balance(payer) > 0:
            busy.do(payer, Transfer(Town.address(payee), 1 + number % 5, ""))
        assert busy.wait() == ()

    assert busy.ask("supply")[RECOUNTED] >= 35 - 12
    assert busy.ask("supply")[11] == 0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 60), st.integers(0, 2)),
        min_size=10,
        max_size=40,
    )
)
def test_any_moves_between_the_blocks_of_a_recount_leave_it_right(steps):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(money, "RECOUNT_BLOCKS", 2)
        patch.setattr(money, "RECOUNT_ENTRIES_A_BLOCK", 1)
        town = Town(with_identity=False, banks=("kbank",))
        for number in range(6):
            town.person(f"w{number}", 0, money=50)
        for payer, payee, satang, kind in steps:
            step(town, f"w{payer}", f"w{payee}", satang, kind)
            assert town.wait() == ()

        town.check_sums()


def step(town, payer, payee, satang, kind):
    """Move money to and from the bank, or into a pool and back."""
    if kind == 0:
        town.give("kbank", Town.address(payee), satang)
    elif town.balance(payer) < satang:
        return
    elif kind == 1:
        town.do(payer, Defund("kbank", satang))
    else:
        end = town.now + HOUR_MS
        town.do(payer, Hold(admin("kbank"), satang, end, None, None, "", None))
        (hold_id, *_rest) = town.fields("Held")
        town.wait()
        town.do("kbank", Capture(hold_id, satang, None))


def spoil(town, name):
    """Change one entry as a faulty disk or bug would; all running sums stay."""
    if name == "available":
        balances.save(town.ctx(), ALICE, 599)
    else:
        shares.save(town.ctx(), (name, ALICE), 7)
    town.ledger.state.keep()


@pytest.mark.parametrize("name", ["available", *POOLS])
def test_an_entry_that_is_wrong_stops_all_money_at_the_next_recount(busy, name):
    spoil(busy, name)

    events = blocks(busy, 20)

    assert [event.name for event in events] == ["SupplyMismatch"]
    assert events[0].fields[3] == name
    busy.refuse("alice", Paused, Transfer(SHOP, 1, ""))
    busy.refuse("bot", Paused, Issue(admin("kbank"), 1, "again"))
    busy.refuse("bot", NotPaused, Resume("all"))
    assert busy.ask("supply")[4] is True
    repair(busy, name)


def repair(town, name):
    """Put the entry back, so that the sums are right when the test is over."""
    if name == "available":
        balances.save(town.ctx(), ALICE, 600)
    elif name == "held":
        shares.save(town.ctx(), (name, ALICE), 400)
    else:
        shares.remove(town.ctx(), (name, ALICE))
    town.ledger.state.keep()


def test_pages_add_up_to_the_terms_of_the_equation(busy):
    sums, after = 0, None
    while True:
        count, amount, last = busy.ask("balances_sum", after, 4)
        sums += amount
        if count < 4:
            break
        after = last
    held = busy.ask("shares_sum", "held", None, 500)

    answer = busy.ask("supply")
    assert (sums, held[1]) == (answer[5], answer[6])
    assert answer[3] == answer[2] == sums + 400
    assert busy.ask("shares_sum", "fees", None, 500) == (0, 0, None)
    assert busy.ask("shares_sum", "held", held[2], 500) == (0, 0, None)
    assert busy.ask("balances_sum", b"\xff" * 20, 1) == (0, 0, None)
