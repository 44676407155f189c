"""Bytes to messages: sizes first, then the encoding, then the shape; signatures are not checked."""

from consensus.messages import (
    Claim,
    Content,
    Decided,
    EvidenceMessage,
    Justification,
    Kind,
    Message,
    Position,
    PositionQuestion,
    PrePrepare,
    Signatures,
    Statement,
    StatusMessage,
    ViewChange,
)
from primitives.codec import Value, decode
from primitives.crypto import (
    DIGEST_BYTES,
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    Digest,
    PublicKey,
    Signature,
)
from primitives.errors import BadShape, TooLarge
from primitives.ids import Height, View
from primitives.limits import FRAME_BYTES_MAX, VALIDATORS_MAX
from primitives.shape import array_of, blob_of, bytes_of, fields_of, uint_of

HEIGHT_MAX = 2**53
VIEW_MAX = 2**32
EVIDENCE_BYTES_MAX = 4096
STATUS_COMMIT_VIEWS_MAX = 8
NONCE_BYTES = 16
STATEMENT_BYTES_MAX = 256
_STATUS_BYTES_MAX = 1024
CERTIFICATE_BYTES_MAX = 16 * 1024
_BITMAP_BYTES_MAX = (VALIDATORS_MAX + 7) // 8

_BYTES_MAX: dict[Kind, int] = {
    Kind.VIEW_CHANGE: FRAME_BYTES_MAX,
    Kind.PRE_PREPARE: FRAME_BYTES_MAX,
    Kind.PREPARE: STATEMENT_BYTES_MAX,
    Kind.COMMIT: STATEMENT_BYTES_MAX,
    Kind.DECIDED: FRAME_BYTES_MAX,
    Kind.STATUS: _STATUS_BYTES_MAX,
    Kind.EVIDENCE: EVIDENCE_BYTES_MAX + 16,
    Kind.POSITION_QUESTION: 32,
    Kind.POSITION: STATEMENT_BYTES_MAX + 48,
}


def read_message(payload: bytes) -> Message:
    """Return the message that `payload` encodes.

    Raises:
        Rejected: its size, encoding or shape is not that of a message; names the field.
    """
    kind = _kind_of(payload)
    if len(payload) > _BYTES_MAX[kind]:
        raise TooLarge(f"{kind.name} of {len(payload)} bytes, at most {_BYTES_MAX[kind]}")
    value = decode(payload, bytes_max=_BYTES_MAX[kind])
    match kind:
        case Kind.PRE_PREPARE:
            return _pre_prepare(fields_of(value, name="PrePrepare", count=9))
        case Kind.PREPARE | Kind.COMMIT:
            return statement_from_value(fields_of(value, name="vote", count=6))
        case Kind.VIEW_CHANGE:
            return _view_change(fields_of(value, name="ViewChange", count=8))
        case Kind.DECIDED:
            return _decided(fields_of(value, name="Decided", count=4))
        case Kind.STATUS:
            return _status(fields_of(value, name="Status", count=10))
        case Kind.EVIDENCE:
            fields = fields_of(value, name="Evidence", count=2)
            return EvidenceMessage(
                blob_of(fields[1], name="evidence", length_max=EVIDENCE_BYTES_MAX)
            )
        case Kind.POSITION_QUESTION:
            return PositionQuestion(_nonce(fields_of(value, name="PositionQuestion", count=2)[1]))
        case _:
            return _position(fields_of(value, name="Position", count=5))


def _kind_of(payload: bytes) -> Kind:
    """Return the kind: the second byte of a short array's encoding, so that sizes come first."""
    if len(payload) < 2 or payload[1] > max(Kind):
        raise BadShape("not a consensus message: unknown kind", field="kind")
    return Kind(payload[1])


def statement_from_value(fields: tuple[Value, ...]) -> Statement:
    """Return the statement of a decoded [kind, height, view, content, sender, signature, ...].

    Raises:
        BadShape: another form; names the field.
    """
    kind = Kind(uint_of(fields[0], name="kind", value_max=int(Kind.COMMIT)))
    view = _view(fields[2])
    return Statement(
        kind=kind,
        height=_height(fields[1]),
        view=view,
        content=_content(kind, view, fields[3]),
        sender=_key(fields[4], "sender"),
        signature=_signature(fields[5]),
    )


def read_statement(data: bytes) -> Statement:
    """Return the statement that `data` encodes as six fields, of any signed kind.

    Raises:
        Rejected: its size, encoding or shape is another; names the field.
    """
    value = decode(data, bytes_max=STATEMENT_BYTES_MAX)
    return statement_from_value(fields_of(value, name="statement", count=6))


def signatures_from_value(value: Value, *, name: str) -> Signatures:
    """Return (public key, signature) pairs in ascending order of distinct keys.

    Raises:
        BadShape: another form, too many pairs, or a key that is repeated or out of order.
    """
    pairs = []
    previous = b""
    for item in array_of(value, name=name, count_max=VALIDATORS_MAX):
        fields = fields_of(item, name=name, count=2)
        key = _key(fields[0], name)
        if key <= previous:
            raise BadShape(f"{name}: signer {key.hex()} repeated or out of order", field=name)
        previous = key
        pairs.append((key, _signature(fields[1])))
    return tuple(pairs)


