"""Settings of all tests."""

import itertools
import signal

import pytest
from hypothesis import HealthCheck, settings

import primitives.transaction

# A busy machine is no failure: no test of ours asserts how long something takes.
settings.register_profile(
    "sapha", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("sapha")

# What a shell starts in the background ignores Ctrl-C, and so would every process of the tests.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def own_outbox(monkeypatch, tmp_path_factory):
    """Each test has an outbox of its own, which its commands share; not that of who runs them."""
    folder = tmp_path_factory.getbasetemp() / f"outbox-{next(_numbers)}"
    monkeypatch.setenv("SAPHA_OUTBOX", str(folder))
    return folder


@pytest.fixture
def verified_here(monkeypatch):
    """The keys whose signatures this process has verified."""
    real, found = primitives.transaction.verify, []

    def counted(public_key, *rest):
        found.append(public_key)
        return real(public_key, *rest)

    monkeypatch.setattr(primitives.transaction, "verify", counted)
    return found
