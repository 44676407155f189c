"""Subjects: one person once, keys that sign for themselves, acts in sequence."""

from dataclasses import replace

import pytest

from contracts.identity.core.messages import (
    BadCitizenSignature,
    BadLevel,
    BadSeq,
    DuplicateId,
    KeyTaken,
    LevelTooHigh,
    NoProof,
    NotLinked,
    NotSubjectKey,
    NotWhitelisted,
    RecoveryPolicy,
    StatusUnchanged,
    SubjectFrozen,
    TooFewGuardians,
    TooManyKeys,
    UnknownNamespace,
    UnknownStatus,
    UnknownSubject,
    WrongRole,
)
from contracts.identity.nodes.messages import SetNamespace, SetNodeLimits
from contracts.identity.subjects.messages import (
    AlreadyLinked,
    BadTag,
    DuplicateIdentity,
    LastKey,
    SetSubjectStatus,
    UnknownKeyKind,
    possession_of_first_key,
    tag_statement,
)
from primitives.errors import NotAllowed
from tests.contracts.identity.scenes import create, subject_of, suspend_agency
from tests.contracts.identity.signing import (
    CHAIN,
    CID,
    adding,
    creation,
    linking,
    name_of,
    node_key,
    public,
    revoking,
    setting_policy,
    signed,
    signed_creation,
)
from tests.contracts.identity.world import World


def remade(**changes):
    """A creation of somchai with changes and right signatures."""
    return signed_creation(replace(creation("somchai"), **changes), "somchai-1")


def test_a_person_is_registered_with_a_tag_and_a_first_key():
    world = World()

    create(world, "somchai")

    found = subject_of(world, "somchai")
    assert found[:5] == (CID, name_of("somchai-tag"), 1, 0, "active")
    assert found[5] == ((public("somchai-1"), "first", 220, world.now),)
    assert world.ask("is_person_unique", name_of("somchai")) is True


def test_a_person_is_registered_once_whatever_the_idp_the_sid_and_the_key():
    world = World()
    create(world, "somchai")
    other = {"sid": name_of("other"), "key": public("other-1"), "agency": "paotang"}
    twin = signed_creation(replace(creation("somchai"), **other), "other-1")

    world.refuse("paotang", DuplicateIdentity, twin)

    assert world.ask("subject", name_of("other")) is None


def test_a_sid_and_a_key_are_used_once():
    world = World()
    create(world, "somchai")

    world.refuse("kbank", DuplicateId, remade(uid_tag=name_of("tag 2")))
    again = remade(uid_tag=name_of("tag 2"), sid=name_of("sid 2"))

    world.refuse("kbank", KeyTaken, again)


BAD_CREATIONS = {
    "an unknown namespace": ({"namespace": "th.tax"}, UnknownNamespace),
    "a cap that is no level": ({"aal_cap": 215}, BadLevel),
    "a cap above the node's": ({"aal_cap": 300}, LevelTooHigh),
    "one guardian": ({"recovery": RecoveryPolicy(True, (name_of("a"),))}, TooFewGuardians),
    "a guardian twice": ({"recovery": RecoveryPolicy(True, (name_of("a"),) * 2)}, TooFewGuardians),
    "its own guardian": (
        {"recovery": RecoveryPolicy(True, (name_of("a"), name_of("somchai")))},
        TooFewGuardians,
    ),
}


@pytest.mark.parametrize("case", BAD_CREATIONS)
def test_a_wrong_creation_is_refused_by_name(case):
    changes, error = BAD_CREATIONS[case]
    world = World()

    world.refuse("kbank", error, remade(**changes))

    assert world.ask("subject", name_of("somchai")) is None


def test_a_tag_is_signed_by_the_namespace_s_authority_for_this_subject():
    world = World()
    good = creation("somchai")
    by_bank = signed(
        replace(good, tag_key=node_key("kbank").public_key),
        tag_statement(CHAIN, good),
        "kbank-node",
        "tag_signature",
    )
    for_another = replace(good, tag_signature=creation("malee").tag_signature)

    world.refuse("kbank", BadTag, by_bank)
    world.refuse("kbank", BadTag, for_another)


def test_a_tag_of_an_authority_that_governance_has_suspended_is_refused():
    world = World()
    suspend_agency(world, "dopa")

    world.refuse("kbank", BadTag, creation("somchai"))


def test_a_first_key_signs_for_itself():
    world = World()
    good = creation("somchai")
    stolen = signed(good, possession_of_first_key(CHAIN, good), "mallory", "proof")

    world.refuse("kbank", NoProof, stolen)


def test_only_an_idp_with_the_namespace_registers_people():
    world = World()
    world.refuse("nhso", WrongRole, creation("somchai", "nhso"))
    world.refuse("nhso", NotAllowed, creation("somchai", "kbank"))
    world.do("etda", SetNodeLimits("kbank", 230, 220, ()))

    world.refuse("kbank", NotWhitelisted, creation("somchai"))


def test_a_namespace_where_one_person_has_many_numbers_makes_nobody_unique():
    world = World()
    world.do("etda", SetNamespace("th.passport", "dopa", False))
    world.do("etda", SetNodeLimits("kbank", 230, 220, (CID, "th.passport")))
    world.do("kbank", remade(namespace="th.passport"))

    assert world.ask("is_person_unique", name_of("somchai")) is False
    assert world.ask("is_person_unique", name_of("nobody")) is False


def test_an_idp_is_linked_by_the_citizen_s_key_once():
    world = World()
    create(world, "somchai")
    forged = signed(linking("somchai", "paotang"), ("identity/link-idp", b""), "somchai-1")

    world.refuse("paotang", BadCitizenSignature, forged)
    world.do("paotang", linking("somchai", "paotang"))
    world.refuse("paotang", AlreadyLinked, linking("somchai", "paotang", seq=2))

    assert subject_of(world, "somchai")[6] == ("kbank", "paotang")


