"""`sapha complaint rate, appeal, withdraw, ...`: what a citizen does with the own case."""

from typing import Annotated

import typer

from client.complaints.citizen import Citizen
from client.outcome import Outcome
from commands.complaint.acting import (
    BY_CITIZEN,
    Deed,
    OwnCase,
    Written,
    acts,
    own_case,
    text_of,
)

app = typer.Typer()

_NO_STARS: int | None = None


@acts(app, "rate", BY_CITIZEN)
def rate(
    case: OwnCase = "",
    *,
    stars: Annotated[
        int | None, typer.Option(min=1, max=5, help="1 to 5; without it only confirm.")
    ] = _NO_STARS,
) -> Deed[Citizen]:
    """Close a resolved case, with 1 to 5 stars or without."""

    async def deed(citizen: Citizen) -> Outcome:
        return await citizen.rate(await own_case(citizen, case), stars)

    return deed


@acts(app, "appeal", BY_CITIZEN)
def appeal(
    grounds: Written,
    case: OwnCase = "",
    *,
    to: Annotated[
        list[str] | None, typer.Option(help="Supervisors that may read the case.")
    ] = None,
) -> Deed[Citizen]:
    """Ask a supervisor to look at a closed case."""
    said = text_of(grounds)

    async def deed(citizen: Citizen) -> Outcome:
        return await citizen.appeal(await own_case(citizen, case), said, to or ())

    return deed


@acts(app, "withdraw", BY_CITIZEN)
def withdraw(case: OwnCase = "") -> Deed[Citizen]:
    """End one's own complaint."""

    async def deed(citizen: Citizen) -> Outcome:
        return await citizen.withdraw(await own_case(citizen, case))

    return deed


@acts(app, "reopen", BY_CITIZEN)
def reopen(case: OwnCase = "") -> Deed[Citizen]:
    """Open a resolved case again, in time."""

    async def deed(citizen: Citizen) -> Outcome:
        return await citizen.reopen(await own_case(citizen, case))

    return deed


@acts(app, "request-erasure", BY_CITIZEN)
def request_erasure(case: OwnCase = "") -> Deed[Citizen]:
    """Ask for the erasure of what the case holds."""

    async def deed(citizen: Citizen) -> Outcome:
        return await citizen.request_erasure(await own_case(citizen, case))

    return deed
