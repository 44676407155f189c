"""`make fuzz`: all targets in turn, with figures by target; exit code 1 with findings.

Findings and the corpora of the search lie in build/fuzz. A finding becomes a file in
tests/vectors/fuzz/TARGET once it is mended, which tests/fuzz/test_findings.py reads for ever.
"""

import argparse
import importlib
import importlib.util
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import TARGETS
from tests.fuzz.vectors import VECTORS
from tests.meta.sources import ROOT

KEPT = ROOT / "build" / "fuzz"
FOUND = VECTORS / "fuzz"
INPUT_BYTES_MAX = 16 * 1024
RSS_MB_MAX = 1024
INPUT_S_MAX = 60  # of wall time, on a machine that others share; an input takes microseconds
WORDS_MAX = 400
_WORD = re.compile(rb'"?[A-Za-z_][A-Za-z0-9_.]{2,40}"?')
_RUN = re.compile(r"^#(\d+)\s+\S+\s+cov: (\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the search of one target came to."""

    target: str
    inputs: int
    processor_s: float
    edges: int
    findings: tuple[Path, ...]
    said: str


def search(target: str, limit: str, folder: Path = KEPT) -> Figures:
    """Search `target` until `limit`, an option of libFuzzer; a finding ends the search."""
    corpus, findings = folder / target, folder / "findings" / target
    corpus.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(findings, ignore_errors=True)
    findings.mkdir(parents=True)
    seeds = importlib.import_module(f"tests.fuzz.{target}").seeds()
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    words = folder / f"{target}.words"
    words.write_text(_dictionary(seeds), encoding="ascii")
    options = [
        f"-max_len={INPUT_BYTES_MAX}",
        f"-rss_limit_mb={RSS_MB_MAX}",
        f"-timeout={INPUT_S_MAX}",
        f"-artifact_prefix={findings}/",
        f"-dict={words}",
    ]
    known = [folder for folder in (FOUND / target,) if folder.is_dir()]
    before_s = _processor_s()
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.harness", target, *options, limit, corpus, *known],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    inputs, edges = _last(said)
    return Figures(
        target=target,
        inputs=inputs,
        processor_s=_processor_s() - before_s,
        edges=edges,
        findings=tuple(sorted(findings.iterdir())),
        said=said if done.returncode else "",
    )


def main() -> int:
    """Search every target and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, required=True, help="of all targets together")
    parser.add_argument("--targets", nargs="*", default=list(TARGETS))
    chosen = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        sys.stdout.write("atheris is not here: `make test` draws inputs without guidance instead\n")
        return 1
    results = []
    parts = sum(TARGETS[target] for target in chosen.targets)
    for target in chosen.targets:
        inputs = chosen.inputs * TARGETS[target] // parts
        results.append(search(target, f"-runs={inputs}"))
        sys.stdout.write(show(results[-1:]) + "\n")
        sys.stdout.flush()
    sys.stdout.write(f"\n{show(results, total=True)}\n")
    return int(any(result.findings or result.said for result in results))


def show(results: Sequence[Figures], *, total: bool = False) -> str:
    """Return a line for each result, and one for all."""
    lines = [_line(r.target, r.inputs, r.processor_s, r.edges, len(r.findings)) for r in results]
    if total:
        inputs, seconds = sum(r.inputs for r in results), sum(r.processor_s for r in results)
        findings = sum(len(r.findings) for r in results)
        lines.append(_line("all", inputs, seconds, sum(r.edges for r in results), findings))
    return "\n".join([*lines, *(r.said[-3000:] for r in results if r.said and not total)])


def _line(name: str, inputs: int, seconds: float, edges: int, findings: int) -> str:
    shown = f"{name:13} {inputs:>10,} inputs {seconds:>8.1f} s of processor"
    return f"{shown} {edges:>6} edges {findings:>3} findings"


def _dictionary(seeds: Sequence[bytes]) -> str:
    """Return the words of the seeds as libFuzzer reads a dictionary."""
    words = {word for seed in seeds for word in _WORD.findall(seed)}
    lines = ['"' + "".join(f"\\x{byte:02x}" for byte in word) + '"' for word in sorted(words)]
    return "\n".join(lines[:WORDS_MAX]) + "\n"


def _last(said: str) -> tuple[int, int]:
    lines = list(_RUN.finditer(said))
    return (int(lines[-1][1]), int(lines[-1][2])) if lines else (0, 0)


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
