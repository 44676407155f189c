"""A small lossless network of engines that runs to rest: enough for whole-protocol step tests."""

from collections import deque

from consensus import (
    BlockBuilt,
    BlockCommitted,
    BlockValidated,
    Broadcast,
    BuildBlock,
    CancelTimer,
    Decide,
    Effect,
    Event,
    Persist,
    Received,
    Send,
    StartTimer,
    TimerFired,
    ValidateBlock,
)
from tests.consensus.builders import block_on, engine_of, genesis_head, head_after, key_of


class Network:
    """Performs effects at once; messages wait in one queue. `cut` holds (from, to) pairs."""

    def __init__(self, count: int, observers: int = 0) -> None:
        self.count = count
        self.size = count + observers
        self.engines = [engine_of(i if i < count else None, count=count) for i in range(self.size)]
        self.heads = [genesis_head(count) for _ in range(self.size)]
        self.timers: list[dict[str, tuple[int, int]]] = [{} for _ in range(self.size)]
        self.chains: list[list] = [[] for _ in range(self.size)]
        self.wal: list[list[Persist]] = [[] for _ in range(self.size)]
        self.log: list[list[Effect]] = [[] for _ in range(self.size)]
        self.queue: deque[tuple[int, Event]] = deque()
        self.down: set[int] = set()
        self.cut: set[tuple[int, int]] = set()
        self.differences: dict[int, str] = {}
        self.drop = lambda sender, receiver, payload: False
        self.blocks_made = 0

    def give(self, index: int, event: Event) -> tuple[Effect, ...]:
        if index in self.down:
            return ()
        effects = self.engines[index].step(event)
        for effect in effects:
            self.perform(index, effect)
        return effects

    def run(self) -> None:
        steps = 0
        while self.queue:
            index, event = self.queue.popleft()
            self.give(index, event)
            steps += 1
            assert steps < 100_000, "the network does not come to rest"

    def fire(self, index: int, name: str) -> None:
        token, _delay = self.timers[index].pop(name)
        self.give(index, TimerFired(name, token))

    def deliver(self, sender: int, receiver: int, payload: bytes) -> None:
        is_cut = (sender, receiver) in self.cut or self.drop(sender, receiver, payload)
        if not is_cut:
            self.queue.append((receiver, Received(key_of(sender), payload)))

    def perform(self, index: int, effect: Effect) -> None:
        self.log[index].append(effect)
        match effect:
            case Persist():
                self.wal[index].append(effect)
            case Broadcast(payload=payload):
                for other in range(self.size):
                    if other != index:
                        self.deliver(index, other, payload)
            case Send(peer=peer, payload=payload):
                self.deliver(index, peer[-1] - 1, payload)
            case BuildBlock():
                self.build(index, effect)
            case ValidateBlock(block=block):
                difference = self.differences.get(index)
                self.queue.append((index, BlockValidated(block.height, block.hash, difference)))
            case Decide(block, certificate):
                self.chains[index].append(block)
                self.heads[index] = head_after(block, certificate, self.count)
                self.queue.append((index, BlockCommitted(self.heads[index])))
            case _:
                self.perform_timer(index, effect)

    def perform_timer(self, index: int, effect: Effect) -> None:
        if isinstance(effect, StartTimer):
            self.timers[index][effect.name] = (effect.token, effect.delay_ms)
        elif isinstance(effect, CancelTimer):
            self.timers[index].pop(effect.name, None)

    def build(self, index: int, effect: BuildBlock) -> None:
        self.blocks_made += 1
        head = self.heads[index]
        block = block_on(
            head,
            proposer=index,
            time_ms=1000 * head.height + self.blocks_made,
            evidence=effect.evidence,
        )
        self.queue.append((index, BlockBuilt(effect.height, effect.view, block)))

    def heights(self) -> list[int]:
        return [head.height for head in self.heads]

    def effects(self, index: int, kind: type) -> list:
        return [effect for effect in self.log[index] if isinstance(effect, kind)]
