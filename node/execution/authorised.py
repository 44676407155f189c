"""Whose keys may act for whom, asked of the contract of accounts once for what it reads.

Its answer is made of the contracts' code, the sender, the signers, where passkeys signed, and state
alone. So it is the same for as long as every key that it read has the same bytes, which is looked
at each time, and other contracts are asked anew; nothing is ever stale.
"""

from collections.abc import Iterator

from contracts.sdk import dispatch
from contracts.sdk.dispatch import Contracts
from contracts.sdk.ports import StateView
from node.store.bounded import BoundedDict
from primitives.crypto import PublicKey
from primitives.errors import InvariantBroken
from primitives.ids import Address
from primitives.keys import Sites

_ANSWERS_MAX = 50_000

_Question = tuple[Address, tuple[PublicKey, ...], Sites]
_Reads = tuple[tuple[bytes, bytes | None], ...]


class Authorised:
    """Remembers which signers were let in for which sender, and what was read for that."""

    def __init__(self, answers_max: int = _ANSWERS_MAX) -> None:
        self._contracts: Contracts | None = None  # whose answers are remembered
        self._reads: BoundedDict[_Question, _Reads] = BoundedDict(answers_max)

    def check(
        self,
        contracts: Contracts,
        state: StateView,
        question: _Question,
    ) -> None:
        """Check that the signers of `question` may act for its sender in `state`.

        Raises:
            KeyNotInAccount, ForeignSignature, MissingSignature, ForeignSite: from `accounts`.
        """
        if contracts is not self._contracts:
            self._contracts = contracts
            self._reads.items.clear()
        reads = self._reads.items.get(question)
        if reads is not None and _are_as_read(state, reads):
            return
        recorder = _Recorder(state)
        dispatch.authorise(contracts, recorder, *question)
        self._reads.put(question, tuple(recorder.reads.items()))


def _are_as_read(state: StateView, reads: _Reads) -> bool:
    return all([state.get(key) == value for key, value in reads])


class _Recorder:
    """A view of state that notes what is read; entries only, as accounts are read by no pages."""

    def __init__(self, state: StateView) -> None:
        self._state = state
        self.reads: dict[bytes, bytes | None] = {}

    def get(self, key: bytes) -> bytes | None:
        value = self.reads[key] = self._state.get(key)
        return value

    def set(self, key: bytes, value: bytes | None) -> None:
        raise InvariantBroken(f"authorise writes {key!r:.80}: {value!r:.40}")

    def iterate(
        self, prefix: bytes, *, after: bytes | None, limit: int
    ) -> Iterator[tuple[bytes, bytes]]:
        raise InvariantBroken(f"authorise iterates {prefix!r:.80}, {after!r:.40}, {limit}")
