"""What subscribers are told of each block, and how it is found without asking each of them.

    blocks    every block: hash, header, transaction ids
    address   transactions whose sender it is, or whose events name it
    events    events of contracts, of one contract, or of one kind

A block is indexed once and each item is rendered once; the outboxes of all who asked for it share
it. An outbox is bounded in bytes: one that is not read, or whose client has used up its share of
the node, is dropped, and its client asks for what it missed when it is back.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from node.ports import CommittedBlock
from node.rpc.errors import BadParameters, TooManySubscriptions
from node.rpc.render import Renderer, header_json
from node.rpc.results import AddressItemJson, BlockItemJson, PlacedEventJson, PlaceJson
from node.rpc.schemas import SubscribeParams
from node.rpc.strict_json import bytes_of_text, dump
from node.rpc.values import hex_of
from primitives.ids import ADDRESS_BYTES, read_address
from primitives.receipt import Event, Receipt
from primitives.transaction import decode_transaction

SUBSCRIPTIONS_PER_SOCKET_MAX = 32
OUTBOX_BYTES_MAX = 4 * 1024 * 1024
BLOCKS_BYTES_MAX = 32 * 1024 * 1024
_YIELD_EVERY = 20

Topic = tuple[str, ...]  # ("blocks",) ("address", hex) ("events",) ("events", contract[, event])
_Items = dict[Topic, list[str]]


def topic_of(params: SubscribeParams) -> Topic:
    """Return the topic that a subscription asks for. Raises BadParameters or BadAddress."""
    chosen = params.filter
    if params.kind == "address":
        if chosen.address is None or chosen.contract or chosen.event:
            raise BadParameters("filter: must hold an address and nothing else")
        return ("address", read_address(chosen.address).hex())
    if chosen.address is not None or (
        params.kind == "blocks" and (chosen.contract or chosen.event)
    ):
        raise BadParameters(f"filter: {params.kind} are not chosen by this")
    if params.kind == "blocks":
        return ("blocks",)
    if chosen.event is not None and chosen.contract is None:
        raise BadParameters("filter.contract: an event is chosen together with its contract")
    return ("events", *(part for part in (chosen.contract, chosen.event) if part is not None))


class Outbox:
    """Texts on their way to one socket, bounded in bytes. One writer takes, others put.

    The items of a topic are shared by all outboxes, and become texts when they are taken.

    Over the bound `drop` is called, once, to cut the socket; then nothing is queued any more.
    """

    def __init__(self, drop: Callable[[], None], bytes_max: int = OUTBOX_BYTES_MAX) -> None:
        self._drop = drop
        self._bytes_max = bytes_max
        self._entries: deque[tuple[int | None, Sequence[str]]] = deque()
        self._taken = 0  # of the first entry
        self._bytes = 0
        self._filled = asyncio.Event()
        self._is_overrun = False

    def put(self, text: str) -> None:
        """Queue a text, or drop the socket of a client that does not take them."""
        self._put(None, (text,), bytes_of_text(text))

    def put_items(self, subscription: int, items: Sequence[str], size: int) -> None:
        """Queue the items of a subscription, `size` bytes together, as `put` does."""
        self._put(subscription, items, size)

    async def take(self) -> str:
        """Return the next text; waits for ever once the socket is dropped."""
        while not self._entries:
            self._filled.clear()
            await self._filled.wait()
        subscription, items = self._entries[0]
        item = items[self._taken]
        self._taken += 1
        if self._taken == len(items):
            self._entries.popleft()
            self._taken = 0
        self._bytes -= bytes_of_text(item)
        return item if subscription is None else _notification(subscription, item)

    def overrun(self) -> None:
        """Drop the socket: it would miss something."""
        if not self._is_overrun:
            self._is_overrun = True
            self._entries.clear()
            self._drop()

    def _put(self, subscription: int | None, items: Sequence[str], size: int) -> None:
        if self._bytes + size > self._bytes_max:
            self.overrun()
        elif not self._is_overrun:
            self._entries.append((subscription, items))
            self._bytes += size
            self._filled.set()


@dataclass(slots=True, eq=False)
class SocketSubscriptions:
    """The subscriptions of one socket."""

    publisher: "Publisher"
    outbox: Outbox
    count_max: int = SUBSCRIPTIONS_PER_SOCKET_MAX
    topics: dict[int, Topic] = field(default_factory=dict)
    _next_id: int = 1

    def subscribe(self, params: SubscribeParams) -> int:
        """Begin a subscription and return its id; an equal one of this socket is the same.

        Raises:
            TooManySubscriptions: the socket has as many as it may.
            BadParameters, BadAddress: the filter does not fit the kind.
        """
        topic = topic_of(params)
        for known, its_topic in self.topics.items():
            if its_topic == topic:
                return known
        if len(self.topics) >= self.count_max:
            raise TooManySubscriptions(f"at most {self.count_max} on one socket")
        subscription = self._next_id
        self._next_id += 1
        self.topics[subscription] = topic
        self.publisher.add(self, subscription, topic)
        return subscription

    def unsubscribe(self, subscription: int) -> bool:
        """End a subscription; False when there is none of this id."""
        topic = self.topics.pop(subscription, None)
        if topic is None:
            return False
        self.publisher.remove(self, subscription, topic)
        return True

    def close(self) -> None:
        """End all of them."""
        for subscription in list(self.topics):
            self.unsubscribe(subscription)


class Publisher:
    """Tells subscribers of committed blocks, in the order of commits."""

    def __init__(
        self, renderer: Renderer, blocks_max: int = 64, bytes_max: int = BLOCKS_BYTES_MAX
    ) -> None:
        self._renderer = renderer
        self._blocks_max = blocks_max
        self._bytes_max = bytes_max
        self._blocks: deque[CommittedBlock] = deque()
        self._bytes = 0
        self._filled = asyncio.Event()
        self._subscribers: dict[Topic, dict[tuple[SocketSubscriptions, int], None]] = {}

    def publish(self, committed: CommittedBlock) -> None:
        """Queue a block; when too many wait every subscriber is dropped, so that none has a gap."""
        if not self._subscribers:
            return
        size = _bytes_of_block(committed)
        if len(self._blocks) >= self._blocks_max or self._bytes + size > self._bytes_max:
            self._blocks.clear()
            self._bytes = 0
            for subscribers in self._subscribers.values():
                for socket, _subscription in subscribers:
                    socket.outbox.overrun()
            return
        self._blocks.append(committed)
        self._bytes += size
        self._filled.set()

    async def run(self) -> None:
        """Publish what is queued, for ever; yields often, since blocks are large."""
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._blocks:
                committed = self._blocks.popleft()
                self._bytes -= _bytes_of_block(committed)
                await self._tell(committed)

    def add(self, socket: SocketSubscriptions, subscription: int, topic: Topic) -> None:
        """Send items of `topic` to `socket` from the next block on."""
        self._subscribers.setdefault(topic, {})[socket, subscription] = None

    def remove(self, socket: SocketSubscriptions, subscription: int, topic: Topic) -> None:
        """Send no more."""
        subscribers = self._subscribers.get(topic, {})
        subscribers.pop((socket, subscription), None)
        if not subscribers:
            self._subscribers.pop(topic, None)

    async def _tell(self, committed: CommittedBlock) -> None:
        items: _Items = {}
        if ("blocks",) in self._subscribers:
            items["blocks",] = [dump(block_item(committed))]
        await self._render(committed, items)
        for topic, shown in items.items():
            size = sum(map(bytes_of_text, shown))
            for number, (socket, subscription) in enumerate(list(self._subscribers.get(topic, ()))):
                socket.outbox.put_items(subscription, shown, size)
                if number % _YIELD_EVERY == _YIELD_EVERY - 1:
                    await asyncio.sleep(0)

    async def _render(self, committed: CommittedBlock, items: _Items) -> None:
        """Add what each topic is told of the block's transactions."""
        wants_addresses = any(topic[0] == "address" for topic in self._subscribers)
        wants_events = any(topic[0] == "events" for topic in self._subscribers)
        if not (wants_addresses or wants_events):
            return
        for index, receipt in enumerate(committed.receipts):
            if wants_events:
                self._add_events(committed, index, receipt, items)
            if wants_addresses:
                self._add_addresses(committed, index, receipt, items)
            if index % _YIELD_EVERY == _YIELD_EVERY - 1:
                await asyncio.sleep(0)

    def _add_events(
        self, committed: CommittedBlock, index: int, receipt: Receipt, items: _Items
    ) -> None:
        for event in receipt.events:
            topics: tuple[Topic, ...] = (
                ("events",),
                ("events", event.contract),
                ("events", event.contract, event.name),
            )
            wanted = [topic for topic in topics if topic in self._subscribers]
            if wanted:
                told: PlacedEventJson = {
                    **_place(committed, index, receipt),
                    **self._renderer.event(event),
                }
                _add(items, wanted, told)

    def _add_addresses(
        self, committed: CommittedBlock, index: int, receipt: Receipt, items: _Items
    ) -> None:
        named = dict.fromkeys(_addresses(committed, index, receipt))
        wanted = [("address", name) for name in named if ("address", name) in self._subscribers]
        if wanted:
            told: AddressItemJson = {
                **_place(committed, index, receipt),
                "receipt": self._renderer.receipt(receipt),
            }
            _add(items, wanted, told)


