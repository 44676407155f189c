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
from contracts.voting.crypto.questions import CONTESTS_MAX
from contracts.voting.tally.methods import Standing

sums = Map[tuple[ElectionId, ClassId], Ciphertexts]("sums")  # (election, class)

Outcome = Annotated[tuple[Standing, ...], CountMax(CONTESTS_MAX)]


@record
class Reconciliation:
    """The public numbers of each class, and whether none is above one that bounds it."""

    classes: Annotated[tuple[ClassTotals, ...], CountMax(CLASSES_MAX)]
    does_hold: bool
