"""A citizen signs on at an application, and what stands between that and any other outcome."""

from html import unescape
from urllib.parse import urlsplit

import pytest

from client.identity.assertion import sub_of
from gateways.openid.pages import LINES_TH
from tests.gateways.openid.world import (
    CALLBACK,
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


async def refusal(world, **params: str) -> dict[str, str]:
    """What an application is told of a request that is not sound."""
    url = await Browser().visit(address(world.issuer, **params))
    assert url.startswith(CALLBACK)
    return params_of(url)


async def test_a_citizen_signs_on_and_the_application_learns_who_and_what_was_consented_to(world):
    tokens = await tokens_for(world)
    claims = id_token_in(tokens)
    status, told = await get(
        f"{world.issuer}/userinfo", Authorization=f"Bearer {tokens['access_token']}"
    )

    wallet = world.citizens[0].wallet
    assert claims["sub"] == told["sub"] == sub_of("revenue", wallet.pairwise_key("revenue"))
    assert (claims["iss"], claims["aud"]) == (world.issuer, "revenue.portal")
    assert (claims["acr"], claims["nonce"]) == ("th-ial2.3-aal2.2@v1", "nonce-1")
    assert (status, told["given_name"], told["family_name"]) == (200, "สมชาย", "ตัวอย่าง")
    assert "given_name" not in claims


async def test_an_application_without_scopes_of_claims_is_told_none(world):
    tokens = await tokens_for(world, scope="openid")
    _, told = await get(
        f"{world.issuer}/userinfo", Authorization=f"Bearer {tokens['access_token']}"
    )

    assert set(told) == {"sub"}


async def test_claims_that_are_asked_for_one_by_one_stand_where_they_are_asked_for(world):
    asked = '{"id_token": {"given_name": null}, "userinfo": {"family_name": {"essential": true}}}'
    tokens = await tokens_for(world, scope="openid", claims=asked)

    claims = id_token_in(tokens)

    assert claims["given_name"] == "สมชาย"
    assert "family_name" not in claims


@pytest.mark.parametrize("language", ["th", "en"])
async def test_the_page_shows_each_term_that_is_signed_and_no_other(world, language):
    browser = Browser()
    await browser.visit(address(world.issuer, ui_locales=language))
    page = unescape(browser.pages[0])
    opened = next(event for event in world.chain.events if event.name == "RequestOpened")

    assert f"0x{opened.fields[0].hex()}" in page
    assert page.count("<dt>") == len(LINES_TH)
    names = LINES_TH.values() if language == "th" else LINES_TH
    assert [name for name in names if f"<dt>{name}</dt>" not in page] == []
    assert "given_name, family_name" in page
    assert "Sign in to Tax filing [" in page


async def test_a_citizen_who_refuses_on_the_page_or_in_the_wallet_sends_nobody_a_code(world):
    on_page = params_of(await Browser(agrees=False).visit(address(world.issuer)))
    in_wallet = params_of(await Browser(citizen="").visit(address(world.issuer)))

    assert on_page["error"] == in_wallet["error"] == "access_denied"
    assert (on_page["state"], on_page["iss"]) == ("state-1", world.issuer)
    assert "code" not in on_page | in_wallet


@pytest.mark.parametrize(
    "redirect",
    [
        "http://127.0.0.1:1/callback/",
        "http://127.0.0.1:1/callback?x=1",
        "http://127.0.0.1:1/callback.evil",
        "http://127.0.0.1:1/callback%2f..",
        "http://127.0.0.1:1@evil.example/callback",
        "http://127.0.0.1:1/CALLBACK",
        "https://evil.example/callback",
        None,
    ],
)
async def test_an_address_that_is_not_the_applications_letter_by_letter_gets_nothing(
    world, redirect
):
    browser = Browser()
    url = await browser.visit(address(world.issuer, redirect_uri=redirect))

    assert urlsplit(url).path == "/authorize"
    assert "redirect_uri is none" in browser.pages[-1]


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "٣"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"claims": "[]"}, "invalid_request"),
        ({"request": "e30."}, "request_not_supported"),
        ({"request_uri": "https://evil.example/r"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"nonce": "n" * 3_000}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
async def test_what_is_not_sound_is_refused_in_the_words_of_the_standard(world, params, error):
    told = await refusal(world, **params)

    assert (told["error"], told["state"], told["iss"]) == (error, "state-1", world.issuer)


async def test_a_parameter_that_is_given_twice_is_refused(world):
    browser = Browser()
    url = await browser.visit(address(world.issuer) + "&state=other")

    assert urlsplit(url).path == "/authorize"
    assert "state is given twice" in browser.pages[-1]


async def test_a_code_serves_once_and_used_again_ends_what_it_gave(world):
    code = await code_for(world)
    _, first = await post(f"{world.issuer}/token", exchange(code), **basic())

    status, second = await post(f"{world.issuer}/token", exchange(code), **basic())

    assert (status, second["error"]) == (400, "invalid_grant")
    bearer = f"Bearer {first['access_token']}"
    status, _ = await get(f"{world.issuer}/userinfo", Authorization=bearer)
    assert status == 401


async def test_a_code_serves_its_application_its_address_and_its_verifier_alone(world):
    from tests.gateways.openid.world import PORTAL

    await world.state("revenue", "other", PORTAL)
    code = await code_for(world)
    tries = [
        (exchange(code), basic("revenue.other")),
        (exchange(code, redirect_uri="http://127.0.0.1:1/other"), basic()),
        (exchange(code, code_verifier="w" * 43), basic()),
        (exchange(code, code_verifier=""), basic()),
    ]

    for form, header in tries:
        status, told = await post(f"{world.issuer}/token", form, **header)
        assert (status, told["error"]) == (400, "invalid_grant")
    assert (await post(f"{world.issuer}/token", exchange(code), **basic()))[0] == 200


async def test_a_code_ends_after_a_minute(world):
    code = await code_for(world)
    world.later(61)

    status, told = await post(f"{world.issuer}/token", exchange(code), **basic())

    assert (status, told["error"]) == (400, "invalid_grant")


async def test_a_login_belongs_to_the_browser_that_began_it(world):
    victim, thief = Browser(), Browser()
    login = await victim.visit(address(world.issuer), follows=2)

    for place in (login, f"{login}/on"):
        await thief.visit(place)

    assert [page for page in thief.pages if "no such login" not in page] == []


async def test_the_page_that_sends_a_form_is_ours(world):
    browser = Browser()
    login = await browser.visit(address(world.issuer), follows=2)

    await browser.visit(login, {"act": "agree", "idp": "first-bank", "form_key": "guessed"})

    assert "the form is not of this page" in browser.pages[-1]


async def test_an_unknown_idp_is_none_to_go_to(world):
    browser = Browser()
    login = await browser.visit(address(world.issuer), follows=1)
    await browser.visit(login, follows=1)
    key = Browser()._filled(browser.pages[-1])["form_key"]

    url = await browser.visit(login, {"act": "agree", "idp": "evil", "form_key": key})

    assert params_of(url)["error"] == "invalid_request"


async def test_two_applications_of_two_sectors_know_one_citizen_by_two_names(world):
    from tests.gateways.openid.world import PORTAL

    await world.state("social", "portal", PORTAL)
    code = await code_for(world, client_id="social.portal")
    form, header = exchange(code), basic("social.portal")
    _, social = await post(f"{world.issuer}/token", form, **header)

    revenue = await tokens_for(world)

    assert id_token_in(revenue)["sub"] != id_token_in(social)["sub"]


async def test_the_same_citizen_has_the_same_name_each_time(world):
    first, second = [id_token_in(await tokens_for(world)) for _ in range(2)]
    other = id_token_in(await tokens_for(world, Browser("malee")))

    assert first["sub"] == second["sub"] != other["sub"]
    assert first["sapha"]["req_id"] != second["sapha"]["req_id"]
