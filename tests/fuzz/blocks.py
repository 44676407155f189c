"""Whole blocks with the certificate of their parent, and certificates and headers alone.

The first byte of an input says which.
"""

from dataclasses import replace

from primitives.block import decode_block, decode_header
from primitives.block import last_certificate_hash_of as hash_of
from primitives.certificate import read_certificate
from primitives.codec import decode, encode
from primitives.errors import Rejected
from primitives.limits import FRAME_BYTES_MAX
from primitives.merkle import root_of
from primitives.restart import read_restart
from primitives.shape import array_of, blob_of, fields_of
from tests.fuzz import vectors

HEADER = decode_block(vectors.blocks()[0]).header
BODIES = 4
READERS = (decode_block, decode_header, read_certificate, read_restart)


def check(data: bytes) -> None:
    """What is read is written as the same bytes."""
    kind = data[0] % (len(READERS) + 1) if data else 0
    if kind == BODIES:
        _check_body(data[1:])
        return
    try:
        read = READERS[kind](data[1:])
    except Rejected:
        return
    assert read.encode() == data[1:]


def _check_body(data: bytes) -> None:
    """A body under a header that commits to it, so that the search gets behind the roots."""
    try:
        body = fields_of(decode(data, bytes_max=FRAME_BYTES_MAX), name="body", count=4)
        parts = [array_of(body[at], name="part", count_max=2_000) for at in (0, 1, 3)]
        whole = tuple(blob_of(x, name="x", length_max=1 << 20) for part in parts for x in part)
        last = body[2]
        if last is not None:
            last = read_certificate(blob_of(last, name="certificate", length_max=1 << 14))
    except Rejected:
        return
    roots = {"transactions_root": root_of(whole), "last_certificate_hash": hash_of(last)}
    raw = encode((replace(HEADER, **roots).encode(), *body[:2], body[2], body[3]))
    try:
        read = decode_block(raw)
    except Rejected:
        return
    assert read.encode() == raw


def seeds() -> list[bytes]:
    """The vectors, and the header of each."""
    certificate = bytes.fromhex(vectors.vectors("certificates")["certificate"])
    headers = [bytes.fromhex(each["header_bytes"]) for each in vectors.vectors("blocks")]
    return [
        *(b"\0" + block for block in vectors.blocks()),
        *(b"\1" + header for header in headers),
        b"\2" + certificate,
        bytes([BODIES]) + encode(((b"transaction",), (b"evidence",), certificate, ())),
        b"\3" + bytes.fromhex(vectors.vectors("restarts")["signed"]),
    ]
