"""Joining a ring: a voter posts a one-time key under its name, once, before the opening.

The key follows from the voter's words and the frozen roll, so a lost device loses no vote.
"""

from dataclasses import replace

from client.voting.errors import NotOpen, NotThisElection
from client.voting.facts import Facts
from client.voting.prover import prove_knowledge
from client.voting.seed import VoterSeed
from client.voting.voter import Citizen
from contracts.sdk.group import multiply_base
from contracts.voting.core.messages import UNSIGNED
from contracts.voting.crypto.rings import RING_KEY, key_labels
from contracts.voting.rings.messages import JoinRing, joining_statement


async def joining(seed: VoterSeed, facts: Facts, election_id: str, citizen: Citizen) -> JoinRing:
    """Return what puts a voter's one-time key in the ring of its class; any account may carry it.

    It names the same key each time, so joining again after a crash joins nothing new.

    Raises:
        NotThisElection: no such election, or the voter is not on its roll.
        NotOpen: the roll is not frozen yet.
    """
    election = await facts.election(election_id)
    voter = await facts.voter(election, citizen.sid)
    if voter is None:
        raise NotThisElection(f"this voter is not on the roll of {election_id}")
    roll = election.roll
    if roll is None:
        raise NotOpen(f"the roll of {election_id} is not frozen yet")
    secret = seed.election(roll).ring_secret(voter.class_id)
    key, reference = multiply_base(secret).encoded, election.voter_ref(citizen.sid)
    labels = key_labels(roll, reference, voter.class_id, key)
    unsigned = JoinRing(
        election_id=election_id,
        voter_ref=reference,
        class_id=voter.class_id,
        ring_key=key,
        proof=prove_knowledge(RING_KEY, labels, secret),
        key=citizen.key.public_key,
        signature=UNSIGNED,
    )
    statement = joining_statement(facts.light.genesis.chain_id, roll, unsigned)
    return replace(unsigned, signature=citizen.key.sign(*statement))
