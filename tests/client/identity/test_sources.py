"""A source learns whose data is meant and checks it on the ledger; what is released was asked."""

from dataclasses import replace

import pytest

from client.identity import ledger
from client.identity.drafts import SignOn
from client.identity.errors import (
    BadCredential,
    BadPayload,
    CommitMismatch,
    MoreThanAsked,
    NotWhatWasAsked,
)
from client.identity.jose import sign_json
from client.identity.payload import open_new
from client.identity.reference import REFERENCE, issue_reference
from client.identity.relying_party import Asking
from client.identity.scope import Scope, scope_in
from client.identity.sealed import RP, SOURCE, BoxPurpose, seal, seal_bytes
from contracts.identity.consents.messages import consent_statement
from contracts.identity.nodes.messages import (
    SetNodeStatus,
)
from contracts.identity.requests.messages import OpenRequest, response_statement, terms_digest
from primitives.crypto import SigningKey
from tests.client.identity.chain import (
    Chain,
    bank,
    box_of,
    node_key,
    party,
    registry,
    with_nodes,
)
from tests.client.identity.test_flow import (
    ADDRESS,
    QUESTION,
    RECORD,
    referring,
)
from tests.client.identity.test_who_answered import (
    NEW_KEY,
    answered,
    consented,
    rotate,
)


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
        await registry(chain).referred(sealed, req_id, chain.now)


async def test_a_key_that_ended_refers_a_source_to_nobody():
    chain = await with_nodes()
    before = chain.now
    await rotate(chain, "first-bank", NEW_KEY, 0)
    chain.ledger.next_block(time_ms=60_000)
    asking, reference = await referred(chain)

    for at in (before, chain.now):
        victim = replace(reference, identifier="VICTIM", issued_at=at)
        with pytest.raises(BadCredential, match="did not sign"):
            await registry_reads(chain, asking, issue_reference(node_key("first-bank"), victim))


async def test_a_reference_is_not_older_than_the_consent_that_it_names():
    chain = await with_nodes()
    chain.ledger.next_block(time_ms=600_000)
    asking, reference = await referred(chain)

    older = issue_reference(
        node_key("first-bank"), replace(reference, issued_at=reference.issued_at - 60)
    )

    with pytest.raises(BadCredential, match="older than the consent"):
        await registry_reads(chain, asking, older)


async def registry_reads(chain: Chain, asking, token: str):
    purpose = BoxPurpose(chain_id="test-chain", about=asking.request.req_id, role=SOURCE)
    sealed = seal_bytes(token.encode(), box_of("registry").public, purpose)
    return await registry(chain).referred(sealed, asking.request.req_id, chain.now)


async def test_a_source_releases_to_the_requests_relying_party_alone():
    """A relying party and an IdP that lie together: the scope names another receiver."""
    chain = await with_nodes()
    asking = party(chain, "revenue").ask(replace(QUESTION, services=ADDRESS))
    scope = Scope(rp="social", purpose="benefit", claims=(), services=ADDRESS).commit_to()
    asking = Asking(replace(asking.request, scope_commit=scope.commit), asking.message, scope)
    assert (await party(chain, "revenue").office.send(asking.request)).is_ok
    con_id = await forged_consent(chain, asking.request)
    reference = referring(asking, con_id, chain.now)

    with pytest.raises(NotWhatWasAsked, match="for other ends"):
        await registry_reads(chain, asking, issue_reference(node_key("first-bank"), reference))
    with pytest.raises(NotWhatWasAsked, match="for other ends"):
        await registry(chain).release(reference, "address", RECORD)


async def forged_consent(chain: Chain, request: OpenRequest) -> bytes:
    """A consent that an IdP signs with a key that it made itself, without any wallet."""
    key, drafts = SigningKey(b"f" * 32), bank(chain).drafts
    terms = terms_digest("test-chain", request)
    draft = drafts.answer(request.req_id, SignOn(ial=230, aal=220, auth_time=chain.now))
    answer = replace(draft, citizen_key=key.public_key)
    signature = key.sign(*response_statement("test-chain", terms, answer))
    answer = replace(answer, citizen_signature=signature)
    assert (await bank(chain).office.send(answer)).is_ok
    consent = drafts.consent(answer.handle, request, chain.now + 600)
    consent = replace(consent, citizen_key=key.public_key)
    signature = key.sign(*consent_statement("test-chain", terms, consent))
    assert (await bank(chain).office.send(replace(consent, signature=signature))).is_ok
    return consent.con_id


@pytest.mark.parametrize("claims", [{}, {"iss": 1}, {"scope": {}}])
async def test_a_reference_of_another_form_is_refused(claims):
    chain = await with_nodes()
    token = sign_json(node_key("first-bank"), REFERENCE, claims)
    purpose = BoxPurpose(chain_id="test-chain", about=bytes(32), role=SOURCE)

    sealed = seal_bytes(token.encode(), box_of("registry").public, purpose)

    with pytest.raises(BadCredential, match="lacks a field"):
        await registry(chain).referred(sealed, bytes(32), chain.now)


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
    with pytest.raises(CommitMismatch):
        await registry(chain).release(replace(reference, scope=wide.commit_to()), "address", RECORD)
    data, req_id = open_new("data", RECORD), asking.request.req_id
    release = registry(chain).statement(req_id, "address", data.commit)
    assert (await registry(chain).office.send(release)).is_ok
    purpose = BoxPurpose(chain_id="test-chain", about=req_id, role=RP)
    sealed = seal(data, box_of("revenue").public, purpose)

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


async def test_a_source_releases_nothing_for_a_relying_party_that_was_suspended_since():
    chain = await with_nodes()
    _, reference = await referred(chain)

    suspended = SetNodeStatus("revenue", "suspended", "")
    assert (await chain.office("supervisor").send(suspended)).is_ok

    with pytest.raises(BadCredential, match="revenue does not act now"):
        await registry(chain).release(reference, "address", RECORD)


async def test_no_source_that_was_suspended_since_is_told_whose_data_is_meant():
    chain = await with_nodes()
    _, reference = await referred(chain)

    suspended = SetNodeStatus("registry", "suspended", "")
    assert (await chain.office("supervisor").send(suspended)).is_ok

    with pytest.raises(BadCredential, match="registry does not act now"):
        await bank(chain).reference(reference)


async def test_an_idp_that_is_suspended_now_is_believed_nothing_new():
    chain = await with_nodes()
    asking, reference = await referred(chain)
    answer = await ledger.answered(chain, asking.request.req_id, "first-bank")
    sealed = await bank(chain).assertion(answer, chain.now)
    about = await bank(chain).reference(reference)

    suspended = SetNodeStatus("first-bank", "suspended", "rogue")
    assert (await chain.office("supervisor").send(suspended)).is_ok

    with pytest.raises(BadCredential, match="does not act now"):
        await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)
    with pytest.raises(BadCredential, match="does not act now"):
        await registry(chain).referred(about, asking.request.req_id, chain.now)
