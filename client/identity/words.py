"""The words of a request: who asks, and what the citizen is asked to say yes or no to.

The request commits to them, so the answer's signature covers them whole. They hold nothing but what
wallets show: one with another member is no words, and nothing is signed for it.
"""

from dataclasses import dataclass

from client.identity.errors import BadPayload, NotWhatWasAsked
from client.identity.payload import Opening, open_new

MESSAGE_NAMESPACE = "message"
_NAMES = ("rp", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What one request says to the citizen."""

    rp: str
    text: str

    def commit_to(self) -> Opening:
        """Return the words with a fresh salt. Raises BadPayload: there is no text."""
        if not self.text.strip():
            raise BadPayload("the words have no text")
        return open_new(MESSAGE_NAMESPACE, {"rp": self.rp, "text": self.text})


def words_in(opening: Opening, rp: str) -> Words:
    """Return the words that a relying party's opening holds.

    Raises:
        BadPayload: another kind of opening, no text, or a member that no wallet shows.
        NotWhatWasAsked: the words are another relying party's.
    """
    payload = opening.payload
    if opening.namespace != MESSAGE_NAMESPACE:
        raise BadPayload(f"the words are of {opening.namespace!r:.40}, not {MESSAGE_NAMESPACE}")
    if more := sorted(set(payload) - set(_NAMES)):
        raise BadPayload(f"the words hold what is not shown: {', '.join(more):.100}")
    text = payload.get("text")
    if not isinstance(text, str) or not text.strip():
        raise BadPayload("the words have no text")
    if payload.get("rp") != rp:
        raise NotWhatWasAsked(f"the words are of {payload.get('rp')!r:.40}, the request of {rp}")
    return Words(rp=rp, text=text)
