"""Evidence: one misdeed counts once, is judged by the set of its height, and hides no other.

The replica is amber (0) of four validators. "Old" sets decided heights 1 to 4 in some tests, those
of today the heights from 5 on.
"""

from dataclasses import replace

import pytest

from consensus import BuildBlock, Misdeed, RecordEvidence, WorkWaiting, misdeed_of
from consensus.faults import KEPT_MAX, KEPT_PER_VALIDATOR_MAX, evidence_of
from consensus.messages import EvidenceMessage, Kind
from consensus.turns import order_of
from primitives.ids import Height
from primitives.limits import BLOCK_EVIDENCE_MAX, EVIDENCE_PER_HEIGHT_MAX
from primitives.set_history import SetHistory
from primitives.validators import Validator, validator_set
from tests.consensus.builders import (
    block_on,
    engine_of,
    genesis_head,
    key_of,
    pre_prepare,
    prepare,
    statement,
    validators_of,
)
from tests.consensus.drive import built, hear, only, reasons, validated_blocks

HEAD = genesis_head(4)
NOW = validators_of(4)
OLD = validator_set([*NOW.members[:3], Validator(key_of(7), "teak")])  # teak left at height 5


def evidence(sender: int, *, height: int = 1, view: int = 0, number: int = 0) -> bytes:
    """Two prepares at one place; other pairs of that place by `number`."""
    pair = (
        statement(Kind.PREPARE, height, view, bytes([number, at]) * 16, sender) for at in (1, 2)
    )
    return evidence_of(*pair, HEAD.restart)


def engine_at_6(first_height: int = 0, *, count: int = 4):
    """An engine that decides height 6, with what it knows of the sets before."""
    history = SetHistory(
        first_height=Height(first_height),
        sets=((Height(1), OLD), (Height(5), validators_of(count))),
    )
    head = genesis_head(count)
    order = order_of(head.validators, {}, Height(6))
    head = replace(head, height=Height(5), history=history, order=order)
    return engine_of(0, count=count, head=head)


def told(engine, data: bytes):
    return hear(engine, EvidenceMessage(data), peer=2)


def test_endless_pairs_of_one_place_are_one_misdeed():
    engine = engine_of(0)

    recorded = [only(told(engine, evidence(3, number=n)), RecordEvidence) for n in range(50)]

    assert [len(effects) for effects in recorded] == [1] + [0] * 49
    assert engine.status().evidence == 1
    assert misdeed_of(evidence(3, number=0)) == misdeed_of(evidence(3, number=9))


def test_what_one_validator_did_at_one_height_is_bounded():
    engine = engine_of(0)

    for view in range(50):
        told(engine, evidence(3, view=view))

    assert engine.status().evidence == EVIDENCE_PER_HEIGHT_MAX


def test_what_one_validator_did_at_all_heights_is_bounded_and_hides_nobody_else():
    engine = engine_at_6()
    for height in range(1, 6):
        for view in range(10):
            told(engine, evidence(2, height=height, view=view))
    assert engine.status().evidence == KEPT_PER_VALIDATOR_MAX

    told(engine, evidence(1, height=5))

    assert engine.status().evidence == KEPT_PER_VALIDATOR_MAX + 1


def test_all_evidence_together_is_bounded():
    many = validators_of(100)
    sets = tuple(
        (Height(1 + at), validator_set(Validator(key_of(at * 80 + i), f"v{i}") for i in range(80)))
        for at in range(3)
    )
    head = replace(HEAD, height=Height(3), validators=many, history=SetHistory(sets=sets))
    engine = engine_of(0, head=head)

    for at in range(3):
        for sender in range(80):
            for view in range(EVIDENCE_PER_HEIGHT_MAX):
                told(engine, evidence(at * 80 + sender, height=1 + at, view=view))
    for sender in range(80):
        for view in range(EVIDENCE_PER_HEIGHT_MAX):
            told(engine, evidence(sender, height=4, view=view))

    assert engine.status().evidence == KEPT_MAX


