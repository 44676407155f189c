"""The reference's 19 scenarios, each decided: 16 go both ways, 3 are of a form that is refused."""

import json
import time
import zlib

import pytest
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from client.identity.credential import (
    CREDENTIAL,
    Audience,
    Credential,
    Terms,
    hidden_in,
    issue_batch,
    issue_credential,
    present,
    read_credential,
    verify_presentation,
)
from client.identity.disclosures import ALWAYS_SHOWN, Hidden, conceal, digest_of, places, reveal
from client.identity.errors import BadCredential
from client.identity.jose import jwk_of, sign_json, to_base64url, to_json, verified_json
from client.identity.status_list import (
    ListTerms,
    Status,
    StatusList,
    StatusPlace,
    issue_list,
    read_list,
)
from primitives.crypto import SigningKey
from primitives.keys import P256Key
from tests.client.identity.scenarios import REFUSED, SCENARIOS

SIGNERS = {
    "ES256": (P256Key(b"\x01" * 32), P256Key(b"\x02" * 32)),
    "Ed25519": (SigningKey(b"\x01" * 32), SigningKey(b"\x02" * 32)),
}
NOW = int(time.time())  # the reference dates its presentations by the machine's clock
AUDIENCE = Audience(verifier="revenue", nonce="n-1", at=NOW)
HEADER = {"iss": "first-bank", "vct": "sapha/proofing", "iat": NOW - 60, "exp": NOW + 86_400}
URI = "https://first-bank.example/statuses/1"


def test_nineteen_scenarios_are_decided():
    assert len(SCENARIOS) + len(REFUSED) == 19


def private(key):
    return JWK(**jwk_of(key.public_key), d=to_base64url(key.seed))


def public(key):
    return JWK(**jwk_of(key.public_key))


@pytest.fixture(params=sorted(SIGNERS))
def signers(request, monkeypatch):
    """Issuer and holder; the reference checks bindings by one algorithm at a time."""
    monkeypatch.setattr("sd_jwt.verifier.DEFAULT_SIGNING_ALG", request.param)
    return (request.param, *SIGNERS[request.param])


