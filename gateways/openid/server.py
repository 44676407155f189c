"""The gateway's door: HTTP on the loopback, behind a TLS terminator where it is not for trying.

It logs what was refused and to which application, and nothing of any citizen.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from gateways.openid import pages
from gateways.openid.browser import Browser, SigningOut
from gateways.openid.channel import Channel
from gateways.openid.errors import (
    INVALID_CLIENT,
    INVALID_TOKEN,
    GatewayFault,
    OAuthRefused,
    bad_request,
)
from gateways.openid.gateway import Gateway
from gateways.openid.logins import available
from gateways.openid.logs import OneLine

log = logging.getLogger("sapha.gateway")
http_log = logging.getLogger("sapha.gateway.http")  # what the HTTP library says

_BODY_BYTES_MAX = 64 * 1024
_SWEEP_S = 60.0
_CACHE_S = 300
_BY_BROWSER = ("/authorize", "/login", "/logout")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Start it, stop it; `port` 0 takes a free one."""

    def __init__(self, gateway: Gateway, host: str = "127.0.0.1", port: int = 0) -> None:
        self._gateway = gateway
        self._place = (host, port)
        self._runner: web.AppRunner | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self._bound = OneLine()

    async def start(self) -> None:
        """Begin to listen. Raises GatewayFault."""
        for each in (log, http_log):
            each.addFilter(self._bound)
        app = application(self._gateway)
        self._runner = web.AppRunner(app, access_log=None, logger=http_log)
        await self._runner.setup()
        host, port = self._place
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            raise GatewayFault(f"gateway {host}:{port}: {error.strerror}") from error
        self._sweeping = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        """Stop listening; what is kept stays for the next start."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        if self._runner is not None:
            await self._runner.cleanup()
        await self._gateway.close()
        for each in (log, http_log):
            each.removeFilter(self._bound)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_S)
            self._gateway.store.sweep()


def application(gateway: Gateway) -> web.Application:
    """Return the routes of a gateway."""
    browser, leaving = Browser(gateway), SigningOut(gateway)
    channel = Channel(gateway)

    async def discovery(_request: web.Request) -> web.StreamResponse:
        return _public(await available(gateway.discovery()))

    async def jwks(_request: web.Request) -> web.StreamResponse:
        return _public(gateway.keys.jwks())

    app = web.Application(middlewares=[_refusals], client_max_size=_BODY_BYTES_MAX)
    app.on_response_prepare.append(_without_version)
    app.add_routes(
        [
            web.get("/.well-known/openid-configuration", discovery),
            web.get("/.well-known/oauth-authorization-server", discovery),
            web.get("/jwks", jwks),
            web.get("/authorize", browser.authorize, allow_head=False),
            web.post("/authorize", browser.authorize),
            web.get("/login/{login}", browser.show),
            web.post("/login/{login}", browser.choose),
            web.get("/login/{login}/on", browser.go_on, allow_head=False),
            web.get("/logout", leaving.logout, allow_head=False),
            web.post("/logout", leaving.logout),
            web.post("/par", channel.push),
            web.post("/token", channel.token),
            web.get("/userinfo", channel.userinfo),
            web.post("/userinfo", channel.userinfo),
            web.post("/backchannel", channel.backchannel),
        ]
    )
    return app


async def _without_version(_request: web.Request, response: web.StreamResponse) -> None:
    """Name no library and no version to strangers."""
    response.headers.pop("Server", None)


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say every refusal in the form that its reader knows."""
    if (request.charset or "utf-8").lower() != "utf-8":
        return _refusal(request, bad_request("forms are UTF-8"))
    try:
        return await handler(request)
    except UnicodeDecodeError:
        return _refusal(request, bad_request("forms are UTF-8"))
    except OAuthRefused as refused:
        log.info("%s refused: %s", request.path.split("/")[1], refused.error)
        return _refusal(request, refused)
    except web.HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - the boundary of one request
        # No traceback: it could name a person.
        log.error("%s failed: %s", request.path.split("/")[1], type(error).__name__)  # noqa: TRY400
        fault = OAuthRefused("server_error", "the gateway failed; nothing was given")
        return _refusal(request, fault, status=500)


def _refusal(
    request: web.Request, refused: OAuthRefused, status: int | None = None
) -> web.Response:
    status = refused.status if status is None else status
    if request.path.startswith(_BY_BROWSER):
        return pages.failed(refused.description, pages.locale_of(request), status)
    headers = {"Cache-Control": "no-store"}
    if refused.error == INVALID_TOKEN:
        scheme = "DPoP" if "DPoP" in request.headers else "Bearer"
        headers["WWW-Authenticate"] = f'{scheme} error="invalid_token"'
    elif refused.error == INVALID_CLIENT:
        headers["WWW-Authenticate"] = "Basic"
    body = {"error": refused.error, "error_description": refused.description}
    return web.json_response(body, status=status, headers=headers)


def _public(value: object) -> web.Response:
    headers = {"Cache-Control": f"public, max-age={_CACHE_S}", "Access-Control-Allow-Origin": "*"}
    return web.json_response(value, headers=headers)
