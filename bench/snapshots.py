"""What a snapshot of a state costs, and what making it does to the event loop beside it.

    python -m bench.snapshots [KEYS]        (default 1000000)

A real store is filled with balances; then, each in a process of its own: the parts of its state
are made at full speed and written, and a state is made of them again, every part verified; and
they are made as a running node does, in a thread that gives way, while the event loop wakes every
millisecond: how late it wakes is compared with the same loop alone. Prints a line each.
"""

import asyncio
import multiprocessing
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.state_cost import fill
from node.snapshots import SnapshotFolder
from node.snapshots.folder import part_name, read_part
from node.snapshots.keeper import gently
from node.store import schema
from node.store.kv import create_kv, open_kv
from node.store.ports import Reading
from node.store.state_chunks import chunks_of
from node.store.state_store import StateCaches, StateStore
from primitives.crypto import Digest
from primitives.snapshot import deflate, inflate, read_pairs
from primitives.state_chunk import read_chunk
from primitives.state_tree import content_of, is_hashed, key_hash

CHUNK_BYTES_MAX = 1536 * 1024
LOAD_PERCENT = 20
ALONE_S = 10.0


def main() -> None:
    """Print the figures."""
    keys = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="sapha-bench-") as name:
        folder = Path(name)
        for work in (filled, made, restored, beside):
            with ProcessPoolExecutor(1, mp_context=spawn) as pool:
                print(pool.submit(work, folder, keys).result(), flush=True)


def filled(folder: Path, keys: int) -> str:
    """Fill the store."""
    fill(folder / "db", keys)
    return f"{keys:,} keys"


def making(folder: Path, store: StateStore, kv: Reading, sizes: list[int]) -> Iterator[None]:
    """Make the parts of the state, as a snapshot does."""
    snapshots = SnapshotFolder(folder / "snapshots")
    place = snapshots.begin(1)
    for chunk in chunks_of(store.frozen(kv), place, CHUNK_BYTES_MAX):
        yield
        if chunk is not None:
            part = chunk.encode()
            snapshots.write(place, part_name(len(sizes)), deflate(part))
            sizes.append(len(part))


def made(folder: Path, _keys: int) -> str:
    """Make the parts at full speed."""
    kv = open_kv(folder / "db")
    store = StateStore(kv, folder / "db", StateCaches())
    store.load()
    before_mib = _rss_mib()
    sizes: list[int] = []
    began_s, cpu_s = time.perf_counter(), time.process_time()
    for _piece in making(folder, store, kv.frozen(), sizes):
        pass
    took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_s
    written = sum(file.stat().st_size for file in (folder / "snapshots").rglob("part-*"))
    (folder / "sizes").write_text(" ".join(map(str, sizes)))
    (folder / "root").write_bytes(store.root)
    kv.close()
    return (
        f"made: {took_s:.1f} s, {cpu_s:.1f} s of processor, {len(sizes)} parts, "
        f"{sum(sizes) / 1e6:.1f} MB, deflated {written / 1e6:.1f} MB, "
        f"{_rss_mib() - before_mib:.0f} MiB more at most"
    )


def restored(folder: Path, keys: int) -> str:
    """Make a state of the parts."""
    place = next((folder / "snapshots").iterdir())
    sizes = [int(size) for size in (folder / "sizes").read_text().split()]
    root = Digest((folder / "root").read_bytes())
    began_s, found = time.perf_counter(), 0
    kv = create_kv(folder / "restored")
    for number, size in enumerate(sizes):
        part = inflate(read_part(place, number), size)
        _count, pairs = read_pairs(part, read_chunk(part).node, root)
        found += len(pairs)
        contents = [(key, value, content_of(value)) for key, value in pairs]
        kv.write([(schema.ENTRIES + key_hash(key), content) for key, _v, content in contents])
        kv.write(
            [(schema.STATE + key, value if is_hashed(c) else b"") for key, value, c in contents]
        )
    store = StateStore(kv, folder / "restored", StateCaches())
    if store.load() != root or found != keys:
        raise SystemExit("the restored state is another")
    kv.close()
    return f"restored and verified: {time.perf_counter() - began_s:.1f} s"


def beside(folder: Path, _keys: int) -> str:
    """Make the parts in a thread that gives way, beside an event loop."""
    kv = open_kv(folder / "db")
    store = StateStore(kv, folder / "db", StateCaches())
    store.load()
    alone, meanwhile, took_s = asyncio.run(_late(folder, store, kv.frozen()))
    kv.close()
    return (
        f"beside a loop, at {LOAD_PERCENT} % of a core: {took_s:.0f} s; the loop wakes late by "
        f"{_quantiles(alone)} ms alone, {_quantiles(meanwhile)} ms meanwhile (p50, p99, most)"
    )


async def _late(
    folder: Path, store: StateStore, kv: Reading
) -> tuple[list[float], list[float], float]:
    alone = await _wake_until(time.perf_counter() + ALONE_S, threading.Event())
    done = threading.Event()
    began_s = time.perf_counter()

    def work() -> None:
        gently(making(folder, store, kv, []), LOAD_PERCENT, lambda: False)
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    meanwhile = await _wake_until(float("inf"), done)
    thread.join()
    return alone, meanwhile, time.perf_counter() - began_s


async def _wake_until(end_s: float, done: threading.Event) -> list[float]:
    late = []
    while time.perf_counter() < end_s and not done.is_set():
        began_s = time.perf_counter()
        await asyncio.sleep(0.001)
        late.append(time.perf_counter() - began_s - 0.001)
    return late


def _quantiles(late: list[float]) -> str:
    p99 = statistics.quantiles(late, n=100)[98]
    return " ".join(f"{1000 * value:.1f}" for value in (statistics.median(late), p99, max(late)))


def _rss_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
