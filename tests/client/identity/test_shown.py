"""A credential is believed as far as the ledger bears it out: its key, its time, its holder."""

from dataclasses import replace

import pytest

from client.identity.credential import Audience, Terms, issue_credential, present
from client.identity.drafts import Proofing
from client.identity.errors import (
    BadCredential,
)
from contracts.identity.recovery.messages import ReportLost
from primitives.crypto import SigningKey
from tests.client.identity.chain import (
    Chain,
    bank,
    node_key,
    party,
    with_nodes,
)
from tests.client.identity.test_flow import (
    KEYS,
    WALLET,
    proofed,
)
from tests.client.identity.test_who_answered import (
    NEW_KEY,
    TOLD,
    rotate,
)


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


async def presented(chain: Chain, by: SigningKey, holder: SigningKey, **changes: object):
    """What revenue learns of a credential of the citizen's attestation, as it was changed."""
    message, _ = await credential(chain)
    terms = Terms(
        issuer="first-bank",
        kind="sapha/proofing",
        issued_at=chain.now,
        expires_at=message.expires_at,
        att_id=message.att_id,
        holder=holder.public_key,
    )
    forged = issue_credential(by, replace(terms, **changes), {"given_name": "F"})
    audience = Audience(verifier="revenue", nonce="n", at=chain.now)
    return await party(chain, "revenue").shown(
        present(forged, ("given_name",), holder, audience), audience
    )


async def test_a_key_that_ended_makes_no_credential_of_a_younger_attestation():
    chain = await with_nodes()
    before = chain.now
    await rotate(chain, "first-bank", NEW_KEY, 0)
    chain.ledger.next_block(time_ms=60_000)

    with pytest.raises(BadCredential, match="begins before its attestation"):
        await presented(chain, node_key("first-bank"), KEYS.subject, issued_at=before)


async def test_a_credential_is_held_by_a_key_of_its_subject_and_ends_with_its_attestation():
    chain = await with_nodes()
    thief = SigningKey(b"z" * 32)
    with pytest.raises(BadCredential, match="the holder's key is none"):
        await presented(chain, node_key("first-bank"), thief)

    chain = await with_nodes()
    with pytest.raises(BadCredential, match="outlives it"):
        await presented(chain, node_key("first-bank"), KEYS.subject, expires_at=chain.now + 10**8)


async def test_a_credential_is_of_the_kind_that_its_attestation_is():
    chain = await with_nodes()

    with pytest.raises(BadCredential, match="is sapha/guardian, its attestation proofing"):
        await presented(chain, node_key("first-bank"), KEYS.subject, kind="sapha/guardian")


async def test_a_phone_whose_key_is_reported_lost_shows_no_credential():
    chain = await with_nodes()
    message, held = await credential(chain)
    audience = Audience(verifier="revenue", nonce="n", at=chain.now)
    presentation = WALLET.show(held, ("given_name",), audience)

    reported = ReportLost("registry", message.sid, WALLET.subject_key)
    assert (await chain.office("registry").send(reported)).is_ok

    with pytest.raises(BadCredential, match="the holder's key is none"):
        await party(chain, "revenue").shown(presentation, audience)
