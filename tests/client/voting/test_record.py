"""Receipts and the record: what proves itself, and what is found out when it was changed."""

import json
import re
from io import StringIO

import pytest

from client.contract import read_entry
from client.light import LightClient
from client.voting.errors import BadReceipt, BadRecord
from client.voting.receipt import (
    BallotReceipt,
    inclusion_of,
    read_receipt,
    tracker_qr,
    tracker_qr_text,
    tracker_words,
)
from client.voting.record import check_record, export, proven_value, read_record
from contracts.voting.core.state import results
from primitives.certificate import BadCertificate
from primitives.errors import Rejected, WrongChain
from primitives.ids import TransactionId
from primitives.state_proof import BadProof
from tests.client.builders import make_genesis
from tests.client.voting.election import ID, MARKS, Vote, exported


async def receipt_of(vote: Vote) -> BallotReceipt:
    vote.chain.to_time(vote.windows["cast_from_ms"])
    wallet, ballot = await vote.prepared("anan", MARKS)
    transaction, _ = await vote.send(wallet, ballot.cast())
    return BallotReceipt(
        chain_id=vote.chain.genesis.chain_id,
        election_id=ID,
        tracker=ballot.tracker,
        transaction_id=transaction.transaction_id,
        inclusion=await inclusion_of(vote.chain, transaction.transaction_id),
    )


async def test_a_receipt_proves_from_the_genesis_alone_that_the_ballot_is_in_the_box(issued: Vote):
    receipt = await receipt_of(issued)

    again = read_receipt(json.dumps(receipt.to_json()))

    assert again == receipt
    assert again.check(issued.light).at.header.height == issued.chain.height
    assert len(again.words.split()) == 12


async def test_a_receipt_of_another_ballot_chain_or_election_is_refused(issued: Vote):
    receipt = await receipt_of(issued)
    document = receipt.to_json()
    other = {"tracker": "0x" + "11" * 64, "tracker_words": tracker_words(b"\x11" * 64)}

    for changes in (other, {"election_id": "board-2027"}):
        with pytest.raises(BadReceipt, match="another ballot"):
            read_receipt(json.dumps(document | changes)).check(issued.light)
    with pytest.raises(WrongChain):
        receipt.check(LightClient(make_genesis(time_ms=1)))


@pytest.mark.parametrize("change", [{"format": 2}, {"kind": "x"}, {"tracker_words": "abandon"}])
async def test_a_document_of_another_form_is_no_receipt(issued: Vote, change):
    document = (await receipt_of(issued)).to_json()

    with pytest.raises(BadReceipt):
        read_receipt(json.dumps(document | change))
    with pytest.raises(BadReceipt):
        read_receipt("[]")


async def test_a_transaction_that_no_block_holds_has_no_proof(opened: Vote):
    assert await inclusion_of(opened.chain, TransactionId(bytes(32))) is None


def test_a_tracker_is_a_picture_too():
    tracker = bytes(range(64))

    assert tracker_qr(ID, tracker).startswith("<?xml")
    assert len(tracker_qr_text(ID, tracker).splitlines()) > 20


async def test_the_record_is_whole_and_proves_the_result(tallied: Vote):
    steps = []

    lines = await exported(tallied, lambda *at: steps.append(at))

    checked = check_record(lines, tallied.light)
    proven = proven_value(checked.head, "results", tallied.light)
    assert read_entry(results, proven.value).counts == ((2, 0, 0, 0), (2, 2, 0))
    assert checked.entries == len(lines) - 2 > 25
    assert checked.keys == 3  # of the requests, on one line
    assert steps[-1] == (checked.entries, checked.entries)


async def test_every_change_of_a_record_is_found(tallied: Vote):
    head, *entries, keys = await exported(tallied)
    key, other = json.loads(keys)["keys"][0], json.loads(keys)["keys"][1]
    flipped = entries[3].replace('transaction":"0x9', 'transaction":"0x8')
    other_time = re.sub('"time_ms":[0-9]+', '"time_ms":1', entries[0])
    changes = [
        [head, *entries[:-1]],
        [head, *entries[1:]],
        [head, entries[1], entries[0], *entries[2:]],
        [head, *entries, entries[-1]],
        [head, re.sub('"height":[0-9]+', '"height":1', entries[0]), *entries[1:]],
        [head, other_time, *entries[1:]],
        [head, *entries[:3], flipped, *entries[4:]],
        [head, *entries[:3], "{}", *entries[4:]],
        [changed(head, {"election_id": "board-2027"}), *entries],
        [changed(head, {"chain_id": "other"}), *entries],
        [changed(head, {"state": {}}), *entries],
        [head, keys, *entries],
        [head, *entries, keys, entries[-1]],
        [head, *entries, changed(keys, {"keys": [[key[0], other[1], key[2]]]})],
        [head, *entries, changed(keys, {"keys": [[key[0], None, key[2]]]})],
        [head, *entries, changed(keys, {"certificate": json.loads(head)["certificate"][:-2]})],
        [head, *entries, changed(keys, {"keys": [1]})],
    ]

    for lines in changes:
        with pytest.raises(Rejected):
            check_record(lines, tallied.light)


def changed(head: str, fields: dict) -> str:
    """The first line of a record with other members."""
    return json.dumps(json.loads(head) | fields)


async def test_a_line_that_is_no_entry_is_named(tallied: Vote):
    lines = await exported(tallied)

    with pytest.raises(BadRecord, match="line 5 is no entry"):
        check_record([*lines[:4], "{}", *lines[5:]], tallied.light)


async def test_a_forged_result_or_header_is_found(tallied: Vote):
    head, *entries = await exported(tallied)
    document = json.loads(head)
    state = document["state"]
    forged = state | {"results": state["results"] | {"value": state["openings"]["value"]}}
    swapped = state | {"results": state["openings"]}
    header = document["header"][:-1] + ("0" if document["header"][-1] != "0" else "1")

    for change, error in (
        ({"state": forged}, BadProof),
        ({"state": swapped}, BadRecord),
        ({"header": header}, BadCertificate),
    ):
        with pytest.raises(error):
            check_record([changed(head, change), *entries], tallied.light)


async def test_exporting_costs_what_the_election_is_however_long_the_ledger_is(tallied: Vote):
    asked = []
    whole = tallied.chain.chain_getBlock
    for _ in range(700):
        tallied.chain.blocks.seal([], [])
    tallied.chain.chain_getBlock = lambda at: asked.append(at) or whole(at)

    lines = await exported(tallied)

    heights = {json.loads(line)["height"] for line in lines[1:-1]}
    assert sorted(asked) == sorted(heights)


async def test_an_election_that_does_not_exist_has_no_record(opened: Vote):
    with pytest.raises(BadRecord, match="not on this chain"):
        await export(opened.chain, opened.chain.genesis, "nowhere", StringIO())


async def test_a_node_that_leaves_out_a_transaction_is_found_out(tallied: Vote):
    whole = tallied.chain.chain_getBlock

    cast_from_ms, sealed = tallied.windows["cast_from_ms"], tallied.chain.blocks.sealed

    def partial(at: int) -> dict:
        is_ballot = sealed[at].header.time_ms >= cast_from_ms and sealed[at].transactions
        return whole(at) | ({"transactions": [], "receipts": []} if is_ballot else {})

    tallied.chain.chain_getBlock = partial

    with pytest.raises(BadRecord, match="where the node has it"):
        await exported(tallied)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 9, "kind": "sapha/election-record"}'])
def test_what_is_no_record_is_refused(text):
    with pytest.raises(BadRecord):
        read_record([text])
