"""How an application proves who it is, and what the FAPI 2.0 profile demands of it."""

import secrets
import time
from dataclasses import replace
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

import aiohttp
import pytest

from client.identity.jose import jwk_of, sign_json, to_base64url
from gateways.openid.applications import ASSERTION_TYPE
from gateways.openid.dpop import thumbprint_of
from primitives.crypto import SigningKey
from primitives.keys import P256Key
from tests.gateways.openid.world import (
    PORTAL,
    Browser,
    address,
    basic,
    code_for,
    exchange,
    get,
    params_of,
    post,
)

KEY, OTHER = P256Key(b"k" * 32), P256Key(b"o" * 32)
STRICT = replace(PORTAL, secret_digest=None, keys=(KEY.public_key,), profile="fapi2")
KEYED = replace(STRICT, profile="basic")
PUBLIC = replace(PORTAL, secret_digest=None)


def assertion(client_id: str, audience: object, key=KEY, **changes: object) -> dict[str, str]:
    now = int(time.time())
    claims = {"iss": client_id, "sub": client_id, "aud": audience, "jti": secrets.token_hex(8)}
    claims |= {"iat": now, "exp": now + 60} | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    token = sign_json(key, "client-authentication+jwt", claims)
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": token}


def proof(method: str, url: str, key=KEY, token: str | None = None, **changes: object) -> str:
    """A DPoP proof; made by hand, since the header has the key itself."""
    from joserfc import jws
    from joserfc.jwk import ECKey

    claims = {"htm": method, "htu": url, "iat": int(time.time()), "jti": secrets.token_hex(8)}
    if token is not None:
        claims["ath"] = to_base64url(sha256(token.encode()).digest())
    jwk = jwk_of(key.public_key)
    private = ECKey.import_key(jwk | {"d": to_base64url(key.seed)})
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": changes.pop("jwk", jwk)}
    import json

    return jws.serialize_compact(header, json.dumps(claims | changes).encode(), private)


async def pushed(world, client_id: str, **headers: str) -> dict[str, str]:
    """The address parameters of a pushed request."""
    form = params_of(address(world.issuer, client_id=client_id))
    form |= assertion(client_id, world.issuer)
    status, answer = await post(f"{world.issuer}/par", form, **headers)
    assert status == 201, answer
    return {"client_id": client_id, "request_uri": answer["request_uri"]}


def at_authorize(world, params: dict[str, str]) -> str:
    return f"{world.issuer}/authorize?{urlencode(params)}"


async def test_a_secret_is_percent_decoded_and_compared_whole(world):
    secret = "s-e+c/r=e t:%ü"
    name = await world.state(
        "revenue", "odd", PORTAL, secret_digest=sha256(secret.encode()).digest()
    )
    code = await code_for(world, client_id=name)

    for wrong in (secret[:-1], secret + "x", "", "x" * 43):
        status, told = await post(f"{world.issuer}/token", exchange(code), **basic(name, wrong))
        assert (status, told["error"]) == (401, "invalid_client")
    status, _ = await post(f"{world.issuer}/token", exchange(code), **basic(name, secret))

    assert status == 200


async def test_a_key_proves_an_application_once_an_assertion(world):
    name = await world.state("revenue", "keyed", KEYED)
    shown = assertion(name, f"{world.issuer}/token")
    first = await post(
        f"{world.issuer}/token", exchange(await code_for(world, client_id=name)) | shown
    )
    again = await post(
        f"{world.issuer}/token", exchange(await code_for(world, client_id=name)) | shown
    )

    assert (first[0], again[0], again[1]["error"]) == (200, 401, "invalid_client")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://other.example"},
        {"iss": "revenue.other"},
        {"sub": "revenue.portal"},
        {"exp": int(time.time()) - 60},
        {"exp": int(time.time()) + 86_400},
        {"exp": None},
        {"jti": None},
        {"nbf": int(time.time()) + 600},
        {"key": OTHER},
        {"key": SigningKey(b"e" * 32)},
    ],
)
async def test_an_assertion_that_is_not_for_here_and_now_by_its_key_proves_nobody(world, changes):
    name = await world.state("revenue", "keyed", KEYED)
    code = await code_for(world, client_id=name)
    given = dict(changes)
    shown = assertion(name, given.pop("aud", world.issuer), given.pop("key", KEY), **given)

    status, told = await post(f"{world.issuer}/token", exchange(code) | shown)

    assert (status, told["error"]) == (401, "invalid_client")


