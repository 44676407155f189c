"""How sure and how fresh: acr, max_age, prompt. What is not known or not met is never passed."""

import json
import time

import pytest

from gateways.openid.levels import levels_in
from tests.gateways.openid.world import (
    PORTAL,
    Browser,
    address,
    basic,
    exchange,
    id_token_in,
    params_of,
    post,
    tokens_for,
)

TABLE = ((110, 120, 130, 210, 220, 230, 300), (100, 210, 220, 300))


def essential(*values: str) -> str:
    return json.dumps({"id_token": {"acr": {"essential": True, "values": list(values)}}})


@pytest.mark.parametrize(
    ("acr", "levels"),
    [
        ("th-ial2.3-aal2.2", (230, 220)),
        ("th-ial2.1-aal1.0@v1", (210, 100)),
        ("th-ial2.1-aal1.0@v2", None),
        ("th-ial2.4-aal2.2", None),
        ("th-ial2.3-aal2.2 ", None),
        ("TH-IAL2.3-AAL2.2", None),
        ("th-ial٢.3-aal2.2", None),
        ("urn:mace:incommon:iap:silver", None),
        ("", None),
    ],
)
def test_a_name_of_levels_is_known_letter_by_letter_or_not_at_all(acr, levels):
    found = levels_in(acr, 1, TABLE)

    assert (found and (found.ial, found.aal)) == levels


async def test_levels_that_are_asked_for_are_opened_on_the_ledger_and_named_in_the_token(world):
    tokens = await tokens_for(world, acr_values="th-ial2.3-aal2.2 th-ial2.1-aal2.2")

    claims = id_token_in(tokens)

    assert claims["acr"] == "th-ial2.3-aal2.2"
    assert (claims["sapha"]["ial"], claims["sapha"]["aal"]) == (230, 220)


async def test_of_voluntary_values_unknown_ones_are_passed_over(world):
    tokens = await tokens_for(world, acr_values="phr silver th-ial2.1-aal2.2")
    none_known = await tokens_for(world, acr_values="phr")

    assert id_token_in(tokens)["acr"] == "th-ial2.1-aal2.2"
    assert id_token_in(none_known)["acr"] == "th-ial2.3-aal2.2@v1"


@pytest.mark.parametrize("values", [("phr",), (), ("th-ial3.0-aal3.0",)])
async def test_an_essential_acr_that_is_unknown_or_out_of_reach_fails(world, values):
    url = await Browser().visit(address(world.issuer, claims=essential(*values)))

    assert params_of(url)["error"] == "unmet_authentication_requirements"


async def test_an_essential_acr_that_is_known_is_the_one_that_the_token_names(world):
    tokens = await tokens_for(world, claims=essential("phr", "th-ial2.3-aal2.1"))

    assert id_token_in(tokens)["acr"] == "th-ial2.3-aal2.1"


async def test_parameters_cannot_ask_for_less_than_the_record_says(world):
    await world.state("revenue", "portal", PORTAL, min_ial=230)
    browser = Browser()
    await browser.visit(address(world.issuer, acr_values="th-ial1.1-aal1.0", ui_locales="en"))

    assert "IAL 230, AAL 220 at least" in browser.pages[0]


async def test_no_question_is_asked_of_who_signed_on_before_and_agreed_to_as_much(world):
    browser = Browser()
    first = id_token_in(await tokens_for(world, browser))
    count = len(browser.pages)

    again = id_token_in(await tokens_for(world, browser, prompt="none"))

    assert len(browser.pages) == count
    assert (again["sub"], again["sid"]) == (first["sub"], first["sid"])
    assert again["sapha"]["req_id"] != first["sapha"]["req_id"]
    assert again["auth_time"] <= first["auth_time"]


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"scope": "openid profile"}, "consent_required"),
        ({"client_id": "revenue.other"}, "consent_required"),
        ({"max_age": "0"}, "login_required"),
        ({"id_token_hint": "nonsense"}, "invalid_request"),
    ],
)
async def test_silence_answers_no_more_than_was_agreed_to(world, params, error):
    await world.state("revenue", "other", PORTAL)
    browser = Browser()
    await tokens_for(world, browser, scope="openid")

    asked = {"prompt": "none", "scope": "openid"} | params
    url = await browser.visit(address(world.issuer, **asked))

    assert params_of(url)["error"] == error


