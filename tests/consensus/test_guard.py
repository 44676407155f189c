"""The bytes of sign-state, lock file and store note: one form each, read strictly."""

from dataclasses import replace

import pytest

from consensus import Lock, SignMark, SignState, Stamp, Standing, StoreNote, born
from consensus.guard import (
    LOCK_BYTES_MAX,
    NOTE_BYTES_MAX,
    SIGN_STATE_BYTES_MAX,
    encode_lock,
    encode_note,
    encode_sign_state,
    read_lock,
    read_note,
    read_sign_state,
)
from consensus.messages import Kind
from consensus.wire import HEIGHT_MAX, VIEW_MAX
from primitives.codec import decode, encode
from primitives.crypto import Digest, Signature
from primitives.errors import Rejected
from primitives.limits import VALIDATORS_MAX
from tests.consensus.builders import (
    block_on,
    genesis_head,
    key_of,
    prepare,
    prepares_of,
    statement,
)

BLOCK = block_on(genesis_head(4), proposer=1)
STAMP = Stamp(start=7, random=bytes(range(16)))
STATE = SignState(
    key=key_of(0),
    standing=Standing.EXPLAINED,
    stamp=STAMP,
    mark=SignMark(5, 2, 3),
    digest=Digest(b"\x01" * 32),
    signature=Signature(b"\x02" * 64),
    committed=(2, BLOCK.hash),
)
LOCK = Lock(
    stamp=STAMP,
    height=1,
    view=0,
    block_hash=BLOCK.hash,
    prepares=prepares_of(BLOCK, 0, (0, 1, 2)),
    block=BLOCK.encode(),
)
NOTE = StoreNote(
    stamp=STAMP, mark=SignMark(5, 2, 3), statements=(prepare(BLOCK, 1).encode(), b"later form")
)


@pytest.mark.parametrize(
    "state",
    [
        STATE,
        born(key_of(3)),
        replace(STATE, standing=Standing.LISTENER, digest=None, signature=None, committed=None),
    ],
)
def test_a_sign_state_is_read_as_it_was_written(state):
    assert read_sign_state(encode_sign_state(state)) == state


def test_a_lock_is_read_as_it_was_written():
    assert read_lock(encode_lock(LOCK)) == LOCK


@pytest.mark.parametrize("note", [NOTE, replace(NOTE, stamp=None, statements=())])
def test_a_note_is_read_as_it_was_written(note):
    assert read_note(encode_note(note)) == note


def test_the_largest_sign_state_and_note_fit_their_limits():
    claim = (VIEW_MAX - 1, BLOCK.hash)
    largest = statement(Kind.VIEW_CHANGE, HEIGHT_MAX, VIEW_MAX, claim, 1).encode()
    mark = SignMark(HEIGHT_MAX, VIEW_MAX, 3)
    stamp = Stamp(start=2**64 - 1, random=bytes(16))
    state = replace(STATE, mark=mark, stamp=stamp, committed=claim)
    note = StoreNote(stamp=stamp, mark=mark, statements=(largest,) * VALIDATORS_MAX)

    assert len(encode_sign_state(state)) <= SIGN_STATE_BYTES_MAX
    assert len(encode_note(note)) <= NOTE_BYTES_MAX


def changed(data, at, value):
    fields = list(decode(data, bytes_max=LOCK_BYTES_MAX))
    fields[at] = value
    return encode(tuple(fields))


@pytest.mark.parametrize(
    ("at", "value", "field"),
    [
        (0, b"short", "key"),
        (1, 3, "standing"),
        (1, True, "standing"),
        (2, (1,), "stamp"),
        (2, (-1, bytes(16)), "start"),
        (2, (1, bytes(15)), "random"),
        (3, (1, 2), "mark"),
        (3, (HEIGHT_MAX + 1, 0, 0), "height"),
        (3, (1, 0, 4), "kind"),
        (4, b"short", "digest"),
        (5, b"short", "signature"),
        (6, (1, b"short"), "committed"),
        (6, (1,), "committed"),
    ],
)
def test_a_sign_state_of_another_form_is_refused_and_the_field_named(at, value, field):
    with pytest.raises(Rejected, match=field):
        read_sign_state(changed(encode_sign_state(STATE), at, value))


@pytest.mark.parametrize(
    ("at", "value", "field"),
    [
        (0, (1,), "stamp"),
        (1, -1, "height"),
        (2, VIEW_MAX + 1, "view"),
        (3, None, "block_hash"),
        (4, ((key_of(1), bytes(64)), (key_of(1), bytes(64))), "prepares"),
        (5, "text", "block"),
    ],
)
def test_a_lock_of_another_form_is_refused_and_the_field_named(at, value, field):
    with pytest.raises(Rejected, match=field):
        read_lock(changed(encode_lock(LOCK), at, value))


@pytest.mark.parametrize(
    ("at", "value", "field"),
    [
        (0, 5, "key"),
        (1, 5, "stamp"),
        (2, None, "mark"),
        (3, (bytes(257),), "statements"),
        (3, (b"",) * (VALIDATORS_MAX + 1), "statements"),
    ],
)
def test_a_note_of_another_form_is_refused_and_the_field_named(at, value, field):
    with pytest.raises(Rejected, match=field):
        read_note(changed(encode_note(NOTE), at, value))


@pytest.mark.parametrize("read", [read_sign_state, read_lock, read_note])
@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x90", encode_note(NOTE) + b"\0"])
def test_bytes_that_are_none_of_ours_are_refused(read, data):
    with pytest.raises(Rejected):
        read(data)
