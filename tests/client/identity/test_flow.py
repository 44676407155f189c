"""Client roles against the real contract: one proofing, consent, data, reuse, and no trace."""

from dataclasses import replace
from hashlib import sha256

import pytest

from client.contract import ask, json_of
from client.identity import ledger
from client.identity.drafts import Proofing, SignOn
from client.identity.errors import (
    BadCredential,
    CommitMismatch,
    NotForUs,
    NotInOrder,
    NotWhatWasAsked,
)
from client.identity.face import officer_evidence
from client.identity.key_care import KeyCare
from client.identity.keys import CitizenKeys
from client.identity.nodes import sectors
from client.identity.payload import open_new
from client.identity.reference import SubjectReference
from client.identity.relying_party import Asking, Question
from client.identity.trail import own_trail
from client.identity.wallet import CitizenWallet
from contracts.identity.attestations.handlers import effective_ial
from contracts.identity.core.messages import (
    PROOFING,
    RECOVERY,
    TIME_GRAIN_S,
    MatchUse,
    RecoveryPolicy,
)
from contracts.identity.disputes.messages import Dispute
from contracts.identity.recovery.messages import FinishRecovery, ReportLost
from contracts.identity.sessions.handlers import session as session_state
from contracts.identity.subjects.messages import (
    SetSubjectStatus,
)
from primitives.codec import encode
from primitives.crypto import SigningKey
from tests.client.identity.chain import (
    Chain,
    bank,
    faces,
    party,
    registry,
    tags,
    with_nodes,
)

CITIZEN_ID, NAME = "9999999999994", "สมหญิง"
KEYS = CitizenKeys(b"k" * 32)
WALLET = CitizenWallet(KEYS, "test-chain")
BENEFIT = {"purpose": "benefit", "max_age_s": 7_200}
QUESTION = Question(
    idps=("first-bank",), purpose="tax", min_ial=210, min_aal=220, words="?", claims=("given_name",)
)
ADDRESS = {"address": ("province",)}
RECORD = {"province": "น่าน", "given_name": NAME, "district": "เมือง"}
CLAIMS = {"citizen_id": CITIZEN_ID, "given_name": NAME}


async def registered(chain: Chain) -> bytes:
    policy = RecoveryPolicy(allows_idp=True, guardians=())
    draft = bank(chain).drafts.subject(WALLET.subject_key, "th.cid", 220, policy)
    subject = WALLET.prove_key(tags().certify(draft, CITIZEN_ID, expires_at=chain.now + 60))
    assert (await bank(chain).office.send(subject)).is_ok
    return subject.sid


async def proofed(chain: Chain):
    """A citizen whom the bank has proofed at IAL 2.3 after a face match."""
    sid = await registered(chain)
    seen = {"officer": "counter-4", "decided_at": chain.now, "pad_level": 1}
    evidence = officer_evidence(sid, "match", **seen)
    use = MatchUse("first-bank", PROOFING, WALLET.subject_key)
    match, _ = faces(chain).attest(sid, evidence, use, chain.now + 600)
    assert (await faces(chain).office.send(match)).is_ok
    found = Proofing(
        sid=sid,
        ial=230,
        method="counter",
        claims=CLAIMS,
        expires_at=chain.now + 86_400,
        evidence=match.att_id,
    )
    proofing = WALLET.take_proofing(*bank(chain).drafts.proofing(found))
    assert (await bank(chain).office.send(proofing)).is_ok
    return proofing


async def asked(chain: Chain, rp: str, **changes: object):
    """A request on the ledger, as the citizen's wallet shows it."""
    return (await asked_with_words(chain, rp, **changes))[1]


async def asked_with_words(chain: Chain, rp: str, **changes: object):
    """The same, with the words that the relying party keeps."""
    asking = party(chain, rp).ask(replace(QUESTION, **changes))
    assert (await party(chain, rp).office.send(asking.request)).is_ok
    words = (asking.message, asking.scope)
    return asking, await ledger.show_request(chain, asking.request.req_id, words)


