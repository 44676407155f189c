"""The citizen's wallet signs what the ledger asks, after comparing; and each role's messages."""

from dataclasses import replace

import pytest

from client.identity.drafts import Proofing, SignOn
from client.identity.errors import BadPayload, CommitMismatch, NoMatch, NotForUs, NotWhatWasAsked
from client.identity.face import FaceVerification, officer_evidence
from client.identity.idp import Idp
from client.identity.key_care import KeyCare
from client.identity.keys import CitizenKeys
from client.identity.office import Office
from client.identity.payload import open_new
from client.identity.relying_party import Asking, Question, RelyingParty
from client.identity.sealed import BoxKey
from client.identity.source import TagAuthority
from client.identity.trail import OwnEntry
from client.identity.wallet import CitizenWallet, RequestShown
from client.wallet import Wallet
from contracts.identity.consents.messages import (
    GrantStanding,
    consent_statement,
    standing_statement,
    standing_withdrawal_statement,
    withdrawal_statement,
)
from contracts.identity.core.messages import PROOFING, UNSIGNED, MatchUse, RecoveryPolicy, trail_tag
from contracts.identity.disputes.messages import Dispute, dispute_statement
from contracts.identity.requests.messages import response_statement, terms_digest
from contracts.identity.requests.state import TrailEntry
from contracts.identity.sessions.messages import (
    reuse_statement,
    session_statement,
    sign_off_statement,
)
from contracts.identity.subjects.messages import (
    CreateSubject,
    LinkIdp,
    link_statement,
    possession_of_first_key,
    tag_statement,
)
from primitives.crypto import Signature, SigningKey, verify
from primitives.names import method_name

CHAIN = "test-chain"
NODE_KEY = SigningKey(b"n" * 32)
KEYS = CitizenKeys(b"c" * 32)
SID, SECTOR, NOW = b"\x01" * 32, "tax", 1_800_000_000
CITIZEN_ID = "9999999999994"


def office(agency: str) -> Office:
    wallet = Wallet.from_seed(b"w" * 32)
    return Office(rpc=None, wallet=wallet, chain_id=CHAIN, agency=agency)


IDP = Idp(office("first-bank"), NODE_KEY)
CITIZEN = CitizenWallet(KEYS, CHAIN)


def ask(**changes: object) -> Asking:
    question = Question(
        idps=("first-bank",),
        purpose="tax",
        min_ial=210,
        min_aal=220,
        words="ยื่นภาษีหรือไม่",
        claims=("name",),
    )
    return RelyingParty(office("revenue")).ask(replace(question, **changes))


ASKING = ask()


def shown(asking: Asking = ASKING, **changes: object) -> RequestShown:
    request = RequestShown(
        sector=SECTOR,
        asked=asking.request,
        message=asking.message,
        scope=asking.scope,
    )
    return replace(request, **changes)


def draft_answer(asking: Asking = ASKING):
    return IDP.drafts.answer(asking.request.req_id, SignOn(ial=230, aal=220, auth_time=NOW))


def attested():
    found = Proofing(
        sid=SID, ial=230, method="counter", claims={"name": "ก"}, expires_at=NOW + 1000
    )
    draft, opening = IDP.drafts.proofing(found)
    return CITIZEN.take_proofing(draft, opening), opening


def is_signed(key: bytes, statement: tuple[str, bytes], signature: Signature) -> bool:
    return verify(key, *statement, signature)


def draft_subject() -> CreateSubject:
    policy = RecoveryPolicy(allows_idp=True, guardians=())
    return IDP.drafts.subject(CITIZEN.subject_key, "th.cid", 220, policy)


def test_a_registration_carries_the_citizens_proof_and_the_authoritys_tag():
    authority = TagAuthority(CHAIN, NODE_KEY, b"t" * 32)

    message = CITIZEN.prove_key(authority.certify(draft_subject(), CITIZEN_ID, expires_at=NOW))

    assert is_signed(message.key, possession_of_first_key(CHAIN, message), message.proof)
    assert is_signed(message.tag_key, tag_statement(CHAIN, message), message.tag_signature)
    assert message.uid_tag == authority.tag("th.cid", CITIZEN_ID)
    assert CITIZEN_ID not in str(message)


