"""Signatures are checked in order, on the loop or in processes beside it, and counted."""

import asyncio
import os
import signal

import pytest

from node.check_processes import FRAME_BYTES, CheckProcesses
from node.mempool import SignatureChecker
from primitives.codec import encode
from primitives.crypto import Signature
from primitives.errors import BadSignature
from primitives.transaction import Transaction, decode_transaction
from tests.builders import key, keys, transaction


@pytest.fixture(params=[0, 1, 2])
def checker(request):
    """A checker with as many processes, and what it counted."""
    counted: list[int] = []
    made = SignatureChecker(request.param, counted.append)
    yield made, counted
    made.close()


@pytest.fixture
def beside():
    """A checker with one process."""
    made = SignatureChecker(1)
    yield made
    made.close()


def forged(item: Transaction) -> Transaction:
    """Return the transaction with a signature that does not verify."""
    ((public_key, signature),) = item.signatures
    wrong = Signature(signature[:-1] + bytes([signature[-1] ^ 1]))
    return decode_transaction(encode((item.body_bytes, ((public_key, wrong),))))


def signed(count: int) -> list[Transaction]:
    return [transaction(signer) for signer in keys(count)]


async def test_every_signature_of_every_transaction_is_counted(checker):
    made, counted = checker

    faults = await made.check([transaction(key(1), key(2)), transaction()])

    assert faults == [None, None]
    assert sum(counted) == 3


async def test_a_fault_is_told_in_its_place_and_names_the_key(checker):
    made, _counted = checker
    items = signed(50)
    items[31] = forged(items[31])

    faults = await made.check(items)

    assert [place for place, fault in enumerate(faults) if fault is not None] == [31]
    fault = faults[31]
    assert isinstance(fault, BadSignature)
    assert items[31].signatures[0][0].hex() in fault.message


async def test_the_loop_verifies_nothing_of_a_batch_that_a_process_checks(beside, verified_here):
    items = signed(beside.together)

    faults = await beside.check(items)

    assert faults == [None] * len(items)
    assert verified_here == []


async def test_the_largest_transactions_are_checked_beside_too_and_more_than_a_batch(
    beside, verified_here
):
    large = [transaction(signer, args=("x" * 60_000,)) for signer in keys(beside.together + 1)]

    faults = await beside.check(large)

    assert faults == [None] * len(large)
    assert verified_here == []


async def test_few_signatures_are_checked_where_they_are(beside, verified_here):
    items = signed(3)

    await beside.check(items)

    assert verified_here == [item.signatures[0][0] for item in items]


async def test_a_process_that_is_killed_is_replaced_and_no_answer_is_lost(beside, verified_here):
    (checking,) = beside._processes._idle
    items = signed(20)

    os.kill(checking._process.pid, signal.SIGKILL)
    checking._process.join()
    first = await beside.check(items)
    here = len(verified_here)
    second = await beside.check(items)

    assert first == second == [None] * 20
    assert (here, len(verified_here)) == (20, 20)  # the second time a new process did it


async def test_a_process_ends_when_the_nodes_end_of_the_pipe_does(beside):
    (checking,) = beside._processes._idle

    checking._pipe.close()  # as the kernel does for a node that is killed
    checking._process.join(20)

    assert checking._process.exitcode == 0


async def test_a_batch_that_is_given_up_leaves_no_answer_for_the_next(beside):
    items = signed(30)
    items[3] = forged(items[3])

    given_up = asyncio.ensure_future(beside.check(signed(30)))
    await asyncio.sleep(0)
    given_up.cancel()
    faults = await beside.check(items)

    assert [place for place, fault in enumerate(faults) if fault is not None] == [3]


async def test_what_a_process_is_given_at_a_time_fits_its_pipe_so_that_the_loop_never_waits(
    beside, monkeypatch
):
    frames = []
    monkeypatch.setattr(
        "node.check_processes.CheckProcesses.verify", recording(frames, CheckProcesses.verify)
    )
    large = [transaction(signer, args=("x" * 20_000,)) for signer in keys(20)]

    faults = await beside.check(large)

    assert faults == [None] * 20
    assert sum(map(len, frames)) == 20
    assert max(sum(map(len, raws)) for raws in frames) <= FRAME_BYTES


def recording(calls, done):
    """Return `done`, of which each call's transactions are kept."""

    async def verify(self, raws):
        calls.append(raws)
        return await done(self, raws)

    return verify
