"""What a desk says of a transaction that took no effect."""

import pytest

from client.outcome import Outcome
from client.voting.desk import require_ok
from client.voting.errors import LedgerRefused


def test_a_refusal_keeps_what_the_contract_gave_with_it():
    receipt = {"code": "CLASS_TOO_SMALL", "message": "2 of 5", "details": {"class": 1, "least": 5}}
    outcome = Outcome(
        transaction_id=bytes(32), status="committed", height=7, receipt=receipt, code=None
    )

    with pytest.raises(LedgerRefused) as refused:
        require_ok(outcome)

    assert (refused.value.code, refused.value.contract) == ("CLASS_TOO_SMALL", "voting")
    assert refused.value.details == {"class": 1, "least": 5}
