"""The "never" of the rules: no second signature, no unchecked vote, no unbounded memory.

Height 1, four validators; basil (1) proposes in view 0; the replica is amber (0).
"""

from dataclasses import replace

import pytest

from consensus import (
    BadEvidence,
    Broadcast,
    BuildBlock,
    Decide,
    Persist,
    RecordEvidence,
    SignMark,
    WorkWaiting,
    check_evidence,
)
from consensus.faults import evidence_of
from consensus.messages import EvidenceMessage, Kind
from primitives.codec import decode, encode
from primitives.errors import Rejected
from tests.consensus.builders import (
    CHAIN,
    block_on,
    commit,
    engine_of,
    fake_verify,
    genesis_head,
    key_of,
    pre_prepare,
    prepare,
    statement,
    validators_of,
    view_change,
)
from tests.consensus.drive import (
    built,
    hear,
    hear_all,
    kinds,
    only,
    reasons,
    validate,
    validated_blocks,
)

HEAD = genesis_head(4)
BLOCK = block_on(HEAD, proposer=1)
OTHER = block_on(HEAD, proposer=1, time_ms=7777)
EVIDENCE = evidence_of(prepare(BLOCK, 3), prepare(OTHER, 3), HEAD.restart)


def accepted():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)
    return engine


def test_every_broadcast_of_an_own_statement_follows_its_persist():
    engine = engine_of(1)
    effects = engine.step(WorkWaiting()) + built(engine, BLOCK)
    effects += hear_all(engine, [prepare(BLOCK, 0), prepare(BLOCK, 2)])

    pairs = [e for e in effects if isinstance(e, Persist | Broadcast)]

    assert [type(e) for e in pairs] == [Persist, Broadcast] * 3
    marks = [e.state.mark for e in pairs if isinstance(e, Persist)]
    assert marks == [SignMark(1, 0, 1), SignMark(1, 0, 2), SignMark(1, 0, 3)]


def test_nothing_is_signed_where_a_second_node_with_the_same_key_said_otherwise():
    engine = engine_of(0)
    hear(engine, prepare(OTHER, 0), peer=3)
    hear(engine, pre_prepare(BLOCK, sender=1))

    assert kinds(validate(engine, BLOCK)) == []


def test_nothing_is_proposed_where_a_second_node_with_the_same_key_proposed_otherwise():
    engine = engine_of(1)
    engine.step(WorkWaiting())
    hear(engine, pre_prepare(OTHER, sender=1), peer=3)

    assert kinds(built(engine, BLOCK)) == []


def test_an_own_vote_that_comes_back_from_a_peer_counts_once():
    engine = accepted()
    hear(engine, prepare(BLOCK, 1))

    effects = hear(engine, prepare(BLOCK, 0), peer=3)

    assert effects == ()
    assert engine.status().prepares == 2


@pytest.mark.parametrize("vote", [prepare, commit])
def test_one_validator_is_counted_once(vote):
    engine = accepted()

    effects = hear_all(engine, [vote(BLOCK, 1)] * 5)

    assert kinds(effects) == []
    assert only(effects, Decide) == []


@pytest.mark.parametrize("vote", [prepare, commit])
def test_votes_of_others_than_validators_do_not_count(vote):
    engine = accepted()

    effects = hear_all(engine, [vote(BLOCK, sender) for sender in (5, 6, 7)])

    assert len(reasons(effects)) == 3
    assert kinds(effects) == []


@pytest.mark.parametrize("kind", [Kind.PREPARE, Kind.COMMIT])
def test_votes_signed_for_another_chain_do_not_count(kind):
    engine = accepted()
    foreign = [statement(kind, 1, 0, BLOCK.hash, i, chain="elsewhere") for i in (1, 2, 3)]

    effects = hear_all(engine, foreign)

    assert all("does not verify" in reason for reason in reasons(effects))
    assert kinds(effects) == []


def test_a_signature_of_one_kind_is_none_of_another():
    engine = accepted()

    effects = hear(engine, replace(prepare(BLOCK, 1), kind=Kind.COMMIT))

    assert "does not verify" in reasons(effects)[0]


@pytest.mark.parametrize("view", [11, 2**32])
def test_votes_of_far_views_are_not_kept(view):
    engine = accepted()

    hear_all(engine, [prepare(BLOCK, 1, view=view), commit(BLOCK, 2, view=view)])

    state = engine._replica.state
    assert state.commits.views() == ()
    assert state.prepares.views() == (0,)


def test_votes_of_views_long_past_are_dropped():
    engine = accepted()
    hear(engine, commit(BLOCK, 1))

    hear_all(engine, [view_change(1, 21, 1), view_change(1, 21, 2)])
    hear(engine, commit(BLOCK, 3))

    assert engine._replica.state.commits.views() == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (prepare(BLOCK, 3), prepare(OTHER, 3)),
        (commit(BLOCK, 3), commit(OTHER, 3)),
        (pre_prepare(BLOCK, sender=1), pre_prepare(OTHER, sender=1)),
        (view_change(1, 2, 3), view_change(1, 2, 3, prepared=(0, BLOCK, (0, 1, 2)))),
    ],
    ids=["prepare", "commit", "pre-prepare", "view change"],
)
def test_two_conflicting_statements_are_evidence(one, other):
    engine = engine_of(0)
    hear(engine, one)

    effects = hear(engine, other)
    again = hear(engine, other)

    (record,) = only(effects, RecordEvidence)
    proven = check_evidence(record.evidence, CHAIN, HEAD.validators, fake_verify)
    sender = getattr(one, "statement", one).sender
    assert record.validator == proven.validator == sender
    assert (proven.height, proven.kind) == (1, getattr(one, "statement", one).kind)
    assert kinds(effects) == [Kind.EVIDENCE]
    assert again == ()


