"""Votes of one height: at most one of a validator in each view, counted by what they say."""

from consensus.messages import Content, Signatures, Statement, ViewChange
from primitives.crypto import PublicKey, Signature
from primitives.ids import View
from primitives.validators import ValidatorSet

_Tally = dict[PublicKey, Statement]


class VoteSet:
    """Checked Prepares, or checked Commits, of one height."""

    __slots__ = ("_by_content", "_by_view")

    def __init__(self) -> None:
        self._by_view: dict[View, _Tally] = {}
        self._by_content: dict[tuple[View, Content], _Tally] = {}

    def add(self, vote: Statement) -> None:
        """Count `vote`; the caller has checked it and that its sender has none in this view."""
        self._by_view.setdefault(vote.view, {})[vote.sender] = vote
        self._by_content.setdefault((vote.view, vote.content), {})[vote.sender] = vote

    def vote_of(self, view: View, sender: PublicKey) -> Statement | None:
        """Return the vote of `sender` in `view`."""
        return self._by_view.get(view, {}).get(sender)

    def count(self, view: View, content: Content) -> int:
        """Return how many validators said `content` in `view`."""
        return len(self._by_content.get((view, content), ()))

    def signatures(self, view: View, content: Content) -> dict[PublicKey, Signature]:
        """Return who said `content` in `view`, with their signatures."""
        votes = self._by_content.get((view, content), {})
        return {sender: vote.signature for sender, vote in votes.items()}

    def votes_in(self, view: View) -> tuple[Statement, ...]:
        """Return all votes of `view`, in order of arrival."""
        return tuple(self._by_view.get(view, {}).values())

    def views(self) -> tuple[View, ...]:
        """Return the views with a vote, highest first."""
        return tuple(sorted(self._by_view, reverse=True))

    def drop_below(self, view: View) -> None:
        """Forget the votes of views below `view`."""
        self._by_view = {v: votes for v, votes in self._by_view.items() if v >= view}
        self._by_content = {key: votes for key, votes in self._by_content.items() if key[0] >= view}


class ViewChangeSet:
    """The checked ViewChange of the highest view of each validator.

    Older ones are not needed: a validator that has moved on votes no more in the views it left,
    so a view that needs it cannot succeed anyway. This bounds the set by the number of validators
    and lets a replica that is any number of views behind catch up (rule 7).
    """

    __slots__ = ("_latest",)

    def __init__(self) -> None:
        self._latest: dict[PublicKey, ViewChange] = {}

    def add(self, message: ViewChange) -> None:
        """Keep a checked `message` in place of an older one of its sender."""
        self._latest[message.statement.sender] = message

    def latest_of(self, sender: PublicKey) -> ViewChange | None:
        """Return the message of `sender` for the highest view."""
        return self._latest.get(sender)

    def at(self, view: View) -> tuple[ViewChange, ...]:
        """Return the messages for exactly `view`, in the order of their senders."""
        chosen = [m for m in self._latest.values() if m.statement.view == view]
        return tuple(sorted(chosen, key=lambda message: message.statement.sender))


def first_of(signatures: dict[PublicKey, Signature], validators: ValidatorSet) -> Signatures:
    """Return q of the signatures in the order of their keys."""
    return tuple(sorted(signatures.items())[: validators.quorum])
