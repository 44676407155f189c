"""Statements: what is an entry, the running balance, and the period."""

import pytest

from client.cbdc.errors import BadPeriod
from client.cbdc.movements import movements_of
from client.cbdc.statement import height_at, read_statement
from client.errors import BadAnswer, RpcRefused
from client.wallet import Wallet
from primitives.ids import show_address

ONE, TWO, BANK = (Wallet.from_seed(bytes([n]) * 32).address for n in (1, 2, 3))
A, B, C = (show_address(address) for address in (ONE, TWO, BANK))
STEP_MS = 1_000
PAGE = 4


def event(name, contract="cbdc", **fields):
    return {"contract": contract, "name": name, "fields": fields}


def paid(payer, merchant, amount, tip=0):
    fields = {"merchant": merchant, "payer": payer, "request_id": "r7", "amount": amount}
    return event("Paid", payment_id="0x", tip=tip, **fields)


class Blocks:
    """Answers as a node whose blocks hold these events, one receipt a block."""

    def __init__(self, *blocks, balance=0, pruned=0):
        self.blocks = blocks
        self.balance = balance
        self.pruned = pruned
        self.stuck = None
        self.asked = []
        self.table = {
            "chain_getStatus": self.status,
            "chain_getHeader": self.header,
            "events_search": self.search,
            "state_query": self.query,
        }

    async def call(self, method, params=None):
        self.asked.append(method)
        return self.table[method](**(params or {}))

    async def batch(self, requests):
        return [await self._one(request) for request in requests]

    async def _one(self, request):
        try:
            return await self.call(request.method, request.params)
        except RpcRefused as refusal:
            return refusal

    def status(self):
        return {"height": len(self.blocks)}

    def header(self, at):
        return {"header": {"time_ms": str(at * STEP_MS)}}

    def search(self, contract, address, from_height, to_height):
        assert contract == "cbdc"
        if from_height <= self.pruned:
            raise RpcRefused(-32004, "not stored here", {"code": "NOT_FOUND"})
        height = from_height
        found = []
        while height <= to_height and height < from_height + PAGE:
            place = {"height": height, "index": 0}
            place["transaction_id"] = "0x" + bytes([height % 256] * 32).hex()
            for one in self.blocks[height - 1]:
                if address in one["fields"].values():
                    found.append(place | one)
            height += 1
        following = height if height <= to_height else None
        return {"events": found, "next_height": self.stuck or following}

    def query(self, contract, query, args):
        assert (contract, query, args) == ("cbdc", "balance", [A])
        return {"value": self.balance, "height": len(self.blocks)}


HISTORY = (
    [event("Issued", to=A, amount=1_000, reference="rtgs-1")],
    [],
    [event("Transferred", sender=A, to=B, amount=300, memo="rent")],
    [event("Transferred", sender=B, to=C, amount=1, memo=""), paid(A, B, 100, tip=5)],
    [event("Held", hold_id="0x", payer=A, payee=B, amount=50, expires_ms=1, memo="")],
    [event("Captured", hold_id="0x", payer=A, payee=B, amount=40, returned=10)],
)
BALANCE = 1_000 - 300 - 105 - 50 + 10


async def test_every_movement_is_an_entry_with_the_balance_after_it():
    found = await read_statement(Blocks(*HISTORY, balance=BALANCE), ONE)

    assert [(e.height, e.kind, e.satang, e.balance) for e in found.entries] == [
        (1, "Issued", 1_000, 1_000),
        (3, "Transferred", -300, 700),
        (4, "Paid", -105, 595),
        (5, "Held", -50, 545),
        (6, "Captured", 10, 555),
    ]
    assert [e.counterparty for e in found.entries] == [None, TWO, TWO, TWO, None]
    assert [e.reference for e in found.entries] == ["rtgs-1", "", "r7", "", ""]
    assert found.entries[1].text == "rent"
    assert (found.opening, found.closing, found.unexplained) == (0, BALANCE, 0)


