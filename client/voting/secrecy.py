"""Which classes of an election are opened with which weight, and why some are not.

Source: docs/voting.md#small-groups.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.voting.core.messages import Manifest

OWN, JOINED, UNOPENED = "own", "joined", "unopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOpening:
    """How the ballots of one class count: by its own weight, by another's, or in no sum."""

    name_th: str
    name_en: str
    weight: int
    opened_weight: int  # 0: not opened
    ballots: int
    how: str  # one of OWN, JOINED, UNOPENED
    why: str


def openings_of(
    manifest: Manifest, weights: Sequence[int], ballots: Sequence[int]
) -> tuple[ClassOpening, ...]:
    """Return how each class counts; `weights` are those of the counted box, `ballots` counted."""
    least = manifest.class_size_min
    found = []
    for one, opened, count in zip(manifest.classes, weights, ballots, strict=True):
        of_weight = _of_weight(manifest, ballots, one.weight)
        few = f"{of_weight} ballots of weight {one.weight}, at least {least} are opened together"
        how, why = OWN, ""
        if opened == 0:
            how, why = UNOPENED, f"{few}; {_no_other(manifest, one.joins)}"
        elif opened != one.weight:
            how, why = JOINED, f"{few}; counted with weight {opened}"
        found.append(
            ClassOpening(
                name_th=one.name_th,
                name_en=one.name_en,
                weight=one.weight,
                opened_weight=opened,
                ballots=count,
                how=how,
                why=why,
            )
        )
    return tuple(found)


def _no_other(manifest: Manifest, joins: int | None) -> str:
    """Return why a class of too few counts with no other weight."""
    if joins is None:
        return "it joins no other class"
    return f"with {manifest.classes[joins].name_en}, which it joins, they are too few as well"


def _of_weight(manifest: Manifest, ballots: Sequence[int], weight: int) -> int:
    """Return how many ballots the classes of a weight have together."""
    pairs = zip(manifest.classes, ballots, strict=True)
    return sum(count for one, count in pairs if one.weight == weight)
