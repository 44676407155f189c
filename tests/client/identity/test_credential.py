"""SD-JWT credentials: what is shown verifies, for one verifier, once."""

import json

import pytest

from client.identity.credential import (
    CREDENTIAL,
    KEY_BINDING,
    Audience,
    Terms,
    issue_credential,
    present,
    read_credential,
    verify_presentation,
)
from client.identity.errors import BadCredential
from client.identity.jose import from_base64url, sign_json, to_base64url, verified_json
from primitives.crypto import SigningKey

ISSUER, HOLDER, OTHER = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3))
NOW = 1_800_000_000
CLAIMS = {"given_name": "สมหญิง", "citizen_id": "9999999999994", "adult": True}
AUDIENCE = Audience(verifier="revenue", nonce="n-1", at=NOW)
TERMS = Terms(
    issuer="first-bank",
    kind="sapha/proofing",
    issued_at=NOW - 60,
    expires_at=NOW + 1000,
    att_id=b"\x07" * 32,
    holder=HOLDER.public_key,
)


def credential(**claims: object):
    return issue_credential(ISSUER, TERMS, claims or CLAIMS)


def shown(*names: str, audience: Audience = AUDIENCE, holder: SigningKey = HOLDER) -> str:
    return present(credential(), names, holder, audience)


def test_a_presentation_shows_what_the_holder_chose_and_no_more():
    presentation = shown("adult")

    seen = verify_presentation(presentation, ISSUER.public_key, AUDIENCE)

    assert seen.claims == {"adult": True}
    assert (seen.issuer, seen.att_id) == ("first-bank", b"\x07" * 32)
    hidden = [from_base64url(part.split(".")[1]) for part in presentation.split("~") if "." in part]
    assert not any(b"9999999999994" in part or "สมหญิง".encode() in part for part in hidden)


def test_an_issued_credential_is_read_back_by_its_holder():
    issued = credential()

    assert read_credential(issued.compact, ISSUER.public_key) == issued


def test_the_credential_is_not_printed():
    assert credential().token not in repr(credential())


@pytest.mark.parametrize(
    ("seen_by", "said"),
    [
        (Audience(verifier="bank", nonce="n-1", at=NOW), "another verifier"),
        (Audience(verifier="revenue", nonce="n-2", at=NOW), "another nonce"),
        (Audience(verifier="revenue", nonce="n-1", at=NOW + 301), "older than"),
        (Audience(verifier="revenue", nonce="n-1", at=NOW + 1000), "expired"),
    ],
)
def test_a_presentation_serves_one_verifier_one_nonce_and_not_for_long(seen_by, said):
    with pytest.raises(BadCredential, match=said):
        verify_presentation(shown("adult"), ISSUER.public_key, seen_by)


def test_another_holder_or_issuer_does_not_verify():
    with pytest.raises(BadCredential, match="does not verify"):
        verify_presentation(shown("adult", holder=OTHER), ISSUER.public_key, AUDIENCE)
    with pytest.raises(BadCredential, match="does not verify"):
        verify_presentation(shown("adult"), OTHER.public_key, AUDIENCE)


def test_a_claim_that_was_not_signed_for_is_refused():
    token, adult, binding = shown("adult").split("~")
    forged = to_base64url(json.dumps(["salt", "adult", False]).encode())
    added = shown("given_name").split("~")[1]

    for parts in ([token, forged, binding], [token, adult, added, binding], [token, binding]):
        with pytest.raises(BadCredential):
            verify_presentation("~".join(parts), ISSUER.public_key, AUDIENCE)


def test_a_disclosure_the_issuer_did_not_sign_is_refused_even_from_the_holder():
    issued = credential()
    forged = to_base64url(json.dumps(["salt", "given_name", "other"]).encode())

    with pytest.raises(BadCredential, match="did not sign"):
        read_credential("~".join([issued.token, forged, ""]), ISSUER.public_key)
    with pytest.raises(BadCredential, match="there twice"):
        read_credential(
            "~".join([issued.token, *issued.disclosures[:1] * 2, ""]), ISSUER.public_key
        )


def test_a_claim_that_the_credential_lacks_cannot_be_shown():
    with pytest.raises(BadCredential, match="lacks a claim"):
        shown("salary")


@pytest.mark.parametrize("name", ["_sd", "iss", "cnf", "..."])
def test_a_claim_cannot_take_a_name_of_the_format(name):
    with pytest.raises(BadCredential, match="cannot be named"):
        credential(**{name: "x"})


def header(**fields: str) -> str:
    return to_base64url(json.dumps(fields).encode())


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA", "ES256", ""])
def test_a_token_of_another_algorithm_is_refused(algorithm):
    _, claims, signature = credential().token.split(".")
    token = ".".join([header(alg=algorithm, typ=CREDENTIAL), claims, signature])

    with pytest.raises(BadCredential):
        verified_json(token, CREDENTIAL, ISSUER.public_key)


def test_hmac_with_the_public_key_as_secret_is_refused():
    import hmac

    start = header(alg="HS256", typ=CREDENTIAL) + "." + to_base64url(b"{}")
    tag = hmac.digest(ISSUER.public_key, start.encode(), "sha256")

    with pytest.raises(BadCredential):
        verified_json(start + "." + to_base64url(tag), CREDENTIAL, ISSUER.public_key)


def test_a_token_of_another_kind_is_refused():
    token = sign_json(ISSUER, KEY_BINDING, {"a": 1})

    with pytest.raises(BadCredential, match="typ"):
        verified_json(token, CREDENTIAL, ISSUER.public_key)


@pytest.mark.parametrize(
    "text", ["", "~", "a.b.c~", "~" * 70, "a.b.c~x~", "ไทย~", "a" * 70_000 + "~"]
)
def test_what_is_no_credential_is_refused(text):
    with pytest.raises(BadCredential):
        read_credential(text, ISSUER.public_key)


@pytest.mark.parametrize("text", ["a", "ab=", "a+b/", "QQ==", "QR", "ก", 5, None])
def test_base64url_has_one_form(text):
    with pytest.raises(BadCredential):
        from_base64url(text)
