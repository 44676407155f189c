"""What all tests of the verifier share."""

import pytest

from tests.verifier.booth import Booth
from tests.verifier.elections import rich, small
from verifier import ceremony
from verifier.tokens import check_key

_SOUND: set[str] = set()


def _check_once(modulus, roots, where):
    """Check a key as ever, but each key of the tests once: it takes longer than the rest."""
    if repr((modulus, roots)) not in _SOUND:
        check_key(modulus, roots, where)
        _SOUND.add(repr((modulus, roots)))


@pytest.fixture(autouse=True)
def _keys_checked_once(monkeypatch):
    monkeypatch.setattr(ceremony, "check_key", _check_once)


@pytest.fixture(scope="session")
def booth() -> Booth:
    """An election in which everything happened that may happen. Not to be changed."""
    return rich()


@pytest.fixture(scope="session")
def short() -> Booth:
    """An election with little in it. Not to be changed."""
    return small()