def test_evidence_against_one_who_has_left_is_kept_and_its_bearer_not_blamed():
    engine = engine_at_6()

    effects = told(engine, evidence(7, height=4))

    assert reasons(effects) == []
    assert [effect.validator for effect in only(effects, RecordEvidence)] == [key_of(7)]


@pytest.mark.parametrize(
    ("sender", "height", "first_height"),
    [
        (7, 5, 0),  # teak had left
        (3, 4, 0),  # dahlia was no validator yet
        (2, 3, 4),  # older than what counts
        (2, 0, 0),  # nobody decides height 0
    ],
)
def test_evidence_of_a_set_that_is_not_known_or_another_is_dropped_silently(
    sender, height, first_height
):
    assert told(engine_at_6(first_height), evidence(sender, height=height)) == ()


def test_a_block_with_evidence_against_one_who_has_left_is_executed():
    engine = engine_at_6()
    head = engine._replica.head
    block = block_on(head, proposer=2, evidence=(evidence(7, height=4),))

    effects = hear(engine, pre_prepare(block, sender=2))

    assert reasons(effects) == []
    assert validated_blocks(effects) == [block]


def test_a_block_with_evidence_that_is_too_old_is_refused():
    engine = engine_at_6(first_height=4)
    head = engine._replica.head
    block = block_on(head, proposer=2, evidence=(evidence(2, height=3),))

    effects = hear(engine, pre_prepare(block, sender=2))

    assert "evidence of height 3, too old: counted are those from 4 on" in reasons(effects)[0]
    assert validated_blocks(effects) == []


def test_a_block_with_evidence_against_a_stranger_to_its_height_is_refused():
    engine = engine_at_6()
    head = engine._replica.head
    block = block_on(head, proposer=2, evidence=(evidence(7, height=5),))

    effects = hear(engine, pre_prepare(block, sender=2))

    assert "is not a validator of height 5" in reasons(effects)[0]


def test_a_block_is_offered_one_piece_of_each_validator_so_that_a_flood_leaves_room():
    engine = engine_of(1, count=40)
    for view in range(EVIDENCE_PER_HEIGHT_MAX):
        told(engine, evidence(39, view=view))
    for sender in range(2, 30):
        told(engine, evidence(sender))

    asked = only(engine.step(WorkWaiting()), BuildBlock)[0].evidence

    accused = [misdeed_of(data).validator for data in asked]
    assert accused == [key_of(39), *(key_of(i) for i in range(2, BLOCK_EVIDENCE_MAX + 1))]


def test_what_the_state_has_already_is_offered_once_and_not_again():
    engine = engine_of(1)
    told(engine, evidence(3))
    told(engine, evidence(2))
    engine.step(WorkWaiting())

    built(engine, block_on(HEAD, proposer=1, evidence=(evidence(2),)))

    assert set(engine._replica.evidence) == {
        Misdeed(validator=key_of(2), height=Height(1), view=0, kind=Kind.PREPARE)
    }


def test_a_decided_block_settles_a_misdeed_whatever_pair_it_shows():
    engine = engine_of(0)
    told(engine, evidence(3, number=1))
    block = block_on(HEAD, proposer=1, evidence=(evidence(3, number=2),))

    engine._replica.state.valid.add(block.hash)
    hear(engine, pre_prepare(block, sender=1))
    for sender in (1, 2, 3):
        hear(engine, statement(Kind.COMMIT, 1, 0, block.hash, sender))

    assert engine.status().step == "decided"
    assert engine.status().evidence == 0


def test_two_prepares_of_a_validator_are_evidence_against_it_alone():
    engine = engine_of(0)
    one, other = block_on(HEAD, proposer=1), block_on(HEAD, proposer=1, time_ms=7777)
    hear(engine, prepare(one, 3))

    (record,) = only(hear(engine, prepare(other, 3), peer=1), RecordEvidence)

    assert misdeed_of(record.evidence).validator == key_of(3)
