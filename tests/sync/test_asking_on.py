"""Who caught up asks on until who served it has no more: an idle network says the last no more."""

from tests.sync.builders import Catcher, FakeNetwork, MemoryLedger, chain, honest, silent

CHAIN = chain(10)


async def test_what_was_decided_while_it_caught_up_is_fetched_though_nobody_claims_it():
    network = FakeNetwork(peer=honest(CHAIN), other=silent)
    catcher = Catcher(MemoryLedger(), network)

    await catcher.catch_up(7, "peer")

    assert catcher.ledger.height == 10
    assert [(name, request.from_height) for name, request in network.asked] == [
        ("peer", 1),
        ("peer", 8),
        ("peer", 11),
    ]
    assert network.penalised == []


async def test_who_has_no_more_than_was_claimed_is_not_blamed():
    network = FakeNetwork(peer=honest(CHAIN[:4]))
    catcher = Catcher(MemoryLedger(), network)

    await catcher.catch_up(4, "peer")

    assert catcher.ledger.height == 4
    assert network.penalised == []