def test_a_link_is_for_the_idp_that_the_citizen_named():
    world = World()
    create(world, "somchai")
    moved = replace(linking("somchai", "kbank"), agency="paotang")

    world.refuse("paotang", BadCitizenSignature, moved)
    world.refuse("rd", WrongRole, linking("somchai", "rd"))


def test_another_s_key_does_nothing_for_a_subject():
    world = World()
    create(world, "somchai")
    create(world, "malee")

    world.refuse("kbank", NotSubjectKey, adding("somchai", "new", by="malee-1"))


@pytest.mark.parametrize("seq", [0, 2, 3])
def test_a_sequence_number_is_neither_used_again_nor_skipped(seq):
    world = World()
    create(world, "somchai")

    world.refuse("paotang", BadSeq, linking("somchai", "paotang", seq=seq))


def test_a_signed_act_serves_once():
    world = World()
    create(world, "somchai")
    act = adding("somchai", "somchai-2")
    world.do("kbank", act)

    world.refuse("kbank", BadSeq, act)


def test_a_key_is_added_by_itself_a_present_key_and_a_linked_idp_together():
    world = World()
    create(world, "somchai")
    good = adding("somchai", "somchai-2")

    world.refuse(
        "kbank", NoProof, signed(good, ("identity/subject-key", b""), "somchai-2", "proof")
    )
    world.refuse("kbank", BadCitizenSignature, signed(good, ("x", b""), "somchai-1"))
    world.refuse("paotang", NotLinked, adding("somchai", "somchai-2", agency="paotang"))
    world.refuse("kbank", KeyTaken, adding("somchai", "somchai-1"))
    world.refuse("kbank", LevelTooHigh, adding("somchai", "somchai-2", aal_cap=300))
    world.refuse("kbank", BadLevel, adding("somchai", "somchai-2", aal_cap=1))
    world.refuse("kbank", UnknownKeyKind, adding("somchai", "somchai-2", kind="implant"))
    world.do("kbank", good)

    assert [key for key, *_ in subject_of(world, "somchai")[5]] == [
        public("somchai-1"),
        public("somchai-2"),
    ]


def test_the_last_key_stays():
    world = World()
    create(world, "somchai")

    world.refuse("kbank", LastKey, revoking("somchai", "somchai-1"))

    assert len(subject_of(world, "somchai")[5]) == 1


def test_a_revoked_key_signs_no_more_and_never_comes_back():
    world = World()
    create(world, "somchai")
    world.do("kbank", adding("somchai", "somchai-2"))
    world.do("kbank", revoking("somchai", "somchai-1", seq=2, by="somchai-2"))

    world.refuse("kbank", NotSubjectKey, adding("somchai", "somchai-3", seq=3))
    world.refuse("kbank", KeyTaken, adding("somchai", "somchai-1", seq=3, by="somchai-2"))
    world.refuse("kbank", NotSubjectKey, revoking("somchai", "somchai-1", seq=3, by="somchai-2"))


def test_a_key_of_a_revocation_is_signed_for_by_the_citizen():
    world = World()
    create(world, "somchai")
    world.do("kbank", adding("somchai", "somchai-2"))
    good = revoking("somchai", "somchai-2", seq=2)

    world.refuse("kbank", BadCitizenSignature, replace(good, old_key=public("somchai-1")))
    world.refuse("paotang", NotLinked, revoking("somchai", "somchai-2", seq=2, agency="paotang"))


def test_a_subject_has_a_bounded_number_of_keys_and_idps():
    world = World()
    create(world, "somchai")
    for index in range(15):
        world.do("kbank", adding("somchai", f"key-{index}", seq=index + 1))

    world.refuse("kbank", TooManyKeys, adding("somchai", "one more", seq=16))

    assert len(subject_of(world, "somchai")[5]) == 16


def test_a_recovery_policy_is_changed_by_the_citizen():
    world = World()
    for who in ("a", "b", "somchai"):
        create(world, who)
    guardians = RecoveryPolicy(False, (name_of("a"), name_of("b")))
    good = setting_policy("somchai", guardians)

    world.refuse("kbank", BadCitizenSignature, replace(good, recovery=RecoveryPolicy(True, ())))
    lonely = setting_policy("somchai", RecoveryPolicy(True, (name_of("a"),)))
    world.refuse("kbank", TooFewGuardians, lonely)
    world.do("kbank", good)

    assert world.ask("policy_change", name_of("somchai"))[0] == (False, good.recovery.guardians)


def test_a_frozen_subject_does_nothing_until_it_is_free():
    world = World()
    create(world, "somchai")
    sid = name_of("somchai")
    world.do("etda", SetSubjectStatus(sid, "frozen", "stolen phone"))

    world.refuse("kbank", SubjectFrozen, adding("somchai", "somchai-2"))
    assert world.ask("is_person_unique", sid) is False
    world.refuse("etda", StatusUnchanged, SetSubjectStatus(sid, "frozen", ""))
    world.refuse("etda", UnknownStatus, SetSubjectStatus(sid, "asleep", ""))
    world.refuse("etda", UnknownSubject, SetSubjectStatus(name_of("nobody"), "frozen", ""))
    world.do("etda", SetSubjectStatus(sid, "active", ""))
    world.do("kbank", adding("somchai", "somchai-2"))

    assert world.ask("is_person_unique", sid) is True


def test_nothing_is_done_for_a_subject_that_does_not_exist():
    world = World()

    world.refuse("kbank", UnknownSubject, linking("nobody", "kbank"))
