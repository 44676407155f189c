"""Signing citizens in, in a development network: an application, a gateway, and an IdP to try with.

<dir>/cast/gateway/ gateway.toml keys/ gateway.db revenue-portal.secret

The IdP answers by itself, for the first citizens of the cast.
"""

import asyncio
import csv
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

import sapha
from client.files import write_whole
from client.identity.idp import Idp
from client.identity.keys import CitizenKeys
from client.identity.office import Office
from client.identity.wallet import CitizenWallet
from client.keystore import read_secret, write_secret
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.devnet_files import HOST, Devnet, load_devnet
from commands.gateway import new_secret, running
from commands.nodes import open_for_server
from commands.output import UsageFault, emit
from commands.processes import GATEWAY, record_pid, run_dir_of
from commands.services.agencies import BANK_A
from commands.services.cast import CITIZENS, cast_folder, citizens_file
from commands.services.outcomes import must
from contracts.identity.core.messages import Client
from contracts.identity.nodes.messages import SetClient
from primitives.crypto import SigningKey
from primitives.errors import LocalFault

AGENCY, APPLICATION = "revenue", "portal"
CLIENT_ID = f"{AGENCY}.{APPLICATION}"
TEST_CITIZENS = tuple(CITIZENS)[:3]
RETURNS = tuple(f"http://127.0.0.1:{port}/callback" for port in (3000, 5000, 8000, 8080))
_AFTER = tuple(f"http://127.0.0.1:{port}/" for port in (3000, 5000, 8000, 8080))
_FROM_BASE = 60  # ports of validators come before
_START_S, _POLL_S, _STOP_S = 30.0, 0.1, 6.0
_LAUNCHER = Path(sapha.__file__).with_name("__main__.py")


async def found_sign_in(devnet: Devnet, office: Office) -> None:
    """State an application of the office's agency, and write the files of a gateway for it.

    Raises:
        CheckFailed: the ledger refuses.
    """
    from gateways.openid.settings import AgencyFiles, Settings, settings_text  # noqa: PLC0415
    from gateways.openid.signing import make_key  # noqa: PLC0415 - only gateways need it

    folder, (digest, secret) = gateway_folder(devnet.directory), new_secret()
    stated = Client(
        name_th="ระบบทดสอบ",
        name_en="Test portal",
        purpose="login",
        claims=("name", "given_name", "family_name"),
        min_ial=210,
        min_aal=220,
        retention_days=90,
        redirects=RETURNS,
        logouts=_AFTER,
        back_channel="",
        secret_digest=digest,
        keys=(),
        profile="basic",
        is_active=True,
    )
    await must("stating an application", office.send(SetClient(AGENCY, APPLICATION, stated)))
    make_key(folder / "keys", int(time.time()))
    write_secret(secret_file(devnet.directory), secret + "\n")
    own, idp = _ports(devnet)
    settings = Settings(
        issuer=f"http://{HOST}:{own}",
        port=own,
        nodes=devnet.urls,
        chain_id=devnet.genesis.chain_id,
        data=Path("gateway.db"),
        keys=Path("keys"),
        offered=[BANK_A],
        agencies={
            AGENCY: AgencyFiles(key=Path(f"../{AGENCY}-officer.key"), box=Path(f"../{AGENCY}.box"))
        },
        idps={BANK_A: f"http://{HOST}:{idp}"},
    )
    write_whole(settings_file(devnet.directory), settings_text(settings).encode())


async def develop(*, directory: Path, as_json: bool) -> None:
    """Run the gateway of a development network and its IdP, until Ctrl-C."""
    devnet = load_devnet(directory)
    config = settings_file(directory)
    if not config.exists():
        raise UsageFault(f"{directory} was founded without identity; choose another --dir")
    from gateways.openid.settings import read_settings  # noqa: PLC0415 - only gateways need it

    settings = read_settings(config)
    record_pid(GATEWAY, run_dir_of(devnet), os.getpid())
    async with open_for_server(devnet.urls) as rpc:
        runner = await _serve_idp(devnet, rpc, int(settings.idps[BANK_A].rpartition(":")[2]))
        try:
            async with running(config, settings):
                emit({"issuer": settings.issuer}, settings.issuer, as_json=as_json)
                await asyncio.Event().wait()
        finally:
            await runner.cleanup()