def test_a_tag_depends_on_key_namespace_and_person_only():
    authority, other = (TagAuthority(CHAIN, NODE_KEY, key) for key in (b"t" * 32, b"u" * 32))
    tags = [
        authority.tag("th.cid", CITIZEN_ID),
        authority.tag("th.passport", CITIZEN_ID),
        authority.tag("th.passport", "AA1234567"),
        other.tag("th.cid", CITIZEN_ID),
    ]

    assert len(set(tags)) == 4
    assert authority.certify(draft_subject(), CITIZEN_ID, expires_at=NOW).uid_tag == tags[0]


@pytest.mark.parametrize(
    ("namespace", "identifier"),
    [("th.cid", "9999999999995"), ("th.cid", ""), ("th.passport", ""), ("th.passport", "x" * 65)],
)
def test_an_identifier_that_cannot_be_gets_no_tag(namespace, identifier):
    with pytest.raises(BadPayload):
        TagAuthority(CHAIN, NODE_KEY, b"t" * 32).tag(namespace, identifier)


def test_a_tag_key_has_32_bytes():
    with pytest.raises(BadPayload):
        TagAuthority(CHAIN, NODE_KEY, b"short")


def test_the_wallet_registers_its_own_key_only():
    with pytest.raises(NotWhatWasAsked):
        CITIZEN.prove_key(replace(draft_subject(), key=NODE_KEY.public_key))


def test_another_idp_is_linked_by_the_subject_key():
    message = KeyCare(KEYS, CHAIN).link(IDP.drafts.link(SID, 1))

    assert isinstance(message, LinkIdp)
    assert is_signed(CITIZEN.subject_key, link_statement(CHAIN, message), message.signature)


def test_an_answer_is_signed_by_the_sectors_key_and_tagged_for_the_citizen_alone():
    request = shown()

    message = CITIZEN.answer(request, draft_answer(), accepts=True)

    assert message.citizen_key == KEYS.pairwise(SECTOR).public_key == CITIZEN.pairwise_key(SECTOR)
    statement = response_statement(CHAIN, terms_digest(CHAIN, request.asked), message)
    assert is_signed(message.citizen_key, statement, message.citizen_signature)
    assert message.trail_tag == CITIZEN.viewer().tag(SECTOR, request.req_id)


def test_a_reject_is_signed_as_such():
    draft = IDP.drafts.answer(
        ASKING.request.req_id, SignOn(ial=230, aal=220, auth_time=NOW), accepts=False
    )

    message = CITIZEN.answer(shown(), draft, accepts=False)

    accepted = replace(message, decision="accept")
    statements = [
        response_statement(CHAIN, terms_digest(CHAIN, shown().asked), m)
        for m in (message, accepted)
    ]
    seen = [is_signed(message.citizen_key, s, message.citizen_signature) for s in statements]
    assert (message.decision, seen) == ("reject", [True, False])


@pytest.mark.parametrize(
    ("decision", "accepts"),
    [("accept", False), ("reject", True), ("error", True), ("error", False)],
)
def test_an_answer_that_is_not_the_citizens_is_not_signed(decision, accepts):
    draft = replace(draft_answer(), decision=decision)

    with pytest.raises(NotWhatWasAsked, match="the draft says"):
        CITIZEN.answer(shown(), draft, accepts=accepts)


def test_a_reuse_is_signed_for_this_request_and_session():
    draft = IDP.drafts.reuse(b"\x09" * 32, ASKING.request.req_id)

    message = CITIZEN.reuse(shown(), draft)

    statement = reuse_statement(CHAIN, terms_digest(CHAIN, shown().asked), message)
    assert is_signed(message.citizen_key, statement, message.signature)
    assert message.ses_id == b"\x09" * 32


