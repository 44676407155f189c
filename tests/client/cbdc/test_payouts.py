"""Bulk payouts: batches of 500, the same references for the same rows, a result for every row."""

from dataclasses import replace

import pytest

from client.cbdc.payout_file import Payout
from client.cbdc.payouts import UNKNOWN, batch_of, batches_of, pay_out, preview
from client.contract import call_of
from client.errors import NodeUnreachable
from client.outcome import Outcome
from client.wallet import Wallet
from primitives.ids import TransactionId, show_address
from primitives.limits import TRANSACTION_BYTES_MAX

WHO = [Wallet.from_seed(bytes([n]) * 32).address for n in (1, 2)]


def rows_of(count, satang=60_000):
    return [
        Payout(line=n + 2, to=WHO[n % 2], satang=satang, reference=f"k-{n}") for n in range(count)
    ]


class Paying:
    """An actor and its ledger, which refuses the rows of these references, or whole batches.

    `earlier` are the rows that it has paid: (payee, satang, height) by series and reference.
    """

    address = WHO[0]

    def __init__(self, refuses=(), code="OK", dies_at=None, earlier=()):
        self.refuses = refuses
        self.code = code
        self.dies_at = dies_at
        self.sent = []
        self.paid = dict(earlier)
        self.taken = set()
        self.meanwhile = {}  # what another batch pays just before the next one
        self.rpc = self

    async def call(self, method, params):
        assert method == "state_query"
        return {"value": self.answer(params["query"], params["args"]), "height": 7}

    async def batch(self, requests):
        return [await self.call(request.method, request.params) for request in requests]

    def answer(self, query, args):
        if query == "batch_result":
            done = {"height": 7, "paid": 0, "amount": 0, "refused": []}
            return done if args[1] in self.taken else None
        if query == "parameters_now":
            return [{"name": "travel-from", "value": 50_000, "low": 0, "high": 10**15}]
        if query == "wallet":
            return None if args[0] == show_address(WHO[1]) else wallet_json(args[0])
        to, satang, height = self.paid.get((args[1], args[2]), (None, 0, 0))
        return to and {"to": show_address(to), "amount": satang, "height": height}

    async def send(self, message):
        if len(self.sent) == self.dies_at:
            raise NodeUnreachable("away")
        self.sent.append(message)
        self.paid |= self.meanwhile
        events = []
        for line in message.lines:
            code = "REFERENCE_REUSED" if (line.series, line.ref) in self.paid else ""
            code = code or "HOLDING_LIMIT" * (line.ref in self.refuses)
            if code:
                events.append(refused_json(line, code))
            elif self.code == "OK":
                self.paid[line.series, line.ref] = (line.to, line.amount, 7)
        if self.code == "OK":
            self.taken.add(message.reference)
        receipt = {"code": self.code, "events": events}
        status = "committed" if self.code else "pending"
        return Outcome(
            transaction_id=TransactionId(bytes([len(self.sent)] * 32)),
            status=status,
            height=7 if self.code else None,
            receipt=receipt if self.code else None,
        )


def refused_json(line, code):
    sides = {"payer": show_address(WHO[0]), "payee": show_address(line.to)}
    fields = sides | {"ref": line.ref, "series": line.series, "code": code}
    return {"contract": "cbdc", "name": "BatchRowRefused", "fields": fields}


def wallet_json(address):
    wallet = {"fsp": "kbank", "kind": "person", "holder": None, "status": "active"}
    wallet |= {"frozen_scope": "", "frozen_until_ms": 0, "controller": None, "stands_for": None}
    state = {"address": address, "wallet": wallet, "tier": "T3", "refusal": ""}
    return state | {"available": 0, "held": 0, "offline": 0}


async def results(actor, rows, **how):
    return [result async for result in pay_out(actor, rows, **({"is_partial": True} | how))]


