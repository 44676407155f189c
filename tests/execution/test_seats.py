"""A seat by vote, through the whole ledger: proposed, voted, ready, and then it decides."""

from client.light import LightClient
from primitives.ids import Height
from tests.execution.seated import chain_with_a_seat_by_vote


def test_a_node_of_the_genesis_gets_a_seat_by_vote_and_clients_follow(tmp_path):
    chain = chain_with_a_seat_by_vote(tmp_path)

    after = chain.ledger.head()
    before = chain.genesis.validators.members
    assert [one.name for one in after.validators.members if one not in before] == ["v4"]
    assert after.since == {"v4": after.header.height + 1}
    assert after.header.next_validators_hash == after.validators.hash
    ((height, proof),) = chain.ledger.reads.set_changes(Height(0), 10)
    light = LightClient(chain.genesis)
    light.take_set_change(proof)
    assert height == after.header.height
    assert light.sets.last == (height + 1, after.validators)
    reopened = chain.reopen().head()
    assert (reopened.order, reopened.validators) == (after.order, after.validators)
