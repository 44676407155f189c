"""What the count leaves behind, and how queries answer."""

from typing import Annotated

from contracts.sdk import CountMax, Map, record
from contracts.voting.core.messages import (
    CLASSES_MAX,
    Ciphertexts,
    ClassId,
    ElectionId,
)
from contracts.voting.core.state import ClassTotals

sums = Map[tuple[ElectionId, ClassId], Ciphertexts]("sums")  # (election, class)


@record
class Reconciliation:
    """The public numbers of each class, and whether none is above one that bounds it."""

    classes: Annotated[tuple[ClassTotals, ...], CountMax(CLASSES_MAX)]
    does_hold: bool
