"""The mempool's journal: frames of transactions, damaged anywhere.

The first byte of an input is how many frames are made of the rest; 0: the rest is the file.
"""

from node.mempool.journal import _frame, read_frames
from tests.fuzz import vectors
from tests.fuzz.damage import damaged, pieces


def check(data: bytes) -> None:
    """Every byte is read or told to be lost; a whole file loses none, damage in one frame few."""
    count, rest = (data[0], data[1:]) if data else (0, b"")
    made, damage = pieces(rest, count)
    if not made:
        _check_file(rest)
        return
    content = b"".join(map(_frame, made))
    assert read_frames(content).raws == tuple(dict.fromkeys(made))
    assert read_frames(content).bytes_lost == 0
    _check_file(damaged(content, damage))


def _check_file(content: bytes) -> None:
    replay = read_frames(content)
    assert all(_frame(raw) in content for raw in replay.raws)
    assert 0 <= replay.bytes_lost <= len(content)
    assert sum(len(_frame(raw)) for raw in replay.raws) + replay.bytes_lost <= len(content)


def seeds() -> list[bytes]:
    """A file of the vectors, and pieces to make files of."""
    raws = vectors.transactions()
    return [b"\0" + b"".join(map(_frame, raws)), b"\3" + b"".join(raws), b"\2ab\0\1\2"]
