"""`make near` finds the tests that mirror a change."""

import pytest

from tests.near import near


@pytest.mark.parametrize(
    ("path", "tests"),
    [
        ("node/rpc/share.py", ["tests/rpc/test_share.py"]),
        ("node/rpc/results.py", ["tests/rpc"]),
        ("node/app.py", ["tests/node"]),
        (
            "contracts/cbdc/holds/handlers.py",
            ["tests/contracts/cbdc", "tests/contracts/test_abi.py"],
        ),
        ("commands/cbdc/offline.py", ["tests/cli", "tests/cli/test_help.py"]),
        ("primitives/ids.py", ["tests/primitives/test_ids.py"]),
        ("tests/p2p/test_inflow.py", ["tests/p2p/test_inflow.py"]),
        ("tests/builders.py", []),
        ("docs/protocol.md", []),
    ],
)
def test_a_source_has_the_tests_at_its_own_path(path, tests):
    assert near([path]) == tests
