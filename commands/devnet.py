"""`sapha devnet`: a whole network of real validator processes on this machine."""

import asyncio
import os
import signal
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from client.access import UNIX_SCHEME
from client.amount import show_baht
from client.answers import text_field, uint_field
from client.errors import NodeUnreachable, RpcRefused
from client.rpc import RpcClient
from commands.bringing_up import FUNDS_SATANG, bring_up, fund_accounts, wait_answering
from commands.devnet_files import (
    OBSERVER,
    Devnet,
    DevnetNode,
    DevnetPlan,
    check_ports_free,
    load_devnet,
    open_devnet,
)
from commands.output import CheckFailed, UsageFault, emit, say
from commands.processes import (
    Supervisor,
    kill,
    pid_of,
    record_pid,
    request_restart,
    run_dir_of,
    stop_all,
)
from commands.services.cast import (
    IDENTITY,
    ServiceCast,
    cast_folder,
    citizens_file,
    founded_services,
)
from commands.services.founding import Founding
from commands.services.sign_in import sign_in_data, signing_in
from commands.services.vouchers import vouch, ways_to
from commands.table import show_table
from primitives.ids import show_address


async def up(  # noqa: PLR0913 - each is an option of the command
    *,
    validators: int,
    observers: int | None,
    directory: Path,
    base_port: int,
    services: list[str] | None,
    as_json: bool,
) -> None:
    """Start the nodes, fund demo accounts, and run until Ctrl-C."""
    plan = DevnetPlan(validators=validators, observers=observers, base_port=base_port)
    cast = _cast_of(directory, services or [])
    devnet = open_devnet(directory, plan if cast is None else cast.plan(plan))
    if cast is not None:
        cast.write(directory)
    check_ports_free(devnet)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Supervisor(devnet, observers=devnet.observers) as supervisor:
        if await _unless(stop, _start(devnet, supervisor, cast)):
            async with signing_in(devnet):
                _announce(devnet, as_json=as_json)
                await _unless(stop, _serve(devnet))
        say("stopping")


def stop_network(*, directory: Path, as_json: bool) -> None:
    """Stop every process of a network."""
    ended = stop_all(load_devnet(directory))
    emit({"stopped": ended}, "stopped" if ended else "nothing ran", as_json=as_json)


def kill_validator(index: int, *, directory: Path, as_json: bool) -> None:
    """Kill one node as a power cut would (SIGKILL)."""
    devnet = load_devnet(directory)
    node = devnet.node(index)
    pid = pid_of(node.name, run_dir_of(devnet))
    if pid is None:
        raise CheckFailed(f"{node.name} does not run")
    kill(pid)
    emit({"killed": node.name, "pid": pid}, f"{node.name} killed", as_json=as_json)


async def restart(index: int, *, directory: Path, as_json: bool) -> None:
    """Start one node again and return when it answers."""
    devnet = load_devnet(directory)
    node = devnet.node(index)
    await asyncio.to_thread(request_restart, devnet, node)
    run_dir = run_dir_of(devnet)
    await wait_answering(node, lambda: pid_of(node.name, run_dir) is None)
    pid = pid_of(node.name, run_dir)
    emit({"restarted": node.name, "pid": pid}, f"{node.name} answers again", as_json=as_json)


async def status(*, directory: Path, as_json: bool) -> None:
    """Show each node's process and height, the spare's too; exit 1 unless all validators answer."""
    devnet = load_devnet(directory)
    rows = [await _row(devnet, node) for node in devnet.validators]
    observers = [await _row(devnet, node) for node in devnet.observers]
    spare = await _row(devnet, devnet.spare)
    columns = ["name", "pid", "height", "block", "rpc"]
    text = show_table(
        f"{devnet.genesis.chain_id}",
        columns,
        [
            [row[column] if row[column] is not None else "-" for column in columns]
            for row in [*rows, *observers, spare]
        ],
    )
    data = {
        "chain_id": devnet.genesis.chain_id,
        "validators": rows,
        "observers": observers,
        "spare": spare,
    }
    emit(data, text, as_json=as_json)
    if any(row["height"] is None for row in rows):
        raise CheckFailed("not every validator answers; see node.log in its directory")


