"""Whatever fails, nobody gets a token for it, nothing is half done, and no log names a person."""

import asyncio
import logging
import sqlite3
import threading

import pytest

from client.errors import NodeUnreachable
from gateways.openid.errors import GatewayFault, OAuthRefused, TooMany
from gateways.openid.limits import Rate, Turns
from gateways.openid.pushed import PushedRequests
from gateways.openid.signing import OVERLAP_S, make_key
from gateways.openid.store import Store
from tests.gateways.openid.world import (
    SECRET,
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


async def tried(world, browser: Browser | None = None, **params: str) -> dict[str, str]:
    return params_of(await (browser or Browser()).visit(address(world.issuer, **params)))


async def test_a_ledger_without_a_quorum_signs_nobody_on(world):
    browser = Browser()
    await tokens_for(world, browser)
    world.chain.has_quorum = False

    told = [await tried(world), await tried(world, browser, prompt="none")]

    assert [each["error"] for each in told] == ["temporarily_unavailable"] * 2


async def test_a_ledger_that_stops_while_a_citizen_answers_gives_no_code_until_it_goes_on(world):
    browser = Browser()
    login = await browser.visit(address(world.issuer), follows=1)
    world.chain.has_quorum = False
    stopped = params_of(await browser.visit(login))

    assert stopped["error"] == "temporarily_unavailable"
    world.chain.has_quorum = True
    assert "code" in await tried(world, browser)


async def test_no_node_that_answers_is_said_to_the_application(world):
    code = await code_for(world)
    world.chain.is_down = True

    status, told = await post(f"{world.issuer}/token", exchange(code), **basic())

    assert (status, told["error"]) == (503, "temporarily_unavailable")
    world.chain.is_down = False
    assert (await post(f"{world.issuer}/token", exchange(code), **basic()))[0] == 200


@pytest.mark.parametrize("off_s", [-120, 120])
async def test_a_clock_that_is_off_signs_nobody_on(world, off_s):
    world.made.logins._now = lambda: world.chain.wall_s() + off_s

    assert (await tried(world))["error"] == "temporarily_unavailable"


async def test_an_idp_that_is_silent_is_temporarily_unavailable(world):
    world.made.providers._own["first-bank"] = "http://127.0.0.1:1"

    assert (await tried(world))["error"] == "temporarily_unavailable"


async def test_an_idp_that_says_another_thing_than_the_ledger_is_believed_nothing(world):
    first = await tokens_for(world)
    told = world.made.providers.told
    other = bytes.fromhex(id_token_in(first)["sapha"]["req_id"])
    world.made.providers.told = lambda idp, _req_id: told(idp, other)

    assert (await tried(world, Browser("malee")))["error"] == "access_denied"


# What a login does in turn: the part of the gateway, and its method.
STEPS = [
    ("logins", "_open"),
    ("providers", "begin"),
    ("providers", "told"),
    ("logins", "found"),
    ("", "grantable"),
]


@pytest.mark.parametrize(("part", "step"), STEPS)
async def test_a_gateway_that_dies_between_two_steps_goes_on_after_its_restart(world, part, step):
    browser, made = Browser(), world.made
    owner = getattr(made, part) if part else made
    works = getattr(owner, step)

    async def dies(*given):
        await works(*given)
        raise asyncio.CancelledError  # nothing after it happens, as in a kill

    setattr(owner, step, dies)
    login = await browser.visit(address(world.issuer), follows=1)
    with pytest.raises(Exception, match="disconnected"):
        await browser.visit(login)
    await world.restart()

    code = params_of(await browser.visit(browser.place))["code"]

    assert (await post(f"{world.issuer}/token", exchange(code), **basic()))[0] == 200


async def test_a_gateway_that_dies_before_it_says_the_code_has_given_nobody_one(world):
    browser, keep = Browser(), world.made.sessions.keep

    def dies(*given):
        keep(*given)
        raise asyncio.CancelledError

    world.made.sessions.keep = dies
    login = await browser.visit(address(world.issuer), follows=1)
    with pytest.raises(Exception, match="disconnected"):
        await browser.visit(login)
    await world.restart()

    code = params_of(await browser.visit(browser.place))["code"]

    assert (await post(f"{world.issuer}/token", exchange(code), **basic()))[0] == 200


async def test_codes_serve_once_across_a_restart(world):
    code, other = await code_for(world), await code_for(world)
    first = await post(f"{world.issuer}/token", exchange(code), **basic())
    await world.restart()

    again = await post(f"{world.issuer}/token", exchange(code), **basic())
    unused = await post(f"{world.issuer}/token", exchange(other), **basic())

    assert (first[0], again[0], unused[0]) == (200, 400, 200)


async def test_two_gateways_behind_one_issuer_are_one(world):
    other = await world.gateway(world.issuer)
    browser = Browser()
    login = await browser.visit(address(world.issuer), follows=1)
    browser.cookies[other.removeprefix("http://")] = dict(
        browser.cookies[world.issuer.removeprefix("http://")]
    )
    code = params_of(await browser.visit(login.replace(world.issuer, other)))["code"]

    tries = await asyncio.gather(
        *(post(f"{url}/token", exchange(code), **basic()) for url in (world.issuer, other) * 3)
    )

    assert sorted(status for status, _ in tries) == [200, 400, 400, 400, 400, 400]


async def test_a_login_gives_one_code_however_often_it_is_finished(world):
    browser = Browser()
    login = await browser.visit(address(world.issuer), follows=1)
    await browser.visit(login, follows=2)
    await world.idp_answers(browser)

    tries = await asyncio.gather(*(Browser.of(browser).visit(world.back_at()) for _ in range(4)))

    assert len([url for url in tries if "code=" in url]) == 1


async def test_keys_rotate_and_old_tokens_verify_through_the_overlap(world):
    before = await tokens_for(world)
    old = (await get(f"{world.issuer}/jwks"))[1]["keys"]
    make_key(world.folder / "keys", world.chain.wall_s() + 60)
    ahead = (await get(f"{world.issuer}/jwks"))[1]["keys"]
    world.later(61)

    after = await tokens_for(world)
    overlap = (await get(f"{world.issuer}/jwks"))[1]["keys"]
    world.later(OVERLAP_S)
    later = (await get(f"{world.issuer}/jwks"))[1]["keys"]

    assert [len(keys) for keys in (old, ahead, overlap, later)] == [1, 2, 2, 1]
    kid = [world.made.keys.jwks()["keys"][0]["kid"]]
    assert [key["kid"] for key in later] == kid != [key["kid"] for key in old]
    assert before["id_token"].split(".")[0] != after["id_token"].split(".")[0]


async def test_a_store_tells_who_reads_its_file_nothing(world):
    tokens = await tokens_for(world)
    data = b"".join(path.read_bytes() for path in world.folder.glob("gateway.db*"))

    words = ["สมชาย", "given_name", "revenue.portal", tokens["access_token"]]
    words += [id_token_in(tokens)["sub"], "สม".encode("unicode_escape").decode()]
    assert [word for word in words if word.encode() in data] == []
    assert len(data) > 4_096


async def test_no_log_names_a_person_or_a_secret(world, caplog):
    caplog.set_level(logging.DEBUG, logger="sapha")
    tokens = await tokens_for(world, scope="openid profile offline_access")
    await tried(world, Browser(agrees=False))
    await tried(world, prompt="none")
    await post(f"{world.issuer}/token", exchange("c" * 43), **basic())
    world.made.grants.redeemable = None
    await post(f"{world.issuer}/token", exchange("c" * 43), **basic())

    assert "token failed: TypeError" in caplog.text
    words = ["สมชาย", SECRET, "somchai", id_token_in(tokens)["sub"], *map(str, tokens.values())]
    lines = [each.getMessage() for each in caplog.records if each.name.startswith("sapha")]
    assert [word for word in words if any(word in line for line in lines)] == []


def test_an_application_has_so_many_turns_and_gets_new_ones_with_time():
    now = [0.0]
    turns = Turns(Rate(a_second=2, at_once=3), lambda: now[0])
    for _ in range(3):
        turns.take("a")

    with pytest.raises(TooMany):
        turns.take("a")
    turns.take("b")
    now[0] = 0.5
    turns.take("a")
    with pytest.raises(TooMany) as refused:
        turns.take("a")
    assert refused.value.status == 429


def test_what_is_written_together_is_written_whole_or_not_at_all(tmp_path):
    store = Store(tmp_path / "s.db", lambda: 10)
    store.put("code", "one", {"a": 1}, 20)

    def dies() -> None:
        with store.together():
            store.take("code", "one")
            raise NodeUnreachable("killed")

    with pytest.raises(NodeUnreachable):
        dies()

    assert store.get("code", "one") == {"a": 1}
    assert store.get("other", "one") is None
    store.close()


def test_a_store_that_is_none_is_said_by_its_name(tmp_path):
    (tmp_path / "s.db").write_bytes(b"no database" * 1_000)

    (tmp_path / "s.db").chmod(0o600)

    with pytest.raises(GatewayFault, match=r"s\.db: the store cannot be used"):
        Store(tmp_path / "s.db", lambda: 10)
    assert sqlite3.sqlite_version


def test_of_two_gateways_one_uses_a_pushed_request(tmp_path):
    stores = [Store(tmp_path / "s.db", lambda: 10) for _ in range(2)]
    first, second = (PushedRequests(store, lambda: 10) for store in stores)
    refused: list[OAuthRefused] = []

    def use() -> None:
        try:
            second.use("urn:x", "another login")
        except OAuthRefused as error:
            refused.append(error)

    late, get = threading.Thread(target=use), stores[0].get

    def slow(*given):
        found = get(*given)
        late.start()
        late.join(0.2)  # as long as the first looks, the second waits
        return found

    stores[0].get = slow
    first.use("urn:x", "one login")
    late.join()

    assert len(refused) == 1
    for store in stores:
        store.close()
