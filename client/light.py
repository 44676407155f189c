"""Verifies what a node says, from the genesis document alone; the node is trusted in nothing.

A header counts only with a certificate of the validators of its height, who follow from those of
the genesis change by change; a value, an absence or a receipt only with a proof under such a
header. Source: docs/protocol.md#light-clients.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from client.answers import Answer, bytes_from_hex, field_of, hex_field, list_field, uint_field
from client.errors import BadAnswer, ForkProven, RpcRefused, StaleAnswer
from client.head_memory import CertifiedHeader, HeadMemory, fork_of
from client.restarts import follow_restarts
from client.rpc import Request, RpcClient
from client.sets import follow_sets
from genesis.following import Follower, Proven, Step
from genesis.restarts import UnknownRestart
from genesis.schema import Genesis
from genesis.sets import UnknownValidators
from primitives.block import Header
from primitives.certificate import BadCertificate
from primitives.crypto import Digest
from primitives.errors import Rejected
from primitives.ids import Height, TransactionId
from primitives.merkle import root_from_path
from primitives.receipt import Receipt, read_receipt
from primitives.state_proof import BadProof, StateProof, check_proof, decode_proof


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenValue:
    """What a key holds under a certified header; `value` None proves that it is absent."""

    key: bytes
    value: bytes | None
    at: Proven


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenReceipt:
    """A transaction's receipt and its place in a certified block."""

    receipt: Receipt
    index: int
    at: Proven


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptProof:
    """A receipt's bytes and its audit path under a header's receipts_root."""

    receipt_bytes: bytes
    index: int
    count: int
    path: tuple[Digest, ...]


