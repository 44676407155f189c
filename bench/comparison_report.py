"""The comparison's table: medians of rounds for each engine, and the ratio of the medians.

Engines take turns within one run on one machine, so ratios hold; absolute figures describe the
machine and what else it did.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

SAPHA = "sapha"
PEER = "cometbft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one engine did in one round; of a validator, and where named of a transaction."""

    processor_us: float
    signature_share: float
    signatures_checked: float
    committed_tx_s: float
    latency_p50_ms: float
    latency_p99_ms: float
    idle_cores: float
    loaded_mb: float
    idle_mb: float
    disk_bytes: float
    generator_cores: float

    def figures(self) -> dict[str, float]:
        """Return the figures by name, in the order of the table."""
        return {
            "processor_us": self.processor_us,
            "signature_share": self.signature_share,
            "signatures_checked": self.signatures_checked,
            "committed_tx_s": self.committed_tx_s,
            "latency_p50_ms": self.latency_p50_ms,
            "latency_p99_ms": self.latency_p99_ms,
            "idle_cores": self.idle_cores,
            "loaded_mb": self.loaded_mb,
            "idle_mb": self.idle_mb,
            "disk_bytes": self.disk_bytes,
            "generator_cores": self.generator_cores,
        }


LABELS = {
    "processor_us": "processor time of a transaction and validator, µs",
    "signature_share": "of it signature checks",
    "signatures_checked": "signature checks of a transaction and validator",
    "committed_tx_s": "committed a second",
    "latency_p50_ms": "latency at 10/s, p50 ms",
    "latency_p99_ms": "latency at 10/s, p99 ms",
    "idle_cores": "idle cores of a validator",
    "loaded_mb": "memory of a validator after the load, MiB",
    "idle_mb": "memory of a validator before it, MiB",
    "disk_bytes": "bytes on disk of a transaction and validator",
    "generator_cores": "cores that the load generator took",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure: medians of the rounds, their extremes, and Sapha's median over the peer's."""

    name: str
    sapha: float
    peer: float
    sapha_range: tuple[float, float]
    peer_range: tuple[float, float]

    @property
    def ratio(self) -> float | None:
        """Sapha's over the peer's; None where the peer's is nothing."""
        return None if self.peer == 0 else self.sapha / self.peer

    @property
    def is_apart(self) -> bool:
        """Whether the rounds do not overlap, so that the difference is one."""
        return self.sapha_range[1] < self.peer_range[0] or self.peer_range[1] < self.sapha_range[0]

    def cells(self) -> list[str]:
        """Return the row of the table; a ratio whose rounds overlap stands in brackets."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        shown = ratio if self.is_apart or not ratio else f"({ratio})"
        return [
            LABELS[self.name],
            _ranged(self.sapha, self.sapha_range),
            _ranged(self.peer, self.peer_range),
            shown,
        ]


def rows_of(rounds: Mapping[str, Sequence[Round]]) -> list[Row]:
    """Return every figure, in the order of the table.

    Raises:
        ValueError: an engine has no round.
    """
    if not rounds[SAPHA] or not rounds[PEER]:
        raise ValueError("each engine needs a round")
    rows = []
    for name in LABELS:
        sapha = [each.figures()[name] for each in rounds[SAPHA]]
        peer = [each.figures()[name] for each in rounds[PEER]]
        rows.append(
            Row(
                name=name,
                sapha=median(sapha),
                peer=median(peer),
                sapha_range=(min(sapha), max(sapha)),
                peer_range=(min(peer), max(peer)),
            )
        )
    return rows


def to_json(rows: Sequence[Row], rounds: Mapping[str, Sequence[Round]]) -> dict[str, object]:
    """Return medians, ratios and every round for programs."""
    return {
        "median": {row.name: {SAPHA: row.sapha, PEER: row.peer} for row in rows},
        "ratio": {row.name: row.ratio for row in rows},
        "rounds": {engine: [each.figures() for each in done] for engine, done in rounds.items()},
    }


def to_markdown(rows: Sequence[Row]) -> str:
    """Return the table as bench/README.md holds it."""
    lines = ["| | Sapha | CometBFT | ratio |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(row.cells())} |" for row in rows]
    return "\n".join(lines)


def _ranged(middle: float, extremes: tuple[float, float]) -> str:
    low, high = map(_shown, extremes)
    return f"{_shown(middle)} ({low} to {high})" if low != high else _shown(middle)


def _shown(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"
