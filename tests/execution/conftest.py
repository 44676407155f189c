"""A chain for tests of execution."""

import pytest

from tests.execution.chain import Chain


@pytest.fixture
def chain(tmp_path):
    """Return a chain at height 0, closed after the test."""
    made = Chain(tmp_path / "data")
    yield made
    made.ledger.close()
