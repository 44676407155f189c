"""Bulk payouts: batches of 500, the same references for the same rows, a result for every row."""

import pytest

from client.cbdc.payout_file import Payout
from client.cbdc.payouts import UNKNOWN, batch_of, batches_of, pay_out
from client.errors import NodeUnreachable
from client.outcome import Outcome
from client.wallet import Wallet
from primitives.ids import TransactionId, show_address

WHO = [Wallet.from_seed(bytes([n]) * 32).address for n in (1, 2)]


def rows_of(count, satang=60_000):
    return [
        Payout(line=n + 2, to=WHO[n % 2], satang=satang, reference=f"k-{n}") for n in range(count)
    ]


class Paying:
    """An actor whose ledger refuses the rows of these references, or whole batches."""

    def __init__(self, refuses=(), code="OK", dies_at=None):
        self.refuses = refuses
        self.code = code
        self.dies_at = dies_at
        self.sent = []

    async def send(self, message):
        if len(self.sent) == self.dies_at:
            raise NodeUnreachable("away")
        self.sent.append(message)
        events = [
            {
                "contract": "cbdc",
                "name": "BatchRowRefused",
                "fields": {
                    "payer": show_address(WHO[0]),
                    "payee": show_address(line.to),
                    "ref": line.ref,
                    "code": "HOLDING_LIMIT",
                },
            }
            for line in message.lines
            if line.ref in self.refuses
        ]
        receipt = {"code": self.code, "events": events}
        status = "committed" if self.code else "pending"
        return Outcome(
            transaction_id=TransactionId(bytes([len(self.sent)] * 32)),
            status=status,
            height=7 if self.code else None,
            receipt=receipt if self.code else None,
        )


async def results(actor, rows, **how):
    return [result async for result in pay_out(actor, rows, **({"is_partial": True} | how))]


async def test_rows_go_in_batches_of_500_in_order():
    actor, told = Paying(), []

    found = await results(actor, rows_of(1_001), progress=told.append)

    assert [len(message.lines) for message in actor.sent] == [500, 500, 1]
    assert [result.row.line for result in found] == list(range(2, 1_003))
    assert all(result.is_paid for result in found)
    assert told == [500, 500, 1]


async def test_a_batch_says_its_total_and_its_mode():
    actor = Paying()

    await results(actor, rows_of(3, satang=5), is_partial=False)

    assert (actor.sent[0].total, actor.sent[0].mode) == (15, "all_or_nothing")
    assert batch_of(rows_of(1), is_partial=True).mode == "partial"


async def test_a_refused_row_is_told_with_its_code_and_the_others_are_paid():
    found = await results(Paying(refuses=("k-1",)), rows_of(3))

    assert [(result.row.reference, result.code) for result in found] == [
        ("k-0", "OK"),
        ("k-1", "HOLDING_LIMIT"),
        ("k-2", "OK"),
    ]


async def test_a_batch_that_is_refused_whole_pays_no_row():
    found = await results(Paying(code="INSUFFICIENT_FUNDS"), rows_of(2))

    assert {result.code for result in found} == {"INSUFFICIENT_FUNDS"}


async def test_a_batch_in_no_block_yet_is_unknown_and_not_paid():
    found = await results(Paying(code=""), rows_of(1))

    assert [(result.code, result.is_paid) for result in found] == [(UNKNOWN, False)]


async def test_a_payout_that_broke_off_sends_the_same_references_again():
    rows = rows_of(900)
    first, again = Paying(dies_at=1), Paying()

    with pytest.raises(NodeUnreachable):
        await results(first, rows)
    await results(again, rows)

    assert first.sent[0] == again.sent[0]
    assert len({message.reference for message in again.sent}) == 2


def test_other_rows_make_another_reference():
    one, other = batch_of(rows_of(1), is_partial=True), batch_of(rows_of(1, 61), is_partial=True)

    assert one.reference != other.reference
    assert len(one.reference) <= 64


def test_no_rows_make_no_batch():
    assert list(batches_of([])) == []
