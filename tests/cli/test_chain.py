"""Exporting the chain and verifying the file trusts only the genesis."""

import json

import pytest

from genesis.schema import show_genesis
from primitives.crypto import SigningKey
from tests.cli.network import CLOSED, json_of, node, sapha
from tests.client import builders
from tests.client.builders import (
    RECEIPT_BYTES,
    RECEIPTS,
    State,
    block_answer,
    make_chain,
    receipt_path,
)
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


def receipt_table(chain, *, code: str = "OK"):
    link = chain[2]
    proof = block_answer(link) | {
        "receipt_bytes": "0x" + RECEIPT_BYTES[1].hex(),
        "index": 1,
        "count": len(RECEIPT_BYTES),
        "path": ["0x" + step.hex() for step in receipt_path(1)],
    }

    def tx_get(transaction_id: str, prove: bool = False) -> dict:
        found = {"transaction_id": transaction_id, "status": "committed", "height": 2}
        return found | {"receipt": {"code": code}, "proof": proof if prove else None}

    return {"tx_get": tx_get}


def test_a_receipt_is_shown_only_as_proven(genesis):
    path, chain = genesis
    identifier = "0x" + RECEIPTS[1].transaction_id.hex()
    asked = ["tx", "get", identifier, "--genesis", path, "--rpc"]

    with node(**receipt_table(chain)) as peer:
        true = sapha(*asked, peer.url)
    with node(**receipt_table(chain, code="PAUSED")) as peer:
        false = sapha(*asked, peer.url)

    assert true.exit_code == 0
    assert false.exit_code == 1
    assert "another outcome" in false.stderr


@pytest.mark.parametrize("text", ["", "\xff", "{}\n"])
def test_a_file_that_holds_no_chain_is_refused(genesis, tmp_path, text):
    path, _chain = genesis
    file = tmp_path / "chain.jsonl"
    file.write_bytes(text.encode("latin-1"))

    assert sapha("chain", "verify", file, "--genesis", path).exit_code == 1
