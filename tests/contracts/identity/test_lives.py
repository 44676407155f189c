"""Lives that change: deaths, mistakes, corrected tags, new tag keys, IdPs that are left."""

from dataclasses import fields, replace

import pytest

from contracts.identity.core.messages import (
    UNSIGNED,
    BadCitizenSignature,
    ExpiryOutOfBounds,
    NotLinked,
    NotOwner,
    RecoveryPolicy,
    SubjectClosed,
    TagsLeft,
)
from contracts.identity.core.rules import HOLD_S, TAG_S_MAX, VETO_REST_S
from contracts.identity.recovery.messages import (
    FinishRecovery,
    LiftReport,
    NotReported,
    ReportLost,
    VetoedLately,
)
from contracts.identity.subjects.messages import (
    BadTag,
    BadTagVersion,
    BeginTagVersion,
    CloseSubject,
    CorrectTag,
    DuplicateIdentity,
    NoRoute,
    SetSubjectStatus,
    UnknownCause,
    UnknownTag,
    tag_statement,
)
from tests.contracts.identity.scenes import (
    attest,
    create,
    face_match,
    proofed,
    proofing,
    subject_of,
)
from tests.contracts.identity.signing import (
    CHAIN,
    CID,
    DAY_S,
    adding,
    creation,
    guardianship,
    in_person,
    linking,
    name_of,
    public,
    recovering,
    recovering_by,
    renewing,
    setting_policy,
    signed_creation,
    unlinking,
    vetoing,
)
from tests.contracts.identity.world import World

SOMCHAI = name_of("somchai")


def with_citizen():
    """A world where somchai is registered at kbank and proofed at IAL 2.3."""
    world = World()
    proofed(world, "somchai")
    return world


def close(world, who="somchai", cause="death"):
    world.do("dopa", CloseSubject("dopa", name_of(who), cause))


def again(who, tag, **changes):
    """A registration under another name and key, with somebody's tag."""
    changed = replace(creation(who), uid_tag=name_of(tag), **changes)
    return signed_creation(changed, f"{who}-1")


def test_a_policy_without_a_route_is_refused_later_too():
    world = with_citizen()

    world.refuse("kbank", NoRoute, setting_policy("somchai", RecoveryPolicy(False, ())))


def test_a_vetoed_start_is_not_repeated_for_seven_days_on_any_route_but_in_person():
    world = World()
    guardians = RecoveryPolicy(True, (name_of("a"), name_of("b")))
    for who in ("a", "b"):
        create(world, who)
    create(world, "somchai", recovery=guardians)
    world.do_as("anyone", recovering_by("somchai", "new", "a", "b"))
    world.do_as("anyone", vetoing("somchai", "new", world.now))

    world.wait(VETO_REST_S - 1)
    until = world.now + DAY_S
    face_match(world, "somchai", key="newer")
    world.refuse("kbank", VetoedLately, recovering("somchai", "newer"))
    again = recovering_by("somchai", "newer", "a", "b", until=until)
    world.refuse_as("anyone", VetoedLately, again)
    world.do("dopa", in_person("somchai", "newest", until=world.now + DAY_S))

    assert world.ask("recovery", SOMCHAI)[3] == "held"


def test_a_key_that_a_recovery_replaced_comes_back_by_no_lifted_report():
    world = with_citizen()
    world.do("dopa", ReportLost("dopa", SOMCHAI, public("somchai-1")))
    world.do("kbank", recovering("somchai", "new"))
    world.wait(HOLD_S)
    world.do_as("anyone", FinishRecovery(SOMCHAI))

    lift = LiftReport("dopa", SOMCHAI, 1, public("somchai-1"), None, None)

    world.refuse("dopa", NotReported, lift)


@pytest.mark.parametrize("cause", ["death", "mistake"])
def test_a_closed_subject_does_nothing_and_bears_nothing_for_ever(cause):
    world = with_citizen()
    proof = proofing(world, "somchai", "kbank", 210, label="later")

    close(world, cause=cause)

    assert subject_of(world, "somchai")[4:6] == ("closed", ())
    assert world.ask("closing", SOMCHAI)[:2] == (cause, "dopa")
    assert world.ask("effective_ial", SOMCHAI) == 0
    assert world.ask("is_person_unique", SOMCHAI) is False
    assert world.ask("does_attestation_count", name_of("somchai-proofing")) is False
    world.refuse("kbank", SubjectClosed, adding("somchai", "somchai-2"))
    world.refuse("kbank", SubjectClosed, proof)
    world.refuse("dopa", SubjectClosed, in_person("somchai", "new"))
    world.refuse("etda", SubjectClosed, SetSubjectStatus(SOMCHAI, "active", ""))
    world.refuse("dopa", SubjectClosed, CloseSubject("dopa", SOMCHAI, "mistake"))


