"""What each reading method answers, checked against the ledger and without trust in it."""

import pytest

from consensus import check_evidence
from contracts.registry import CONTRACTS
from genesis.schema import genesis_document
from node.rpc.values import hex_of
from primitives.block import decode_header
from primitives.certificate import check_certificate, read_certificate
from primitives.codec import decode, encode
from primitives.crypto import digest, verify
from primitives.ids import address_of, show_address
from primitives.merkle import root_from_path
from primitives.state_proof import check_proof, read_proof
from tests.execution.chain import ALICE, BANK, BOB, VALIDATORS
from tests.execution.test_evidence import evidence

ALICE_SHOWN = show_address(address_of(ALICE.public_key))


def certified(node, answer):
    """Return the header of an answer after checking its certificate, as a light client does."""
    header = decode_header(bytes.fromhex(answer["header_bytes"][2:]))
    certificate = check_certificate(
        read_certificate(bytes.fromhex(answer["certificate"][2:])),
        chain_id=node.chain.genesis.chain_id,
        restart=node.chain.genesis.hash,
        validators=node.chain.genesis.validators,
    )
    assert certificate.block_hash == header.hash
    return header


def check_shown_proof(header, shown):
    """Check one {key, value, proof} of an answer under a certified header."""
    value = None if shown["value"] is None else bytes.fromhex(shown["value"][2:])
    proof = read_proof(decode(bytes.fromhex(shown["proof"][2:]), bytes_max=10**6))
    key = bytes.fromhex(shown["key"][2:])
    check_proof(proof, state_root=header.state_root, key=key, value=value)
    return value


async def test_the_status_names_chain_and_head(node):
    head = node.chain.ledger.head()

    status = await node.call("chain_getStatus")

    assert status == {
        "chain_id": node.chain.genesis.chain_id,
        "genesis_hash": hex_of(node.chain.genesis.hash),
        "height": 1,
        "first_height": 0,
        "block_hash": hex_of(head.block_hash),
        "state_root": hex_of(head.header.state_root),
        "time_ms": head.header.time_ms,
        "contract_time_ms": head.header.time_ms,
        "validators": 4,
        "passed_over": [],
        "missing": [],
        "listeners": [],
        "elsewhere": [],
        "syncing": False,
        "restart": hex_of(node.chain.genesis.hash),
        "signing": {"may_sign": True, "waits_for": None},
        "version": "0.1.0",
        "node": "v0",
    }


async def test_the_status_names_who_is_passed_over(node):
    for _ in range(8):
        node.commit()  # all of them by one proposer, so the others miss their turns

    status = await node.call("chain_getStatus")

    head = node.chain.ledger.head()
    assert status["passed_over"] == [head.validators.name_of(key) for key in head.passed_over]
    assert len(status["passed_over"]) == 1


async def test_the_status_names_the_validators_that_are_missing(node):
    node.view.seen = {"missing": ["v2", "v3"]}

    status = await node.call("chain_getStatus")

    assert status["missing"] == ["v2", "v3"]


async def test_a_block_is_the_same_by_height_by_hash_and_as_the_latest(node):
    by_height = await node.call("chain_getBlock", at=1)
    by_hash = await node.call("chain_getBlock", at=by_height["hash"])
    latest = await node.call("chain_getBlock")

    assert by_height == by_hash == latest
    assert by_height["receipts"][0]["code"] == "OK"
    assert certified(node, by_height).height == 1


async def test_block_zero_is_shown_without_a_certificate(node):
    block = await node.call("chain_getBlock", at=0)

    assert (block["height"], block["certificate"], block["receipts"]) == (0, None, [])


@pytest.mark.parametrize("at", [2, "0x" + "00" * 32])
async def test_a_block_that_is_not_there_is_not_found(node, at):
    assert await node.refusal("chain_getBlock", at=at) == (-32001, "NOT_FOUND")


async def test_the_header_is_proven_by_its_certificate(node):
    answer = await node.call("chain_getHeader", at="latest")

    header = certified(node, answer)

    assert answer["header"]["state_root"] == hex_of(header.state_root)
    assert answer["header"]["proposer"] == hex_of(header.proposer)


async def test_the_validators_are_named_in_order(node):
    validators = await node.call("chain_getValidators")

    expected = node.chain.genesis.validators.members
    assert [entry["public_key"] for entry in validators] == [
        hex_of(member.public_key) for member in expected
    ]
    assert await node.call("chain_getValidators", height=1) == validators


