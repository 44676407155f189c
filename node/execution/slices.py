"""Long work in short pieces: a generator that yields where others may go on."""

import asyncio
from collections.abc import Callable, Generator
from time import perf_counter
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Sliced: TypeAlias = Generator[None, None, T]

SLICE_S = 0.002


def in_one_piece(work: Sliced[T]) -> T:
    """Do all of `work` at once and return its result."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: T = done.value
            return result


class Overtaken(Exception):
    """What the work stood on has changed meanwhile; its result would be worth nothing."""


async def in_slices(work: Sliced[T], stands: Callable[[], bool]) -> T:
    """Do `work`, and let the event loop go on whenever a slice of time is used up.

    Raises:
        Overtaken: what it stands on does not stand any more.
    """
    began_s = perf_counter()
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: T = done.value
            return result
        if perf_counter() - began_s >= SLICE_S:
            await asyncio.sleep(0)
            if not stands():
                work.close()
                raise Overtaken
            began_s = perf_counter()
