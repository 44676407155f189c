"""Blocks in a file, and their verification from the genesis document alone.

One JSON object a line: first {"format", "chain_id", "genesis_hash"}, then a line a block,
{"height", "block", "certificate"} with 0x hex, in order of height. The line of a block that carries
restart statements has a "restart_proof" too, that of one after which others decide a "set_change".
"""

import json
from typing import Any

from client.answers import bytes_from_hex, hex_field, list_field
from client.errors import BadAnswer
from client.light import LightClient
from genesis.following import sealed_by
from genesis.schema import Genesis
from primitives.block import Block, Header, decode_block
from primitives.certificate import BadCertificate, check_last_certificate
from primitives.codec import encode
from primitives.crypto import ZERO_DIGEST
from primitives.errors import BadShape, WrongChain
from primitives.set_change import read_set_change

FORMAT = 1
LINE_CHARS_MAX = 8 * 1024 * 1024


class ChainBroken(BadShape):
    """A block does not follow from the one before it."""


def first_line(genesis: Genesis) -> str:
    """Return the file's first line."""
    head = {"format": FORMAT, "chain_id": genesis.chain_id, "genesis_hash": genesis.hash.hex()}
    return json.dumps(head)


def block_line(
    answer: dict[str, Any], restart_proof: str | None = None, set_change: str | None = None
) -> str:
    """Return the line of a block as chain_getBlock answered it.

    `restart_proof` is the proof that chain_getRestarts gives of a block with restart statements,
    `set_change` the one that chain_getValidatorChanges gives of a block after which others decide.
    """
    transactions = tuple(
        bytes_from_hex(raw, "transactions") for raw in list_field(answer, "transactions")
    )
    evidence = _hex_list(answer, "evidence")
    last = None if answer["last_certificate"] is None else hex_field(answer, "last_certificate")
    restarts = _hex_list(answer, "restarts")
    block = encode((hex_field(answer, "header_bytes"), transactions, evidence, last, restarts))
    line = {
        "height": answer["height"],
        "block": "0x" + block.hex(),
        "certificate": answer["certificate"],
    }
    if restart_proof is not None:
        line["restart_proof"] = restart_proof
    if set_change is not None:
        line["set_change"] = set_change
    return json.dumps(line)


class ChainVerifier:
    """Takes lines in order; each must follow from the last. Holds only the last block."""

    def __init__(self, genesis: Genesis) -> None:
        self._light = LightClient(genesis)
        self._last: Header | None = None
        self._proof = b""
        self.blocks = 0
        self.transactions = 0

    @property
    def height(self) -> int:
        """The height of the last block taken, -1 before the first."""
        return -1 if self._last is None else self._last.height

    @property
    def last(self) -> Header | None:
        """The header of the last block taken."""
        return self._last

    def take_first(self, line: str) -> None:
        """Check the file's first line. Raises BadShape or WrongChain."""
        head = _parse(line)
        if head.get("format") != FORMAT:
            raise BadShape(f"format {head.get('format')!r:.20}, known is {FORMAT}", field="format")
        genesis = self._light.genesis
        if head.get("chain_id") != genesis.chain_id:
            found = str(head.get("chain_id"))[:100]
            raise WrongChain(f"the file is of chain {found}, the genesis of {genesis.chain_id}")

    def take_block(self, line: str) -> Block:
        """Check the next block: its certificate, its parent's in it, and its transactions.

        Raises:
            ChainBroken: not the block that follows.
            BadCertificate: not sealed by a quorum.
            Rejected: the line or its bytes have another form.
        """
        answer = _parse(line)
        try:
            block = decode_block(hex_field(answer, "block"))
            if block.height == 0:
                self._check_genesis_block(block, answer)
            else:
                self._check_follows(block.header)
                self._check_last_certificate(block)
                if block.restarts:
                    self._light.take_restarts(hex_field(answer, "restart_proof"))
                certificate = hex_field(answer, "certificate")
                self._light.check_header(block.header.encode(), certificate)
                self._proof = certificate
                if block.header.next_validators_hash != block.header.validators_hash:
                    self._take_change(block.header, answer)
        except BadAnswer as error:
            raise BadShape(f"block {self.height + 1}: {error}") from error
        self._last = block.header
        self.blocks += 1
        self.transactions += len(block.transactions)
        return block

    def _check_last_certificate(self, block: Block) -> None:
        """Check what the block says of its parent; the file has the same line before, mostly.

        The head's certificate in a file is its node's own, so the next block may hold another.
        """
        last, parent = block.last_certificate, self._last
        if last is not None and last.encode() == self._proof:
            return  # verified with the line before
        sealed = None
        if parent is not None and parent.height > 0:
            validators = self._light.sets.deciding(parent)
            sealed = sealed_by(self._light.genesis, validators, parent)
        check_last_certificate(last, sealed)

    def _take_change(self, header: Header, answer: dict[str, Any]) -> None:
        """Learn who decides after the block, which has just been verified."""
        if "set_change" not in answer:
            raise ChainBroken(
                f"after block {header.height} others decide, and the file has no set_change of it"
            )
        change = read_set_change(hex_field(answer, "set_change"))
        self._light.sets.add(header, change.following)

    def _check_genesis_block(self, block: Block, answer: dict[str, Any]) -> None:
        genesis, header = self._light.genesis, block.header
        if self._last is not None:
            raise ChainBroken(f"block 0 after block {self.height}")
        if answer.get("certificate") is not None:
            raise BadCertificate("block 0 has a certificate")
        # Its state root is proven by block 1, which names it as parent under a certificate.
        expected = (genesis.chain_id, genesis.time_ms, genesis.validators.hash, ZERO_DIGEST)
        found = (header.chain_id, header.time_ms, header.validators_hash, header.parent_hash)
        if found != expected or block.transactions:
            raise ChainBroken("block 0 is not that of the genesis document")

    def _check_follows(self, header: Header) -> None:
        last = self._last
        if last is None:
            raise ChainBroken(f"the file starts at block {header.height}, must start at 0")
        if header.height != last.height + 1:
            raise ChainBroken(f"block {header.height} after block {last.height}")
        if header.parent_hash != last.hash:
            raise ChainBroken(
                f"block {header.height} names another parent than block {last.height}"
            )
        if header.time_ms <= last.time_ms:
            raise ChainBroken(f"block {header.height} is not later than its parent")
        if header.validators_hash != last.next_validators_hash:
            raise ChainBroken(
                f"block {header.height} is decided by other validators than announced"
            )


def _parse(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line) if len(line) <= LINE_CHARS_MAX else None
    except (ValueError, RecursionError) as error:
        raise BadShape("a line of the file is not JSON") from error
    if not isinstance(value, dict):
        raise BadShape(f"a line must be an object of at most {LINE_CHARS_MAX} characters")
    return value


def _hex_list(answer: dict[str, Any], name: str) -> tuple[bytes, ...]:
    return tuple(bytes_from_hex(item, name) for item in list_field(answer, name))
