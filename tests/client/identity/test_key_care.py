"""A citizen's keys over time, against the real contract: devices, recovery, veto, mandates."""

import pytest

from client.identity import queries
from client.identity.face import officer_evidence
from client.identity.idp import new_id
from client.identity.key_care import KeyCare
from client.identity.keys import CitizenKeys
from client.identity.wallet import CitizenWallet
from contracts.identity.core.messages import UNSIGNED, RecoveryPolicy
from contracts.identity.delegations.messages import GrantDelegation
from contracts.identity.recovery.messages import (
    FinishRecovery,
    StartGuardianRecovery,
    StartRecovery,
)
from contracts.identity.subjects.messages import (
    AddKey,
    RevokeKey,
    SetRecoveryPolicy,
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


async def registered(chain: Chain, name: str, *guardians: bytes) -> bytes:
    """Register somebody under a made-up number of their own."""
    wallet = CitizenWallet(keys(name), CHAIN)
    policy = RecoveryPolicy(allows_idp=not guardians, guardians=guardians)
    draft = bank(chain).draft_subject(wallet.subject_key, "th.cid", 220, policy)
    tagged = tags().certify(draft, number_of(name))
    assert (await bank(chain).office.send(wallet.prove_key(tagged))).is_ok
    return draft.sid


def number_of(name: str) -> str:
    twelve = f"9{sum(name.encode()):011d}"
    total = sum(int(digit) * (13 - place) for place, digit in enumerate(twelve))
    return twelve + str((11 - total % 11) % 10)


async def code(chain: Chain, message: object) -> str:
    return (await bank(chain).office.send(message)).receipt["code"]


async def keys_of(chain: Chain, sid: bytes) -> list[str]:
    return [held["key"] for held in (await queries.ask(chain, "subject", sid))["keys"]]


def shown(key: PublicKey) -> str:
    return "0x" + key.hex()


async def test_another_device_joins_and_the_lost_one_leaves():
    chain = await with_nodes()
    sid = await registered(chain, "old")
    adding = AddKey(BANK, sid, 1, NO_KEY, "device", 220, UNSIGNED, NO_KEY, UNSIGNED)

    added = await code(chain, care("old").add_key(care("new").prove_added(adding)))
    leaving = RevokeKey(BANK, sid, 2, care("old").key, NO_KEY, UNSIGNED)
    revoked = await code(chain, care("new").revoke_key(leaving))

    assert (added, revoked) == ("OK", "OK")
    assert await keys_of(chain, sid) == [shown(care("new").key)]


async def recovery(chain: Chain, sid: bytes) -> StartRecovery:
    evidence = officer_evidence(sid, "match", officer="counter-4", decided_at=chain.now)
    match, _ = faces(chain).attest(sid, evidence, chain.now + 600)
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
    assert await keys_of(chain, sid) == [shown(care("new").key)]


async def test_the_old_key_stops_a_recovery_that_nobody_asked_for():
    chain = await with_nodes()
    sid = await registered(chain, "kept")
    started_at = chain.now + 1
    assert await code(chain, await recovery(chain, sid)) == "OK"

    vetoed = await code(chain, care("kept").veto(sid, care("new").key, started_at))
    chain.ledger.next_block(time_ms=HOLD_MS)

    assert (vetoed, await code(chain, FinishRecovery(sid))) == ("OK", "VETOED")
    assert await keys_of(chain, sid) == [shown(care("kept").key)]


@pytest.mark.parametrize(("approvals", "expected"), [(2, "OK"), (1, "TOO_FEW_GUARDIANS")])
async def test_two_guardians_replace_lost_keys(approvals, expected):
    chain = await with_nodes()
    guardians = [await registered(chain, name) for name in ("aunt", "uncle-1")]
    sid = await registered(chain, "child", *guardians)
    draft = StartGuardianRecovery(sid, NO_KEY, UNSIGNED, ())
    proven = care("new").prove_guardian_recovery(draft)

    given = tuple(
        care(name).approve(proven, guardian)
        for name, guardian in zip(("aunt", "uncle-1"), guardians, strict=True)
    )
    message = StartGuardianRecovery(sid, proven.new_key, proven.proof, given[:approvals])

    assert await code(chain, message) == expected


async def test_the_way_of_recovery_is_the_citizens_to_change():
    chain = await with_nodes()
    sid = await registered(chain, "wary")
    guardians = tuple([await registered(chain, name) for name in ("aunt", "uncle-1")])
    policy = RecoveryPolicy(allows_idp=False, guardians=guardians)
    draft = SetRecoveryPolicy(BANK, sid, 1, policy, NO_KEY, UNSIGNED)

    changed = await code(chain, care("wary").set_recovery(draft))

    assert (changed, await code(chain, await recovery(chain, sid))) == ("OK", "ROUTE_FORBIDDEN")


async def test_a_mandate_lets_another_act_until_it_is_ended():
    chain = await with_nodes()
    principal, delegate = [await registered(chain, name) for name in ("mother", "daughter")]
    draft = GrantDelegation(
        agency=BANK,
        del_id=new_id(),
        principal=principal,
        delegate=delegate,
        purposes=("tax",),
        expires_at=chain.now + 86_400,
        basis="mandate",
        majority_at=0,
        basis_commit=None,
        key=None,
        signature=None,
    )

    granted = await code(chain, care("mother").mandate(draft))
    during = await queries.ask(chain, "may_act_for", delegate, principal, "tax")
    ended = await code(chain, care("mother").end_mandate(draft.del_id))
    after = await queries.ask(chain, "may_act_for", delegate, principal, "tax")

    assert (granted, during, ended, after) == ("OK", True, "OK", False)
