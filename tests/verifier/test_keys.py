"""Whose the keys of requests are: what identity's proofs show, and what is said without."""

from dataclasses import replace
from io import BytesIO

import pytest

from contracts.tools.testing import key_of
from tests.verifier.acts import request
from tests.verifier.booth import Booth
from tests.verifier.forging import (
    body_of,
    changed,
    check,
    key_page,
    place_of,
    record_of,
    text_of,
)
from verifier.record import lines_of, read_record
from verifier.refusal import Refused, Unreadable
from verifier.report import document, text

STRANGER = key_of("stranger")


def request_keys(entries) -> list[bytes]:
    """The keys that signed requests, in order."""
    bodies = map(body_of, entries)
    return [body.args[4] for body in bodies if body.method == "request_token"]


def asked_by(booth: Booth, key):
    """The entries with the first request signed by another key; validators let it pass."""
    at = place_of(booth.entries, "request_token")
    forged = request(booth, "a0", key)
    args = list(body_of(booth.entries[at]).args)
    args[4:] = [forged.key, forged.signature]
    return changed(booth.entries, at, args=tuple(args))


def test_a_record_proves_that_each_request_is_signed_by_a_key_of_its_voter(short: Booth):
    keys = request_keys(short.entries)
    record = replace(record_of(short), key_pages=(key_page(short, *keys),))

    verified = check(record)

    said = document(verified)
    assert said["proven_keys"] == said["requests"] == len(keys) > 1
    assert "no proof of identity" not in text(verified)


def test_a_record_without_proofs_is_accepted_and_says_what_it_lacks(short: Booth):
    verified = check(record_of(short))

    said = document(verified)
    assert (said["proven_keys"], said["requests"]) == (0, len(request_keys(short.entries)))
    assert f"that the keys of {said['requests']} requests are their voters'" in text(verified)


def test_a_stranger_s_request_passes_where_validators_lie_and_nothing_is_proven(short: Booth):
    entries = asked_by(short, STRANGER)

    verified = check(record_of(short, entries))

    assert "the record carries no proof of identity for them" in text(verified)


def test_a_stranger_s_request_is_refused_by_the_proof_that_identity_does_not_know_its_key(
    short: Booth,
):
    entries = asked_by(short, STRANGER)
    page = key_page(short, STRANGER.public_key)

    with pytest.raises(Refused, match=r"request of voter .* identity does not know"):
        check(replace(record_of(short, entries), key_pages=(page,)))


def test_a_request_by_a_key_of_another_person_is_refused(short: Booth):
    entries = asked_by(short, STRANGER)
    page = key_page(short, STRANGER.public_key, forged={STRANGER.public_key: b"\x05" * 32})

    with pytest.raises(Refused, match=r"request of voter .* another person"):
        check(replace(record_of(short, entries), key_pages=(page,)))


def test_one_key_signs_for_one_voter(short: Booth):
    first, second = request_keys(short.entries)[:2]
    other = next(name for name in ("a0", "a1") if key_of(f"{name}-1").public_key == second)
    entries = asked_by(short, key_of(f"{other}-1"))
    assert first != second

    with pytest.raises(Refused, match="signed for another voter"):
        check(record_of(short, entries))


def test_proofs_are_of_keys_that_asked_under_headers_that_are_sealed(short: Booth):
    keys = request_keys(short.entries)
    page, record = key_page(short, *keys), record_of(short)
    first = page.proofs[0]
    false = [
        (key_page(short, STRANGER.public_key), "signed no request"),
        (replace(page, certificate=page.certificate[:-1]), "certificate"),
        (replace(page, proofs=(replace(first, sid=None),)), "holds something else"),
        (replace(page, proofs=(replace(first, sid=b"\x05" * 32),)), "holds something else"),
        (replace(page, proofs=page.proofs * 60), "more than 100"),
    ]

    for bad, why in false:
        with pytest.raises(Refused, match=why):
            check(replace(record, key_pages=(bad,)))


def test_the_file_holds_proofs_after_the_entries_and_nothing_else(short: Booth):
    keys = request_keys(short.entries)
    pages = tuple(key_page(short, key) for key in keys)
    lines = text_of(replace(record_of(short), key_pages=pages)).splitlines(keepends=True)

    def verified(*chosen: str):
        return check(read_record(lines_of(BytesIO("".join(chosen).encode()))))

    assert verified(*lines).proven_keys == len(keys)
    for bad in (
        [*lines, lines[1]],  # an entry after a proof
        [*lines, "{}\n"],
        [*lines[:-1], lines[-1].replace('"keys":[[', '"keys":[["0x",')],
    ):
        with pytest.raises(Unreadable, match="line "):
            verified(*bad)
