"""Scripts of a small network and what each engine did, as text that people can read and compare.

A transcript is a list of paragraphs: a command, a line `----`, and the effects that followed. The
commands (validators by name):

    network 4                     four validators, all times and keys fixed
    observer 1                    ... and observers, before `work`
    work amber basil              there is something to decide
    deliver                       deliver all messages until the network rests
    timer view amber coral        the named timer runs out, then deliver
    down basil / up basil         a node is off: it hears and says nothing
    cut amber coral               messages between the two are lost, both ways
    lose Commit Prepare@basil     messages of that kind are lost, everywhere or on their way to one
    hear Prepare@basil            ... no longer
    lose Block                    view changes travel without their block
    heal                          nothing is cut or lost any more
    connect amber coral           the two open their session again
    equivocate basil amber,coral dahlia    two proposals of view 0, one to each group

Effects are one a line: `name: effect`. Blocks are called b1, b2 ... in the order they appear.
"""

from collections.abc import Callable
from dataclasses import replace

from consensus import (
    BlockCommitted,
    Effect,
    PeerConnected,
    WorkWaiting,
)
from consensus.messages import ViewChange
from consensus.wire import read_message
from tests.consensus.builders import NAMES, block_on, key_of, pre_prepare
from tests.consensus.network import Network
from tests.consensus.scribe import Scribe

_KINDS = {"PREPARE": "Prepare", "COMMIT": "Commit"}


class Transcript:
    """Runs commands on one network and returns what they caused."""

    def __init__(self) -> None:
        self.network = Network(1)
        self.scribe = Scribe()
        self.lost: set[str] = set()
        self.lines: list[str] = []

    def run(self, command: str) -> str:
        """Perform one command and return the effects, one a line."""
        word, *rest = command.split()
        self.lines = []
        act: Callable[[list[str]], None] = getattr(self, f"do_{word}")
        act(rest)
        return "\n".join(self.lines) or "(nothing)"

    def do_network(self, args: list[str]) -> None:
        observers = int(args[1]) if len(args) > 1 else 0
        self.network = Network(int(args[0]), observers)
        perform, deliver = self.network.perform, self.network.deliver

        def note(index: int, effect: Effect) -> None:
            self.lines.append(f"{NAMES[index]}: {self.scribe.show(effect)}")
            perform(index, effect)

        def carry(sender: int, receiver: int, payload: bytes) -> None:
            deliver(sender, receiver, _bare(payload) if "Block" in self.lost else payload)

        self.network.perform = note
        self.network.deliver = carry
        self.network.drop = self.is_lost

    def do_work(self, args: list[str]) -> None:
        for name in args:
            self.network.give(NAMES.index(name), WorkWaiting())

    def do_deliver(self, _args: list[str]) -> None:
        self.network.run()

    def do_timer(self, args: list[str]) -> None:
        for name in args[1:]:
            self.network.fire(NAMES.index(name), args[0])
        self.network.run()

    def do_down(self, args: list[str]) -> None:
        self.network.down |= {NAMES.index(name) for name in args}

    def do_up(self, args: list[str]) -> None:
        self.network.down -= {NAMES.index(name) for name in args}

    def do_cut(self, args: list[str]) -> None:
        a, b = (NAMES.index(name) for name in args)
        self.network.cut |= {(a, b), (b, a)}

    def do_lose(self, args: list[str]) -> None:
        self.lost |= set(args)

    def do_hear(self, args: list[str]) -> None:
        self.lost -= set(args)

    def do_heal(self, _args: list[str]) -> None:
        self.network.cut.clear()
        self.lost.clear()

    def do_connect(self, args: list[str]) -> None:
        a, b = (NAMES.index(name) for name in args)
        self.network.give(a, PeerConnected(key_of(b)))
        self.network.give(b, PeerConnected(key_of(a)))
        self.network.run()

    def do_sync(self, args: list[str]) -> None:
        to, source = (NAMES.index(name) for name in args)
        self.network.heads[to] = self.network.heads[source]
        self.network.give(to, BlockCommitted(self.network.heads[source]))
        self.network.run()

    def do_equivocate(self, args: list[str]) -> None:
        sender = NAMES.index(args[0])
        for number, group in enumerate(args[1:]):
            head = self.network.heads[sender]
            block = block_on(head, proposer=sender, time_ms=5000 + number)
            payload = pre_prepare(block, sender=sender).encode()
            self.lines.append(f"{args[0]}: {self.scribe.message(payload)} to {group}")
            for name in group.split(","):
                self.network.deliver(sender, NAMES.index(name), payload)
        self.network.run()

    def is_lost(self, _sender: int, receiver: int, payload: bytes) -> bool:
        kind = self.scribe.kind_of(payload)
        return kind in self.lost or f"{kind}@{NAMES[receiver]}" in self.lost


def _bare(payload: bytes) -> bytes:
    message = read_message(payload)
    is_bare = isinstance(message, ViewChange)
    return replace(message, block=None).encode() if is_bare else payload


def replay(text: str) -> str:
    """Return `text` with the effects that its commands cause now."""
    transcript = Transcript()
    paragraphs = []
    for paragraph in text.strip().split("\n\n"):
        head = [line for line in paragraph.split("\n----\n")[0].splitlines() if line]
        comments = [line for line in head if line.startswith("#")]
        commands = [line for line in head if not line.startswith("#")]
        if not commands:
            paragraphs.append("\n".join(comments))
            continue
        effects = [transcript.run(command) for command in commands]
        said = "\n".join(e for e in effects if e != "(nothing)") or "(nothing)"
        paragraphs.append("\n".join([*comments, *commands, "----", said]))
    return "\n\n".join(paragraphs) + "\n"