def referring(asking: Asking, con_id: bytes, now: int) -> SubjectReference:
    """What the bank tells the registry of the citizen."""
    return SubjectReference(
        idp="first-bank",
        source="registry",
        req_id=asking.request.req_id,
        con_id=con_id,
        namespace="th.cid",
        identifier=CITIZEN_ID,
        issued_at=now,
        scope=asking.scope,
    )


async def signed_on(chain: Chain, shown, by=bank):
    sign_on = SignOn(ial=230, aal=220, auth_time=chain.now)
    answer = WALLET.answer(shown, by(chain).drafts.answer(shown.req_id, sign_on), accepts=True)
    assert (await by(chain).office.send(answer)).is_ok
    return answer


async def session_of(chain: Chain, sector: str = "social"):
    shown = await asked(chain, "revenue")
    await signed_on(chain, shown)
    sign_on = SignOn(ial=230, aal=220, auth_time=chain.now)
    draft = bank(chain).drafts.session(sector, sign_on, chain.now + 3_600)
    session = WALLET.permissions.keep_session(draft)
    assert (await bank(chain).office.send(session)).is_ok
    return session


async def code_of_reuse(chain: Chain, session, shown) -> str:
    message = WALLET.reuse(shown, bank(chain).drafts.reuse(session.ses_id, shown.req_id))
    return (await bank(chain).office.send(message)).receipt["code"]


async def test_a_proofing_counts_and_confirms_a_request():
    chain = await with_nodes()
    proofing = await proofed(chain)
    shown = await asked(chain, "revenue")

    await signed_on(chain, shown)

    assert await ask(chain, effective_ial, proofing.sid) == 230
    found = await ledger.request(chain, shown.req_id)
    assert (found.state, found.asked) == ("confirmed", shown.asked)
    assert (found.asked.agency, found.asked.idps) == ("revenue", ("first-bank",))


async def test_data_is_released_under_consent_and_read_by_the_receiver_alone():
    chain = await with_nodes()
    await proofed(chain)
    asking, shown = await asked_with_words(chain, "revenue", services=ADDRESS)
    answer = await signed_on(chain, shown)
    draft = bank(chain).drafts.consent(answer.handle, shown.asked, chain.now + 600)
    assert (await bank(chain).office.send(WALLET.consent(shown, draft))).is_ok
    reference = await bank(chain).reference(referring(asking, draft.con_id, chain.now))

    referred = await registry(chain).referred(reference, shown.req_id, chain.now)
    release, sealed = await registry(chain).release(referred, "address", RECORD)
    assert (await registry(chain).office.send(release)).is_ok

    assert referred.identifier == CITIZEN_ID
    assert await party(chain, "revenue").released(sealed, asking, "address", "registry") == {
        "province": "น่าน"
    }
    with pytest.raises(NotForUs):
        await party(chain, "social").released(sealed, asking, "address", "registry")


async def test_a_withdrawn_consent_releases_nothing():
    chain = await with_nodes()
    await proofed(chain)
    asking, shown = await asked_with_words(chain, "revenue", services=ADDRESS)
    answer = await signed_on(chain, shown)
    draft = bank(chain).drafts.consent(answer.handle, shown.asked, chain.now + 600)
    await bank(chain).office.send(WALLET.consent(shown, draft))
    sealed = await bank(chain).reference(referring(asking, draft.con_id, chain.now))
    reference = await registry(chain).referred(sealed, shown.req_id, chain.now)
    release, _ = await registry(chain).release(reference, "address", RECORD)

    withdrawn = await chain.office("faces").send(
        WALLET.permissions.withdraw(draft.con_id, shown.sector)
    )

    code = (await registry(chain).office.send(release)).receipt["code"]
    assert (withdrawn.is_ok, code) == (True, "NO_CONSENT")
    with pytest.raises(BadCredential, match="no such consent"):
        await registry(chain).referred(sealed, shown.req_id, chain.now)


async def test_a_sign_on_is_used_again_by_another_agency_until_its_citizen_signs_off():
    chain = await with_nodes()
    await proofed(chain)
    session = await session_of(chain)

    first = await code_of_reuse(chain, session, await asked(chain, "social", **BENEFIT))
    again = await asked(chain, "social", **BENEFIT)
    await chain.office("faces").send(WALLET.permissions.sign_off(session.ses_id, session.sector))
    second = await code_of_reuse(chain, session, again)

    assert (first, second) == ("OK", "SESSION_ENDED")


