"""The relying party learns who answered, the source whose data is meant; both check the ledger."""

from dataclasses import replace

import pytest

from client.errors import BadAnswer
from client.identity import ledger
from client.identity.assertion import issue_assertion, sub_of
from client.identity.credential import Audience
from client.identity.drafts import Proofing
from client.identity.errors import (
    BadCredential,
    BadPayload,
    CommitMismatch,
    MoreThanAsked,
    NotForUs,
)
from client.identity.jose import key_named_in, sign_json
from client.identity.nodes import contact_of
from client.identity.payload import open_new
from client.identity.reference import REFERENCE, issue_reference
from client.identity.scope import Scope, scope_in
from client.identity.sealed import RP, SOURCE, BoxPurpose, seal, seal_bytes
from contracts.identity.nodes.messages import (
    RotateNodeKey,
    SetContact,
    possession_of_node_key,
)
from primitives.crypto import PublicKey, SigningKey
from tests.client.identity.chain import (
    Chain,
    bank,
    box_of,
    node_key,
    other_bank,
    party,
    registry,
    with_nodes,
)
from tests.client.identity.test_flow import (
    ADDRESS,
    CITIZEN_ID,
    NAME,
    RECORD,
    WALLET,
    asked_with_words,
    proofed,
    referring,
    signed_on,
)

NEW_KEY = SigningKey(b"q" * 32)
TOLD = {"given_name": NAME}


async def answered(chain: Chain, rp="revenue", by=bank, name="first-bank", **changes: object):
    """A confirmed request: its words, and the answer as the ledger holds it."""
    asking, shown = await asked_with_words(chain, rp, idps=(name,), **changes)
    await signed_on(chain, shown, by)
    return asking, shown, await ledger.answered(chain, shown.req_id, name)


async def consented(chain: Chain, asking, shown):
    """The name of a consent to the request's scope."""
    answer = await ledger.answered(chain, shown.req_id, "first-bank")
    draft = bank(chain).drafts.consent(answer.handle, shown.asked, chain.now + 600)
    assert (await bank(chain).office.send(WALLET.consent(shown, draft))).is_ok
    return draft.con_id


async def rotate(chain: Chain, agency: str, key: SigningKey, overlap_s: int) -> None:
    chain.ledger.next_block(time_ms=1_000)
    draft = RotateNodeKey(agency, key.public_key, overlap_s, bytes(64))
    proof = key.sign(*possession_of_node_key("test-chain", draft))
    assert (await chain.office(agency).send(replace(draft, proof=proof))).is_ok


async def sub_at(chain: Chain, rp: str, by=bank, name="first-bank") -> str:
    asking, _, answer = await answered(chain, rp, by, name)
    sealed = await by(chain).assertion(answer, {}, None, chain.now)
    return (await party(chain, rp).signed_on(sealed, asking, name, chain.now)).sub


async def test_the_relying_party_learns_who_answered_and_how_surely():
    chain = await with_nodes()
    asking, shown, answer = await answered(chain)
    con_id = await consented(chain, asking, shown)

    sealed = await bank(chain).assertion(answer, TOLD, con_id, chain.now)
    known = await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)

    assert known.sub == sub_of("revenue", WALLET.pairwise_key("revenue"))
    assert (known.idp, known.ial, known.aal, known.claims) == ("first-bank", 230, 220, TOLD)


async def test_a_person_has_one_name_in_a_sector_whatever_idp_and_whatever_key_signs():
    chain = await with_nodes()

    first = await sub_at(chain, "revenue")
    elsewhere = await sub_at(chain, "revenue", other_bank, "second-bank")
    await rotate(chain, "first-bank", NEW_KEY, 0)
    chain.ledger.next_block(time_ms=2_000)
    asking, _, answer = await answered(chain, "revenue")
    token = issue_assertion(NEW_KEY, answer, {}, chain.now)
    sealed = await to_revenue(chain, asking.request.req_id, token)
    later = await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)

    assert first == elsewhere == later.sub
    assert first != await sub_at(chain, "social", other_bank, "second-bank")


