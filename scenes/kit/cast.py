"""Who appears in scenes: agencies of the table, admitted by vote of the members."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from client.answers import uint_field
from client.contract import Actor
from client.governance import agencies, change_of, number_of
from client.outcome import Outcome
from client.transaction import wall_ms
from commands.output import CheckFailed
from commands.services.agencies import (
    BANK_A,
    BANK_B,
    CENTRAL,
    CITIZEN_REGISTRY,
    DIGITAL_SUPERVISOR,
    NAMESPACE,
    SIGNERS,
    Agencies,
    activate,
    new_box,
    new_key,
    profiles,
    state_contacts,
)
from contracts.governance.messages import Admission, Execute, Propose, Vote
from scenes.kit.calls import code_of, must, must_all

__all__ = [
    "BANK_A",
    "BANK_B",
    "CENTRAL",
    "CITIZEN_REGISTRY",
    "DATA",
    "DIGITAL_SUPERVISOR",
    "NAMESPACE",
    "SIGNERS",
    "Agencies",
    "activate",
    "admit",
    "new_box",
    "new_key",
    "profiles",
    "state_contacts",
]

DATA = Path(__file__).parent.parent / "data"
_EXECUTE_AFTER_MS = 3_000
_EXECUTE_WITHIN_MS = 60_000
_EXECUTE_PAUSE_S = 0.2
_VOTE_MS = 600_000


async def admit(members: Sequence[Actor], admitted: Sequence[Admission]) -> None:
    """Have the members admit agencies by vote. Raises CheckFailed naming who is not admitted."""
    first = members[0]
    status = await first.rpc.call("chain_getStatus")
    now_ms = max(uint_field(status, "contract_time_ms"), wall_ms())
    proposals = [
        Propose(
            change=change_of(admission),
            execute_at_ms=now_ms + _EXECUTE_AFTER_MS,
            expires_at_ms=now_ms + _VOTE_MS,
        )
        for admission in admitted
    ]
    proposed = await must_all("proposing", map(first.send, proposals))
    numbers = [number for outcome in proposed if (number := number_of(outcome)) is not None]
    ballots = [Vote(proposal=number, is_yes=True) for number in numbers]
    await must_all("voting", [member.send(vote) for member in members for vote in ballots])
    for number in numbers:
        await must("admitting an agency", _execute(first, number))
    listed = {agency.agency_id for agency in await agencies(first.rpc)}
    if missing := {agency.agency_id for agency in admitted} - listed:
        raise CheckFailed(f"not admitted: {', '.join(sorted(missing))}")


async def _execute(member: Actor, number: int) -> Outcome:
    """Execute a proposal; each try takes a block, so the time that it waits for comes."""
    deadline_ms = wall_ms() + _EXECUTE_WITHIN_MS
    while True:
        outcome = await member.send(Execute(proposal=number))
        if code_of(outcome) != "BEFORE_ITS_TIME" or wall_ms() > deadline_ms:
            return outcome
        await asyncio.sleep(_EXECUTE_PAUSE_S)
