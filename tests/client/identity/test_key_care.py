"""A citizen's keys over time, against the real contract: devices, recovery, veto, mandates."""

from dataclasses import replace

import pytest

from client.contract import ask
from client.identity import ledger
from client.identity.errors import NotInOrder, NotWhatWasAsked
from client.identity.face import officer_evidence
from client.identity.key_care import KeyCare
from client.identity.keys import CitizenKeys
from client.identity.permissions import Permissions
from client.identity.wallet import CitizenWallet
from contracts.identity.core.messages import RECOVERY, UNSIGNED, MatchUse, RecoveryPolicy
from contracts.identity.core.rules import POLICY_REST_S
from contracts.identity.delegations.handlers import may_sign_for
from contracts.identity.recovery.messages import (
    FinishRecovery,
    LiftReport,
    ReportLost,
    StartGuardianRecovery,
    StartRecovery,
)
from contracts.identity.subjects.handlers import subject_of
from contracts.identity.subjects.messages import (
    AddKey,
    RevokeKey,
    SetRecoveryPolicy,
    SetSubjectStatus,
)
from primitives.crypto import PublicKey
from tests.client.identity.chain import Chain, bank, faces, tags, with_nodes

CHAIN = "test-chain"
BANK = "first-bank"
NO_KEY = PublicKey(bytes(33))
HOLD_MS = 72 * 3_600_000


def keys(name: str) -> CitizenKeys:
    return CitizenKeys(name.encode().ljust(32, b"-"))


def care(name: str) -> KeyCare:
    return KeyCare(keys(name), CHAIN)


async def registered(chain: Chain, name: str, *guardians: bytes, majority_at: int = 0) -> bytes:
    """Register somebody under a made-up number of their own."""
    wallet = CitizenWallet(keys(name), CHAIN)
    policy = RecoveryPolicy(allows_idp=not guardians, guardians=guardians)
    draft = bank(chain).drafts.subject(wallet.subject_key, "th.cid", 220, policy)
    tagged = tags().certify(
        draft, number_of(name), expires_at=chain.now + 60, majority_at=majority_at
    )
    assert (await bank(chain).office.send(wallet.prove_key(tagged))).is_ok
    return draft.sid


def number_of(name: str) -> str:
    twelve = f"9{sum(name.encode()):011d}"
    total = sum(int(digit) * (13 - place) for place, digit in enumerate(twelve))
    return twelve + str((11 - total % 11) % 10)


async def code(chain: Chain, message: object) -> str:
    return (await bank(chain).office.send(message)).receipt["code"]


async def keys_of(chain: Chain, sid: bytes) -> list[PublicKey]:
    return [held.key for held in (await ask(chain, subject_of, sid)).keys]


async def test_another_device_joins_and_the_lost_one_leaves():
    chain = await with_nodes()
    sid = await registered(chain, "old")
    adding = AddKey(BANK, sid, 1, NO_KEY, "device", 220, UNSIGNED, NO_KEY, UNSIGNED)

    added = await code(chain, care("old").add_key(care("new").prove_added(adding)))
    leaving = RevokeKey(BANK, sid, 2, care("old").key, NO_KEY, UNSIGNED)
    revoked = await code(chain, care("new").revoke_key(leaving))

    assert (added, revoked) == ("OK", "OK")
    assert await keys_of(chain, sid) == [care("new").key]


async def recovery(chain: Chain, sid: bytes) -> StartRecovery:
    seen = {"officer": "counter-4", "decided_at": chain.now, "pad_level": 1}
    evidence = officer_evidence(sid, "match", **seen)
    use = MatchUse(BANK, RECOVERY, care("new").key)
    match, _ = faces(chain).attest(sid, evidence, use, chain.now + 600)
    assert (await faces(chain).office.send(match)).is_ok
    draft = StartRecovery(BANK, sid, NO_KEY, 220, match.att_id, UNSIGNED)
    return care("new").prove_recovery(draft)


async def test_lost_keys_are_replaced_after_the_hold():
    chain = await with_nodes()
    sid = await registered(chain, "lost")

    started = await code(chain, await recovery(chain, sid))
    early = await code(chain, FinishRecovery(sid))
    chain.ledger.next_block(time_ms=HOLD_MS)
    finished = await code(chain, FinishRecovery(sid))

    assert (started, early, finished) == ("OK", "HOLD_OPEN", "OK")
    assert await keys_of(chain, sid) == [care("new").key]


async def test_the_old_key_stops_a_recovery_that_nobody_asked_for():
    chain = await with_nodes()
    sid = await registered(chain, "kept")
    started_at = chain.now + 1
    assert await code(chain, await recovery(chain, sid)) == "OK"

    vetoed = await code(chain, care("kept").veto(sid, care("new").key, started_at))
    chain.ledger.next_block(time_ms=HOLD_MS)

    assert (vetoed, await code(chain, FinishRecovery(sid))) == ("OK", "VETOED")
    assert await keys_of(chain, sid) == [care("kept").key]