class LightClient:
    """Holds the genesis; every check is against its chain id, and validators as they followed.

    With a `memory` nothing that a node shows as its latest may be lower than what was verified
    before, and nothing another at that height.
    """

    def __init__(self, genesis: Genesis, memory: HeadMemory | None = None) -> None:
        self.genesis = genesis
        self.memory = memory
        later = () if memory is None else memory.sets
        self._chain = Follower(
            genesis, later, _held(memory), lambda at: _note(self, at, is_latest=False)
        )
        self.reigns, self.sets = self._chain.reigns, self._chain.sets

    @property
    def steps(self) -> tuple[Step, ...]:
        """What this life learned, in its order."""
        return self._chain.steps

    def check_header(self, header_bytes: bytes, certificate_bytes: bytes) -> Proven:
        """Return the header after verifying that a quorum of the validators sealed it.

        Raises:
            Rejected: as `Follower.check_header`.
            ForkProven: it differs from the highest that the memory holds.
        """
        return self._chain.check_header(header_bytes, certificate_bytes)

    def fork(self, one: Proven, other: Proven) -> ForkProven:
        """Return what two verified headers of one height prove; with a memory both are kept."""
        pair = _certified(one), _certified(other)
        if self.memory is not None:
            try:
                self.memory.refuse_fork(*pair)
            except ForkProven as fault:
                return fault
        return fork_of(*pair)

    def take_restarts(self, proof_bytes: bytes) -> None:
        """Learn the restart statements of one block, in order of the chain; known ones are fine.

        Raises:
            Rejected: as `Follower.take_restarts`.
            ForkProven: the header below differs from the highest that the memory holds.
        """
        self._chain.take_restarts(proof_bytes, _held(self.memory))

    def take_set_change(self, proof_bytes: bytes) -> None:
        """Learn who decides after one block, in order of the chain; known changes are fine.

        Raises as `take_restarts`.
        """
        self._chain.take_set_change(proof_bytes)

    def check_state(
        self, at: Proven, *, key: bytes, value: bytes | None, proof_bytes: bytes
    ) -> ProvenValue:
        """Return that `key` holds `value` (None: is absent) in the state after the block.

        Raises:
            BadProof: the proof shows something else, or is no proof at all.
        """
        proof = _decode_proof(proof_bytes)
        check_proof(proof, state_root=at.header.state_root, key=key, value=value)
        return ProvenValue(key=key, value=value, at=at)

    def check_receipt(
        self, at: Proven, *, transaction_id: TransactionId, proof: ReceiptProof
    ) -> ProvenReceipt:
        """Return the receipt of `transaction_id` in the block.

        Raises:
            BadProof: the receipt is of another transaction, or not under the header.
        """
        try:
            receipt = read_receipt(proof.receipt_bytes)
            root = root_from_path(
                proof.receipt_bytes, index=proof.index, count=proof.count, path=proof.path
            )
        except Rejected as error:
            raise BadProof(f"not a receipt proof: {error.message}") from error
        if receipt.transaction_id != transaction_id:
            raise BadProof(f"the receipt is of transaction {receipt.transaction_id.hex()}")
        if root != at.header.receipts_root:
            raise BadProof("the receipt leads to another receipts root")
        return ProvenReceipt(receipt=receipt, index=proof.index, at=at)

    def check_fresh(self, at: Proven, *, now_ms: int, age_ms_max: int) -> None:
        """Raise StaleAnswer if the block is older than `age_ms_max`.

        A server can withhold newer blocks; only their age shows it.
        """
        age_ms = now_ms - at.header.time_ms
        if age_ms > age_ms_max:
            height = at.header.height
            raise StaleAnswer(f"block {height} is {age_ms} ms old, allowed are {age_ms_max}")

    async def head(self, rpc: RpcClient) -> Proven:
        """Return the node's latest header, verified. Raises HeadWentBack by the memory."""
        found = await self.header(rpc, "latest")
        _note(self, found, is_latest=True)
        return found

    async def header(self, rpc: RpcClient, at: int | str) -> Proven:
        """Return the node's header at a height (or "latest"), verified."""
        answer = await rpc.call("chain_getHeader", {"at": at})
        return await self.follow_header(rpc, *_header_of(answer))

    async def state(self, rpc: RpcClient, key: bytes) -> ProvenValue:
        """Ask for `key` and return what was verified.

        Raises as the checks, BadAnswer, or HeadWentBack by the memory.
        """
        answer = await rpc.call("state_getProof", {"key": "0x" + key.hex()})
        found = await self._read_state(rpc, key, answer)
        _note(self, found.at, is_latest=True)
        return found

    async def states(self, rpc: RpcClient, keys: Sequence[bytes]) -> list[ProvenValue]:
        """Ask for 1 to 100 keys together and return what was verified, in order. Raises as `state`.

        The values may be of different heights: the chain may move between them.
        """
        asked = [Request("state_getProof", {"key": "0x" + key.hex()}) for key in keys]
        answers = await rpc.batch(asked)
        for answer in answers:
            if isinstance(answer, RpcRefused):
                raise answer
        pairs = zip(keys, answers, strict=True)
        found = [await self._read_state(rpc, key, answer) for key, answer in pairs]
        _note(self, max((one.at for one in found), key=_height_of), is_latest=True)
        return found

    async def follow_header(self, rpc: RpcClient, header: bytes, certificate: bytes) -> Proven:
        """Check a header, after learning from the node which restarts and sets it follows.

        Raises:
            Rejected: what `check_header`, `take_restarts` and `take_set_change` raise.
        """
        before: tuple[Height, Height] | None = None
        while True:
            known = self.reigns.last.first_height, self.sets.last[0]
            try:
                return self.check_header(header, certificate)
            except (UnknownRestart, UnknownValidators):
                if known == before:
                    raise
            before = known
            for follow in (follow_sets, follow_restarts):
                with suppress(UnknownRestart, UnknownValidators):  # the other is followed first
                    await follow(self, rpc)

    async def _read_state(self, rpc: RpcClient, key: bytes, answer: Answer) -> ProvenValue:
        at = await self.follow_header(rpc, *_header_of(answer))
        value = None if field_of(answer, "value") is None else hex_field(answer, "value")
        return self.check_state(at, key=key, value=value, proof_bytes=hex_field(answer, "proof"))

    async def receipt(self, rpc: RpcClient, transaction_id: TransactionId) -> ProvenReceipt:
        """Ask for a committed transaction's receipt and return what was verified."""
        params = {"transaction_id": "0x" + transaction_id.hex(), "prove": True}
        answer = field_of(await rpc.call("tx_get", params), "proof")
        if answer is None:
            raise BadAnswer("the node gives no proof; is the transaction committed?")
        at = await self.follow_header(rpc, *_header_of(answer))
        proof = ReceiptProof(
            receipt_bytes=hex_field(answer, "receipt_bytes"),
            index=uint_field(answer, "index"),
            count=uint_field(answer, "count"),
            path=tuple(Digest(bytes_from_hex(item, "path")) for item in list_field(answer, "path")),
        )
        return self.check_receipt(at, transaction_id=transaction_id, proof=proof)


def _held(memory: HeadMemory | None) -> Header | None:
    """Return the highest header that this or an earlier life remembers."""
    highest = None if memory is None else memory.highest
    return None if highest is None else highest.header


def _height_of(at: Proven) -> int:
    return at.header.height


def _note(light: LightClient, at: Proven, *, is_latest: bool) -> None:
    if light.memory is not None:
        light.memory.note(_certified(at), is_latest=is_latest, sets=light.sets.later)


def _certified(at: Proven) -> CertifiedHeader:
    return CertifiedHeader(at.header, at.certificate.encode())


def _decode_proof(data: bytes) -> StateProof:
    try:
        return decode_proof(data)
    except Rejected as error:
        raise BadProof(f"not a state proof: {error.message}") from error


def _header_of(answer: Answer) -> tuple[bytes, bytes]:
    if field_of(answer, "certificate") is None:
        raise BadCertificate("the node gives no certificate; nothing is committed after genesis")
    return hex_field(answer, "header_bytes"), hex_field(answer, "certificate")