async def to_revenue(chain: Chain, req_id: bytes, token: str) -> bytes:
    contact = await contact_of(chain, "revenue")
    purpose = BoxPurpose(chain_id="test-chain", about=req_id, role=RP)
    return seal_bytes(token.encode(), contact.box_key, purpose)


def test_the_name_of_a_person_is_what_the_protocol_says():
    assert sub_of("tax", PublicKey(b"\x01" + bytes(range(32)))) == (
        "hMy3EloaM43l8-zAKW4v8jjko1uY4HPEEManJVUfgfI"
    )


async def test_claims_are_told_only_under_a_consent_that_is_granted_now():
    chain = await with_nodes()
    asking, shown, answer = await answered(chain)
    with pytest.raises(BadCredential, match="no such consent"):
        await bank(chain).assertion(answer, TOLD, None, chain.now)
    con_id = await consented(chain, asking, shown)

    await chain.office("faces").send(WALLET.permissions.withdraw(con_id, shown.sector))

    with pytest.raises(BadCredential, match="no such consent"):
        await bank(chain).assertion(answer, TOLD, con_id, chain.now)


async def test_a_claim_that_nobody_asked_for_is_refused_by_its_receiver():
    chain = await with_nodes()
    asking, shown, answer = await answered(chain)
    con_id = await consented(chain, asking, shown)

    sealed = await bank(chain).assertion(
        answer, TOLD | {"citizen_id": CITIZEN_ID}, con_id, chain.now
    )

    with pytest.raises(MoreThanAsked, match="citizen_id"):
        await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)


async def test_an_assertion_of_a_request_that_is_not_confirmed_is_not_made():
    chain = await with_nodes()
    asking, shown = await asked_with_words(
        chain, "revenue", idps=("first-bank", "second-bank"), min_idp=2
    )
    await signed_on(chain, shown)
    answer = await ledger.answered(chain, shown.req_id, "first-bank")

    with pytest.raises(BadCredential, match="not confirmed"):
        await bank(chain).assertion(answer, {}, None, chain.now)
    assert await ledger.answered(chain, asking.request.req_id, "second-bank") is None


FORGERIES = {
    "another person": {"citizen_key": SigningKey(b"x" * 32).public_key},
    "a higher level": {"ial": 300},
    "another time": {"auth_time": 1},
    "another answer": {"handle": bytes(32)},
    "another relying party": {"rp": "social"},
    "another IdP": {"idp": "second-bank"},
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_an_assertion_that_is_not_what_the_ledger_holds_is_refused(forgery):
    chain = await with_nodes()
    asking, _, answer = await answered(chain)
    forged = replace(answer, **FORGERIES[forgery])

    token = issue_assertion(node_key("first-bank"), forged, {}, chain.now)

    sealed = await to_revenue(chain, asking.request.req_id, token)
    with pytest.raises(BadCredential, match="is not what the ledger holds"):
        await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)


async def test_an_assertion_is_good_for_its_request_and_its_receiver_alone():
    chain = await with_nodes()
    first, _, answer = await answered(chain)
    second, _, _ = await answered(chain)
    sealed = await bank(chain).assertion(answer, {}, None, chain.now)

    with pytest.raises(NotForUs):
        await party(chain, "revenue").signed_on(sealed, second, "first-bank", chain.now)
    with pytest.raises(NotForUs):
        await party(chain, "social").signed_on(sealed, first, "first-bank", chain.now)
    with pytest.raises(BadCredential, match="expired"):
        await party(chain, "revenue").signed_on(sealed, first, "first-bank", chain.now + 86_400)