async def test_validators_of_a_far_height_are_not_known(node):
    assert await node.refusal("chain_getValidators", height=99) == (-32001, "NOT_FOUND")


async def test_participation_counts_each_validator_over_the_last_certificates(node):
    node.chain.commit(node.chain.issue(ALICE, 1))

    answer = await node.call("chain_getParticipation")

    assert (answer["from_height"], answer["to_height"]) == (1, 1)
    shown = {one["name"]: (one["signed"], one["certificates"]) for one in answer["validators"]}
    signers = {key.public_key for key in VALIDATORS[:3]}
    members = node.chain.genesis.validators.members
    assert shown == {one.name: (int(one.public_key in signers), 1) for one in members}


@pytest.mark.parametrize(
    ("params", "counted"),
    [({"from_height": 2}, (2, 2)), ({"to_height": 2}, (1, 2)), ({"to_height": 99}, (1, 3))],
    ids=str,
)
async def test_participation_is_of_the_heights_that_are_asked_and_certified(node, params, counted):
    for amount in (1, 2, 3):
        node.chain.commit(node.chain.issue(ALICE, amount))

    answer = await node.call("chain_getParticipation", **{"to_height": 2} | params)

    assert (answer["from_height"], answer["to_height"]) == counted


async def test_participation_of_more_than_a_thousand_heights_is_refused(node, monkeypatch):
    monkeypatch.setattr("node.rpc.chain.PARTICIPATION_HEIGHTS_MAX", 2)
    for amount in (1, 2, 3):
        node.chain.commit(node.chain.issue(ALICE, amount))

    refusal = await node.refusal("chain_getParticipation", from_height=1)

    assert refusal == (-32602, "BAD_PARAMETERS")


async def test_the_genesis_document_is_the_networks(node):
    assert await node.call("chain_getGenesis") == genesis_document(node.chain.genesis)


async def test_contracts_are_listed_with_their_code_hashes(node):
    listed = await node.call("contract_list")

    assert [entry["name"] for entry in listed] == list(CONTRACTS)
    assert all(entry["code_hash"].startswith("0x") for entry in listed)


async def test_the_abi_names_methods_and_fields(node):
    abi = await node.call("contract_getAbi", contract="cbdc")

    transfer = next(method for method in abi["methods"] if method["name"] == "transfer")
    assert [field["name"] for field in transfer["fields"]] == ["to", "amount", "memo"]
    assert await node.refusal("contract_getAbi", contract="x") == (-32000, "UNKNOWN_CONTRACT")


@pytest.mark.parametrize("args", [[ALICE_SHOWN], {"owner": ALICE_SHOWN}])
async def test_a_query_takes_its_arguments_by_place_or_by_name(node, args):
    abi = await node.call("contract_getAbi", contract="cbdc")
    query = next(query for query in abi["queries"] if query["name"] == "balance")
    if isinstance(args, dict):
        args = {query["params"][0]["name"]: ALICE_SHOWN}

    answer = await node.call("state_query", contract="cbdc", query="balance", args=args)

    assert answer == {"value": 1_000_000, "height": 1}


async def test_a_proved_query_proves_every_key_that_it_read(node):
    answer = await node.call(
        "state_query", contract="cbdc", query="balance", args=[ALICE_SHOWN], prove=True
    )

    header = certified(node, answer)
    values = [check_shown_proof(header, shown) for shown in answer["proofs"]]

    assert encode(1_000_000) in values


BAD_QUERIES = {
    "unknown contract": ({"contract": "x", "query": "balance"}, "UNKNOWN_CONTRACT"),
    "unknown query": ({"contract": "cbdc", "query": "x"}, "UNKNOWN_QUERY"),
    "no argument": ({"contract": "cbdc", "query": "balance"}, "WRONG_ARGUMENT_COUNT"),
    "surplus name": (
        {"contract": "cbdc", "query": "balance", "args": {"x": 1}},
        "WRONG_ARGUMENT_COUNT",
    ),
    "wrong type": (
        {"contract": "cbdc", "query": "balance", "args": [5]},
        "WRONG_ARGUMENT_TYPE",
    ),
    "typing error in an address": (
        {"contract": "cbdc", "query": "balance", "args": [ALICE_SHOWN[:-1] + "!"]},
        "BAD_ADDRESS",
    ),
}


