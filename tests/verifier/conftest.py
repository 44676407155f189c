"""What all tests of the verifier share."""

import pytest

from tests.verifier.booth import Booth
from tests.verifier.elections import committee, rich, small


@pytest.fixture(scope="session")
def booth() -> Booth:
    """An election in which everything happened that may happen. Not to be changed."""
    return rich()


@pytest.fixture(scope="session")
def short() -> Booth:
    """An election with little in it. Not to be changed."""
    return small()


@pytest.fixture(scope="session")
def ring() -> Booth:
    """A committee's election. Not to be changed."""
    return committee()
