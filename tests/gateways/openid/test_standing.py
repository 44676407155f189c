"""What ended between a login and its tokens is found at each giving: code, refresh, userinfo."""

import pytest

from contracts.identity.nodes.messages import SetNodeStatus
from contracts.identity.subjects.messages import SetSubjectStatus
from tests.gateways.openid.test_applications import PUBLIC
from tests.gateways.openid.test_ends import OFFLINE, known, refreshed
from tests.gateways.openid.world import (
    CALLBACK,
    PORTAL,
    Browser,
    address,
    basic,
    code_for,
    exchange,
    post,
    tokens_for,
)


async def freeze(world) -> None:
    frozen = SetSubjectStatus(world.citizens[0].sid, "frozen", "")
    assert (await world.chain.office("supervisor").send(frozen)).is_ok


async def end_key(world) -> None:
    ended = world.citizens[0].wallet.permissions.end_key("revenue")
    assert (await world.chain.office("faces").send(ended)).is_ok


async def withdraw(world) -> None:
    for visit in world.idp._visits.values():
        withdrawn = world.citizens[0].wallet.permissions.withdraw(visit.con_id, "revenue")
        assert (await world.chain.office("faces").send(withdrawn)).is_ok


async def suspend_idp(world) -> None:
    suspended = SetNodeStatus("first-bank", "suspended", "")
    assert (await world.chain.office("supervisor").send(suspended)).is_ok


async def suspend_agency(world) -> None:
    suspended = SetNodeStatus("revenue", "suspended", "")
    assert (await world.chain.office("supervisor").send(suspended)).is_ok


async def end_application(world) -> None:
    await world.state("revenue", "portal", PORTAL, is_active=False)


async def move_application(world) -> None:
    await world.state("revenue", "portal", PORTAL, redirects=(CALLBACK + "2",))


ENDS = [
    freeze,
    end_key,
    withdraw,
    suspend_idp,
    suspend_agency,
    end_application,
    move_application,
]


async def redeemed(world, code: str) -> int:
    return (await post(f"{world.issuer}/token", exchange(code), **basic()))[0]


@pytest.mark.parametrize("end", ENDS)
async def test_nothing_is_given_for_what_has_ended(world, end):
    code = await code_for(world)
    tokens = await tokens_for(world, **OFFLINE)

    await end(world)

    assert await redeemed(world, code) in (400, 401)
    assert await known(world, tokens) == 401
    assert (await refreshed(world, tokens))[0] in (400, 401)


@pytest.mark.parametrize("end", [suspend_agency, end_application, move_application])
async def test_no_code_is_made_for_an_application_that_has_ended_and_nobody_is_sent_there(
    world, end
):
    browser = Browser()
    login = await browser.visit(address(world.issuer), follows=1)
    await browser.visit(login, follows=2)
    await world.idp_answers(browser)

    await end(world)

    assert not (await browser.visit(world.back_at())).startswith(CALLBACK)


async def test_a_ledger_without_a_quorum_gives_nothing_more(world):
    code = await code_for(world)
    tokens = await tokens_for(world, **OFFLINE)
    world.made.logins._now = lambda: world.chain.wall_s() + 90

    given = [await redeemed(world, code), await known(world, tokens)]

    assert [*given, (await refreshed(world, tokens))[0]] == [503, 503, 503]
    world.made.logins._now = world.chain.wall_s
    assert await redeemed(world, code) == 200


async def public_tokens(world) -> tuple[str, dict]:
    name = await world.state("revenue", "app", PUBLIC)
    code = await code_for(world, client_id=name, scope="openid offline_access")
    return name, (await post(f"{world.issuer}/token", exchange(code, client_id=name)))[1]


async def renewed(world, name: str, token: str) -> tuple[int, dict]:
    form = {"grant_type": "refresh_token", "client_id": name, "refresh_token": token}
    return await post(f"{world.issuer}/token", form)


async def test_a_public_refresh_token_that_is_used_twice_ends_what_it_gave(world):
    name, first = await public_tokens(world)
    _, second = await renewed(world, name, first["refresh_token"])

    again, _ = await renewed(world, name, first["refresh_token"])

    assert again == 400
    assert (await renewed(world, name, second["refresh_token"]))[0] == 400
    assert await known(world, second) == 401


async def test_a_passing_fault_spends_no_public_refresh_token(world):
    name, first = await public_tokens(world)
    place = world.made.providers._own["first-bank"]
    world.made.providers._own["first-bank"] = "http://127.0.0.1:1"
    faulty, _ = await renewed(world, name, first["refresh_token"])
    world.made.providers._own["first-bank"] = place

    assert (faulty, (await renewed(world, name, first["refresh_token"]))[0]) == (503, 200)


async def test_a_spent_code_that_another_shows_ends_nothing(world):
    other = await world.state("revenue", "other", PORTAL)
    code = await code_for(world)
    _, tokens = await post(f"{world.issuer}/token", exchange(code), **basic())

    stolen, _ = await post(f"{world.issuer}/token", exchange(code), **basic(other))

    assert stolen == 400
    assert await known(world, tokens) == 200
