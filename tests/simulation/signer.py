"""The process that holds a validator's key elsewhere: late, away at times, and it forgets nothing.

Its sign-state outlives every crash and loss of its node; nodes that share a key share it.
"""

from collections import deque
from typing import TYPE_CHECKING

from consensus import RequestSignature, SignatureReceived, SignMark, SignState, born
from consensus.guard import signed_state
from consensus.messages import TAGS, Statement, signed_bytes
from primitives.crypto import Digest, PublicKey, Signature, digest
from tests.simulation.keys import Keys
from tests.simulation.node_keys import config_of
from tests.simulation.world import MS

if TYPE_CHECKING:
    from tests.simulation.node import Node

_AWAY = 0.03  # of requests, while the world has faults
_RETRY_US = 500 * MS
_ROUND_TRIP_US = (200, 20 * MS)


class Signer:
    """Signs at one position one content, and at no lower one."""

    def __init__(self, key: PublicKey, keys: Keys, chain_id: str) -> None:
        self.key = key
        self.state: SignState = born(key)
        self.signed: dict[SignMark, set[Digest]] = {}
        self._keys, self._chain_id = keys, chain_id

    def sign(self, request: RequestSignature) -> Signature | None:
        """Return the signature, None for a refusal."""
        place, key, tag = (request.height, request.view), self.state.key, TAGS[request.kind]
        data = signed_bytes(self._chain_id, request.restart, *place, request.content)
        signed, state = digest(tag, data), self.state
        if request.mark == state.mark and signed == state.digest:
            return state.signature
        if request.mark <= state.mark:
            return None
        signature = self._keys.sign(key, tag, data)
        statement = Statement(request.kind, *place, request.content, key, signature)
        self.signed.setdefault(request.mark, set()).add(signed)
        self.state = signed_state(state, statement, signed=signed, restart=request.restart)
        return signature


class Link:
    """What a node asks its signer by: one thing after the other, of views that have not passed."""

    def __init__(self, node: "Node", signer: Signer) -> None:
        self.signer = signer
        self._node = node
        self._requests: deque[RequestSignature] = deque()
        self._is_busy = False

    def request(self, effect: RequestSignature) -> None:
        """Have a statement signed."""
        place = (effect.height, effect.view)
        while self._requests and (self._requests[0].height, self._requests[0].view) < place:
            self._requests.popleft()
        self._requests.append(effect)
        self._dial()

    def clear(self) -> None:
        """The node has stopped."""
        self._requests.clear()
        self._is_busy = False

    def _dial(self) -> None:
        if self._is_busy or not self._requests:
            return
        world, self._is_busy = self._node.world, True
        if self._node.cluster.has_faults and world.rng.random() < _AWAY:
            world.counts["signer_away"] += 1
            self._node.later(world.between(1, 6) * _RETRY_US, self._again)
            return
        self._node.later(world.between(*_ROUND_TRIP_US), self._ask, self._requests[0])

    def _ask(self, request: RequestSignature) -> None:
        """The signer answers; the answer is on its way for as long again."""
        world, signature = self._node.world, self.signer.sign(request)
        self._node.later(world.between(*_ROUND_TRIP_US), self._answered, request, signature)

    def _answered(self, request: RequestSignature, signature: Signature | None) -> None:
        if self._requests and self._requests[0] is request:
            self._requests.popleft()
        world = self._node.world
        world.counts["signer_refusal" if signature is None else "signed_elsewhere"] += 1
        if signature is not None:
            self._node.give(SignatureReceived(request.mark, signature))
        self._again()

    def _again(self) -> None:
        self._is_busy = False
        self._dial()


def use_signer(node: "Node", signer: Signer) -> None:
    """Have the key of a node in a signer."""
    node.link = Link(node, signer)
    node.config = config_of(node)
