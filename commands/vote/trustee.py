"""`sapha vote trustee`: one trustee's secret, and its acts as they become due.

The secret is 24 words in a file of its owner only. Too many trustees who lose it lose the votes:
nobody else can decrypt them, and no key is ever made anew.
"""

from client.voting.seed import VoterSeed
from client.voting.trustee_service import TrusteeService
from commands.output import Shown, say
from commands.vote.acting import Session


async def step(session: Session, election_id: str, agency: str, *, seed: VoterSeed) -> Shown:
    """Do what is due at this height: commit, reveal, deal, complain, answer, or deliver."""
    act = await _service(session, seed).step(election_id, agency)
    return Shown({"act": act}, act)


async def run(session: Session, election_id: str, agency: str, *, seed: VoterSeed) -> Shown:
    """Do everything as it becomes due, until the shares are delivered."""
    if not session.is_quiet:
        say(f"doing the part of {agency} in {election_id}; stop with Ctrl-C, start again any time")
    done = await _service(session, seed).run(election_id, agency)
    return Shown({"acts": done}, "\n".join(done) or "nothing was due")


def _service(session: Session, seed: VoterSeed) -> TrusteeService:
    return TrusteeService(session.actor, session.facts, seed.secret)
