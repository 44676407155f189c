"""Once certificates are required, no act counts for a key that nobody vouches for today."""

from dataclasses import replace
from functools import cache

import pytest

from contracts.identity.consents.messages import consent_statement
from contracts.identity.core.messages import LevelTooHigh, NotVouched
from contracts.identity.requests.messages import (
    DifferentPersons,
    response_statement,
    terms_digest,
)
from contracts.identity.sessions.messages import (
    reuse_statement,
    session_statement,
)
from contracts.identity.subjects.messages import SetSubjectStatus
from contracts.identity.vouching.messages import RequireCertificates
from tests.contracts.identity.scenes import answer, keeping, opened, state_of
from tests.contracts.identity.signing import CHAIN, allowing, consenting, mandate, name_of, reusing
from tests.contracts.identity.vouching import (
    BANKING,
    NOW,
    STATE,
    VOUCHERS,
    Vouching,
    begin,
    day,
    running,
    wallet,
)

TODAY = NOW + 10


@cache
def _required():
    """A morning on which certificates are required; the vouchers know somchai and malee."""
    vouching = running("somchai", "malee")
    vouching.do("etda", RequireCertificates(TODAY + 2))
    begin(vouching, TODAY + 3)
    return vouching


@pytest.fixture
def vouching():
    return _required().copied()


def by(who, msg, statement, field="signature", *, place=STATE, key_field="citizen_key"):
    """The message as the pairwise key of a place signs it; `statement` is of the message."""
    key = wallet(who).pairwise((1, place))
    msg = replace(msg, **{key_field: key.public_key})
    return replace(msg, **{field: key.sign(*statement(msg))})


def answering(vouching, asked, who, *, place=STATE, **changes):
    terms = terms_digest(CHAIN, asked)
    return by(
        who,
        answer(vouching, asked, who=who, **changes),
        lambda msg: response_statement(CHAIN, terms, msg),
        "citizen_signature",
        place=place,
    )


def top(vouching):
    return vouching.plan(day(vouching.epoch))[2] - 1


def signed_on(vouching, req="R"):
    """A request that somchai, who is vouched for, has accepted; the answer too."""
    vouching.show("somchai", class_id=top(vouching))
    asked = opened(vouching, req)
    reply = answering(vouching, asked, "somchai")
    vouching.do("kbank", reply)
    return asked, reply


def test_a_self_made_key_answers_keeps_and_allows_nothing(vouching):
    asked = opened(vouching, "R")

    vouching.refuse("kbank", NotVouched, answer(vouching, asked))
    vouching.refuse("kbank", NotVouched, answer(vouching, asked, decision="reject"))
    vouching.refuse("kbank", NotVouched, keeping(vouching, "S"))
    vouching.refuse("kbank", NotVouched, allowing("C", vouching.now + 86_400))
    vouching.refuse("kbank", NotVouched, mandate("M", "somchai", "malee", vouching.now + 86_400))
    vouching.do("kbank", answer(vouching, asked, decision="error"))  # which names no citizen


def test_a_key_that_is_vouched_for_signs_on_consents_and_is_reused(vouching):
    asked, reply = signed_on(vouching)
    consent = by(
        "somchai",
        consenting("C", asked, reply, vouching.now + 86_400),
        lambda msg: consent_statement(CHAIN, terms_digest(CHAIN, asked), msg),
    )
    vouching.do("kbank", consent)
    vouching.do(
        "kbank",
        by("somchai", keeping(vouching, "S"), lambda msg: session_statement(CHAIN, msg)),
    )

    later = opened(vouching, "R2", mode="reuse_ok")
    reuse = by(
        "somchai",
        reusing("S", later),
        lambda msg: reuse_statement(CHAIN, terms_digest(CHAIN, later), msg),
    )
    vouching.do("kbank", reuse)

    assert (state_of(vouching, "R"), state_of(vouching, "R2")) == ("confirmed", "confirmed")
    assert vouching.ask("consent", name_of("C"))[1] == "granted"


def test_the_next_day_without_certificates_nothing_is_reused(vouching):
    signed_on(vouching)
    vouching.go_to(vouching.epoch, hours=23)
    long = opened(vouching, "R3", mode="reuse_ok", ttl_s=7_200)
    session = by("somchai", keeping(vouching, "S"), lambda msg: session_statement(CHAIN, msg))
    vouching.do("kbank", session)
    vouching.go_to(vouching.epoch + 1)

    reuse = by(
        "somchai",
        reusing("S", long),
        lambda msg: reuse_statement(CHAIN, terms_digest(CHAIN, long), msg),
    )
    vouching.refuse("kbank", NotVouched, reuse)


def test_a_class_below_what_is_answered_is_refused(vouching):
    vouching.show("somchai", class_id=0)
    asked = opened(vouching, "R")

    vouching.refuse("kbank", LevelTooHigh, answering(vouching, asked, "somchai"))


def test_the_key_of_another_sector_is_refused(vouching):
    vouching.show("somchai", place=BANKING, class_id=top(vouching))
    asked = opened(vouching, "R")

    vouching.refuse("kbank", NotVouched, answering(vouching, asked, "somchai", place=BANKING))


def test_two_persons_are_not_one_for_a_request_that_wants_two_idps(vouching):
    for who in ("somchai", "malee"):
        vouching.show(who, class_id=top(vouching))
    asked = opened(vouching, "R", min_idp=2, idps=("kbank", "paotang"))
    vouching.do("kbank", answering(vouching, asked, "somchai"))
    other = answering(vouching, asked, "malee", agency="paotang")

    vouching.refuse("paotang", DifferentPersons, other)
    vouching.do("paotang", answering(vouching, asked, "somchai", agency="paotang"))


def test_who_was_frozen_after_the_height_acts_until_the_epoch_ends_and_no_longer(vouching):
    vouching.show("somchai", class_id=top(vouching))
    vouching.do("etda", SetSubjectStatus(name_of("somchai"), "frozen", ""))
    vouching.do("kbank", answering(vouching, opened(vouching, "R"), "somchai"))

    vouching.go_to(vouching.epoch + 1)

    late = answering(vouching, opened(vouching, "R2"), "somchai")
    vouching.refuse("kbank", NotVouched, late)


def test_before_the_epoch_that_requires_them_the_idp_s_word_is_enough():
    vouching = running("somchai")
    vouching.do("etda", RequireCertificates(vouching.epoch + 2))

    vouching.do("kbank", answer(vouching, opened(vouching, "R")))
    vouching.go_to(vouching.epoch + 2)

    vouching.refuse("kbank", NotVouched, answer(vouching, opened(vouching, "R2")))


def test_keys_are_due_before_anybody_has_deposited_so_that_the_first_citizen_finds_some():
    vouching = Vouching()

    due = vouching.ask("duties_of", VOUCHERS[0])

    rounds = {(duty[0][0], duty[0][3], duty[1]) for duty in due}
    assert rounds == {("alive", 0, "keys"), ("enrol", 0, "keys")}
