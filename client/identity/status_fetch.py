"""Fetches the status list that a credential names, and asks it whether the credential counts.

The list is the issuer's: its key must have been a key of that agency's node when it was signed.
Who gives the list sees which list is asked for, not which of its numbers.
"""

from collections.abc import Awaitable, Callable

import aiohttp

from client.errors import NodeUnreachable
from client.identity.errors import BadCredential
from client.identity.jose import unverified_json
from client.identity.nodes import signer_of
from client.identity.status_list import Status, StatusPlace, read_list
from client.rpc import RpcClient

LIST_BYTES_MAX = 2 * 1024 * 1024
_TIMEOUT_S = 20
_HTTPS = "https://"

Fetch = Callable[[str], Awaitable[str]]  # an address -> the token of the list there


async def fetch_list(uri: str) -> str:
    """Return the token at an HTTPS address; redirections are not followed.

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
            session.get(uri, allow_redirects=False) as answer,
        ):
            body = await answer.content.read(LIST_BYTES_MAX + 1)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise NodeUnreachable(f"{uri:.80}: {error}") from error
    if answer.status != 200 or len(body) > LIST_BYTES_MAX or not body.isascii():
        raise BadCredential(f"{uri:.80}: gives no status list (status {answer.status})")
    return body.decode("ascii").strip()


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
    signer.check(issuer, unverified_json(token)["iat"])
    status = statuses.at(place.index)
    if status != Status.VALID:
        raise BadCredential(f"the status list says {status} of the credential, 0 counts")
