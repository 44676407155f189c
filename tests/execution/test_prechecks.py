"""Costly checks run in threads, once a node; a refusal is not remembered."""

import asyncio
import threading

import pytest

from node.execution.precheck_line import CheckLimits, CheckLine
from node.execution.prechecks import Prechecks
from node.execution.verified import VerifiedCache
from primitives.errors import BadShape, NotAllowed
from primitives.ids import address_of
from primitives.transaction import Body, Transaction, sign_body
from tests.builders import TIME_MS, key

SIGNER = key(7)


class CostlyProofs:
    """Calls of `prove` have a costly check; those with the argument 0 fail it."""

    def __init__(self) -> None:
        self.verified = VerifiedCache()
        self.checked: list[int] = []
        self.threads: set[int] = set()
        self.groups: list[int] = []

    def may_be_due(self, raw: bytes) -> bool:
        return b"prove" in raw

    def is_due(self, transaction: Transaction) -> bool:
        is_known = self.verified.is_prechecked(transaction.transaction_id)
        return transaction.body.method == "prove" and not is_known

    def is_shared(self, transaction: Transaction) -> bool:
        return transaction.body.contract == "ballots"

    def run(self, transactions) -> list[NotAllowed | None]:
        self.groups.append(len(transactions))
        return [self.fault_of(transaction) for transaction in transactions]

    def fault_of(self, transaction: Transaction) -> NotAllowed | None:
        self.threads.add(threading.get_ident())
        self.checked.append(transaction.body.args[0])
        return NotAllowed("no proof") if transaction.body.args[0] == 0 else None


@pytest.fixture
def costly():
    return CostlyProofs()


@pytest.fixture
def prechecks(costly):
    made = Prechecks(costly)
    yield made
    made.close()


def a_call(number: int, method: str = "prove", contract: str = "toy") -> Transaction:
    return sign_body(
        Body(
            chain_id="test",
            sender=address_of(SIGNER.public_key),
            nonce=number,
            expires_at_ms=TIME_MS,
            contract=contract,
            method=method,
            args=(number,),
        ),
        [SIGNER],
    )


async def test_a_costly_check_runs_once_and_not_on_the_event_loop(costly, prechecks):
    first = await prechecks.check([a_call(1), a_call(2, "other")])
    second = await prechecks.check([a_call(1)])

    assert (first, second) == ([None, None], [None])
    assert costly.checked == [1]
    assert threading.get_ident() not in costly.threads


async def test_a_refusal_is_returned_in_its_place_and_asked_again_next_time(costly, prechecks):
    for _ in range(2):
        faults = await prechecks.check([a_call(1, "other"), a_call(0), a_call(3)])

        assert [type(fault) for fault in faults] == [type(None), NotAllowed, type(None)]

    assert sorted(costly.checked) == [0, 0, 3]


async def test_a_block_is_prepared_with_what_this_node_has_not_checked(costly, prechecks):
    known, fresh = a_call(1), a_call(2)
    await prechecks.check([known])

    await prechecks.prepare([known.raw, fresh.raw])

    assert costly.checked == [1, 2]
    assert costly.verified.is_prechecked(fresh.transaction_id)


async def test_a_block_that_cannot_be_decoded_is_left_to_execution(costly, prechecks):
    assert prechecks.prepare([b"\xc1prove", a_call(1).raw]) is None

    assert costly.checked == []
    with pytest.raises(BadShape):
        costly.verified.read(b"\xc0")


async def test_nothing_is_awaited_for_a_block_whose_calls_are_cheap_or_checked(costly, prechecks):
    known = a_call(1)
    await prechecks.check([known])

    assert prechecks.prepare([known.raw, a_call(2, "other").raw]) is None


async def test_a_check_under_way_is_not_begun_again(costly, prechecks):
    same = a_call(1)

    first, second = await asyncio.gather(prechecks.check([same]), prechecks.prepare([same.raw]))

    assert (first, second) == ([None], None)
    assert costly.checked == [1]


def test_bytes_of_a_transaction_say_whether_its_method_may_be_costly(chain):
    costly = chain.ledger.costly
    plain = chain.transfer(SIGNER, SIGNER, 1)
    named = chain.transaction(SIGNER, "register_key", contract="voting")

    assert not costly.may_be_due(plain.raw)
    assert not costly.may_be_due(named.raw)  # the contract is not on this network


async def test_who_brings_failing_checks_has_them_refused_unchecked(costly, prechecks):
    for _ in range(5):
        await prechecks.check([a_call(0)], "client 10.0.0.1")
    checked = len(costly.checked)

    (bad,) = await prechecks.check([a_call(0)], "client 10.0.0.1")
    (good,) = await prechecks.check([a_call(8)], "client 10.0.0.2")

    assert bad.code == "TOO_MANY_CHECKS"
    assert dict(bad.details) == {"retry_after_s": 1}
    assert good is None
    assert costly.checked[checked:] == [8]


