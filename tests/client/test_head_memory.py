"""A light client never goes back, never takes another block at a height, and asks a second node."""

import json
from contextlib import asynccontextmanager

import pytest

from client.errors import ForkProven, HeadFileFault, HeadWentBack
from client.head_memory import CertifiedHeader, HeadMemory
from client.light import LightClient
from client.rpc import RpcClient
from client.second_opinion import second_opinion
from tests.client.builders import State, make_chain, make_genesis
from tests.client.test_rpc import serving

GENESIS = make_genesis()
CHAIN = make_chain(GENESIS, State({b"a": b"b"}), 10)
FORK = make_chain(GENESIS, State({b"a": b"other"}), 10)


def certified(height: int, chain=CHAIN) -> CertifiedHeader:
    link = chain[height]
    return CertifiedHeader(link.block.header, link.certificate.encode())


def bytes_of(height: int, chain=CHAIN) -> tuple[bytes, bytes]:
    seen = certified(height, chain)
    return seen.header.encode(), seen.certificate


@asynccontextmanager
async def node(last: int, chain=CHAIN):
    """Serve the headers of `chain` up to `last`; give the address."""

    def header(asked):
        at = asked["params"]["at"]
        encoded, certificate = bytes_of(last if at == "latest" else at, chain)
        shown = {"header_bytes": "0x" + encoded.hex(), "certificate": "0x" + certificate.hex()}
        return {"jsonrpc": "2.0", "id": asked["id"], "result": shown}

    async with serving(header) as peer:
        yield peer.url


@pytest.fixture
def path(tmp_path):
    return tmp_path / "head.json"


def light_at(path) -> LightClient:
    return LightClient(GENESIS, HeadMemory(path, GENESIS.chain_id))


async def test_a_node_that_goes_back_is_refused_also_after_a_restart(path):
    async with node(7) as url, RpcClient([url]) as rpc:
        await light_at(path).head(rpc)

    async with node(6) as url, RpcClient([url]) as rpc:
        with pytest.raises(HeadWentBack, match=r"block 6 as its last, .* has verified block 7"):
            await light_at(path).head(rpc)


async def test_the_same_and_a_higher_block_are_taken_and_the_highest_remembered(path):
    for last in (5, 5, 8):
        async with node(last) as url, RpcClient([url]) as rpc:
            await light_at(path).head(rpc)

    assert json.loads(path.read_text())["height"] == 8
    assert HeadMemory(path, GENESIS.chain_id).highest == certified(8)


def test_a_block_of_before_is_no_going_back_where_it_is_asked_for(path):
    light = light_at(path)
    light.check_header(*bytes_of(8))

    assert light.check_header(*bytes_of(3)).header.height == 3
    assert HeadMemory(path, GENESIS.chain_id).highest == certified(8)


def test_another_certified_block_at_the_highest_height_is_a_fork_and_both_are_kept(path):
    light_at(path).check_header(*bytes_of(8))

    with pytest.raises(ForkProven, match=r"THE CHAIN HAS FORKED: two certified .* height 8"):
        light_at(path).check_header(*bytes_of(8, FORK))

    kept = json.loads(path.with_name("head.json.fork-8.json").read_text())["headers"]
    assert [item["block_hash"] for item in kept] == [
        "0x" + chain[8].block.hash.hex() for chain in (CHAIN, FORK)
    ]
    assert HeadMemory(path, GENESIS.chain_id).highest == certified(8)


def test_nothing_half_written_is_ever_read(path):
    light_at(path).check_header(*bytes_of(4))
    path.with_name("head.json.new").write_text("{half")

    light_at(path).check_header(*bytes_of(5))

    assert HeadMemory(path, GENESIS.chain_id).highest == certified(5)


@pytest.mark.parametrize(
    "text", ["", "{}", '{"format": 2}', "[1]", '{"format": 1, "header": "0x"}']
)
def test_a_damaged_file_is_refused_by_name_and_not_replaced(path, text):
    path.write_text(text)

    with pytest.raises(HeadFileFault, match=r"head.json: not a file of a remembered block"):
        HeadMemory(path, GENESIS.chain_id)

    assert path.read_text() == text


def test_a_file_of_another_network_is_refused(path):
    light_at(path).check_header(*bytes_of(4))

    with pytest.raises(HeadFileFault, match="use another file for each network"):
        HeadMemory(path, make_genesis(time_ms=1).chain_id)


def test_where_nothing_can_be_written_the_client_says_so(tmp_path):
    with pytest.raises(HeadFileFault, match="No such file or directory"):
        light_at(tmp_path / "absent" / "head.json").check_header(*bytes_of(4))


async def compare(first_url: str, second_url: str, light: LightClient):
    async with RpcClient([first_url]) as first, RpcClient([second_url]) as second:
        return await second_opinion(light, first, second)


async def test_two_nodes_with_one_chain_agree():
    async with node(8) as one, node(7) as other:
        opinion = await compare(one, other, LightClient(GENESIS))

    assert (opinion.height, opinion.stale, opinion.warning) == (7, None, None)


@pytest.mark.parametrize("is_first_behind", [True, False])
async def test_the_node_that_is_behind_is_named(is_first_behind):
    async with node(8) as ahead, node(3) as behind:
        pair = (behind, ahead) if is_first_behind else (ahead, behind)
        opinion = await compare(*pair, LightClient(GENESIS))

    assert opinion.stale == behind
    assert (opinion.height, opinion.behind_blocks) == (3, 5)
    assert "is 5 blocks (" in opinion.warning


@pytest.mark.parametrize("second_last", [8, 5, 9])
async def test_two_certified_blocks_at_one_height_are_a_fork_said_loudly(path, second_last):
    async with node(8) as one, node(second_last, FORK) as other:
        with pytest.raises(ForkProven, match="THE CHAIN HAS FORKED"):
            await compare(one, other, LightClient(GENESIS))
        with pytest.raises(ForkProven):
            await compare(one, other, light_at(path))

    assert len(list(path.parent.glob("head.json.fork-*.json"))) == 1
