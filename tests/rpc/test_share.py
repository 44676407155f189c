"""The share of the loop: who waits, in which order, and who is told to come back."""

import asyncio
import json
from itertools import pairwise
from time import thread_time

import pytest

from node.rpc import RpcSettings
from node.rpc.errors import TooBusy
from node.rpc.line import Client, ShareLimits, too_busy
from node.rpc.meter import Meter
from node.rpc.processor import Processor
from node.rpc.share import PRICE_FLOOR_S, SLICE_S, Share, address_of_client
from tests.rpc.node import running_node

ALONE = Processor(lambda: (0, 0))
GOOD, BAD = Client("10.0.0.1", 1), Client("10.0.0.2", 1)
DRY = ShareLimits(part=0.000_001, burst_s=0.001)


async def burn(seconds: float) -> str:
    """Use processor time; return when it is used."""
    end_s = thread_time() + seconds
    while thread_time() < end_s:
        pass
    await asyncio.sleep(0)
    return "done"


async def test_a_turn_comes_at_once_while_the_share_lasts():
    share = Share()

    await share.turn(GOOD, SLICE_S)

    assert len(share) == 0


async def test_the_turns_of_one_pass_of_the_loop_are_worth_a_slice():
    share = Share()
    passes = []

    async def call() -> None:
        await share.turn(GOOD, SLICE_S / 2)
        passes.append(number)

    calls = [asyncio.ensure_future(call()) for _ in range(10)]
    number = 0
    while not all(waiting.done() for waiting in calls):
        await asyncio.sleep(0)
        number += 1

    assert max(passes.count(number) for number in passes) <= 2


async def test_work_is_charged_step_by_step_to_its_client():
    share = Share()
    meter = Meter(share, GOOD)

    result = await meter.run(burn(0.005))

    assert result == "done"
    assert 0.005 <= meter.used_s < 1
    assert share._line._accounts[GOOD.address].used_s == pytest.approx(meter.used_s)