async def test_an_honest_idp_refuses_a_subject_that_is_not_in_order_at_once():
    chain = await with_nodes()
    proofing = await proofed(chain)
    idp = bank(chain)
    device = await idp.device(proofing.sid, WALLET.subject_key)
    await idp.check_standing(device, 230)

    with pytest.raises(NotInOrder, match="IAL is 230"):
        await idp.check_standing(device, 300)
    await chain.office("supervisor").send(SetSubjectStatus(proofing.sid, "frozen", ""))
    with pytest.raises(NotInOrder, match="not active"):
        await idp.check_standing(device, 210)
    await chain.office("supervisor").send(SetSubjectStatus(proofing.sid, "active", ""))
    await idp.office.send(idp.set_status(proofing.att_id, "revoked", "lost"))
    with pytest.raises(NotInOrder, match="IAL is 0"):
        await idp.check_standing(device, 210)
    with pytest.raises(NotInOrder, match="not active"):
        await idp.check_standing(replace(device, sid=bytes(32)), 210)


async def test_an_honest_idp_carries_nothing_for_a_phone_whose_key_is_reported_lost():
    chain = await with_nodes()
    proofing = await proofed(chain)
    device = await bank(chain).device(proofing.sid, WALLET.subject_key)

    reported = ReportLost("registry", proofing.sid, WALLET.subject_key)
    assert (await chain.office("registry").send(reported)).is_ok

    with pytest.raises(NotInOrder, match="reported lost"):
        await bank(chain).check_standing(device, 230)
    with pytest.raises(NotInOrder, match="none that the subject has"):
        await bank(chain).device(proofing.sid, WALLET.subject_key)


async def test_an_honest_idp_carries_nothing_for_keys_of_before_a_recovery():
    chain = await with_nodes()
    proofing = await proofed(chain)
    old = await bank(chain).device(proofing.sid, WALLET.subject_key)
    new = CitizenKeys(b"n" * 32)

    await recovered(chain, proofing.sid, new)

    with pytest.raises(NotInOrder, match="a recovery has replaced the keys"):
        await bank(chain).check_standing(old, 230)
    with pytest.raises(NotInOrder, match="reported lost, or taken away"):
        await bank(chain).check_standing(replace(old, epoch=1), 230)
    again = await bank(chain).device(proofing.sid, new.subject.public_key)
    await bank(chain).check_standing(again, 0)


async def recovered(chain: Chain, sid: bytes, keys: CitizenKeys) -> None:
    """Replace the subject's keys, by the bank on a face match, after the hold."""
    seen = {"officer": "counter-4", "decided_at": chain.now, "pad_level": 1}
    use = MatchUse("first-bank", RECOVERY, keys.subject.public_key)
    evidence = officer_evidence(sid, "match", **seen)
    match, _ = faces(chain).attest(sid, evidence, use, chain.now + 7 * 86_400)
    assert (await faces(chain).office.send(match)).is_ok
    draft = bank(chain).drafts.recovery(sid, 220, match.att_id)
    start = KeyCare(keys, "test-chain").prove_recovery(draft)
    assert (await bank(chain).office.send(start)).is_ok
    chain.ledger.next_block(time_ms=73 * 3_600_000)
    assert (await chain.office("faces").send(FinishRecovery(sid))).is_ok


async def test_what_the_ledger_holds_of_kept_sign_ons_joins_no_two_sectors():
    chain = await with_nodes()
    proofing = await proofed(chain)
    sessions = [await session_of(chain, sector) for sector in ("social", "revenue")]

    stored = [(await ask(chain, session_state, each.ses_id)).session for each in sessions]

    records = [json_of(record) for record in stored]
    shared = {name for name in records[0] if records[0][name] == records[1][name]}
    times = ("auth_time", "expires_at")
    assert shared == {"idp", "ial", "aal", *times, "epoch", "is_ended"}
    assert [records[0][name] % TIME_GRAIN_S for name in times] == [0, 0]
    assert proofing.sid.hex() not in str(records)