def _content(kind: Kind, view: View, value: Value) -> Content:
    if kind is not Kind.VIEW_CHANGE:
        return _digest(value, "block_hash")
    if value is None:
        return None
    claim = _claim(value)
    if claim[0] >= view:
        raise BadShape(f"prepared in view {claim[0]}, asked for {view}", field="claim")
    return claim


def _claim(value: Value) -> Claim:
    fields = fields_of(value, name="claim", count=2)
    return (_view(fields[0]), _digest(fields[1], "block_hash"))


def _pre_prepare(fields: tuple[Value, ...]) -> PrePrepare:
    statement = statement_from_value(fields)
    heads = []
    previous = b""
    for item in array_of(fields[7], name="heads", count_max=VALIDATORS_MAX):
        head = fields_of(item, name="head", count=3)
        sender = _key(head[0], "sender")
        if sender <= previous:
            raise BadShape(f"heads: {sender.hex()} repeated or out of order", field="heads")
        previous = sender
        heads.append(
            Statement(
                kind=Kind.VIEW_CHANGE,
                height=statement.height,
                view=statement.view,
                content=_content(Kind.VIEW_CHANGE, statement.view, head[1]),
                sender=sender,
                signature=_signature(head[2]),
            )
        )
    return PrePrepare(
        statement,
        blob_of(fields[6], name="block", length_max=FRAME_BYTES_MAX),
        Justification(tuple(heads), signatures_from_value(fields[8], name="prepares")),
    )


def _view_change(fields: tuple[Value, ...]) -> ViewChange:
    statement = statement_from_value(fields)
    prepares = signatures_from_value(fields[6], name="prepares")
    block = _block_or_none(fields[7])
    if statement.view == 0:
        raise BadShape("a view change asks for a view above 0", field="view")
    if statement.claim is None and (prepares or block is not None):
        raise BadShape("a view change without a claim carries nothing", field="prepares")
    return ViewChange(statement, prepares, block)


def _decided(fields: tuple[Value, ...]) -> Decided:
    certificate = fields[3]
    if certificate is not None:
        certificate = blob_of(certificate, name="certificate", length_max=CERTIFICATE_BYTES_MAX)
    return Decided(_height(fields[1]), _block_or_none(fields[2]), certificate)


def _status(fields: tuple[Value, ...]) -> StatusMessage:
    commits = []
    for item in array_of(fields[6], name="commits", count_max=STATUS_COMMIT_VIEWS_MAX):
        pair = fields_of(item, name="commits", count=2)
        commits.append((_view(pair[0]), _bitmap(pair[1])))
    return StatusMessage(
        height=_height(fields[1]),
        view=_view(fields[2]),
        accepted=_digest_or_none(fields[3], "accepted"),
        wanted=_digest_or_none(fields[4], "wanted"),
        prepares=_bitmap(fields[5]),
        commits=tuple(commits),
        view_changes=_bitmap(fields[7]),
        is_opening=_flag(fields[8], "is_opening"),
        owed=None if fields[9] is None else _claim(fields[9]),
    )


def _position(fields: tuple[Value, ...]) -> Position:
    statement = fields[4]
    if statement is not None:
        encoded = blob_of(statement, name="statement", length_max=STATEMENT_BYTES_MAX)
    return Position(
        nonce=_nonce(fields[1]),
        height=_height(fields[2]),
        is_listening=_flag(fields[3], "is_listening"),
        statement=None if statement is None else read_statement(encoded),
    )


def _nonce(value: Value) -> bytes:
    return bytes_of(value, name="nonce", length=NONCE_BYTES)


def _flag(value: Value, name: str) -> bool:
    if not isinstance(value, bool):
        raise BadShape(f"{name} is neither true nor false", field=name)
    return value


def _height(value: Value) -> Height:
    return Height(uint_of(value, name="height", value_max=HEIGHT_MAX))


def _view(value: Value) -> View:
    return View(uint_of(value, name="view", value_max=VIEW_MAX))


def _key(value: Value, name: str) -> PublicKey:
    return PublicKey(bytes_of(value, name=name, length=PUBLIC_KEY_BYTES))


def _signature(value: Value) -> Signature:
    return Signature(bytes_of(value, name="signature", length=SIGNATURE_BYTES))


def _digest(value: Value, name: str) -> Digest:
    return Digest(bytes_of(value, name=name, length=DIGEST_BYTES))


def _digest_or_none(value: Value, name: str) -> Digest | None:
    return None if value is None else _digest(value, name)


def _block_or_none(value: Value) -> bytes | None:
    return None if value is None else blob_of(value, name="block", length_max=FRAME_BYTES_MAX)


def _bitmap(value: Value) -> bytes:
    return blob_of(value, name="voters", length_max=_BITMAP_BYTES_MAX)