def test_only_the_registry_closes_a_subject_and_says_why():
    world = with_citizen()

    world.refuse("kbank", NotOwner, CloseSubject("kbank", SOMCHAI, "death"))
    world.refuse("dopa", UnknownCause, CloseSubject("dopa", SOMCHAI, "boredom"))

    assert subject_of(world, "somchai")[4] == "active"


def test_a_recovery_of_a_closed_subject_never_finishes():
    world = with_citizen()
    world.do("kbank", recovering("somchai", "new"))
    close(world)

    world.wait(HOLD_S)

    world.refuse_as("anyone", SubjectClosed, FinishRecovery(SOMCHAI))


def test_a_guardian_s_power_ends_with_either_life():
    world = World()
    create(world, "a")
    create(world, "noi", majority_at=world.now + 2 * DAY_S)
    world.do("dopa", guardianship("D", "noi", "a", world.now + DAY_S))

    close(world, "a")

    assert world.ask("may_act_for", name_of("a"), name_of("noi"), "tax") is False


def test_after_a_death_nobody_is_registered_with_the_tag():
    world = with_citizen()
    close(world)

    world.refuse("kbank", DuplicateIdentity, again("other", "somchai-tag"))


def test_after_a_mistake_its_person_is_registered_anew_once():
    world = with_citizen()
    close(world, cause="mistake")

    world.do("kbank", again("other", "somchai-tag"))

    world.refuse("kbank", DuplicateIdentity, again("third", "somchai-tag"))
    assert world.ask("is_person_unique", name_of("other")) is True


def test_a_corrected_tag_leaves_both_the_old_and_the_new_taken():
    world = with_citizen()

    world.do("dopa", CorrectTag("dopa", SOMCHAI, name_of("right-tag"), 1))

    assert subject_of(world, "somchai")[1] == name_of("right-tag")
    world.refuse("kbank", DuplicateIdentity, again("other", "somchai-tag"))
    world.refuse("kbank", DuplicateIdentity, again("other", "right-tag"))


def test_only_the_registry_corrects_a_tag_and_never_to_another_s():
    world = with_citizen()
    create(world, "malee")

    world.refuse("kbank", NotOwner, CorrectTag("kbank", SOMCHAI, name_of("right-tag"), 1))
    taken = CorrectTag("dopa", SOMCHAI, name_of("malee-tag"), 1)
    world.refuse("dopa", DuplicateIdentity, taken)
    other_version = CorrectTag("dopa", SOMCHAI, name_of("right-tag"), 2)
    world.refuse("dopa", BadTagVersion, other_version)

    assert subject_of(world, "somchai")[1] == name_of("somchai-tag")


def test_a_tag_s_certificate_binds_all_that_it_is_for():
    world = World()
    good = creation("somchai")
    bound = {
        "agency": "paotang",
        "sid": name_of("other"),
        "namespace": "th.passport",
        "uid_tag": name_of("other-tag"),
        "tag_version": 2,
        "majority_at": 1,
        "key": public("other"),
        "tag_expires_at": good.tag_expires_at - 1,
    }

    for name, value in bound.items():
        other = replace(good, **{name: value})
        assert tag_statement(CHAIN, other) != tag_statement(CHAIN, good), name
        moved = replace(
            signed_creation(other, "somchai-1" if name != "key" else "other"),
            tag_signature=good.tag_signature,
        )
        world.refuse(moved.agency, BadTag, moved)

    free = {"aal_cap", "recovery", "proof", "tag_key", "tag_signature"}
    assert {field.name for field in fields(good)} - set(bound) == free


def test_a_tag_s_certificate_ends():
    world = World()
    too_long = again("somchai", "somchai-tag", tag_expires_at=world.now + TAG_S_MAX + 1)
    world.refuse("kbank", ExpiryOutOfBounds, too_long)
    short = again("somchai", "somchai-tag", tag_expires_at=world.now + 60)

    world.wait(60)

    world.refuse("kbank", ExpiryOutOfBounds, short)


