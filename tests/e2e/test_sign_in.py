"""The page for an agency's developer, walked from an empty directory, on real validators."""

import ast
import asyncio
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from client.identity.gateway_token import Login, check_gateway_token
from client.light import LightClient
from client.rpc import RpcClient
from commands.devnet_files import load_devnet
from commands.services.sign_in import RETURNS, TEST_CITIZENS
from tests.e2e.network import running_network
from tests.gateways.openid.world import Browser
from tests.meta.sources import texts

pytestmark = pytest.mark.e2e


def program() -> str:
    """The relying party that the page shows."""
    page = texts()["docs/identity.md"].partition("## Let citizens sign in")[2]
    return re.search(r"```python\n(.*?)```", page, re.S)[1]


@contextmanager
def portal(folder, sign_in: dict):
    """Run the page's program in an empty folder with what `devnet up` printed."""
    (folder / "portal.py").write_text(program(), encoding="utf-8")
    given = {
        "ISSUER": sign_in["issuer"],
        "CLIENT_ID": sign_in["client_id"],
        "CLIENT_SECRET": sign_in["client_secret"],
        "PORT": RETURNS[0].rpartition(":")[2].partition("/")[0],
    }
    process = subprocess.Popen([sys.executable, "portal.py"], cwd=folder, env=os.environ | given)
    try:
        yield RETURNS[0].removesuffix("callback")
    finally:
        process.kill()
        process.wait()


async def signed_in(place: str, citizen: str) -> dict:
    """The claims that the portal shows once a citizen has signed in."""
    browser = Browser(citizen)
    deadline = time.monotonic() + 20
    while True:
        try:
            await browser.visit(place)
            return ast.literal_eval(browser.pages[-1])
        except OSError:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.2)


async def checked(devnet, claims: dict) -> None:
    """Compare with the ledger, believing no node."""
    async with RpcClient(devnet.urls) as rpc:
        login = Login(nonce=claims["nonce"], began_at=int(time.time()) - 120)
        await check_gateway_token(rpc, LightClient(devnet.genesis), claims, login)


def test_a_developer_signs_a_citizen_in_from_an_empty_directory(tmp_path):
    folder = tmp_path / "portal"
    folder.mkdir()
    with running_network(tmp_path / "net", "--with", "identity") as network:
        with portal(folder, network.up["sign_in"]) as place:
            found = [asyncio.run(signed_in(place, name)) for name in TEST_CITIZENS[:2]]

        assert [claims["given_name"] for claims in found] == ["สมชาย", "มาลี"]
        assert found[0]["sub"] != found[1]["sub"]
        for claims in found:
            asyncio.run(checked(load_devnet(network.directory), claims))