@pytest.mark.parametrize("signer", ["second-bank", "nobody"])
async def test_an_assertion_by_another_key_than_the_idps_is_refused(signer):
    chain = await with_nodes()
    asking, _, answer = await answered(chain)
    token = issue_assertion(node_key(signer), answer, {}, chain.now)
    sealed = await to_revenue(chain, asking.request.req_id, token)

    with pytest.raises(BadCredential, match="key"):
        await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)


async def test_what_a_key_signed_before_its_end_is_checked_for_ever_and_nothing_after():
    chain = await with_nodes()
    asking, _, answer = await answered(chain)
    before = await bank(chain).assertion(answer, {}, None, chain.now)
    await rotate(chain, "first-bank", NEW_KEY, 0)
    chain.ledger.next_block(time_ms=60_000)

    after = await bank(chain).assertion(answer, {}, None, chain.now)

    assert await party(chain, "revenue").signed_on(before, asking, "first-bank", chain.now)
    with pytest.raises(BadCredential, match="did not sign"):
        await party(chain, "revenue").signed_on(after, asking, "first-bank", chain.now)


async def credential(chain: Chain):
    draft, opening = bank(chain).drafts.proofing(await proofing_of(chain))
    message = WALLET.take_proofing(draft, opening)
    assert (await bank(chain).office.send(message)).is_ok
    return message, bank(chain).credential(message, opening, (WALLET.subject_key, chain.now))


async def proofing_of(chain: Chain):
    attested = await proofed(chain)
    return Proofing(
        sid=attested.sid, ial=210, method="counter", claims=TOLD, expires_at=chain.now + 600
    )


async def test_a_credential_is_believed_while_its_attestation_counts_whatever_key_signs_now():
    chain = await with_nodes()
    message, held = await credential(chain)
    audience = Audience(verifier="revenue", nonce="n", at=chain.now)
    presentation = WALLET.show(held, ("given_name",), audience)
    await rotate(chain, "first-bank", NEW_KEY, 0)

    shown = await party(chain, "revenue").shown(presentation, audience)
    await bank(chain).office.send(bank(chain).set_status(message.att_id, "revoked", ""))

    assert shown.claims == TOLD
    with pytest.raises(BadCredential, match="revoked"):
        await party(chain, "revenue").shown(presentation, audience)


async def test_an_old_contact_stays_readable_and_the_new_one_is_used():
    chain = await with_nodes()
    moved = SetContact("revenue", "https://new.example", box_of("moved").public)

    assert (await chain.office("revenue").send(moved)).is_ok

    now, old = await contact_of(chain, "revenue"), await contact_of(chain, "revenue", 1)
    assert (now.version, now.endpoint, now.box_key) == (2, "https://new.example", moved.box_key)
    assert (old.endpoint, old.box_key) == ("https://revenue.example", box_of("revenue").public)
    with pytest.raises(BadAnswer, match="has not stated"):
        await contact_of(chain, "supervisor")


async def referred(chain: Chain):
    """A consent to data, and what the bank tells the registry."""
    asking, shown, _ = await answered(chain, services=ADDRESS)
    con_id = await consented(chain, asking, shown)
    return asking, referring(asking, con_id, chain.now)


WRONG_REFERENCES = {
    "another source": ({"source": "faces"}, BadCredential),
    "another request": ({"req_id": bytes(32)}, BadCredential),
    "another consent": ({"con_id": bytes(32)}, BadCredential),
    "an IdP that did not answer": ({"idp": "second-bank"}, BadCredential),
    "a wider scope": (
        {
            "scope": Scope(
                rp="revenue", purpose="tax", claims=(), services={"address": ("district",)}
            ).commit_to()
        },
        CommitMismatch,
    ),
}


@pytest.mark.parametrize("case", WRONG_REFERENCES)
async def test_a_source_believes_no_reference_that_the_ledger_does_not_bear_out(case):
    changes, error = WRONG_REFERENCES[case]
    chain = await with_nodes()
    asking, reference = await referred(chain)
    wrong = replace(reference, **changes)
    token = issue_reference(node_key(wrong.idp), wrong)
    req_id = asking.request.req_id
    purpose = BoxPurpose(chain_id="test-chain", about=req_id, role=SOURCE)

    sealed = seal_bytes(token.encode(), box_of("registry").public, purpose)

    with pytest.raises(error):
        await registry(chain).referred(sealed, req_id)


