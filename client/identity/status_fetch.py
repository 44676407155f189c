"""Fetches the status list that a credential names, and asks it whether the credential counts.

The list is the issuer's: it is signed by a key of that agency's node that is in force now, so that
nobody with a key that ended dates one back.
Who gives the list sees which list is asked for, not which of its numbers.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import aiohttp

from client.errors import NodeUnreachable
from client.identity.errors import BadCredential
from client.identity.jose import unverified_json
from client.identity.nodes import check_acting, signer_of
from client.identity.status_list import Status, StatusPlace, read_list
from client.rpc import RpcClient

if TYPE_CHECKING:
    import ssl

LIST_BYTES_MAX = 2 * 1024 * 1024
LIST_AGE_S_MAX = 7 * 86_400  # whatever the list itself says
_TIMEOUT_S = 20
_HTTPS = "https://"

Fetch = Callable[[str], Awaitable[str]]  # an address -> the token of the list there


async def fetch_list(uri: str, tls: "ssl.SSLContext | None" = None) -> str:
    """Return the token at an HTTPS address; redirections are not followed.

    `tls` is what `client.access.trusting` gives; None: the authorities that this system trusts.

    Raises:
        BadCredential: the address is not HTTPS, or what is there is no list of a bounded size.
        NodeUnreachable: nobody answers there.
    """
    if not uri.startswith(_HTTPS):
        raise BadCredential(f"{uri:.80}: a status list is fetched over HTTPS alone")
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(uri, allow_redirects=False, ssl=tls or True) as answer,
        ):
            body = await _whole(answer.content)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise NodeUnreachable(f"{uri:.80}: {error}") from error
    if answer.status != 200 or len(body) > LIST_BYTES_MAX or not body.isascii():
        raise BadCredential(f"{uri:.80}: gives no status list (status {answer.status})")
    return body.decode("ascii").strip()


async def _whole(content: aiohttp.StreamReader) -> bytes:
    """Return all that comes, or what is more than a list may have."""
    body = bytearray()
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > LIST_BYTES_MAX:
            break
    return bytes(body)


async def check_status(
    rpc: RpcClient, place: StatusPlace, issuer: str, now: int, fetch: Fetch = fetch_list
) -> None:
    """Raise BadCredential unless the issuer's list says that the credential counts.

    Raises:
        NodeUnreachable: the list cannot be had; then nothing is known.
    """
    token = await fetch(place.uri)
    signer = await signer_of(rpc, token)
    statuses = read_list(token, signer.key, place.uri, now)
    issued_at = unverified_json(token)["iat"]
    signer.check_new(issuer, issued_at, now)
    if now - issued_at > LIST_AGE_S_MAX:
        raise BadCredential(f"the status list is of {issued_at}, older than {LIST_AGE_S_MAX} s")
    await check_acting(rpc, issuer)
    status = statuses.at(place.index)
    if status != Status.VALID:
        raise BadCredential(f"the status list says {status} of the credential, 0 counts")
