"""Starts a node, runs it until a signal or a fault, and stops it cleanly."""

import asyncio
import gc
import json
import logging
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from consensus import Status
from node.app import Node, build
from node.config import NodeConfig, load_config
from node.driver import STALL_REPORT_S
from node.files import open_files, read_self
from node.next_key import finish_change
from node.observe import set_up
from node.observe.loop_lag import watch_loop_lag
from node.observe.metrics import NodeMetrics
from node.secret_files import private_files
from node.service_manager import READY, STOPPING, ServiceManager
from node.signer.place import signer_state_of
from node.view import HOOK_MEND, status_document
from primitives.errors import LocalFault

log = logging.getLogger("sapha.node")

EXIT_OK = 0
EXIT_REFUSED = 1
# New objects until the youngest are looked at, and looks until older ones are too.
_COLLECTOR = (20_000, 10, 10)


def run(directory: Path) -> int:
    """Run the node of this directory until SIGTERM or SIGINT; return the exit code.

    0 after a clean stop; 1 when the node could not start, its disk failed, or it had halted.
    """
    set_up()  # until the configuration says how
    gc.disable()  # until `settle_collector`: start-up makes what stays
    try:
        config = load_config(directory)
        set_up(level=config.log.level, node=config.node.name, form=config.log.form)
        with private_files(), _runner() as runner:
            code = runner.run(_serve(config))
        return _again() if code is None else code
    except LocalFault as fault:
        log.critical("node_cannot_run", extra={"reason": fault})
        return EXIT_REFUSED
    finally:
        gc.enable()


def _again() -> int:
    """Begin this process anew, over the store that was made of a snapshot: nothing of it is left.

    The process number stays, so whoever looks after it sees no end.
    """
    log.info("starting_with_joined_store")
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - our own command


