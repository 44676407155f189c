"""`sapha complaint rate, appeal, withdraw, ...`: what a citizen does with the own case."""

from client.complaints.citizen import Citizen
from client.outcome import Outcome
from commands.complaint.acting import (
    Deed,
    own_case,
    text_of,
)

_NO_STARS: int | None = None


def rate(case: str, *, stars: int | None) -> Deed[Citizen]:
    """Close a resolved case, with 1 to 5 stars or without."""

    async def deed(citizen: Citizen) -> Outcome:
        return await citizen.rate(await own_case(citizen, case), stars)

    return deed


def appeal(grounds: str, case: str, *, to: list[str] | None) -> Deed[Citizen]:
    """Ask a supervisor to look at a closed case."""
    said = text_of(grounds)

    async def deed(citizen: Citizen) -> Outcome:
        return await citizen.appeal(await own_case(citizen, case), said, to or ())

    return deed


def withdraw(case: str) -> Deed[Citizen]:
    """End one's own complaint."""

    async def deed(citizen: Citizen) -> Outcome:
        return await citizen.withdraw(await own_case(citizen, case))

    return deed


def reopen(case: str) -> Deed[Citizen]:
    """Open a resolved case again, in time."""

    async def deed(citizen: Citizen) -> Outcome:
        return await citizen.reopen(await own_case(citizen, case))

    return deed


def request_erasure(case: str) -> Deed[Citizen]:
    """Ask for the erasure of what the case holds."""

    async def deed(citizen: Citizen) -> Outcome:
        return await citizen.request_erasure(await own_case(citizen, case))

    return deed
