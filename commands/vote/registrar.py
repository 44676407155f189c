"""`sapha vote registrar`: keys of one registrar, and the service that answers requests.

Run it apart from any validator. The vault's password comes from SAPHA_PASSWORD or the terminal.
"""

from pathlib import Path

from client.vault import open_vault
from client.voting.registrar import Judge, Registrar, Served, refuse_these, sign_all
from commands.keyring import ask_password
from commands.output import Shown, say
from commands.vote.acting import Session


async def keys(session: Session, election_id: str, agency: str, *, vault: Path) -> Shown:
    """Post the registrar's own key for every class, once the roll is frozen."""
    taken = await _registrar(session, vault).register_keys(election_id, agency)
    return Shown({"registered": taken}, f"{taken} keys posted; back up {vault}")


async def run(
    session: Session,
    election_id: str,
    agency: str,
    *,
    refuse: list[tuple[bytes, str]] | None,
    vault: Path,
) -> Shown:
    """Post the keys and answer requests, each when it is due, until answers are closed."""
    election = await session.facts.election(election_id)
    judge = refuse_these({election.voter_ref(sid): reason for sid, reason in refuse or ()})
    registrar = _registrar(session, vault, judge)
    if not session.is_quiet:
        say(f"doing the part of {agency} in {election_id}; stop with Ctrl-C, start again any time")
    return _shown(await registrar.attend(election_id, agency))


async def serve(  # noqa: PLR0913 - each is an option of the command
    session: Session,
    election_id: str,
    agency: str,
    *,
    once: bool,
    refuse: list[tuple[bytes, str]] | None,
    vault: Path,
) -> Shown:
    """Answer requests for tokens until the issue window is over; may be stopped and started."""
    election = await session.facts.election(election_id)
    election.opened()
    judge = refuse_these({election.voter_ref(sid): reason for sid, reason in refuse or ()})
    registrar = _registrar(session, vault, judge)
    if not (once or session.is_quiet):
        say(f"answering requests of {election_id}; stop with Ctrl-C, start again any time")
    if once:
        done = await registrar.serve(election, agency)
    else:
        done = await registrar.run(election_id, agency)
    return _shown(done)


def _shown(done: Served) -> Shown:
    data = {"issued": done.issued, "refused": done.refused, "waiting": done.waiting}
    return Shown(data, f"{done.issued} issued, {done.refused} refused, {done.waiting} wait")


def _registrar(session: Session, vault: Path, judge: Judge = sign_all) -> Registrar:
    opened = open_vault(vault, ask_password("Password of the vault"))
    return Registrar(session.actor, session.facts, opened, judge)
