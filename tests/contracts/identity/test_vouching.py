"""Vouched keys: certificates of several agencies let a key act for a day, and name nobody."""

from dataclasses import replace
from functools import cache

import pytest

from contracts.identity.core.messages import (
    BadCitizenSignature,
    BadSeq,
    NotSubjectKey,
    PairwiseEnded,
    SubjectFrozen,
)
from contracts.identity.crypto.certificates import show_statement, use_statement
from contracts.identity.recovery.messages import FinishRecovery
from contracts.identity.sessions.messages import EndPairwise, end_pairwise_statement
from contracts.identity.subjects.messages import SetSubjectStatus
from contracts.identity.vouching.messages import (
    ForgedCertificate,
    NoSum,
    NotProofed,
    OutsideYear,
    PlaceUnassigned,
    RootExists,
    SlotUsed,
    StateAnswers,
    SweepSlots,
    UnknownRound,
    VoucherKeyExists,
    WrongEpoch,
    WrongGeneration,
)
from primitives.crypto import PublicKey, SigningKey
from tests.contracts.identity.scenes import create, face_match, set_attestation
from tests.contracts.identity.signing import CHAIN, UNSIGNED, lost, name_of, recovering
from tests.contracts.identity.vouching import (
    BANKING,
    DAY_S,
    LIST,
    NOW,
    STATE,
    VOUCHERS,
    YEAR,
    Vouching,
    begin,
    day,
    depositing,
    enrolling,
    running,
    showing,
    wallet,
)

TODAY = NOW + 10


@cache
def _running(*people, **choices):
    return running(*people, **choices)


@pytest.fixture
def vouching():
    """Somchai and malee are enrolled, and it is the morning of a day whose keys are there."""
    return _running("somchai", "malee").copied()


def top_class(vouching):
    """The class of the highest level that has enough holders today."""
    return vouching.plan(day(vouching.epoch))[2] - 1


def resigned(who, msg, *, place=STATE, slot=0, slot_of=None):
    """The message with the signatures of other keys over what it says now."""
    where, epoch = (msg.enrolled.period, msg.place), msg.alive_in.period
    key = wallet(who).pairwise((1, place))
    slot_key = wallet(slot_of or who).slot(epoch, slot, msg.alive_in.generation)
    msg = replace(msg, key=key.public_key, slot_key=slot_key.public_key)
    shows = show_statement(CHAIN, epoch, where, slot_key.public_key)
    uses = use_statement(CHAIN, epoch, key.public_key)
    return replace(msg, signature=key.sign(*shows), slot_signature=slot_key.sign(*uses))


def refuse(vouching, error, msg):
    return vouching.refuse_as("anyone", error, msg)


def test_a_key_with_both_certificates_is_vouched_for_until_the_epoch_ends(vouching):
    vouching.show("somchai", class_id=top_class(vouching))

    assert vouching.level("somchai") == 230
    assert vouching.level("malee") == 0
    vouching.go_to(TODAY + 1)
    assert vouching.level("somchai") == 0


def test_a_person_may_act_with_a_lower_class_and_the_highest_shown_counts(vouching):
    vouching.show("somchai", class_id=0)
    assert vouching.level("somchai") == 110

    vouching.show("somchai", class_id=top_class(vouching))
    vouching.show("somchai", class_id=0)

    assert vouching.level("somchai") == 230


# Identity 1: two keys of one person in a sector in one epoch.


def test_two_classes_give_one_person_no_second_key_in_a_sector(vouching):
    msg = showing(vouching, "somchai", class_id=0)
    other = SigningKey(name_of("second key"))
    shows = show_statement(CHAIN, TODAY, (1, STATE), msg.slot_key)
    msg = replace(msg, key=other.public_key, signature=other.sign(*shows))
    uses = use_statement(CHAIN, TODAY, other.public_key)
    slot_key = wallet("somchai").slot(TODAY, 0, 0)

    refuse(vouching, ForgedCertificate, replace(msg, slot_signature=slot_key.sign(*uses)))


