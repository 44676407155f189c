"""`sapha id vouchers`: what the supervisor sets of vouching, and what anybody can look up of it."""

from typing import Any

from client.contract import all_pages, ask
from client.rpc import RpcClient
from commands.field_text import time_text
from commands.nodes import open_rpc
from commands.output import CheckFailed, UsageFault, emit
from commands.table import show_table
from contracts.identity.crypto.certificates import ALIVE, Round
from contracts.identity.nodes.handlers import sector_page
from contracts.identity.vouching.handlers import (
    duties_of,
    last_vouchers,
    places_page,
    plan_of,
    round_key,
    vouchers_of,
)
from contracts.identity.vouching.messages import RequireCertificates
from contracts.identity.vouching.shown import alive_surplus, enrolment_surplus

FOR_GOOD = (
    "from that epoch on no key acts for a citizen without certificates, everywhere and for good:"
    " nobody can take it back. Give --for-good if every sector has a place, vouchers answer, and"
    " citizens are enrolled"
)


def require(epoch: int, *, for_good: bool) -> RequireCertificates:
    """Return the message that requires certificates. Raises UsageFault without --for-good."""
    if not for_good:
        raise UsageFault(FOR_GOOD)
    return RequireCertificates(epoch=epoch)


async def show(*, edition: int | None, rpc: list[str] | None, as_json: bool) -> None:
    """Show who vouches, and how many of them sign together."""
    async with open_rpc(rpc) as client:
        number = edition or await ask(client, last_vouchers)
        found = await ask(client, vouchers_of, number) if number else None
    if found is None:
        raise UsageFault("there are no such vouchers")
    data = {
        "edition": number,
        "vouchers": list(found.agencies),
        "needed": found.needed,
        "holders_min": found.holders_min,
    }
    text = (
        f"edition {number}: {found.needed} of {len(found.agencies)} sign together\n"
        + "\n".join(f"{at} {agency}" for at, agency in enumerate(found.agencies, start=1))
        + f"\na class of fewer than {found.holders_min} joins the one below"
    )
    emit(data, text, as_json=as_json)


async def places(list_id: int, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show the places of a list, and the agencies that share each place's sector."""
    async with open_rpc(rpc) as client:
        rows = await _places(client, list_id)
        joined: dict[str, list[str]] = {}
        for node in await all_pages(
            lambda after, _limit: ask(client, sector_page, after), "", lambda line: line.agency
        ):
            joined.setdefault(node.sector, []).append(node.agency)
    found = [
        {"place": place, "sector": sector, "agencies": sorted(joined.get(sector, []))}
        for place, sector in rows
    ]
    table = [(place, sector, " ".join(sorted(joined.get(sector, [])))) for place, sector in rows]
    text = show_table(f"list {list_id}", ("place", "sector", "agencies that share it"), table)
    emit({"list": list_id, "places": found}, text, as_json=as_json)


async def duties(agency: str, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show what a voucher has to do now, and until when."""
    async with open_rpc(rpc) as client:
        found = await ask(client, duties_of, agency)
    data = [
        {
            "do": one.act,
            "kind": one.asked.kind,
            "period": one.asked.period,
            "generation": one.asked.generation,
            "until_ms": one.until_ms,
        }
        for one in found
    ]
    lines = [
        f"{one.act} of {one.asked.kind} {one.asked.period}, generation {one.asked.generation},"
        f" until {time_text(one.until_ms)}"
        for one in found
    ]
    emit({"due": data}, "\n".join(lines) or "nothing is due", as_json=as_json)


async def surplus(
    epoch: int, *, list_id: int, rpc: list[str] | None, as_json: bool, generation: int
) -> None:
    """Say whether more keys were shown than were answered: proof that all who sign cheat together.

    Raises CheckFailed when so.
    """
    async with open_rpc(rpc) as client:
        edition = await ask(client, last_vouchers)
        asked = Round(kind=ALIVE, period=epoch, edition=edition, generation=generation)
        plan = await ask(client, plan_of, *round_key(asked))
        count = 0 if plan is None else plan.count
        alive = [await ask(client, alive_surplus, asked, class_id) for class_id in range(count)]
        placed = await _places(client, list_id)
        enrolled = {
            sector: await ask(client, enrolment_surplus, list_id, place) for place, sector in placed
        }
    data: dict[str, Any] = {"epoch": epoch, "alive": alive, "list": list_id, "enrolled": enrolled}
    excess = sum(alive) + sum(enrolled.values())
    text = f"{len(alive)} classes and {len(enrolled)} sectors counted: "
    emit(data, text + (f"{excess} keys too many" if excess else "none too many"), as_json=as_json)
    if excess:
        raise CheckFailed("more keys were shown than vouchers can have answered: they cheat")


async def _places(client: RpcClient, list_id: int) -> list[tuple[int, str]]:
    rows: list[tuple[int, str]] = []
    after: int | None = None
    while page := await ask(client, places_page, list_id, after):
        rows += [(one.place, one.sector) for one in page]
        after = page[-1].place
    return rows
