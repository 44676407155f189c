"""How a gateway reaches IdPs: it brings the words of a request, and fetches what became of it.

    POST <endpoint>/sign-ons            {req_id, message, scope, mode, return_to, hint, session}
        200 {go}     where the browser goes on, null where the IdP asks the citizen by itself;
                     an unguessable address of this request, which nobody makes of its req_id
        403          the IdP does not do it: the citizen is not in order, or must be asked first
    GET  <endpoint>/sign-ons/<req_id>   200 {assertion, session}, 404 not yet, 403 never

Words, assertion and session are sealed (`client.identity.sealed`); the ledger says who may ask and
who answered. `return_to` has a ticket: the IdP sends the browser that answered there, and shows it
to nobody else. Source: docs/identity.md#let-citizens-sign-in.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp

from client.errors import BadAnswer, NodeUnreachable
from client.identity.errors import BadCredential
from client.identity.jose import from_base64url, to_base64url
from client.identity.nodes import contact_of
from client.identity.relying_party import Asking
from client.identity.sealed import IDP
from client.rpc import RpcClient

BROWSER, PUSH, SILENT = "browser", "push", "silent"
_TIMEOUT_S = 10.0
_BYTES_MAX = 256 * 1024
_SILENCES = (TimeoutError, aiohttp.ClientError, OSError, ValueError, RecursionError)


class ProviderRefused(BadCredential):
    """The IdP does not sign this citizen on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnWanted:
    """What an IdP is told beside the words; `session` is its own word for an earlier sign-on."""

    mode: str
    return_to: str | None = None
    hint: str | None = None
    session: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an IdP says of a request that its citizen answered, sealed to the relying party."""

    assertion: bytes
    session: bytes


class Providers(Protocol):
    """The IdPs; raises NodeUnreachable, BadAnswer."""

    async def begin(self, idp: str, asking: Asking, wanted: SignOnWanted) -> str | None:
        """Bring a request to an IdP; may be repeated. Raises ProviderRefused."""

    async def told(self, idp: str, req_id: bytes) -> Told | None:
        """Return what the IdP says of a request, None while it says nothing.

        Raises:
            ProviderRefused: it will say nothing.
        """


class HttpProviders:
    """IdPs over HTTPS, at the endpoint that each states on the ledger, or at one of `own`."""

    def __init__(self, rpc: RpcClient, chain_id: str, own: Mapping[str, str]) -> None:
        self._rpc = rpc
        self._chain_id = chain_id
        self._own = dict(own)
        self._http: aiohttp.ClientSession | None = None

    async def begin(self, idp: str, asking: Asking, wanted: SignOnWanted) -> str | None:
        """Bring a request to an IdP."""
        contact = await contact_of(self._rpc, idp)
        message, scope = asking.sealed_for(contact.box_key, self._chain_id, IDP)
        body = {
            "req_id": asking.request.req_id.hex(),
            "message": to_base64url(message),
            "scope": to_base64url(scope),
            "mode": wanted.mode,
            "return_to": wanted.return_to,
            "hint": wanted.hint,
            "session": wanted.session,
        }
        endpoint = await self._endpoint(idp)
        found = await self._ask("POST", f"{endpoint}/sign-ons", body)
        go = None if found is None else found.get("go")
        if go is not None and not isinstance(go, str):
            raise BadAnswer(f"{idp} names no address to go on at")
        if go is not None and go != wanted.return_to and _origin(go) != _origin(endpoint):
            raise BadAnswer(f"{idp} names an address that is not its own")
        return go

    async def told(self, idp: str, req_id: bytes) -> Told | None:
        """Return what the IdP says of a request."""
        url = f"{await self._endpoint(idp)}/sign-ons/{req_id.hex()}"
        found = await self._ask("GET", url)
        if found is None:
            return None
        return Told(
            assertion=from_base64url(found.get("assertion")),
            session=from_base64url(found.get("session")),
        )

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()

    async def _endpoint(self, idp: str) -> str:
        return self._own.get(idp) or (await contact_of(self._rpc, idp)).endpoint.rstrip("/")

    async def _ask(
        self, method: str, url: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any] | None:
        """Return an answer's JSON object, None for 404."""
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT_S))
        try:
            answer = await self._http.request(method, url, json=body, allow_redirects=False)
            async with answer:
                if answer.status == HTTPStatus.NOT_FOUND:
                    return None
                if answer.status == HTTPStatus.FORBIDDEN:
                    raise ProviderRefused("the IdP signs this citizen on neither now nor so")
                if answer.status != HTTPStatus.OK:
                    raise NodeUnreachable(f"the IdP answers with status {answer.status}")
                raw = await answer.content.read(_BYTES_MAX + 1)
                return _object(raw)
        except _SILENCES as error:
            raise NodeUnreachable(f"the IdP does not answer: {type(error).__name__}") from error


def _origin(url: str) -> tuple[str, str]:
    """Return scheme and host of an address, in the letters that browsers compare."""
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower()


def _object(raw: bytes) -> dict[str, Any]:
    found = json.loads(raw) if len(raw) <= _BYTES_MAX else None
    if not isinstance(found, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - as where it is no JSON
    return found
