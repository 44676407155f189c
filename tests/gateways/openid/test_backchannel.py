"""Sign-ons without a browser (CIBA, poll): an application names who is asked in their app."""

from dataclasses import replace

import pytest

from gateways.openid.gateway import CIBA_GRANT
from tests.gateways.openid.world import PORTAL, basic, id_token_in, post

ASKED = {"scope": "openid profile", "login_hint": "first-bank:malee", "binding_message": "Q-17"}


async def begun(world, **changes: str) -> tuple[int, dict]:
    return await post(f"{world.issuer}/backchannel", ASKED | changes, **basic())


async def polled(world, name: str, client_id: str = "revenue.portal") -> tuple[int, dict]:
    form = {"grant_type": CIBA_GRANT, "auth_req_id": name}
    return await post(f"{world.issuer}/token", form, **basic(client_id))


async def test_a_named_citizen_is_asked_in_their_app_and_the_application_polls(world):
    status, begin = await begun(world)

    first, tokens = await polled(world, begin["auth_req_id"])
    again, _ = await polled(world, begin["auth_req_id"])

    assert (status, first, again) == (200, 200, 400)
    claims = id_token_in(tokens)
    assert claims["acr"] == "th-ial2.3-aal2.2@v1"
    assert claims["sapha"]["words"]["payload"]["text"].endswith(": Q-17")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"login_hint": "malee"}, "unknown_user_id"),
        ({"login_hint": "first-bank:nobody"}, "access_denied"),
        ({"login_hint": "evil:malee"}, "invalid_request"),
        ({"binding_message": "x" * 101}, "invalid_binding_message"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"id_token_hint": "x"}, "invalid_request"),
    ],
)
async def test_what_cannot_be_asked_so_is_refused_at_once(world, changes, error):
    status, told = await begun(world, **changes)

    assert (status, told["error"]) == (400, error)


async def test_a_citizen_who_has_not_answered_is_waited_for_at_the_interval(world):
    async def silent(*_given):
        return True

    world.idp._answer = silent  # the citizen's phone lies in a drawer
    _, begin = await begun(world)

    _, first = await polled(world, begin["auth_req_id"])
    _, early = await polled(world, begin["auth_req_id"])
    world.later(601)
    _, late = await polled(world, begin["auth_req_id"])

    assert (first["error"], early["error"], late["error"]) == (
        "authorization_pending",
        "slow_down",
        "expired_token",
    )


async def test_the_name_of_a_sign_on_is_of_its_application(world):
    await world.state("revenue", "other", PORTAL)
    _, begin = await begun(world)

    status, told = await polled(world, begin["auth_req_id"], "revenue.other")

    assert (status, told["error"]) == (400, "invalid_grant")


async def test_an_application_that_proves_nothing_pushes_to_nobodys_phone(world):
    name = await world.state("revenue", "app", replace(PORTAL, secret_digest=None))

    status, told = await post(f"{world.issuer}/backchannel", ASKED | {"client_id": name})

    assert (status, told["error"]) == (400, "unauthorized_client")
    assert [event for event in world.chain.events if event.name == "RequestOpened"] == []


async def test_a_citizens_phone_is_asked_three_times_at_once_by_all_applications(world):
    tries = [(await begun(world))[0] for _ in range(4)]
    other, _ = await begun(world, login_hint="first-bank:niran")

    assert (tries, other) == ([200, 200, 200, 429], 200)
