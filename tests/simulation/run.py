"""Runs many seeds and sums up, or one seed with a readable trace.

python -m tests.simulation.run --seeds 500 --start 0 --jobs 2
python -m tests.simulation.run --seed 17 --trace
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import Pool

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tests.simulation.cluster import Outcome, run_seed

_COUNTED_AS_FAULTS = (
    "drop",
    "duplicate",
    "straggler",
    "cut",
    "partition",
    "one_way",
    "flapping",
    "isolate_proposer",
    "swizzle_clog",
    "crash",
    "slow_disk",
    "clock_step",
    "retwin",
    "mutation",
    "equivocation",
    "usurpation",
    "sync_lie",
)
_LINE_EVERY = 100


@dataclass(slots=True)
class Summary:
    """Sums over many outcomes."""

    seeds: int = 0
    heights: int = 0
    view_changes: int = 0
    steps: int = 0
    simulated_us: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one more outcome."""
        self.seeds += 1
        self.heights += outcome.heights
        self.view_changes += outcome.view_changes
        self.steps += outcome.steps
        self.simulated_us += outcome.simulated_us
        self.counts.update({k: v for k, v in outcome.counts.items() if k != "items_max"})
        self.counts["items_max"] = max(self.counts["items_max"], outcome.counts.get("items_max", 0))
        if outcome.failure is not None:
            self.failures.append(outcome)

    def show(self, took_s: float) -> str:
        """Return the summary as text."""
        kinds = [k for k in self.counts if k in _COUNTED_AS_FAULTS or k.startswith("byzantine")]
        faults = ", ".join(f"{kind} {self.counts[kind]:,}" for kind in sorted(kinds))
        others = ", ".join(
            f"{kind} {count:,}" for kind, count in sorted(self.counts.items()) if kind not in kinds
        )
        return (
            f"{self.seeds:,} seeds, {len(self.failures)} failed, {self.heights:,} heights "
            f"committed, {self.view_changes:,} view changes, {self.steps:,} engine steps, "
            f"{self.simulated_us / 3.6e9:.1f} h simulated in {took_s:.1f} s\n"
            f"faults: {faults}\nalso: {others}"
        )


def failure_text(outcome: Outcome) -> str:
    """Return what broke and how to see it again."""
    return (
        f"SEED={outcome.seed}\n  {outcome.failure}\n"
        f"  replay: make sim SEED={outcome.seed} SEEDS=1\n"
        f"  trace hash {outcome.trace_hash}"
    )


def run_seeds(seeds: Iterable[int], *, jobs: int, is_changing: bool = False) -> Iterable[Outcome]:
    """Yield the outcome of each seed as it comes."""
    run = partial(run_seed, is_changing=is_changing)
    if jobs <= 1:
        yield from map(run, seeds)
        return
    with Pool(jobs) as pool:
        yield from pool.imap_unordered(run, seeds, chunksize=4)


def _run_one(seed: int, *, is_traced: bool, is_changing: bool) -> int:
    sink = _write_line if is_traced else None
    outcome = run_seed(seed, sink=sink, is_changing=is_changing)
    summary = Summary()
    summary.add(outcome)
    if outcome.failure is not None and not is_traced:
        _write_line(f"SEED={seed} fails; the trace:")
        run_seed(seed, sink=_write_line, is_changing=is_changing)
    _write_line(str(outcome.plan))
    _write_line(f"trace hash {outcome.trace_hash}")
    _write_line(summary.show(0.0))
    if outcome.failure is not None:
        _write_line(failure_text(outcome))
    return int(outcome.failure is not None)


def _run_many(seeds: range, *, jobs: int, is_changing: bool) -> int:
    console, summary = Console(), Summary()
    begun = time.monotonic()
    columns = (TextColumn("seeds"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("seeds", total=len(seeds))
        for outcome in run_seeds(seeds, jobs=jobs, is_changing=is_changing):
            summary.add(outcome)
            progress.advance(task)
            if outcome.failure is not None:
                _write_line(failure_text(outcome))
            if not console.is_terminal and summary.seeds % _LINE_EVERY == 0:
                _write_line(f"{summary.seeds}/{len(seeds)} seeds, {len(summary.failures)} failed")
    _write_line(summary.show(time.monotonic() - begun))
    return int(bool(summary.failures))


def _write_line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Run as the command line says; return the exit code, 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description="Deterministic simulation of consensus")
    parser.add_argument("--seed", type=int, help="run this one seed; a failing one is traced")
    parser.add_argument("--seeds", type=int, help="how many seeds, from --start (or --seed) on")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--changing", action="store_true", help="let the set of validators change")
    parser.add_argument("--trace", action="store_true", help="write every event and effect")
    chosen = parser.parse_args(arguments)
    if chosen.seed is not None and (chosen.seeds or 1) == 1:
        return _run_one(chosen.seed, is_traced=chosen.trace, is_changing=chosen.changing)
    start = chosen.start if chosen.seed is None else chosen.seed
    seeds = range(start, start + (chosen.seeds or 500))
    return _run_many(seeds, jobs=chosen.jobs, is_changing=chosen.changing)


if __name__ == "__main__":
    sys.exit(main())
