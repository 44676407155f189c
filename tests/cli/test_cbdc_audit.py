"""`sapha cbdc supply` and `audit`: the whole equation, and what does not agree."""

import itertools

import pytest

from contracts.sdk import PAGE_MAX
from contracts.tools.testing import Ledger
from primitives.ids import show_address
from tests.cli.cbdc_node import CbdcNode, town
from tests.cli.network import json_of, node, sapha

PARTS = ("available", "held", "vouchers", "offline", "fees")


@pytest.fixture
def here(tmp_path):
    with town(tmp_path, funded=("alice", "bob")) as made:
        yield made


def test_an_audit_counts_every_account_and_pool(here):
    here.act("hold", here.key("bob"), "50", by="alice")
    here.act("voucher", "issue", "meal", here.key("bob"), "40", by="alice")
    here.act("redeem", "10", "--reference", "r", by="bob")

    found = here.json("audit")

    assert found["counted"] == {
        "available": 190_000, "held": 5_000, "vouchers": 4_000, "offline": 0, "fees": 0
    }  # fmt: skip
    assert found["outstanding"] == found["total"] == 199_000
    assert found["is_sound"] is True


def test_an_audit_shows_the_equation_with_every_term(here):
    shown = here.run("audit").stdout

    assert "all money is where the ledger says" in shown
    for term in ("issued", "- redeemed", "= outstanding", *PARTS, "= counted"):
        assert term in shown


def test_the_supply_is_shown_with_its_parts(here):
    found = here.json("supply")

    assert (found["issued"], found["available"], found["broken_at"]) == (200_000, 200_000, 0)
    assert "2,000.00 baht" in here.run("supply").stdout


def test_accounts_are_counted_over_many_pages(monkeypatch, tmp_path):
    monkeypatch.setattr("client.cbdc.audit.PAGE_MAX", 2)
    names = [f"p{n}" for n in range(5)]

    with town(tmp_path, funded=names) as here:
        found = here.json("audit")

    assert (found["entries"]["available"], found["total"]) == (5, 500_000)


def changed(answer, **fields):
    """A query whose answer says something else in these fields."""
    served = CbdcNode()

    def query(contract, query, args):
        found = served.query(contract, query, args)
        return found | {"value": found["value"] | fields} if query == answer else found

    return query


@pytest.mark.parametrize(
    ("answer", "fields", "fault"),
    [
        ("balances_sum", {"count": 1, "amount": 7}, "available: stated 0, counted 7"),
        ("shares_sum", {"count": 1, "amount": 7}, "held: stated 0, counted 7"),
        ("supply", {"issued": 7}, "issued - redeemed is 7, counted 0"),
        ("supply", {"available": 7}, "available: stated 7, counted 0"),
        ("supply", {"broken_at": 9}, "stopped all money at block 9"),
        ("supply", {"issued": 7, "supply_max": 6}, "outstanding 7 is over the cap 6"),
    ],
)
def test_what_does_not_agree_is_named_and_exits_1(answer, fields, fault):
    with node(state_query=changed(answer, **fields)) as peer:
        result = sapha("cbdc", "audit", "--rpc", peer.url)

    assert result.exit_code == 1
    assert fault in result.stderr
    assert "DOES NOT AGREE" in result.stdout


def test_a_count_between_whose_pages_a_block_comes_begins_again():
    served, heights = CbdcNode(), itertools.chain([1, 1, 2], itertools.repeat(3))

    def query(**asked):
        return served.query(**asked) | {"height": next(heights)}

    with node(state_query=query) as peer:
        found = json_of(sapha("cbdc", "audit", "--rpc", peer.url, "--json"))

    assert (found["height"], found["is_sound"]) == (3, True)


def test_a_ledger_that_moves_on_all_the_time_cannot_be_counted():
    served, heights = CbdcNode(), itertools.count(1)

    def query(**asked):
        return served.query(**asked) | {"height": next(heights)}

    with node(state_query=query) as peer:
        result = sapha("cbdc", "audit", "--rpc", peer.url)

    assert result.exit_code == 1
    assert "pause payments" in result.stderr


def test_pages_that_do_not_move_on_are_the_nodes_fault():
    page = {"count": PAGE_MAX, "amount": 0, "last": show_address(Ledger.address("x"))}

    with node(state_query=changed("balances_sum", **page)) as peer:
        result = sapha("cbdc", "audit", "--rpc", peer.url)

    assert result.exit_code == 3
    assert "stay at" in result.stderr


def test_a_stop_of_the_ledger_is_shown_with_the_supply():
    with node(state_query=changed("supply", broken_at=9, is_paused=True)) as peer:
        shown = sapha("cbdc", "supply", "--rpc", peer.url).stdout

    assert "PAUSED: the supply equation failed at block 9" in shown
