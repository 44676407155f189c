"""Catching up: with one honest peer it ends at the claimed height, whatever the others do."""

import asyncio
from dataclasses import replace

import pytest

from node.sync.wire import Blocks
from primitives.block import last_certificate_hash_of
from primitives.crypto import Signature
from primitives.errors import InvariantBroken
from primitives.ids import Height
from tests.sync.builders import (
    KEYS,
    Catcher,
    FakeNetwork,
    MemoryLedger,
    answer,
    block_after,
    chain,
    committed,
    honest,
    silent,
    state_root,
)

CHAIN = chain(10)


def lying(change):
    """Answers a request with `change(request, the honest blocks)`."""
    return lambda request: change(request, CHAIN[request.from_height - 1 :][: request.count])


def changed(change, *, at=0):
    """Answers with block `at` of the range replaced by `change(it, the next one)`."""

    def reply(request):
        chosen = list(CHAIN[request.from_height - 1 :][: request.count])
        place = min(at, len(chosen) - 1)
        following = (*chosen, CHAIN[0])[place + 1]
        chosen[place] = change(chosen[place], following)
        return answer(request, chosen)

    return reply


def under(certify):
    """Answers with one honest block under another certificate."""

    def reply(request):
        chosen = CHAIN[request.from_height - 1 :][:1]
        sent = tuple(b.block.encode() for b in chosen)
        return Blocks(request.request_id, sent, certify(chosen)).encode()

    return reply


def carrying(committed_block, last):
    """The block with another certificate of its parent, under a header that fits."""
    block = committed_block.block
    header = replace(block.header, last_certificate_hash=last_certificate_hash_of(last))
    return committed(replace(block, header=header, last_certificate=last))


def _flipped(data):
    return data[:-1] + bytes([data[-1] ^ 1])


def _bad_seal(committed_block, _next):
    last = committed_block.block.last_certificate
    if last is None:
        return carrying(committed_block, CHAIN[0].certificate.unchecked)
    seals = (*last.signatures[:-1], Signature(_flipped(last.signatures[-1])))
    return carrying(committed_block, replace(last, signatures=seals))


def _flipped_block(request, blocks):
    first, *rest = (b.block.encode() for b in blocks)
    sent = (_flipped(first), *rest)
    return Blocks(request.request_id, sent, blocks[-1].certificate.encode()).encode()


def _skipped(request, blocks):
    return answer(request, blocks[1:])


def _fork(committed_block, _next):
    """A block of the liar's own making; the next one proves the true one."""
    parent = CHAIN[committed_block.block.height - 1].block.header
    return committed(block_after(parent))


def _too_many(request, _blocks):
    return answer(request, chain(11)[: request.count + 1])


