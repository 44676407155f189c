"""The genesis hash and the chain id cover every field."""

import json
from dataclasses import replace
from typing import Any, cast

import pytest

from genesis.build import Plan, build_genesis, devnet_plan, show_member
from genesis.errors import GenesisContradiction, GenesisFieldWrong
from genesis.schema import GenesisContract
from genesis.verify import read_genesis, read_member
from primitives.crypto import Digest
from tests.genesis.builders import document, member, member_key

CONTRACTS = (
    GenesisContract(name="cbdc", version=1, code_hash=Digest(bytes(32)), config={"b": 1, "a": 2}),
    GenesisContract(name="accounts", version=1, code_hash=Digest(bytes(32)), config={}),
)


def changed_documents() -> list[dict]:
    changes = []
    cases: list[tuple[list[Any], Any]] = [
        (["network"], "other"),
        (["kind"], "production"),
        (["time_ms"], 1),
        (["parameters", "heartbeat_ms"], 10_001),
        (["parameters", "view_timeout_ms"], 999),
        (["parameters", "view_timeout_cap_ms"], 30_001),
        (["parameters", "block_transactions_max"], 1_999),
        (["parameters", "calendar_rate"], 2),
        (["members", 0, "name"], "other"),
        (["members", 0, "public_key"], "0x01" + "11" * 32),
        (["members", 0, "certificate"], document()["members"][0]["certificate"]),
        (["members", 0, "host"], "127.0.0.9"),
        (["members", 0, "port"], 1),
        (["members", 3, "is_validator"], False),
        (["contracts", 0, "version"], 2),
        (["contracts", 0, "code_hash"], "0x" + "33" * 32),
        (["contracts", 0, "config"], {"a": 1}),
        (["contracts", 0, "config"], {"a": "1"}),
        (["contracts", 0, "config"], {"a": True}),
    ]
    for place, value in cases:
        whole = document()
        at = cast("Any", whole)
        for step in place[:-1]:
            at = at[step]
        at[place[-1]] = value
        if place[-1] != "certificate":
            changes.append(whole)
    return changes


def test_every_field_changes_the_chain_id():
    texts = [json.dumps(document()), *map(json.dumps, changed_documents())]

    chain_ids = [read_genesis(text).chain_id for text in texts]

    assert len(set(chain_ids)) == len(texts)


def test_the_chain_id_is_the_network_and_half_of_the_hash():
    genesis = read_genesis(json.dumps(document()))

    assert genesis.chain_id == "devnet-" + genesis.hash.hex()[:32]


def test_the_order_of_keys_in_the_file_changes_nothing():
    whole = document()
    whole["contracts"][1]["config"] = {"b": [1], "a": {"d": 1, "c": 2}}
    text = json.dumps(whole)
    sorted_text = json.dumps(whole, sort_keys=True)

    assert read_genesis(text).hash == read_genesis(sorted_text).hash


def test_the_validators_are_the_voting_members():
    whole = document()
    whole["members"][2]["is_validator"] = False

    validators = read_genesis(json.dumps(whole)).validators

    assert sorted(v.name for v in validators.members) == ["agency-0", "agency-1", "agency-3"]


def test_members_handed_over_in_another_order_give_the_same_genesis():
    plan = devnet_plan(1_763_900_000_000)
    members = [member(i) for i in range(4)]

    one = build_genesis(plan, members, CONTRACTS)
    other = build_genesis(plan, members[::-1], CONTRACTS[::-1])

    assert one.hash == other.hash


def test_a_plan_that_would_be_refused_is_refused_when_built():
    plan = Plan(network="live", kind="production", time_ms=1)

    with pytest.raises(GenesisContradiction):
        build_genesis(plan, [member(0)], CONTRACTS)
    with pytest.raises(GenesisContradiction):
        build_genesis(plan, [member(0), member(0)], CONTRACTS)
    with pytest.raises(GenesisFieldWrong):
        build_genesis(devnet_plan(0), [member(0)], CONTRACTS)


def test_a_member_file_reads_back():
    text = show_member(member(1), member_key(1))

    assert read_member(text) == member(1)


def test_the_calendar_of_contracts_hurries_from_genesis_on_by_its_rate():
    usual = read_genesis(json.dumps(document()))
    hurried = replace(usual, parameters=replace(usual.parameters, calendar_rate=86_400))
    start_ms = usual.time_ms

    assert usual.calendar_ms(start_ms + 7) == start_ms + 7
    assert hurried.calendar_ms(start_ms) == start_ms
    assert hurried.calendar_ms(start_ms + 1_000) == start_ms + 86_400_000