@pytest.mark.parametrize("claims", [{}, {"iss": 1}, {"scope": {}}])
async def test_a_reference_of_another_form_is_refused(claims):
    chain = await with_nodes()
    token = sign_json(node_key("first-bank"), REFERENCE, claims)
    purpose = BoxPurpose(chain_id="test-chain", about=bytes(32), role=SOURCE)

    sealed = seal_bytes(token.encode(), box_of("registry").public, purpose)

    with pytest.raises(BadCredential, match="lacks a field"):
        await registry(chain).referred(sealed, bytes(32))


async def test_a_source_releases_the_claims_of_the_scope_and_no_other():
    chain = await with_nodes()
    asking, reference = await referred(chain)
    release, sealed = await registry(chain).release(reference, "address", RECORD)
    assert (await registry(chain).office.send(release)).is_ok

    data = await party(chain, "revenue").released(sealed, asking, "address", "registry")

    assert set(data) == set(scope_in(asking.scope).of_service("address")) == {"province"}
    with pytest.raises(MoreThanAsked, match="income"):
        await registry(chain).release(reference, "income", RECORD)
    with pytest.raises(BadPayload, match="lacks province"):
        await registry(chain).release(reference, "address", {})


async def test_data_beyond_the_scope_is_refused_by_its_receiver():
    chain = await with_nodes()
    asking, reference = await referred(chain)
    wide = Scope(rp="revenue", purpose="tax", claims=(), services={"address": tuple(RECORD)})
    release, sealed = await registry(chain).release(
        replace(reference, scope=wide.commit_to()), "address", RECORD
    )
    assert (await registry(chain).office.send(release)).is_ok

    with pytest.raises(MoreThanAsked, match="district, given_name"):
        await party(chain, "revenue").released(sealed, asking, "address", "registry")


async def test_data_that_the_ledger_does_not_know_is_refused():
    chain = await with_nodes()
    asking, reference = await referred(chain)
    release, sealed = await registry(chain).release(reference, "address", RECORD)
    with pytest.raises(BadCredential, match="no release"):
        await party(chain, "revenue").released(sealed, asking, "address", "registry")
    assert (await registry(chain).office.send(release)).is_ok
    purpose = BoxPurpose(chain_id="test-chain", about=asking.request.req_id, role=RP)

    other = seal(open_new("data", {"province": "x"}), box_of("revenue").public, purpose)

    with pytest.raises(CommitMismatch):
        await party(chain, "revenue").released(other, asking, "address", "registry")


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"rp": "r", "purpose": "p", "claims": "x", "services": {}},
        {"rp": "r", "purpose": "p", "claims": [], "services": []},
        {"rp": "r", "purpose": "p", "claims": [], "services": {"a": [1]}},
    ],
)
def test_a_scope_of_another_form_is_refused(payload):
    with pytest.raises(BadPayload):
        scope_in(open_new("scope", payload))


@pytest.mark.parametrize(
    "token", ["", "e30.e30.x", "W10.e30.x", "!.e30.x", "eyJraWQiOiJBQSJ9.e30.x"]
)
def test_a_token_without_a_key_is_refused(token):
    with pytest.raises(BadCredential):
        key_named_in(token)


async def test_without_a_box_key_nothing_is_read():
    chain = await with_nodes()
    asking, _, answer = await answered(chain)
    sealed = await bank(chain).assertion(answer, {}, None, chain.now)
    reader = type(party(chain, "revenue"))(chain.office("revenue"))

    with pytest.raises(NotForUs, match="no box key"):
        await reader.signed_on(sealed, asking, "first-bank", chain.now)
