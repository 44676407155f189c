"""What the record of a chaos run finds: planted double signers, forgotten commits; no others."""

import pytest

from consensus.messages import TAGS, Kind, Statement
from primitives.crypto import SigningKey
from primitives.ids import View
from tests.chaos.builders import BLOCK, CHAIN, KEY, OTHER, RESTART, says
from tests.chaos.observer import signed_by_both
from tests.chaos.record import Record


@pytest.fixture
def record():
    return Record(signed_by_both(CHAIN, RESTART))


@pytest.mark.parametrize("kind", [Kind.PREPARE, Kind.COMMIT])
def test_a_planted_double_signer_is_found_in_what_the_observer_hears(record, kind):
    record.take_message(says(kind).encode())
    record.take_message(says(kind, height=6).encode())
    record.take_message(says(kind, content=OTHER).encode())

    ((sender, broken),) = record.broken
    assert sender == KEY.public_key
    assert broken.rule == "two contents at one position"
    assert {broken.earlier.content, broken.later.content} == {BLOCK, OTHER}


def test_a_double_signer_is_found_once_however_often_it_is_heard(record):
    for _ in range(3):
        record.take(says(Kind.PREPARE))
        record.take(says(Kind.PREPARE, content=OTHER))

    assert len(record.broken) == 1


def test_two_view_changes_of_one_view_with_other_claims_are_found(record):
    record.take(says(Kind.VIEW_CHANGE, view=2, content=None))
    record.take(says(Kind.VIEW_CHANGE, view=2, content=(View(1), BLOCK)))

    assert len(record.broken) == 1


@pytest.mark.parametrize("is_commit_first", [True, False])
def test_a_view_change_that_forgets_a_commit_below_it_is_found(record, is_commit_first):
    commit = says(Kind.COMMIT, view=1)
    change = says(Kind.VIEW_CHANGE, view=3, content=(View(0), OTHER))

    for statement in (commit, change) if is_commit_first else (change, commit):
        record.take(statement)

    ((_sender, broken),) = record.broken
    assert broken.rule == "a view change forgets a commit"


def test_a_view_change_that_claims_its_highest_commit_is_as_it_must_be(record):
    record.take(says(Kind.COMMIT, view=1))
    record.take(says(Kind.VIEW_CHANGE, view=3, content=(View(1), BLOCK)))
    record.take(says(Kind.COMMIT, view=4))

    assert record.broken == []


def test_the_same_statement_said_again_breaks_nothing(record):
    record.take(says(Kind.COMMIT))
    record.take(says(Kind.COMMIT))

    assert record.broken == []
    assert record.statements == 1


def test_what_a_key_did_not_sign_is_not_held_against_it(record):
    forged = says(Kind.COMMIT, content=OTHER)

    record.take(says(Kind.COMMIT))
    record.take(
        Statement(
            forged.kind,
            forged.height,
            forged.view,
            forged.content,
            forged.sender,
            SigningKey(b"\x08" * 32).sign(TAGS[Kind.COMMIT], b"something else"),
        )
    )

    assert record.broken == []


def test_bytes_that_are_no_message_say_nothing(record):
    record.take_message(b"\x93\x02")

    assert record.statements == 0
