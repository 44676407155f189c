"""A certified chain in memory over the real contracts: answers what a node answers, with proofs.

One block a transaction. Headers, certificates, receipts and state proofs are real, signed by the
validators of tests.client.builders, so the light client and the election record work unchanged.
"""

from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from client.errors import RpcRefused
from contracts.registry import CONTRACTS
from contracts.sdk import dispatch
from contracts.tools.abi import abi
from contracts.tools.testing import DictState, Ledger
from node.rpc.render import Renderer
from node.rpc.values import read_arguments, to_json
from primitives.block import Block, Header, transactions_root_of
from primitives.codec import encode
from primitives.crypto import ZERO_DIGEST
from primitives.errors import Rejected
from primitives.ids import Height, show_address
from primitives.merkle import root_of
from primitives.receipt import Receipt, accepted, refused
from primitives.set_change import SetChange
from primitives.submission import Outcome
from primitives.transaction import decode_transaction
from primitives.validators import Validator, ValidatorSet
from tests.client.builders import KEYS, State, certify, make_genesis
from tests.genesis.builders import certificate

BEGAN_MS = 4_000_000_000_000
NAMES = ("accounts", "governance", "identity", "voting")


def certified_genesis():
    """Return the builders' genesis with certificates that a genesis file may hold."""
    bare = make_genesis()
    members = tuple(replace(one, certificate_der=certificate(one.name)) for one in bare.members)
    return replace(bare, members=members)


@dataclass
class _Sealed:
    """A block and what its transactions did."""

    header: Header
    certificate: Any
    transactions: list[bytes]
    receipts: list[Receipt]


def hexed(data: bytes) -> str:
    return "0x" + data.hex()


class Blocks:
    """Blocks of at most one transaction over a ledger, certified when they are asked for."""

    def __init__(self, ledger: Ledger, genesis) -> None:
        self.ledger = ledger
        self.genesis = genesis
        self.sealed: dict[int, _Sealed] = {}
        self._tree: tuple[int, State] | None = None
        self.sets = [(0, genesis.validators, KEYS)]  # from which height on, who decides
        self.changes: list[bytes] = []
        self.seal([], [])

    @property
    def height(self) -> int:
        return self.ledger.block.height - 1

    @property
    def time_ms(self) -> int:
        """The time of the last block."""
        return int(self.sealed[self.height].header.time_ms)

    def fork(self) -> "Blocks":
        other = copy(self)
        other.sets, other.changes = list(self.sets), list(self.changes)
        other.ledger = copy(self.ledger)
        other.ledger.state = DictState()
        other.ledger.state.committed = dict(self.ledger.state.committed)
        other.sealed = {height: copy(sealed) for height, sealed in self.sealed.items()}
        return other

    def execute(self, decoded) -> Receipt:
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

    def deciding(self, height: int):
        """Who decides a height, and their keys."""
        return next(each[1:] for each in reversed(self.sets) if each[0] <= height)

    def change_validators(self, *keys) -> None:
        """Make a block after which others decide, and keep the proof of it."""
        members = sorted((key.public_key, f"seat-{number}") for number, key in enumerate(keys))
        following = ValidatorSet(tuple(Validator(*member) for member in members))
        height = self.ledger.block.height
        self.seal([], [])
        sealed = self.sealed[height]
        sealed.header = replace(sealed.header, next_validators_hash=following.hash)
        self.evidence(height)
        proof = SetChange(
            header=sealed.header.encode(),
            certificate=sealed.certificate.encode(),
            following=following,
        )
        self.changes.append(proof.encode())
        self.sets.append((height + 1, following, keys))
        self.seal([], [])

    def seal(self, transactions: list[bytes], receipts: list[Receipt]) -> None:
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
            validators_hash=self.deciding(at.height)[0].hash,
            next_validators_hash=self.deciding(at.height)[0].hash,
            last_certificate_hash=ZERO_DIGEST,
            app_version=1,
            proposer=KEYS[0].public_key,
            restart=self.genesis.hash,
        )
        self.sealed[at.height] = _Sealed(header, None, transactions, receipts)

    def state(self) -> State:
        """Return the state's tree; made once for each height at which it is asked for."""
        if self._tree is None or self._tree[0] != self.height:
            self._tree = (self.height, State(dict(self.ledger.state.committed)))
        return self._tree[1]

    def evidence(self, height: int) -> dict:
        """Return a certified header; only that of the head names the state."""
        sealed = self.sealed[height]
        if height == self.height and sealed.header.state_root != self.state().root:
            sealed.header = replace(sealed.header, state_root=self.state().root)
            sealed.certificate = None
        if sealed.certificate is None:
            block = Block(sealed.header, tuple(sealed.transactions))
            validators, keys = self.deciding(height)
            sealed.certificate = certify(self.genesis, block, keys, validators)
        evidence = {"header_bytes": hexed(sealed.header.encode())}
        return evidence | {"certificate": hexed(sealed.certificate.encode())}


