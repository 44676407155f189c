"""Which metrics an expression of PromQL reads, by the parser of a well-kept library."""

from collections.abc import Iterator

import promql_parser as promql


def metrics_in(expression: str) -> set[str]:
    """Return the names of the metrics. Raises ValueError: it is no PromQL."""
    return set(_names(promql.parse(expression)))


def _names(node: object) -> Iterator[str]:
    if isinstance(node, promql.VectorSelector):
        yield node.name
    for part in ("expr", "lhs", "rhs", "vector_selector", "vs", "param"):
        below = getattr(node, part, None)
        if below is not None and not isinstance(below, str):
            yield from _names(below)
    for argument in getattr(node, "args", None) or ():
        yield from _names(argument)