def as_theirs(value):
    """Our marks as the reference's: it marks names of members, and elements."""
    if isinstance(value, dict):
        return {
            SDObj(name) if isinstance(item, Hidden) else name: as_theirs(
                item.value if isinstance(item, Hidden) else item
            )
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [
            SDObj(as_theirs(item.value)) if isinstance(item, Hidden) else as_theirs(item)
            for item in value
        ]
    return value


def issued_here(issuer, holder, claims):
    """A token of claims as they are, with the places that they hide; not a credential of ours."""
    concealed, disclosures = conceal(HEADER | {"att_id": "07" * 32} | claims)
    concealed["cnf"] = {"jwk": jwk_of(holder.public_key)}
    return Credential(sign_json(issuer, CREDENTIAL, concealed), disclosures)


def person(claims):
    return {name: value for name, value in claims.items() if name not in (*ALWAYS_SHOWN, "iat")}


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_reference_sees_of_ours_what_the_scenario_says(name, signers):
    _algorithm, issuer, holder = signers
    scenario = SCENARIOS[name]
    credential = issued_here(issuer, holder, scenario.claims)

    presentation = present(credential, scenario.chosen, holder, AUDIENCE)

    verifier = SDJWTVerifier(
        presentation, lambda _iss, _header: public(issuer), "revenue", AUDIENCE.nonce
    )
    assert person(verifier.get_verified_payload()) == scenario.seen
    assert verify_presentation(presentation, issuer.public_key, AUDIENCE).claims == scenario.seen


@pytest.mark.parametrize("name", SCENARIOS)
def test_we_see_of_the_reference_s_what_the_scenario_says(name, signers):
    algorithm, issuer, holder = signers
    scenario = SCENARIOS[name]
    made = SDJWTIssuer(
        HEADER | {"att_id": "07" * 32} | as_theirs(scenario.claims),
        private(issuer),
        public(holder),
        sign_alg=algorithm,
        add_decoy_claims=True,
        extra_header_parameters={"typ": CREDENTIAL},
    )
    credential = read_credential(made.sd_jwt_issuance, issuer.public_key)

    presentation = present(credential, scenario.chosen, holder, AUDIENCE)

    assert verify_presentation(presentation, issuer.public_key, AUDIENCE).claims == scenario.seen


@pytest.mark.parametrize("name", REFUSED)
def test_a_credential_in_json_serialization_is_refused(name, signers):
    algorithm, issuer, holder = signers
    made = SDJWTIssuer(
        HEADER | {"att_id": "07" * 32, SDObj("given_name"): "John"},
        private(issuer),
        public(holder),
        sign_alg=algorithm,
        serialization_format="json",
    )

    token = json.loads(made.sd_jwt_issuance)
    if name.endswith("general"):
        signature = {part: token.pop(part) for part in list(token) if part != "payload"}
        token |= {"signatures": [signature]}

    with pytest.raises(BadCredential):
        read_credential(json.dumps(token), issuer.public_key)


def test_what_the_reference_s_holder_shows_we_take(signers):
    algorithm, issuer, holder = signers
    scenario = SCENARIOS["array_of_scalars"]
    credential = issued_here(issuer, holder, scenario.claims)
    theirs = SDJWTHolder(credential.compact)
    chosen = {"nationalities": [False, True]}

    theirs.create_presentation(chosen, "n-1", "revenue", private(holder), sign_alg=algorithm)

    seen = verify_presentation(theirs.sd_jwt_presentation, issuer.public_key, AUDIENCE)
    assert seen.claims == scenario.seen


def test_tokens_go_both_ways_with_jwcrypto(signers):
    algorithm, issuer, _holder = signers
    ours = JWS()
    ours.deserialize(sign_json(issuer, CREDENTIAL, {"a": 1}), public(issuer), alg=algorithm)
    theirs = JWS(json.dumps({"b": 2}))
    theirs.add_signature(private(issuer), protected={"alg": algorithm, "typ": CREDENTIAL})

    assert json.loads(ours.payload) == {"a": 1}
    token = theirs.serialize(compact=True)
    assert verified_json(token, CREDENTIAL, issuer.public_key) == {"b": 2}


def test_ed25519_is_taken_under_its_older_name_too():
    issuer = SIGNERS["Ed25519"][0]
    theirs = JWS(b'{"b":2}')
    theirs.add_signature(private(issuer), protected={"alg": "EdDSA", "typ": CREDENTIAL})

    token = theirs.serialize(compact=True)

    assert verified_json(token, CREDENTIAL, issuer.public_key) == {"b": 2}


@pytest.mark.parametrize("key", [SIGNERS["ES256"][0], SIGNERS["Ed25519"][0]])
def test_a_key_never_verifies_a_token_of_the_other_kind(key):
    other = next(pair[0] for pair in SIGNERS.values() if pair[0] is not key)

    with pytest.raises(BadCredential):
        verified_json(sign_json(other, CREDENTIAL, {}), CREDENTIAL, key.public_key)


def disclosure(*parts):
    return to_base64url(to_json(list(parts)))


MEMBER = disclosure("salt", "given_name", "John")
ELEMENT = disclosure("salt", "US")
INNER = disclosure("salt", "inner", 1)
OUTER = disclosure("salt", "outer", {"_sd": [digest_of(INNER)]})
BAD = {
    "a disclosure that nothing names": ({"_sd": []}, [MEMBER]),
    "a disclosure twice": ({"_sd": [digest_of(MEMBER)]}, [MEMBER, MEMBER]),
    "a digest twice": ({"_sd": [digest_of(MEMBER)] * 2}, [MEMBER]),
    "a digest in two places": (
        {"_sd": [digest_of(MEMBER)], "a": {"_sd": [digest_of(MEMBER)]}},
        [MEMBER],
    ),
    "an inner one without its outer": ({"_sd": [digest_of(OUTER)]}, [INNER]),
    "an element for a claim": ({"_sd": [digest_of(ELEMENT)]}, [ELEMENT]),
    "a claim for an element": ({"a": [{"...": digest_of(MEMBER)}]}, [MEMBER]),
    "a claim that is there in clear": (
        {"given_name": "Jane", "_sd": [digest_of(MEMBER)]},
        [MEMBER],
    ),
    "digests that are no list": ({"_sd": digest_of(MEMBER)}, [MEMBER]),
    "a digest that is a number": ({"_sd": [1]}, []),
    "an element with other members": ({"a": [{"...": digest_of(ELEMENT), "b": 1}]}, [ELEMENT]),
    "an element's digest in an object": ({"a": {"...": digest_of(ELEMENT)}}, [ELEMENT]),
    "another hash": ({"_sd_alg": "sha-512", "_sd": [digest_of(MEMBER)]}, [MEMBER]),
    "a disclosure of four parts": ({}, [disclosure("s", "a", 1, 2)]),
    "a disclosure of one part": ({}, [disclosure("s")]),
    "a name that is a number": ({}, [disclosure("s", 1, 2)]),
    "no base64url": ({}, ["x="]),
    "no JSON": ({}, [to_base64url(b"{")]),
}


@pytest.mark.parametrize(("claims", "disclosures"), BAD.values(), ids=BAD.keys())
def test_a_disclosure_out_of_place_is_refused(claims, disclosures):
    with pytest.raises(BadCredential):
        reveal(claims, disclosures)


@pytest.mark.parametrize("name", sorted(ALWAYS_SHOWN | {"_sd", "..."}))
def test_what_the_draft_wants_in_clear_is_refused_as_a_disclosure(name):
    hidden = disclosure("salt", name, "x")

    with pytest.raises(BadCredential):
        reveal({"_sd": [digest_of(hidden)]}, [hidden])
    with pytest.raises(BadCredential):
        conceal({name: Hidden("x")})


def test_within_a_claim_such_a_name_is_a_claim_like_another():
    hidden = disclosure("salt", "status", "married")

    assert reveal({"a": {"_sd": [digest_of(hidden)]}}, [hidden]) == {"a": {"status": "married"}}


def test_a_hash_that_is_not_named_is_sha_256():
    assert reveal({"_sd": [digest_of(MEMBER)]}, [MEMBER]) == {"given_name": "John"}
    assert places({"_sd": [digest_of(MEMBER)]}, [MEMBER]) == {("given_name",): MEMBER}


def terms(holder, **changes):
    given = {
        "issuer": "first-bank",
        "kind": "sapha/proofing",
        "issued_at": NOW - 60,
        "expires_at": NOW + 1_000,
        "att_id": b"\x07" * 32,
        "holder": holder.public_key,
    }
    return Terms(**(given | changes))


def test_a_batch_shares_nothing_that_tells_its_credentials_apart_or_together():
    issuer = SIGNERS["ES256"][0]
    holders = [P256Key(bytes([number]) * 32) for number in (5, 6, 7)]
    batch = issue_batch(
        issuer,
        [
            terms(each, att_id=None, status=StatusPlace(uri=URI, index=number))
            for number, each in enumerate(holders)
        ],
        {"adult": True, "given_name": "สมหญิง"},
    )

    shown = [
        present(each, ["adult"], holder, AUDIENCE)
        for each, holder in zip(batch, holders, strict=True)
    ]

    seen = [verify_presentation(each, issuer.public_key, AUDIENCE) for each in shown]
    assert [each.claims for each in seen] == [{"adult": True}] * 3
    assert [each.status.index for each in seen] == [0, 1, 2]
    parts = [set(each.split("~")) for each in shown]
    assert not (parts[0] & parts[1] | parts[1] & parts[2] | parts[0] & parts[2]) - {""}


def test_a_batch_in_which_two_could_be_joined_is_refused():
    issuer, holder = SIGNERS["ES256"]
    listed = {"att_id": None, "status": StatusPlace(uri=URI, index=1)}

    for pair in (
        [terms(holder), terms(holder, att_id=None)],
        [terms(holder), terms(issuer)],
        [terms(holder, **listed), terms(issuer, **listed)],
    ):
        with pytest.raises(BadCredential, match="share"):
            issue_batch(issuer, pair, {"adult": True})


def test_a_nested_claim_is_kept_back_within_one_that_is_shown():
    issuer, holder = SIGNERS["ES256"]
    address = {"province": "Bangkok", "street": Hidden("1 Rama IV")}
    credential = issue_credential(issuer, terms(holder), {"address": address})

    shown = present(credential, ["address"], holder, AUDIENCE)

    assert set(hidden_in(credential)) == {("address",), ("address", "street")}
    seen = verify_presentation(shown, issuer.public_key, AUDIENCE)
    assert seen.claims == {"address": {"province": "Bangkok"}}


def test_a_credential_that_has_not_begun_is_refused():
    issuer, holder = SIGNERS["ES256"]
    credential = issued_here(issuer, holder, {"nbf": NOW + 10, "a": 1})

    with pytest.raises(BadCredential, match="begins"):
        verify_presentation(present(credential, [], holder, AUDIENCE), issuer.public_key, AUDIENCE)


# The drafts' own examples (§4.1): statuses and the bytes that they are.
EXAMPLES = [
    (1, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1], "b9a3"),
    (2, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3], "c944f9"),
]


