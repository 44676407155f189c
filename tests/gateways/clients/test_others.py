"""Clients in other languages, as they come from their registries, sign a citizen on.

`make test-clients` brings them. One that was not brought is not run here; it is a failure where
SAPHA_CLIENTS or CI is set.
"""

import os
import shutil
from pathlib import Path

import pytest

from tests.gateways.clients.login import check, login_by

HERE = Path(__file__).parent
NODE, GO, NIMBUS = HERE / "node", HERE / "go", HERE / "nimbus"


def brought(*parts: Path | str | None) -> None:
    """Skip, or fail, unless all parts of a client are here."""
    if all(part is not None and Path(part).exists() for part in parts):
        return
    if os.environ.get("CI") or os.environ.get("SAPHA_CLIENTS"):
        pytest.fail("the client is not here: make test-clients brings it")
    pytest.skip("the client is not here: make test-clients brings it")


def program(name: str) -> str | None:
    """A program of the environment, or of the machine."""
    own = Path(os.environ.get("VIRTUAL_ENV", ".venv")) / "bin" / name
    return str(own.absolute()) if own.exists() else shutil.which(name)


async def test_openid_client_signs_a_citizen_on(world):
    node = program("node")
    brought(node, NODE / "node_modules" / "openid-client")

    check(await login_by([node, "login.mjs"], world, NODE), world)


async def test_go_oidc_signs_a_citizen_on(world):
    brought(GO / "login")

    check(await login_by([str(GO / "login")], world, GO), world)


async def test_nimbus_signs_a_citizen_on(world):
    java = program("java")
    brought(java, NIMBUS / "target" / "lib")

    found = await login_by([java, "-cp", "target/lib/*", "Login.java"], world, NIMBUS)
    check(found, world)
