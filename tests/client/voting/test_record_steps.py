"""Records of networks in which others decide now than in the genesis, checked by that alone."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from client.light import LightClient
from client.voting.record import check_record
from contracts.tools.testing import key_of
from genesis.schema import show_genesis
from primitives.errors import Rejected
from primitives.set_change import read_set_change
from tests.client.builders import KEYS
from tests.client.voting.election import Vote, exported
from verifier.__main__ import ACCEPTED, REFUSED, UNREADABLE, Finding, find

NEW = [key_of(f"newcomer-{number}") for number in range(4)]
WINDOWS = ((*KEYS[1:], NEW[0]), (*KEYS[2:], *NEW[:2]), (KEYS[3], *NEW[:3]))
STEPS = len(WINDOWS)


@pytest.fixture
async def changed(tallied: Vote) -> Vote:
    """A counted election, after which three of four validators are others, one by one."""
    for keys in WINDOWS:
        tallied.chain.blocks.change_validators(*keys)
    return tallied


@pytest.fixture
def verified(tmp_path, tallied: Vote) -> Callable[[list[str]], Finding]:
    """What the separate verifier finds, who gets the record's lines and the genesis."""
    record, genesis = tmp_path / "record.jsonl", tmp_path / "genesis.json"
    genesis.write_text(show_genesis(tallied.chain.genesis), "utf-8")

    def verify(lines: list[str]) -> Finding:
        record.write_text("".join(lines), "ascii")
        return find(record, genesis)

    return verify


async def test_a_record_leads_from_the_genesis_to_who_sealed_it(changed: Vote, verified):
    lines = await exported(changed)

    finding = verified(lines)

    assert [json.loads(line)["step"] for line in lines[1 : 1 + STEPS]] == ["set"] * STEPS
    assert finding.code == ACCEPTED
    assert "3 of 4 validators, who follow from the genesis by 3 proven changes" in finding.text
    head = check_record(lines, LightClient(changed.chain.genesis)).head
    assert len(head.steps) == STEPS


async def test_validators_may_change_while_a_record_is_written(tallied: Vote, verified):
    changes = iter(WINDOWS)
    whole = tallied.chain.chain_getBlock

    def changing(at: int) -> dict:
        for keys in changes:
            tallied.chain.blocks.change_validators(*keys)
        return whole(at)

    tallied.chain.chain_getBlock = changing

    lines = await exported(tallied)

    assert "step" not in json.loads(lines[1])
    assert len(json.loads(lines[-1])["steps"]) == STEPS
    assert verified(lines).code == ACCEPTED
    check_record(lines, LightClient(tallied.chain.genesis))
    *before, page = lines
    rest = json.loads(page) | {"steps": json.loads(page)["steps"][1:]}
    without = [*before, json.dumps(rest) + "\n"]
    assert "step 1 from the genesis" in verified(without).text
    with pytest.raises(Rejected):
        check_record(without, LightClient(tallied.chain.genesis))


def with_set_of(line: str, other: str) -> str:
    """A step that seats whom another one seats, and not those whom its block announces."""
    change, another = (
        read_set_change(bytes.fromhex(json.loads(one)["proof"][2:])) for one in (line, other)
    )
    proof = replace(change, following=another.following).encode()
    return json.dumps({"step": "set", "proof": "0x" + proof.hex()}) + "\n"


FORGERIES = {
    "the first change is missing": (lambda head, s: [head, s[1], s[2]], "step 1 from"),
    "the second is missing": (lambda head, s: [head, s[0], s[2]], "step 2 from"),
    "the last is missing": (lambda head, s: [head, *s[:2]], "header [0-9]+: decided by"),
    "all are": (lambda head, s: [head], "header [0-9]+: decided by"),
    "two are exchanged": (lambda head, s: [head, s[1], s[0], s[2]], "step 1 from"),
    "one seats others": (
        lambda head, s: [head, s[0], with_set_of(s[1], s[2]), s[2]],
        "step 2 from",
    ),
}


@pytest.mark.parametrize(("forge", "said"), FORGERIES.values(), ids=FORGERIES)
async def test_a_record_with_false_steps_is_refused_by_client_and_verifier(
    changed: Vote, verified, forge, said
):
    head, *rest = await exported(changed)
    lines = [*forge(head, rest[:STEPS]), *rest[STEPS:]]

    finding = verified(lines)

    assert finding.code == REFUSED
    assert re.search(said, finding.text)
    with pytest.raises(Rejected):
        check_record(lines, LightClient(changed.chain.genesis))


@pytest.mark.parametrize(
    "line", ['{"step":"other","proof":"0x"}', '{"step":"set"}', '{"step":["set"],"proof":"0x"}']
)
async def test_a_line_that_is_no_step_is_unreadable(changed: Vote, verified, line):
    head, *rest = await exported(changed)
    for lines in ([head, line + "\n", *rest], [head, *rest, line + "\n"]):
        assert verified(lines).code == UNREADABLE
        with pytest.raises(Rejected):
            check_record(lines, LightClient(changed.chain.genesis))