def test_a_new_version_of_the_registry_s_key_keeps_uniqueness_by_its_signed_list():
    world = with_citizen()
    create(world, "malee")
    begin = BeginTagVersion("dopa", CID, 2)
    world.do("dopa", renewing({"somchai": "somchai-tag-2"}))
    world.refuse("dopa", TagsLeft, begin)
    world.do("dopa", renewing({"malee": "malee-tag-2"}))
    world.do("dopa", begin)

    old = again("other", "somchai-tag")
    world.refuse("kbank", BadTagVersion, old)
    for tag in ("somchai-tag-2", "malee-tag-2"):
        world.refuse("kbank", DuplicateIdentity, again("other", tag, tag_version=2))
    world.do("kbank", again("other", "other-tag-2", tag_version=2))

    assert subject_of(world, "somchai")[1:3] == (name_of("somchai-tag-2"), 2)
    assert world.ask("namespace", CID) == ("dopa", True, 2, "dopa")


def test_who_is_registered_or_corrected_while_tags_are_renewed_is_renewed_too():
    world = with_citizen()
    world.do("dopa", renewing({"somchai": "somchai-tag-2"}))
    create(world, "late")
    begin = BeginTagVersion("dopa", CID, 2)

    world.refuse("dopa", TagsLeft, begin)
    world.do("dopa", renewing({"late": "late-tag-2"}))
    world.do("dopa", begin)

    assert subject_of(world, "late")[1:3] == (name_of("late-tag-2"), 2)


def test_a_mistake_that_is_registered_anew_while_tags_are_renewed_stays_one_person():
    world = with_citizen()
    world.do("dopa", renewing({"somchai": "somchai-tag-2"}))
    close(world, cause="mistake")
    world.do("kbank", again("other", "somchai-tag"))
    world.do("dopa", BeginTagVersion("dopa", CID, 2))

    third = again("third", "somchai-tag-2", tag_version=2)

    world.refuse("kbank", DuplicateIdentity, third)


def test_only_the_registry_renews_tags_each_once_and_to_a_new_one():
    world = with_citizen()
    create(world, "malee")
    good = renewing({"somchai": "somchai-tag-2"})

    world.refuse("kbank", NotOwner, replace(good, agency="kbank"))
    world.refuse("dopa", BadTag, renewing({"somchai": "x"}, label="kbank-node"))
    world.refuse("dopa", BadTag, replace(good, tags=renewing({"malee": "x"}).tags))
    world.refuse("dopa", BadTagVersion, renewing({"somchai": "x"}, version=3))
    world.refuse("dopa", UnknownTag, renewing({"nobody": "x"}))
    world.do("dopa", good)
    world.refuse("dopa", UnknownTag, good)
    world.refuse("dopa", DuplicateIdentity, renewing({"malee": "somchai-tag-2"}))
    world.refuse("dopa", BadTagVersion, BeginTagVersion("dopa", CID, 3))
    world.refuse("kbank", NotOwner, BeginTagVersion("kbank", CID, 2))

    assert world.ask("namespace", CID)[2] == 1


def test_a_citizen_leaves_an_idp_through_anyone_and_what_it_attested_counts_on():
    world = with_citizen()
    leaving = unlinking("somchai", "kbank")

    world.refuse_as("anyone", BadCitizenSignature, replace(leaving, idp="paotang"))
    world.refuse_as("anyone", NotLinked, unlinking("somchai", "paotang"))
    world.do_as("anyone", leaving)

    assert subject_of(world, "somchai")[6] == ()
    assert world.ask("effective_ial", SOMCHAI) == 230
    world.refuse("kbank", NotLinked, adding("somchai", "somchai-2", seq=2))
    world.refuse("kbank", NotLinked, proofing(world, "somchai", "kbank", 210, label="later"))


def test_an_idp_that_was_left_is_linked_again_by_the_citizen_alone():
    world = with_citizen()
    world.do_as("anyone", unlinking("somchai", "kbank"))
    world.refuse("kbank", NotOwner, ReportLost("kbank", SOMCHAI, public("somchai-1")))

    world.do("kbank", linking("somchai", "kbank", seq=2))

    attest(world, "somchai", label="later")
    assert subject_of(world, "somchai")[6] == ("kbank",)
    unsigned = replace(unlinking("somchai", "kbank", seq=3), signature=UNSIGNED)
    world.refuse_as("anyone", BadCitizenSignature, unsigned)
