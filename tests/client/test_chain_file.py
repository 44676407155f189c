"""An exported chain is believed only from the genesis document and the certificates in it."""

import json
from dataclasses import replace

import pytest

from client.chain_file import ChainBroken, ChainVerifier, block_line, first_line
from primitives.block import Block, last_certificate_hash_of
from primitives.certificate import BadCertificate
from primitives.errors import BadShape, Rejected, WrongChain
from tests.client.builders import (
    KEYS,
    State,
    block_answer,
    certify,
    make_chain,
    make_genesis,
)

GENESIS = make_genesis()
CHAIN = make_chain(GENESIS, State({b"a": b"b"}), 5)
LINES = [block_line(block_answer(link)) for link in CHAIN]


def verifier_after(count: int) -> ChainVerifier:
    verifier = ChainVerifier(GENESIS)
    verifier.take_first(first_line(GENESIS))
    for line in LINES[:count]:
        verifier.take_block(line)
    return verifier


def line_of(block: Block) -> str:
    certificate = certify(GENESIS, block).encode().hex()
    return json.dumps({"block": "0x" + block.encode().hex(), "certificate": "0x" + certificate})


def test_a_whole_chain_verifies():
    verifier = verifier_after(5)

    assert (verifier.height, verifier.blocks, verifier.transactions) == (4, 5, 8)
    assert verifier.last == CHAIN[4].block.header


@pytest.mark.parametrize(
    "change",
    [
        {"height": 4},
        {"parent_hash": bytes(32)},
        {"time_ms": 1},
        {"next_validators_hash": bytes(32)},
        {"chain_id": "other-1"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_block_that_does_not_follow_is_refused_even_when_sealed(change):
    header = replace(CHAIN[2].block.header, **change)
    forged = replace(CHAIN[2].block, header=header)
    next_header = replace(
        CHAIN[3].block.header, parent_hash=forged.hash, time_ms=GENESIS.time_ms + 9
    )
    verifier = verifier_after(2)

    lines = [line_of(forged), line_of(replace(CHAIN[3].block, header=next_header))]

    with pytest.raises((ChainBroken, WrongChain, BadCertificate)):
        [verifier.take_block(line) for line in lines]


def test_a_missing_or_repeated_block_is_refused():
    with pytest.raises(ChainBroken, match="block 3 after block 1"):
        verifier_after(2).take_block(LINES[3])
    with pytest.raises(ChainBroken, match="block 1 after block 1"):
        verifier_after(2).take_block(LINES[1])
    with pytest.raises(ChainBroken, match="must start at 0"):
        verifier_after(0).take_block(LINES[1])
    with pytest.raises(ChainBroken, match="block 0 after"):
        verifier_after(2).take_block(LINES[0])


def test_a_block_with_another_certificate_is_refused():
    line = json.loads(LINES[2]) | {"certificate": json.loads(LINES[1])["certificate"]}

    with pytest.raises(BadCertificate):
        verifier_after(2).take_block(json.dumps(line))


def certified_with(last) -> str:
    """The line of block 3 with `last` as the certificate of block 2, sealed by a quorum."""
    block = CHAIN[3].block
    header = replace(block.header, last_certificate_hash=last_certificate_hash_of(last))
    return line_of(replace(block, header=header, last_certificate=last))


TRUE = CHAIN[2].certificate.unchecked
FALSE = {
    "missing": (None, "missing, needed is one of 2"),
    "of another height": (CHAIN[1].certificate.unchecked, "of height 1, needed is one of 2"),
    "of another block": (replace(TRUE, block_hash=bytes(32)), "not of this block 2"),
    "of too few": (replace(TRUE, signers=b"\x01", signatures=TRUE.signatures[:1]), "1 seals"),
    "of another view": (replace(TRUE, view=1), "does not verify"),
}


@pytest.mark.parametrize(("last", "reason"), FALSE.values(), ids=FALSE)
def test_a_block_that_does_not_prove_its_parent_is_refused_even_when_sealed(last, reason):
    with pytest.raises(BadCertificate, match=reason):
        verifier_after(3).take_block(certified_with(last))


def test_a_block_may_hold_another_proof_of_its_parent_than_the_line_before():
    other = certify(GENESIS, CHAIN[2].block, KEYS[1:]).unchecked
    verifier = verifier_after(3)

    verifier.take_block(certified_with(other))

    assert other != TRUE
    assert verifier.height == 3


def test_block_one_that_holds_a_certificate_is_refused():
    header = replace(CHAIN[1].block.header, last_certificate_hash=TRUE.hash)
    forged = replace(CHAIN[1].block, header=header, last_certificate=TRUE)

    with pytest.raises(BadCertificate, match="there is one in block 1"):
        verifier_after(1).take_block(line_of(forged))


def test_a_changed_transaction_is_refused():
    answer = block_answer(CHAIN[2]) | {"transactions": ["0x00"]}

    with pytest.raises(BadShape, match="transactions_root"):
        verifier_after(2).take_block(block_line(answer))


def test_block_zero_must_be_that_of_the_genesis():
    other = make_chain(make_genesis(time_ms=GENESIS.time_ms + 1), State({}), 1)[0]

    with pytest.raises(ChainBroken, match="genesis document"):
        verifier_after(0).take_block(block_line(block_answer(other)))


def test_block_zero_has_no_certificate():
    line = json.loads(LINES[0]) | {"certificate": "0x00"}

    with pytest.raises(BadCertificate):
        verifier_after(0).take_block(json.dumps(line))


def test_a_forged_block_zero_is_found_at_block_one():
    header = replace(CHAIN[0].block.header, state_root=bytes(32))
    forged = json.loads(LINES[0]) | {"block": "0x" + Block(header, ()).encode().hex()}
    verifier = verifier_after(0)
    verifier.take_block(json.dumps(forged))

    with pytest.raises(ChainBroken, match="another parent"):
        verifier.take_block(LINES[1])


@pytest.mark.parametrize(
    "line", ["", "[]", "{}", '{"block": 1}', '{"block": "0xzz"}', '{"block": "0x00"}', "[" * 99_999]
)
def test_a_line_of_another_form_is_refused(line):
    with pytest.raises(Rejected):
        verifier_after(1).take_block(line)


@pytest.mark.parametrize("line", ["{}", '{"format": 2}', "x", '{"format": 1, "chain_id": 5}'])
def test_a_file_of_another_format_or_chain_is_refused(line):
    with pytest.raises(Rejected):
        ChainVerifier(GENESIS).take_first(line)