@pytest.mark.parametrize(("bits", "statuses", "data"), EXAMPLES)
def test_a_status_list_has_the_bytes_of_the_draft(bits, statuses, data):
    made = StatusList.empty(len(statuses), bits)
    for index, status in enumerate(statuses):
        made.put(index, status)

    assert made.data.hex() == data
    assert [made.at(index) for index in range(len(statuses))] == statuses


LIST = ListTerms(uri=URI, issued_at=NOW, expires_at=NOW + 3_600)


def test_a_credential_is_suspended_by_the_list_alone():
    issuer = SIGNERS["ES256"][0]
    statuses = StatusList.empty(100)
    statuses.put(7, Status.SUSPENDED)

    read = read_list(issue_list(issuer, LIST, statuses), issuer.public_key, URI, NOW)

    assert [read.at(index) for index in (6, 7, 8)] == [Status.VALID, Status.SUSPENDED, Status.VALID]


def test_the_older_zlib_form_of_the_draft_s_example_is_read():
    packed = to_base64url(zlib.compress(bytes.fromhex("b9a3")))
    issuer = SIGNERS["Ed25519"][0]
    claims = {"sub": URI, "iat": NOW, "status_list": {"bits": 1, "lst": packed}}

    read = read_list(sign_json(issuer, "statuslist+jwt", claims), issuer.public_key, URI, NOW)

    assert [read.at(index) for index in range(4)] == [1, 0, 0, 1]


