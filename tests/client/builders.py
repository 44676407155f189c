"""A small certified chain, made with real keys, certificates and proofs."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from genesis.schema import Genesis, GenesisContract, GenesisMember, Parameters
from node.store.state_tree import StateTree
from primitives.block import Block, Header, transactions_root_of
from primitives.certificate import SEAL_TAG, Certificate, assemble, seal_bytes
from primitives.crypto import ZERO_DIGEST, Digest, PublicKey, SigningKey
from primitives.ids import Height, TransactionId, View
from primitives.merkle import path_of, root_of
from primitives.receipt import Event, Receipt, accepted
from primitives.state_proof import StateProof
from primitives.state_tree import content_of, key_hash
from primitives.validators import ValidatorSet

KEYS = tuple(SigningKey(bytes([i + 1]) * 32) for i in range(4))
TIME_MS = 1_763_900_000_000


def make_genesis(*, time_ms: int = TIME_MS) -> Genesis:
    members = tuple(
        GenesisMember(
            name=f"agency-{i}",
            public_key=key.public_key,
            certificate_der=base64.b64decode("MAAA"),
            host="127.0.0.1",
            port=26600 + i,
            is_validator=True,
        )
        for i, key in enumerate(KEYS)
    )
    configs = {"cbdc": {}, "voting": {"class_size_min": 1}}
    contracts = tuple(
        GenesisContract(name=name, version=1, code_hash=ZERO_DIGEST, config=config)
        for name, config in configs.items()
    )
    return Genesis(
        network="devnet",
        kind="development",
        time_ms=time_ms,
        parameters=Parameters(),
        members=members,
        contracts=contracts,
    )


class State:
    """The tree over `values`, and the proofs that a node would give."""

    def __init__(self, values: dict[bytes, bytes]) -> None:
        self.values = values
        self._leaves: dict[int, Sequence[bytes]] = {}
        self._tree = StateTree()
        entries = (key_hash(key) + content_of(value) for key, value in values.items())
        self._tree.load(sorted(entries), self._leaves.__setitem__)

    @property
    def root(self) -> Digest:
        return self._tree.root

    def proof(self, key: bytes) -> StateProof:
        leaf = self._tree.leaf_of(key_hash(key))
        entries = self._leaves.get(leaf, ())
        return StateProof(
            count=self._tree.count,
            entries=tuple((entry[:32], entry[32:]) for entry in entries),
            rows=self._tree.rows(leaf),
        )


def make_receipt(number: int) -> Receipt:
    events = (Event("cbdc", "Transferred", (bytes(20), number)),)
    return accepted(TransactionId(bytes([number]) * 32), "cbdc", events)


RECEIPTS = tuple(make_receipt(number) for number in range(5))
RECEIPT_BYTES = tuple(receipt.encode() for receipt in RECEIPTS)


def receipt_path(index: int) -> tuple[Digest, ...]:
    return path_of(RECEIPT_BYTES, index)


@dataclass(frozen=True)
class Link:
    """A block with its certificate."""

    block: Block
    certificate: Certificate | None


def make_header(genesis: Genesis, parent: Link | None, state_root: Digest) -> Header:
    height = 0 if parent is None else parent.block.height + 1
    has_certificate = parent is not None and parent.certificate is not None
    return Header(
        chain_id=genesis.chain_id,
        height=Height(height),
        time_ms=genesis.time_ms + height,
        parent_hash=ZERO_DIGEST if parent is None else parent.block.hash,
        transactions_root=transactions_root_of(transactions_at(height), ()),
        receipts_root=root_of(RECEIPT_BYTES),
        state_root=state_root,
        validators_hash=genesis.validators.hash,
        next_validators_hash=genesis.validators.hash,
        last_certificate_hash=parent.certificate.hash if has_certificate else ZERO_DIGEST,
        app_version=1,
        proposer=PublicKey(bytes(33)) if parent is None else KEYS[0].public_key,
        restart=genesis.hash,
    )


def transactions_at(height: int) -> tuple[bytes, ...]:
    return () if height == 0 else (b"transaction", bytes([height]))


def certify(
    genesis: Genesis,
    block: Block,
    keys: tuple[SigningKey, ...] = KEYS,
    validators: ValidatorSet | None = None,
) -> Certificate:
    signed = seal_bytes(genesis.chain_id, genesis.hash, block.height, View(0), block.hash)
    seals = {key.public_key: key.sign(SEAL_TAG, signed) for key in keys}
    return assemble(
        sealed=(block.height, View(0), block.hash),
        restart=genesis.hash,
        seals=seals,
        validators=validators or genesis.validators,
    )


def make_chain(genesis: Genesis, state: State, length: int) -> list[Link]:
    links: list[Link] = []
    for height in range(length):
        header = make_header(genesis, links[-1] if links else None, state.root)
        last = links[-1].certificate if links else None
        block = Block(
            header,
            transactions_at(height),
            last_certificate=None if last is None else last.unchecked,
        )
        links.append(Link(block, certify(genesis, block) if height else None))
    return links


def block_answer(link: Link) -> dict:
    """Return the link as chain_getBlock answers it."""
    certificate, last = link.certificate, link.block.last_certificate
    return {
        "hash": "0x" + link.block.hash.hex(),
        "height": link.block.height,
        "header_bytes": "0x" + link.block.header.encode().hex(),
        "transactions": ["0x" + raw.hex() for raw in link.block.transactions],
        "evidence": ["0x" + raw.hex() for raw in link.block.evidence],
        "last_certificate": None if last is None else "0x" + last.encode().hex(),
        "restarts": [],
        "certificate": None if certificate is None else "0x" + certificate.encode().hex(),
    }