def test_the_key_of_another_place_is_no_second_key_in_a_sector(vouching):
    msg = showing(vouching, "somchai", place=BANKING)
    vouching.do_as("anyone", msg)

    assert (vouching.level("somchai", BANKING), vouching.level("somchai")) == (110, 0)
    moved = resigned("somchai", replace(msg, place=STATE), place=BANKING)
    refuse(vouching, ForgedCertificate, moved)


def test_a_certificate_serves_in_no_other_epoch(vouching):
    msg = showing(vouching, "somchai")
    vouching.go_to(TODAY, hours=23)
    vouching.do_as("anyone", msg)

    begin(vouching, TODAY + 3)
    refuse(vouching, WrongEpoch, msg)
    moved = resigned("somchai", replace(msg, alive_in=day(TODAY + 3)))
    refuse(vouching, ForgedCertificate, moved)


# Identity 2: without enrolment, and with somebody's.


def test_a_key_that_an_idp_made_itself_is_vouched_for_by_nothing(vouching):
    msg = showing(vouching, "somchai")
    vouching.do_as("anyone", msg)
    slot_key = wallet("malee").slot(TODAY, 0, 0)
    made = SigningKey(name_of("made by an IdP"))
    shows = show_statement(CHAIN, TODAY, (1, STATE), slot_key.public_key)
    uses = use_statement(CHAIN, TODAY, made.public_key)
    own = replace(
        showing(vouching, "malee"),
        key=made.public_key,
        signature=made.sign(*shows),
        slot_signature=slot_key.sign(*uses),
    )

    refuse(vouching, ForgedCertificate, own)
    refuse(vouching, ForgedCertificate, replace(own, enrolment=msg.enrolment))


def test_who_lends_a_slot_lends_class_and_liveness_as_the_documents_say(vouching):
    enrolled = showing(vouching, "somchai")
    lent = showing(vouching, "malee")

    vouching.do_as(
        "anyone", resigned("somchai", replace(lent, enrolment=enrolled.enrolment), slot_of="malee")
    )

    assert vouching.level("somchai") == 110


# Identity 3: one root, one use of a slot.


def test_a_second_root_is_refused(vouching):
    refuse(vouching, RootExists, enrolling(vouching, "somchai", root=bytes(64)))
    refuse(vouching, RootExists, depositing(vouching, "somchai", root=bytes(64)))


def test_a_used_slot_serves_no_other_key(vouching):
    vouching.show("somchai", slot=1)
    vouching.show("somchai", slot=1)  # the same key again
    other = showing(vouching, "somchai", place=BANKING, slot=1)

    refuse(vouching, SlotUsed, other)
    vouching.show("somchai", place=BANKING, slot=2)
    assert vouching.level("somchai", BANKING) == 110


# Identity 4: what befalls a subject ends its answers from the next epoch.


def answered(vouching, epoch):
    """The levels up to which vouchers answer each depositor, were it the time for it now."""
    return [row[4] for row in vouching.ask("answerable_page", epoch, 0)]


def test_who_is_frozen_before_the_height_is_not_answered_and_who_is_frozen_after_it_was(vouching):
    assert answered(vouching, TODAY + 1) == [230, 230]

    vouching.do("etda", SetSubjectStatus(name_of("somchai"), "frozen", ""))

    assert answered(vouching, TODAY + 1) == [0, 230]
    vouching.show("somchai", class_id=0)  # answered for today before
    assert vouching.level("somchai") == 110


def test_who_is_in_recovery_or_reported_a_key_lost_is_not_answered(vouching):
    face_match(vouching, "somchai", "again", key="somchai-2")
    vouching.do("kbank", recovering("somchai", "somchai-2", evidence="again"))
    vouching.do("kbank", lost("kbank", "malee"))

    assert answered(vouching, TODAY + 1) == [0, 0]


def test_a_revoked_proofing_ends_the_answers(vouching):
    set_attestation(vouching, "somchai-proofing", "revoked")

    assert answered(vouching, TODAY + 1) == [0, 230]
    assert [row[2] for row in vouching.ask("enrolled_page", 1, 0, None)].count(False) == 1


