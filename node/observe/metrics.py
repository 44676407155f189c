"""Counters, gauges and histograms, shown in the Prometheus text format.

Source: Prometheus exposition format 0.0.4. Own code because the client library brings a server,
process collectors and global state that a node does not need.
"""

import asyncio
import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from time import perf_counter
from typing import Protocol

PREFIX = "sapha_"
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_LAG_EVERY_S = 0.1


class Metric(Protocol):
    """Anything that shows itself as lines of samples."""

    kind: str

    def samples(self, name: str) -> Iterator[str]:
        """Yield one line a sample, without the line end."""


class Counter:
    """A number that only grows, one for each value of an optional label."""

    kind = "counter"

    def __init__(self, label: str = "") -> None:
        self._label = label
        self._values: dict[str, int] = {} if label else {"": 0}

    def add(self, count: int = 1, *, of: str = "") -> None:
        """Add `count` to the counter of label value `of`."""
        self._values[of] = self._values.get(of, 0) + count

    def value(self, of: str = "") -> int:
        """Return the count of label value `of`."""
        return self._values.get(of, 0)

    def samples(self, name: str) -> Iterator[str]:
        """Yield one line for each label value."""
        for value, count in self._values.items():
            label = f'{{{self._label}="{_escaped(value)}"}}' if self._label else ""
            yield f"{name}{label} {count}"


class GaugeOf:
    """A number that goes up and down for each value of a label."""

    kind = "gauge"

    def __init__(self, label: str) -> None:
        self._label = label
        self._values: Mapping[str, float] = {}

    def set_all(self, values: Mapping[str, float]) -> None:
        """Show these label values and no others."""
        self._values = dict(values)

    def samples(self, name: str) -> Iterator[str]:
        """Yield one line for each label value."""
        for value, number in self._values.items():
            yield f'{name}{{{self._label}="{_escaped(value)}"}} {_number(number)}'


class Gauge:
    """A number that goes up and down; read through a function when one is given."""

    kind = "gauge"

    def __init__(self, read: Callable[[], float] | None = None) -> None:
        self._read = read
        self._value = 0.0

    def set(self, value: float) -> None:
        """Set the value."""
        self._value = value

    def samples(self, name: str) -> Iterator[str]:
        """Yield the line of the present value."""
        yield f"{name} {_number(self._read() if self._read else self._value)}"


class Choice:
    """Which of a few values of a label holds: 1 for that, 0 for the others."""

    kind = "gauge"

    def __init__(self, label: str, values: tuple[str, ...]) -> None:
        self._label = label
        self._values = values
        self._held = ""

    def set(self, value: str) -> None:
        """Set the value that holds."""
        self._held = value

    def samples(self, name: str) -> Iterator[str]:
        """Yield one line for each value."""
        for value in self._values:
            yield f'{name}{{{self._label}="{_escaped(value)}"}} {int(value == self._held)}'


class Histogram:
    """How often values fell under each bound, with their sum and count."""

    kind = "histogram"

    def __init__(self, bounds: tuple[float, ...] = SECONDS) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        """Count one value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def samples(self, name: str) -> Iterator[str]:
        """Yield the cumulative buckets, the sum and the count."""
        total = 0
        for bound, count in zip((*self._bounds, math.inf), self._counts, strict=True):
            total += count
            yield f'{name}_bucket{{le="{_number(bound)}"}} {total}'
        yield f"{name}_sum {_number(self._sum)}"
        yield f"{name}_count {total}"


class Registry:
    """All metrics of one node, by name without the prefix."""

    def __init__(self) -> None:
        self._metrics: dict[str, tuple[Metric, str]] = {}

    def add(self, name: str, metric: Metric, text: str) -> None:
        """Show `metric` as `sapha_<name>`, explained by `text`."""
        if name in self._metrics:
            raise ValueError(f"metric {name} is there already")
        self._metrics[name] = (metric, text)

    def show(self) -> str:
        """Return the whole page in the text format."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterable[str]:
        for short, (metric, text) in self._metrics.items():
            name = PREFIX + short
            yield f"# HELP {name} {text}"
            yield f"# TYPE {name} {metric.kind}"
            yield from metric.samples(name)


async def watch_loop_lag(tell: Callable[[float], None]) -> None:
    """Tell how late, in seconds, the event loop runs what is due, ten times a second for ever."""
    while True:
        due = perf_counter() + _LAG_EVERY_S
        await asyncio.sleep(_LAG_EVERY_S)
        tell(max(0.0, perf_counter() - due))


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) else repr(value)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