def _add(items: _Items, topics: Iterable[Topic], item: AddressItemJson | PlacedEventJson) -> None:
    shown = dump(item)
    for topic in topics:
        items.setdefault(topic, []).append(shown)


def _notification(subscription: int, item: str) -> str:
    return (
        '{"jsonrpc":"2.0","method":"events_notify","params":'
        f'{{"subscription":{subscription},"item":{item}}}}}'
    )


def block_item(committed: CommittedBlock) -> BlockItemJson:
    """Return what subscribers to blocks are told."""
    header = committed.block.header
    count = len(committed.block.transactions)
    return {
        "hash": hex_of(committed.block.hash),
        "height": header.height,
        "header": header_json(header),
        "transaction_ids": [hex_of(entry.transaction_id) for entry in committed.receipts[:count]],
    }


def _bytes_of_block(committed: CommittedBlock) -> int:
    return sum(map(len, committed.block.transactions))


def _place(committed: CommittedBlock, index: int, receipt: Receipt) -> PlaceJson:
    return {
        "height": committed.block.height,
        "index": index,
        "transaction_id": hex_of(receipt.transaction_id),
    }


def _addresses(committed: CommittedBlock, index: int, receipt: Receipt) -> Iterator[str]:
    if index < len(committed.block.transactions):  # the receipt of the end of block has none
        yield decode_transaction(committed.block.transactions[index]).body.sender.hex()
    for event in receipt.events:
        yield from _named_by(event)


def _named_by(event: Event) -> Iterator[str]:
    for value in event.fields:
        if isinstance(value, bytes) and len(value) == ADDRESS_BYTES:
            yield value.hex()