def join(*, directory: Path) -> None:
    """Run the network's spare member here: it follows the blocks and does not vote."""
    from node.lifecycle import run  # noqa: PLC0415 - only this command needs the node's code

    devnet = load_devnet(directory)
    record_pid(OBSERVER, run_dir_of(devnet), os.getpid())
    raise SystemExit(run(devnet.directory / OBSERVER))


def _cast_of(directory: Path, services: Sequence[str]) -> ServiceCast | None:
    """Return whom a new network is to be founded with, None where nobody is. Raises UsageFault."""
    if not (directory / "devnet.json").exists():
        return ServiceCast(services) if services else None
    there = founded_services(directory)
    if missing := sorted(set(services) - set(there)):
        raise UsageFault(
            f"{directory} holds a network that was founded without {', '.join(missing)}; "
            "choose another --dir"
        )
    return None


async def _start(devnet: Devnet, supervisor: Supervisor, cast: ServiceCast | None) -> None:
    await bring_up(devnet, supervisor)
    await fund_accounts(devnet)
    if cast is not None:
        async with RpcClient(devnet.urls) as rpc:
            await Founding(devnet, rpc, cast).run()


async def _serve(devnet: Devnet) -> None:
    """Run what a network's services need beside its validators; never returns."""
    if IDENTITY in founded_services(devnet.directory):
        await vouch(devnet)
    await asyncio.Event().wait()


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Return whether `work` finished before `stop` was set; stops the work otherwise."""
    task = asyncio.create_task(work)
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([task, stopped], return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        stopped.cancel()
        task.result()
        return True
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return False


def _announce(devnet: Devnet, *, as_json: bool) -> None:
    accounts = [
        {
            "name": name,
            "address": show_address(wallet.address),
            "secret_key": wallet.seed.hex(),
        }
        for name, wallet in devnet.accounts.items()
    ]
    data = {
        "chain_id": devnet.genesis.chain_id,
        "dir": str(devnet.directory),
        "rpc": devnet.urls,
        "observers": [node.url for node in devnet.observers],
        "accounts": accounts,
        "services": founded_services(devnet.directory),
        "sign_in": sign_in_data(devnet),
    }
    rows = [(account["name"], account["address"]) for account in accounts]
    title = f"{show_baht(FUNDS_SATANG)} baht each; keys in accounts.json"
    lines = [
        f"chain   {devnet.genesis.chain_id}",
        f"dir     {devnet.directory}",
        *(f"rpc {node.index}   {node.url}" for node in devnet.validators),
        *(f"rpc {node.index}   {node.url}   {node.name}" for node in devnet.observers),
        show_table(title, ["account", "address"], rows),
        *_cast_lines(devnet),
        "Ctrl-C stops all.",
    ]
    emit(data, "\n".join(lines), as_json=as_json)


def _cast_lines(devnet: Devnet) -> list[str]:
    """Return where the keys of agencies and citizens are, if there are any."""
    services = founded_services(devnet.directory)
    if not services:
        return []
    lines = [f"with    {', '.join(services)}: keys in {cast_folder(devnet.directory)}"]
    if IDENTITY in services:
        lines += [f"voucher {way}" for way in ways_to(devnet.directory)]
    citizens = citizens_file(devnet.directory)
    lines += [f"citizens in {citizens}"] if citizens.exists() else []
    found = sign_in_data(devnet) or {}
    return [*lines, *(f"{name}: {_listed(value)}" for name, value in found.items())]


def _listed(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


async def _row(devnet: Devnet, node: DevnetNode) -> dict[str, object]:
    row: dict[str, object] = {
        "name": node.name,
        "pid": pid_of(node.name, run_dir_of(devnet)),
        "height": None,
        "block": None,
        "rpc": node.url,
    }
    try:
        async with RpcClient([f"{UNIX_SCHEME}{node.operator_socket}"]) as rpc:
            answer = await rpc.call("chain_getStatus", timeout_s=2.0)
        row["height"] = uint_field(answer, "height")
        row["block"] = text_field(answer, "block_hash")[:18]
    except (NodeUnreachable, RpcRefused):
        return row
    return row
