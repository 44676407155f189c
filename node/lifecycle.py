"""Starts a node, runs it until a signal or a fault, and stops it cleanly."""

import asyncio
import gc
import json
import logging
import signal
from contextlib import suppress
from pathlib import Path

from consensus import Status
from node.app import Node, build
from node.config import NodeConfig, load_config
from node.driver import STALL_REPORT_S
from node.files import open_files, read_self
from node.observe import NodeMetrics, set_up, watch_loop_lag
from node.secret_files import private_files
from node.view import HOOK_MEND, status_document
from primitives.errors import LocalFault

log = logging.getLogger("sapha.node")

EXIT_OK = 0
EXIT_REFUSED = 1


def run(directory: Path) -> int:
    """Run the node of this directory until SIGTERM or SIGINT; return the exit code.

    0 after a clean stop; 1 when the node could not start, its disk failed, or it had halted.
    """
    try:
        config = load_config(directory)
        set_up(level=config.log.level, node=config.node.name, form=config.log.form)
        with private_files(), _runner() as runner:
            return runner.run(_serve(config))
    except LocalFault as fault:
        log.critical("cannot run: %s", fault)
        return EXIT_REFUSED


def _runner() -> asyncio.Runner:
    try:
        import uvloop  # noqa: PLC0415 - absent on some platforms
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


async def _serve(config: NodeConfig) -> int:
    own = read_self(config)
    metrics = NodeMetrics()
    files = open_files(config, own, metrics.fsync_seconds.observe)
    try:
        node = build(config, own, files, metrics)
        log.info("starting height=%d", files.ledger.head().header.height)
        gc.collect()
        gc.freeze()  # what start-up made lives as long as the node
        return await _run_until_stopped(node, config)
    finally:
        files.close()


async def _run_until_stopped(node: Node, config: NodeConfig) -> int:
    stopped = asyncio.Event()
    has_failed = False
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    try:
        async with asyncio.TaskGroup() as tasks:
            work = tasks.create_task(_work(node, config))
            waiter = tasks.create_task(stopped.wait())
            await asyncio.wait([work, waiter], return_when=asyncio.FIRST_COMPLETED)
            work.cancel()
            waiter.cancel()
    except* LocalFault as faults:
        for fault in _leaves(faults):
            log.critical("stopping: %s", fault)
        has_failed = True
    log.info("stopped height=%d", node.files.ledger.head().header.height)
    return EXIT_REFUSED if has_failed or node.view.halt_reason is not None else EXIT_OK


async def _work(node: Node, config: NodeConfig) -> None:
    """Run every part; the first that fails ends them all."""
    await node.transport.start()
    try:
        replayed = await node.admission.replay(node.files.waiting.raws)
        if replayed:
            log.info("waiting again transactions=%d", replayed)
        await node.rpc.start()
        log.info(
            "serving rpc=%s:%d operators=%s",
            config.rpc.host,
            node.rpc.port,
            ",".join(str(door.settings) for door in node.rpc.doors[1:]),
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(node.driver.run(node.first), name="driver")
            tasks.create_task(node.sync.run(), name="sync")
            tasks.create_task(node.blobs.run(), name="blobs")
            tasks.create_task(node.gossip.run(node.admission.admit_batch), name="gossip")
            tasks.create_task(node.admission.run(), name="admission")
            tasks.create_task(node.rpc.run(), name="rpc")
            tasks.create_task(node.transport.wait_stopped(), name="p2p")
            tasks.create_task(watch_loop_lag(node.metrics.loop_lag.observe), name="loop-lag")
            tasks.create_task(_report_stalls(node, config.data_dir), name="stall-report")
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
            log.info("not signing reason=%s waits_for=%r", signing.reason, signing.waits_for)
        if status.step != "idle" and node.driver.seconds_since_commit >= STALL_REPORT_S:
            log.info("stalled %s", _stall_line(status))
        if status.elsewhere:
            log.warning("restart statements differ %s", _restarts_line(status))
        fault = node.view.hook_fault()
        if fault is not None:
            log.critical("stopped %s; %s", fault, HOOK_MEND)
    status = node.driver.engine.status()
    path = data_dir / f"halt-{status.height}.json"
    document = status_document(status) | {"reason": node.view.halt_reason}
    try:
        path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    except OSError as error:
        log.error("no dump path=%s: %s", path, error.strerror)  # noqa: TRY400 - no bug of ours
    log.critical("halted dump=%s reason=%s", path, node.view.halt_reason)


def _stall_line(status: Status) -> str:
    views = ",".join(f"{name}:{view}" for name, view in status.peer_views)
    return (
        f"height={status.height} view={status.view} step={status.step} "
        f"prepares={status.prepares}/{status.needed} commits={status.commits}/{status.needed} "
        f"missing={','.join(status.missing) or '-'} "
        f"listeners={','.join(status.listeners) or '-'} "
        f"passed_over={','.join(status.passed_over) or '-'} peer_views={views or '-'}"
    )


def _restarts_line(status: Status) -> str:
    others = ",".join(f"{name}:{tag.hex()}" for name, tag in status.elsewhere)
    return f"height={status.height} own={status.restart.hex()} others={others}"


def _leaves(group: BaseExceptionGroup[LocalFault]) -> list[LocalFault]:
    leaves: list[LocalFault] = []
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            leaves.extend(_leaves(error))
        else:
            leaves.append(error)
    return leaves