@pytest.mark.parametrize("name", BAD_QUERIES)
async def test_a_bad_query_is_refused_by_name(node, name):
    params, code = BAD_QUERIES[name]

    assert await node.refusal("state_query", **params) == (-32000, code)


@pytest.mark.parametrize("owner", [ALICE, BOB])
async def test_presence_and_absence_are_proven(node, owner):
    key = b"cbdc\0balances\0" + address_of(owner.public_key)

    answer = await node.call("state_getProof", key=hex_of(key))
    value = check_shown_proof(certified(node, answer), answer)

    assert (value is None) == (owner is BOB)
    assert answer["height"] == 1


async def test_a_receipt_is_proven_under_its_header(node):
    item = node.chain.transfer(ALICE, BOB, 5)
    await node.mempool.admission.submit(
        [item.raw, *(node.chain.transfer(ALICE, BOB, 1).raw for _ in range(4))]
    )
    node.commit()

    answer = await node.call("tx_get", transaction_id=hex_of(item.transaction_id), prove=True)

    proof = answer["proof"]
    root = root_from_path(
        bytes.fromhex(proof["receipt_bytes"][2:]),
        index=proof["index"],
        count=proof["count"],
        path=[bytes.fromhex(node_hash[2:]) for node_hash in proof["path"]],
    )
    assert root == certified(node, proof).receipts_root


async def test_evidence_is_listed_newest_first_page_by_page(node):
    ledger, genesis = node.chain.ledger, node.chain.genesis
    for sender in (0, 1, 2):
        block = node.chain.build(evidence=[evidence(sender)])
        ledger.commit(block, node.chain.seal(block))

    first = await node.call("chain_getEvidence", limit=2)
    second = await node.call("chain_getEvidence", limit=2, after=first["next"])

    assert [item["validator"] for item in first["evidence"]] == ["v2", "v1"]
    assert [item["validator"] for item in second["evidence"]] == ["v0"]
    assert second["next"] is None
    newest = first["evidence"][0]
    data = bytes.fromhex(newest.pop("evidence")[2:])
    proven = check_evidence(data, genesis.chain_id, genesis.validators, verify)
    assert proven.validator == VALIDATORS[2].public_key
    assert newest == {
        "validator": "v2",
        "public_key": hex_of(VALIDATORS[2].public_key),
        "kind": "prepare",
        "height": 1,
        "view": 0,
        "recorded_height": 4,
        "recorded_time_ms": ledger.head().header.time_ms,
    }


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"after": "0x00"}])
async def test_a_page_of_evidence_out_of_bounds_is_refused(node, params):
    assert (await node.refusal("chain_getEvidence", **params))[1] == "BAD_PARAMETERS"


async def test_clocks_are_shown_as_metrics(node):
    node.view.offsets_ms = {"v1": 5_000.0, "v2": 10.0, "v3": -10.0}

    _status, page = await node.page("/metrics")

    assert "sapha_clock_offset_seconds -0.005" in page
    assert 'sapha_peer_clock_offset_seconds{peer="v1"} 4.995' in page


async def test_operators_see_peers_health_and_consensus(node):
    peers = await node.ask_operator("node_getPeers")
    health = await node.ask_operator("node_getHealth")
    consensus = await node.ask_operator("node_getConsensus")

    assert peers[0]["name"] == "v1"
    assert peers[0]["connected"] is True
    assert health == {"status": "ok", "checks": [{"name": "disk", "ok": True}]}
    assert consensus == {"height": 1, "view": 0, "step": "idle"}


async def test_a_simulation_shows_the_receipt_and_changes_nothing(node):
    good, bad = node.chain.transfer(ALICE, BOB, 5), node.chain.transfer(BOB, ALICE, 5)
    root = (await node.call("chain_getStatus"))["state_root"]

    accepted = await node.call("tx_simulate", transaction=hex_of(good.raw))
    refused = await node.call("tx_simulate", transaction=hex_of(bad.raw))

    assert accepted["code"] == "OK"
    assert accepted["events"][0]["fields"]["to"] == show_address(address_of(BOB.public_key))
    assert refused["code"] != "OK"
    assert (await node.call("chain_getStatus"))["state_root"] == root
    assert len(node.mempool.pool) == 0


async def test_an_unknown_hash_of_any_form_is_no_transaction(node):
    unknown = hex_of(digest("test", BANK.public_key))

    answer = await node.call("tx_get", transaction_id=unknown)

    assert answer == {"transaction_id": unknown, "status": "unknown"}
