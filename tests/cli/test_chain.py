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


def heads(chain, last: int):
    def header(at):
        found = chain[last if at == "latest" else at]
        return {
            "header_bytes": "0x" + found.block.header.encode().hex(),
            "certificate": "0x" + found.certificate.encode().hex(),
        }

    return node(chain_getHeader=header)


def test_the_proven_head_is_remembered_and_a_node_that_goes_back_refused(genesis, tmp_path):
    path, chain = genesis
    options = ("--genesis", path, "--head-file", tmp_path / "head.json", "--json")
    with heads(chain, 4) as served:
        first = sapha("chain", "head", "--rpc", served.url, *options)

    with heads(chain, 3) as served:
        second = sapha("chain", "head", "--rpc", served.url, *options)

    assert json_of(first)["height"] == 4
    assert second.exit_code == 1
    assert "HEAD_WENT_BACK" in second.stdout + second.stderr


def test_a_second_node_that_is_behind_is_named_and_the_variables_serve_every_command(
    genesis, tmp_path
):
    path, chain = genesis
    with heads(chain, 4) as served, heads(chain, 1) as behind:
        result = sapha(
            "chain",
            "head",
            "--rpc",
            served.url,
            "--genesis",
            path,
            "--json",
            SAPHA_SECOND_RPC=behind.url,
            SAPHA_HEAD_FILE=str(tmp_path / "head.json"),
        )

    assert f"stale: {behind.url} is 3 blocks" in result.stderr
    answer = json.loads(result.stdout)
    assert (answer["stale"], answer["behind_blocks"]) == (behind.url, 3)
    assert (tmp_path / "head.json").exists()


def test_a_second_node_of_the_same_chain_is_shown_with_the_height(genesis):
    path, chain = genesis
    with heads(chain, 4) as first, heads(chain, 3) as second:
        options = ("--rpc", first.url, "--genesis", path, "--second-rpc", second.url)
        shown = sapha("chain", "head", *options)

    assert shown.stdout.splitlines()[-1] == f"same chain at {second.url}, height 3"


@pytest.mark.parametrize("end", ["", "/", "/rpc"])
def test_a_second_node_that_is_the_first_is_refused(genesis, end):
    path, chain = genesis
    with heads(chain, 4) as served:
        options = ("--genesis", path, "--second-rpc", served.url + end)
        result = sapha("chain", "head", "--rpc", served.url, *options)

    assert result.exit_code == 2
    assert "is an address of --rpc; give another node's" in result.stderr


def test_a_second_node_that_does_not_answer_is_named_by_its_option(genesis):
    path, chain = genesis
    with heads(chain, 4) as served:
        there = ("--genesis", path, "--second-rpc")
        second = sapha("chain", "head", "--rpc", served.url, *there, CLOSED)
        first = sapha("chain", "head", "--rpc", CLOSED, *there, served.url)
        form = sapha("chain", "head", "--rpc", served.url, *there, "nowhere")

    assert f"error: --second-rpc {CLOSED}: Connect call failed" in second.stderr
    assert "--second-rpc" not in first.stderr.splitlines()[0]
    assert "--second-rpc nowhere: must start with http" in form.stderr
    assert (second.exit_code, first.exit_code, form.exit_code) == (3, 3, 2)


def test_evidence_is_listed_with_where_the_next_page_starts():
    item = {
        "validator": "bot",
        "kind": "prepare",
        "height": 8,
        "view": 1,
        "recorded_height": 9,
    }
    with node(
        chain_getEvidence=lambda limit: {"evidence": [item] * limit, "next": "0x01"}
    ) as served:
        shown = sapha("chain", "evidence", "--rpc", served.url, "--limit", 1)
        data = sapha("chain", "evidence", "--rpc", served.url, "--limit", 2, "--json")

    assert "bot" in shown.stdout
    assert "more: sapha chain evidence --after 0x01" in shown.stdout
    assert json_of(data) == {"evidence": [item, item], "next": "0x01"}


def test_no_evidence_is_said_in_words():
    with node(chain_getEvidence=lambda limit: {"evidence": [], "next": None}) as served:
        result = sapha("chain", "evidence", "--rpc", served.url)

    assert "no evidence against anybody" in result.stdout
