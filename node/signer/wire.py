"""The frames between a node and its signer: four bytes of length, then a canonical msgpack array.

    Hello    = [0, nonce]                                          answer: Welcome
    Vote     = [1, kind, height, view, content, restart]           answer: a signature
    Receipt  = [2, content, node, erased at ms]                    answer: a signature
    Record   = [3, member record]                                  answer: a signature
    Welcome  = [0, [public key, chain id or None, sign-state or None, proof]]
    Signed   = [1, signature]
    Refusal  = [2, code, text]

The signer derives what it signs from its own chain id and these fields; it never signs bytes that
are given. The proof is a signature over [chain id, nonce] under the tag "signer". Reading is
strict and bounded. Source: docs/protocol.md#signer.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from consensus.guard import SIGN_STATE_BYTES_MAX
from consensus.messages import Content, Kind, SignMark, signed_bytes
from consensus.wire import HEIGHT_MAX, VIEW_MAX
from genesis.schema import MEMBER_TAG
from node.signer.faults import BadSignerFrame
from primitives.blob_documents import Erasure
from primitives.codec import Value, decode, encode
from primitives.crypto import (
    DIGEST_BYTES,
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    Digest,
    PublicKey,
    Signature,
)
from primitives.errors import Rejected
from primitives.ids import Height, View
from primitives.shape import array_of, blob_of, bytes_of, fields_of, text_of, uint_of

FRAME_BYTES_MAX = 8 * 1024
NONCE_BYTES = 16
PROOF_TAG = "signer"
CODES = (
    NO_CHAIN := "NO_CHAIN",
    NO_SIGN_STATE := "NO_SIGN_STATE",
    OTHER_RESTART := "OTHER_RESTART",
    ALREADY_SIGNED := "ALREADY_SIGNED",
    NOT_OWN_RECORD := "NOT_OWN_RECORD",
    DISK_FULL := "DISK_FULL",
    KEY_FAILED := "KEY_FAILED",
    BAD_FRAME := "BAD_FRAME",
)
_LENGTH_BYTES = 4
_CHAIN_ID_CHARS_MAX = 128
_NODE_CHARS_MAX = 64
_CODE_CHARS_MAX = 64
_TEXT_CHARS_MAX = 2_000
_RECORD_BYTES_MAX = 4 * 1024
_TIME_MS_MAX = 2**53
_FIELDS_MAX = 8


@dataclass(frozen=True, slots=True)
class Hello:
    """Who are you? The nonce makes the proof fresh."""

    nonce: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """Sign a statement of consensus; `restart` is what it is signed under (R2.9)."""

    kind: Kind
    height: Height
    view: View
    content: Content
    restart: Digest

    @property
    def mark(self) -> SignMark:
        """The position in signing order."""
        return SignMark(self.height, self.view, int(self.kind))

    def signed_bytes(self, chain_id: str) -> bytes:
        """Return what is signed, under the tag of the kind."""
        return signed_bytes(chain_id, self.restart, self.height, self.view, self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Sign that a content was erased."""

    content: Digest
    node: str
    erased_at_ms: int

    def erasure(self, chain_id: str) -> Erasure:
        """Return the document that is signed."""
        return Erasure(
            chain_id=chain_id, content=self.content, node=self.node, erased_at_ms=self.erased_at_ms
        )


@dataclass(frozen=True, slots=True)
class Record:
    """Sign a member's record, which must name the signer's key, under the tag of members."""

    record: bytes

    tag = MEMBER_TAG


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """Who the signer is; `sign_state` are its bytes, None where it has none that it trusts."""

    public_key: PublicKey
    chain_id: str | None
    sign_state: bytes | None
    proof: Signature


