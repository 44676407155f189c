"""Ends: a sign-out, a frozen citizen, a suspended IdP. What rested on them gives nothing more."""

import aiohttp
import pytest
from aiohttp import web

from client.identity.jose import unverified_json
from contracts.identity.nodes.messages import SetNodeStatus
from contracts.identity.subjects.messages import SetSubjectStatus
from gateways.openid.sessions import may_be_told
from tests.gateways.openid.world import (
    AFTER,
    PORTAL,
    Browser,
    address,
    basic,
    get,
    id_token_in,
    params_of,
    post,
    tokens_for,
)

OFFLINE = {"scope": "openid profile offline_access"}


async def refreshed(world, tokens: dict) -> tuple[int, str]:
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    status, told = await post(f"{world.issuer}/token", form, **basic())
    return status, told.get("error", "")


async def known(world, tokens: dict) -> int:
    bearer = f"Bearer {tokens['access_token']}"
    return (await get(f"{world.issuer}/userinfo", Authorization=bearer))[0]


def leaving(world, **params: str) -> str:
    from urllib.parse import urlencode

    return f"{world.issuer}/logout?{urlencode(params)}"


async def test_an_application_signs_its_citizen_out_and_all_tokens_end(world):
    browser = Browser()
    tokens = await tokens_for(world, browser, **OFFLINE)

    url = await browser.visit(
        leaving(
            world,
            id_token_hint=tokens["id_token"],
            post_logout_redirect_uri=AFTER,
            state="state-2",
        )
    )

    assert url == f"{AFTER}?state=state-2"
    assert await known(world, tokens) == 401
    assert await refreshed(world, tokens) == (400, "invalid_grant")
    silent = await browser.visit(address(world.issuer, prompt="none"))
    assert params_of(silent)["error"] == "login_required"


async def test_nobody_is_signed_out_by_a_link_without_being_asked(world):
    browser = Browser()
    tokens = await tokens_for(world, browser)

    await browser.visit(leaving(world), follows=1)
    before = await known(world, tokens)
    await browser.visit(leaving(world), {"agreed": "guessed"}, follows=1)
    guessed = await known(world, tokens)
    await browser.visit(leaving(world))

    assert (before, guessed) == (200, 200)
    assert await known(world, tokens) == 401


async def test_the_browser_goes_nowhere_that_the_application_has_not_stated(world):
    browser = Browser()
    tokens = await tokens_for(world, browser)

    for params in (
        {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": "https://evil.example/"},
        {"post_logout_redirect_uri": AFTER, "client_id": "revenue.nobody"},
        {"id_token_hint": "e30.e30.e30"},
        {
            "id_token_hint": tokens["id_token"],
            "client_id": "revenue.x",
            "post_logout_redirect_uri": AFTER,
        },
    ):
        url = await browser.visit(leaving(world, **params))
        assert "/logout" in url
    assert await known(world, tokens) == 200


async def test_every_application_of_a_session_is_told_of_its_end(world):
    told = []

    async def take(request: web.Request) -> web.Response:
        told.append(unverified_json((await request.post())["logout_token"]))
        return web.Response()

    app = web.Application()
    app.add_routes([web.post("/told", take)])
    place = await world._listen(app)
    await world.state("revenue", "portal", PORTAL, back_channel=f"{place}/told")
    await world.state("revenue", "other", PORTAL, back_channel=f"{place}/told")
    browser = Browser()
    first = id_token_in(tokens := await tokens_for(world, browser))
    await browser.visit(address(world.issuer, client_id="revenue.other"))

    await browser.visit(leaving(world, id_token_hint=tokens["id_token"]))
    await world.made.sessions.settle()

    assert sorted(each["aud"] for each in told) == ["revenue.other", "revenue.portal"]
    sids = {each["aud"]: each["sid"] for each in told}
    assert sids["revenue.portal"] == first["sid"]
    assert len(set(sids.values())) == 2  # no two applications can compare theirs
    assert all("nonce" not in each and each["events"] for each in told)
    assert {each["iss"] for each in told} == {world.issuer}


async def test_a_frozen_citizen_gets_no_code_and_no_token_more(world):
    browser = Browser()
    tokens = await tokens_for(world, browser, **OFFLINE)
    frozen = SetSubjectStatus(world.citizens[0].sid, "frozen", "")
    assert (await world.chain.office("supervisor").send(frozen)).is_ok

    anew = params_of(await Browser().visit(address(world.issuer, login_hint="somchai")))
    silent = params_of(await browser.visit(address(world.issuer, prompt="none")))

    assert anew["error"] == "access_denied"
    assert silent["error"] == "login_required"
    assert await refreshed(world, tokens) == (400, "invalid_grant")


async def test_a_citizen_whose_key_ended_is_told_of_to_nobody(world):
    tokens = await tokens_for(world, **OFFLINE)
    ended = world.citizens[0].wallet.permissions.end_key("revenue")
    assert (await world.chain.office("faces").send(ended)).is_ok

    assert await known(world, tokens) == 401
    assert await refreshed(world, tokens) == (400, "invalid_grant")


async def test_what_a_suspended_idp_said_counts_no_more(world):
    tokens = await tokens_for(world, **OFFLINE)
    suspended = SetNodeStatus("first-bank", "suspended", "")
    assert (await world.chain.office("supervisor").send(suspended)).is_ok

    anew = await Browser().visit(address(world.issuer))

    assert "error" in params_of(anew)
    assert await known(world, tokens) == 401
    assert await refreshed(world, tokens) == (400, "invalid_grant")


async def test_a_citizen_who_withdraws_the_consent_is_not_told_of_again(world):
    tokens = await tokens_for(world, **OFFLINE)
    (visit,) = world.idp._visits.values()
    withdrawn = world.citizens[0].wallet.permissions.withdraw(visit.con_id, "revenue")
    assert (await world.chain.office("faces").send(withdrawn)).is_ok

    assert await known(world, tokens) == 401
    assert await refreshed(world, tokens) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("issuer", "url", "may"),
    [
        ("https://login.example", "https://tax.example/out", True),
        ("https://login.example", "http://127.0.0.1:26601/rpc", False),
        ("https://login.example", "https://127.0.0.1:26601/rpc", False),
        ("https://login.example", "https://[::1]/rpc", False),
        ("https://login.example", "https://localhost/rpc", False),
        ("https://login.example", "https://169.254.169.254/latest", False),
        ("http://127.0.0.1:1", "http://127.0.0.1:2/out", True),
    ],
)
def test_a_gateway_that_is_not_for_trying_calls_nothing_on_its_own_machine(issuer, url, may):
    assert may_be_told(issuer, url) is may


async def test_no_other_host_sets_the_cookies_of_an_issuer_with_https(world):
    place = await world.gateway("https://login.example")
    async with (
        aiohttp.ClientSession() as http,
        http.get(address(place), allow_redirects=False) as answer,
    ):
        cookies = answer.headers.getall("Set-Cookie")

    assert [each.partition("=")[0] for each in cookies] == ["__Host-sapha_browser"]
    words = {part.strip() for part in cookies[0].split(";")[1:]}
    assert words >= {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert "Domain" not in cookies[0]
