"""What wallets hand in and vouchers publish: blinded keys with their path, buckets of answers.

Both are canonical msgpack. A bucket has the answers of 256 depositors, by their numbers, to one
class; a wallet fetches whole buckets, so that nobody learns whose answers it wants. What a wallet
hands in names no pairwise key, and needs no signature: the root on the ledger fixes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from client.identity.vouching.errors import BadBucket, BadUpload
from client.identity.vouching.seed import slot_index, year_of
from client.identity.vouching.tree import YEAR_DEPTH, root_from
from contracts.identity.crypto.certificates import SLOTS, Round
from contracts.sdk.bls import G1_BYTES
from contracts.sdk.schema import record_of
from primitives.codec import decode, encode
from primitives.errors import Rejected

BUCKET_SUBJECTS = 256
UPLOAD_BYTES_MAX = 4_096
_BUCKET_BYTES_MAX = 256 * 1_024
_UPLOAD, _BUCKET = "sapha/id-slots 1", "sapha/id-answers 1"
_HASH_BYTES, _PATH = 64, YEAR_DEPTH - (SLOTS.bit_length() - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A depositor's blinded throwaway keys of one epoch, with the path to the root of the year."""

    epoch: int
    number: int  # of the deposit
    elements: tuple[bytes, ...]  # 8 of 48 bytes
    path: tuple[bytes, ...]  # 9 of 64 bytes

    def check(self, root: bytes) -> None:
        """Raise BadUpload unless the elements stand under the root, at their places."""
        year = year_of(self.epoch)
        first = slot_index(self.epoch, 0)
        if root_from(year, first, self.elements, self.path, YEAR_DEPTH) != root:
            raise BadUpload(f"the keys of deposit {self.number} are not under its root")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A voucher's answers to depositors of one bucket, in one class of a round."""

    asked: Round
    class_id: int
    voucher: int
    bucket: int  # of depositors 256 * bucket and on
    answers: Mapping[int, tuple[bytes, ...]]  # number of the deposit -> S of each slot


def bucket_of(number: int) -> int:
    """Return the bucket that has a depositor's answers."""
    return number // BUCKET_SUBJECTS


def bucket_name(asked: Round, class_id: int, voucher: int, bucket: int) -> str:
    """Return the path, below a voucher's folder, of a file of answers."""
    return f"{asked.period}/{asked.generation}/{class_id}/{voucher}/{bucket}.bin"


def write_upload(upload: Upload) -> bytes:
    """Return an upload as bytes."""
    return encode((_UPLOAD, upload.epoch, upload.number, upload.elements, upload.path))


def read_upload(data: bytes) -> Upload:
    """Return what `write_upload` wrote; whose keys they are `check` says. Raises BadUpload."""
    try:
        value: Any = decode(data, bytes_max=UPLOAD_BYTES_MAX)
        kind, epoch, number, elements, path = value
    except (Rejected, ValueError, TypeError) as error:
        raise BadUpload("these bytes hold no blinded keys") from error
    is_right = (
        kind == _UPLOAD
        and _are_numbers((epoch, number))
        and _are_bytes(elements, SLOTS, G1_BYTES)
        and _are_bytes(path, _PATH, _HASH_BYTES)
    )
    if not is_right:
        raise BadUpload("these bytes hold no blinded keys of an epoch")
    return Upload(epoch=epoch, number=number, elements=elements, path=path)


def write_bucket(bucket: Bucket) -> bytes:
    """Return a bucket as bytes; who is not answered is not named."""
    named = record_of(Round).write(bucket.asked, "round")
    place = (bucket.class_id, bucket.voucher, bucket.bucket)
    rows = tuple((number, b"".join(row)) for number, row in sorted(bucket.answers.items()))
    return encode((_BUCKET, named, place, rows))


def read_bucket(data: bytes) -> Bucket:
    """Return what `write_bucket` wrote; each answer is believed once it verifies.

    Raises:
        BadBucket: the bytes have another form, or rows that are not the bucket's.
    """
    try:
        value: Any = decode(data, bytes_max=_BUCKET_BYTES_MAX)
        kind, named, place, rows = value
        asked: Round = record_of(Round).parse(named, "round")
        class_id, voucher, number = place
        answers = {row: _split(joined) for row, joined in rows}
    except (Rejected, ValueError, TypeError) as error:
        raise BadBucket("these bytes hold no answers of a voucher") from error
    numbers = (class_id, voucher, number, *answers)
    is_right = kind == _BUCKET and _are_numbers(numbers) and len(answers) == len(rows)
    if not is_right or any(bucket_of(row) != number for row in answers):
        raise BadBucket("these bytes hold no bucket of answers")
    return Bucket(asked=asked, class_id=class_id, voucher=voucher, bucket=number, answers=answers)


def _split(joined: object) -> tuple[bytes, ...]:
    if not isinstance(joined, bytes) or len(joined) != SLOTS * G1_BYTES:
        raise ValueError("a row has another length")
    return tuple(joined[start : start + G1_BYTES] for start in range(0, len(joined), G1_BYTES))


def _are_numbers(values: tuple[object, ...]) -> bool:
    return all(type(value) is int and 0 <= value < 2**53 for value in values)


def _are_bytes(values: Any, count: int, size: int) -> bool:  # noqa: ANN401 - what a stranger sent
    is_list = type(values) is tuple and len(values) == count
    return is_list and all(type(value) is bytes and len(value) == size for value in values)