async def test_more_than_the_session_has_asks_for_a_step_up():
    chain = await with_nodes()
    await proofed(chain)
    session = await session_of(chain)

    code = await code_of_reuse(chain, session, await asked(chain, "social", mode="step_up"))

    assert code == "STEP_UP_REQUIRED"


async def test_levels_that_no_listed_idp_may_give_are_refused_when_a_request_opens():
    chain = await with_nodes()
    asking = party(chain, "social").ask(replace(QUESTION, min_aal=300))

    code = (await party(chain, "social").office.send(asking.request)).receipt["code"]

    assert code == "LEVELS_OUT_OF_REACH"


async def test_the_citizen_finds_their_trail_and_nobody_else_does():
    chain = await with_nodes()
    session = await session_of(chain)
    await code_of_reuse(chain, session, await asked(chain, "social", **BENEFIT))
    named = await sectors(chain)

    found = await own_trail(chain, WALLET.viewer(*named))

    listed = [(own.entry.rp, own.entry.is_reuse, own.number) for own in found.entries]
    assert listed == [("revenue", False, 0), ("social", True, 0)]
    assert (found.gone, [own.is_foreign for own in found.entries]) == ({}, [False, False])
    assert (await own_trail(chain, CitizenKeys.generate().viewer(*named))).entries == ()


async def test_a_citizen_disputes_an_answer_with_one_trail_secret():
    chain = await with_nodes()
    proofing = await proofed(chain)
    shown = await asked(chain, "revenue")
    await signed_on(chain, shown)
    draft = Dispute(
        shown.req_id, "first-bank", proofing.sid, bytes(32), "not me", bytes(32), bytes(64)
    )

    (own,) = (await own_trail(chain, WALLET.viewer("revenue"))).entries

    outcome = await chain.office("faces").send(WALLET.dispute(draft, own))

    assert outcome.is_ok


async def test_words_that_are_not_the_ledgers_are_not_shown():
    chain = await with_nodes()
    shown = await asked(chain, "revenue")

    with pytest.raises(CommitMismatch):
        await ledger.show_request(chain, shown.req_id, (open_new("message", {}), shown.scope))


async def test_words_for_other_ends_than_the_requests_are_not_shown():
    chain = await with_nodes()
    asking = party(chain, "revenue").ask(QUESTION)
    await party(chain, "revenue").office.send(replace(asking.request, purpose="health"))

    with pytest.raises(NotWhatWasAsked, match="other ends"):
        await ledger.show_request(chain, asking.request.req_id, (asking.message, asking.scope))


async def test_a_request_that_is_not_there_is_none():
    chain = await with_nodes()

    assert await ledger.request(chain, bytes(32)) is None
    words = (open_new("m", {}), open_new("s", {}))
    assert await ledger.show_request(chain, bytes(32), words) is None


async def test_an_answer_signed_by_somebody_else_is_refused():
    chain = await with_nodes()
    await proofed(chain)
    shown = await asked(chain, "revenue")
    sign_on = SignOn(ial=230, aal=220, auth_time=chain.now)
    answer = WALLET.answer(shown, bank(chain).drafts.answer(shown.req_id, sign_on), accepts=True)
    thief = SigningKey(b"x" * 32)

    forged = replace(answer, citizen_key=thief.public_key)

    assert (await bank(chain).office.send(forged)).receipt["code"] == "BAD_CITIZEN_SIGNATURE"


async def test_no_stored_byte_and_no_event_holds_the_citizen():
    chain = await with_nodes()
    session = await session_of(chain)
    await code_of_reuse(chain, session, await asked(chain, "social", **BENEFIT))

    stored = [part for pair in chain.ledger.state.committed.items() for part in pair]
    stored += [encode((event.name, event.fields)) for event in chain.events]
    stored += chain.transactions

    words = [CITIZEN_ID.encode(), NAME.encode()]
    secrets = [KEYS.view_key, KEYS.subject.seed]
    needles = words + secrets + [sha256(word).digest() for word in words]
    assert len(stored) > 50
    assert [needle for needle in needles if any(needle in part for part in stored)] == []
