"""Odd requests of strangers are refused, not failed; nothing odd is kept or followed."""

import aiohttp
import pytest

from gateways.openid.errors import GatewayFault
from gateways.openid.store import Store
from tests.gateways.openid.test_applications import at_authorize, proof
from tests.gateways.openid.world import (
    Browser,
    address,
    basic,
    code_for,
    exchange,
    params_of,
    post,
)


async def test_a_key_of_a_form_of_other_letters_is_another_key(world):
    browser = Browser()
    login = await browser.visit(address(world.issuer), follows=2)

    await browser.visit(login, {"act": "agree", "idp": "first-bank", "form_key": "กุญแจ"})

    assert "the form is not of this page" in browser.pages[-1]


async def test_a_client_id_that_no_screen_shows_is_none(world):
    browser = Browser()

    await browser.visit(address(world.issuer, client_id="revenue.por\0tal"))

    assert "no active application" in browser.pages[-1]


async def test_a_proof_of_no_time_is_of_another_time(world):
    url = f"{world.issuer}/token"
    shown = proof("POST", url, iat=float("nan"))

    status, told = await post(url, exchange(await code_for(world)), **basic(), DPoP=shown)

    assert (status, told["error"]) == (400, "invalid_dpop_proof")


async def test_a_look_at_the_head_finishes_no_login(world):
    browser = Browser()
    login = await browser.visit(address(world.issuer), follows=1)
    async with aiohttp.ClientSession() as http, http.head(f"{login}/on") as answer:
        assert answer.status == 405


async def test_what_is_pushed_and_not_known_is_not_kept(world):
    form = params_of(address(world.issuer)) | {"password": "secret", "pushed": "urn:x"}
    _, pushed = await post(f"{world.issuer}/par", form, **basic())

    kept = world.made.store.get("par", pushed["request_uri"])

    assert not {"password", "pushed"} & set(kept)
    own = {"client_id": "revenue.portal", "request_uri": pushed["request_uri"]}
    assert "code" in params_of(await Browser().visit(at_authorize(world, own)))


async def test_an_idp_sends_browsers_to_itself_alone(world):
    begin = world.made.providers._ask

    async def elsewhere(method, url, body=None):
        found = await begin(method, url, body)
        return found | {"go": "https://evil.example/login"} if method == "POST" else found

    world.made.providers._ask = elsewhere

    told = params_of(await Browser().visit(address(world.issuer)))

    assert told["error"] == "temporarily_unavailable"


async def test_a_refusal_names_the_scheme_that_was_used(world):
    async with (
        aiohttp.ClientSession() as http,
        http.get(
            f"{world.issuer}/userinfo", headers={"Authorization": "DPoP x", "DPoP": "x"}
        ) as answer,
    ):
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("DPoP ")


def test_a_store_that_others_may_read_is_not_used(tmp_path):
    path = tmp_path / "s.db"
    path.touch(0o644)

    with pytest.raises(GatewayFault, match="others may read it"):
        Store(path, lambda: 10)


async def test_a_form_in_other_letters_than_utf_8_is_refused(world):
    kind = "application/x-www-form-urlencoded"
    async with aiohttp.ClientSession() as http:
        for charset, body in (("klingon", b"a=b"), ("utf-7", b"a=b"), ("utf-8", b"a=\xff")):
            headers = {"Content-Type": f"{kind}; charset={charset}"}
            async with http.post(f"{world.issuer}/token", data=body, headers=headers) as answer:
                told = await answer.json()
                assert (answer.status, told["error"]) == (400, "invalid_request")


async def test_no_answer_names_the_library_that_serves_it(world):
    async with aiohttp.ClientSession() as http, http.get(f"{world.issuer}/jwks") as answer:
        assert "Server" not in answer.headers
