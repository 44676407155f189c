"""Complaints: two days of Bangkok on a real network, where everyone sees where each case is."""

import asyncio
import time
from collections.abc import Coroutine, Iterable
from typing import ClassVar

from client.answers import uint_field
from client.complaints.actor import Connection
from client.follow import Follower
from client.load import Loader
from client.rpc import RpcClient
from commands.demo import complaints_erasure as erasure
from commands.demo import complaints_story as stories
from commands.demo.agreement import check_agreement
from commands.demo.complaints_bangkok import Complaint, complaints
from commands.demo.complaints_cast import (
    CALENDAR_RATE,
    DAY_S,
    City,
    Days,
    Keys,
    Post,
    set_handlers,
)
from commands.demo.complaints_days import Filer, live
from commands.demo.complaints_proof import check_custody, check_data, load_cases
from commands.demo.complaints_report import write_report
from commands.demo.complaints_secrecy import check_secrecy
from commands.demo.complaints_story import Seen
from commands.demo.complaints_texts import secrets_of
from commands.demo.stage import Check
from commands.devnet_files import Devnet
from commands.output import say


class Complaints:
    """Scene 5."""

    title: ClassVar[str] = "Complaints of Bangkok in the open"

    def __init__(self) -> None:
        self._keys = Keys()
        self.plan = self._keys.plan()

    async def run(self, devnet: Devnet) -> tuple[list[tuple[str, str]], list[Check]]:
        """Return the figures to show, as (name, value), and the checks made."""
        began, seen = time.monotonic(), Seen()
        async with RpcClient(devnet.urls) as rpc:
            connection = await Connection.open(rpc, urls=devnet.urls)
            start = uint_field(await rpc.call("chain_getStatus"), "height")
            async with (
                Follower(devnet.urls, from_height=start) as follower,
                Loader(devnet.urls, follower) as loader,
            ):
                post = Post(connection.builder, follower, loader)
                carrying = asyncio.create_task(post.run())
                try:
                    city = City(
                        devnet=devnet,
                        connection=connection,
                        keys=self._keys,
                        post=post,
                        days=Days(),
                    )
                    await _tell(city, seen)
                finally:
                    carrying.cancel()
                    await asyncio.wait([carrying])
            await _check(city, seen)
        seen.figures.append(("the whole story in", f"{time.monotonic() - began:.1f} s"))
        agreement = await check_agreement(devnet)
        return seen.figures, [*seen.checks, agreement]


async def _tell(city: City, seen: Seen) -> None:
    """Let the days pass, every complaint by itself."""
    count = await set_handlers(city)
    told = complaints()
    day_s = DAY_S // CALENDAR_RATE
    say(f"{count} agencies; {len(told)} complaints of Bangkok, a day in {day_s} seconds")
    city.days.begin()
    filers = [
        Filer.new(has_content=one.has_result or one.number in stories.WITH_TEXT) for one in told
    ]
    for one, filer in zip(told, filers, strict=True):
        if filer.receipt is not None:
            seen.secrets += [*secrets_of(one), filer.receipt.words]
    special = _special(city, seen, told, filers)
    usual = [
        live(city, one, filer)
        for one, filer in zip(told, filers, strict=True)
        if one.number not in _SPECIAL
    ]
    await _all_at_once([*special, *usual])
    with_text = sum(filer.receipt is not None for filer in filers) + 1
    hours = city.days.now_s() / 3600
    seen.figures += [
        ("complaints, all real but for their texts", f"{len(told)}, and a police report"),
        ("with encrypted content at the nodes", f"{with_text}; of the others commitments only"),
        ("hours of the data", f"{hours:.0f}, {CALENDAR_RATE:,} times faster"),
        ("transactions in batches", str(city.post.sent)),
    ]


async def _all_at_once(lives: Iterable[Coroutine[None, None, None]]) -> None:
    """Run them together. Raises what the first that fails raises."""
    try:
        async with asyncio.TaskGroup() as group:
            for each in lives:
                group.create_task(each)
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


_SPECIAL = {
    stories.LAPSED,
    stories.REJECTED,
    stories.SPLIT,
    stories.MERGED,
    stories.ERASED,
    stories.HELD,
    stories.UPHELD,
    stories.OVERTURNED,
}


def _special(
    city: City, seen: Seen, told: tuple[Complaint, ...], filers: list[Filer]
) -> list[Coroutine[None, None, None]]:
    """Return the complaints with a story of their own."""

    def whose(number: int) -> tuple[Complaint, Filer]:
        return told[number], filers[number]

    return [
        stories.report_to_the_police(city, seen),
        stories.lapse(city, seen, *whose(stories.LAPSED)),
        stories.reject(city, seen, *whose(stories.REJECTED)),
        stories.split(city, seen, *whose(stories.SPLIT)),
        stories.merge(city, seen, *whose(stories.MERGED)),
        stories.appeal(city, seen, [whose(stories.UPHELD), whose(stories.OVERTURNED)]),
        erasure.erase(city, seen, *whose(stories.ERASED)),
        erasure.hold(city, seen, *whose(stories.HELD)),
    ]


async def _check(city: City, seen: Seen) -> None:
    say("checking every case")
    cases = await load_cases(city.connection.rpc)
    told = [one for one in complaints() if one.number not in _SPECIAL]
    check_data(seen, told, cases)
    await check_custody(city, seen, cases)
    await check_secrecy(city, seen)
    await write_report(city, seen, cases)
