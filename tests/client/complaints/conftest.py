"""A chain with contents for tests of the roles."""

import pytest

from tests.client.complaints.chain import chain_with_contents


@pytest.fixture
async def chain(tmp_path, monkeypatch):
    """The complaints of some agencies, one node, and a supervisor."""
    async with chain_with_contents(tmp_path, monkeypatch) as ready:
        yield ready
