"""Credentials beside the reference implementation of SD-JWT: each reads what the other wrote."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from client.identity.credential import (
    CREDENTIAL,
    Audience,
    Terms,
    issue_credential,
    present,
    read_credential,
    verify_presentation,
)
from client.identity.errors import BadCredential
from client.identity.jose import jwk_of, to_base64url
from primitives.crypto import SigningKey

ISSUER, HOLDER = SigningKey(b"\x01" * 32), SigningKey(b"\x02" * 32)
NOW = int(time.time())  # the reference dates its presentations by the machine's clock
AUDIENCE = Audience(verifier="revenue", nonce="n-1", at=NOW)
TERMS = Terms(
    issuer="first-bank",
    kind="sapha/proofing",
    issued_at=NOW - 60,
    expires_at=NOW + 86_400,
    att_id=b"\x07" * 32,
    holder=HOLDER.public_key,
)
CLAIMS = {"given_name": "สมหญิง", "citizen_id": "9999999999994", "adult": True, "level": 230}

names = st.text(alphabet="abcdefgh", min_size=1, max_size=8)
claims = st.dictionaries(names, st.text(max_size=20) | st.booleans() | st.integers(0, 2**53 - 1))


@pytest.fixture(autouse=True, scope="module")
def one_algorithm():
    """Have the reference check bindings of keys by our algorithm; it has no other way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sd_jwt.verifier.DEFAULT_SIGNING_ALG", "Ed25519")
        yield


def private(key):
    return JWK(**jwk_of(key.public_key), d=to_base64url(key.seed))


def verified_by_reference(presentation, audience=AUDIENCE):
    """Return the claims that the reference takes from a presentation; it raises else."""
    verifier = SDJWTVerifier(
        presentation,
        lambda _issuer, _header: JWK(**jwk_of(ISSUER.public_key)),
        audience.verifier,
        audience.nonce,
    )
    return verifier.get_verified_payload()


def issued_by_reference(payload):
    terms = {
        "iss": TERMS.issuer,
        "vct": TERMS.kind,
        "iat": TERMS.issued_at,
        "exp": TERMS.expires_at,
        "att_id": TERMS.att_id.hex(),
    }
    hidden = {SDObj(name): value for name, value in payload.items()}
    issuer = SDJWTIssuer(
        terms | hidden,
        private(ISSUER),
        JWK(**jwk_of(HOLDER.public_key)),
        sign_alg="Ed25519",
        add_decoy_claims=True,
        extra_header_parameters={"typ": CREDENTIAL},
    )
    return issuer.sd_jwt_issuance


def presented_by_reference(compact, shown):
    holder = SDJWTHolder(compact)
    holder.create_presentation(
        dict.fromkeys(shown, True),
        AUDIENCE.nonce,
        AUDIENCE.verifier,
        private(HOLDER),
        sign_alg="Ed25519",
    )
    return holder.sd_jwt_presentation


def own_claims(payload):
    return {name: value for name, value in payload.items() if name in CLAIMS}


@given(payload=claims, data=st.data())
def test_the_reference_takes_what_we_issue_and_present(payload, data):
    shown = data.draw(st.sets(st.sampled_from(sorted(payload)))) if payload else set()
    credential = issue_credential(ISSUER, TERMS, payload)

    seen = verified_by_reference(present(credential, shown, HOLDER, AUDIENCE))

    assert {name: seen[name] for name in seen if name in payload} == {
        name: payload[name] for name in shown
    }
    assert (seen["iss"], seen["att_id"]) == (TERMS.issuer, TERMS.att_id.hex())
    assert "_sd" not in json.dumps(seen)


@given(payload=claims, data=st.data())
def test_we_take_what_the_reference_issues_and_presents(payload, data):
    shown = data.draw(st.sets(st.sampled_from(sorted(payload)))) if payload else set()
    compact = issued_by_reference(payload)

    credential = read_credential(compact, ISSUER.public_key)
    seen = verify_presentation(presented_by_reference(compact, shown), ISSUER.public_key, AUDIENCE)

    assert len(credential.disclosures) == len(payload)
    assert seen.claims == {name: payload[name] for name in shown}
    assert (seen.issuer, seen.kind, seen.att_id) == (TERMS.issuer, TERMS.kind, TERMS.att_id)


def test_a_credential_goes_from_one_to_the_other_and_back():
    ours = issue_credential(ISSUER, TERMS, CLAIMS)
    theirs = read_credential(issued_by_reference(CLAIMS), ISSUER.public_key)

    by_them = presented_by_reference(ours.compact, {"adult"})
    by_us = present(theirs, {"adult", "given_name"}, HOLDER, AUDIENCE)

    assert verify_presentation(by_them, ISSUER.public_key, AUDIENCE).claims == {"adult": True}
    assert own_claims(verified_by_reference(by_us)) == {"adult": True, "given_name": "สมหญิง"}


def with_another_claim(presentation):
    token, _shown, binding = presentation.split("~")
    forged = to_base64url(json.dumps(["salt", "adult", False]).encode())
    return "~".join([token, forged, binding])


def without_the_claim(presentation):
    token, _shown, binding = presentation.split("~")
    return "~".join([token, binding])


def with_the_claim_twice(presentation):
    token, shown, binding = presentation.split("~")
    return "~".join([token, shown, shown, binding])


@pytest.mark.parametrize("forge", [with_another_claim, without_the_claim, with_the_claim_twice])
def test_both_refuse_what_was_changed_after_it_was_signed(forge):
    forged = forge(present(issue_credential(ISSUER, TERMS, CLAIMS), {"adult"}, HOLDER, AUDIENCE))

    with pytest.raises(BadCredential):
        verify_presentation(forged, ISSUER.public_key, AUDIENCE)
    with pytest.raises(ValueError, match=r"digest|[Dd]uplicate"):
        verified_by_reference(forged)


@pytest.mark.parametrize("other", ["verifier", "nonce"])
def test_both_refuse_a_presentation_to_somebody_else(other):
    presentation = present(issue_credential(ISSUER, TERMS, CLAIMS), {"adult"}, HOLDER, AUDIENCE)
    audience = Audience(**{"verifier": "revenue", "nonce": "n-1", "at": NOW, other: "else"})

    with pytest.raises(BadCredential):
        verify_presentation(presentation, ISSUER.public_key, audience)
    with pytest.raises(ValueError, match=r"Invalid (audience|nonce)"):
        verified_by_reference(presentation, audience)
