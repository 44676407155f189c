"""A world of wallets; the supply equation must hold when a test is over."""

import pytest

from tests.contracts.cbdc.flows import World


@pytest.fixture
def world():
    """A ledger with banks and wallets."""
    made = World()
    yield made
    made.check_supply()
