"""Clients with the genesis alone follow every change of who decides, and believe no other set."""

from dataclasses import replace

import pytest

from client.chain_file import ChainBroken, ChainVerifier, block_line, first_line
from client.head_memory import HeadMemory
from client.light import LightClient
from client.rpc import RpcClient
from genesis.sets import UnknownValidators
from primitives.certificate import BadCertificate
from primitives.set_change import BadSetChange
from tests.client.builders import KEYS, block_answer
from tests.client.changing import (
    ALL_KEYS,
    CHAIN,
    CHANGED,
    CHANGES,
    GENESIS,
    change_at,
    forged_above,
    sealed,
    set_with,
)
from tests.client.test_rpc import serving


def check(light: LightClient, height: int):
    link = CHAIN[height]
    return light.check_header(link.block.header.encode(), link.certificate.encode())


def test_a_client_that_sleeps_through_twenty_changes_follows_them_by_their_proofs():
    light = LightClient(GENESIS)
    with pytest.raises(UnknownValidators):
        check(light, len(CHAIN) - 1)

    for height in CHANGED:
        light.take_set_change(change_at(height).encode())

    assert len(CHANGED) == CHANGES
    assert check(light, len(CHAIN) - 1).header == CHAIN[-1].block.header
    assert check(light, 1).header == CHAIN[1].block.header


def test_a_change_cannot_be_skipped():
    light = LightClient(GENESIS)

    with pytest.raises(UnknownValidators):
        light.take_set_change(change_at(CHANGED[1]).encode())


def test_a_change_that_is_known_is_taken_again():
    light = LightClient(GENESIS)

    for height in (CHANGED[0], CHANGED[1], CHANGED[0]):
        light.take_set_change(change_at(height).encode())

    assert light.sets.last[0] == CHANGED[1] + 1


def test_a_set_that_the_header_does_not_announce_is_refused():
    light = LightClient(GENESIS)

    with pytest.raises(BadSetChange, match="another set"):
        light.take_set_change(change_at(CHANGED[0], following=set_with(*KEYS)).encode())


def test_a_block_that_announces_no_change_is_none():
    light = LightClient(GENESIS)
    light.take_set_change(change_at(CHANGED[0]).encode())
    height = CHANGED[0] + 1

    with pytest.raises(BadSetChange, match="no change"):
        light.take_set_change(change_at(height).encode())


def test_a_change_certified_by_the_set_that_it_makes_is_refused():
    light = LightClient(GENESIS)
    header = CHAIN[CHANGED[0]].block.header
    thieves = set_with(*ALL_KEYS[10:14])
    forged = replace(header, next_validators_hash=thieves.hash)
    link = sealed(forged, thieves, None)

    with pytest.raises(BadCertificate):
        light.take_set_change(
            change_at(
                CHANGED[0],
                header=link.block.header.encode(),
                certificate=link.certificate.encode(),
                following=thieves,
            ).encode()
        )


def test_a_past_set_certifies_nothing_above_the_change_that_ended_it():
    light = LightClient(GENESIS)
    for height in CHANGED:
        light.take_set_change(change_at(height).encode())
    old = replace(CHAIN[9].block.header, validators_hash=GENESIS.validators.hash, time_ms=9)
    forged = sealed(old, GENESIS.validators, None)

    with pytest.raises(BadCertificate, match="other validators than decided it"):
        light.check_header(forged.block.header.encode(), forged.certificate.encode())


def test_a_client_that_saved_where_it_got_to_believes_no_past_set_after_a_restart(tmp_path):
    def client() -> LightClient:
        return LightClient(GENESIS, HeadMemory(tmp_path / "head.json", GENESIS.chain_id))

    before = client()
    for height in CHANGED:
        before.take_set_change(change_at(height).encode())
    check(before, len(CHAIN) - 1)
    forged = forged_above(len(CHAIN) - 1)

    after = client()

    assert after.sets.last == before.sets.last
    with pytest.raises(UnknownValidators):
        after.check_header(forged.block.header.encode(), forged.certificate.encode())
    assert check(after, 3).header == CHAIN[3].block.header


def test_above_a_block_that_announces_a_change_the_set_before_certifies_nothing(tmp_path):
    first = CHANGED[0]
    memory = tmp_path / "head.json"
    check(LightClient(GENESIS, HeadMemory(memory, GENESIS.chain_id)), first)
    forged = forged_above(first)

    after = LightClient(GENESIS, HeadMemory(memory, GENESIS.chain_id))

    with pytest.raises(UnknownValidators):
        after.check_header(forged.block.header.encode(), forged.certificate.encode())
    after.take_set_change(change_at(first).encode())
    assert check(after, first + 1).header == CHAIN[first + 1].block.header


def node_that_knows(heights: list[int]):
    """What a node answers that gives proofs of the changes at these heights, three at a time."""
    last = CHAIN[-1]

    def script(asked: dict) -> dict:
        answer: object = []
        if asked["method"] == "chain_getHeader":
            answer = {
                "header_bytes": "0x" + last.block.header.encode().hex(),
                "certificate": "0x" + last.certificate.encode().hex(),
            }
        elif asked["method"] == "chain_getValidatorChanges":
            above = [at for at in heights if at > asked["params"]["above"]]
            proofs = [(at, change_at(at).encode().hex()) for at in above[:3]]
            answer = [{"height": at, "proof": "0x" + proof} for at, proof in proofs]
        return {"jsonrpc": "2.0", "id": asked["id"], "result": answer}

    return script


async def test_a_client_asks_a_node_for_the_changes_that_it_lacks():
    light = LightClient(GENESIS)

    async with serving(node_that_knows(CHANGED)) as peer, RpcClient([peer.url]) as rpc:
        found = await light.head(rpc)

    assert found.header == CHAIN[-1].block.header


async def test_a_node_that_gives_no_changes_is_not_believed():
    async with serving(node_that_knows([])) as peer, RpcClient([peer.url]) as rpc:
        with pytest.raises(UnknownValidators):
            await LightClient(GENESIS).head(rpc)


def lines(*, without: int | None = None) -> list[str]:
    """The lines of an exported file, one of them without its proof of a change."""
    return [
        block_line(
            block_answer(CHAIN[at]),
            None,
            "0x" + change_at(at).encode().hex() if at in CHANGED and at != without else None,
        )
        for at in range(len(CHAIN))
    ]


def test_a_whole_file_with_changes_verifies():
    verifier = ChainVerifier(GENESIS)
    verifier.take_first(first_line(GENESIS))

    for line in lines():
        verifier.take_block(line)

    assert verifier.height == CHAIN[-1].block.height


def test_a_file_that_lacks_one_proof_of_a_change_is_refused_there():
    verifier = ChainVerifier(GENESIS)
    verifier.take_first(first_line(GENESIS))
    told = lines(without=CHANGED[3])
    for line in told[: CHANGED[3]]:
        verifier.take_block(line)

    with pytest.raises(ChainBroken, match="no set_change"):
        verifier.take_block(told[CHANGED[3]])
