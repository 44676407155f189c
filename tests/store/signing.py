"""What a validator that votes writes: WAL entries, locks and sign-states, as the driver does."""

from consensus.guard import Lock, SignState, Stamp, Standing, born
from consensus.messages import SignMark
from node.store.sign_state import SignStateFiles
from node.store.wal import Wal
from primitives.crypto import PublicKey, Signature, digest

KEY = PublicKey(b"\x01" + bytes(range(32)))
STAMP = Stamp(1, bytes(16))
BORN = born(KEY)
COMMIT = 3


def state(height: int, view: int = 0, kind: int = 2, content: bytes = b"a") -> SignState:
    """Return the sign-state after a signature at a position."""
    return SignState(
        key=KEY,
        standing=Standing.EXPLAINED,
        stamp=STAMP,
        mark=SignMark(height, view, kind),
        digest=digest("test", content),
        signature=Signature(content.ljust(64, b"s")),
    )


def lock(height: int, view: int = 0, block: bytes = b"block" * 50) -> Lock:
    """Return a lock of a block of these bytes."""
    return Lock(
        stamp=STAMP,
        height=height,
        view=view,
        block_hash=digest("test", block),
        prepares=((KEY, Signature(bytes(64))),),
        block=block,
    )


def writes_of(log: Wal, files: SignStateFiles, height: int, kind: int):
    """Return what one signature writes, in order (R2.4)."""
    steps = [
        lambda: log.start_height(height),
        lambda: log.append(height, bytes([height, kind])),
        lambda: files.write(state(height, kind=kind, content=bytes([height, kind]))),
    ]
    if kind == COMMIT:
        steps.insert(2, lambda: files.write_lock(lock(height)))
    return steps