LIES = {
    "the certificate of another block": under(lambda chosen: CHAIN[0].certificate.encode()),
    "a certificate cut short": under(lambda chosen: chosen[-1].certificate.encode()[:-1]),
    "a seal that does not verify": under(lambda chosen: _flipped(chosen[-1].certificate.encode())),
    "no certificate of the last block": under(lambda _chosen: None),
    "a first block with a false seal of its parent": changed(_bad_seal),
    "a later block with a false seal of its parent": changed(_bad_seal, at=1),
    "a block without a certificate of its parent": changed(lambda b, _n: carrying(b, None), at=1),
    "a block with a changed byte": lying(_flipped_block),
    "a block left out": lying(_skipped),
    "a block sent twice": changed(lambda _block, following: following),
    "a block of its own": changed(_fork),
    "more blocks than asked": lying(_too_many),
    "nothing, though it claims to have it": lying(lambda r, _b: answer(r, ())),
    "no answer at all": silent,
    "no message": lambda _request: b"\xff" * 100,
    "a message of an unknown kind": lambda _request: b"\x93\xa3lie\x01\x90",
    "an answer to another request": lying(lambda r, b: Blocks(r.request_id + 9, (), None).encode()),
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_liar_is_reported_and_an_honest_peer_finishes(lie):
    catcher = Catcher(MemoryLedger(), FakeNetwork(liar=LIES[lie], honest=honest(CHAIN)))

    await catcher.catch_up(10, "liar")

    assert catcher.committed == list(range(1, 11))
    assert {name for name, _reason in catcher.network.penalised} == {"liar"}
    assert catcher.halts == []


async def test_one_honest_peer_is_enough_among_every_kind_of_liar():
    liars = {f"liar{i}": lie for i, lie in enumerate(LIES.values())}
    catcher = Catcher(MemoryLedger(), FakeNetwork(**liars, honest=honest(CHAIN)))

    await catcher.catch_up(10, *liars)

    assert catcher.ledger.height == 10
    assert {name for name, _reason in catcher.network.penalised} == set(liars)


async def test_blocks_committed_before_a_lie_stay_committed():
    network = FakeNetwork(liar=changed(_bad_seal, at=3))
    catcher = Catcher(MemoryLedger(), network)

    await catcher.catch_up(10, "liar")

    assert catcher.committed == [1, 2]
    assert len(network.penalised) == 1


async def test_a_claimed_height_that_nobody_has_ends_without_harm():
    network = FakeNetwork(liar=honest(CHAIN[:4]), honest=honest(CHAIN))
    catcher = Catcher(MemoryLedger(), network)

    await catcher.catch_up(2**62, "liar")

    assert catcher.ledger.height == 10
    assert [name for name, _reason in network.penalised] == ["liar"]
    assert not catcher.sync.is_catching_up


async def test_a_peer_still_deciding_the_height_it_spoke_of_is_not_blamed():
    network = FakeNetwork(peer=honest(CHAIN[:9]))
    catcher = Catcher(MemoryLedger(), network)

    await catcher.catch_up(10, "peer")

    assert catcher.ledger.height == 9
    assert network.penalised == []


async def test_peers_that_claim_the_height_are_asked_first():
    network = FakeNetwork(other=honest(CHAIN), claimant=honest(CHAIN))
    catcher = Catcher(MemoryLedger(), network)

    await catcher.catch_up(10, "claimant")

    assert {name for name, _request in network.asked} == {"claimant"}


async def test_a_peer_that_cannot_be_asked_now_is_passed_over_without_blame():
    network = FakeNetwork(busy=honest(CHAIN), free=honest(CHAIN))
    network.busy.add("busy")
    catcher = Catcher(MemoryLedger(), network)

    await catcher.catch_up(10, "busy")

    assert catcher.ledger.height == 10
    assert network.penalised == []


async def test_long_gaps_are_fetched_in_ranges():
    blocks = chain(150)
    network = FakeNetwork(peer=honest(blocks))
    catcher = Catcher(MemoryLedger(), network)

    await catcher.catch_up(150, "peer")

    ranges = [(request.from_height, request.count) for _name, request in network.asked]
    assert ranges == [(1, 64), (65, 64), (129, 22), (151, 64)]
    assert catcher.ledger.height == 150


async def test_a_request_while_catching_up_extends_the_same_loop():
    network = FakeNetwork(peer=honest(CHAIN))
    catcher = Catcher(MemoryLedger(), network)
    catcher.sync.request(Height(4), [network.keys["peer"]])

    await catcher.catch_up(10, "peer")

    assert catcher.committed == list(range(1, 11))


async def test_a_height_this_node_has_starts_nothing():
    network = FakeNetwork(peer=honest(CHAIN))
    catcher = Catcher(MemoryLedger(CHAIN), network)

    await catcher.catch_up(10, "peer")

    assert network.asked == []


async def test_a_block_that_ordering_committed_meanwhile_is_skipped():
    ledger = MemoryLedger()

    def reply(request):
        if ledger.height == 0:
            ledger.commit(CHAIN[0].block, CHAIN[0].certificate)
        return honest(CHAIN)(request)

    catcher = Catcher(ledger, FakeNetwork(peer=reply))
    await catcher.catch_up(10, "peer")

    assert ledger.height == 10
    assert catcher.committed == list(range(2, 11))
    assert catcher.network.penalised == []


async def test_a_block_that_finds_no_room_is_committed_once_there_is_some():
    ledger = MemoryLedger()
    ledger.refusals = 3
    catcher = Catcher(ledger, FakeNetwork(peer=honest(CHAIN)))

    await catcher.catch_up(10, "peer")

    assert catcher.committed == list(range(1, 11))
    assert catcher.network.penalised == []


async def test_each_block_is_stored_with_orderings_note_of_that_moment():
    ledger = MemoryLedger()

    await Catcher(ledger, FakeNetwork(peer=honest(CHAIN[:3]))).catch_up(3, "peer")

    assert ledger.notes == [b"note 0", b"note 1", b"note 2"]


async def test_a_proved_block_that_execution_contradicts_halts_this_node():
    ledger = MemoryLedger(root_of=lambda height: state_root(height + (height == 3)))
    catcher = Catcher(ledger, FakeNetwork(peer=honest(CHAIN)))

    await catcher.catch_up(10, "peer")
    await catcher.catch_up(10, "peer")

    assert catcher.committed == [1, 2]
    assert len(catcher.halts) == 1
    assert "certificate of block 3: state_root" in catcher.halts[0]
    assert catcher.network.penalised == []


async def test_a_certificate_by_too_few_or_by_strangers_proves_nothing():
    block = CHAIN[0].block
    two_seals = committed(block)
    made = two_seals.certificate.unchecked
    fewer = replace(made, signers=b"\x03", signatures=made.signatures[:2])
    two_seals.certificate.unchecked = fewer
    network = FakeNetwork(liar=lambda request: answer(request, [two_seals]))
    catcher = Catcher(MemoryLedger(), network)

    await catcher.catch_up(1, "liar")

    assert catcher.ledger.height == 0
    assert "2 seals, needed are 3" in network.penalised[0][1]


async def test_a_false_certificate_of_the_head_is_refused_though_the_block_is_proven():
    ledger = MemoryLedger()
    ledger.commit(CHAIN[0].block, CHAIN[0].certificate)
    false = _bad_seal(CHAIN[1], None)
    network = FakeNetwork(liar=lambda request: answer(request, [false]))
    catcher = Catcher(ledger, network)

    await catcher.catch_up(2, "liar")

    assert ledger.height == 1
    assert "the seal of" in network.penalised[0][1]


async def test_another_certificate_of_the_head_than_the_own_is_taken():
    ledger = MemoryLedger()
    ledger.commit(CHAIN[0].block, committed(CHAIN[0].block, KEYS[1:]).certificate)
    catcher = Catcher(ledger, FakeNetwork(peer=honest(CHAIN)))

    await catcher.catch_up(10, "peer")

    assert catcher.ledger.height == 10


async def test_any_quorum_of_the_set_proves_a_block():
    other_quorum = [committed(CHAIN[0].block, KEYS[1:])]
    catcher = Catcher(MemoryLedger(), FakeNetwork(peer=honest(other_quorum)))

    await catcher.catch_up(1, "peer")

    assert catcher.committed == [1]


async def test_a_refusing_store_ends_the_run_with_its_error():
    class Refusing(MemoryLedger):
        def commit(self, block, certificate, note):
            raise InvariantBroken("the store refused")

    catcher = Catcher(Refusing(), FakeNetwork(peer=honest(CHAIN)))
    catcher.sync.request(Height(10), [catcher.network.keys["peer"]])

    with pytest.raises(ExceptionGroup) as raised:
        await asyncio.wait_for(catcher.sync.run(), 5)

    assert raised.group_contains(InvariantBroken, match="the store refused")


async def test_a_peer_that_disconnects_is_passed_over_at_once_without_blame():
    network = FakeNetwork(gone=silent, honest=honest(CHAIN))
    catcher = Catcher(MemoryLedger(), network)
    network.replies["gone"] = lambda _request: (
        asyncio.get_running_loop().call_soon(catcher.sync.on_disconnected, network.keys["gone"])
        and None
    )

    await catcher.catch_up(10, "gone")

    assert catcher.ledger.height == 10
    assert network.penalised == []


async def test_an_answer_that_comes_late_is_dropped_and_the_next_unasked_one_is_a_fault():
    network = FakeNetwork(slow=silent, honest=honest(CHAIN))
    catcher = Catcher(MemoryLedger(), network)
    await catcher.catch_up(10, "slow")
    late = honest(CHAIN)(network.asked[0][1])
    network.penalised.clear()

    catcher.sync.on_frame(network.keys["slow"], late)
    assert network.penalised == []
    catcher.sync.on_frame(network.keys["slow"], late)

    assert network.penalised == [("slow", "sent blocks that nobody asked for")]


async def test_every_request_given_up_may_be_answered_late_once():
    network = FakeNetwork(slow=silent)
    catcher = Catcher(MemoryLedger(), network)
    for _ in range(2):
        await catcher.catch_up(10, "slow")
    network.penalised.clear()

    for _ in range(3):
        catcher.sync.on_frame(network.keys["slow"], Blocks(1, (), None).encode())

    assert len(network.penalised) == 1


async def test_a_late_answer_to_an_older_request_does_not_answer_the_new_one():
    network = FakeNetwork(slow=silent)
    catcher = Catcher(MemoryLedger(), network)
    await catcher.catch_up(10, "slow")
    older = network.asked[0][1]
    network.replies["slow"] = lambda _request: answer(older, CHAIN[:1])

    await catcher.catch_up(10, "slow")

    assert catcher.ledger.height == 0
    assert [reason[:9] for _name, reason in network.penalised] == ["no blocks", "no blocks"]
