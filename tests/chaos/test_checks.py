"""The checks of a chaos run find what was planted, and say nothing of a run that kept its word."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from consensus.faults import evidence_of
from consensus.messages import Kind
from primitives.crypto import ZERO_DIGEST
from tests.chaos import checks
from tests.chaos.builders import KEY, OTHER, says
from tests.chaos.checks import Chain
from tests.chaos.record import Broken

ONE, TWO = SimpleNamespace(name="one", key=b"1"), SimpleNamespace(name="two", key=b"2")
BROKEN = Broken(says(Kind.PREPARE), says(Kind.PREPARE, content=OTHER), "two contents")
RECEIPT = b"r" * 32


@dataclass
class Seen:
    """What the checks read of an arena."""

    broken: list = field(default_factory=list)
    placed: dict = field(default_factory=dict)
    repeated: list = field(default_factory=list)
    differences: list = field(default_factory=list)
    restored: object = None
    excused: list = field(default_factory=list)
    judged: int = 0
    machines: tuple = (ONE, TWO)

    @property
    def record(self):
        return self

    @property
    def follower(self):
        return self


def test_who_signs_twice_is_named_once():
    seen = Seen(broken=[(b"2", BROKEN)])

    assert checks.signed_twice(seen) == [f"two: {BROKEN}"]
    assert checks.signed_twice(seen) == []


def test_only_the_key_whose_whole_older_directory_is_back_may_and_it_must_be_said():
    seen = Seen(broken=[(b"1", BROKEN), (b"2", BROKEN)], restored=ONE)

    assert checks.signed_twice(seen) == [f"two: {BROKEN}"]
    assert checks.undetected(seen, Chain()) == ["one signed twice, and no block says so"]
    assert checks.undetected(seen, Chain(accused={b"1"})) == []


def test_evidence_against_one_that_lost_nothing_is_wrong():
    assert checks.undetected(Seen(), Chain(accused={b"2"})) == ["evidence against two"]


def test_evidence_in_a_block_names_the_key_that_signed_twice():
    shown = "0x" + evidence_of(BROKEN.earlier, BROKEN.later, ZERO_DIGEST).hex()

    assert checks.accused_by(shown) == KEY.public_key


@pytest.mark.parametrize("placed", [{}, {RECEIPT: (6, "OK")}, {RECEIPT: (5, "PAUSED")}])
def test_a_receipt_that_a_client_saw_and_the_chain_lacks_or_changed_is_lost(placed):
    seen = Seen(placed={RECEIPT: SimpleNamespace(height=5, code="OK")})

    assert len(checks.nothing_lost(seen, Chain(9, placed))) == 1
    assert checks.nothing_lost(seen, Chain(9, {RECEIPT: (5, "OK")})) == []


def test_a_transaction_in_two_blocks_is_wrong():
    assert len(checks.nothing_lost(Seen(), Chain(9, {}, [RECEIPT]))) == 1
    assert len(checks.seen_by_clients(Seen(repeated=[RECEIPT]))) == 1


def test_a_traceback_in_a_log_is_wrong(tmp_path):
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text("2026 INFO all is well\n")
    bad.write_text("2026 ERROR\nTraceback (most recent call last):\n")
    logs = [SimpleNamespace(log_path=good), SimpleNamespace(log_path=bad)]

    assert checks.no_traceback(logs) == [f"a traceback in {bad}"]
