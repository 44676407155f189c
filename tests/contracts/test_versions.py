"""Versions of a contract beside each other: frozen as they were, found by version and code."""

import subprocess
import sys

import pytest

from contracts.registry import CONTRACTS, code_hash, find_contract, hash_of
from contracts.sdk import Contract, Counter, Item, Map
from contracts.sdk.errors import BadContract
from contracts.tools.code_hash import BASE, hash_of_code
from contracts.tools.lint import findings
from contracts.tools.versions import check_state, freeze
from primitives.crypto import Digest
from primitives.errors import UnknownContract
from tests.contracts.sources import change


def with_two_versions(sources):
    """Freeze accounts as version 1, and make the newest a version 2 that differs."""
    freeze("accounts", 1, sources)
    change(sources, "contracts/accounts/contract.py", "version=1", "version=2")


def test_a_frozen_version_has_the_hash_of_what_it_was(sources):
    with_two_versions(sources)

    assert hash_of_code("accounts", sources, 1) == code_hash("accounts")
    assert hash_of_code("accounts", sources) != code_hash("accounts")


def test_a_frozen_version_keeps_its_hash_whatever_the_sdk_becomes(sources):
    with_two_versions(sources)
    change(sources, "contracts/sdk/storage.py", "PAGE_MAX = 500", "PAGE_MAX = 501")

    assert hash_of_code("accounts", sources, 1) == code_hash("accounts")
    (sources / "contracts" / "accounts" / "v1" / BASE).unlink()
    assert hash_of_code("accounts", sources, 1) != code_hash("accounts")


def test_a_line_that_is_changed_in_a_frozen_version_changes_its_hash(sources):
    with_two_versions(sources)
    change(sources, "contracts/accounts/v1/rules.py", "len(signers) > 0", "len(signers) > 1")

    assert hash_of_code("accounts", sources, 1) != code_hash("accounts")


def test_a_frozen_version_changes_nothing_of_the_newest(sources):
    freeze("accounts", 1, sources)

    assert hash_of_code("accounts", sources) == code_hash("accounts")


def test_a_version_is_frozen_once(sources):
    freeze("accounts", 1, sources)

    with pytest.raises(BadContract, match="accounts/v1 is there"):
        freeze("accounts", 1, sources)


def test_both_versions_run_in_one_process_and_are_found_by_version_and_code(sources):
    with_two_versions(sources)
    script = (
        "from contracts.registry import *\n"
        "from contracts.tools.abi import abi\n"
        "old, new = (code_hash('accounts', v) for v in (1, None))\n"
        "one, two = find_contract('accounts', 1, old), find_contract('accounts', 2, new)\n"
        "assert (one.version, two.version) == (1, 2)\n"
        "assert one is not two and two is CONTRACTS['accounts']\n"
        "assert sorted(one.methods) == sorted(two.methods)\n"
        "assert {m.handler.__module__ for m in one.methods.values()} == {"
        "'contracts.accounts.v1.contract'}\n"
        "assert find_contract('accounts', 1, new) is None\n"
        "assert find_contract('accounts', 2, old) is None\n"
        "assert find_contract('accounts', 3, new) is None\n"
        "assert [abi(c)['code_hash'] for c in (one, two)] == ['0x' + h.hex() for h in (old, new)]\n"
        "print(old.hex())\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", script], cwd=sources, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == code_hash("accounts").hex()


def test_the_newest_is_found_by_its_own_version_and_code_alone():
    newest, own = CONTRACTS["accounts"], code_hash("accounts")

    assert find_contract("accounts", newest.version, own) is newest
    assert find_contract("accounts", newest.version, Digest(bytes(32))) is None
    assert find_contract("accounts", newest.version + 1, own) is None
    assert find_contract("gold", 1, own) is None
    assert hash_of(newest) == own
    assert hash_of(Contract("accounts", version=9)) is None


def test_a_version_that_is_not_carried_has_no_hash():
    with pytest.raises(UnknownContract, match="'accounts' of version 9"):
        code_hash("accounts", 9)


def test_the_newest_may_not_import_an_older_version_that_goes_away_one_day():
    source = "from contracts.toy.v1.state import old\n"

    (found,) = findings({"migration.py": source}, package="contracts.toy")

    assert "goes away" in found.rule


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Map[str, int]("notes"), Map[str, bool]("notes")),
        (Map[str, int]("notes"), Map[int, int]("notes")),
        (Item[int]("notes"), Item[bool]("notes")),
        (Item[bool]("notes"), Counter("notes")),
    ],
)
def test_what_is_kept_under_one_name_has_one_form_in_both_versions(before, after):
    versions = [Contract("toy", version=1), Contract("toy", version=2)]
    for contract, stored in zip(versions, (before, after), strict=True):
        contract.state["notes"] = stored

    with pytest.raises(BadContract, match="toy: notes has another form in version 2 than in 1"):
        check_state(*versions)


def test_a_version_follows_a_lower_one():
    with pytest.raises(BadContract, match="toy 1 does not follow 2"):
        check_state(Contract("toy", version=2), Contract("toy", version=1))
