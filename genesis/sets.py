"""Who decided which height, as who holds the genesis alone follows it (docs/protocol.md).

A change is taken when the block that announces it is certified by the set of before. A header
counts only with a certificate of the set of its own height, so that keys of a past set certify
nothing above the change that ended it.
"""

from collections.abc import Sequence

from primitives.block import Header
from primitives.certificate import BadCertificate
from primitives.ids import Height
from primitives.set_change import BadSetChange
from primitives.set_history import SetHistory
from primitives.validators import ValidatorSet

KnownSet = tuple[Height, ValidatorSet]  # the first height that the set decides, and the set


class UnknownValidators(BadCertificate):
    """Validators decided the block that are not known here; ask a node how the set changed."""


class DecidingSets:
    """The sets that are known, each from its first height on; the first is the genesis'."""

    def __init__(self, first: ValidatorSet, later: Sequence[KnownSet] = ()) -> None:
        """Begin with the genesis' set and those that an earlier life of the client verified."""
        self._history = SetHistory(sets=((Height(0), first), *later))
        self._announced = -1  # height of the highest verified header that announces a change

    @property
    def later(self) -> tuple[KnownSet, ...]:
        """The sets after the genesis', each with its first height: what a client saves."""
        return self._history.sets[1:]

    @property
    def last(self) -> tuple[Height, ValidatorSet]:
        """The first height of the last known set, and the set."""
        return self._history.sets[-1]

    def deciding(self, header: Header) -> ValidatorSet:
        """Return the set that decides a header's height.

        Raises:
            UnknownValidators: the header names another, above all changes that are known.
            BadCertificate: it names another than the one that is known to decide that height.
        """
        found = self._history.at(header.height)
        is_behind = header.height > self._announced >= self.last[0]
        if not is_behind and found is not None and found.hash == header.validators_hash:
            return found
        if header.height >= self.last[0]:
            raise UnknownValidators(
                f"block {header.height} is decided by validators that are not known here: ask a"
                " node for the changes since block"
                f" {self.last[0]} (chain_getValidatorChanges)"
            )
        raise BadCertificate(f"block {header.height} names other validators than decided it")

    def note(self, header: Header) -> None:
        """Take note of a verified header: above one that announces a change, others decide."""
        if header.next_validators_hash != header.validators_hash:
            self._announced = max(self._announced, header.height)

    def following(self, header: Header) -> ValidatorSet:
        """Return the set that decides after a verified header. Raises UnknownValidators."""
        found = self._history.at(Height(header.height + 1))
        if found is None or found.hash != header.next_validators_hash:
            raise UnknownValidators(f"block {header.height} announces validators not known here")
        return found

    def add(self, header: Header, following: ValidatorSet) -> bool:
        """Take the set that a verified header announces, and return whether it was not known.

        Raises:
            BadSetChange: the header announces another set, or none, or changes before are missing.
        """
        if following.hash != header.next_validators_hash:
            raise BadSetChange(f"block {header.height} announces another set than the one given")
        if header.next_validators_hash == header.validators_hash:
            raise BadSetChange(f"block {header.height} announces no change")
        first = Height(header.height + 1)
        if first <= self.last[0]:
            return False
        self._history = SetHistory(sets=(*self._history.sets, (first, following)))
        return True
