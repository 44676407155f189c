"""A certified chain in memory over the real contracts: answers what a node answers, with proofs.

One block a transaction. Headers, certificates, receipts and state proofs are real, signed by the
validators of tests.client.builders, so the light client and the election record work unchanged.
"""

from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import Any

from client.errors import RpcRefused
from contracts.sdk import dispatch
from contracts.sdk.abi import abi
from contracts.sdk.testing import DictState, Ledger
from node.rpc.render import Renderer
from node.rpc.values import read_arguments, to_json
from primitives.block import Block, Header, transactions_root_of
from primitives.codec import encode
from primitives.crypto import ZERO_DIGEST
from primitives.errors import Rejected
from primitives.ids import Height, show_address
from primitives.merkle import path_of, root_of
from primitives.receipt import Receipt, accepted, refused
from primitives.state_proof import bucket_of, key_hash, value_hash
from primitives.transaction import decode_transaction
from tests.client.builders import BITS, KEYS, State, certify, make_genesis

NAMES = ("accounts", "governance", "identity", "voting")


def contract_of(name: str):
    import_module(f"contracts.{name}.queries")
    return import_module(f"contracts.{name}.contract").contract


@dataclass
class _Sealed:
    """A block and what its transactions did."""

    header: Header
    certificate: Any
    transactions: list[bytes]
    receipts: list[Receipt]


def hexed(data: bytes) -> str:
    return "0x" + data.hex()


class Tree(State):
    """The builders' tree, with each bucket hashed once."""

    def bucket(self, number: int):
        return self.buckets[number]

    @cached_property
    def buckets(self):
        found = [[], [], [], []]
        for key, value in self.values.items():
            hashed = key_hash(key)
            found[bucket_of(hashed, BITS)].append((hashed, value_hash(value)))
        return [tuple(sorted(pairs)) for pairs in found]


