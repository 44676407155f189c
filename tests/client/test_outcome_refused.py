"""What is said of a transaction that had to take effect and did not."""

import pytest

from client.errors import LedgerRefused
from client.outcome import Outcome, require_ok


def test_a_refusal_keeps_what_the_contract_gave_with_it():
    receipt = {
        "code": "CLASS_TOO_SMALL",
        "contract": "voting",
        "message": "2 of 5",
        "details": {"class": 1, "least": 5},
    }
    outcome = Outcome(
        transaction_id=bytes(32), status="committed", height=7, receipt=receipt, code=None
    )

    with pytest.raises(LedgerRefused) as refused:
        require_ok(outcome)

    assert (refused.value.code, refused.value.contract) == ("CLASS_TOO_SMALL", "voting")
    assert refused.value.details == {"class": 1, "least": 5}
