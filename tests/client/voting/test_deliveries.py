"""A trustee opens the sum of all the ballots, once; never what it is told is the sum."""

import pytest

from client.voting.counting import count_box, delivered
from client.voting.deliveries import Deliveries
from client.voting.errors import BoxRefused, DeliveriesFault, SecondBox
from client.voting.trustee_service import DELIVERED, NOTHING
from contracts.voting.core.state import box, closings
from contracts.voting.core.state import shares as delivered_shares
from primitives.codec import decode, encode
from tests.client.voting.election import ID, Vote

CHAIN, BOX, OTHER = "devnet-1", b"\xc0" * 64, b"\xc1" * 64


@pytest.fixture
async def counted(issued: Vote) -> Vote:
    """Three ballots in a counted box."""
    for name, marks in (("anan", [(2,), (0, 1)]), ("busaba", [(0,), (0,)]), ("chai", [(1,), (2,)])):
        assert await issued.cast(name, marks) == "OK"
    await count(issued)
    return issued


async def count(vote: Vote) -> None:
    vote.chain.to_time(vote.windows["cast_until_ms"])
    await count_box(vote.actor("anybody"), ID)


def values_of(vote: Vote, name: str) -> dict[bytes, bytes]:
    """What all validators together may write as they like: the state of one map."""
    start = b"\0".join([b"voting", name.encode(), ID.encode()])
    committed = vote.chain.blocks.ledger.state.committed
    return {key: value for key, value in committed.items() if key.startswith(start)}


async def test_a_sum_that_validators_name_is_not_opened_when_it_is_one_voter_s_ballot(counted):
    pseudonym = bytes((await counted.wallet("anan")).pseudonym)
    ((key, closing),) = values_of(counted, closings.schema.name).items()
    (ballot,) = [v for k, v in values_of(counted, box.schema.name).items() if pseudonym in k]
    hashed, count, joined, weights = decode(closing, bytes_max=len(closing))
    (one,) = [
        part
        for part in decode(ballot, bytes_max=len(ballot))
        if isinstance(part, bytes) and len(part) == len(joined)
    ]
    counted.chain.blocks.ledger.state.committed[key] = encode((hashed, count, one, weights))
    counted.chain.blocks.seal([], [])  # and all of them seal it

    for name in ("tru-1", "tru-2", "tru-3"):
        with pytest.raises(BoxRefused, match="closings is not what the entries come to"):
            await counted.trustee(name).step(ID, name)

    assert await delivered(counted.facts, await counted.facts.election(ID)) == {}


async def test_the_sum_of_all_ballots_is_opened_and_again_after_a_crash(counted):
    before = counted.chain.fork()

    assert await counted.trustee("tru-1").step(ID, "tru-1") == DELIVERED
    assert await counted.trustee("tru-1").step(ID, "tru-1") == NOTHING

    counted.chain.blocks = before.blocks  # the share was lost on its way
    assert await counted.trustee("tru-1").step(ID, "tru-1") == DELIVERED


async def test_no_share_is_made_for_a_second_box_that_leaves_one_ballot_out(issued: Vote):
    partial = issued.fork()
    for name in ("anan", "busaba", "chai"):
        assert await issued.cast(name, [(0,), (0,)]) == "OK"
    for name in ("busaba", "chai"):
        assert await partial.cast(name, [(0,), (0,)]) == "OK"
    await count(issued)
    await count(partial)
    partial.memory = issued.memory

    assert await issued.trustee("tru-1").step(ID, "tru-1") == DELIVERED
    with pytest.raises(SecondBox, match="difference would open ballots"):
        await partial.trustee("tru-1").step(ID, "tru-1")

    assert await partial.facts.value(delivered_shares, ID, 1) is None


def test_one_box_an_election_is_remembered_for_ever(tmp_path):
    path = tmp_path / "tru-1.words.opened"

    Deliveries(path).keep(CHAIN, "board", BOX)
    Deliveries(path).keep(CHAIN, "board", BOX)
    Deliveries(path).keep(CHAIN, "board.2", OTHER)

    with pytest.raises(SecondBox):
        Deliveries(path).keep(CHAIN, "board", OTHER)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "[]", "nonsense", '{"devnet-1/board": 1'])
def test_a_memory_that_cannot_be_read_makes_no_share(tmp_path, text):
    path = tmp_path / "opened"
    path.write_text(text)

    with pytest.raises(DeliveriesFault, match="opened"):
        Deliveries(path).keep(CHAIN, "board", BOX)
