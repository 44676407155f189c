"""Checks signatures in processes of their own, on the further cores of a machine.

    batch of raw transactions -> pipe -> a process -> pipe -> of each whether it is signed well

libsodium lets other threads of Python run while it checks one signature; but to go on with the
next a thread waits for the interpreter, which a busy event loop has. A process does not wait. It
imports this module and `primitives` alone, and ends when its pipe does: with the node, however
that ends.
"""

import asyncio
import logging
import signal
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection

from primitives.codec import decode, encode
from primitives.errors import InvariantBroken, Rejected
from primitives.limits import TRANSACTION_BYTES_MAX
from primitives.transaction import decode_transaction

log = logging.getLogger("sapha.mempool")

BATCH_MAX = 100  # transactions
FRAME_BYTES = TRANSACTION_BYTES_MAX  # of transactions: the pipe has room, and nobody waits for it
_FRAME_BYTES_MAX = 2 * FRAME_BYTES


class CheckProcesses:
    """`count` processes; each checks one batch at a time. Owned by the event loop."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._free = asyncio.Semaphore(count)
        self._idle: list[_Checker | None] = [_Checker() for _ in range(count)]  # None: one ended

    async def verify(self, raws: Sequence[bytes]) -> list[bool]:
        """Return whether all signatures verify of each of one batch of `batches`, in order.

        A process that ends before its answer is replaced, and its batch is checked here.
        """
        async with self._free:
            checker, kept = self._idle.pop() or _Checker(), None
            try:
                verified = await checker.ask(raws)
                kept = checker
            except (EOFError, OSError) as lost:
                log.warning("check_process_lost", extra={"reason": repr(lost)})
                verified = verified_of(raws)
            finally:
                if kept is None:
                    checker.close()  # its answer would be taken for that of the next batch
                self._idle.append(kept)
        return verified

    def close(self) -> None:
        """Stop the processes."""
        while self._idle:
            checker = self._idle.pop()
            if checker is not None:
                checker.close()


def batches(raws: Sequence[bytes], count: int) -> list[list[bytes]]:
    """Return the transactions in order, in parts of at most `count`, BATCH_MAX and FRAME_BYTES."""
    parts: list[list[bytes]] = []
    size = 0
    for raw in raws:
        is_full = not parts or len(parts[-1]) >= min(count, BATCH_MAX)
        if is_full or size + len(raw) > FRAME_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(raw)
        size += len(raw)
    return parts


class _Checker:
    """One process, and this end of its pipe."""

    def __init__(self) -> None:
        # A fresh interpreter: a copy of this process would have its locks, files and threads half.
        context = get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        other.close()

    async def ask(self, raws: Sequence[bytes]) -> list[bool]:
        """Return what `verified_of` does. Raises EOFError or OSError when the process has ended."""
        loop, pipe = asyncio.get_running_loop(), self._pipe
        self._pipe.send_bytes(encode(tuple(raws)))
        answered = loop.create_future()
        loop.add_reader(pipe.fileno(), _set, answered)
        try:
            await answered
        finally:
            loop.remove_reader(pipe.fileno())
        verified = [bool(outcome) for outcome in pipe.recv_bytes(BATCH_MAX)]
        if len(verified) != len(raws):
            raise InvariantBroken(f"{len(verified)} outcomes of {len(raws)} checks")
        return verified

    def close(self) -> None:
        """End the process and wait until it has ended."""
        self._pipe.close()
        self._process.kill()  # it keeps nothing
        self._process.join()
        self._process.close()


def verified_of(raws: Sequence[bytes]) -> list[bool]:
    """Return of each transaction whether it is one and all its signatures verify."""
    return [_is_verified(raw) for raw in raws]


def _is_verified(raw: bytes) -> bool:
    try:
        decode_transaction(raw).check_signatures()
    except Rejected:
        return False
    return True


def _serve(pipe: Connection) -> None:
    """Answer batches until the node's end of the pipe is closed. Interrupts are the node's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            frame = pipe.recv_bytes(_FRAME_BYTES_MAX)
            raws = decode(frame, bytes_max=_FRAME_BYTES_MAX, items_max=BATCH_MAX + 1)
            pipe.send_bytes(bytes(verified_of(_blobs(raws))))
        except (EOFError, OSError):
            return


def _blobs(value: object) -> list[bytes]:
    if not isinstance(value, tuple):
        raise InvariantBroken("a batch of checks is no array")
    return [raw for raw in value if isinstance(raw, bytes)]


def _set(answered: "asyncio.Future[None]") -> None:
    if not answered.done():
        answered.set_result(None)
