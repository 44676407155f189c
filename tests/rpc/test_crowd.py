"""Many addresses at once: nobody is left out, and who asks seldom is served."""

import asyncio

import pytest

from node.rpc.line import Client, ShareLimits
from node.rpc.processor import Processor
from node.rpc.share import Share

ALONE = Processor(lambda: (0, 0))
GOOD, BAD = Client("10.0.0.1", 1), Client("10.0.0.2", 1)


async def test_an_address_that_hung_up_and_asks_again_at_once_is_not_left_out():
    share = Share(ShareLimits(part=0.5))
    share.spend(BAD.address, 0.2)
    share.spend(GOOD.address, 0.05)
    given_up = share.place(GOOD, 0.001)
    given_up.cancel()
    share._line.next()  # as the pump does in the same pass of the loop

    turn = share.place(Client(GOOD.address, 2), 0.001)
    await turn

    assert len(share) == 0


# Of very many, half of the share goes by fair turns, the other half to whoever is small.
@pytest.mark.parametrize(("attackers", "part_of_fair"), [(4, 0.8), (26, 0.8), (400, 0.4)])
async def test_however_many_ask_all_the_time_who_asks_seldom_is_next(attackers, part_of_fair):
    now = [0.0]
    limits = ShareLimits(part=0.12, burst_s=0.05, wait_s_max=60.0)
    share = Share(limits, clock=lambda: now[0], processor=ALONE)
    crowd = [Client(f"10.1.{number // 250}.{number % 250}", 1) for number in range(attackers)]
    turns: dict[Client, asyncio.Future[None]] = {}
    waited_s, asked_s, served = [], None, 0
    honest = Client("192.0.2.1", 1)
    for _ in range(4_000):
        now[0] += 0.005
        for client in crowd:
            if client not in turns:
                turns[client] = asyncio.ensure_future(share.turn(client, 0.001))
        if asked_s is None:
            asked_s, turns[honest] = now[0], asyncio.ensure_future(share.turn(honest, 0.001))
        await asyncio.sleep(0)
        share._serve()
        await asyncio.sleep(0)
        for client, turn in list(turns.items()):
            if turn.done():
                del turns[client]
                share.spend(client.address, 0.001)
                if client is honest:
                    waited_s.append(now[0] - asked_s)
                    served, asked_s = served + 1, None
    for turn in turns.values():
        turn.cancel()
    await asyncio.gather(*turns.values(), return_exceptions=True)

    fair = 20.0 * 0.12 / 0.001 / (attackers + 1)  # turns in 20 s
    assert served >= part_of_fair * fair