def settle_collector() -> None:
    """Look for garbage in circles seldom: transfers leave none, and every look costs their time.

    What start-up made lives as long as the node, and is not looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTOR)
    gc.enable()


def _runner() -> asyncio.Runner:
    try:
        import uvloop  # noqa: PLC0415 - absent on some platforms
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


async def _serve(config: NodeConfig) -> int | None:
    """Run the node; return None once there is a store of a snapshot to start again with."""
    finish_change(config)
    own = read_self(config)
    metrics = NodeMetrics()
    signer = await signer_state_of(config, own)
    files = open_files(config, own, metrics.fsync_seconds.observe, signer)
    try:
        node = build(config, own, files, metrics)
        log.info("node_starting", extra={"height": files.ledger.head().header.height})
        settle_collector()
        return await _run_until_stopped(node, config)
    finally:
        files.close()


async def _run_until_stopped(node: Node, config: NodeConfig) -> int | None:
    stopped = asyncio.Event()
    has_failed = False
    manager = ServiceManager()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    try:
        async with asyncio.TaskGroup() as tasks:
            work = tasks.create_task(_work(node, config, manager))
            waiters = [tasks.create_task(event.wait()) for event in (stopped, node.sync.joined)]
            await asyncio.wait([work, *waiters], return_when=asyncio.FIRST_COMPLETED)
            if stopped.is_set() or not node.sync.joined.is_set():
                manager.tell(STOPPING)
            work.cancel()
            for waiter in waiters:
                waiter.cancel()
    except* LocalFault as faults:
        for fault in _leaves(faults):
            log.critical("node_stopping", extra={"reason": fault})
        has_failed = True
    log.info("node_stopped", extra={"height": node.files.ledger.head().header.height})
    if node.sync.joined.is_set() and not stopped.is_set() and not has_failed:
        return None
    return EXIT_REFUSED if has_failed or node.view.halt_reason is not None else EXIT_OK


async def _work(node: Node, config: NodeConfig, manager: ServiceManager) -> None:
    """Run every part; the first that fails ends them all."""
    await node.transport.start()
    try:
        replayed = await node.admission.replay(node.files.waiting.raws)
        if replayed:
            log.info("journal_replayed", extra={"transactions": replayed})
        await node.rpc.start()
        doors = [door.settings for door in node.rpc.doors[1:]]
        served = {"rpc": f"{config.rpc.host}:{node.rpc.port}", "operators": doors}
        log.info("node_serving", extra=served)
        manager.tell(READY)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(node.driver.run(node.first), name="driver")
            if node.link is not None:
                tasks.create_task(node.link.run(), name="signer")
            tasks.create_task(node.sync.run(), name="sync")
            tasks.create_task(node.blobs.run(), name="blobs")
            tasks.create_task(node.snapshots.run(), name="snapshots")
            tasks.create_task(node.gossip.run(node.admission.admit_batch), name="gossip")
            tasks.create_task(node.admission.run(), name="admission")
            tasks.create_task(node.rpc.run(), name="rpc")
            tasks.create_task(node.upgrades.run(), name="upgrades")
            tasks.create_task(node.transport.wait_stopped(), name="p2p")
            tasks.create_task(watch_loop_lag(node.metrics.loop_lag.observe), name="loop-lag")
            tasks.create_task(_report_stalls(node, config.data_dir), name="stall-report")
            tasks.create_task(manager.keep_alive(lambda: _standing(node)), name="keep-alive")
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(3):
                await node.rpc.stop()
                await node.transport.stop()
        node.checks.close()


async def _report_stalls(node: Node, data_dir: Path) -> None:
    """Say every ten seconds why this node does not sign and why a height does not move.

    And who of the validators follows another restart statement.

    Writes a dump once when halted.
    """
    while node.view.halt_reason is None:
        await asyncio.sleep(STALL_REPORT_S)
        status = node.driver.engine.status()
        signing = node.view.signing()
        if signing.waits_for is not None:
            silence = {"reason": signing.reason, "waits_for": signing.waits_for}
            log.info("not_signing", extra=silence)
        if status.step != "idle" and node.driver.seconds_since_commit >= STALL_REPORT_S:
            log.info("height_stalled", extra=_stall(status))
        if status.elsewhere:
            log.warning("restart_statements_differ", extra=_restarts(status))
        fault = node.view.hook_fault()
        if fault is not None:
            log.critical("hook_failed", extra={"reason": fault, "fix": HOOK_MEND})
    status = node.driver.engine.status()
    path = data_dir / f"halt-{status.height}.json"
    document = status_document(status) | {"reason": node.view.halt_reason}
    try:
        path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    except OSError as error:
        log.error("dump_lost", extra={"path": path, "reason": error.strerror})  # noqa: TRY400 - no bug
    log.critical("node_halted", extra={"dump": path, "reason": node.view.halt_reason})


def _standing(node: Node) -> str:
    """Return in one line where the node stands."""
    height = node.files.ledger.head().header.height
    waits_for = node.view.signing().waits_for
    return f"height {height}" + ("" if waits_for is None else f"; {' '.join(waits_for.split())}")


def _stall(status: Status) -> dict[str, object]:
    return {
        "height": status.height,
        "view": status.view,
        "step": status.step,
        "prepares": f"{status.prepares}/{status.needed}",
        "commits": f"{status.commits}/{status.needed}",
        "missing": status.missing,
        "listeners": status.listeners,
        "passed_over": status.passed_over,
        "peer_views": [f"{name}:{view}" for name, view in status.peer_views],
    }


def _restarts(status: Status) -> dict[str, object]:
    others = [f"{name}:{tag.hex()}" for name, tag in status.elsewhere]
    return {"height": status.height, "own": status.restart, "others": others}


def _leaves(group: BaseExceptionGroup[LocalFault]) -> list[LocalFault]:
    leaves: list[LocalFault] = []
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            leaves.extend(_leaves(error))
        else:
            leaves.append(error)
    return leaves