@dataclass(frozen=True, slots=True)
class Signed:
    """The signature that was asked for."""

    signature: Signature


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was signed."""

    code: str
    text: str


Request: TypeAlias = Hello | Vote | Receipt | Record
Answer: TypeAlias = Welcome | Signed | Refusal


def proof_bytes(chain_id: str | None, nonce: bytes) -> bytes:
    """Return what the proof of a Welcome signs."""
    return encode((chain_id, nonce))


def encode_request(request: Request) -> bytes:
    """Return the bytes of a request, without the length."""
    match request:
        case Hello(nonce):
            return encode((0, nonce))
        case Vote():
            place = (int(request.kind), request.height, request.view)
            return encode((1, *place, request.content, request.restart))
        case Receipt():
            return encode((2, request.content, request.node, request.erased_at_ms))
        case Record(record):
            return encode((3, record))


def read_request(data: bytes) -> Request:
    """Return the request that `data` encodes. Raises BadSignerFrame; names the field."""
    request: Request = _read(data, _REQUESTS)
    return request


def encode_answer(answer: Answer) -> bytes:
    """Return the bytes of an answer, without the length."""
    match answer:
        case Welcome():
            fields = (answer.public_key, answer.chain_id, answer.sign_state, answer.proof)
            return encode((0, fields))
        case Signed(signature):
            return encode((1, signature))
        case Refusal(code, text):
            return encode((2, code[:_CODE_CHARS_MAX], text[:_TEXT_CHARS_MAX]))


def read_answer(data: bytes) -> Answer:
    """Return the answer that `data` encodes. Raises BadSignerFrame; names the field."""
    answer: Answer = _read(data, _ANSWERS)
    return answer


async def read_frame(reader: asyncio.StreamReader, frame_s_max: float) -> bytes | None:
    """Return the next frame, None when the other side has closed; it may be idle for any time.

    Raises:
        BadSignerFrame: longer than `FRAME_BYTES_MAX`, or cut off.
        TimeoutError: a frame that has begun did not end in `frame_s_max` seconds.
    """
    first = await reader.read(1)
    if not first:
        return None
    async with asyncio.timeout(frame_s_max):
        try:
            head = first + await reader.readexactly(_LENGTH_BYTES - 1)
            length = int.from_bytes(head, "big")
            if length > FRAME_BYTES_MAX:
                raise BadSignerFrame(f"a frame of {length} bytes, at most {FRAME_BYTES_MAX}")
            return await reader.readexactly(length)
        except asyncio.IncompleteReadError as error:
            raise BadSignerFrame("a frame was cut off") from error


async def write_frame(writer: asyncio.StreamWriter, data: bytes, write_s_max: float) -> None:
    """Send a frame. Raises TimeoutError when the other side does not take it."""
    writer.write(len(data).to_bytes(_LENGTH_BYTES, "big") + data)
    async with asyncio.timeout(write_s_max):
        await writer.drain()


def _read(data: bytes, readers: dict[int, Callable[[tuple[Value, ...]], Any]]) -> Any:  # noqa: ANN401 - a request or an answer
    try:
        value = decode(data, bytes_max=FRAME_BYTES_MAX)
        tag, *fields = array_of(value, name="frame", count_max=_FIELDS_MAX)
        number = uint_of(tag, name="frame", value_max=_FIELDS_MAX)
        if number not in readers:
            raise BadSignerFrame(f"a frame of unknown kind {number}")
        return readers[number](tuple(fields))
    except (Rejected, ValueError) as error:
        text = error.message if isinstance(error, Rejected) else "an empty frame"
        raise BadSignerFrame(f"a frame of {len(data)} bytes: {text}") from error


def _hello(fields: tuple[Value, ...]) -> Hello:
    (nonce,) = fields_of(fields, name="hello", count=1)
    return Hello(bytes_of(nonce, name="nonce", length=NONCE_BYTES))


def _vote(fields: tuple[Value, ...]) -> Vote:
    kind, height, view, content, restart = fields_of(fields, name="vote", count=5)
    read_kind = Kind(uint_of(kind, name="kind", value_max=int(Kind.COMMIT)))
    return Vote(
        kind=read_kind,
        height=Height(uint_of(height, name="height", value_max=HEIGHT_MAX)),
        view=View(uint_of(view, name="view", value_max=VIEW_MAX)),
        content=_content(read_kind, content),
        restart=_digest(restart, "restart"),
    )


def _content(kind: Kind, value: Value) -> Content:
    if kind is not Kind.VIEW_CHANGE:
        return _digest(value, "content")
    if value is None:
        return None
    view, block_hash = fields_of(value, name="content", count=2)
    return (
        View(uint_of(view, name="content", value_max=VIEW_MAX)),
        _digest(block_hash, "content"),
    )


def _receipt(fields: tuple[Value, ...]) -> Receipt:
    content, node, erased_at_ms = fields_of(fields, name="receipt", count=3)
    return Receipt(
        content=_digest(content, "content"),
        node=text_of(node, name="node", chars_max=_NODE_CHARS_MAX),
        erased_at_ms=uint_of(erased_at_ms, name="erased_at_ms", value_max=_TIME_MS_MAX),
    )


def _record(fields: tuple[Value, ...]) -> Record:
    (record,) = fields_of(fields, name="record", count=1)
    return Record(blob_of(record, name="record", length_max=_RECORD_BYTES_MAX))


def _welcome(fields: tuple[Value, ...]) -> Welcome:
    (inner,) = fields_of(fields, name="welcome", count=1)
    key, chain_id, state, proof = fields_of(inner, name="welcome", count=4)
    return Welcome(
        public_key=PublicKey(bytes_of(key, name="public_key", length=PUBLIC_KEY_BYTES)),
        chain_id=None
        if chain_id is None
        else text_of(chain_id, name="chain_id", chars_max=_CHAIN_ID_CHARS_MAX),
        sign_state=None
        if state is None
        else blob_of(state, name="sign_state", length_max=SIGN_STATE_BYTES_MAX),
        proof=_signature(proof, "proof"),
    )


def _signed(fields: tuple[Value, ...]) -> Signed:
    (signature,) = fields_of(fields, name="signed", count=1)
    return Signed(_signature(signature, "signature"))


def _refusal(fields: tuple[Value, ...]) -> Refusal:
    code, text = fields_of(fields, name="refusal", count=2)
    return Refusal(
        text_of(code, name="code", chars_max=_CODE_CHARS_MAX),
        text_of(text, name="text", chars_max=_TEXT_CHARS_MAX),
    )


def _digest(value: Value, name: str) -> Digest:
    return Digest(bytes_of(value, name=name, length=DIGEST_BYTES))


def _signature(value: Value, name: str) -> Signature:
    return Signature(bytes_of(value, name=name, length=SIGNATURE_BYTES))


_REQUESTS: dict[int, Callable[[tuple[Value, ...]], Request]] = {
    0: _hello,
    1: _vote,
    2: _receipt,
    3: _record,
}
_ANSWERS: dict[int, Callable[[tuple[Value, ...]], Answer]] = {
    0: _welcome,
    1: _signed,
    2: _refusal,
}
