"""Block sync as a node does it: ask one peer after another, believe only certificates."""

from typing import TYPE_CHECKING

from consensus.effects import FetchBlocks
from primitives.block import Block
from primitives.certificate import (
    SealedBlock,
    UncheckedCertificate,
    check_certificate,
    check_last_certificate,
)
from primitives.crypto import PublicKey
from primitives.errors import Rejected
from tests.simulation.world import MS

if TYPE_CHECKING:
    from tests.simulation.node import Node

_BLOCKS_A_REQUEST = 8
_ANSWER_WITHIN_US = 500 * MS
_ROUNDS_MAX = 3  # times that every peer is asked before sync gives up; the engine asks again

Answer = tuple[tuple[Block, UncheckedCertificate], ...]


class BlockSync:
    """Fetches and commits decided blocks for one node, one request at a time."""

    def __init__(self, node: "Node") -> None:
        self.node = node
        self._height_known = 0
        self._peers: list[PublicKey] = []
        self._asks_left = 0
        self._request = 0  # the number of the newest request
        self._is_asking = False

    def stop(self) -> None:
        """Forget everything; the process has stopped."""
        self._height_known, self._is_asking = 0, False

    def fetch(self, effect: FetchBlocks) -> None:
        """Fetch up to `height_known`, asking the peers named first, then all others."""
        self._height_known = max(self._height_known, effect.height_known)
        node = self.node
        labels = [node.network.label(node, peer) for peer in node.network.nodes]
        others = [label for label in labels if label != node.key]
        named = self.node.world.rng.sample(effect.peers, len(effect.peers))
        self._peers = list(dict.fromkeys((*named, *others)))
        self._asks_left = _ROUNDS_MAX * len(self._peers)
        if not self._is_asking:
            self._is_asking = True
            self._ask()

    def _ask(self) -> None:
        node = self.node
        if node.ledger.height >= self._height_known or self._asks_left == 0:
            self.stop()
            return
        key = self._peers[-self._asks_left % len(self._peers)]
        self._asks_left -= 1
        node.world.counts["sync_request"] += 1
        self._request += 1
        serial = self._request
        peers = node.network.reached_by(node, key)
        if not peers:
            self._ask()  # it rotated its key since
            return
        peer = node.world.rng.choice(peers)
        node.later(_ANSWER_WITHIN_US, self._give_up, serial)
        if self._is_carried(node, peer):
            node.later(node.network.delay_us(), self._serve, peer, serial)

    def _serve(self, peer: "Node", serial: int) -> None:
        """Answer at the peer's end; a Byzantine peer may lie."""
        if not peer.is_up or not self._is_carried(peer, self.node):
            return
        first = self.node.ledger.height
        chain = peer.ledger.chain[first : first + _BLOCKS_A_REQUEST]
        answer: Answer = tuple((block, certificate.unchecked) for block, certificate in chain)
        if peer.conduct is not None:
            answer = peer.conduct.blocks(answer)
        self.node.later(self.node.network.delay_us(), self._take, answer, serial)

    def _take(self, answer: Answer, serial: int) -> None:
        if serial != self._request or not self._is_asking:
            return
        for block, unchecked in answer:
            if not self._commit(block, unchecked):
                break
        self._ask()

    def _commit(self, block: Block, unchecked: UncheckedCertificate) -> bool:
        """Commit the next block if its certificate and execution prove it."""
        node = self.node
        if block.height <= node.ledger.height:
            return True
        if unchecked.block_hash != block.hash or unchecked.height != block.height:
            return False
        restart, head = block.header.restart, node.ledger.head()
        if restart != head.restart and node.ledger.is_superseded(restart):
            node.world.counts["void_block_refused"] += 1
            return False
        is_elsewhere = restart != head.restart and not block.restarts
        try:
            certificate = check_certificate(
                unchecked,
                chain_id=node.cluster.genesis.chain_id,
                restart=block.header.restart,
                validators=node.ledger.validators,
                verify_seal=node.cluster.keys.verify,
            )
            if not is_elsewhere:
                check_last_certificate(
                    block.last_certificate, self._sealed_tip(), node.cluster.keys.verify
                )
        except Rejected:
            node.world.counts["sync_lie_refused"] += 1
            return False
        if node.ledger.validate(block) is not None:
            if is_elsewhere:  # a quorum goes on elsewhere: the driver stops signing and says so
                node.world.counts["told_of_void_blocks"] += 1
                node.crash()
            return False
        node.world.counts["synced_block"] += 1
        node.commit(block, certificate)
        return True

    def _sealed_tip(self) -> SealedBlock | None:
        ledger, tip = self.node.ledger, self.node.ledger.tip
        if tip.height == 0:
            return None
        return SealedBlock(
            chain_id=tip.chain_id,
            restart=tip.restart,
            height=tip.height,
            block_hash=tip.hash,
            validators=ledger.decided_by,
        )

    def _give_up(self, serial: int) -> None:
        if serial == self._request and self._is_asking:
            self._ask()

    def _is_carried(self, source: "Node", target: "Node") -> bool:
        network = self.node.network
        is_lost = not network.is_calm and self.node.world.chance(network.plan.drop)
        return network.is_open(source, target) and not is_lost