class VotingChain:
    """`call` and `batch` answer as client.rpc does; `to_height` makes empty blocks."""

    def __init__(self, agencies: dict[str, tuple[str, ...]]) -> None:
        cast = [
            {
                "id": name,
                "name_th": "ก",
                "name_en": name,
                "kinds": list(kinds),
                "administrator": show_address(Ledger.address(name)),
            }
            for name, kinds in agencies.items()
        ]
        self.genesis = make_genesis()
        contracts = {name: contract_of(name) for name in NAMES}
        self.ledger = Ledger(contracts, {"governance": {"agencies": cast}})
        self.ledger.block = replace(self.ledger.block, chain_id=self.genesis.chain_id)
        self.abis = {name: abi(contract) for name, contract in contracts.items()}
        self._renderer = Renderer(self.abis)
        self._blocks: dict[int, _Sealed] = {}
        self._places: dict[str, tuple[int, int]] = {}
        self.asked: list[str] = []
        self._tree: tuple[int, Tree] | None = None
        self._seal([], [])

    @property
    def height(self) -> int:
        return self.ledger.block.height - 1

    def fork(self) -> "VotingChain":
        """Return a chain that goes on from here by itself."""
        other = copy(self)
        other.ledger = copy(self.ledger)
        other.ledger.state = DictState()
        other.ledger.state.committed = dict(self.ledger.state.committed)
        other._blocks = {height: copy(sealed) for height, sealed in self._blocks.items()}
        other._places, other.asked = dict(self._places), []
        return other

    def to_height(self, height: int) -> None:
        """Make empty blocks until the next one has this height."""
        while self.height + 1 < height:
            self._seal([], [])

    async def call(self, method: str, params: dict | None = None, *, timeout_s: Any = None) -> Any:
        del timeout_s
        self.asked.append(method)
        return getattr(self, method)(**(params or {}))

    async def batch(self, requests, *, timeout_s: Any = None) -> list[Any]:
        del timeout_s
        answers: list[Any] = []
        for request in requests:
            try:
                answers.append(await self.call(request.method, dict(request.params)))
            except RpcRefused as refusal:
                answers.append(refusal)
        return answers

    def tx_submit(self, transaction: str) -> dict:
        raw = bytes.fromhex(transaction[2:])
        decoded = decode_transaction(raw)
        identifier = hexed(decoded.transaction_id)
        if identifier not in self._places:
            decoded.check_signatures()
            receipt = self._execute(decoded)
            self._places[identifier] = (self.height + 1, 0)
            self._seal([raw], [receipt])
        return {"transaction_id": identifier, "status": "committed"}

    def _execute(self, decoded) -> Receipt:
        ledger, body = self.ledger, decoded.body
        call = dispatch.Call(
            sender=body.sender,
            contract=body.contract,
            method=body.method,
            args=body.args,
            transaction_id=decoded.transaction_id,
        )
        try:
            dispatch.check(ledger.contracts, ledger.state, ledger.block, call)
            events = dispatch.execute(ledger.contracts, ledger.state, ledger.block, call)
        except Rejected as error:
            ledger.state.discard()
            return refused(decoded.transaction_id, body.contract, error)
        ledger.state.keep()
        return accepted(decoded.transaction_id, body.contract, events)

    def _seal(self, transactions: list[bytes], receipts: list[Receipt]) -> None:
        at = self.ledger.block
        self.ledger.next_block()
        header = Header(
            chain_id=self.genesis.chain_id,
            height=Height(at.height),
            time_ms=at.time_ms,
            parent_hash=ZERO_DIGEST,
            transactions_root=transactions_root_of(tuple(transactions), ()),
            receipts_root=root_of(tuple(receipt.encode() for receipt in receipts)),
            state_root=ZERO_DIGEST,
            validators_hash=self.genesis.validators.hash,
            next_validators_hash=self.genesis.validators.hash,
            last_certificate_hash=ZERO_DIGEST,
            app_version=1,
            proposer=KEYS[0].public_key,
        )
        self._blocks[at.height] = _Sealed(header, None, transactions, receipts)

    def _sealed(self, height: int) -> _Sealed:
        """Return a block, certified; the state root is known at the head only."""
        sealed = self._blocks[height]
        if sealed.certificate is None:
            if height == self.height:
                sealed.header = replace(sealed.header, state_root=self._state().root)
            block = Block(sealed.header, tuple(sealed.transactions))
            sealed.certificate = certify(self.genesis, block)
        return sealed

    def _state(self) -> State:
        """Return the state's tree; made once for each height at which it is asked for."""
        if self._tree is None or self._tree[0] != self.height:
            self._tree = (self.height, Tree(dict(self.ledger.state.committed)))
        return self._tree[1]

    def _evidence(self, height: int) -> dict:
        sealed = self._sealed(height)
        evidence = {"header_bytes": hexed(sealed.header.encode())}
        return evidence | {"certificate": hexed(sealed.certificate.encode())}

    def tx_get(self, transaction_id: str, prove: bool = False) -> dict:
        if transaction_id not in self._places:
            return {"transaction_id": transaction_id, "status": "unknown"}
        height, index = self._places[transaction_id]
        sealed = self._sealed(height)
        answer = {
            "transaction_id": transaction_id,
            "status": "committed",
            "height": height,
            "index": index,
            "receipt": self._renderer.receipt(sealed.receipts[index]),
        }
        encoded = tuple(receipt.encode() for receipt in sealed.receipts)
        proof = {
            "receipt_bytes": hexed(encoded[index]),
            "index": index,
            "count": len(encoded),
            "path": [hexed(node) for node in path_of(encoded, index)],
        }
        return answer | ({"proof": proof | self._evidence(height)} if prove else {})

    def tx_wait(self, transaction_id: str, timeout_ms: int) -> dict:
        assert timeout_ms > 0
        return self.tx_get(transaction_id)

    def state_query(self, contract: str, query: str, args: list) -> dict:
        described = next(q for q in self.abis[contract]["queries"] if q["name"] == query)
        try:
            values = read_arguments(args, described["params"])
            value = self.ledger.query(contract, query, *values)
        except Rejected as refusal:
            raise RpcRefused(-32000, refusal.message, {"code": refusal.code}) from refusal
        return {"value": to_json(value, described["returns"]), "height": self.height}

    def state_getProof(self, key: str) -> dict:  # noqa: N802 - the method's name on the wire
        wanted, state = bytes.fromhex(key[2:]), self._state()
        if self._blocks[self.height].header.state_root != state.root:
            self._blocks[self.height].certificate = None
        value = state.values.get(wanted)
        found = {
            "key": key,
            "value": None if value is None else hexed(value),
            "proof": hexed(encode(state.proof(wanted).to_value())),
        }
        return found | self._evidence(self.height) | {"height": self.height}

    def chain_getStatus(self) -> dict:  # noqa: N802
        return {"chain_id": self.genesis.chain_id, "height": self.height}

    def chain_getHeader(self, at: int | str) -> dict:  # noqa: N802
        height = self.height if at == "latest" else int(at)
        return self._evidence(height) | {"height": height}

    def chain_getBlock(self, at: int) -> dict:  # noqa: N802
        sealed = self._blocks[at]
        return {
            "height": at,
            "transactions": [hexed(raw) for raw in sealed.transactions],
            "receipts": [self._renderer.receipt(receipt) for receipt in sealed.receipts],
        }

    def contract_getAbi(self, contract: str) -> dict:  # noqa: N802
        return self.abis[contract]

    def events_search(self, contract: str, event: str, from_height: int) -> dict:
        found = [
            self._renderer.event(one)
            | {"height": height, "transaction_id": hexed(receipt.transaction_id)}
            for height, sealed in self._blocks.items()
            if height >= from_height
            for receipt in sealed.receipts
            for one in receipt.events
            if (one.contract, one.name) == (contract, event)
        ]
        return {"events": found, "next_height": None}
