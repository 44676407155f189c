"""`sapha gateway`: sign citizens on for agencies, by OpenID Connect."""

import asyncio
import secrets
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.contract import written_record
from client.documents import read_document
from client.identity.errors import BadCredential, BadDraft
from client.identity.jose import key_of_jwk
from client.keystore import read_secret, write_secret
from commands.nodes import open_for_server
from commands.output import UsageFault, emit, say
from commands.sending import WithFile
from contracts.identity.core.messages import Client
from contracts.identity.nodes.messages import SetClient

if TYPE_CHECKING:
    from gateways.openid.settings import Settings

_SECRET_BYTES = 32
_MADE_HERE: dict[str, object] = {"secret_digest": None, "keys": [], "is_active": True}


async def openid(*, config: Path, as_json: bool) -> None:
    """Run a gateway until Ctrl-C."""
    from gateways.openid.settings import read_settings  # noqa: PLC0415 - only this needs it

    settings = read_settings(config)
    async with running(config, settings):
        emit({"issuer": settings.issuer}, f"issuer  {settings.issuer}", as_json=as_json)
        await _stopped()
    say("stopping")


def key(folder: Path, *, ahead: int, as_json: bool) -> None:
    """Make a key that signs tokens, from so many seconds ahead on."""
    from gateways.openid.signing import make_key  # noqa: PLC0415 - only this needs it

    path = make_key(folder, int(time.time()) + ahead)
    emit({"key": str(path)}, f"{path}: published now, signs in {ahead} s", as_json=as_json)


def client(  # noqa: PLR0913 - each is an option of the command
    agency: str,
    name: str,
    document: Path,
    *,
    secret_out: Path | None,
    secret: Path | None,
    public: bool,
) -> object:
    """Return the statement of an application, with a fresh secret in a file if one is named.

    Raises:
        UsageFault: the document is none of an application, or it is not said in one way how the
            application proves itself.
        KeystoreFault: the secret that it has cannot be read.
    """
    try:
        stated = read_document(document, BadDraft)
        jwks: Any = stated.pop("jwks", {"keys": []})
        keys = ["0x" + key_of_jwk(jwk).hex() for jwk in jwks["keys"]]
        fields = _MADE_HERE | {"keys": keys} | stated
    except (BadDraft, BadCredential, KeyError, TypeError) as error:
        raise UsageFault(f"{document}: {error}") from error
    ways = [bool(keys or fields["secret_digest"]), secret_out is not None, secret is not None]
    if sum([*ways, public]) != 1:
        raise UsageFault("give one of --secret-out, --secret, --public, or jwks in the document")
    if secret is not None:
        fields["secret_digest"] = "0x" + sha256(read_secret(secret).strip().encode()).hexdigest()
    if secret_out is None:
        return SetClient(agency, name, written_record(Client, fields))
    digest, fresh = new_secret()
    message = SetClient(
        agency, name, written_record(Client, fields | {"secret_digest": "0x" + digest.hex()})
    )
    write_secret(secret_out, fresh + "\n")
    return WithFile(message, secret_out.unlink)


def new_secret() -> tuple[bytes, str]:
    """Return the digest that the ledger has of a fresh client secret, and the secret."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    return sha256(secret.encode()).digest(), secret


@asynccontextmanager
async def running(config: Path, settings: "Settings") -> AsyncIterator[None]:
    """Run the gateway of some settings. Raises GatewayFault, KeystoreFault, LocalFault."""
    from gateways.openid.gateway import Gateway  # noqa: PLC0415 - only gateways need it
    from gateways.openid.logs import set_up  # noqa: PLC0415 - as above
    from gateways.openid.server import Server  # noqa: PLC0415 - as above

    set_up()

    async with open_for_server(settings.nodes) as rpc:
        status = await rpc.call("chain_getStatus")
        if not isinstance(status, dict) or status.get("chain_id") != settings.chain_id:
            raise UsageFault(f"{config}: the nodes are of another chain than {settings.chain_id}")
        gateway = Gateway(settings.plan(config.parent), rpc)
        server = Server(gateway, settings.host, settings.port)
        await server.start()
        try:
            yield
        finally:
            await server.stop()


async def _stopped() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
