"""Asking through a relay: each call is a letter, and what comes back is opened or not believed."""

import json
import time
from dataclasses import dataclass

from client.errors import BadAnswer, NotOpened, RpcRefused
from client.relay.address import RelayAddress
from client.relay.letter import SentLetter, write_letter

# Half of what a relay allows: a clock may be as much wrong either way.
_LIFE_MS = 150_000
_UNSEALED = -32003  # as a node that is not ready: another relay may be asked


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class SealedWay:
    """The way to one relay, whoever carries the letters."""

    address: RelayAddress

    def letter(self, request: object) -> SentLetter:
        """Return the letter of a JSON-RPC request. Raises as `write_letter`."""
        body = json.dumps(request, separators=(",", ":")).encode()
        return write_letter(body, self.address.key, _now_ms() + _LIFE_MS)


def read_answer(letter: SentLetter, body: bytes, place: str) -> bytes:
    """Return the relay's answer to a letter.

    Raises:
        RpcRefused: a refusal that is not sealed, so maybe of whoever carries; it tells nothing of
            whether the relay has the letter.
        BadAnswer: neither of these.
    """
    try:
        return letter.open(body)
    except NotOpened:
        pass
    try:
        error = json.loads(body)["error"]
        data = error["data"] if isinstance(error["data"], dict) else {}
        refused = RpcRefused(_UNSEALED, f"{error['message']} (not sealed)", data)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadAnswer(f"{place}: an answer that is not the relay's") from error
    refused.may_have_arrived = True
    raise refused
