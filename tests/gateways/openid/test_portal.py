"""The relying party that the page shows, which people copy: it takes no answer but its own."""

import ast
import asyncio
import os
import sys
from contextlib import asynccontextmanager

import pytest

from tests.e2e.test_sign_in import program
from tests.gateways.openid.world import PORTAL, SECRET, Browser, free_port

STRANGE = [
    "/callback?code=x&state=made-up",
    "/callback",
    "/callback?error=access_denied",
]


@asynccontextmanager
async def portal(world):
    """The page's program, running for a world; where it is."""
    port = free_port()
    place = f"http://127.0.0.1:{port}/"
    await world.state("revenue", "portal", PORTAL, redirects=(place + "callback",))
    (world.folder / "portal.py").write_text(program(), encoding="utf-8")
    given = {"ISSUER": world.issuer, "CLIENT_ID": "revenue.portal", "CLIENT_SECRET": SECRET}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "portal.py",
        cwd=world.folder,
        env=os.environ | given | {"PORT": str(port)},
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(20):
            while not await is_there(place):  # noqa: ASYNC110 - a process tells no event
                await asyncio.sleep(0.1)
        yield place
    finally:
        process.kill()
        await process.wait()


async def is_there(place: str) -> bool:
    try:
        await Browser().visit(place, follows=1)
    except OSError:
        return False
    return True


async def test_the_portal_of_the_page_signs_a_citizen_in(world):
    async with portal(world) as place:
        browser = Browser()
        await browser.visit(place)

    assert ast.literal_eval(browser.pages[-1])["given_name"] == "สมชาย"


@pytest.mark.parametrize("strange", STRANGE)
async def test_the_portal_of_the_page_takes_no_answer_that_it_did_not_ask_for(world, strange):
    async with portal(world) as place:
        browser = Browser()
        await browser.visit(place, follows=1)
        await browser.visit(place + strange[1:], follows=1)

    assert browser.pages[-1].startswith("not signed in")


async def test_the_portal_of_the_page_takes_no_answer_in_another_browser_or_of_another_issuer(
    world,
):
    async with portal(world) as place:
        own, other, mixed = Browser(), Browser("malee"), Browser()
        await other.visit(place, follows=1)
        login = await own.visit(place, follows=3)
        key = own._filled(own.pages[-1])
        key["act"] = "agree"
        at_idp = await own.visit(login, key, follows=1)
        back = await own.visit(at_idp, {"citizen": "somchai"}, follows=2)
        await other.visit(back, follows=1)
        await mixed.visit(place, follows=1)
        mixed.cookies = own.cookies
        await mixed.visit(back.replace("iss=", "iss=x"), follows=1)

    assert "/callback?code=" in back
    assert other.pages[-1].startswith("not signed in")
    assert mixed.pages[-1].startswith("not signed in")
