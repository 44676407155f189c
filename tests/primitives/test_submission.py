"""Outcomes of a frame: one for each transaction, and nothing else is read as one."""

import pytest

from primitives.codec import encode
from primitives.errors import BadShape, NotCanonical, Rejected, TooDeep
from primitives.ids import TransactionId
from primitives.submission import Outcome, encode_outcomes, read_outcomes

ID = TransactionId(bytes(range(32)))
TAKEN = Outcome(transaction_id=ID, word="pending")
BUSY = Outcome(transaction_id=None, word="TOO_BUSY", message="come back", retry_after_s=3)


def test_outcomes_are_read_as_they_were_written():
    assert read_outcomes(encode_outcomes([TAKEN, BUSY]), count=2) == (TAKEN, BUSY)
    assert read_outcomes(encode_outcomes([]), count=0) == ()


REFUSED = {
    "no encoding": (b"{}", NotCanonical),
    "one too few": (encode(((ID, "pending", "", None),)), BadShape),
    "no array": (encode(1), BadShape),
    "three fields": (encode(((ID, "pending", ""),) * 2), BadShape),
    "a short id": (encode(((ID[:31], "pending", "", None),) * 2), BadShape),
    "no word": (encode(((ID, "", "", None),) * 2), BadShape),
    "a message of bytes": (encode(((ID, "pending", b"", None),) * 2), BadShape),
    "a pause below zero": (encode(((None, "TOO_BUSY", "", -1),) * 2), BadShape),
    "an array within": (encode(((ID, "pending", "", ()),) * 2), TooDeep),
}


@pytest.mark.parametrize(("data", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_answer_is_refused_by_name(data, error):
    assert issubclass(error, Rejected)
    with pytest.raises(error):
        read_outcomes(data, count=2)
