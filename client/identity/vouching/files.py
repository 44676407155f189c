"""What wallets hand in and vouchers publish: blinded keys with their path, buckets of answers.

All are canonical msgpack. A bucket has the answers of 256 depositors, by their numbers, to one
class; a wallet fetches whole buckets, so that nobody learns whose answers it wants. Of a list all
places of a subject are handed in, answered and fetched together. What a wallet hands in names no
pairwise key, and needs no signature: the root on the ledger fixes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from client.identity.vouching.errors import BadBucket, BadUpload
from client.identity.vouching.seed import slot_index, year_of
from client.identity.vouching.tree import ENROL_DEPTH, YEAR_DEPTH, root_from, tree_of
from contracts.identity.crypto.certificates import PLACES, SLOTS, Round
from contracts.sdk.bls import G1_BYTES
from contracts.sdk.schema import record_of
from primitives.codec import decode, encode
from primitives.errors import Rejected

BUCKET_SUBJECTS = 256
UPLOAD_BYTES_MAX = 4_096
PLACES_BYTES_MAX = 64 * 1_024
BUCKET_BYTES_MAX = 256 * 1_024
_UPLOAD, _BUCKET = "sapha/id-slots 1", "sapha/id-answers 1"
_PLACES, _PLACE_ANSWERS = "sapha/id-places 1", "sapha/id-place-answers 1"
_HASH_BYTES, _SID_BYTES, _PATH = 64, 32, YEAR_DEPTH - (SLOTS.bit_length() - 1)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesUpload:
    """A subject's blinded pairwise keys of a list: of all its places, in order."""

    list_id: int
    generation: int
    sid: bytes  # 32 bytes
    elements: tuple[bytes, ...]  # 1,024 of 48 bytes

    def check(self, root: bytes) -> None:
        """Raise BadUpload unless the elements are those under the subject's root."""
        if tree_of(self.list_id, self.elements, ENROL_DEPTH).root != root:
            raise BadUpload(f"the keys of 0x{self.sid.hex()} are not under its root")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceAnswers:
    """A voucher's answers to one subject's blinded keys of a list, in order of the places."""

    asked: Round
    voucher: int
    sid: bytes
    answers: tuple[bytes, ...]  # S of each place


def bucket_of(number: int) -> int:
    """Return the bucket that has a depositor's answers."""
    return number // BUCKET_SUBJECTS


def bucket_name(asked: Round, class_id: int, voucher: int, bucket: int) -> str:
    """Return the path, below a voucher's folder, of a file of answers."""
    return f"{asked.period}/{asked.generation}/{class_id}/{voucher}/{bucket}.bin"


def places_name(asked: Round, voucher: int, sid: bytes) -> str:
    """Return the path, below a voucher's folder, of its answers to a subject in a list."""
    return f"enrol/{asked.period}/{asked.edition}/{asked.generation}/{voucher}/{sid.hex()}.bin"


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
        value: Any = decode(data, bytes_max=BUCKET_BYTES_MAX)
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


def write_places(upload: PlacesUpload) -> bytes:
    """Return an upload of a list as bytes."""
    return encode((_PLACES, upload.list_id, upload.generation, upload.sid, upload.elements))


def read_places(data: bytes) -> PlacesUpload:
    """Return what `write_places` wrote; whose keys they are `check` says. Raises BadUpload."""
    try:
        value: Any = decode(data, bytes_max=PLACES_BYTES_MAX)
        kind, list_id, generation, sid, elements = value
    except (Rejected, ValueError, TypeError) as error:
        raise BadUpload("these bytes hold no blinded keys") from error
    is_right = kind == _PLACES and _are_numbers((list_id, generation))
    if not is_right or not _are_bytes((sid,), 1, _SID_BYTES):
        raise BadUpload("these bytes hold no blinded keys of a list")
    if not _are_bytes(elements, PLACES, G1_BYTES):
        raise BadUpload("these bytes hold no blinded keys of all places of a list")
    return PlacesUpload(list_id=list_id, generation=generation, sid=sid, elements=elements)


def write_place_answers(given: PlaceAnswers) -> bytes:
    """Return answers to a subject's keys of a list as bytes."""
    named = record_of(Round).write(given.asked, "round")
    return encode((_PLACE_ANSWERS, named, given.voucher, given.sid, given.answers))


def read_place_answers(data: bytes) -> PlaceAnswers:
    """Return what `write_place_answers` wrote; each is believed once it verifies.

    Raises:
        BadBucket: the bytes have another form.
    """
    try:
        value: Any = decode(data, bytes_max=PLACES_BYTES_MAX)
        kind, named, voucher, sid, answers = value
        asked: Round = record_of(Round).parse(named, "round")
    except (Rejected, ValueError, TypeError) as error:
        raise BadBucket("these bytes hold no answers of a voucher") from error
    is_right = kind == _PLACE_ANSWERS and _are_numbers((voucher,))
    is_right = is_right and _are_bytes((sid,), 1, _SID_BYTES)
    if not is_right or not _are_bytes(answers, PLACES, G1_BYTES):
        raise BadBucket("these bytes hold no answers to the places of a list")
    return PlaceAnswers(asked=asked, voucher=voucher, sid=sid, answers=answers)


def _split(joined: object) -> tuple[bytes, ...]:
    if not isinstance(joined, bytes) or len(joined) != SLOTS * G1_BYTES:
        raise ValueError("a row has another length")
    return tuple(joined[start : start + G1_BYTES] for start in range(0, len(joined), G1_BYTES))


def _are_numbers(values: tuple[object, ...]) -> bool:
    return all(type(value) is int and 0 <= value < 2**53 for value in values)


def _are_bytes(values: Any, count: int, size: int) -> bool:  # noqa: ANN401 - what a stranger sent
    is_list = type(values) is tuple and len(values) == count
    return is_list and all(type(value) is bytes and len(value) == size for value in values)
