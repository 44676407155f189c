"""Peers whose consensus key changes while blocks are fetched from them."""

import asyncio

from primitives.crypto import PublicKey
from tests.sync.builders import Catcher, FakeNetwork, MemoryLedger, chain, honest, silent

CHAIN = chain(10)


async def test_a_peer_with_another_key_is_passed_over_and_its_late_answer_is_no_fault():
    network = FakeNetwork(rotated=silent, honest=honest(CHAIN))
    catcher = Catcher(MemoryLedger(), network)
    before, after = network.keys["rotated"], PublicKey(b"\x01" + b"\x09" * 32)
    answers = []

    def change_key(request):
        answers.append(honest(CHAIN)(request))
        asyncio.get_running_loop().call_soon(catcher.sync.on_key_changed, before, after)

    network.replies["rotated"] = change_key
    await catcher.catch_up(10, "rotated")
    catcher.sync.on_frame(after, answers[0])

    assert catcher.ledger.height == 10
    assert network.penalised == []
