"""Signatures are checked in order, on the loop or in threads, and counted."""

import pytest

from node.mempool import SignatureChecker
from tests.builders import key, transaction


@pytest.mark.parametrize("threads", [0, 2])
async def test_every_signature_of_every_transaction_is_counted(threads):
    counted: list[int] = []
    checker = SignatureChecker(threads, counted.append)

    faults = await checker.check([transaction(key(1), key(2)), transaction()])
    checker.close()

    assert faults == [None, None]
    assert sum(counted) == 3