async def test_an_application_proves_itself_in_the_way_of_its_record_and_in_one(world):
    keyed = await world.state("revenue", "keyed", KEYED)
    code = await code_for(world, client_id=keyed)
    both = exchange(code) | assertion(keyed, world.issuer)

    by_secret = await post(f"{world.issuer}/token", exchange(code), **basic(keyed))
    by_name = await post(f"{world.issuer}/token", exchange(code, client_id=keyed))
    in_two_ways = await post(f"{world.issuer}/token", both, **basic(keyed))
    named_another = await post(f"{world.issuer}/token", {**both, "client_id": "revenue.portal"})

    assert [each[0] for each in (by_secret, by_name, in_two_ways, named_another)] == [
        401,
        401,
        400,
        400,
    ]


async def test_a_public_application_has_its_verifier_and_a_refresh_token_that_serves_once(world):
    name = await world.state("revenue", "app", PUBLIC)
    scope = "openid offline_access"
    code = await code_for(world, client_id=name, scope=scope)
    _, first = await post(f"{world.issuer}/token", exchange(code, client_id=name))
    form = {"grant_type": "refresh_token", "client_id": name}
    form["refresh_token"] = first["refresh_token"]

    status, second = await post(f"{world.issuer}/token", form)
    again, _ = await post(f"{world.issuer}/token", form)

    assert (status, again) == (200, 400)
    assert second["refresh_token"] != first["refresh_token"]


