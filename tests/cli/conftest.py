"""Settings of the tests of commands."""

import pytest


@pytest.fixture(autouse=True)
def own_outbox(monkeypatch, tmp_path):
    """Each test has an outbox of its own, which its commands share."""
    folder = tmp_path / "outbox"
    monkeypatch.setenv("SAPHA_OUTBOX", str(folder))
    return folder
