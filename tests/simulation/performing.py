"""How a node performs the engine's effects: on its disk, its ledger, its timers, the network."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from consensus import effects as out
from consensus import events as to
from primitives.limits import BLOCK_TIME_DRIFT_MS_MAX
from tests.simulation.ledger import BlockParts
from tests.simulation.readable import show_effect
from tests.simulation.world import MS, SECOND

if TYPE_CHECKING:
    from tests.simulation.node import Node

CLOCK_DIFFERENCE = "ms from this node's clock"
_DISK_US_MAX = 2 * SECOND


class Timers:
    """At most one timer a name; a restarted, cancelled or crashed one never fires."""

    def __init__(self, node: "Node") -> None:
        self._node = node
        self._serials: dict[str, int] = {}
        self._next = 0

    def start(self, effect: out.StartTimer) -> None:
        """Start or restart the timer."""
        self._next += 1
        self._serials[effect.name] = self._next
        self._node.later(effect.delay_ms * MS, self._fire, effect, self._next)

    def cancel(self, name: str) -> None:
        """Forget one timer."""
        self._serials.pop(name, None)

    def clear(self) -> None:
        """Forget all timers."""
        self._serials.clear()

    def _fire(self, effect: out.StartTimer, serial: int) -> None:
        if self._serials.get(effect.name) == serial:
            del self._serials[effect.name]
            self._node.give(to.TimerFired(effect.name, effect.token))


def perform(node: "Node", effect: out.Effect) -> None:
    """Perform one effect, or begin to."""
    if node.world.trace.sink is not None:
        node.say("   -> " + show_effect(effect, node.cluster.validators))
    _PERFORM[type(effect)](node, effect)


def _persist(node: "Node", effect: out.Persist) -> None:
    takes_us = _disk_us(node)
    node.cluster.checks.signing.on_persist(node, effect)
    node.disk.begin(effect, now_us=node.world.now_us, takes_us=takes_us)
    node.is_waiting = True
    node.later(takes_us, _persisted, node)


def _persisted(node: "Node") -> None:
    node.disk.finish()
    _go_on(node)


def _request_signature(node: "Node", effect: out.RequestSignature) -> None:
    """The lock file is written first; a crash while it is keeps the new one or the old one."""
    if effect.lock is None:
        _ask_signer(node, effect)
        return
    is_early = node.world.rng.random() < 0.5
    if is_early:
        node.disk.put(node.disk.locks, effect.lock)
    node.is_waiting = True
    node.later(_disk_us(node), _lock_written, node, effect, is_early)


def _lock_written(node: "Node", effect: out.RequestSignature, is_early: bool) -> None:
    if not is_early:
        node.disk.put(node.disk.locks, effect.lock)
    _ask_signer(node, effect)
    _go_on(node)


def _ask_signer(node: "Node", effect: out.RequestSignature) -> None:
    assert node.link is not None, "its key is here"
    node.link.request(effect)


def _go_on(node: "Node") -> None:
    node.is_waiting = False
    node.pump()


def _broadcast(node: "Node", effect: out.Broadcast) -> None:
    _send_to(node, [peer for peer in node.network.nodes if peer.seat != node.seat], effect)


def _send(node: "Node", effect: out.Send) -> None:
    _send_to(node, node.network.reached_by(node, effect.peer), effect)


def _send_to(node: "Node", targets: list["Node"], effect: out.Broadcast | out.Send) -> None:
    payload, restart = effect.payload, effect.restart
    node.cluster.checks.on_sent(node, payload)
    for target in targets:
        if node.conduct is None:
            node.network.send(node, target, payload, restart)
            continue
        for changed in node.conduct.outgoing(target, payload):
            node.network.send(node, target, changed, restart)


def _disk_us(node: "Node") -> int:
    low, high = node.cluster.plan.disk_us
    return min(_DISK_US_MAX, int(node.world.between(low, high) * node.slowness))


def _execution_us(node: "Node") -> int:
    low, high = node.cluster.plan.execution_us
    return node.world.between(low, high)


def _answer_after(node: "Node", delay_us: int, action: Callable[..., None], effect: Any) -> None:
    """Do `action` after `delay_us`; a blocking driver does nothing else before."""
    if node.cluster.plan.is_blocking:
        node.is_waiting = True
        node.later(delay_us, _unblock, node, action, effect)
    else:
        node.later(delay_us, action, node, effect)


def _unblock(node: "Node", action: Callable[..., None], effect: Any) -> None:
    action(node, effect)
    _go_on(node)


def _build(node: "Node", effect: out.BuildBlock) -> None:
    _answer_after(node, _execution_us(node), _built, effect)


def _built(node: "Node", effect: out.BuildBlock) -> None:
    if effect.height != node.ledger.height + 1:
        return
    rng = node.world.rng
    last = effect.last_certificate
    parts = BlockParts(
        time_ms=node.clock_ms(),
        proposer=node.key,
        last_certificate=None if last is None else last.unchecked,
        transactions=(
            *(rng.randbytes(8) for _ in range(rng.randint(0, 2))),
            *(each.encode() for each in node.cluster.changes.undone(node.ledger.seats)),
        ),
        evidence=effect.evidence,
    )
    block = node.ledger.build(parts)
    node.give(to.BlockBuilt(effect.height, effect.view, block), is_answer=True)


def _validate(node: "Node", effect: out.ValidateBlock) -> None:
    _answer_after(node, _execution_us(node), _validated, effect)


def _validated(node: "Node", effect: out.ValidateBlock) -> None:
    block = effect.block
    if block.height != node.ledger.height + 1:
        return  # block sync was faster
    difference = node.ledger.validate(block)
    drift_ms = abs(block.header.time_ms - node.clock_ms())
    if difference is None and effect.is_fresh and drift_ms > BLOCK_TIME_DRIFT_MS_MAX:
        difference = f"time_ms is {drift_ms} {CLOCK_DIFFERENCE}"
        node.world.counts["clock_refusal"] += 1
    node.give(to.BlockValidated(block.height, block.hash, difference), is_answer=True)


def _decide(node: "Node", effect: out.Decide) -> None:
    node.cluster.checks.on_decided(node, effect.block, effect.certificate)
    _answer_after(node, _execution_us(node) + _disk_us(node), _commit, effect)


def _commit(node: "Node", effect: out.Decide) -> None:
    if effect.block.height == node.ledger.height + 1:
        node.commit(effect.block, effect.certificate)


_PERFORM: dict[type, Callable[["Node", Any], None]] = {
    out.Persist: _persist,
    out.RequestSignature: _request_signature,
    out.Broadcast: _broadcast,
    out.Send: _send,
    out.BuildBlock: _build,
    out.ValidateBlock: _validate,
    out.Decide: _decide,
    out.FetchBlocks: lambda node, effect: node.sync.fetch(effect),
    out.StartTimer: lambda node, effect: node.timers.start(effect),
    out.CancelTimer: lambda node, effect: node.timers.cancel(effect.name),
    out.ReportFault: lambda node, effect: node.cluster.checks.on_reported(node, effect),
    out.RecordEvidence: lambda node, effect: node.cluster.checks.on_evidence(node, effect),
    out.Halt: lambda node, effect: node.cluster.checks.on_halt(node, effect),
}