async def test_an_error_and_a_cancellation_reach_the_work_itself():
    seen = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    async def fails() -> None:
        await asyncio.sleep(0)
        raise ValueError("of the work")

    async def run(coroutine) -> None:
        await Meter(Share(), GOOD).run(coroutine)

    task = asyncio.create_task(run(work()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert seen == ["cancelled"]
    with pytest.raises(ValueError, match="of the work"):
        await run(fails())


async def test_who_used_least_is_next_whoever_came_first():
    now = [0.0]
    share = Share(ShareLimits(part=1.0, burst_s=0.001), clock=lambda: now[0], processor=ALONE)
    share.spend(BAD.address, 0.02)
    order = []

    async def call(client: Client) -> None:
        await share.turn(client, SLICE_S)
        order.append(client)

    calls = asyncio.gather(call(BAD), call(BAD), call(GOOD))
    await asyncio.sleep(0)
    while not calls.done():
        now[0] += 0.01
        await asyncio.sleep(0.001)

    assert order == [GOOD, BAD, BAD]


async def test_who_was_served_while_nobody_waited_is_not_behind_all_who_come_later():
    now = [0.0]
    share = Share(ShareLimits(part=1.0, burst_s=0.001), clock=lambda: now[0], processor=ALONE)
    for _ in range(100):
        share.spend(GOOD.address, 0.1)
        now[0] += 1.0
    for client in (GOOD, BAD):
        share.spend(client.address, 0.05)  # neither is a small user
    order = []

    async def call(client: Client) -> None:
        await share.turn(client, SLICE_S)
        order.append(client)
        share.spend(client.address, SLICE_S)

    calls = asyncio.gather(*(call(BAD) for _ in range(20)), call(GOOD))
    await asyncio.sleep(0)
    while not calls.done():
        now[0] += 0.01
        await asyncio.sleep(0.001)

    assert order.index(GOOD) < 3


async def test_a_small_user_in_the_line_is_served_though_others_used_less_in_all():
    now = [100.0]
    share = Share(ShareLimits(part=1.0, burst_s=0.001), clock=lambda: now[0], processor=ALONE)
    await share.turn(GOOD, SLICE_S)  # all of this slice
    share.spend(BAD.address, 0.08)  # all are in debt, and it is no small user any more
    waiting = asyncio.ensure_future(share.turn(BAD, SLICE_S))
    await asyncio.sleep(0)

    await asyncio.wait_for(share.turn(GOOD, SLICE_S), 5)

    assert not waiting.done()
    waiting.cancel()


async def test_the_connections_of_an_address_take_turns():
    now = [0.0]
    share = Share(ShareLimits(part=1.0, burst_s=0.001), clock=lambda: now[0], processor=ALONE)
    share.spend(GOOD.address, 0.05)
    order = []

    async def call(connection: int) -> None:
        await share.turn(Client(GOOD.address, connection), SLICE_S)
        order.append(connection)

    calls = asyncio.gather(*(call(connection) for connection in (1, 1, 1, 2, 2)))
    await asyncio.sleep(0)
    while not calls.done():
        now[0] += 0.01
        await asyncio.sleep(0.001)

    assert order == [1, 2, 1, 2, 1]


async def test_what_is_dear_waits_behind_what_is_cheap():
    now = [0.0]
    share = Share(ShareLimits(part=1.0, burst_s=0.001), clock=lambda: now[0], processor=ALONE)
    for client in (GOOD, BAD):
        share.spend(client.address, 0.05)
    order = []

    async def call(client: Client, price_s: float) -> None:
        await share.turn(client, price_s)
        order.append(client)

    calls = asyncio.gather(call(BAD, 0.1), call(GOOD, PRICE_FLOOR_S))
    await asyncio.sleep(0)
    while not calls.done():
        now[0] += 0.01
        await asyncio.sleep(0.001)

    assert order == [GOOD, BAD]


async def test_no_call_is_left_to_wait():
    limits = ShareLimits(part=DRY.part, burst_s=DRY.burst_s, wait_s_max=0.01)
    share = Share(limits)
    share.spend(BAD.address, 1.0)

    with pytest.raises(TooBusy) as refused:
        await share.turn(GOOD, SLICE_S)

    assert dict(refused.value.details) == {"retry_after_s": 1}
    assert len(share) == 0


async def test_what_one_client_used_too_much_is_soon_no_matter_of_the_others():
    now = [0.0]
    share = Share(ShareLimits(part=0.1), lambda: now[0])
    share.spend(GOOD.address, 0.1)  # no small user either
    share.spend(BAD.address, 1_000.0)

    now[0] = 2.6

    await asyncio.wait_for(share.turn(GOOD, SLICE_S), 5)  # at once; else it would wait for ever
    assert len(share) == 0


async def test_the_line_of_an_address_is_bounded():
    share = Share(ShareLimits(part=DRY.part, burst_s=DRY.burst_s, line_per_address_max=2))
    share.spend(BAD.address, 1.0)
    waiting = [asyncio.ensure_future(share.turn(BAD, SLICE_S)) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(TooBusy, match="2 calls"):
        await share.turn(BAD, SLICE_S)

    for turn in waiting:
        turn.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert len(share) == 0


async def test_in_a_full_line_the_address_with_most_makes_room():
    share = Share(ShareLimits(part=DRY.part, burst_s=DRY.burst_s, line_max=4))
    share.spend(BAD.address, 1.0)
    bad = [asyncio.ensure_future(share.turn(BAD, SLICE_S)) for _ in range(4)]
    await asyncio.sleep(0)

    good = asyncio.ensure_future(share.turn(GOOD, SLICE_S))
    await asyncio.wait(bad, return_when=asyncio.FIRST_COMPLETED)

    assert [turn.done() for turn in bad] == [False, False, False, True]
    assert isinstance(bad[3].exception(), TooBusy)
    assert not good.done()
    for turn in (*bad[:3], good):
        turn.cancel()
    await asyncio.gather(*bad, good, return_exceptions=True)


async def test_the_price_of_a_method_follows_what_its_calls_cost():
    share = Share()

    for _ in range(100):
        share.learn("dear", 0.05)
        share.learn("cheap", 0.0)

    assert share.price_s("dear") == pytest.approx(0.05)
    assert share.price_s("cheap") == PRICE_FLOOR_S


async def test_accounts_are_bounded_and_those_in_the_line_stay():
    share = Share(DRY)
    share.spend(BAD.address, 1.0)
    waiting = asyncio.ensure_future(share.turn(BAD, SLICE_S))
    await asyncio.sleep(0)

    for number in range(5_000):
        share.spend(f"10.1.{number >> 8}.{number & 255}", 0.001)

    assert len(share._line._accounts) <= 4_096
    assert BAD.address in share._line._accounts
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


@pytest.mark.parametrize(
    ("ip", "address"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("no address", "no address"),
    ],
)
def test_the_addresses_of_one_network_are_one_client(ip, address):
    assert address_of_client(ip) == address


async def test_a_call_over_the_share_is_answered_429_with_the_time_to_come_back(node):
    async def no_turn(_client: Client, _price_s: float) -> None:
        raise too_busy("no turn within 2 s")

    await node.call("chain_getStatus")  # on a connection that stays open
    node.server.share.turn = no_turn

    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "chain_getStatus"})
    async with node.session.post(f"{node.url}/rpc", data=body) as response:
        answer = await response.json()
    async with node.session.get(f"{node.url}/health") as health:
        healthy = health.status

    assert response.status == 429
    assert response.headers["Retry-After"] == "1"
    assert (answer["error"]["code"], answer["error"]["data"]["code"]) == (-32005, "TOO_BUSY")
    assert answer["error"]["data"]["details"] == {"retry_after_s": 1}
    assert healthy == 200


async def test_the_rest_of_a_body_is_refused_with_its_first_refused_call(node, monkeypatch):
    monkeypatch.setattr(Meter, "is_slice_used", False)  # a slow machine asks for more turns
    asked = []

    async def turn(client: Client, _price_s: float) -> None:
        asked.append(client)
        if len(asked) > 3:  # the body and two of its calls
            raise too_busy("no turn")

    await node.call("chain_getStatus")  # on a connection that stays open
    node.server.share.turn = turn

    answers = await node.batch(*[("chain_getStatus", {})] * 100)

    assert ["error" in answer for answer in answers] == [False] * 2 + [True] * 98
    assert {answer["error"]["data"]["code"] for answer in answers[2:]} == {"TOO_BUSY"}
    assert len(asked) == 4


async def test_operators_do_not_wait_behind_strangers(tmp_path):
    settings = RpcSettings(share=DRY)
    async with running_node(tmp_path, settings) as node:
        node.server.share.spend("10.0.0.9", 1_000.0)

        status = await node.ask_operator("chain_getStatus")

    assert status["height"] == 0


async def test_work_in_a_loop_gives_way_after_each_slice():
    share = Share()
    meter = Meter(share, GOOD)
    passes = []

    async def loop() -> None:
        for _ in range(5):
            await burn(0)
            end_s = thread_time() + SLICE_S
            while thread_time() < end_s:
                pass
            await meter.breathe()
            passes.append(meter.turns)

    await meter.run(loop())

    assert all(later > earlier for earlier, later in pairwise(passes))


async def test_where_others_have_the_processor_the_part_is_of_what_is_left():
    now, ran_and_waited = [0.0], [0, 0]
    processor = Processor(lambda: (ran_and_waited[0], ran_and_waited[1]), lambda: now[0])
    limits = ShareLimits(part=0.2, burst_s=100.0)
    share = Share(limits, lambda: now[0], processor)
    share._left_s = 0.0
    ran_and_waited[:] = [1_000, 99_000]

    now[0] = 10.0
    share._fill()

    assert share._left_s == pytest.approx(1.0)  # half of the part at least


@pytest.mark.parametrize("used_s", [0.05, 100.0])  # what comes before a turn is charged too
async def test_a_small_user_does_not_wait_for_what_others_used(used_s):
    now = [0.0]
    share = Share(ShareLimits(part=0.25, burst_s=0.01), clock=lambda: now[0], processor=ALONE)
    share.spend(BAD.address, 0.05)
    share.spend(BAD.address, used_s)
    big = asyncio.ensure_future(share.turn(BAD, PRICE_FLOOR_S))
    await asyncio.sleep(0)

    await share.turn(GOOD, PRICE_FLOOR_S)

    assert not big.done()
    big.cancel()
    await asyncio.gather(big, return_exceptions=True)


async def test_small_users_together_are_bounded():
    now = [0.0]
    limits = ShareLimits(part=0.25, burst_s=0.01, wait_s_max=0.0)
    share = Share(limits, clock=lambda: now[0], processor=ALONE)
    served = 0
    for number in range(1_000):
        client = Client(f"10.0.{number >> 8}.{number & 255}", number)
        try:
            await share.turn(client, PRICE_FLOOR_S)
        except TooBusy:
            break
        share.spend(client.address, 0.01)
        served += 1

    assert 1 <= served <= 15
