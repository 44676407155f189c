"""Complaints: two days of Bangkok on a real network, where everyone sees where each case is."""

import asyncio
import time
from collections.abc import Coroutine, Iterable
from typing import ClassVar

from client.complaints.actor import Connection
from client.complaints.wraps import ReadingKey
from client.rpc import RpcClient
from commands.devnet_files import Devnet
from commands.output import say
from genesis.schema import Parameters
from scenes.complaints import cases as stories
from scenes.complaints import erasure
from scenes.complaints.bangkok import Complaint, complaints
from scenes.complaints.cast import (
    CALENDAR_RATE,
    DAY_S,
    City,
    CityStory,
    Days,
    Post,
    city_agencies,
    set_handlers,
)
from scenes.complaints.days import Filer, live
from scenes.complaints.proof import check_custody, check_data, load_cases
from scenes.complaints.report import write_report
from scenes.complaints.secrecy import check_secrecy
from scenes.complaints.texts import secrets_of
from scenes.kit.chain import note_agreement
from scenes.kit.load import loading


class Complaints:
    """Scene 5."""

    title: ClassVar[str] = "Complaints of Bangkok in the open"

    def __init__(self) -> None:
        self._agencies = city_agencies()
        self.plan = self._agencies.plan(Parameters(calendar_rate=CALENDAR_RATE))

    async def run(self, devnet: Devnet) -> CityStory:
        """Return what was seen."""
        began, story = time.monotonic(), CityStory()
        async with RpcClient(devnet.urls) as rpc:
            connection = await Connection.open(rpc, urls=devnet.urls)
            async with loading(devnet.urls) as (follower, loader):
                city = City(
                    devnet=devnet,
                    connection=connection,
                    agencies=self._agencies,
                    readers={name: ReadingKey.generate() for name in self._agencies.wallets},
                    post=Post(connection, follower, loader),
                    days=Days(),
                )
                carrying = asyncio.create_task(city.post.run())
                try:
                    await _tell(city, story)
                finally:
                    carrying.cancel()
                    await asyncio.wait([carrying])
            await _check(city, story)
        story.measured("the whole story in", began)
        await note_agreement(story, devnet)
        return story


async def _tell(city: City, story: CityStory) -> None:
    """Let the days pass, every complaint by itself."""
    count = await set_handlers(city)
    listed = complaints()
    day_s = DAY_S // CALENDAR_RATE
    say(f"{count} agencies; {len(listed)} complaints of Bangkok, a day in {day_s} seconds")
    city.days.begin()
    filers = [
        Filer.new(has_content=complaint.has_result or complaint.number in stories.WITH_TEXT)
        for complaint in listed
    ]
    for complaint, filer in zip(listed, filers, strict=True):
        if filer.receipt is not None:
            story.secrets += [*secrets_of(complaint), filer.receipt.words]
    special = _special(city, story, listed, filers)
    usual = [
        live(city, complaint, filer)
        for complaint, filer in zip(listed, filers, strict=True)
        if complaint.number not in _SPECIAL
    ]
    await _all_at_once([*special, *usual])
    with_text = sum(filer.receipt is not None for filer in filers) + 1
    hours = city.days.now_s() / 3600
    story.figures += [
        ("complaints, all real but for their texts", f"{len(listed)}, and a police report"),
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
    city: City, story: CityStory, listed: tuple[Complaint, ...], filers: list[Filer]
) -> list[Coroutine[None, None, None]]:
    """Return the complaints with a story of their own."""

    def whose(number: int) -> tuple[Complaint, Filer]:
        return listed[number], filers[number]

    return [
        stories.report_to_the_police(city, story),
        stories.lapse(city, story, *whose(stories.LAPSED)),
        stories.reject(city, story, *whose(stories.REJECTED)),
        stories.split(city, story, *whose(stories.SPLIT)),
        stories.merge(city, story, *whose(stories.MERGED)),
        stories.appeal(city, story, [whose(stories.UPHELD), whose(stories.OVERTURNED)]),
        erasure.erase(city, story, *whose(stories.ERASED)),
        erasure.hold(city, story, *whose(stories.HELD)),
    ]


async def _check(city: City, story: CityStory) -> None:
    say("checking every case")
    cases = await load_cases(city.connection.rpc)
    usual = [complaint for complaint in complaints() if complaint.number not in _SPECIAL]
    check_data(story, usual, cases)
    await check_custody(city, story, cases)
    await check_secrecy(city, story)
    await write_report(city, story, cases)
