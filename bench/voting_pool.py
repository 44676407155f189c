"""Ballots sealed on all cores: what takes the bench itself longest while validators are idle."""

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import repeat

from client.voting.facts import ElectionFacts
from client.voting.seed import VoterSeed
from client.voting.voter import Marks, PreparedBallot, VoterWallet

_CHUNK = 32  # ballots a process takes at once

Slip = tuple[VoterSeed, bytes, Marks]  # whose, with which token, marked how


def sealed(facts: ElectionFacts, slips: Sequence[Slip]) -> list[PreparedBallot]:
    """Return a sealed ballot for each slip, in order, made by as many processes as cores.

    The processes are new ones, not copies of this, which has threads and sockets: who calls needs
    a `__main__` guard.
    """
    facts = replace(facts, keys=())  # which no ballot needs, and which no process could be sent
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        return list(pool.map(_seal, repeat(facts), slips, chunksize=_CHUNK))


def _seal(facts: ElectionFacts, slip: Slip) -> PreparedBallot:
    seed, token, marks = slip
    return VoterWallet(seed, facts, 0).ballot(token, marks, None)