@pytest.mark.parametrize(("approvals", "expected"), [(2, "OK"), (1, "TOO_FEW_GUARDIANS")])
async def test_two_guardians_replace_lost_keys(approvals, expected):
    chain = await with_nodes()
    guardians = [await registered(chain, name) for name in ("aunt", "uncle-1")]
    sid = await registered(chain, "child", *guardians)
    draft = StartGuardianRecovery(sid, NO_KEY, chain.now + 86_400, UNSIGNED, ())
    proven = care("new").prove_recovery(draft)

    given = tuple(
        care(name).approve(proven, guardian)
        for name, guardian in zip(("aunt", "uncle-1"), guardians, strict=True)
    )
    message = replace(proven, approvals=given[:approvals])

    assert await code(chain, message) == expected


async def test_the_way_of_recovery_is_the_citizens_to_change():
    chain = await with_nodes()
    sid = await registered(chain, "wary")
    guardians = tuple([await registered(chain, name) for name in ("aunt", "uncle-1")])
    policy = RecoveryPolicy(allows_idp=False, guardians=guardians)
    draft = SetRecoveryPolicy(BANK, sid, 1, policy, NO_KEY, UNSIGNED)

    changed = await code(chain, care("wary").set_recovery(draft))
    chain.ledger.next_block(time_ms=POLICY_REST_S * 1_000)

    assert (changed, await code(chain, await recovery(chain, sid))) == ("OK", "ROUTE_FORBIDDEN")


async def test_a_mandate_that_is_given_and_accepted_lets_another_sign_until_either_ends_it():
    chain = await with_nodes()
    mother, daughter = [Permissions(keys(name), CHAIN) for name in ("mother", "daughter")]
    parties = [keys(name).pairwise("revenue").public_key for name in ("daughter", "mother")]
    draft = bank(chain).drafts.mandate("revenue", ("tax",), chain.now + 86_400, parties[0])

    given = mother.give_mandate(draft)
    alone = await code(chain, given)
    granted = await code(chain, daughter.accept_mandate(given))
    during = await ask(chain, may_sign_for, *parties, "revenue", "tax")
    ended = await code(chain, daughter.end_mandate(draft.man_id, "revenue"))
    after = await ask(chain, may_sign_for, *parties, "revenue", "tax")

    assert (alone, granted, during) == ("BAD_CITIZEN_SIGNATURE", "OK", True)
    assert (ended, after) == ("OK", False)


async def test_a_mandate_to_somebody_else_is_not_accepted():
    chain = await with_nodes()
    draft = bank(chain).drafts.mandate("revenue", ("tax",), chain.now + 60, care("aunt").key)

    with pytest.raises(NotWhatWasAsked):
        Permissions(keys("daughter"), CHAIN).accept_mandate(draft)


async def test_an_honest_idp_carries_no_mandate_of_a_minor_or_of_who_is_not_in_order():
    chain = await with_nodes()
    child = await registered(chain, "child", majority_at=chain.now + 3_600)
    adult = await registered(chain, "adult")
    devices = {
        name: await bank(chain).device(sid, care(name).key)
        for name, sid in (("child", child), ("adult", adult))
    }
    await ledger.check_giver(chain, BANK, devices["adult"])
    freeze = SetSubjectStatus(adult, "frozen", "")
    assert (await chain.office("supervisor").send(freeze)).is_ok

    with pytest.raises(NotInOrder, match="minor"):
        await ledger.check_giver(chain, BANK, devices["child"])
    with pytest.raises(NotInOrder, match="not active"):
        await ledger.check_giver(chain, BANK, devices["adult"])


async def test_a_citizen_leaves_an_idp_through_anyone():
    chain = await with_nodes()
    sid = await registered(chain, "wary")
    device = await bank(chain).device(sid, care("wary").key)

    left = await chain.office("faces").send(care("wary").unlink(sid, 1, BANK))

    assert left.is_ok
    with pytest.raises(NotInOrder, match="no IdP of the subject"):
        await bank(chain).check_standing(device, 0)


async def test_a_key_found_again_is_put_in_force_by_an_older_one():
    chain = await with_nodes()
    sid = await registered(chain, "old")
    adding = AddKey(BANK, sid, 1, NO_KEY, "device", 220, UNSIGNED, NO_KEY, UNSIGNED)
    await code(chain, care("old").add_key(care("new").prove_added(adding)))
    await code(chain, ReportLost(BANK, sid, care("new").key))
    draft = LiftReport(BANK, sid, 2, care("new").key, None, None)

    lifted = await code(chain, care("old").lift_report(draft))

    assert lifted == "OK"
    assert set(await keys_of(chain, sid)) == {care(name).key for name in ("old", "new")}