def test_a_forged_conflict_is_a_fault_and_no_evidence():
    engine = engine_of(0)
    hear(engine, prepare(BLOCK, 3))

    effects = hear(engine, replace(prepare(OTHER, 3), signature=bytes(64)), peer=2)

    assert "does not verify" in reasons(effects)[0]
    assert only(effects, RecordEvidence) == []


def test_evidence_from_a_peer_is_kept_and_goes_into_the_next_own_block():
    engine = engine_of(1)

    effects = hear(engine, EvidenceMessage(EVIDENCE), peer=2)
    twice = hear(engine, EvidenceMessage(EVIDENCE), peer=3)
    asked = engine.step(WorkWaiting())

    assert [e.validator for e in only(effects, RecordEvidence)] == [key_of(3)]
    assert kinds(effects) == []
    assert twice == ()
    assert only(asked, BuildBlock)[0].evidence == (EVIDENCE,)


def test_evidence_of_a_later_height_is_not_kept():
    later = block_on(replace(HEAD, height=5), proposer=1)
    data = evidence_of(prepare(later, 3), prepare(replace_time(later), 3), HEAD.restart)

    assert hear(engine_of(0), EvidenceMessage(data), peer=2) == ()


def replace_time(block):
    return type(block)(replace(block.header, time_ms=block.header.time_ms + 1), ())


def test_evidence_in_a_decided_block_is_not_proposed_again():
    engine = engine_of(0)
    hear(engine, EvidenceMessage(EVIDENCE), peer=2)
    block = block_on(HEAD, proposer=1, evidence=(EVIDENCE,))
    hear(engine, pre_prepare(block, sender=1))
    validate(engine, block)

    hear_all(engine, [commit(block, i) for i in (1, 2, 3)])

    assert engine.status().evidence == 0


FORGED = evidence_of(
    prepare(BLOCK, 3), replace(prepare(OTHER, 3), signature=bytes(64)), HEAD.restart
)
LATER_BLOCK = block_on(replace(HEAD, height=5), proposer=1)
LATER = evidence_of(prepare(LATER_BLOCK, 3), prepare(replace_time(LATER_BLOCK), 3), HEAD.restart)


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        ((FORGED,), "does not verify"),
        ((b"\x90",), "evidence must be an array"),
        ((LATER,), "evidence of height 6 in a block of height 1"),
    ],
)
def test_a_block_with_false_evidence_is_not_executed(evidence, reason):
    engine = engine_of(0)
    block = block_on(HEAD, proposer=1, evidence=evidence)

    effects = hear(engine, pre_prepare(block, sender=1))

    assert reason in reasons(effects)[0]
    assert validated_blocks(effects) == []


def test_a_block_with_true_evidence_is_executed():
    engine = engine_of(0)
    block = block_on(HEAD, proposer=1, evidence=(EVIDENCE,))

    effects = hear(engine, pre_prepare(block, sender=1))

    assert validated_blocks(effects) == [block]


def mutated(**changes):
    names = (
        "kind",
        "height",
        "view",
        "validator",
        "restart",
        "content",
        "signature",
        "content2",
        "signature2",
    )
    fields = dict(zip(names, decode(EVIDENCE, bytes_max=4096), strict=True))
    return encode(tuple({**fields, **changes}.values()))


def swapped():
    f = decode(EVIDENCE, bytes_max=4096)
    return encode((*f[:5], f[7], f[8], f[5], f[6]))


@pytest.mark.parametrize(
    "data",
    [
        mutated(view=1),
        mutated(kind=3),
        mutated(signature=bytes(64)),
        mutated(content2=decode(EVIDENCE, bytes_max=4096)[5]),
        mutated(kind=4),
        mutated(height=-1),
        mutated(view=2**60),
        mutated(content=None),
        swapped(),
        EVIDENCE + b"\0",
        b"",
        b"\xc1",
    ],
)
def test_false_evidence_is_refused_and_its_bearer_blamed(data):
    with pytest.raises(Rejected):
        check_evidence(data, CHAIN, HEAD.validators, fake_verify)
    assert len(reasons(hear(engine_of(0), EvidenceMessage(data), peer=2))) == 1


@pytest.mark.parametrize("data", [mutated(validator=key_of(9)), mutated(height=2)])
def test_evidence_that_this_node_cannot_judge_is_refused_and_nobody_blamed(data):
    with pytest.raises(Rejected):
        check_evidence(data, CHAIN, HEAD.validators, fake_verify)
    assert hear(engine_of(0), EvidenceMessage(data), peer=2) == ()


def test_evidence_of_another_chain_is_refused():
    with pytest.raises(BadEvidence, match="does not verify"):
        check_evidence(EVIDENCE, "elsewhere", validators_of(4), fake_verify)


def test_evidence_of_another_restart_is_refused():
    with pytest.raises(BadEvidence, match="does not verify"):
        check_evidence(mutated(restart=bytes(32)), CHAIN, HEAD.validators, fake_verify)
