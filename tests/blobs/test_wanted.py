"""Which wanted content is asked for next."""

import math

from node.blobs.wanted import WantedContents

FIRST, SECOND, THIRD = (bytes([number]) * 32 for number in (1, 2, 3))


def wanted_of(*contents: bytes) -> WantedContents:
    wanted = WantedContents()
    for content in contents:
        wanted.put(content)
    return wanted


def test_who_came_first_is_asked_for_first():
    wanted = wanted_of(FIRST, SECOND)

    assert (wanted.due_s(), wanted.first()) == (0.0, FIRST)


def test_what_was_tried_is_due_later_and_the_next_one_first():
    wanted = wanted_of(FIRST, SECOND)

    wanted.tried(FIRST, 5.0)

    assert wanted.first() == SECOND
    wanted.tried(SECOND, 3.0)
    assert (wanted.due_s(), wanted.first(), wanted[FIRST].tries) == (3.0, SECOND, 1)


def test_what_is_dropped_is_due_no_more():
    wanted = wanted_of(FIRST, SECOND, THIRD)

    wanted.drop(SECOND)
    wanted.drop_oldest()
    wanted.delay(SECOND, 1.0)

    assert (wanted.due_s(), wanted.first()) == (0.0, THIRD)
    wanted.drop(THIRD)
    assert (wanted.due_s(), len(wanted)) == (math.inf, 0)


def test_all_are_wanted_at_once_again_in_the_order_in_which_they_came():
    wanted = wanted_of(FIRST, SECOND)
    wanted.tried(FIRST, 9.0)
    wanted.tried(SECOND, 4.0)

    wanted.retry()

    assert (wanted.due_s(), wanted.first(), wanted[FIRST].tries) == (0.0, FIRST, 0)


def test_twenty_thousand_tries_leave_no_more_entries_than_contents_twice():
    wanted = wanted_of(FIRST, SECOND)

    for number in range(20_000):
        wanted.due_s()
        wanted.tried(wanted.first(), float(number))

    assert len(wanted._heap) <= 2 * 2 + 64
