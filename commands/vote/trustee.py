"""`sapha vote trustee`: one trustee's secret, and its acts as they become due.

The secret is 24 words in a file of its owner only. Too many trustees who lose it lose the votes:
nobody else can decrypt them, and no key is ever made anew.
"""

from pathlib import Path

from client.voting.deliveries import Deliveries
from client.voting.trustee_service import TrusteeService
from commands.output import Shown, say
from commands.vote.acting import Session
from commands.vote.reading import read_seed

_OPENED = ".opened"


async def step(session: Session, election_id: str, agency: str, *, secret: Path) -> Shown:
    """Do what is due at this height: commit, reveal, deal, complain, answer, or deliver."""
    act = await _service(session, secret).step(election_id, agency)
    return Shown({"act": act}, act)


async def run(session: Session, election_id: str, agency: str, *, secret: Path) -> Shown:
    """Do everything as it becomes due, until the shares are delivered."""
    if not session.is_quiet:
        say(f"doing the part of {agency} in {election_id}; stop with Ctrl-C, start again any time")
    done = await _service(session, secret).run(election_id, agency)
    return Shown({"acts": done}, "\n".join(done) or "nothing was due")


def _service(session: Session, secret: Path) -> TrusteeService:
    """Return the service of a secret, which remembers beside its file what it has opened."""
    deliveries = Deliveries(secret.with_name(secret.name + _OPENED))
    seed = read_seed(str(secret)).secret
    return TrusteeService(session.actor, session.facts, seed, deliveries)
