"""An opened election, and one whose tokens are issued: made once, forked for each test."""

import asyncio

import pytest

from tests.client.voting.election import MARKS, VOTERS, Vote, tally


@pytest.fixture(scope="session")
def _founded(tmp_path_factory) -> Vote:
    async def make() -> Vote:
        vote = Vote(tmp_path_factory.mktemp("vaults"))
        await vote.found()
        return vote

    return asyncio.run(make())


@pytest.fixture(scope="session")
def _opened(_founded) -> Vote:
    async def make() -> Vote:
        vote = _founded.fork()
        await vote.prepare()
        return vote

    return asyncio.run(make())


@pytest.fixture(scope="session")
def _issued(_opened) -> Vote:
    async def make() -> Vote:
        vote = _opened.fork()
        await vote.issue(*VOTERS)
        return vote

    return asyncio.run(make())


@pytest.fixture
def founded(_founded) -> Vote:
    return _founded.fork()


@pytest.fixture
def opened(_opened) -> Vote:
    return _opened.fork()


@pytest.fixture
def issued(_issued) -> Vote:
    return _issued.fork()


@pytest.fixture
async def tallied(issued: Vote) -> Vote:
    """Two ballots, counted, and the result published."""
    for name in ("anan", "busaba"):
        assert await issued.cast(name, MARKS) == "OK"
    await tally(issued, "tru-1", "tru-2")
    return issued
