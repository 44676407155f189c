"""`sapha cbdc schedule, cancel-schedule`: payments at set times."""

from typing import Annotated

import typer

from client.cbdc.actor import Actor
from commands.cbdc.acting import (
    Amount,
    InSatang,
    Make,
    Travel,
    acts,
    digest_of,
    identifier,
    now_ms,
    satang_of,
    satang_or_zero,
    span_ms,
)
from commands.options import address_argument
from contracts.cbdc.schedules.messages import CancelSchedule, Schedule

app = typer.Typer()


@acts(app, "schedule")
def schedule(  # noqa: PLR0913 - each is an option of the command
    to: Annotated[str, typer.Argument(help="Receiver: an address, or the name of a key.")],
    amount: Amount,
    *,
    count: Annotated[int, typer.Option(min=1, help="How many payments.")],
    every_days: Annotated[int, typer.Option(min=1, help="Days between two payments.")] = 30,
    first_in: Annotated[str, typer.Option(help="When the first is due, such as 1d.")] = "1d",
    min_left: Annotated[
        str, typer.Option(help="Baht that must stay, or a payment is skipped.")
    ] = "0",
    travel: Travel = None,
    in_satang: InSatang = False,
) -> Make:
    """Pay at set times; the transaction's id names the schedule."""
    payee = address_argument(to)
    satang = satang_of(amount, in_satang=in_satang)
    least = satang_or_zero(min_left, in_satang=in_satang)
    span, told = span_ms(first_in), digest_of(travel)

    async def make(actor: Actor) -> Schedule:
        first_ms = await now_ms(actor) + span
        return Schedule(payee, satang, first_ms, every_days, count, least, told)

    return make


@acts(app, "cancel-schedule")
def cancel_schedule(
    schedule_id: Annotated[str, typer.Argument(help="The schedule, 0x and 64 hex digits.")],
) -> CancelSchedule:
    """End a schedule; what it paid stays paid."""
    return CancelSchedule(identifier(schedule_id))
