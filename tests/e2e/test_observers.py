"""An observer serves readers and passes on what they submit; it votes once it has a seat."""

import asyncio
from dataclasses import replace

import pytest

from client.rpc import RpcClient
from commands.devnet_files import load_devnet
from primitives.ids import address_of, show_address
from tests.e2e.network import call, running_network, sapha, until
from tests.e2e.payments import Payer
from tests.e2e.test_seats import NEW, Council, deciding

pytestmark = pytest.mark.e2e

NAME = "observer-0"
WAIT_S = 120


async def next_block_after(url: str, act) -> int:
    """Subscribe to blocks, then act; return the height of the first that comes."""
    async with RpcClient([url]) as client:
        blocks = client.subscribe("blocks")
        first = asyncio.ensure_future(anext(blocks))
        await asyncio.sleep(0.5)
        await asyncio.to_thread(act)
        async with asyncio.timeout(30):
            found = await first
        await blocks.aclose()
    return int(found["height"])


def test_an_observer_serves_clients_and_gets_a_seat_by_vote(tmp_path):
    with running_network(tmp_path / "net", "--observers", "1") as network:
        (observer,) = load_devnet(network.directory).observers
        reading = replace(network, rpc=[observer.url])
        payer = Payer(reading, "demo-1")
        before = Payer(reading, "demo-2").balance(0)

        paid = payer.pay(node=0, to="demo-2", amount=7)
        told = asyncio.run(
            next_block_after(observer.url, lambda: payer.pay(node=0, to="demo-2", amount=1))
        )
        rpc = ("--rpc", observer.url)
        head = sapha("chain", "head", "--genesis", network.directory / "genesis.json", *rpc)
        status = call(observer.url, "chain_getStatus")

        assert paid["receipt"]["code"] == "OK"
        assert Payer(reading, "demo-2").balance(0) == before + 8
        assert told > paid["height"]
        assert head.returncode == 0, head.stderr
        assert not status["signing"]["may_sign"]
        assert NAME not in deciding(observer.url)

        council = Council(network, tmp_path)
        names = ("--name-th", "ผู้อ่าน", "--name-en", "Reader")
        address = show_address(address_of(council.newcomer.public_key))
        council.decide(1, "agency", "propose", "admit", NAME, address, "rp", *names)
        council.decide(2, "network", "propose", "seat", NAME)
        last = call(observer.url, "chain_getHeader", at="latest")
        council.sign(NEW, "network", "ready", NAME, last["header"]["height"], last["hash"])

        until(lambda: NAME in deciding(network.rpc[0]), "the observer has a seat", WAIT_S)
        payer.pay(node=0, to="demo-2", amount=1)
        assert call(observer.url, "chain_getStatus")["validators"] == 5
