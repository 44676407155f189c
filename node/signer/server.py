"""The process of `sapha signer start`: opens the key and the sign-state, and answers nodes.

One thread answers all requests one after the other; frames, connections and times are bounded.
"""

import asyncio
import logging
import signal
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from genesis.verify import load_genesis
from node.observe import set_up
from node.rpc.doors import CannotListen, bound_socket
from node.secret_files import check_private, private_files
from node.service_manager import READY, ServiceManager
from node.signer.devices import open_device
from node.signer.faults import BadSignerFrame
from node.signer.settings import (
    CERTIFICATE_FILE,
    TLS_KEY_FILE,
    SignerConfig,
    load_signer_config,
)
from node.signer.signer import Signer
from node.signer.wire import (
    BAD_FRAME,
    Refusal,
    encode_answer,
    read_frame,
    read_request,
    write_frame,
)
from node.store.sign_state import SignStateFiles
from p2p.gated_log import GatedLog
from p2p.tls import certificate_der, pinned_context
from primitives.errors import LocalFault

log = logging.getLogger("sapha.signer")

EXIT_OK = 0
EXIT_REFUSED = 1


def run(directory: Path) -> int:
    """Run the signer of this directory until SIGTERM or SIGINT; return the exit code.

    0 after a clean stop; 1 when it could not start or its disk failed.
    """
    set_up()  # until the configuration says how
    try:
        config = load_signer_config(directory)
        set_up(level=config.log.level, node="signer", form=config.log.form)
        with private_files(), opened(config) as signer_files, asyncio.Runner() as runner:
            runner.run(_serve(config, signer_files.signer))
    except LocalFault as fault:
        log.critical("signer_cannot_run", extra={"reason": fault})
        return EXIT_REFUSED
    return EXIT_OK


class opened:  # noqa: N801 - used as a function, by `with`
    """Hold a signer's key and sign-state: the folder is locked for as long.

    Raises:
        LocalFault: the key, the token, the genesis or the sign-state cannot be used.
    """

    def __init__(self, config: SignerConfig) -> None:
        with ExitStack() as stack:
            files = SignStateFiles(config.sign_state_dir)
            stack.callback(files.close)
            genesis = load_genesis(config.genesis) if config.genesis.exists() else None
            self.signer = Signer(stack.enter_context(open_device(config)), files, genesis)
            self.files = files
            self._stack = stack.pop_all()

    def __enter__(self) -> "opened":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


class SignerServer:
    """Answers on one Unix socket, or on one address with mutual TLS."""

    def __init__(self, config: SignerConfig, signer: Signer, on_fault: Callable[[], None]) -> None:
        """Answer with `signer`; `on_fault` is called when the disk has refused."""
        self._config = config
        self._signer = signer
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="signer")
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._on_fault = on_fault
        self._log = GatedLog(log)
        self.fault: LocalFault | None = None

    async def start(self) -> str:
        """Listen; return where. Raises CannotListen, LocalFault."""
        config, listen = self._config, self._config.listen
        await asyncio.get_running_loop().run_in_executor(self._thread, self._signer.start)
        try:
            if listen.host:
                self._server = await asyncio.start_server(
                    self._on_connection, listen.host, listen.port, ssl=_context(config)
                )
                host, port = self._server.sockets[0].getsockname()[:2]
                return f"{host}:{port}"
            self._server = await asyncio.start_unix_server(
                self._on_connection, sock=bound_socket(config.socket, "listen")
            )
        except OSError as error:
            place = f"{listen.host}:{listen.port}" if listen.host else str(config.socket)
            raise CannotListen(f"listen {place}: {error.strerror}; set [listen]") from error
        return str(config.socket)

    async def stop(self) -> None:
        """Close every connection; what is being signed is finished."""
        if self._server is not None:
            self._server.close()
        for connection in tuple(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        self._thread.shutdown(wait=True)
        if not self._config.listen.host:
            self._config.socket.unlink(missing_ok=True)

    async def _on_connection(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        if task is None or len(self._connections) >= self._config.listen.connections_max:
            writer.close()
            return
        self._connections.add(task)
        try:
            await self._answer_all(reader, writer)
        except (OSError, TimeoutError) as error:
            reason = str(error) or type(error).__name__
            self._log.write(logging.INFO, "node_lost", {}, reason=reason)
        except LocalFault as fault:
            self.fault = fault
            self._on_fault()
        except asyncio.CancelledError:
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frame_s_max = self._config.listen.frame_s_max
        while True:
            try:
                frame = await read_frame(reader, frame_s_max)
                if frame is None:
                    return
                answer = await asyncio.get_running_loop().run_in_executor(
                    self._thread, self._signer.answer, read_request(frame)
                )
            except BadSignerFrame as fault:
                refusal = encode_answer(Refusal(BAD_FRAME, str(fault)))
                await write_frame(writer, refusal, frame_s_max)
                return
            if isinstance(answer, Refusal):
                refused = {"code": answer.code}
                self._log.write(logging.WARNING, "request_refused", refused, reason=answer.text)
            await write_frame(writer, encode_answer(answer), frame_s_max)


async def _serve(config: SignerConfig, signer: Signer) -> None:
    stopped = asyncio.Event()
    server = SignerServer(config, signer, stopped.set)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    try:
        place = await server.start()
        why = signer.why_silent()
        key, chain = signer.public_key.hex(), signer.chain_id
        log.info("signer_serving", extra={"place": place, "key": key, "chain": chain})
        if why is not None:
            log.warning("signing_nothing", extra={"reason": why, "fix": "sapha signer recover"})
        ServiceManager().tell(READY)
        await stopped.wait()
        if server.fault is not None:
            raise server.fault
    finally:
        await server.stop()
    log.info("signer_stopped")


def _context(config: SignerConfig) -> ssl.SSLContext:
    path = config.directory / config.listen.node_certificate
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise CannotListen(f"{path}: {error.strerror}; set [listen] node_certificate") from error
    directory = config.directory
    check_private(directory / TLS_KEY_FILE)
    return pinned_context(
        ssl.PROTOCOL_TLS_SERVER,
        directory / CERTIFICATE_FILE,
        directory / TLS_KEY_FILE,
        {str(path): certificate_der(pem)},
    )