async def test_a_period_opens_with_the_balance_before_it():
    node = Blocks(*HISTORY, balance=BALANCE)

    found = await read_statement(node, ONE, from_height=3, to_height=4)

    assert (found.opening, found.closing) == (1_000, 595)
    assert [e.height for e in found.entries] == [3, 4]
    assert (found.from_ms, found.to_ms) == (3 * STEP_MS, 4 * STEP_MS)


async def test_a_balance_that_events_do_not_explain_is_said():
    found = await read_statement(Blocks(*HISTORY, balance=BALANCE + 7), ONE)

    assert found.unexplained == 7


async def test_blocks_are_searched_once_each_and_progress_is_told():
    node = Blocks(*[[] for _ in range(2 * PAGE + 1)])
    told = []

    await read_statement(node, ONE, progress=lambda done, total: told.append((done, total)))

    assert node.asked.count("events_search") == 3
    assert told == [(4, 9), (8, 9), (9, 9)]


async def test_a_search_that_does_not_move_on_is_the_nodes_fault():
    node = Blocks(*HISTORY, balance=BALANCE)
    node.stuck = 1

    with pytest.raises(BadAnswer, match="stays at block 1"):
        await read_statement(node, ONE)


async def test_movements_of_one_transaction_are_told_apart():
    lines = [event("BatchRow", sender=B, to=A, amount=n, ref=f"k-{n}") for n in (1, 2, 3)]

    found = await read_statement(Blocks(lines, lines[:1], balance=7), ONE)

    places = [(entry.height, entry.index, entry.place) for entry in found.entries]
    assert places == [(1, 0, 0), (1, 0, 1), (1, 0, 2), (2, 0, 0)]


@pytest.mark.parametrize(("first", "balance"), [(4, 700), (7, BALANCE)])
async def test_a_period_in_which_no_block_came_is_empty(first, balance):
    node = Blocks(*HISTORY, balance=BALANCE)
    period = (first * STEP_MS - 900, first * STEP_MS - 100)

    found = await read_statement(
        node, ONE, from_height=first, to_height=first - 1, period_ms=period
    )

    assert found.entries == ()
    assert (found.opening, found.closing) == (balance, balance)
    assert (found.from_ms, found.to_ms) == period


@pytest.mark.parametrize(("first", "last"), [(0, None), (7, None), (4, 3)])
async def test_a_period_that_is_none_is_refused(first, last):
    with pytest.raises(BadPeriod):
        await read_statement(Blocks(*HISTORY), ONE, from_height=first, to_height=last)


async def test_a_block_that_the_node_no_longer_has_ends_the_statement():
    with pytest.raises(RpcRefused, match="NOT_FOUND"):
        await read_statement(Blocks(*HISTORY, pruned=2), ONE)


@pytest.mark.parametrize(
    ("time_ms", "height"), [(0, 1), (1_000, 1), (1_001, 2), (6_000, 6), (6_001, 7)]
)
async def test_a_time_is_the_first_block_that_is_not_before_it(time_ms, height):
    assert await height_at(Blocks(*HISTORY), time_ms) == height


def test_an_event_that_is_new_moves_its_amount_from_sender_to_receiver():
    (found,) = movements_of([event("Swept", sender=A, to=C, amount=7, fsp="kbank", payout=1)])

    assert (found.source, found.target, found.satang) == (ONE, BANK, 7)


def test_other_contracts_events_move_nothing():
    other = event("Transferred", contract="toy", sender=A, to=B, amount=1, memo="")

    assert list(movements_of([other, event("SupplyMismatch")])) == []


@pytest.mark.parametrize("fields", [{"to": A}, {"to": "x", "amount": 1}, {"to": A, "amount": 0.5}])
def test_an_event_without_its_fields_is_the_nodes_fault(fields):
    with pytest.raises(BadAnswer):
        list(movements_of([event("Issued", **fields)]))
