"""How much an engine keeps: counted over all that is reachable from it."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def count_items(root: object) -> int:
    """Return how many containers' items and fields are reachable from `root`."""
    seen: set[int] = set()  # ids; membership only
    count, stack = 0, [root]
    while stack:
        item = stack.pop()
        if isinstance(item, str | bytes | int | type) or item is None or id(item) in seen:
            continue
        seen.add(id(item))
        inner = _inside(item)
        count += len(inner)
        stack.extend(inner)
    return count


def _inside(item: object) -> list[Any]:
    if isinstance(item, Mapping):
        return [*item.keys(), *item.values()]
    if isinstance(item, list | tuple | set | frozenset):
        return list(item)
    if is_dataclass(item):
        return [getattr(item, one.name, None) for one in fields(item)]
    slots = getattr(type(item), "__slots__", None)
    if slots is not None and not callable(item):
        return [getattr(item, name, None) for name in slots]
    return list(getattr(item, "__dict__", {}).values()) if not callable(item) else []
