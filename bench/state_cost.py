"""What state costs with few and with many keys.

    python -m bench.state_cost [KEYS ...]        (default 10000 100000 1000000)

For each size, in a process of its own: a real store is filled with balances, closed and opened;
then blocks change random ones of the keys, each read before, as transfers do. Processor time
includes LevelDB's own thread, until the store is closed. Then what a whole transfer costs a
validator (`bench.state_transfer`): one that reads the accounts first, and one that has them.
Prints a row a size, and each row's ratios to the first: a changed key, a transfer cold and warm.
"""

import gc
import multiprocessing
import random
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench import state_transfer
from node.store.kv import create_kv, open_kv
from node.store.ports import KeyValue
from node.store.state_store import StateCaches, StateStore
from primitives.codec import encode

BLOCKS = 300  # so many that LevelDB sorts what it was given into files
CHANGES = 1_600
CHUNK = 50_000
PROOFS = 300
BALANCES = b"cbdc\0balances\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one size costs; bytes and microseconds are a changed key."""

    keys: int
    change_us: float
    put_bytes: float
    disk_bytes: float
    proof_bytes: float
    proof_bytes_max: int
    memory_mib: float
    load_s: float
    cold_us: float
    warm_us: float

    def over(self, other: "Cost") -> tuple[float, ...]:
        """Return ratios to another size: a changed key; a whole transfer, cold and warm."""
        return (
            self.change_us / other.change_us,
            self.cold_us / other.cold_us,
            self.warm_us / other.warm_us,
        )


def main() -> None:
    """Print the table."""
    sizes = [int(text) for text in sys.argv[1:]] or [10_000, 100_000, 1_000_000]
    print(
        "      keys  us/key  put B  disk B  proof B   max  load MiB  load s  cold  warm us  ratios"
    )
    costs: list[Cost] = []
    spawn = multiprocessing.get_context("spawn")
    for keys in sizes:
        with tempfile.TemporaryDirectory(prefix="sapha-bench-") as folder:
            database = Path(folder) / "db"
            with ProcessPoolExecutor(1, mp_context=spawn) as pool:
                pool.submit(fill, database, keys).result()
            with ProcessPoolExecutor(1, mp_context=spawn) as pool:
                costs.append(pool.submit(measure, database, keys).result())
        cost = costs[-1]
        ratios = " ".join(f"{ratio:.2f}" for ratio in cost.over(costs[0]))
        print(
            f"{cost.keys:>10}  {cost.change_us:6.1f}  {cost.put_bytes:5.1f}  {cost.disk_bytes:6.0f}"
            f"  {cost.proof_bytes:7.0f}  {cost.proof_bytes_max:4}  {cost.memory_mib:8.1f}"
            f"  {cost.load_s:6.2f}  {cost.cold_us:4.0f}  {cost.warm_us:7.0f}  {ratios}",
            flush=True,
        )


def measure(database: Path, keys: int) -> Cost:
    """Return what `keys` balances cost."""
    before, started = _anonymous_mib(), time.process_time()
    kv = open_kv(database)
    state = StateStore(kv, database, StateCaches())
    state.load()
    load_s = time.process_time() - started
    gc.collect()
    memory_mib = _anonymous_mib() - before
    lengths = _proof_lengths(state, keys)
    written, put, started = _written(), 0, time.process_time()
    chance = random.Random(keys)
    for number in range(BLOCKS):
        put += _change(kv, state, (chance, keys), number)
    kv.close()
    spent_us = (time.process_time() - started) * 1e6
    disk = _written() - written
    with tempfile.TemporaryDirectory(prefix="sapha-bench-") as folder:
        transfer = state_transfer.measure(Path(folder), keys)
    changes = BLOCKS * CHANGES
    return Cost(
        keys=keys,
        change_us=spent_us / changes,
        put_bytes=put / changes,
        disk_bytes=disk / changes,
        proof_bytes=sum(lengths) / len(lengths),
        proof_bytes_max=max(lengths),
        memory_mib=memory_mib,
        load_s=load_s,
        cold_us=transfer.cold_us,
        warm_us=transfer.warm_us,
    )


def fill(database: Path, keys: int) -> None:
    """Make a store of `keys` balances."""
    kv = create_kv(database)
    state = StateStore(kv, database, StateCaches())
    for start in range(0, keys, CHUNK):
        plan = state.plan({_key(n): encode(10**9) for n in range(start, min(keys, start + CHUNK))})
        kv.write(state.puts(plan))
        state.applied(plan)
    kv.close()


def _change(kv: KeyValue, state: StateStore, of: tuple[random.Random, int], number: int) -> int:
    """Commit one block of changes; return the bytes that were put."""
    chance, keys = of
    chosen = {_key(chance.randrange(keys)) for _ in range(CHANGES)}
    for key in chosen:
        if state.get(key) is None:
            raise SystemExit(f"{key!r} is lost")
    plan = state.plan({key: encode(10**9 + number + 1) for key in chosen})
    puts = list(state.puts(plan))
    kv.write(puts)
    state.applied(plan)
    return sum(len(key) + len(value or b"") for key, value in puts)


def _proof_lengths(state: StateStore, keys: int) -> list[int]:
    """Return the encoded lengths of proofs, half of them of absent keys."""
    chance = random.Random(1)
    present = [_key(chance.randrange(keys)) for _ in range(PROOFS)]
    absent = [_key(keys + number) for number in range(PROOFS)]
    return [len(encode(state.prove(key)[1].to_value())) for key in present + absent]


def _key(number: int) -> bytes:
    return BALANCES + number.to_bytes(20, "big")


def _anonymous_mib() -> float:
    """Return this process's anonymous memory, without the pages of mapped files."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("this system does not say how much memory is anonymous")


def _written() -> int:
    """Return the bytes that this process has handed to files so far."""
    for line in Path("/proc/self/io").read_text(encoding="ascii").splitlines():
        if line.startswith("wchar:"):
            return int(line.split()[1])
    raise SystemExit("this system does not say how much was written")


if __name__ == "__main__":
    main()