async def test_rows_go_in_batches_of_500_in_order():
    actor, told = Paying(), []

    found = await results(actor, rows_of(1_001), progress=told.append)

    assert [len(message.lines) for message in actor.sent] == [500, 500, 1]
    assert [result.row.line for result in found] == list(range(2, 1_003))
    assert all(result.is_paid for result in found)
    assert told == [500, 500, 1]


def test_a_batch_of_long_rows_is_as_long_as_a_transaction_holds():
    row = Payout(line=2, to=WHO[0], satang=1, reference="ก" * 35, travel=bytes(32))
    rows = [replace(row, line=n, series=f"{n:032}") for n in range(1_000)]

    payer = Wallet.from_seed(bytes(32))

    batches = list(batches_of(rows))

    assert [row for batch in batches for row in batch] == rows
    for batch in batches:
        message = batch_of(batch, is_partial=True)
        times = {"chain_id": "c" * 32, "expires_at_ms": 2**41}
        signed = payer.sign(call_of(message, sender=payer.address, **times))
        assert len(signed.raw) <= TRANSACTION_BYTES_MAX


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


async def test_a_row_that_was_paid_is_told_and_left_out():
    rows = rows_of(3)
    actor = Paying(earlier={("", "k-1"): (WHO[1], 60_000, 162)})

    found = await results(actor, rows)

    assert [line.ref for line in actor.sent[0].lines] == ["k-0", "k-2"]
    assert [(one.code, one.was_paid, one.height) for one in found] == [
        ("OK", False, 7),
        ("OK", True, 162),
        ("OK", False, 7),
    ]


async def test_a_file_that_has_grown_pays_the_new_row_only():
    actor = Paying()
    await results(actor, rows_of(2))

    found = await results(actor, rows_of(3))

    assert [[line.ref for line in one.lines] for one in actor.sent] == [["k-0", "k-1"], ["k-2"]]
    assert [one.was_paid for one in found] == [True, True, False]


async def test_the_same_references_in_another_series_are_other_payments():
    actor = Paying()
    await results(actor, [replace(row, series="2026-11") for row in rows_of(2)])

    found = await results(actor, [replace(row, series="2026-12") for row in rows_of(2)])

    assert [one.was_paid for one in found] == [False, False]
    assert len(actor.sent) == 2


async def test_a_name_that_served_for_another_payment_is_refused_and_not_told_as_paid():
    actor = Paying(earlier={("", "k-0"): (WHO[0], 5, 162)})

    (found,) = await results(actor, rows_of(1))

    assert (found.code, found.is_paid, found.height) == ("REFERENCE_REUSED", False, 162)
    assert actor.sent == []


async def test_a_row_that_was_refused_is_tried_again_under_another_batch():
    actor = Paying(refuses=("k-0",))
    await results(actor, rows_of(1))
    actor.refuses = ()

    (found,) = await results(actor, rows_of(1))

    assert found.is_paid
    assert actor.sent[0].reference != actor.sent[1].reference


async def test_a_row_that_another_batch_paid_meanwhile_is_told_as_paid():
    actor = Paying()
    actor.meanwhile = {("", "k-0"): (WHO[0], 60_000, 6)}

    found = await results(actor, rows_of(2))

    assert [(one.code, one.was_paid, one.height) for one in found] == [
        ("OK", True, 6),
        ("OK", False, 7),
    ]


async def test_a_preview_tells_what_would_be_paid_what_was_and_what_lacks_travel_data():
    rows = rows_of(4)
    rows[0] = replace(rows[0], satang=50_000)
    rows[2] = replace(rows[2], satang=60_001)
    actor = Paying(earlier={("", "k-0"): (WHO[0], 50_000, 162)})

    found = await preview(actor, WHO[0], rows)

    assert ([row.reference for row in found.to_pay], found.satang) == (
        ["k-1", "k-2", "k-3"],
        180_001,
    )
    assert [one.height for one in found.earlier] == [162]
    assert [row.reference for row in found.needs_travel] == ["k-2"]  # WHO[1] is no customer
    assert actor.sent == []
