"""A world of wallets; the supply equation must hold when a test is over."""

import pytest

from contracts.cbdc.offline.messages import OfflineLoad
from tests.contracts.cbdc.flows import World
from tests.contracts.cbdc.phone import LOADED, PHONE, certificate
from tests.contracts.cbdc.town import Town


@pytest.fixture
def world():
    """A ledger with banks and wallets."""
    made = World()
    yield made
    made.check_supply()


@pytest.fixture
def town():
    """A ledger where everything was opened by its own methods."""
    made = Town()
    yield made
    made.check_sums()


@pytest.fixture
def loaded(world):
    """A world where alice's phone is certified and loaded."""
    world.do("kbank", certificate(world))
    world.do("alice", OfflineLoad(PHONE, LOADED))
    return world
