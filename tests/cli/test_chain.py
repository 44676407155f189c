"""Exporting the chain and verifying the file trusts only the genesis."""

import json

import pytest

from genesis.schema import show_genesis
from primitives.crypto import SigningKey
from tests.cli.network import CLOSED, json_of, node, sapha
from tests.client import builders
from tests.client.builders import State, block_answer, make_chain
from tests.genesis.builders import certificate


@pytest.fixture
def genesis(tmp_path, monkeypatch):
    """A genesis file with real certificates, and the chain of its validators."""
    made = builders.make_genesis()
    members = tuple(
        type(member)(
            name=member.name,
            public_key=SigningKey(bytes([i + 1]) * 32).public_key,
            certificate_der=certificate(member.name),
            host=member.host,
            port=member.port,
            is_validator=True,
        )
        for i, member in enumerate(made.members)
    )
    made = type(made)(
        network=made.network,
        kind=made.kind,
        time_ms=made.time_ms,
        parameters=made.parameters,
        members=members,
        contracts=made.contracts,
    )
    path = tmp_path / "genesis.json"
    path.write_text(show_genesis(made))
    return path, make_chain(made, State({b"a": b"b"}), 5)


def serving(chain):
    return node(
        chain_getStatus={"height": len(chain) - 1},
        chain_getBlock=lambda at: block_answer(chain[at]),
    )


def test_an_exported_chain_verifies(genesis, tmp_path):
    path, chain = genesis
    file = tmp_path / "chain.jsonl"

    with serving(chain) as peer:
        exported = sapha("chain", "export", file, "--genesis", path, "--rpc", peer.url, "--json")
    verified = sapha("chain", "verify", file, "--genesis", path, "--json")

    assert exported.exit_code == verified.exit_code == 0
    assert json_of(verified) == json_of(exported)
    assert json_of(verified)["blocks"] == 5
    assert json_of(verified)["block_hash"] == "0x" + chain[4].block.hash.hex()


def test_a_changed_line_is_refused_by_its_number(genesis, tmp_path):
    path, chain = genesis
    file = tmp_path / "chain.jsonl"
    with serving(chain) as peer:
        sapha("chain", "export", file, "--genesis", path, "--rpc", peer.url)
    lines = file.read_text().splitlines()
    lines[3] = json.dumps(json.loads(lines[3]) | {"certificate": "0x00"})
    file.write_text("\n".join(lines))

    result = sapha("chain", "verify", file, "--genesis", path)

    assert result.exit_code == 1
    assert "line 4" in result.stderr


def test_a_node_that_serves_a_forged_block_is_found_out_while_exporting(genesis, tmp_path):
    path, chain = genesis
    chain[2] = chain[3]

    with serving(chain) as peer:
        result = sapha("chain", "export", tmp_path / "c", "--genesis", path, "--rpc", peer.url)

    assert result.exit_code == 1
    assert "block 3 after block 1" in result.stderr


def test_a_file_is_never_overwritten_and_must_exist_to_be_verified(genesis, tmp_path):
    path, _chain = genesis

    exported = sapha("chain", "export", path, "--genesis", path, "--rpc", CLOSED)
    verified = sapha("chain", "verify", tmp_path / "absent", "--genesis", path)

    assert exported.exit_code == 2
    assert verified.exit_code == 1


@pytest.mark.parametrize("text", ["", "\xff", "{}\n"])
def test_a_file_that_holds_no_chain_is_refused(genesis, tmp_path, text):
    path, _chain = genesis
    file = tmp_path / "chain.jsonl"
    file.write_bytes(text.encode("latin-1"))

    assert sapha("chain", "verify", file, "--genesis", path).exit_code == 1
