"""Bringing a development network up: until every validator answers, then money for accounts."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

from client.access import UNIX_SCHEME
from client.contract import Actor
from client.errors import BadAnswer, NodeUnreachable, RpcRefused
from client.outcome import submit, wait_for
from client.rpc import RpcClient
from commands.devnet_files import Devnet, DevnetNode
from commands.output import CheckFailed
from commands.processes import Supervisor
from contracts.cbdc.authority.messages import Issue
from primitives.errors import LocalFault

FUNDS_SATANG = 100_000_000
_START_S = 60.0
_POLL_S = 0.1
_REASON = re.compile(r"\b(CRITICAL|ERROR)\b|^error: ")
_FUNDED_CODES = {"OK", "REFERENCE_REUSED"}


async def wait_answering(node: DevnetNode, has_ended: Callable[[], bool] | None = None) -> None:
    """Return when the validator answers, which it does at all its doors or at none.

    Asked is the operators' door, whatever the clients' door has; that one where no such is seen.

    Raises:
        LocalFault: it does not, or `has_ended` says that its process is gone; names its log.
    """
    try:
        async with asyncio.timeout(_START_S):
            while True:
                if await _answers(node):
                    return
                if has_ended is not None and has_ended():
                    raise _ended_at_start(node.name, node.directory / "node.log")
                await asyncio.sleep(_POLL_S)
    except TimeoutError as error:
        log = node.directory / "node.log"
        raise LocalFault(f"{node.name} does not answer after {_START_S} s; see {log}") from error


async def _answers(node: DevnetNode) -> bool:
    door = node.operator_socket
    try:
        async with RpcClient([f"{UNIX_SCHEME}{door}" if door.exists() else node.url]) as rpc:
            await rpc.call("chain_getStatus")
    except (NodeUnreachable, RpcRefused, BadAnswer):  # another program may have the port
        return False
    return True


async def fund_accounts(devnet: Devnet) -> None:
    """Issue money to every demo account that has had none. Raises CheckFailed."""
    async with RpcClient(devnet.urls) as rpc:
        bank = await Actor.open(rpc, devnet.central_bank, devnet.genesis.chain_id)
        issues = [
            bank.sign(Issue(to=wallet.address, amount=FUNDS_SATANG, reference=f"devnet-{name}"))
            for name, wallet in devnet.accounts.items()
        ]
        for transaction in issues:
            await submit(rpc, transaction)
        for transaction in issues:
            outcome = await wait_for(rpc, transaction.transaction_id)
            code = None if outcome.receipt is None else outcome.receipt.get("code")
            if code not in _FUNDED_CODES:
                raise CheckFailed(f"funding a demo account: {outcome.status} {code}")


async def bring_up(devnet: Devnet, supervisor: Supervisor) -> None:
    """Return when every node answers. Raises LocalFault when one ends or is silent."""
    waits = [asyncio.create_task(wait_answering(node)) for node in devnet.nodes]
    try:
        while not all(task.done() for task in waits):
            await asyncio.wait(waits, timeout=_POLL_S)
            ended = supervisor.ended()
            if ended:
                raise _ended_at_start(ended[0], devnet.directory / ended[0] / "node.log")
        for task in waits:
            task.result()
    finally:
        for task in waits:
            task.cancel()


def _ended_at_start(name: str, log: Path) -> LocalFault:
    return LocalFault(f"{name} ended at start: {_reason_in(log)}; see {log}")


def _reason_in(log: Path) -> str:
    """Return the last line of a log that says why, else its last.

    Said here, for the directory of a demonstration is gone when it would be read.
    """
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    reasons = [line for line in lines if _REASON.search(line)]
    return (reasons or lines or ["no log"])[-1][:400]
