"""What each validator was seen to sign, over all lives of its key, and what no key may sign.

Statements come from the messages that an observer receives and from the logs of stopped nodes.
Two contents at one (height, view, kind), or a view change that forgets a commit of its height
below it (invariants I1 and I3 of the simulator), are found whatever came between.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from consensus.messages import Kind, PrePrepare, Statement, ViewChange
from consensus.wire import read_message
from primitives.crypto import PublicKey
from primitives.errors import Rejected

IsSigned = Callable[[Statement, Statement], bool]


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that a key broke; both statements carry its signature."""

    earlier: Statement
    later: Statement
    rule: str

    def __str__(self) -> str:
        one, two = self.earlier, self.later
        return (
            f"{self.rule}: at height {two.height}, {one.kind.name} of view {one.view} with"
            f" {_show(one)}, then {two.kind.name} of view {two.view} with {_show(two)}"
        )


class Record:
    """Statements by sender and position. `is_signed` checks the signatures of a found pair."""

    def __init__(self, is_signed: IsSigned) -> None:
        self._is_signed = is_signed
        self._said: dict[tuple[PublicKey, int, int, int], Statement] = {}
        self._by_height: dict[tuple[PublicKey, int], list[Statement]] = defaultdict(list)
        self.broken: list[tuple[PublicKey, Broken]] = []
        self.statements = 0
        self.last_commit: dict[PublicKey, int] = {}

    def take_message(self, payload: bytes) -> None:
        """Take a message of a peer; what is not a message says nothing."""
        for statement in statements_of(payload):
            self.take(statement)

    def take(self, statement: Statement) -> None:
        """Take one statement; seen before is nothing new."""
        place = (statement.sender, statement.height, statement.view, int(statement.kind))
        known = self._said.setdefault(place, statement)
        if known is not statement:
            if known.content != statement.content:
                self._note(Broken(known, statement, "two contents at one position"))
            return
        self.statements += 1
        if statement.kind is Kind.COMMIT:
            last = self.last_commit.get(statement.sender, 0)
            self.last_commit[statement.sender] = max(last, statement.height)
        if statement.kind in (Kind.COMMIT, Kind.VIEW_CHANGE):
            siblings = self._by_height[statement.sender, statement.height]
            for known in siblings:
                self._compare(known, statement)
            siblings.append(statement)

    def has_commit(self, sender: PublicKey, heights: range) -> bool:
        """Whether a validator was seen to commit one of `heights`."""
        return any(
            one.kind is Kind.COMMIT
            for height in heights
            for one in self._by_height.get((sender, height), ())
        )

    def _compare(self, known: Statement, statement: Statement) -> None:
        """Find a view change that claims less than a commit of a view below it."""
        kinds = (known.kind, statement.kind)
        if kinds == (Kind.COMMIT, Kind.VIEW_CHANGE):
            commit, change = known, statement
        elif kinds == (Kind.VIEW_CHANGE, Kind.COMMIT):
            commit, change = statement, known
        else:
            return
        claimed = -1 if change.claim is None else change.claim[0]
        if claimed < commit.view < change.view:
            self._note(Broken(known, statement, "a view change forgets a commit"))

    def _note(self, broken: Broken) -> None:
        pair = (broken.later.sender, broken)
        if pair not in self.broken and self._is_signed(broken.earlier, broken.later):
            self.broken.append(pair)


def statements_of(payload: bytes) -> tuple[Statement, ...]:
    """Return the statements that a message carries; none when it is no message."""
    try:
        message = read_message(payload)
    except Rejected:
        return ()
    match message:
        case Statement():
            return (message,)
        case PrePrepare():
            return (message.statement, *message.justification.heads)
        case ViewChange():
            return (message.statement,)
        case _:
            return ()


def _show(statement: Statement) -> str:
    content = statement.content
    if isinstance(content, bytes):
        return content.hex()[:12]
    return "no block" if content is None else f"{content[1].hex()[:12]} of view {content[0]}"
