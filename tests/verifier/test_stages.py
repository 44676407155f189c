"""Elections without a result: the record is accepted for what it is, and says why there is none."""

from dataclasses import replace

import pytest

from contracts.tools.testing import key_of
from contracts.voting.elections.messages import CancelElection
from primitives.transaction import sign_body
from tests.contracts.voting.manifests import WINDOWS
from tests.verifier import acts
from tests.verifier.booth import AUTHORITY, ID, Booth, Plan
from tests.verifier.elections import CONTESTS
from tests.verifier.forging import body_of, check, place_of, record_of
from verifier.report import document, text


def begun() -> Booth:
    booth = Booth(Plan((CONTESTS[0],)))
    acts.found(booth)
    return booth


def opened() -> Booth:
    booth = begun()
    acts.make_keys(booth)
    acts.open_box(booth)
    return booth


def cancelled() -> Booth:
    booth = begun()
    booth.by(AUTHORITY, CancelElection(ID, "ผิดพลาด"))
    return booth


def closed_with(ballots: int, now: int) -> Booth:
    booth = opened()
    acts.equip(booth, "a0", "a1")
    acts.close(booth)
    for who in ("a0", "a1")[:ballots]:
        acts.cast(booth, who, [(0,)])
    acts.count(booth)
    booth.at(now)
    return booth


STAGES = {
    "preparing": begun,
    "cancelled": cancelled,
    "running": opened,
    "closed": lambda: closed_with(2, WINDOWS.cast_until_ms + 1),
    "withheld": lambda: closed_with(0, WINDOWS.cast_until_ms + 1),
    "unrecoverable": lambda: closed_with(2, WINDOWS.decrypt_until_ms),
}


@pytest.mark.parametrize("stage", STAGES)
def test_an_election_without_a_result_says_where_it_stands(stage: str):
    verified = check(record_of(STAGES[stage]()))

    assert document(verified)["stage"] == stage
    assert document(verified)["result"] is None
    assert f"There is no result: the election is {stage}" in text(verified)


def test_an_election_that_never_opened_is_void():
    booth = begun()
    booth.at(WINDOWS.issue_from_ms)

    assert document(check(record_of(booth)))["stage"] == "void"


def test_it_says_for_how_many_entries_the_keys_rest_on_the_ledger_alone(short: Booth):
    at = place_of(short.entries, "freeze_roll")
    body = replace(body_of(short.entries[at]), sender=b"\x07" * 20)
    raw = sign_body(body, [key_of("one"), key_of("two")]).raw
    entries = [*short.entries[:at], replace(short.entries[at], raw=raw), *short.entries[at + 1 :]]

    said = document(check(record_of(short, entries)))

    assert (said["vouched"], document(check(record_of(short)))["vouched"]) == (1, 0)
    assert said["checked"]["signatures of senders"] == len(entries) + 1


def test_a_tallied_election_says_its_result_in_both_languages(booth: Booth):
    said = text(check(record_of(booth)))

    assert "ประธาน / Chair (single)\n    2. ก / Option 0: 3\n    1. ข / Option 1: 4" in said
    assert "ไม่ประสงค์ลงคะแนน / blank: 1" in said
    assert "ก / Option 0: 7 (median ดี; พอใช้ 1, ดี 7)" in said
    assert "eligible 4, requested 3, covered 3, pseudonyms 2, counted 2" in said
    assert "5 ballots cast" in said
    assert "1 ballots superseded" in said