@pytest.mark.parametrize(
    "changes",
    [{"purpose": "marketing"}, {"retention_days": 3_650}, {"name_en": "Another"}],
)
async def test_silence_is_no_consent_to_other_terms(world, changes):
    browser = Browser()
    await tokens_for(world, browser)
    await world.state("revenue", "portal", PORTAL, **changes)

    url = await browser.visit(address(world.issuer, prompt="none"))

    assert params_of(url)["error"] == "consent_required"


async def test_silence_answers_for_the_hinted_citizen_alone(world):
    other = await tokens_for(world, Browser("malee"))
    browser = Browser("somchai")
    own = await tokens_for(world, browser)

    wrong = await browser.visit(
        address(world.issuer, prompt="none", id_token_hint=other["id_token"])
    )
    right = await browser.visit(address(world.issuer, prompt="none", id_token_hint=own["id_token"]))

    assert params_of(wrong)["error"] == "login_required"
    assert "code" in params_of(right)


async def test_only_the_citizen_who_is_asked_for_signs_on(world):
    first = id_token_in(await tokens_for(world))
    asked = json.dumps({"id_token": {"sub": {"value": first["sub"]}}})

    other = params_of(await Browser("malee").visit(address(world.issuer, claims=asked)))
    own = params_of(await Browser().visit(address(world.issuer, claims=asked)))

    assert other["error"] == "login_required"
    assert "code" in own


async def test_a_fresh_sign_on_is_one_after_it_was_asked_for(world):
    browser = Browser()
    await tokens_for(world, browser)
    world.later(120)
    began = world.chain.wall_s()

    for params in ({"prompt": "login"}, {"max_age": "0"}):
        claims = id_token_in(await tokens_for(world, browser, **params))
        assert claims["auth_time"] >= began


async def test_a_sign_on_is_no_older_than_max_age(world):
    browser = Browser()
    await tokens_for(world, browser)
    world.later(1_200)

    silent = await browser.visit(address(world.issuer, prompt="none", max_age="600"))

    assert params_of(silent)["error"] == "login_required"


async def test_another_citizen_in_the_same_browser_begins_another_session(world):
    browser = Browser("somchai")
    first = id_token_in(await tokens_for(world, browser))
    browser.citizen = "malee"

    second = id_token_in(await tokens_for(world, browser, prompt="login"))
    silent = id_token_in(await tokens_for(world, browser, prompt="none"))

    assert first["sub"] != second["sub"] == silent["sub"]
    assert first["sid"] != second["sid"]


async def test_a_refresh_lasts_no_longer_than_the_sign_on_may_be_used(world):
    tokens = await tokens_for(world, scope="openid offline_access")
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    world.later(1_800)
    status, again = await post(f"{world.issuer}/token", form, **basic())
    world.later(1_801)

    late, told = await post(f"{world.issuer}/token", form, **basic())

    assert (status, late, told["error"]) == (200, 400, "invalid_grant")
    first, second = id_token_in(tokens), id_token_in(again)
    assert second["auth_time"] == first["auth_time"]
    assert second["iat"] > first["iat"]
    assert "nonce" not in second


async def test_an_id_token_says_when_it_was_made_and_ends(world):
    claims = id_token_in(await tokens_for(world))

    assert abs(claims["iat"] - time.time()) < 10
    assert claims["exp"] - claims["iat"] == 600


async def test_a_token_request_of_another_kind_is_refused(world):
    for form, error in (
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({}, "invalid_request"),
        (exchange("nothing"), "invalid_grant"),
    ):
        status, told = await post(f"{world.issuer}/token", form, **basic())
        assert (status, told["error"]) == (400, error)
