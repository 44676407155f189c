"""What the provider says of itself, and the lists in the documents that tests are named in."""

import re
from urllib.parse import parse_qsl, urlsplit

from gateways.openid.pages import LINES_TH
from tests.gateways.openid.world import (
    PORTAL,
    Browser,
    address,
    basic,
    code_for,
    exchange,
    get,
    id_token_in,
    params_of,
    post,
    tokens_for,
)
from tests.meta.sources import functions, texts


async def test_discovery_names_what_there_is_and_nothing_else(world):
    _, found = await get(f"{world.issuer}/.well-known/openid-configuration")
    _, again = await get(f"{world.issuer}/.well-known/oauth-authorization-server")

    assert found == again
    assert found["issuer"] == world.issuer
    assert found["response_types_supported"] == ["code"]
    assert found["subject_types_supported"] == ["pairwise"]
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["authorization_response_iss_parameter_supported"] is True
    assert "th-ial2.3-aal2.2" in found["acr_values_supported"]
    served = [value for name, value in found.items() if name.endswith(("_endpoint", "_uri"))]
    assert len(served) == 7
    for url in served:
        assert url.startswith(world.issuer + "/")
        status = (await post_or_get(url))[0]
        assert status in (200, 400, 401), url


async def post_or_get(url: str):
    if urlsplit(url).path in ("/token", "/par", "/backchannel"):
        return await post(url, {})
    browser = Browser()
    await browser.visit(url, follows=1)
    return (200, browser.pages[-1])


async def test_a_key_of_the_provider_is_public_alone(world):
    _, found = await get(f"{world.issuer}/jwks")

    assert [set(key) for key in found["keys"]] == [{"kty", "crv", "x", "y", "kid", "use", "alg"}]


async def test_a_login_without_nonce_or_state_goes_well(world):
    url = await Browser().visit(address(world.issuer, nonce=None, state=None))
    _, tokens = await post(f"{world.issuer}/token", exchange(params_of(url)["code"]), **basic())

    assert "state" not in params_of(url)
    assert "nonce" not in id_token_in(tokens)


async def test_a_long_state_comes_back_whole(world):
    state = "s" * 2_000

    assert params_of(await Browser().visit(address(world.issuer, state=state)))["state"] == state


async def test_a_scope_stands_for_the_claims_that_the_record_names(world):
    claims = ("given_name", "email", "phone_number", "address")
    await world.state("revenue", "portal", PORTAL, claims=claims)
    world.idp._citizens["somchai"].claims.update(
        email="s@example.go.th", phone_number="021234567", address={"region": "น่าน"}
    )
    told = {}
    for scope in ("email openid", "openid phone", "address openid", "phone email profile openid"):
        tokens = await tokens_for(world, scope=scope)
        bearer = f"Bearer {tokens['access_token']}"
        told[scope] = (await get(f"{world.issuer}/userinfo", Authorization=bearer))[1]

    shown = [sorted(set(each) - {"sub"}) for each in told.values()]
    assert shown == [
        ["email"],
        ["phone_number"],
        ["address"],
        ["email", "given_name", "phone_number"],
    ]


async def test_parameters_that_mean_nothing_here_are_passed_over(world):
    assert await code_for(world, display="popup", extra="x", claims_locales="th")


async def test_a_max_age_that_is_long_is_answered_by_an_earlier_sign_on(world):
    browser = Browser()
    first = id_token_in(await tokens_for(world, browser))

    again = id_token_in(await tokens_for(world, browser, prompt="none", max_age="10000"))

    assert again["auth_time"] <= first["auth_time"]


async def test_an_authorization_request_may_be_posted(world):
    form = dict(parse_qsl(urlsplit(address(world.issuer)).query))

    url = await Browser().visit(f"{world.issuer}/authorize", form)

    assert "code" in params_of(url)


async def test_userinfo_is_asked_by_get_or_post_with_the_token_in_the_header(world):
    tokens = await tokens_for(world)
    url, bearer = f"{world.issuer}/userinfo", f"Bearer {tokens['access_token']}"

    by_get = await get(url, Authorization=bearer)
    by_post = await post(url, {}, Authorization=bearer)
    in_body = await post(url, {"access_token": tokens["access_token"]})

    assert by_get == by_post
    assert (by_get[0], in_body[0]) == (200, 401)


async def test_pages_let_no_other_site_in(world):
    browser = Browser()
    await browser.visit(address(world.issuer))

    assert "<script" not in "".join(browser.pages)
    assert "http-equiv" not in browser.pages[0]
    assert len(LINES_TH) == browser.pages[0].count("<dt>")


def test_every_row_of_the_conformance_list_names_a_test_or_says_why_not():
    text = texts()["docs/openid-conformance.md"]
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| `")]
    known = {place.split()[-1] for place, _ in functions() if place.startswith("tests/gateways/")}

    assert len(rows) > 40
    for row in rows:
        named = re.findall(r"\btest_\w+", row[1].partition("(")[0])
        assert set(named) <= known, row
        assert named or row[1].startswith("not applicable: "), row
