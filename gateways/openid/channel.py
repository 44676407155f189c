"""What applications ask of a gateway themselves: pushed requests, tokens, userinfo, CIBA.

Source: RFC 6749 §5, RFC 9126, OpenID Connect Core 1.0 §5.3, CIBA Core 1.0 (poll).
"""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from gateways.openid.applications import NONE, Application
from gateways.openid.asked import KNOWN, UNSUPPORTED, read_asked, single
from gateways.openid.dpop import Shown, proven_key
from gateways.openid.errors import (
    ACCESS_DENIED,
    EXPIRED,
    INVALID_DPOP,
    INVALID_GRANT,
    INVALID_TOKEN,
    PENDING,
    SLOW_DOWN,
    OAuthRefused,
    bad_request,
)
from gateways.openid.gateway import CIBA_GRANT, Gateway
from gateways.openid.grants import bearer, new_secret, require
from gateways.openid.logins import TTL_S, Attempt, Found, available, chosen
from gateways.openid.providers import PUSH, SignOnWanted
from gateways.openid.pushed import LIFE_S

_INTERVAL_S = 2
_WORDS_CHARS_MAX = 100
_NO_CHALLENGE = "A" * 43  # of a request without a browser, which has no code


class Channel:
    """Handles what applications ask without a browser between."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def push(self, request: web.Request) -> web.StreamResponse:
        """Keep an authorization request, and name it."""
        app, form = await self._from(request)
        if "request_uri" in form:
            raise bad_request("a pushed request has no request_uri")
        jkt = self._proof(request, app, is_needed=False)
        if jkt is not None and form.get("dpop_jkt", jkt) != jkt:
            raise OAuthRefused(INVALID_DPOP, "dpop_jkt is another than the proof's key")
        params = {name: text for name, text in form.items() if name in (*KNOWN, *UNSUPPORTED)}
        params |= {"client_id": app.client_id} | ({} if jkt is None else {"dpop_jkt": jkt})
        read_asked(app, params)
        uri = self._gateway.pushed.keep(params)
        return _json({"request_uri": uri, "expires_in": LIFE_S}, status=201)

    async def token(self, request: web.Request) -> web.StreamResponse:
        """Give tokens for a code, a refresh token, or a sign-on without a browser."""
        app, form = await self._from(request)
        jkt = self._proof(request, app, is_needed=app.is_fapi2)
        kind = require(form, "grant_type")
        if kind == "authorization_code":
            return _json(await self._redeemed(app, form, jkt))
        if kind == "refresh_token":
            return _json(await self._refreshed(app, require(form, "refresh_token"), jkt))
        if kind == CIBA_GRANT:
            return _json(await self._polled(app, require(form, "auth_req_id"), jkt))
        raise OAuthRefused("unsupported_grant_type", "no such grant_type here")

    async def userinfo(self, request: web.Request) -> web.StreamResponse:
        """Give the claims that the citizen consented to, while their answer counts."""
        scheme, token = bearer(request.headers.get("Authorization"))
        access = self._gateway.grants.access(token)
        if (access.jkt is not None) != (scheme == "dpop"):
            raise OAuthRefused(INVALID_TOKEN, "the token is shown in another way than it was made")
        if access.jkt is not None:
            shown = Shown(method=request.method, url=self._gateway.url("/userinfo"), token=token)
            proof = request.headers.get("DPoP", "")
            if proven_key(proof, shown, self._gateway.store, self._gateway.now()) != access.jkt:
                raise OAuthRefused(INVALID_TOKEN, "the token is of another key")
        grant = access.grant
        try:
            await self._gateway.standing.check(grant)
        except OAuthRefused as refused:
            if refused.error != ACCESS_DENIED:
                raise
            raise OAuthRefused(INVALID_TOKEN, "the citizen's answer counts no more") from refused
        return _json(grant["claims"] | {"sub": grant["sub"]})

    async def backchannel(self, request: web.Request) -> web.StreamResponse:
        """Ask a citizen whom the application names, in their own app (CIBA)."""
        app, form = await self._from(request)
        if app.method == NONE:
            raise OAuthRefused("unauthorized_client", "only an application that proves itself")
        self._gateway.opens.take(app.client_id)
        if "id_token_hint" in form or "login_hint_token" in form:
            raise bad_request("the one hint is login_hint")
        idp, _, hint = form.get("login_hint", "").partition(":")
        if not hint:
            raise OAuthRefused("unknown_user_id", "login_hint is <IdP>:<what the IdP knows>")
        self._gateway.prompts.take(f"{idp}:{hint}")
        words = form.get("binding_message")
        if words is not None and len(words) > _WORDS_CHARS_MAX:
            raise OAuthRefused("invalid_binding_message", f"at most {_WORDS_CHARS_MAX} characters")
        asked = read_asked(app, _as_by_browser(app, form))
        attempt = await self._gateway.logins.begin(app, asked, words=words)
        attempt = chosen(attempt, idp)
        name, now = new_secret(), self._gateway.now()
        self._keep_asked(name, attempt, app, asked_at=now - _INTERVAL_S, until=now + TTL_S)
        await self._gateway.logins.send(attempt, SignOnWanted(mode=PUSH, hint=hint))
        return _json({"auth_req_id": name, "expires_in": TTL_S, "interval": _INTERVAL_S})

    async def _polled(self, app: Application, name: str, jkt: str | None) -> dict[str, Any]:
        """Return tokens for a sign-on without a browser, once. Raises OAuthRefused."""
        gateway = self._gateway
        kept = gateway.store.get("ciba", name)
        if kept is None or kept["client_id"] != app.client_id:
            raise OAuthRefused(INVALID_GRANT, "no such auth_req_id of this application")
        now = gateway.now()
        attempt = Attempt.of_json(kept["attempt"])
        if now >= kept["until"]:
            raise OAuthRefused(EXPIRED, "the citizen did not answer in time")
        if now - kept["asked_at"] < _INTERVAL_S:
            raise OAuthRefused(SLOW_DOWN, f"ask every {_INTERVAL_S} s")
        self._keep_asked(name, attempt, app, asked_at=now, until=kept["until"])
        await gateway.standing.check_now(attempt.asked)
        found = await gateway.logins.found(attempt)
        if found is None:
            raise OAuthRefused(PENDING, "the citizen has not answered yet")
        return await self._first_tokens(app, attempt, found, (name, jkt))

    async def _first_tokens(
        self, app: Application, attempt: Attempt, found: Found, asked: tuple[str, str | None]
    ) -> dict[str, Any]:
        gateway, (name, jkt) = self._gateway, asked
        grant = await gateway.grantable(attempt, found)
        if attempt.asked.sub not in (None, grant["sub"]):
            raise OAuthRefused(ACCESS_DENIED, "another than the asked-for citizen signed on")
        cookie, session = gateway.sessions.begin(grant["until"])
        client = {"sub": grant["sub"], "claims": list(attempt.asked.claims)}
        client |= {"terms": attempt.terms}
        word = {"idp": attempt.idp, "session": found.session, "clients": {app.client_id: client}}
        with gateway.store.together():
            taken = gateway.store.take("ciba", name)
            if taken is not None:
                gateway.sessions.keep(cookie, session | word)
                kept = gateway.grants.open(grant | {"sid": session["sid"]})
        if taken is None:
            raise OAuthRefused(INVALID_GRANT, "the auth_req_id was used before")
        return gateway.grants.tokens(app, kept, jkt, is_first=True)

    def _keep_asked(
        self, name: str, attempt: Attempt, app: Application, *, asked_at: int, until: int
    ) -> None:
        value: dict[str, Any] = {"attempt": attempt.to_json(), "client_id": app.client_id}
        value |= {"asked_at": asked_at, "until": until}
        self._gateway.store.put("ciba", name, value, until + TTL_S)

    async def _redeemed(
        self, app: Application, form: Mapping[str, str], jkt: str | None
    ) -> dict[str, Any]:
        """Return tokens for a code, which a passing fault does not spend. Raises OAuthRefused."""
        grants = self._gateway.grants
        name, grant = grants.redeemable(app, form, jkt)
        await self._check_standing(name, grant)
        return grants.redeem(app, form["code"], name, jkt)

    async def _refreshed(self, app: Application, token: str, jkt: str | None) -> dict[str, Any]:
        """Return new tokens; a passing fault spends nothing. Raises OAuthRefused."""
        grants = self._gateway.grants
        name, grant = grants.refreshing(app, token, jkt)
        await self._check_standing(name, grant)
        return grants.refresh(app, token, name, jkt)

    async def _check_standing(self, name: str, grant: Mapping[str, Any]) -> None:
        """End a grant that IdP and ledger do not bear out now. Raises OAuthRefused."""
        try:
            await self._gateway.standing.check(grant)
        except OAuthRefused as refused:
            if refused.error != ACCESS_DENIED:
                raise
            self._gateway.grants.end(name)
            raise OAuthRefused(INVALID_GRANT, "the citizen is no longer signed on") from refused

    async def _from(self, request: web.Request) -> tuple[Application, dict[str, str]]:
        """Return who asks, and the form."""
        gateway, form = (
            self._gateway,
            single([(name, str(text)) for name, text in (await request.post()).items()]),
        )
        app = await available(
            gateway.applications.authenticated(
                request.headers.get("Authorization"),
                form,
                gateway.url(request.path),
                gateway.now(),
            )
        )
        gateway.asks.take(app.client_id)
        return app, form

    def _proof(self, request: web.Request, app: Application, *, is_needed: bool) -> str | None:
        """Return the key that a request proves, None without a proof. Raises OAuthRefused."""
        proofs = request.headers.getall("DPoP", [])
        if not proofs and not is_needed:
            return None
        if len(proofs) != 1:
            raise OAuthRefused(INVALID_DPOP, f"{app.client_id} shows one DPoP proof")
        shown = Shown(method=request.method, url=self._gateway.url(request.path))
        return proven_key(proofs[0], shown, self._gateway.store, self._gateway.now())


def _as_by_browser(app: Application, form: Mapping[str, str]) -> dict[str, str]:
    """Return what a browser would have asked: no nonce, no code, and no return."""
    taken = ("scope", "acr_values", "claims", "ui_locales")
    params = {name: form[name] for name in taken if name in form}
    return params | {
        "response_type": "code",
        "redirect_uri": app.record.redirects[0],
        "code_challenge": _NO_CHALLENGE,
        "code_challenge_method": "S256",
    }


def _json(value: Mapping[str, Any], *, status: int = 200) -> web.Response:
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    return web.json_response(dict(value), status=status, headers=headers)
