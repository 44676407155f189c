"""Browser sessions at the gateway, and their end: by a relying party, told to all the others.

Source: OpenID Connect RP-Initiated Logout 1.0, Back-Channel Logout 1.0.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from client.identity.errors import BadCredential
from gateways.openid.applications import Applications
from gateways.openid.errors import OAuthRefused
from gateways.openid.grants import new_secret, sid_for
from gateways.openid.logins import available
from gateways.openid.signing import TokenKeys
from gateways.openid.store import Store

log = logging.getLogger("sapha.gateway")

LOGOUT = "logout+jwt"
_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_LIFE_S, _TRIES, _TIMEOUT_S = 120, 3, 5.0
TOKENS_S = 1_300  # the tokens of a sign-on without session: a code's and an access token's time


class Sessions:
    """Keeps who is signed on in which browser; ID tokens name a session by `sid_for`."""

    def __init__(
        self, store: Store, keys: TokenKeys, apps: Applications, issuer: str, now: Callable[[], int]
    ) -> None:
        self._store = store
        self._keys = keys
        self._apps = apps
        self._issuer = issuer
        self._now = now
        self._telling: set[asyncio.Task[None]] = set()

    def of(self, cookie: str | None) -> dict[str, Any] | None:
        """Return the session of a browser."""
        return None if not cookie else self._store.get("session", cookie)

    def begin(self, until: int) -> tuple[str, dict[str, Any]]:
        """Return cookie and document of a new session, which `keep` stores."""
        sid = secrets.token_hex(16)
        return new_secret(), {"sid": sid, "until": until, "clients": {}}

    def keep(self, cookie: str, session: Mapping[str, Any]) -> None:
        """Store a session; its tokens live as long, and those of one that may not last a while."""
        until = session["until"]
        self._store.put("session", cookie, session, until)
        least = self._now() + TOKENS_S
        self._store.put("sid", session["sid"], {"cookie": cookie}, max(until, least))
        for client_id in session["clients"]:
            told = sid_for(session["sid"], client_id)
            self._store.put("told-sid", told, {"sid": session["sid"]}, max(until, least))

    def named(self, told: str) -> str:
        """Return the session that an application knows by a name, empty where there is none."""
        found = self._store.get("told-sid", told)
        return "" if found is None else str(found["sid"])

    async def end(self, sid: str) -> None:
        """End a session and all its tokens; every application that it signed on is told."""
        kept = self._store.get("sid", sid)
        if kept is None:
            return
        session = self._store.get("session", kept["cookie"])
        with self._store.together():
            self._store.drop("sid", sid)
            self._store.drop("session", kept["cookie"])
        for client_id, client in (session or {"clients": {}})["clients"].items():
            await self._tell(client_id, client["sub"], sid)

    def hinted(self, id_token: str) -> dict[str, Any]:
        """Return the claims of an ID token of ours, expired or not. Raises OAuthRefused."""
        try:
            return self._keys.claims_in(id_token, "JWT")
        except BadCredential as error:
            raise OAuthRefused("invalid_request", "id_token_hint is no token of ours") from error

    async def settle(self) -> None:
        """Wait until all applications were told, or could not be."""
        await asyncio.gather(*self._telling)

    async def _tell(self, client_id: str, sub: str, sid: str) -> None:
        try:
            app = await available(self._apps.find(client_id))
        except OAuthRefused:
            log.warning("sign-out not told: %s is no application now", client_id)
            return
        if app.record.back_channel and may_be_told(self._issuer, app.record.back_channel):
            token = self._logout_token(client_id, sub, sid)
            task = asyncio.create_task(_post(app.record.back_channel, token, client_id))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    def _logout_token(self, client_id: str, sub: str, sid: str) -> str:
        now = self._now()
        claims = {
            "iss": self._issuer,
            "sub": sub,
            "aud": client_id,
            "iat": now,
            "exp": now + _LIFE_S,
            "jti": secrets.token_hex(16),
            "events": {_EVENT: {}},
            "sid": sid_for(sid, client_id),
        }
        return self._keys.sign(LOGOUT, claims)


def may_be_told(issuer: str, url: str) -> bool:
    """Return whether a gateway calls an address: one that is not for trying calls https alone.

    An address on the gateway's own machine is not the application's, whatever its record says.
    """
    return issuer.startswith("http://") or (url.startswith("https://") and not _is_near(url))


def _is_near(url: str) -> bool:
    """Return whether an address is of this machine or its own network link."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_link_local or address.is_unspecified


async def _post(url: str, token: str, client_id: str) -> None:
    """Tell an application that a session has ended; try a few times."""
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    for pause_s in range(_TRIES):
        await asyncio.sleep(pause_s)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.post(url, data={"logout_token": token}, allow_redirects=False) as answer,
            ):
                if answer.ok:
                    return
        except (TimeoutError, aiohttp.ClientError, OSError):
            continue
    log.warning("%s was not told of a sign-out", client_id)
