"""Blocks, certificates, receipts and the transaction index, by height."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from node.store import schema
from node.store.bounded import BoundedDict
from node.store.faults import damaged_store
from node.store.ports import Put, Reading
from primitives.block import Block, Header, decode_block, decode_header
from primitives.certificate import Certificate, UncheckedCertificate, read_certificate
from primitives.codec import decode, encode
from primitives.crypto import Digest
from primitives.errors import BadShape, Rejected
from primitives.ids import Height, TransactionId
from primitives.limits import BLOCK_TRANSACTIONS_MAX
from primitives.set_change import SetChange
from primitives.shape import array_of, blob_of, fields_of
from primitives.validators import ValidatorSet, read_validator_set

_RECEIPTS_BYTES_MAX = 1 << 30
_VALIDATORS_BYTES_MAX = 64 * 1024
_HEADER_BYTES_MAX = 64 * 1024
_RECEIPTS_KEPT_MAX = 8  # blocks whose receipts stay in memory: many ask about the same ones
T = TypeVar("T")


class Pruned(Rejected):
    """This node no longer keeps the block or its index; ask an archive node."""


def pruned(height: int, first: int) -> Pruned:
    """Return the refusal of a block below the `first` that is kept."""
    message = f"block {height} is pruned, the first kept is {first}"
    return Pruned(message, height=height, first=first)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRecord:
    """All that is stored of one block; `certificate` is None only at height 0.

    It is kept until the next block brings the one that all nodes keep. `restart_proof` is what
    proves the restart statements of the block, None when it has none.
    """

    block: Block
    certificate: Certificate | None
    receipts: tuple[bytes, ...]
    transaction_ids: tuple[TransactionId, ...]
    next_validators: ValidatorSet
    restart_proof: bytes | None = None

    @property
    def set_change(self) -> bytes | None:
        """What proves that others decide after the block; None when it changes nothing."""
        header, certificate = self.block.header, self.certificate
        if certificate is None or header.next_validators_hash == header.validators_hash:
            return None
        change = SetChange(
            header=header.encode(),
            certificate=certificate.encode(),
            following=self.next_validators,
        )
        return change.encode()


class ChainStore:
    """The committed chain. A reader gets None for what never was and Pruned for what is gone.

    `first_block` and `first_index` are the heights from which blocks are kept and transactions
    can be found; node.store.pruning moves them.
    """

    def __init__(self, kv: Reading, path: Path) -> None:
        self._kv = kv
        self._path = path
        self.first_block = self._number(schema.META_FIRST_BLOCK)
        self.first_index = self._number(schema.META_FIRST_INDEX)
        head = self.head()
        self._last_block = -1 if head is None else head[0]
        self._receipts: BoundedDict[Height, tuple[bytes, ...]] = BoundedDict(_RECEIPTS_KEPT_MAX)

    def head(self) -> tuple[Height, Digest] | None:
        """Return height and hash of the last stored block, None in an empty store."""
        data = self._kv.get(schema.META_HEAD)
        return None if data is None else self._read("the head", schema.read_head_value, data)

    def stored(self, height: Height) -> None:
        """Take note that the `puts` of the block at `height` are durable."""
        self._last_block = height

    def puts(self, record: BlockRecord) -> Iterator[Put]:
        """Yield the writes that store a block and make it the head."""
        height, block = record.block.height, record.block
        yield schema.at_height(schema.BLOCKS, height), block.encode()
        yield schema.at_height(schema.RECEIPTS, height), encode(record.receipts)
        ids = record.transaction_ids
        yield schema.at_height(schema.TRANSACTION_IDS, height), b"".join(ids)
        yield schema.HEIGHTS + block.hash, schema.number_value(height)
        if record.certificate is not None:
            yield schema.META_CERTIFICATE, record.certificate.encode()
        last = block.last_certificate
        proof = None if last is None else last.encode()
        yield schema.at_height(schema.HEADERS, height), encode((block.header.encode(), proof))
        signers = b"" if last is None else last.signers
        kept = schema.signers_value(block.header.validators_hash, signers)
        yield schema.at_height(schema.SIGNERS, height), kept
        if record.restart_proof is not None:
            yield schema.at_height(schema.RESTARTS, height), record.restart_proof
        if record.set_change is not None:
            yield schema.at_height(schema.SET_CHANGES, height), record.set_change
        for index, transaction_id in enumerate(ids):
            yield schema.TRANSACTIONS + transaction_id, schema.place_value(height, index)
        validators = record.next_validators
        yield schema.VALIDATORS + validators.hash, encode(validators.to_value())
        yield schema.META_HEAD, schema.head_value(height, block.hash)

    def block_at(self, height: Height) -> Block | None:
        """Return the block at `height`. Raises Pruned, StoreDamaged."""
        return self._kept(schema.BLOCKS, height, decode_block)

    def header_at(self, height: Height) -> Header | None:
        """Return the header of the block at `height`, read alone. Raises Pruned, StoreDamaged."""
        return self._kept(schema.HEADERS, height, lambda data: decode_header(_header_of(data)[0]))

    def certificate_at(self, height: Height) -> UncheckedCertificate | None:
        """Return what proves the block at `height`: from the block after it, or the head's own."""
        if height == self._last_block:
            data = self._kv.get(schema.META_CERTIFICATE)
        else:
            data = self._kept(schema.HEADERS, Height(height + 1), lambda data: _header_of(data)[1])
        return None if data is None else self._read(f"certificate {height}", read_certificate, data)

    def signers_at(self, height: Height) -> tuple[Digest, bytes] | None:
        """Return the validators hash of `height`, and the bit map of who signed the one below.

        None when the block is not (any more) stored.
        """
        data = self._kv.get(schema.at_height(schema.SIGNERS, height))
        return None if data is None else schema.read_signers(data)

    def receipts_at(self, height: Height) -> tuple[bytes, ...]:
        """Return the encoded receipts of the block at `height`; none when it is not stored."""
        known = self._receipts.items.get(height)
        if known is not None and height >= self.first_block:
            return known
        data = self._kv.get(schema.at_height(schema.RECEIPTS, height))
        if data is None:
            return ()
        receipts = self._read(f"receipts {height}", _receipts, data)
        self._receipts.put(height, receipts)
        return receipts

    def ids_at(self, height: Height) -> tuple[TransactionId, ...]:
        """Return the ids of the block's transactions, in order; none when it is not stored."""
        data = self._kv.get(schema.at_height(schema.TRANSACTION_IDS, height))
        return () if data is None else schema.split_ids(data)

    def height_of(self, block_hash: Digest) -> Height | None:
        """Return the height of a stored block."""
        data = self._kv.get(schema.HEIGHTS + block_hash)
        if data is None:
            return None
        return Height(self._read("a height", schema.read_number, data))

    def place_of(self, transaction_id: TransactionId) -> tuple[Height, int] | None:
        """Return height and index of a transaction, None when it is not in the index."""
        data = self._kv.get(schema.TRANSACTIONS + transaction_id)
        return None if data is None else schema.read_place(data)

    def validators(self, validators_hash: Digest) -> ValidatorSet:
        """Return the validator set with this hash, which a stored header carries."""
        data = self._kv.get(schema.VALIDATORS + validators_hash)
        found = None if data is None else self._read("a validator set", _validators, data)
        if found is None or found.hash != validators_hash:
            raise damaged_store(self._path, f"validator set {validators_hash.hex()} is missing")
        return found

    def _kept(self, prefix: bytes, height: Height, reader: Callable[[bytes], T]) -> T | None:
        """Return what is kept of a height, None above the head. Raises Pruned, StoreDamaged."""
        data = self._kv.get(schema.at_height(prefix, height))
        if data is not None:
            return self._read(f"block {height}", reader, data)
        if height < self.first_block:
            raise pruned(height, self.first_block)
        if height <= self._last_block:
            raise damaged_store(self._path, f"block {height} is missing")
        return None

    def _number(self, key: bytes) -> int:
        data = self._kv.get(key)
        return 0 if data is None else self._read("a number", schema.read_number, data)

    def _read(self, what: str, reader: Callable[[bytes], T], data: bytes) -> T:
        try:
            return reader(data)
        except Rejected as error:
            raise damaged_store(self._path, f"{what}: {error.message}") from error


def _receipts(data: bytes) -> tuple[bytes, ...]:
    value = decode(data, bytes_max=_RECEIPTS_BYTES_MAX)
    items = array_of(value, name="receipts", count_max=BLOCK_TRANSACTIONS_MAX + 1)
    return tuple(blob_of(item, name="receipt", length_max=len(data)) for item in items)


def _header_of(data: bytes) -> tuple[bytes, bytes | None]:
    header, proof = fields_of(decode(data, bytes_max=_HEADER_BYTES_MAX), name="header", count=2)
    if not isinstance(header, bytes) or not (proof is None or isinstance(proof, bytes)):
        raise BadShape("a header record is not of bytes", field="header")
    return header, proof


def _validators(data: bytes) -> ValidatorSet:
    return read_validator_set(decode(data, bytes_max=_VALIDATORS_BYTES_MAX))