async def test_a_block_waits_behind_no_source(costly, prechecks):
    gate = threading.Event()
    real = costly.run

    def slow(transactions):
        if transactions[0].body.args[0] < 100:
            gate.wait(5)
        return real(transactions)

    costly.run = slow
    waiting = asyncio.gather(
        *(prechecks.check([a_call(number)], "client 10.0.0.1") for number in range(1, 20))
    )
    await asyncio.sleep(0)

    await prechecks.prepare([a_call(100).raw])
    done = list(costly.checked)
    gate.set()
    await waiting

    assert done == [100]


def test_sources_take_turns_in_the_line_of_checks():
    line = CheckLine()
    for source, numbers in (("a", range(3)), ("b", range(3, 5))):
        for number in numbers:
            assert line.join(source, a_call(number)) is None

    order = []
    while (found := line.next()) is not None:
        order.append(found[0])

    assert order == ["a", "b", "a", "b", "a"]
    assert len(line) == 0


def test_the_line_of_checks_is_bounded_for_a_source_and_for_all():
    line = CheckLine(CheckLimits(waiting_max=3, per_source_max=2))

    refusals = [line.join(source, a_call(1)) for source in ("a", "a", "a", "b", "c")]

    assert [refusal is None for refusal in refusals] == [True, True, False, True, False]


def test_failures_are_forgiven_with_time():
    now = [0.0]
    limits = CheckLimits(failures_burst=1, failures_per_second=0.5)
    line = CheckLine(limits, clock=lambda: now[0])
    line.failed("a", a_call(0))
    refused = line.join("a", a_call(1))

    now[0] = 2.0

    assert refused is not None
    assert line.join("a", a_call(1)) is None


def ballot(number: int) -> Transaction:
    """A call of which a part is checked together with others; all of one sender."""
    return a_call(number, contract="ballots")


async def test_what_waits_together_is_checked_together_and_each_has_its_own_verdict(costly):
    prechecks = Prechecks(costly, threads=1)
    calls = [ballot(number) for number in (1, 2, 0, 3)]

    answers = await asyncio.gather(
        *(prechecks.check([each], f"client {place}") for place, each in enumerate(calls))
    )
    prechecks.close()

    assert [fault is None for (fault,) in answers] == [True, True, False, True]
    assert sorted(costly.groups) == [1, 3]  # the first found nobody waiting


async def test_a_sender_whose_ballots_fail_waits_whoever_brings_them(costly, prechecks):
    for number in range(5):
        await prechecks.check([a_call(0, contract="ballots")], f"client {number}")

    (refused,) = await prechecks.check([ballot(1)], "client 9")
    (other,) = await prechecks.check([a_call(2)], "client 9")

    assert refused.code == "TOO_MANY_CHECKS"
    assert "this sender failed" in refused.message
    assert other is None


def test_one_pseudonym_has_a_rate_whoever_brings_its_ballots():
    now = [0.0]
    limits = CheckLimits(paced_burst=2, paced_per_second=0.1)
    line = CheckLine(limits, clock=lambda: now[0])

    taken = [
        line.join(f"client {number}", ballot(number), is_paced=True) is None for number in range(3)
    ]
    now[0] = 10.0

    assert taken == [True, True, False]
    assert line.join("client 3", ballot(3), is_paced=True) is None
    assert line.join("client 4", ballot(4), is_paced=True) is not None
    assert line.join("client 4", a_call(4)) is None


def test_the_next_is_left_where_it_is_when_it_is_not_wanted():
    line = CheckLine()
    line.join("a", a_call(1))

    assert line.next(lambda each: each.body.contract == "ballots") is None
    assert (len(line), line.next()[1]) == (1, a_call(1))


async def test_what_was_checked_for_the_contracts_before_is_not_remembered_for_others():
    class Switching(CostlyProofs):
        def run(self, transactions):
            self.verified.begin_rules()  # another version follows meanwhile
            return super().run(transactions)

    switching = Switching()
    prechecks = Prechecks(switching)

    passed = await prechecks.check([a_call(1)])

    assert passed == [None]
    assert not switching.verified.is_prechecked(a_call(1).transaction_id)
    prechecks.close()


async def test_who_joins_a_check_that_was_begun_before_gets_no_more_of_it():
    begun, over = threading.Event(), threading.Event()

    class Slow(CostlyProofs):
        def run(self, transactions):
            begun.set()
            over.wait(10)
            return super().run(transactions)

    slow = Slow()
    prechecks = Prechecks(slow)
    first = asyncio.ensure_future(prechecks.check([a_call(1)]))
    await asyncio.to_thread(begun.wait, 10)
    slow.verified.begin_rules()
    second = asyncio.ensure_future(prechecks.check([a_call(1)]))
    await asyncio.sleep(0)
    over.set()

    assert await first == await second == [None]
    assert not slow.verified.is_prechecked(a_call(1).transaction_id)
    prechecks.close()