def changed_list(**changes):
    issuer = SIGNERS["ES256"][0]
    inner = {"bits": 2, "lst": to_base64url(zlib.compress(bytes(10)))}
    inner |= {name: changes.pop(name) for name in ("bits", "lst") if name in changes}
    claims = {"sub": URI, "iat": NOW, "exp": NOW + 10, "status_list": inner} | changes
    return sign_json(issuer, "statuslist+jwt", claims)


@pytest.mark.parametrize(
    "token",
    [
        changed_list(sub="https://other.example"),
        changed_list(exp=NOW),
        changed_list(iat="now"),
        changed_list(status_list=None),
        changed_list(bits=3),
        changed_list(bits=True),
        changed_list(lst=to_base64url(b"no zlib")),
        changed_list(lst=to_base64url(zlib.compress(bytes(1 << 21)))),
        changed_list(lst=to_base64url(zlib.compress(bytes(10)) + b"more")),
        changed_list(lst=to_base64url(zlib.compress(bytes(10))[:-1])),
    ],
)
def test_another_an_old_or_a_broken_status_list_is_refused(token):
    with pytest.raises(BadCredential):
        read_list(token, SIGNERS["ES256"][0].public_key, URI, NOW)


def test_a_number_beyond_the_list_has_no_status():
    with pytest.raises(BadCredential, match="no number 100"):
        StatusList.empty(100).at(100)
    with pytest.raises(BadCredential, match="more than 2 bits"):
        StatusList.empty(100).put(0, 4)
