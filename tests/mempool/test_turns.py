"""Whose chunk is admitted next."""

import asyncio

from node.mempool.turns import MEMBERS_IN_A_ROW_MAX, Turns


async def take(turns: Turns, served: list[str], name: str, *, is_member: bool) -> None:
    async with turns.turn(is_member=is_member):
        served.append(name)
        await asyncio.sleep(0)


async def test_members_are_served_before_clients_that_came_earlier():
    turns, served = Turns(), []

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(take(turns, served, "first", is_member=False))
        tasks.create_task(take(turns, served, "client", is_member=False))
        tasks.create_task(take(turns, served, "member", is_member=True))

    assert served == ["first", "member", "client"]


async def test_a_client_is_served_although_members_never_stop():
    turns, served = Turns(), []

    async with asyncio.TaskGroup() as tasks:
        for number in range(3 * MEMBERS_IN_A_ROW_MAX):
            tasks.create_task(take(turns, served, f"member-{number}", is_member=True))
        tasks.create_task(take(turns, served, "client", is_member=False))

    assert served.index("client") <= MEMBERS_IN_A_ROW_MAX + 1


async def test_who_stops_waiting_does_not_keep_the_turn():
    turns, served = Turns(), []
    leavers: list[asyncio.Task[None]] = []
    is_queued = asyncio.Event()

    async def hold() -> None:
        async with turns.turn(is_member=False):
            await is_queued.wait()
        leavers[0].cancel()  # in the moment in which it is given the turn

    holder = asyncio.create_task(hold())
    await asyncio.sleep(0)
    leavers.append(asyncio.create_task(take(turns, served, "leaver", is_member=True)))
    await asyncio.sleep(0)
    is_queued.set()
    await asyncio.gather(holder, *leavers, return_exceptions=True)
    await take(turns, served, "next", is_member=False)

    assert served == ["next"]


async def test_an_error_in_a_turn_passes_it_on():
    turns, served = Turns(), []

    async def fail() -> None:
        async with turns.turn(is_member=True):
            raise KeyError

    await asyncio.gather(fail(), return_exceptions=True)
    await take(turns, served, "next", is_member=False)

    assert served == ["next"]
