"""A wallet's statement: every movement of its available money, with the balance after each.

No node keeps an index by wallet, so the blocks of the period are read, each once, and the events
that name the wallet kept. That costs a block's bytes for every block: for a long period ask a node
near by. What the events add up to is compared with the balance that the node states.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass

from client.answers import field_of, hex_field, list_field, uint_field, uint_from
from client.cbdc.errors import BadPeriod
from client.cbdc.holder import CONTRACT
from client.cbdc.movements import Movement, movements_of
from client.errors import RpcRefused
from client.rpc import Answer, Request, RpcClient
from primitives.ids import Address, TransactionId, show_address

PAGE_BLOCKS = 25  # a page of the largest blocks stays under what a client accepts as an answer

Progress = Callable[[int, int], None]  # blocks read, blocks in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One movement: `satang` is above 0 for money in; `balance` is what was there after it.

    `height` and `index` are its place in the ledger; `kind` is the event's name.
    """

    height: int
    index: int
    time_ms: int
    transaction_id: TransactionId
    kind: str
    satang: int
    balance: int
    counterparty: Address | None = None
    reference: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What moved in the blocks from `from_height` to `to_height`, both included.

    `unexplained` is what the balance changed by beside the entries; it is 0 unless the statement
    begins at block 1 and the node's events and balance disagree.
    """

    address: Address
    from_height: int
    to_height: int
    from_ms: int
    to_ms: int
    opening: int
    closing: int
    entries: tuple[Entry, ...]
    unexplained: int = 0


@dataclass(frozen=True, slots=True)
class _Change:
    """A movement as its wallet sees it, before balances are known."""

    place: tuple[int, int, int]  # height, index, time
    transaction_id: TransactionId
    movement: Movement
    satang: int
    counterparty: Address | None


async def read_statement(
    rpc: RpcClient,
    address: Address,
    *,
    from_height: int = 1,
    to_height: int | None = None,
    progress: Progress | None = None,
) -> Statement:
    """Return the statement of a wallet, as the node says.

    Raises:
        BadPeriod: it ends before it begins.
        NodeUnreachable, RpcRefused, BadAnswer: see client.errors; a node may have pruned blocks.
    """
    balance, head = await _balance_at(rpc, address)
    last = head if to_height is None else min(to_height, head)
    if from_height < 1 or last < from_height:
        raise BadPeriod(f"blocks {from_height} to {last} are no period; the last is {head}")
    changes: list[_Change] = []
    times: list[int] = []
    async for block in _blocks(rpc, range(from_height, head + 1), progress):
        times.append(_time_of(block))
        changes += _changes_of(block, address)
    wanted = [change for change in changes if change.place[0] <= last]
    opening = balance - sum(change.satang for change in changes)
    unexplained = opening if from_height == 1 else 0
    entries = _entries(wanted, opening)
    return Statement(
        address=address,
        from_height=from_height,
        to_height=last,
        from_ms=times[0],
        to_ms=times[last - from_height],
        opening=opening,
        closing=opening + sum(change.satang for change in wanted),
        entries=entries,
        unexplained=unexplained,
    )


async def height_at(rpc: RpcClient, time_ms: int) -> int:
    """Return the height of the first block whose time is `time_ms` or later.

    It is the height after the last block when there is none. Asks for log2 of the heights.
    """
    low, high = 1, uint_field(await rpc.call("chain_getStatus"), "height") + 1
    while low < high:
        middle = (low + high) // 2
        header = field_of(await rpc.call("chain_getHeader", {"at": middle}), "header")
        if uint_field(header, "time_ms") < time_ms:
            low = middle + 1
        else:
            high = middle
    return low


async def _balance_at(rpc: RpcClient, address: Address) -> tuple[int, int]:
    """Return the balance and the height that it is of."""
    params = {"contract": CONTRACT, "query": "balance", "args": [show_address(address)]}
    answer = await rpc.call("state_query", params)
    return uint_from(field_of(answer, "value"), "value"), uint_field(answer, "height")


async def _blocks(
    rpc: RpcClient, heights: range, progress: Progress | None
) -> AsyncIterator[Answer]:
    done = 0
    for start in range(0, len(heights), PAGE_BLOCKS):
        page = heights[start : start + PAGE_BLOCKS]
        answers = await rpc.batch([Request("chain_getBlock", {"at": at}) for at in page])
        for answer in answers:
            if isinstance(answer, RpcRefused):
                raise answer
            yield answer
        done += len(page)
        if progress is not None:
            progress(done, len(heights))


def _time_of(block: Answer) -> int:
    return uint_field(field_of(block, "header"), "time_ms")


def _changes_of(block: Answer, address: Address) -> Iterator[_Change]:
    height, time_ms = uint_field(block, "height"), _time_of(block)
    for index, receipt in enumerate(list_field(block, "receipts")):
        transaction_id = TransactionId(hex_field(receipt, "transaction_id"))
        for movement in movements_of(list_field(receipt, "events")):
            if address in (movement.source, movement.target):
                is_in = movement.target == address
                yield _Change(
                    (height, index, time_ms),
                    transaction_id,
                    movement,
                    movement.satang if is_in else -movement.satang,
                    (movement.source if is_in else movement.target) or movement.other,
                )


def _entries(changes: Sequence[_Change], opening: int) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    balance = opening
    for change in changes:
        balance += change.satang
        height, index, time_ms = change.place
        entries.append(
            Entry(
                height=height,
                index=index,
                time_ms=time_ms,
                transaction_id=change.transaction_id,
                kind=change.movement.kind,
                satang=change.satang,
                balance=balance,
                counterparty=change.counterparty,
                reference=change.movement.reference,
                text=change.movement.text,
            )
        )
    return tuple(entries)