def test_a_session_is_kept_by_the_sectors_key_with_times_that_join_no_sectors():
    sign_on = SignOn(ial=230, aal=220, auth_time=NOW + 599)

    message = CITIZEN.permissions.keep_session(IDP.drafts.session(SECTOR, sign_on, NOW + 4_199))

    assert message.citizen_key == KEYS.pairwise(SECTOR).public_key
    assert (message.auth_time, message.expires_at) == (NOW, NOW + 3_600)
    assert is_signed(message.citizen_key, session_statement(CHAIN, message), message.signature)


def test_a_citizen_ends_a_session_and_a_standing_consent_through_anyone():
    off = CITIZEN.permissions.sign_off(b"\x09" * 32, SECTOR)
    stop = CITIZEN.permissions.stop_allowing(b"\x08" * 32, SECTOR)

    assert is_signed(off.citizen_key, sign_off_statement(CHAIN, off), off.signature)
    statement = standing_withdrawal_statement(CHAIN, stop)
    assert is_signed(stop.citizen_key, statement, stop.signature)


def test_a_standing_consent_is_signed_by_the_sectors_key():
    draft = GrantStanding(
        agency="first-bank",
        con_id=SID,
        rp="revenue",
        namespace="th.cid",
        service="income",
        sources=("registry",),
        ial=230,
        aal=220,
        scope_commit=ASKING.scope.commit,
        times=12,
        until=NOW,
        retention_days=90,
        citizen_key=bytes(32),
        signature=UNSIGNED,
    )

    message = CITIZEN.permissions.allow_repeatedly(draft, SECTOR)

    assert is_signed(message.citizen_key, standing_statement(CHAIN, message), message.signature)


def draft_consent(asking: Asking = ASKING):
    return IDP.drafts.consent(draft_answer().handle, asking.request, NOW + 1000)


def test_consent_is_given_to_the_scope_that_is_shown_and_can_be_withdrawn():
    message = CITIZEN.consent(shown(), draft_consent())
    withdrawal = CITIZEN.permissions.withdraw(message.con_id, SECTOR)

    terms = terms_digest(CHAIN, ASKING.request)
    statement = consent_statement(CHAIN, terms, message)
    assert is_signed(message.citizen_key, statement, message.signature)
    statement = withdrawal_statement(CHAIN, withdrawal)
    assert is_signed(message.citizen_key, statement, withdrawal.signature)
    assert withdrawal.con_id == message.con_id


def test_consent_to_another_scope_is_not_signed():
    other = replace(draft_consent(), scope_commit=ask().scope.commit)
    with pytest.raises(NotWhatWasAsked, match="another scope"):
        CITIZEN.consent(shown(), other)
    with pytest.raises(NotWhatWasAsked, match="another scope"):
        CITIZEN.consent(shown(), replace(draft_consent(), services=("income",)))
    with pytest.raises(NotWhatWasAsked, match="another retention"):
        CITIZEN.consent(shown(), replace(draft_consent(), retention_days=91))


SIGNINGS = [
    lambda request: CITIZEN.answer(request, draft_answer(), accepts=True),
    lambda request: CITIZEN.reuse(request, IDP.drafts.reuse(SID, ASKING.request.req_id)),
    lambda request: CITIZEN.consent(request, draft_consent()),
]


@pytest.mark.parametrize("sign", SIGNINGS)
def test_a_draft_for_another_request_is_not_signed(sign):
    with pytest.raises(NotWhatWasAsked, match="another request"):
        sign(shown(ask()))


@pytest.mark.parametrize("sign", SIGNINGS)
@pytest.mark.parametrize("part", ["message", "scope"])
def test_words_that_the_ledger_does_not_hold_are_not_signed_for(sign, part):
    other = ask(words="something else", claims=("name", "salary"))

    with pytest.raises(CommitMismatch):
        sign(shown(**{part: getattr(other, part)}))


