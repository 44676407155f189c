"""The published ABI, and the language that the contract is written in."""

import json
from pathlib import Path

from contracts.complaints.contract import contract
from contracts.sdk.dispatch import abi
from contracts.sdk.lint import check_folder
from tests.contracts.complaints.world import World

ROOT = Path(__file__).parent.parent.parent.parent


def test_the_abi_is_as_published():
    """A difference is a change of the protocol: raise the version, then renew the file."""
    World()
    published = json.loads((ROOT / "tests/contracts/golden/complaints_abi.json").read_text())

    shown = {key: value for key, value in abi(contract).items() if key != "code_hash"}

    assert shown == published


def test_the_source_keeps_the_rules_of_determinism():
    folder = ROOT / "contracts" / "complaints"

    assert check_folder(folder, package="contracts.complaints") is None
