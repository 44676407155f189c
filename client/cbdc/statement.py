"""A wallet's statement: every movement of its available money, with the balance after each.

The node searches its blocks for events that name the wallet; it keeps no index, so a long period
takes it a while, but only what is found travels. A period is searched to the last block, since the
balance is known there only. What the events add up to is compared with that balance.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from client.answers import Answer, field_of, hex_field, list_field, uint_field
from client.cbdc.errors import BadPeriod
from client.cbdc.movements import CONTRACT, Movement, movements_of
from client.contract import ask_at, following_height
from client.errors import RpcRefused
from client.rpc import Request, RpcClient
from contracts.cbdc.wallets.handlers import balance
from primitives.ids import Address, TransactionId, show_address
from primitives.limits import RPC_BATCH_MAX

Progress = Callable[[int, int], None]  # blocks searched, blocks in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One movement: `satang` is above 0 for money in; `balance` is what was there after it.

    `height` and `index` are the place of its transaction in the ledger, `place` its own among the
    wallet's movements there, from 0; `kind` is the event's name.
    """

    height: int
    index: int
    place: int
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

    A period in which no block came has `to_height` below `from_height`, and no entry.

    `unexplained` is what the balance holds beside the entries, as far as can be told: only for a
    statement from block 1. It is 0 unless the node's events and balance disagree.
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
    """A movement as its wallet sees it, before balances and times are known."""

    height: int
    index: int
    transaction_id: TransactionId
    movement: Movement
    satang: int
    counterparty: Address | None


async def read_statement(  # noqa: PLR0913 - which blocks, which time, and who is told
    rpc: RpcClient,
    address: Address,
    *,
    from_height: int = 1,
    to_height: int | None = None,
    period_ms: tuple[int, int] | None = None,
    progress: Progress | None = None,
) -> Statement:
    """Return the statement of a wallet, as the node says.

    `period_ms` is the first and the last time that was asked for; only such a period may be without
    blocks, between those of the heights. Without it the times are the blocks'.

    Raises:
        BadPeriod: it ends before it begins.
        NodeUnreachable, RpcRefused, BadAnswer: see client.errors; a node may have pruned blocks.
    """
    now, head = await ask_at(rpc, balance, address)
    last = head if to_height is None else min(to_height, head)
    least = from_height if period_ms is None else from_height - 1
    if from_height < 1 or last < least:
        raise BadPeriod(f"blocks {from_height} to {last} are no period; the last is {head}")
    changes = [change async for change in _changes(rpc, address, (from_height, head), progress)]
    wanted = [change for change in changes if change.height <= last]
    opening = now - sum(change.satang for change in changes)
    ends = set() if period_ms is not None else {from_height, last}
    times = await _times(rpc, ends | {change.height for change in wanted})
    from_ms, to_ms = period_ms or (times[from_height], times[last])
    return Statement(
        address=address,
        from_height=from_height,
        to_height=last,
        from_ms=from_ms,
        to_ms=to_ms,
        opening=opening,
        closing=opening + sum(change.satang for change in wanted),
        entries=_entries(wanted, opening, times),
        unexplained=opening if from_height == 1 else 0,
    )


async def height_at(rpc: RpcClient, time_ms: int) -> int:
    """Return the height of the first block whose time is `time_ms` or later.

    It is the height after the last block when there is none. Asks for log2 of the heights.
    """
    low, high = 1, uint_field(await rpc.call("chain_getStatus"), "height") + 1
    while low < high:
        middle = (low + high) // 2
        if _time_of(await rpc.call("chain_getHeader", {"at": middle})) < time_ms:
            low = middle + 1
        else:
            high = middle
    return low


async def _changes(
    rpc: RpcClient, address: Address, heights: tuple[int, int], progress: Progress | None
) -> AsyncIterator[_Change]:
    first, last = heights
    if last < first:
        return
    params: dict[str, object] = {"contract": CONTRACT, "address": show_address(address)}
    following: int | None = first
    while following is not None:
        params |= {"from_height": following, "to_height": last}
        answer = await rpc.call("events_search", params)
        for event in list_field(answer, "events"):
            for change in _changes_of(event, address):
                yield change
        following = following_height(answer, following)
        if progress is not None:
            progress((following or last + 1) - first, last + 1 - first)


def _changes_of(event: Answer, address: Address) -> Iterator[_Change]:
    for movement in movements_of([event]):
        if movement.source == movement.target:
            continue
        if address in (movement.source, movement.target):
            is_in = movement.target == address
            yield _Change(
                height=uint_field(event, "height"),
                index=uint_field(event, "index"),
                transaction_id=TransactionId(hex_field(event, "transaction_id")),
                movement=movement,
                satang=movement.satang if is_in else -movement.satang,
                counterparty=(movement.source if is_in else movement.target) or movement.other,
            )


async def _times(rpc: RpcClient, heights: set[int]) -> dict[int, int]:
    """Return the block times of heights."""
    wanted = sorted(heights)
    times: dict[int, int] = {}
    for start in range(0, len(wanted), RPC_BATCH_MAX):
        page = wanted[start : start + RPC_BATCH_MAX]
        answers = await rpc.batch([Request("chain_getHeader", {"at": at}) for at in page])
        for height, answer in zip(page, answers, strict=True):
            if isinstance(answer, RpcRefused):
                raise answer
            times[height] = _time_of(answer)
    return times


def _time_of(header: Answer) -> int:
    return uint_field(field_of(header, "header"), "time_ms")


def _entries(
    changes: Sequence[_Change], opening: int, times: Mapping[int, int]
) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    balance = opening
    at, place = (0, 0), 0
    for change in changes:
        balance += change.satang
        place = place + 1 if at == (change.height, change.index) else 0
        at = (change.height, change.index)
        entries.append(
            Entry(
                height=change.height,
                index=change.index,
                place=place,
                time_ms=times[change.height],
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