async def test_an_application_that_its_agency_ended_gets_nothing_more(world):
    code = await code_for(world)
    await world.state("revenue", "portal", PORTAL, is_active=False)

    status, told = await post(f"{world.issuer}/token", exchange(code), **basic())

    assert (status, told["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("client_id", ["", "portal", "land.portal", "revenue.nobody", "." * 80])
async def test_an_application_that_no_agency_stated_is_none(world, client_id):
    browser = Browser()

    await browser.visit(address(world.issuer, client_id=client_id))

    assert "no active application" in browser.pages[-1]


async def test_fapi2_a_pushed_request_a_key_and_a_proof_give_tokens_that_are_bound(world):
    name = await world.state("revenue", "strict", STRICT)
    place = at_authorize(world, await pushed(world, name))
    code = params_of(await Browser().visit(place))["code"]
    token_url = f"{world.issuer}/token"
    form = exchange(code)
    bare = await post(token_url, form | assertion(name, world.issuer))

    status, tokens = await post(
        token_url, form | assertion(name, world.issuer), DPoP=proof("POST", token_url)
    )

    assert (bare[0], bare[1]["error"]) == (400, "invalid_dpop_proof")
    assert (status, tokens["token_type"]) == (200, "DPoP")
    info, access = f"{world.issuer}/userinfo", tokens["access_token"]
    shown = {"Authorization": f"DPoP {access}"}
    assert (await get(info, Authorization=f"Bearer {access}"))[0] == 401
    assert (await get(info, **shown, DPoP=proof("GET", info, OTHER, access)))[0] == 401
    assert (await get(info, **shown, DPoP=proof("GET", info, KEY)))[0] == 400
    assert (await get(info, **shown, DPoP=proof("GET", info, KEY, access)))[0] == 200


async def test_fapi2_what_is_not_pushed_is_refused_and_what_was_pushed_serves_once(world):
    name = await world.state("revenue", "strict", STRICT)
    bare = params_of(await Browser().visit(address(world.issuer, client_id=name)))
    place = at_authorize(world, await pushed(world, name))
    early, first, again = Browser(), Browser(), Browser()
    await early.visit(place, follows=2)
    code = params_of(await first.visit(place))
    await again.visit(place)
    login = await early.visit(place, follows=1)

    assert "Sign in to Tax filing" in early.pages[0]  # looking uses nothing up
    assert urlsplit(login).path == "/authorize"
    assert bare["error"] == "invalid_request"
    assert "code" in code
    assert "request_uri is unknown, was used" in again.pages[-1]


async def test_fapi2_what_was_pushed_once_is_agreed_to_once(world):
    name = await world.state("revenue", "strict", STRICT)
    place = at_authorize(world, await pushed(world, name))
    slow, quick = Browser(), Browser()
    login = await slow.visit(place, follows=1)
    code = params_of(await quick.visit(place))

    late = params_of(await slow.visit(login))

    assert "code" in code
    assert late["error"] == "invalid_request"


async def test_fapi2_small_things_that_honest_clients_differ_in_are_taken(world):
    name = await world.state("revenue", "strict", STRICT)
    token_url, info = f"{world.issuer}/token", f"{world.issuer}/userinfo"
    now = int(time.time())
    for changes in ({"iat": now - 10}, {"iat": now + 10}, {"nbf": now, "exp": now + 60}):
        place = at_authorize(world, await pushed(world, name))
        form = exchange(params_of(await Browser().visit(place))["code"])
        form |= assertion(name, world.issuer)
        status, tokens = await post(token_url, form, DPoP=proof("POST", token_url, **changes))
        assert status == 200

    access = tokens["access_token"]
    for scheme in ("DPoP", "dpop", "DPOP"):
        shown = {"Authorization": f"{scheme} {access}", "DPoP": proof("GET", info, KEY, access)}
        assert (await get(info, **shown))[0] == 200


async def test_a_key_that_is_pushed_is_the_key_that_is_proven(world):
    name = await world.state("revenue", "strict", STRICT)
    par, token_url = f"{world.issuer}/par", f"{world.issuer}/token"
    form = params_of(
        address(world.issuer, client_id=name, dpop_jkt=thumbprint_of(OTHER.public_key))
    )
    form |= assertion(name, world.issuer)
    status, told = await post(par, form, DPoP=proof("POST", par))
    place = at_authorize(world, await pushed(world, name, DPoP=proof("POST", par)))
    code = params_of(await Browser().visit(place))["code"]

    def shown() -> dict[str, str]:
        return exchange(code) | assertion(name, world.issuer)

    other, _ = await post(token_url, shown(), DPoP=proof("POST", token_url, OTHER))
    own, _ = await post(token_url, shown(), DPoP=proof("POST", token_url))

    assert (status, told["error"]) == (400, "invalid_dpop_proof")
    assert (other, own) == (400, 200)


async def test_a_request_is_pushed_by_post_alone(world):
    async with aiohttp.ClientSession() as http, http.get(f"{world.issuer}/par") as answer:
        assert answer.status == 405


async def test_fapi2_an_assertion_names_the_issuer_alone(world):
    name = await world.state("revenue", "strict", STRICT)
    form = params_of(address(world.issuer, client_id=name))

    for audience in (f"{world.issuer}/token", [world.issuer], f"{world.issuer}/par"):
        status, told = await post(f"{world.issuer}/par", form | assertion(name, audience))
        assert (status, told["error"]) == (401, "invalid_client")


async def test_a_pushed_request_is_of_its_application_and_ends_after_a_minute_and_a_half(world):
    await world.state("revenue", "other", PORTAL)
    form = params_of(address(world.issuer))
    _, first = await post(f"{world.issuer}/par", form, **basic())
    _, second = await post(f"{world.issuer}/par", form, **basic())
    thief, late = Browser(), Browser()

    stolen = {"client_id": "revenue.other", "request_uri": first["request_uri"]}
    await thief.visit(at_authorize(world, stolen))
    world.later(91)
    own = {"client_id": "revenue.portal", "request_uri": second["request_uri"]}
    await late.visit(at_authorize(world, own))

    assert "another&#x27;s" in thief.pages[-1]
    assert "request_uri is unknown" in late.pages[-1]


async def test_a_pushed_request_that_is_not_sound_is_refused_when_it_is_pushed(world):
    form = params_of(address(world.issuer, redirect_uri="https://evil.example/"))
    nested = params_of(address(world.issuer, request_uri="urn:x"))

    for wrong in (form, nested):
        status, told = await post(f"{world.issuer}/par", wrong, **basic())
        assert (status, told["error"]) == (400, "invalid_request")


async def test_a_code_that_was_asked_for_with_a_key_is_for_that_key(world):
    code = await code_for(world, dpop_jkt=thumbprint_of(KEY.public_key))
    url = f"{world.issuer}/token"

    other, _ = await post(url, exchange(code), **basic(), DPoP=proof("POST", url, OTHER))
    none, _ = await post(url, exchange(code), **basic())
    own, _ = await post(url, exchange(code), **basic(), DPoP=proof("POST", url))

    assert (other, none, own) == (400, 400, 200)


@pytest.mark.parametrize(
    "changes",
    [
        {"htm": "GET"},
        {"htu": "https://other.example/token"},
        {"iat": int(time.time()) - 3_600},
        {"iat": "now"},
        {"jti": None},
        {"jwk": {"kty": "oct", "k": "AAAA"}},
        {"jwk": jwk_of(KEY.public_key) | {"d": "AAAA"}},
        {"jwk": jwk_of(OTHER.public_key)},
    ],
)
async def test_a_proof_that_is_not_for_this_request_is_refused(world, changes):
    url = f"{world.issuer}/token"
    code = await code_for(world)

    status, told = await post(
        url, exchange(code), **basic(), DPoP=proof("POST", url, **dict(changes))
    )

    assert (status, told["error"]) == (400, "invalid_dpop_proof")


async def test_a_proof_serves_once(world):
    url = f"{world.issuer}/token"
    shown = proof("POST", url)
    first, _ = await post(url, exchange(await code_for(world)), **basic(), DPoP=shown)

    status, told = await post(url, exchange(await code_for(world)), **basic(), DPoP=shown)

    assert (first, status, told["error"]) == (200, 400, "invalid_dpop_proof")
