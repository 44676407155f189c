"""The shipped contracts: the hash of their code and their published ABI."""

import subprocess
import sys
from types import ModuleType

import pytest

from contracts import registry
from contracts.registry import CONTRACTS, NAMES, code_hash
from contracts.sdk import ContractError, Counter, Item, Map, event
from contracts.sdk.contract import Contract
from contracts.sdk.errors import BadContract
from contracts.tools.abi import abi
from primitives.errors import UnknownContract


def test_the_abi_of_every_contract_shows_the_hash_of_its_code():
    shown = {name: abi(contract)["code_hash"] for name, contract in CONTRACTS.items()}

    assert shown == {name: "0x" + code_hash(name).hex() for name in NAMES}


def test_a_contract_that_is_not_shipped_has_no_hash():
    with pytest.raises(UnknownContract, match="gold"):
        code_hash("gold")


def test_a_folder_must_declare_the_contract_of_its_name(monkeypatch):
    monkeypatch.setattr(CONTRACTS["cbdc"], "name", "silver")

    with pytest.raises(BadContract, match="no contract named cbdc"):
        registry.load_contract("cbdc")


def test_an_interpreter_that_strips_messages_is_refused(pytestconfig):
    command = [sys.executable, "-OO", "-c", "import contracts.registry"]

    run = subprocess.run(
        command, cwd=pytestconfig.rootpath, capture_output=True, text=True, check=False
    )

    assert run.returncode == 1
    assert "run without" in run.stderr


def test_a_registered_contract_cannot_be_replaced():
    with pytest.raises(TypeError):
        CONTRACTS["cbdc"] = None


def module(name, **names):
    made = ModuleType(name)
    vars(made).update(names)
    return made


def test_what_a_module_defines_belongs_to_the_contract():
    contract = Contract("toy", version=1)
    numbers = Map[str, int]("numbers")

    @event
    class Happened:
        number: int

    Happened.__module__ = "toy.events"

    contract.adopt(module("toy.events", Happened=Happened, numbers=numbers))
    contract.adopt(module("toy.queries", Happened=Happened, renamed=numbers))

    assert list(contract.scope.events) == [Happened]
    assert contract.state == {"numbers": numbers}


def test_an_error_and_an_event_of_one_name_are_refused():
    contract = Contract("toy", version=1)
    declared = [type("Held", (ContractError,), {"__module__": name}) for name in ("a", "b")]
    contract.adopt(module("a", Held=declared[0]))

    with pytest.raises(BadContract, match=r"toy declares Held twice: .*a\.Held.* and .*b\.Held"):
        contract.adopt(module("b", Held=declared[1]))


def test_two_parts_of_state_of_one_name_are_refused():
    contract = Contract("toy", version=1)

    with pytest.raises(BadContract, match="toy declares n twice"):
        contract.adopt(module("a", one=Counter("n"), two=Item[int]("n")))
