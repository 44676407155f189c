"""An election at which tokens are issued, and the desk of who works with it by commands."""

import asyncio

import pytest

from tests.cli.vote_desk import Desk, issued, serving


@pytest.fixture(scope="session")
def _issued(tmp_path_factory):
    return asyncio.run(issued(tmp_path_factory.mktemp("vaults")))


@pytest.fixture
def desk(_issued, tmp_path):
    vote = _issued.fork()
    with serving(vote.chain) as server:
        yield Desk(tmp_path, vote, server)
