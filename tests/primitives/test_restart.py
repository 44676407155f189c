"""Restart statements: their bytes, their digest, and what a strict reader refuses."""

import pytest

from primitives.codec import encode
from primitives.errors import BadShape, BadVersion, NotCanonical, TooLarge
from primitives.ids import Height
from primitives.limits import BLOCK_RESTARTS_MAX, RESTART_BYTES_MAX
from primitives.restart import (
    RESTART_TAG,
    Approval,
    SignedRestart,
    holds,
    read_restart,
    read_restarts,
    read_statement,
)
from tests.builders import key, restart_statement

STATEMENT = restart_statement()
SIGNED = SignedRestart(STATEMENT).signed_by("dopa", [key(1)]).signed_by("bot", [key(3), key(2)])


def fields_of_statement(**changes: object) -> bytes:
    names = ["version", "chain_id", "previous", "height", "block_hash", "validators", "reason"]
    names += ["not_after_ms", "suspended"]
    values = [1, *(getattr(STATEMENT, name) for name in names[1:])]
    return encode(tuple((dict(zip(names, values, strict=True)) | changes).values()))


def test_a_statement_reads_back_as_it_was_written():
    assert fields_of_statement() == STATEMENT.encode()
    assert read_statement(STATEMENT.encode()) == STATEMENT


def test_a_signed_statement_reads_back_with_agencies_and_keys_in_order():
    read = read_restart(SIGNED.encode())

    assert read == SIGNED
    assert [approval.agency_id for approval in read.approvals] == ["bot", "dopa"]
    keys = [public_key for public_key, _ in read.approvals[0].signatures]
    assert keys == sorted(keys)
    assert all(holds(STATEMENT, *pair) for one in read.approvals for pair in one.signatures)


def test_signatures_are_no_part_of_the_digest_and_each_field_is():
    changed = {
        "chain_id": "other-00112233445566778899aabbccddeeff",
        "previous": bytes(32),
        "height": Height(8),
        "block_hash": bytes(32),
        "validators": bytes(32),
        "reason": "another reason",
        "not_after_ms": 1,
        "suspended": (),
    }
    digests = {restart_statement(**{name: value}).digest for name, value in changed.items()}

    assert SIGNED.digest == STATEMENT.digest
    assert len(digests | {STATEMENT.digest}) == len(changed) + 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"version": 2}, BadVersion),
        ({"version": True}, BadVersion),
        ({"chain_id": ""}, BadShape),
        ({"previous": b"short"}, BadShape),
        ({"height": 0}, BadShape),
        ({"height": -1}, BadShape),
        ({"block_hash": None}, BadShape),
        ({"reason": ""}, BadShape),
        ({"reason": "x" * 401}, BadShape),
        ({"reason": "two\nlines"}, BadShape),
        ({"not_after_ms": 2**53}, BadShape),
        ({"suspended": ("cbdc", "cbdc")}, BadShape),
        ({"suspended": ("voting", "cbdc")}, BadShape),
        ({"suspended": ("a" * 65,)}, BadShape),
        ({"suspended": tuple(f"c{number:02}" for number in range(65))}, BadShape),
        ({"surplus": 1}, BadShape),
    ],
)
def test_a_statement_of_another_form_is_refused(changes, error):
    with pytest.raises(error):
        read_statement(fields_of_statement(**changes))


KEY_1, KEY_2 = b"\x01" + bytes(32), b"\x01" + bytes([1]) * 32


@pytest.mark.parametrize(
    "approvals",
    [
        (("bot", ()), ("bot", ())),
        (("dopa", ()), ("bot", ())),
        (("bot", ((KEY_1, bytes(64)), (KEY_1, bytes(64)))),),
        (("bot", ((KEY_2, bytes(64)), (KEY_1, bytes(64)))),),
        (("bot", ((KEY_1[1:], bytes(64)),)),),
        (("bot", ((KEY_1, bytes(63)),)),),
        (("bot",),),
        (("", ()),),
        tuple((f"a{number:03}", ()) for number in range(101)),
        (("bot", tuple((b"\x01" + bytes([number]) * 32, bytes(64)) for number in range(17))),),
    ],
)
def test_approvals_that_repeat_are_unsorted_or_too_many_are_refused(approvals):
    with pytest.raises(BadShape):
        read_restart(encode((STATEMENT.encode(), approvals)))


def test_more_bytes_than_the_limit_are_refused_before_they_are_read():
    with pytest.raises(TooLarge):
        read_restart(bytes(RESTART_BYTES_MAX + 1))
    with pytest.raises(NotCanonical):
        read_restart(SIGNED.encode() + b"\x00")


def test_of_two_signatures_by_one_key_the_one_that_holds_is_joined():
    forged = Approval("bot", ((key(2).public_key, key(2).sign(RESTART_TAG, b"something else")),))
    spoiled = SignedRestart(STATEMENT, (forged,))

    assert SIGNED.joined([forged]) == SIGNED
    assert spoiled.joined(SIGNED.only(["bot"]).approvals) == SIGNED.only(["bot"])


def test_signatures_of_one_agency_from_two_places_are_joined():
    one = SignedRestart(STATEMENT).signed_by("bot", [key(2)])
    other = SignedRestart(STATEMENT).signed_by("bot", [key(3)])

    joined = one.joined(other.approvals)

    assert joined == SIGNED.only(["bot"])


def test_statements_of_a_block_follow_one_another_above_one_block():
    second = SignedRestart(restart_statement(previous=STATEMENT.digest, reason="again"))
    elsewhere = SignedRestart(restart_statement(previous=STATEMENT.digest, height=Height(8)))
    unrelated = SignedRestart(restart_statement(reason="unrelated"))

    assert read_restarts([SIGNED.encode(), second.encode()]) == (SIGNED, second)
    for follower in (elsewhere, unrelated):
        with pytest.raises(BadShape):
            read_restarts([SIGNED.encode(), follower.encode()])


def test_a_block_carries_a_bounded_number_of_statements():
    chain = [SignedRestart(STATEMENT)]
    while len(chain) <= BLOCK_RESTARTS_MAX:
        chain.append(SignedRestart(restart_statement(previous=chain[-1].digest)))
    encoded = [signed.encode() for signed in chain]

    assert len(read_restarts(encoded[:BLOCK_RESTARTS_MAX])) == BLOCK_RESTARTS_MAX
    with pytest.raises(BadShape, match="at most 8"):
        read_restarts(encoded)
