"""Ballots of real voters whose last proof is wrong: what a validator must check to the end.

Each is signed by its pseudonym and carries good tokens, so that only the last proof is at fault.
"""

import os
from collections.abc import Callable
from dataclasses import replace

from bench.voting_network import DESIGN, Voter, prepare
from client.rpc import RpcClient
from commands.devnet_files import Devnet
from contracts.voting.box.messages import CastBallot
from contracts.voting.crypto.ballots import CAST, cast_hash
from primitives.transaction import Transaction
from scenes.kit.cast import Agencies
from scenes.voting.cast import Hall, assembled

_VOTERS = 30
_WINDOWS = {  # steps after issue_from_ms: long enough for all storms of one run
    "request_until_ms": 40,
    "issue_until_ms": 80,
    "cast_from_ms": 84,
    "cast_until_ms": 50_000,
    "decrypt_until_ms": 50_200,
}
_PROOF_PART = 32  # bytes of a proof's last scalar


async def wrong_ballots(
    devnet: Devnet, rpc: RpcClient, agencies: Agencies
) -> Callable[[int], list[Transaction]]:
    """Open an election for casting; return what signs so many wrong ballots, all different."""
    async with assembled(devnet, rpc, agencies, DESIGN) as hall:
        windows, voters = await prepare(hall, _VOTERS, dict(_WINDOWS))
        await hall.clock.until(windows["cast_from_ms"])

    def sign(count: int) -> list[Transaction]:
        return [_wrong(hall, voters[number % len(voters)]) for number in range(count)]

    return sign


def _wrong(hall: Hall, voter: Voter) -> Transaction:
    made = voter.ballot.cast()
    ballot = made.ballot
    *answers, last = ballot.answers
    last = replace(last, proofs=(*last.proofs[:-1], _with_other_end(last.proofs[-1])))
    changed = replace(ballot, answers=(*answers, last))
    key = voter.person.seed.election(voter.wallet.facts.context).pseudonym
    signature = key.sign(CAST, cast_hash(voter.ballot.statement, changed))
    wrong: CastBallot = replace(made, ballot=replace(changed, signature=signature))
    return voter.wallet.sign(wrong)


def _with_other_end(proof: bytes) -> bytes:
    """Return a proof whose last scalar is another one below the group's order."""
    return proof[:-_PROOF_PART] + os.urandom(_PROOF_PART - 1) + bytes(1)
