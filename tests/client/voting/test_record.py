"""Receipts and the record: what proves itself, and what is found out when it was changed."""

import json

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
from client.voting.record import export, proven_value, read_record
from contracts.voting.core.state import results
from primitives.certificate import BadCertificate
from primitives.errors import Rejected, WrongChain
from primitives.ids import TransactionId
from primitives.state_proof import BadProof
from tests.client.builders import make_genesis
from tests.client.voting.election import ID, Vote, tally

MARKS = [(0,), (0, 1)]


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


@pytest.fixture
async def tallied(issued: Vote) -> Vote:
    for name in ("anan", "busaba"):
        assert await issued.cast(name, MARKS) == "OK"
    await tally(issued, "tru-1", "tru-2")
    return issued


async def test_the_record_is_whole_and_proves_the_result(tallied: Vote):
    steps = []

    record = await export(tallied.chain, tallied.chain.genesis, ID, lambda *at: steps.append(at))

    again = read_record(json.dumps(record.to_json()))
    proven = proven_value(again, "results", tallied.light)
    assert again == record
    assert read_entry(results, proven.value).counts == ((2, 0, 0, 0), (2, 2, 0))
    assert len(record.entries) > 25
    assert steps[-1] == (tallied.chain.height, tallied.chain.height)


async def test_every_change_of_a_record_is_found(tallied: Vote):
    record = await export(tallied.chain, tallied.chain.genesis, ID)
    entries = record.to_json()["entries"]
    flipped = entries[3]["transaction"]
    flipped = flipped[:60] + ("0" if flipped[60] != "0" else "1") + flipped[61:]
    changes = [
        {"entries": entries[:-1]},
        {"entries": entries[1:]},
        {"entries": [entries[1], entries[0], *entries[2:]]},
        {"entries": [*entries, entries[-1]]},
        {"entries": [entries[0] | {"height": 1}, *entries[1:]]},
        {"entries": [entries[0] | {"time_ms": 1}, *entries[1:]]},
        {"entries": [*entries[:3], entries[3] | {"transaction": flipped}, *entries[4:]]},
        {"election_id": "board-2027"},
        {"chain_id": "other"},
        {"state": {}},
    ]

    for change in changes:
        with pytest.raises(Rejected):
            read_record(json.dumps(record.to_json() | change)).check(tallied.light)


async def test_a_forged_result_or_header_is_found(tallied: Vote):
    document = (await export(tallied.chain, tallied.chain.genesis, ID)).to_json()
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
            read_record(json.dumps(document | change)).check(tallied.light)


async def test_an_election_that_does_not_exist_has_no_record(opened: Vote):
    with pytest.raises(BadRecord, match="not on this chain"):
        await export(opened.chain, opened.chain.genesis, "nowhere")


async def test_a_node_that_leaves_out_a_transaction_is_found_out(tallied: Vote):
    whole = tallied.chain.chain_getBlock

    cast_from_ms, sealed = tallied.windows["cast_from_ms"], tallied.chain.blocks.sealed

    def partial(at: int) -> dict:
        is_ballot = sealed[at].header.time_ms >= cast_from_ms and sealed[at].transactions
        return whole(at) | ({"transactions": [], "receipts": []} if is_ballot else {})

    tallied.chain.chain_getBlock = partial

    with pytest.raises(BadRecord, match="log head"):
        await export(tallied.chain, tallied.chain.genesis, ID)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 9, "kind": "sapha/election-record"}'])
def test_what_is_no_record_is_refused(text):
    with pytest.raises(BadRecord):
        read_record(text)
