"""`sapha complaint rate, appeal, withdraw, ...`: what a citizen does with the own case."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from client.complaints.actor import Connection
from client.complaints.citizen import Citizen
from client.outcome import Outcome
from commands.complaint.acting import Deed, open_citizen, own_case, text_of, who_acts
from commands.framework.places import found_at
from commands.nodes import open_rpc
from commands.sending import show_outcome
from contracts.complaints.reviews.messages import Confirm, Rate

if TYPE_CHECKING:
    from commands.framework.tree import Leaf


def sends_own(leaf: "Leaf") -> Callable[..., Coroutine[Any, Any, None]]:
    """Return the command of a leaf that sends a message about the citizen's own case."""
    message_of = found_at(leaf.does)

    async def run(**given: Any) -> None:  # noqa: ANN401 - what the command line gave
        chosen, case_id = who_acts(given), given.pop("case_id")
        async with open_rpc(chosen["rpc"]) as client:
            citizen = open_citizen(await Connection.open(client), chosen)
            message = message_of(case_id=await own_case(citizen, case_id), **given)
            outcome = await citizen.actor.send(message)
        show_outcome(outcome, as_json=chosen["as_json"])

    return run


def rate(case_id: bytes, stars: int | None) -> Confirm | Rate:
    """Return the message that closes a resolved case, with 1 to 5 stars or without."""
    return Confirm(case_id=case_id) if stars is None else Rate(case_id=case_id, stars=stars)


def appeal(grounds: str, case_id: bytes | None, *, to: list[str]) -> Deed[Citizen]:
    """Ask a supervisor to look at a closed case."""
    said = text_of(grounds)

    async def deed(citizen: Citizen) -> Outcome:
        return await citizen.appeal(await own_case(citizen, case_id), said, to)

    return deed
