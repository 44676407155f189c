"""`sapha cbdc schedule, cancel-schedule`: payments at set times."""

from client.cbdc.actor import Actor
from commands.cbdc.acting import (
    Make,
    digest_of,
    identifier,
    now_ms,
    satang_of,
    satang_or_zero,
    span_ms,
)
from commands.keyring import address_argument
from contracts.cbdc.schedules_messages import CancelSchedule, Schedule


def schedule(  # noqa: PLR0913 - each is an option of the command
    to: str,
    amount: str,
    *,
    count: int,
    every_days: int,
    first_in: str,
    min_left: str,
    travel: str | None,
    in_satang: bool,
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


def cancel_schedule(schedule_id: str) -> CancelSchedule:
    """End a schedule; what it paid stays paid."""
    return CancelSchedule(identifier(schedule_id))
