"""What members sent waits within a share for each, and is taken in turns."""

import asyncio

from node.exchange.peer_queues import PeerQueues, Share
from tests.builders import key

FLOODER, HONEST = key(1).public_key, key(2).public_key


def queues_of(*, items_max: int = 10, bytes_max: int = 100) -> PeerQueues[str]:
    return PeerQueues(Share(items_max=items_max, bytes_max=bytes_max))


def test_of_one_member_a_bounded_number_of_bytes_waits_and_the_newest_is_dropped():
    queues = queues_of(bytes_max=100)

    taken = [queues.put(FLOODER, "large", 40) for _ in range(4)]

    assert taken == [True, True, False, False]
    assert queues.put(FLOODER, "small", 20)
    assert not queues.put(FLOODER, "one byte more", 1)


def test_of_one_member_a_bounded_number_of_items_waits():
    queues = queues_of(items_max=2)

    assert [queues.put(FLOODER, "small", 1) for _ in range(3)] == [True, True, False]


def test_an_item_above_a_whole_share_is_never_queued():
    assert not queues_of(bytes_max=100).put(FLOODER, "huge", 101)


async def test_a_flood_of_one_member_takes_nothing_from_another():
    queues = queues_of(items_max=3)
    for number in range(9):
        queues.put(FLOODER, f"flood {number}", 1)
    queues.put(HONEST, "a word", 1)

    taken = [await queues.take() for _ in range(4)]

    assert taken[:2] == [(FLOODER, "flood 0"), (HONEST, "a word")]
    assert taken[2:] == [(FLOODER, "flood 1"), (FLOODER, "flood 2")]


async def test_what_is_taken_makes_room_again():
    queues = queues_of(bytes_max=100)
    queues.put(FLOODER, "first", 100)

    await queues.take()

    assert queues.put(FLOODER, "second", 100)


async def test_who_takes_waits_until_something_comes():
    queues = queues_of()
    taking = asyncio.create_task(queues.take())
    await asyncio.sleep(0)

    queues.put(HONEST, "a word", 1)

    assert await taking == (HONEST, "a word")


async def test_what_a_member_left_behind_is_forgotten_with_it():
    queues = queues_of()
    queues.put(FLOODER, "left", 1)
    queues.put(HONEST, "a word", 1)

    queues.forget(FLOODER)

    assert await queues.take() == (HONEST, "a word")