def test_a_late_deposit_counts_from_the_second_next_epoch():
    vouching = Vouching("somchai")
    vouching.deposit("somchai")

    assert answered(vouching, NOW + 1) == [0]
    assert answered(vouching, NOW + 2) == [230]


def test_a_deposit_is_made_in_the_60_days_before_its_year_or_in_it():
    vouching = Vouching("somchai", "malee")
    refuse(vouching, OutsideYear, depositing(vouching, "somchai", year=YEAR - 1))
    vouching.deposit("somchai", year=YEAR + 1)  # 47 days ahead
    vouching.go_to(NOW - 15)

    refuse(vouching, OutsideYear, depositing(vouching, "malee", year=YEAR + 1))


# A recovery begins another generation.


def recovered(vouching, who, label, evidence):
    face_match(vouching, who, evidence, key=label)
    vouching.do("kbank", recovering(who, label, evidence=evidence))
    vouching.wait(3 * DAY_S)
    vouching.do_as("anyone", FinishRecovery(name_of(who)))


QUARTER = 4 * 2023 + 3


def test_a_recovery_begins_a_generation_and_a_second_one_in_the_quarter_another(vouching):
    sid = name_of("somchai")
    recovered(vouching, "somchai", "somchai-2", "again")
    assert vouching.ask("generation", sid) == QUARTER

    refuse(vouching, WrongGeneration, enrolling(vouching, "somchai", key="somchai-2"))
    vouching.enrol("somchai", generation=QUARTER, key="somchai-2")
    vouching.deposit("somchai", generation=QUARTER, key="somchai-2")
    recovered(vouching, "somchai", "somchai-3", "once more")

    assert vouching.ask("generation", sid) == QUARTER + 1


def test_an_old_enrolment_is_of_no_use_with_a_certificate_of_the_new_generation(vouching):
    recovered(vouching, "somchai", "somchai-2", "again")
    vouching.deposit("somchai", generation=QUARTER, key="somchai-2")
    asked = begin(vouching, vouching.epoch + 3, QUARTER)
    msg = showing(vouching, "somchai", asked=asked)

    refuse(vouching, WrongGeneration, msg)
    named = replace(LIST, generation=QUARTER)
    refuse(vouching, NoSum, resigned("somchai", replace(msg, enrolled=named)))
    old = replace(asked, generation=0)
    refuse(vouching, NoSum, resigned("somchai", replace(msg, alive_in=old)))


def test_only_who_is_proofed_and_in_order_enrols():
    vouching = Vouching("malee")
    create(vouching, "somchai")
    refuse(vouching, NotProofed, enrolling(vouching, "somchai"))

    msg = enrolling(vouching, "malee")
    refuse(vouching, BadCitizenSignature, replace(msg, root=bytes(64)))
    refuse(vouching, NotSubjectKey, enrolling(vouching, "malee", key="somchai-1"))
    vouching.do("etda", SetSubjectStatus(name_of("malee"), "frozen", ""))
    refuse(vouching, SubjectFrozen, msg)
    refuse(vouching, SubjectFrozen, depositing(vouching, "malee"))


def test_a_root_that_was_signed_before_is_not_put_on_the_ledger_again(vouching):
    msg = depositing(vouching, "somchai")
    vouching.enrol("somchai", list_id=2)

    refuse(vouching, BadSeq, msg)


# Identity 6: of another epoch, sector, class, generation, chain; of other words.


