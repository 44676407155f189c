"""A node runs a network only with exactly the contract code that its genesis names."""

from dataclasses import replace

import pytest

from contracts.registry import CONTRACTS, code_hash
from genesis.build import build_genesis, devnet_plan
from genesis.code import check_code, shipped_contracts
from genesis.errors import GenesisCodeDiffers, GenesisFieldWrong
from primitives.crypto import Digest
from tests.genesis.builders import member

TIME_MS = 1_763_900_000_000


def genesis_with(**change):
    contracts = shipped_contracts({})
    changed = replace(contracts[0], **change)
    members = [member(i) for i in range(4)]
    return build_genesis(devnet_plan(TIME_MS), members, [changed, *contracts[1:]])


def test_the_code_that_this_node_ships_is_accepted():
    genesis = genesis_with()

    check_code(genesis)

    assert {c.name: c.code_hash for c in genesis.contracts} == {
        name: code_hash(name) for name in CONTRACTS
    }


def test_other_code_is_refused_with_both_hashes():
    genesis = genesis_with(code_hash=Digest(bytes(32)))

    with pytest.raises(GenesisCodeDiffers, match="ships other code for accounts") as caught:
        check_code(genesis)

    assert caught.value.place == "contracts[0].code_hash"
    assert code_hash("accounts").hex() in str(caught.value)


def test_another_version_is_refused():
    genesis = genesis_with(version=9)

    with pytest.raises(GenesisCodeDiffers, match=r"contracts\[0\].version"):
        check_code(genesis)


def test_a_contract_that_this_node_does_not_have_is_refused():
    genesis = genesis_with(name="aaa")

    with pytest.raises(GenesisFieldWrong, match="no contract 'aaa'; it has accounts, cbdc"):
        check_code(genesis)


def test_a_configuration_for_an_unknown_contract_is_refused():
    with pytest.raises(GenesisFieldWrong, match=r"contracts\.gold"):
        shipped_contracts({"gold": {}})
