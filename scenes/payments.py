"""Payments: thousands of transfers while the current proposer is killed and comes back."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from client.amount import show_baht
from client.answers import text_field
from client.contract import Actor, ask, proven
from client.follow import Follower
from client.light import LightClient
from client.load import Loader, sign_transfers
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.devnet_files import Devnet, DevnetNode, DevnetPlan
from commands.nodes import operator_url
from commands.output import CheckFailed, say
from commands.processes import kill, pid_of, request_restart, run_dir_of
from contracts.cbdc.contract import supply
from contracts.cbdc.core.state import balances
from contracts.cbdc.wallets.handlers import balance
from genesis.verify import load_genesis
from primitives.transaction import Transaction
from scenes.kit.chain import note_agreement, until_height
from scenes.kit.load import funded_holders, loading
from scenes.kit.story import Story

ACCOUNTS = 200
TRANSFERS = 10_000
_FUNDS_SATANG = 1_000_000
_WINDOW = 1_500
_KILL_AFTER = TRANSFERS // 5
_AWAY_COMMITS = TRANSFERS * 2 // 5
_AWAY_S_MAX = 10.0
_SETTLE_S = 60.0
_POLL_S = 0.05


@dataclass(slots=True)
class _Loss:
    """What happened to the validator that was killed; seconds."""

    name: str = ""
    killed_at: float = 0.0
    away_s: float = 0.0
    catch_up_s: float = 0.0


class Payments:
    """Scene 1."""

    title: ClassVar[str] = "Payments while the proposer is lost"

    def __init__(self) -> None:
        self.plan = DevnetPlan()

    async def run(self, devnet: Devnet) -> Story:
        """Return what was seen."""
        story = Story()
        async with RpcClient(devnet.urls) as rpc:
            say(f"loading {ACCOUNTS} accounts")
            holders = await funded_holders(devnet, rpc, ACCOUNTS, _FUNDS_SATANG)
            say(f"signing {TRANSFERS} transfers")
            transfers = sign_transfers(holders, [holder.address for holder in holders], TRANSFERS)
            async with loading(devnet.urls) as (follower, loader):
                began = time.monotonic()
                sending = asyncio.create_task(loader.saturate(transfers, window=_WINDOW))
                try:
                    loss = await _lose_the_proposer(devnet, follower)
                    await sending
                finally:
                    sending.cancel()
                    await asyncio.gather(sending, return_exceptions=True)
                is_settled = await loader.settle(_SETTLE_S)
                _note_once(story, loader, follower, is_settled=is_settled)
                story.figures += _figures(loader, follower, loss, began)
            await note_agreement(story, devnet)
            await _note_money(story, rpc, holders, transfers)
            await _note_proofs(story, devnet, rpc, holders[0])
        return story


async def _lose_the_proposer(devnet: Devnet, follower: Follower) -> _Loss:
    """Kill the proposer in the middle of the load, start it again, wait until it has caught up."""
    await _until_placed(follower, _KILL_AFTER)
    node = await _proposer(devnet)
    pid = pid_of(node.name, run_dir_of(devnet))
    if pid is None:
        raise CheckFailed(f"{node.name} does not run")
    loss = _Loss(name=node.name)
    placed = len(follower.placed)
    await asyncio.to_thread(kill, pid)
    loss.killed_at = time.monotonic()
    say(f"killed {node.name}, the proposer, after {placed} transfers")
    await _until_placed(follower, placed + _AWAY_COMMITS)
    loss.away_s = time.monotonic() - loss.killed_at
    say(f"starting {node.name} again")
    restarted = time.monotonic()
    await asyncio.to_thread(request_restart, devnet, node)
    target = max(follower.heights())
    await until_height([node.url], target)
    loss.catch_up_s = time.monotonic() - restarted
    return loss


async def _proposer(devnet: Devnet) -> DevnetNode:
    """Return the validator that proposes now, as the majority of them say."""
    names = []
    for node in devnet.validators:
        async with RpcClient([operator_url(node.directory)]) as rpc:
            names.append(text_field(await rpc.call("node_getConsensus"), "proposer"))
    chosen = max(names, key=names.count)
    return next(node for node in devnet.validators if node.name == chosen)


async def _until_placed(follower: Follower, count: int) -> None:
    deadline = time.monotonic() + _AWAY_S_MAX
    while len(follower.placed) < min(count, TRANSFERS):
        if time.monotonic() > deadline:
            raise CheckFailed(f"{len(follower.placed)} transfers committed, no more for 10 s")
        before = len(follower.placed)
        await follower.changed(_POLL_S)
        if len(follower.placed) > before:
            deadline = time.monotonic() + _AWAY_S_MAX


def _figures(
    loader: Loader, follower: Follower, loss: _Loss, began: float
) -> list[tuple[str, str]]:
    ours = loader.sent.due_at
    seen = [placed.seen_at for key, placed in follower.placed.items() if key in ours]
    measured = loader.measure(began, max(seen, default=began))
    return [
        ("transfers committed on all four", str(measured.committed)),
        ("transactions a second", f"{measured.per_second:.0f}"),
        ("latency p50", f"{measured.latency_ms(0.5):.0f} ms"),
        ("latency p99", f"{measured.latency_ms(0.99):.0f} ms"),
        ("killed while proposing", loss.name),
        ("longest wait for a block after that", f"{_longest_wait_s(follower, loss):.1f} s"),
        ("time without it", f"{loss.away_s:.1f} s"),
        ("restart until caught up", f"{loss.catch_up_s:.1f} s"),
        ("sent again, to another validator", str(loader.sent.resent)),
    ]


def _longest_wait_s(follower: Follower, loss: _Loss) -> float:
    seen = sorted({placed.seen_at for placed in follower.placed.values()})
    times = [loss.killed_at, *(at for at in seen if at > loss.killed_at)]
    return max((later - earlier for earlier, later in pairwise(times)), default=0.0)


def _note_once(story: Story, loader: Loader, follower: Follower, *, is_settled: bool) -> None:
    everywhere = follower.committed_everywhere()
    missing = len(loader.sent.acknowledged - set(everywhere))
    repeated = len(follower.repeated)
    refused = len(loader.sent.refused)
    seen = f"{len(loader.sent.acknowledged)} acknowledged, {missing} missing, {repeated} repeated"
    seen += f", {refused} refused" if refused else ""
    seen += "".join(f"; {difference}" for difference in follower.differences)
    is_kept = is_settled and not (missing or repeated or refused or follower.differences)
    is_kept = is_kept and len(loader.sent.acknowledged) == TRANSFERS
    story.note("every acknowledged transfer committed exactly once", seen, is_kept=is_kept)


async def _note_money(
    story: Story, rpc: RpcClient, holders: Sequence[Actor], transfers: Sequence[Transaction]
) -> None:
    """Note whether each account holds what its transfers leave, and all what was issued."""
    expected = {holder.address: _FUNDS_SATANG for holder in holders}
    for transfer in transfers:
        to, satang, _memo = transfer.body.args
        expected[transfer.body.sender] -= satang  # type: ignore[operator]
        expected[to] += satang  # type: ignore[index, operator]
    held = {holder.address: await ask(rpc, balance, holder.address) for holder in holders}
    right = sum(held[address] == satang for address, satang in expected.items())
    total, total_held, issued = await ask(rpc, supply), sum(held.values()), ACCOUNTS * _FUNDS_SATANG
    is_kept = total_held == issued == total.outstanding == total.accounted and not total.is_paused
    seen = f"issued {show_baht(issued)}, held {show_baht(total_held)} baht"
    story.note("money is conserved", seen, is_kept=is_kept)
    seen = f"{right} of {len(held)} accounts"
    story.note("every balance is what the transfers leave", seen, is_kept=right == len(held))


async def _note_proofs(story: Story, devnet: Devnet, rpc: RpcClient, holder: Actor) -> None:
    """Note the proof of one balance, and that a stranger has none, from the genesis alone."""
    light = LightClient(load_genesis(devnet.genesis_path))
    stated = await ask(rpc, balance, holder.address)
    own = await proven(rpc, light, "cbdc", balances, holder.address)
    nothing = await proven(rpc, light, "cbdc", balances, Wallet.generate().address)
    where = f"at block {own.at.header.height} by {len(own.at.certificate.seals)} seals"
    seen = f"{show_baht(own.value or 0)} baht {where}"
    story.note("a balance is proven", seen, is_kept=own.value == stated)
    story.note("an absence is proven", f"no balance {where}", is_kept=nothing.value is None)