def test_a_dispute_shows_the_secret_of_one_tag():
    draft = Dispute(b"\x02" * 32, "first-bank", SID, bytes(32), "not me", bytes(32), bytes(64))

    entry = TrailEntry(
        req_id=draft.req_id,
        idp=draft.idp,
        rp="revenue",
        purpose="tax",
        is_reuse=False,
        trail_tag=CITIZEN.viewer().tag(SECTOR, draft.req_id),
        at=NOW,
    )
    own = OwnEntry(sector=SECTOR, number=7, entry=entry, is_foreign=False)

    message = CITIZEN.dispute(draft, own)

    assert is_signed(CITIZEN.subject_key, dispute_statement(CHAIN, message), message.signature)
    assert trail_tag(message.trail_secret) == entry.trail_tag
    with pytest.raises(NotWhatWasAsked):
        CITIZEN.dispute(replace(draft, idp="second-bank"), own)
    with pytest.raises(NotWhatWasAsked, match="another wallet's tag"):
        CITIZEN.dispute(draft, replace(own, is_foreign=True))


def test_a_request_tells_the_ledger_no_words():
    assert "ภาษี" not in str(ASKING.request)
    assert ASKING.request.msg_hash == ASKING.message.commit
    assert ASKING.request.scope_commit == ASKING.scope.commit


def test_the_words_reach_the_wallet_sealed():
    message, scope = ASKING.sealed_for(CITIZEN.box_key, CHAIN)

    words, asked = CITIZEN.open_words(ASKING.request, message, scope)

    assert words.payload["text"] == "ยื่นภาษีหรือไม่"
    assert asked.payload["claims"] == ["name"]


def test_a_proofing_is_a_commitment_and_the_citizen_keeps_what_opens_it():
    message, opening = attested()
    credential = IDP.credential(message, opening, (CITIZEN.subject_key, NOW))
    wallet = CitizenWallet(KEYS, CHAIN)

    sealed = IDP.paper(message, opening, wallet.box_key)
    wallet.keep(credential, sealed, message, NODE_KEY.public_key)

    assert wallet.papers == [(credential, opening)]
    assert (message.kind, message.ial, message.commit) == ("proofing", 230, opening.commit)


def test_a_paper_for_somebody_else_is_not_kept():
    message, opening = attested()
    credential = IDP.credential(message, opening, (CITIZEN.subject_key, NOW))
    wallet = CitizenWallet(KEYS, CHAIN)

    sealed = IDP.paper(message, opening, BoxKey(b"x" * 32).public)
    with pytest.raises(NotForUs):
        wallet.keep(credential, sealed, message, NODE_KEY.public_key)

    assert wallet.papers == []


USE = MatchUse("kbank", PROOFING, SigningKey(b"k" * 32).public_key)


def test_a_match_is_attested_without_a_level():
    evidence = officer_evidence(SID, "match", officer="counter-4", decided_at=NOW, pad_level=1)

    message, opening = FaceVerification(office("fvs")).attest(SID, evidence, USE, NOW + 60)

    assert (message.kind, message.method, message.ial) == ("fvs", "officer", 0)
    assert message.match_for == USE
    assert message.commit == opening.commit == open_commit(opening)


def open_commit(opening) -> bytes:
    opening.check(opening.commit)
    return opening.commit


@pytest.mark.parametrize(
    ("sid", "decision"), [(SID, "no-match"), (SID, "inconclusive"), (b"\x03" * 32, "match")]
)
def test_what_is_no_match_of_this_subject_is_not_attested(sid, decision):
    evidence = officer_evidence(sid, decision, officer="counter-4", decided_at=NOW, pad_level=1)

    with pytest.raises(NoMatch):
        FaceVerification(office("fvs")).attest(SID, evidence, USE, NOW + 60)


def test_a_message_is_called_by_the_method_of_its_name():
    message = draft_subject()

    assert method_name(type(message)) == "create_subject"


def test_openings_of_equal_words_differ():
    assert ask().request.scope_commit != ask().request.scope_commit
    assert open_new("n", {}).commit != open_new("n", {}).commit
