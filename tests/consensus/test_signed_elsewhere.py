"""Where another process signs: the engine asks, goes on, and says only what is still in its view.

Height 1, four validators (q = 3): basil (1) proposes in view 0; the replica is amber (0).
"""

from dataclasses import replace

import pytest

from consensus import (
    Broadcast,
    Found,
    Persist,
    RequestSignature,
    SignatureReceived,
    SignMark,
    SignState,
    Stamp,
    Standing,
    StoreNote,
    begin,
)
from consensus.messages import TAGS, Kind, signed_bytes
from primitives.ids import View
from tests.consensus.builders import (
    CHAIN,
    RANDOM,
    block_on,
    config_of,
    engine_of,
    fake_sign,
    genesis_head,
    key_of,
    pre_prepare,
    prepare,
    view_change,
)
from tests.consensus.drive import hear, hear_all, validate

BLOCK = block_on(genesis_head(4), proposer=1)


@pytest.fixture
def engine():
    """A replica that has accepted the block, and waits for its execution."""
    made = engine_of(0, config=replace(config_of(0), sign=None, is_signed_elsewhere=True))
    hear(made, pre_prepare(BLOCK, sender=1))
    return made


def asked(effects) -> list[RequestSignature]:
    return [effect for effect in effects if isinstance(effect, RequestSignature)]


def answered(engine, request: RequestSignature):
    data = signed_bytes(CHAIN, request.restart, request.height, request.view, request.content)
    signature = fake_sign(key_of(0), TAGS[request.kind], data)
    return engine.step(SignatureReceived(request.mark, signature))


def test_nothing_is_persisted_or_sent_before_the_answer(engine):
    effects = validate(engine, BLOCK)

    [request] = asked(effects)
    assert (request.kind, request.content) == (Kind.PREPARE, BLOCK.hash)
    assert not any(isinstance(effect, Persist | Broadcast) for effect in effects)


def test_the_answer_is_persisted_then_sent(engine):
    [request] = asked(validate(engine, BLOCK))

    effects = answered(engine, request)

    kinds = [type(effect) for effect in effects]
    assert kinds.index(Persist) < kinds.index(Broadcast)


def test_a_position_is_asked_for_once(engine):
    validate(engine, BLOCK)

    assert not asked(hear(engine, prepare(BLOCK, 2)))


def test_a_commit_waits_for_the_prepare_and_brings_its_lock(engine):
    [request] = asked(validate(engine, BLOCK))
    assert not asked(hear_all(engine, [prepare(BLOCK, i) for i in (1, 2, 3)]))

    [commit] = asked(answered(engine, request))

    assert commit.kind is Kind.COMMIT
    assert commit.lock is not None
    assert commit.lock.block_hash == BLOCK.hash


def test_what_comes_after_its_view_is_said_to_nobody(engine):
    [request] = asked(validate(engine, BLOCK))
    hear_all(engine, [view_change(1, 1, sender) for sender in (2, 3)])

    effects = answered(engine, request)

    assert not any(isinstance(effect, Persist | Broadcast) for effect in effects)


def test_an_answer_that_nobody_asked_for_does_nothing(engine):
    [request] = asked(validate(engine, BLOCK))
    answered(engine, request)

    assert not answered(engine, request)


def test_a_start_takes_the_signers_mark_and_commit_as_signed():
    stamp = Stamp(start=1, random=RANDOM)
    mark = SignMark(5, 0, int(Kind.PREPARE))
    own = SignState(key=key_of(0), standing=Standing.EXPLAINED, stamp=stamp, mark=mark)
    claim = (View(2), BLOCK.hash)
    ahead = replace(own, mark=SignMark(7, 2, int(Kind.COMMIT)), committed=claim)
    note = StoreNote(stamp=stamp, mark=mark, statements=())
    found = Found(sign_state=own, unreadable=None, lock=None, wal=None, store=note, signer=ahead)

    start = begin(found, key_of(0), RANDOM)

    assert start.reason is None
    assert start.state.mark == ahead.mark
    assert start.state.committed == claim


def test_a_listener_listens_above_the_signers_mark():
    mark = SignMark(9, 0, int(Kind.PREPARE))
    stamp = Stamp(start=1, random=RANDOM)
    signer = SignState(key=key_of(0), standing=Standing.EXPLAINED, stamp=stamp, mark=mark)
    found = Found(sign_state=None, unreadable=None, lock=None, wal=None, store=None, signer=signer)

    start = begin(found, key_of(0), RANDOM)

    assert start.state.standing is Standing.LISTENER
    assert start.state.mark == mark