def test_a_certificate_serves_under_no_other_class_list_or_chain(vouching):
    msg = showing(vouching, "somchai", class_id=0)

    refuse(vouching, ForgedCertificate, replace(msg, class_id=top_class(vouching)))
    refuse(vouching, NoSum, resigned("somchai", replace(msg, enrolled=replace(LIST, period=2))))
    refuse(vouching, BadCitizenSignature, replace(msg, enrolled=replace(LIST, period=2)))
    refuse(vouching, BadCitizenSignature, replace(msg, slot_signature=msg.signature))
    refuse(vouching, UnknownRound, replace(msg, enrolled=msg.alive_in))
    other = replace(msg, alive=msg.enrolment, enrolment=msg.alive)
    refuse(vouching, ForgedCertificate, other)
    foreign = use_statement("other-chain", TODAY, msg.key)
    signature = wallet("somchai").slot(TODAY, 0, 0).sign(*foreign)
    refuse(vouching, BadCitizenSignature, replace(msg, slot_signature=signature))


def test_a_passkey_is_no_pairwise_key_and_a_slot_has_an_ed25519_key(vouching):
    msg = showing(vouching, "somchai")
    passkey = PublicKey(b"\x04" + msg.key[1:])

    refuse(vouching, BadCitizenSignature, replace(msg, key=passkey))
    refuse(vouching, BadCitizenSignature, replace(msg, slot_key=PublicKey(b"\x04" + msg.key[1:])))


def test_a_pairwise_key_that_ended_is_vouched_for_no_more(vouching):
    key = wallet("somchai").pairwise((1, STATE))
    msg = EndPairwise(key.public_key, UNSIGNED)
    signature = key.sign(*end_pairwise_statement(CHAIN, msg))
    vouching.do_as("anyone", replace(msg, signature=signature))

    refuse(vouching, PairwiseEnded, showing(vouching, "somchai"))


def test_a_place_that_no_sector_has_vouches_nowhere(vouching):
    refuse(vouching, PlaceUnassigned, showing(vouching, "somchai", place=1))


# What k vouchers that cheat together cannot hide.


def test_more_keys_than_vouchers_answered_show_that_all_who_sign_cheat(vouching):
    asked = day(TODAY)
    for number in vouching.chosen(asked):
        agency = VOUCHERS[number - 1]
        counts = tuple(1 for _ in range(vouching.plan(asked)[2]))
        vouching.do(agency, StateAnswers(agency, asked, counts))
        vouching.refuse(agency, VoucherKeyExists, StateAnswers(agency, asked, counts))

    vouching.show("somchai", slot=0)
    plain = (asked.kind, asked.period, asked.edition, asked.generation)
    assert vouching.ask("alive_surplus", plain, 0) == 0
    vouching.show("malee", slot=0)
    vouching.show("malee", slot=0, class_id=1)

    assert [vouching.ask("alive_surplus", plain, place) for place in (0, 1)] == [1, 0]
    assert vouching.ask("enrolment_surplus", 1, STATE) == 0


def test_slots_of_a_past_epoch_are_swept(vouching):
    msg = showing(vouching, "somchai")
    vouching.do_as("anyone", msg)
    sweep = SweepSlots(TODAY, (msg.slot_key,))
    refuse(vouching, WrongEpoch, sweep)
    before = len(vouching.ledger.state.committed)
    vouching.go_to(TODAY + 1)

    vouching.do_as("anyone", sweep)

    assert len(vouching.ledger.state.committed) == before - 1


# Identity 5: what the ledger shows of a subject is its roots; use shows nothing of it.


def of_subjects(vouching):
    """All that the state says under a subject's name."""
    names = [name_of(who) for who in ("somchai", "malee")]
    stored = vouching.ledger.state.committed.items()
    return {key: value for key, value in stored if any(name in key + value for name in names)}


def test_who_acts_every_day_and_who_never_does_look_alike_under_their_names(vouching):
    busy, quiet = vouching, vouching.copied()
    for epoch in (TODAY, TODAY + 2, TODAY + 4):
        if epoch != TODAY:
            for world in (busy, quiet):
                begin(world, epoch)
        busy.show("somchai", slot=0)
        busy.show("somchai", slot=1)
        quiet.show("malee", slot=7)

    assert of_subjects(busy) == of_subjects(quiet) != {}
    for who in ("somchai", "malee"):
        key = wallet(who).pairwise((1, STATE)).public_key
        assert not any(key in name + value for name, value in of_subjects(busy).items())
