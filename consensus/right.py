"""The right to sign in one life of a node: what is known of it. Data; the rules are in signing.

A life is one start of a process. What the files said of it is decided in consensus.recovery.
Source: docs/protocol.md#who-may-sign.
"""

from dataclasses import dataclass, field

from consensus.guard import SignState
from consensus.messages import SignMark, Statement
from primitives.crypto import PublicKey
from primitives.ids import Height
from primitives.limits import VALIDATORS_MAX
from primitives.validators import ValidatorSet

FALLS_MAX = 1  # in one life; who falls back once more waits for an operator (R2.6)
FIRST_HEIGHT = Height(0)
_NO_NONCE = b""


@dataclass(slots=True, kw_only=True)
class SigningRight:
    """Whether this node may sign, above what, and what it waits for.

    `state` is the sign-state as the last `Persist` wrote it, `durable` the mark that was on disk
    when the present step began. At or below `floor` nothing is signed; `begun` is the mark with
    which this life, or its return from listening, began. `signed` holds own statements of this
    life and of the WAL, complete from height `remembers_from` on. `heard` are the validators that
    answered the question with the present nonce, `told` the first open height that each of them
    gave without listening itself, `listening` the height of those that last said that they listen,
    until they sign above it, `questioned` who was answered since the answer timer started.
    `witnessed` is the highest statement that each other validator
    was seen to sign. `reason` says why this node listens, None when it does not.
    """

    state: SignState
    durable: SignMark
    floor: SignMark
    begun: SignMark
    reason: str | None = None
    falls: int = 0
    inquiries: int = 0
    nonce: bytes = _NO_NONCE
    is_heard: bool = False
    is_exercised: bool = False  # what `Replica.may_sign` said at the end of the last step
    heard: set[PublicKey] = field(default_factory=set)
    told: dict[PublicKey, Height] = field(default_factory=dict)
    listening: dict[PublicKey, Height] = field(default_factory=dict)
    questioned: set[PublicKey] = field(default_factory=set)
    remembers_from: Height = FIRST_HEIGHT
    signed: dict[SignMark, Statement] = field(default_factory=dict)
    witnessed: dict[PublicKey, Statement] = field(default_factory=dict)

    @classmethod
    def of(cls, state: SignState, reason: str | None) -> "SigningRight":
        """Return what a life that starts with `state` knows."""
        mark = state.mark
        return cls(state=state, durable=mark, floor=mark, begun=mark, reason=reason)

    @property
    def is_barred(self) -> bool:
        """Whether only an operator lets this node sign again in this life."""
        return self.falls > FALLS_MAX

    def contradiction(self, statement: Statement) -> str | None:
        """Return why an own `statement` that others hold is not explained; None if it is (R2.8).

        The caller checks the signature when the answer is not None.
        """
        mark = statement.mark
        known = self.signed.get(mark)
        if known is not None:
            is_same = known.content == statement.content
            return None if is_same else f"this key has signed two things at {show_mark(mark)}"
        if mark > self.state.mark:
            return f"this key has signed at {show_mark(mark)}, above its sign-state"
        if mark > self.begun and mark.height >= self.remembers_from:
            return f"this key has signed at {show_mark(mark)}, and this node has not"
        return None

    def remember(self, statement: Statement) -> None:
        """Keep an own statement, to know it when others hand it back."""
        self.signed[statement.mark] = statement

    def witness(self, statement: Statement) -> None:
        """Keep a checked statement of another validator if it is its highest."""
        if statement.height > self.listening.get(statement.sender, statement.height):
            del self.listening[statement.sender]
        known = self.witnessed.get(statement.sender)
        if known is None or _place(known) < _place(statement):
            self.witnessed[statement.sender] = statement

    def forget_strangers(self, validators: ValidatorSet) -> None:
        """Keep statements of a bounded number: of others than `validators` the highest ones."""
        others = [said for key, said in self.witnessed.items() if key not in validators]
        spare = len(self.witnessed) - VALIDATORS_MAX
        for statement in sorted(others, key=_place)[: max(spare, 0)]:
            del self.witnessed[statement.sender]

    def forget_below(self, height: Height) -> None:
        """Drop own statements of heights below `height`."""
        self.remembers_from = height
        self.signed = {mark: own for mark, own in self.signed.items() if mark.height >= height}


def _place(statement: Statement) -> tuple[int, int, int]:
    return (statement.height, statement.view, int(statement.kind))


def show_mark(mark: SignMark) -> str:
    """Return a mark in words."""
    kinds = ("view change", "pre-prepare", "prepare", "commit")
    return f"height {mark.height} view {mark.view} ({kinds[mark.kind]})"
