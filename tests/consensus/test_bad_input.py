"""Whatever bytes a peer sends: a fault at most, never an exception, never a vote."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consensus import (
    BlockBuilt,
    BlockCommitted,
    BlockValidated,
    Broadcast,
    Decide,
    PeerConnected,
    Persist,
    Received,
    ReportFault,
    StartTimer,
    TimerFired,
    WorkWaiting,
)
from consensus.faults import evidence_of
from consensus.messages import (
    Decided,
    EvidenceMessage,
    Justification,
    Position,
    PositionQuestion,
    StatusMessage,
)
from consensus.wire import read_message
from primitives.codec import decode, encode
from primitives.errors import InvariantBroken, Rejected
from tests.consensus.builders import (
    block_on,
    certificate_of,
    commit,
    engine_of,
    genesis_head,
    head_after,
    key_of,
    pre_prepare,
    prepare,
    prepares_of,
    view_change,
)
from tests.consensus.drive import committed, hear, only, reasons

HEAD = genesis_head(4)
BLOCK = block_on(HEAD, proposer=1)
OTHER = block_on(HEAD, proposer=1, time_ms=7777)
CHANGES = [view_change(1, 1, i, prepared=(0, BLOCK, (0, 1, 3))) for i in (0, 1, 3)]
MESSAGES = {
    "PrePrepare": pre_prepare(BLOCK, sender=1),
    "PrePrepare justified": pre_prepare(BLOCK, sender=2, view=1, changes=CHANGES),
    "Prepare": prepare(BLOCK, 2),
    "Commit": commit(BLOCK, 2),
    "ViewChange": view_change(1, 1, 2),
    "ViewChange prepared": CHANGES[0],
    "Decided": Decided(1, BLOCK.encode(), certificate_of(BLOCK, senders=(1, 2, 3)).encode()),
    "Status": StatusMessage(1, 0, BLOCK.hash, None, b"\x01", ((0, b"\x02"),), b"\x04"),
    "PositionQuestion": PositionQuestion(bytes(16)),
    "Position": Position(bytes(16), 1, False, commit(BLOCK, 0)),
    "Evidence": EvidenceMessage(evidence_of(prepare(BLOCK, 3), prepare(OTHER, 3), HEAD.restart)),
}
by_name = pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
WRONG = [None, -1, 2**64 - 1, 2**63, True, b"", b"\0" * 33, "text", (), ((),), (1, 2, 3, 4, 5, 6)]

# What a sender may leave out: the block of a claim, and anything in a status.
HARMLESS = [
    (CHANGES[0], 7, None),
    *((MESSAGES["Status"], index, wrong) for index in range(2, 9) for wrong in WRONG),
    (MESSAGES["Position"], 3, True),
    (MESSAGES["Position"], 4, None),
]


def give(payload: bytes, engine=None):
    return (engine or engine_of(0)).step(Received(key_of(3), payload))


@by_name
def test_every_message_reads_back_as_it_was_written(message):
    assert read_message(message.encode()) == message
    assert read_message(message.encode()).encode() == message.encode()


@by_name
def test_a_message_cut_anywhere_is_a_fault(message):
    payload = message.encode()

    for end in range(len(payload)):
        effects = give(payload[:end])
        assert [type(e) for e in effects] == [ReportFault]
    assert [type(e) for e in give(payload + b"\0")] == [ReportFault]


@by_name
def test_a_field_of_a_wrong_type_or_size_never_counts_as_good(message):
    fields = decode(message.encode(), bytes_max=10**6)
    good = give(message.encode())

    for index in range(len(fields)):
        for wrong in WRONG:
            is_same = wrong == fields[index] and type(wrong) is type(fields[index])
            if is_same or (message, index, wrong) in HARMLESS:
                continue
            effects = give(encode((*fields[:index], wrong, *fields[index + 1 :])))
            assert only(effects, Decide) == []
            assert effects != good or effects == ()


@by_name
def test_a_missing_or_surplus_field_is_a_fault(message):
    fields = decode(message.encode(), bytes_max=10**6)

    for changed in (fields[:-1], (*fields, None), fields * 2):
        assert [type(e) for e in give(encode(changed))] == [ReportFault]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "unknown kind"),
        (b"\x91", "unknown kind"),
        (b"\x91\x09", "unknown kind"),
        (b"\x96\x02" + b"\0" * 300, "PREPARE of 302 bytes, at most 256"),
        (b"\x98\x05" + b"\0" * 2000, "STATUS of 2002 bytes, at most 1024"),
        (b"\x99\x01" + b"\0" * (2 * 1024 * 1024), "PRE_PREPARE of"),
        (b"\x80\x01", "not canonical"),
    ],
)
def test_bytes_that_are_no_message_are_named(payload, reason):
    assert reason in reasons(give(payload))[0]


def test_signers_repeated_or_out_of_order_are_a_fault():
    good = CHANGES[0]
    for prepares in (good.prepares[:1] * 3, good.prepares[::-1]):
        effects = hear(engine_of(0), replace(good, prepares=prepares))
        assert "repeated or out of order" in reasons(effects)[0]


def test_view_changes_repeated_in_a_justification_are_a_fault():
    proposal = MESSAGES["PrePrepare justified"]
    heads = proposal.justification.heads
    repeated = replace(
        proposal, justification=Justification(heads[:1] * 3, prepares_of(BLOCK, 0, (0, 1, 3)))
    )

    assert "repeated or out of order" in reasons(hear(engine_of(0), repeated))[0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"view": 0}, "a view above 0"),
        ({"content": (1, BLOCK.hash)}, "prepared in view 1, asked for 1"),
        ({"content": None}, "without a claim carries nothing"),
    ],
)
def test_a_view_change_that_contradicts_itself_is_a_fault(change, reason):
    message = CHANGES[0] if "view" not in change else MESSAGES["ViewChange"]
    bad = replace(message, statement=replace(message.statement, **change))

    assert reason in reasons(hear(engine_of(0), bad, peer=3))[0]


def test_a_view_change_names_no_block_of_its_own():
    with pytest.raises(InvariantBroken):
        _ = CHANGES[0].statement.block_hash


def test_claims_of_huge_heights_are_bounded():
    far = replace(prepare(BLOCK, 2), height=2**53 + 1)

    assert "height must be" in reasons(hear(engine_of(0), far))[0]


def _replace_field(payload, index, value):
    parts = list(decode(payload, bytes_max=10**6))
    parts[index % len(parts)] = value
    return encode(tuple(parts))


payloads = st.one_of(
    st.binary(max_size=300),
    st.sampled_from([m.encode() for m in MESSAGES.values()]),
    st.builds(
        lambda payload, at, byte: (
            payload[: at % len(payload)] + bytes([byte]) + payload[at % len(payload) + 1 :]
        ),
        st.sampled_from([m.encode() for m in MESSAGES.values()]),
        st.integers(0, 5000),
        st.integers(0, 255),
    ),
)
fields = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**64 - 1),
        st.binary(max_size=70),
        st.text(max_size=5),
        st.sampled_from([BLOCK.hash, key_of(0), key_of(1), BLOCK.encode(), bytes(64)]),
    ),
    lambda inner: st.lists(inner, max_size=5).map(tuple),
    max_leaves=12,
)
shaped = st.builds(
    lambda kind, rest: encode((kind, *rest)),
    st.integers(0, 7),
    st.lists(fields, max_size=9),
)
mutated = st.builds(
    _replace_field,
    st.sampled_from([m.encode() for m in MESSAGES.values()]),
    st.integers(0, 8),
    fields,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(payloads, shaped, mutated), max_size=6))
def test_no_bytes_make_an_engine_raise(chunks):
    engine = engine_of(0)

    for chunk in chunks:
        effects = engine.step(Received(key_of(3), chunk))
        assert isinstance(effects, tuple)


@settings(max_examples=100, deadline=None)
@given(st.one_of(payloads, shaped))
def test_reading_raises_only_rejected_and_what_is_read_is_canonical(payload):
    try:
        message = read_message(payload)
    except Rejected:
        return

    assert message.encode() == payload


CERTIFICATE = certificate_of(BLOCK, senders=(0, 1, 2))
events = st.one_of(
    st.builds(Received, st.integers(0, 5).map(key_of), payloads),
    st.builds(BlockBuilt, st.integers(0, 3), st.integers(0, 3), st.sampled_from([BLOCK, OTHER])),
    st.builds(
        BlockValidated,
        st.integers(0, 3),
        st.sampled_from([BLOCK.hash, OTHER.hash]),
        st.sampled_from([None, "differs"]),
    ),
    st.just(BlockCommitted(head_after(BLOCK, CERTIFICATE))),
    st.just(WorkWaiting()),
    st.builds(TimerFired, st.sampled_from(["view", "resend", "answer", "x"]), st.integers(0, 12)),
    st.builds(PeerConnected, st.integers(0, 5).map(key_of)),
)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 3), st.lists(events, max_size=25))
def test_no_order_of_events_makes_an_engine_raise_or_sign_twice(index, script):
    engine = engine_of(index)

    effects = [effect for event in script for effect in engine.step(event)]

    marks = [e.state.mark for e in effects if isinstance(e, Persist) and e.entry is not None]
    assert marks == sorted(set(marks))
    assert engine.status().height in {1, 2}


def test_equal_events_give_equal_effects():
    script = [WorkWaiting(), *[Received(key_of(3), m.encode()) for m in MESSAGES.values()]]

    one, two = ([engine.step(event) for event in script] for engine in (engine_of(0), engine_of(0)))

    kinds = [(type(e), getattr(e, "payload", None)) for step in one for e in step]
    assert kinds == [(type(e), getattr(e, "payload", None)) for step in two for e in step]
    assert any(kind in {Broadcast, StartTimer} for kind, _ in kinds)


def test_a_status_line_names_the_missing_validators():
    engine = engine_of(0)
    engine.step(WorkWaiting())
    waiting = engine.status()
    hear(engine, pre_prepare(BLOCK, sender=1))
    preparing = engine.status()
    engine.step(BlockValidated(1, BLOCK.hash, None))
    for sender in (1, 2):
        hear(engine, prepare(BLOCK, sender))
    committing = engine.status()
    for sender in (1, 2):
        hear(engine, view_change(1, 2, sender))
    changing = engine.status()

    assert (waiting.step, waiting.missing, waiting.proposer) == ("waiting", ("basil",), "basil")
    assert (preparing.step, preparing.missing[0]) == ("prepare", "amber")
    assert (committing.step, committing.missing) == ("commit", ("basil", "coral", "dahlia"))
    assert (committing.prepares, committing.commits, committing.needed) == (3, 1, 3)
    assert (changing.view, changing.missing, changing.prepared_view) == (2, ("dahlia",), 0)


def test_an_observer_is_no_validator():
    assert not engine_of(None).status().is_validator
    assert engine_of(0).status().is_validator
    assert committed(engine_of(9), BLOCK) == ()
