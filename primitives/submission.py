"""What a node answers to a frame of signed transactions: an outcome each, in their order.

    frame    = [signed transaction: bytes, ...]
    outcomes = [[transaction_id or None, word, message, retry_after_s or None], ...]

The word is "pending" or "committed" beside an id; else it is the stable code of the refusal.
Source: docs/protocol.md#json-rpc.
"""

from collections.abc import Iterable

from primitives.codec import Value, decode, encode
from primitives.crypto import DIGEST_BYTES
from primitives.errors import BadShape
from primitives.frozen import frozen
from primitives.ids import TransactionId
from primitives.limits import NAME_CHARS_MAX
from primitives.shape import array_of, bytes_of, fields_of, text_of, uint_of

CONTENT_TYPE = "application/msgpack"
_FIELDS = 4
_OUTCOME_BYTES_MAX = 8 * 1024


@frozen(kw_only=True)
class Outcome:
    """What became of one transaction; without an id it was refused."""

    transaction_id: TransactionId | None
    word: str
    message: str = ""
    retry_after_s: int | None = None


def encode_outcomes(outcomes: Iterable[Outcome]) -> bytes:
    """Return the bytes of an answer."""
    return encode(
        tuple(
            (outcome.transaction_id, outcome.word, outcome.message, outcome.retry_after_s)
            for outcome in outcomes
        )
    )


def read_outcomes(data: bytes, *, count: int) -> tuple[Outcome, ...]:
    """Return the outcomes of a frame of `count` transactions.

    Raises:
        TooLarge, NotCanonical, TooDeep, TooManyItems: not the bytes of such an answer.
        BadShape: another number of outcomes, or a field of another form; names it.
    """
    bytes_max = (count + 1) * _OUTCOME_BYTES_MAX
    value = decode(data, bytes_max=bytes_max, items_max=(count + 1) * (_FIELDS + 1), depth_max=2)
    items = array_of(value, name="outcomes", count_max=count)
    if len(items) != count:
        raise BadShape(f"{len(items)} outcomes of {count} transactions", field="outcomes")
    return tuple(map(_outcome, items))


def _outcome(value: Value) -> Outcome:
    transaction_id, word, message, retry_after_s = fields_of(value, name="outcome", count=_FIELDS)
    if not isinstance(message, str):
        raise BadShape("message must be text", field="message")
    return Outcome(
        transaction_id=None
        if transaction_id is None
        else TransactionId(bytes_of(transaction_id, name="transaction_id", length=DIGEST_BYTES)),
        word=text_of(word, name="word", chars_max=NAME_CHARS_MAX),
        message=message,
        retry_after_s=None
        if retry_after_s is None
        else uint_of(retry_after_s, name="retry_after_s"),
    )