class VotingChain:
    """`call` and `batch` answer as client.rpc does; `to_time` makes empty blocks."""

    witness = None

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
        self.genesis = certified_genesis()
        contracts = {name: CONTRACTS[name] for name in NAMES}
        ledger = Ledger(
            contracts, {"governance": {"agencies": cast}, "voting": {"class_size_min": 1}}
        )
        # Far ahead of the clock of whatever machine runs this: the chain's own time counts.
        ledger.block = replace(ledger.block, chain_id=self.genesis.chain_id, time_ms=BEGAN_MS)
        self.abis = {name: abi(contract) for name, contract in contracts.items()}
        self.blocks = Blocks(ledger, self.genesis)
        self._renderer = Renderer(self.abis)
        self._places: dict[str, int] = {}

    @property
    def height(self) -> int:
        return self.blocks.height

    def fork(self) -> "VotingChain":
        """Return a chain that goes on from here by itself."""
        other = copy(self)
        other.blocks, other._places = self.blocks.fork(), dict(self._places)
        return other

    def to_time(self, time_ms: int) -> None:
        """Make an empty block, and one of this time unless it is over; blocks come in seconds."""
        ledger = self.blocks.ledger
        if ledger.block.time_ms < time_ms:
            self.blocks.seal([], [])
            ledger.block = replace(ledger.block, time_ms=max(ledger.block.time_ms, time_ms))
            self.blocks.seal([], [])

    async def call(self, method: str, params: dict | None = None, **_options: Any) -> Any:
        if method == "tx_wait":
            return self.tx_get((params or {})["transaction_id"])
        named = {
            "state_getProof": self.state_getProof,
            "contract_getAbi": lambda contract: self.abis[contract],
            "chain_getRestarts": lambda above: [],  # this chain has none
            "events_search": self.events_search,
        }
        return (named.get(method) or getattr(self, method))(**(params or {}))

    async def batch(self, requests, **_options: Any) -> list[Any]:
        answers: list[Any] = []
        for request in requests:
            try:
                answers.append(await self.call(request.method, dict(request.params)))
            except RpcRefused as refusal:
                answers.append(refusal)
        return answers

    async def submit(self, raws, **_options: Any) -> tuple[Outcome, ...]:
        """Take each of a frame of transactions, as a node does."""
        outcomes = []
        for raw in raws:
            try:
                answer = self.tx_submit(hexed(raw))
            except RpcRefused as refusal:
                taken, word = None, refusal.code
            else:
                taken, word = decode_transaction(raw).transaction_id, answer["status"]
            outcomes.append(Outcome(transaction_id=taken, word=word))
        return tuple(outcomes)

    def tx_submit(self, transaction: str) -> dict:
        raw = bytes.fromhex(transaction[2:])
        decoded = decode_transaction(raw)
        identifier = hexed(decoded.transaction_id)
        if identifier not in self._places:
            decoded.check_signatures()
            self._places[identifier] = self.height + 1
            self.blocks.seal([raw], [self.blocks.execute(decoded)])
        return {"transaction_id": identifier, "status": "committed"}

    def tx_get(self, transaction_id: str, *, prove: bool = False) -> dict:
        if transaction_id not in self._places:
            return {"transaction_id": transaction_id, "status": "unknown"}
        height = self._places[transaction_id]
        (receipt,) = self.blocks.sealed[height].receipts
        answer = {
            "transaction_id": transaction_id,
            "status": "committed",
            "height": height,
            "index": 0,
            "receipt": self._renderer.receipt(receipt),
        }
        proof = {"receipt_bytes": hexed(receipt.encode()), "index": 0, "count": 1, "path": []}
        return answer | ({"proof": proof | self.blocks.evidence(height)} if prove else {})

    def state_query(self, contract: str, query: str, args: list) -> dict:
        described = next(q for q in self.abis[contract]["queries"] if q["name"] == query)
        try:
            values = read_arguments(args, described["params"])
            value = self.blocks.ledger.query(contract, query, *values)
        except Rejected as refusal:
            raise RpcRefused(-32000, refusal.message, {"code": refusal.code}) from refusal
        return {"value": to_json(value, described["returns"]), "height": self.height}

    def state_getProof(self, key: str) -> dict:  # noqa: N802 - the method's name on the wire
        wanted, state = bytes.fromhex(key[2:]), self.blocks.state()
        value = state.values.get(wanted)
        found = {
            "key": key,
            "value": None if value is None else hexed(value),
            "proof": hexed(encode(state.proof(wanted).to_value())),
        }
        return found | self.blocks.evidence(self.height) | {"height": self.height}

    def chain_getStatus(self) -> dict:  # noqa: N802
        status = {"chain_id": self.genesis.chain_id, "height": self.height}
        return status | {"contract_time_ms": self.blocks.time_ms}

    def chain_getHeader(self, at: int | str) -> dict:  # noqa: N802
        height = self.height if at == "latest" else int(at)
        return self.blocks.evidence(height) | {"height": height}

    def chain_getValidatorChanges(self, above: int) -> list[dict]:  # noqa: N802
        heights = [first - 1 for first, *_ in self.blocks.sets[1:]]
        pairs = zip(heights, self.blocks.changes, strict=True)
        return [{"proof": hexed(proof)} for height, proof in pairs if height > above]

    def chain_getBlock(self, at: int) -> dict:  # noqa: N802
        sealed = self.blocks.sealed[at]
        return {
            "height": at,
            "header_bytes": hexed(sealed.header.encode()),
            "transactions": [hexed(raw) for raw in sealed.transactions],
            "receipts": [self._renderer.receipt(receipt) for receipt in sealed.receipts],
        }

    def events_search(self, contract: str, event: str, from_height: int, to_height: int) -> dict:
        found = [
            self._renderer.event(one)
            | {"height": height, "index": 0, "transaction_id": hexed(receipt.transaction_id)}
            for height, sealed in self.blocks.sealed.items()
            if from_height <= height <= to_height
            for receipt in sealed.receipts
            for one in receipt.events
            if (one.contract, one.name) == (contract, event)
        ]
        return {"events": found, "next_height": None}
