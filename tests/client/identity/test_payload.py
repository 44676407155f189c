"""What stays off the chain: canonical payloads, commitments, sealing."""

from dataclasses import replace
from hashlib import sha256

import pytest

from client.identity.errors import BadPayload, CommitMismatch, NotForUs
from client.identity.payload import Opening, commitment, is_citizen_id, open_new
from client.identity.sealed import BoxKey, BoxPurpose, seal, seal_bytes

SALT = bytes(range(32))
PAYLOAD = {"name": "สมชาย", "born": 2500, "adult": True, "roles": ["a", {"b": None}]}
PURPOSE = BoxPurpose(chain_id="test-chain", about=b"\x05" * 32, role="rp")
ALICE, BOB = BoxKey(b"a" * 32), BoxKey(b"b" * 32)


def test_the_commitment_is_the_hash_of_tag_and_framed_parts():
    jcs = '{"adult":true,"born":2500,"name":"สมชาย","roles":["a",{"b":null}]}'.encode()
    framed = (
        b"attest/v1" + b"\0\0\0\x05first" + b"\0\0\0\x20" + SALT + len(jcs).to_bytes(4, "big") + jcs
    )

    assert commitment("first", SALT, PAYLOAD) == sha256(framed).digest()


def test_the_order_of_names_changes_nothing():
    turned = dict(reversed(PAYLOAD.items()))

    assert commitment("n", SALT, turned) == commitment("n", SALT, PAYLOAD)


def test_salt_namespace_and_payload_each_change_the_commitment():
    others = [
        commitment("m", SALT, PAYLOAD),
        commitment("n", bytes(32), PAYLOAD),
        commitment("n", SALT, PAYLOAD | {"born": 2501}),
    ]

    assert len({commitment("n", SALT, PAYLOAD), *others}) == 4


def test_two_openings_of_one_payload_have_nothing_in_common():
    assert open_new("n", PAYLOAD).commit != open_new("n", PAYLOAD).commit


@pytest.mark.parametrize(
    "wrong",
    [
        ["list"],
        {"ial": 2.3},
        {"ial": float("nan")},
        {"raw": b"bytes"},
        {"large": 2**53},
        {"a": {"b": [1.0]}},
        {1: "number as name"},
        {"lone": "\ud800"},
        {"citizen_id": "9999999999995"},
        {"citizen_id": 9999999999994},
    ],
)
def test_a_payload_that_could_be_read_in_two_ways_is_refused(wrong):
    with pytest.raises(BadPayload):
        open_new("n", wrong)


def test_a_payload_without_end_is_refused():
    nested: dict = {}
    nested["again"] = nested

    with pytest.raises(BadPayload, match="nested deeper"):
        open_new("n", nested)


@pytest.mark.parametrize(("namespace", "salt"), [("", SALT), ("n" * 65, SALT), ("n", SALT[1:])])
def test_a_commitment_needs_a_namespace_and_a_whole_salt(namespace, salt):
    with pytest.raises(BadPayload):
        commitment(namespace, salt, PAYLOAD)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9999999999994", True),
        ("9999999999995", False),
        ("999999999999", False),
        ("๙๙๙๙๙๙๙๙๙๙๙๙๔", False),
        (9999999999994, False),
        ("9-9999-99999-99-4", False),
    ],
)
def test_a_citizen_id_has_thirteen_digits_and_a_check_digit(text, expected):
    assert is_citizen_id(text) is expected


def test_the_receiver_opens_what_was_sealed_and_finds_it_is_what_was_committed_to():
    opening = open_new("data", PAYLOAD)

    opened = ALICE.open(seal(opening, ALICE.public, PURPOSE), PURPOSE, opening.commit)

    assert opened == opening


def test_nobody_else_opens_it():
    opening = open_new("data", PAYLOAD)

    with pytest.raises(NotForUs):
        BOB.open(seal(opening, ALICE.public, PURPOSE), PURPOSE, opening.commit)


def test_a_changed_box_is_not_opened():
    opening = open_new("data", PAYLOAD)
    sealed = bytearray(seal(opening, ALICE.public, PURPOSE))
    sealed[-1] ^= 1

    with pytest.raises(NotForUs):
        ALICE.open(bytes(sealed), PURPOSE, opening.commit)


def test_a_payload_that_the_ledger_does_not_know_is_refused():
    ours, other = open_new("data", PAYLOAD), open_new("data", PAYLOAD | {"born": 2501})

    with pytest.raises(CommitMismatch):
        ALICE.open(seal(other, ALICE.public, PURPOSE), PURPOSE, ours.commit)


@pytest.mark.parametrize(
    "inside",
    [
        b"",
        b"{}",
        b"[1]",
        b'{"namespace":"n","payload":{},"salt":"00"}',
        b'{"namespace": "n","payload":{},"salt":"' + b"00" * 32 + b'"}',
        b'{"namespace":"n","payload":{},"payload":{},"salt":"' + b"00" * 32 + b'"}',
    ],
)
def test_sealed_bytes_of_another_form_are_refused(inside):
    sealed = seal_bytes(inside, ALICE.public, PURPOSE)

    with pytest.raises(BadPayload):
        ALICE.open(sealed, PURPOSE, bytes(32))


@pytest.mark.parametrize(
    "other",
    [{"chain_id": "other-chain"}, {"about": b"\x06" * 32}, {"role": "as"}, {"role": "citizen"}],
)
def test_a_box_opens_for_its_own_chain_request_and_role_alone(other):
    opening = open_new("data", PAYLOAD)

    with pytest.raises(NotForUs):
        ALICE.open(seal(opening, ALICE.public, PURPOSE), replace(PURPOSE, **other), opening.commit)


def test_nothing_is_sealed_to_a_key_of_low_order():
    with pytest.raises(BadPayload):
        seal(open_new("n", PAYLOAD), bytes(32), PURPOSE)


def test_a_box_key_of_another_length_is_refused():
    with pytest.raises(BadPayload):
        seal(open_new("n", PAYLOAD), b"short", PURPOSE)


def test_secrets_and_personal_data_are_not_printed():
    opening = Opening(namespace="n", salt=SALT, payload=PAYLOAD)

    assert "สมชาย" not in repr(opening)
    assert (b"a" * 32).hex() not in repr(ALICE)