@asynccontextmanager
async def signing_in(devnet: Devnet) -> AsyncIterator[None]:
    """Run the gateway in a process of its own, if the network was founded with identity.

    Raises:
        LocalFault: it does not answer; names its log.
    """
    if not settings_file(devnet.directory).exists():
        yield
        return
    log = gateway_folder(devnet.directory) / "gateway.log"
    command = (sys.executable, str(_LAUNCHER), "gateway", "develop", "--dir", str(devnet.directory))
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    with os.fdopen(os.open(log, flags, 0o600), "ab") as file:
        child = subprocess.Popen(  # noqa: S603, ASYNC220 - our own program
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True
        )
    try:
        await _answering(devnet, child, log)
        yield
    finally:
        child.terminate()
        try:
            await asyncio.to_thread(child.wait, _STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()


def sign_in_data(devnet: Devnet) -> dict[str, object] | None:
    """Return what a developer needs to sign citizens in; None where there is no gateway."""
    config = settings_file(devnet.directory)
    if not config.exists():
        return None
    from gateways.openid.settings import read_settings  # noqa: PLC0415 - only gateways need it

    settings = read_settings(config)
    return {
        "issuer": settings.issuer,
        "client_id": CLIENT_ID,
        "client_secret": read_secret(secret_file(devnet.directory)).strip(),
        "redirect_uris": list(RETURNS),
        "citizens": list(TEST_CITIZENS),
    }


def gateway_folder(directory: Path) -> Path:
    """Return where the gateway of a network has its files."""
    return cast_folder(directory) / "gateway"


def settings_file(directory: Path) -> Path:
    """Return the gateway's settings."""
    return gateway_folder(directory) / "gateway.toml"


def secret_file(directory: Path) -> Path:
    """Return the file of the application's secret."""
    return gateway_folder(directory) / f"{AGENCY}-{APPLICATION}.secret"


async def _serve_idp(devnet: Devnet, rpc: RpcClient, port: int) -> web.AppRunner:
    from gateways.openid.development import DevelopmentIdp, TestCitizen  # noqa: PLC0415
    from gateways.openid.logins import wall_s  # noqa: PLC0415 - only gateways need it
    from gateways.openid.settings import read_box  # noqa: PLC0415 - as above

    folder, chain_id = cast_folder(devnet.directory), devnet.genesis.chain_id

    def seed(name: str) -> bytes:
        return bytes.fromhex(read_secret(folder / name).strip())

    wallet = Wallet.from_seed(seed(f"{BANK_A}.key"))
    office = Office(rpc=rpc, wallet=wallet, chain_id=chain_id, agency=BANK_A)
    idp = Idp(office, SigningKey(seed(f"{BANK_A}.node")))
    with citizens_file(devnet.directory).open(encoding="utf-8", newline="") as file:
        sids = {row["email"].partition("@")[0]: row["sid"] for row in csv.DictReader(file)}
    citizens = []
    for name in TEST_CITIZENS:
        given, _, family = CITIZENS[name].partition(" ")
        citizens.append(
            TestCitizen(
                name=name,
                sid=bytes.fromhex(sids[name].removeprefix("0x")),
                wallet=CitizenWallet(CitizenKeys(seed(f"{name}.citizen")), chain_id),
                claims={"name": CITIZENS[name], "given_name": given, "family_name": family},
            )
        )
    made = DevelopmentIdp(idp, read_box(folder / f"{BANK_A}.box"), citizens, wall_s)
    runner = web.AppRunner(made.application(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as error:
        raise LocalFault(f"{HOST}:{port}: {error.strerror}") from error
    return runner


async def _answering(devnet: Devnet, child: "subprocess.Popen[bytes]", log: Path) -> None:
    from gateways.openid.settings import read_settings  # noqa: PLC0415 - only gateways need it

    port = read_settings(settings_file(devnet.directory)).port
    for _ in range(int(_START_S / _POLL_S)):
        if child.poll() is not None:
            break
        try:
            _reader, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(_POLL_S)
            continue
        writer.close()
        return
    raise LocalFault(f"the gateway does not answer; see {log}")


def _ports(devnet: Devnet) -> tuple[int, int]:
    """Return the ports of gateway and IdP: after the validators', or free ones."""
    first = min(node.rpc_port for node in devnet.validators) + _FROM_BASE
    wanted = (first, first + 1)
    if all(map(_is_free, wanted)):
        return wanted
    return _free_port(), _free_port()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
