"""Which validator set decided which of the last heights, so that old statements can be judged."""

from bisect import bisect_right
from dataclasses import dataclass

from primitives.ids import Height
from primitives.validators import ValidatorSet

_FIRST = Height(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetHistory:
    """The sets of the heights from `first_height` on, each once with its own first height.

    `sets` ascend by height; the first may begin below `first_height`. Of lower heights nothing
    is known any more. Source: docs/protocol.md#evidence.
    """

    first_height: Height = _FIRST
    sets: tuple[tuple[Height, ValidatorSet], ...] = ()

    def at(self, height: Height) -> ValidatorSet | None:
        """Return the set that decides `height`; None when it is too old, or unknown."""
        index = bisect_right(self.sets, height, key=lambda pair: pair[0])
        if height < self.first_height or index == 0:
            return None
        return self.sets[index - 1][1]


NOTHING_KNOWN = SetHistory()
