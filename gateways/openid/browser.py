"""The way of a citizen's browser: asked, shown, sent to an IdP, and back with a code.

A login has an address with a secret in it and belongs to one browser, by a cookie; so nobody is led
into another's login. It ends in the browser that answered: the IdP alone is told the ticket that
the browser brings back with it, so who passes the IdP's link on gets nothing. The last step takes
the login from the store together with making the code: a login gives one code, whatever process
dies when.
"""

import asyncio
import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from gateways.openid import pages
from gateways.openid.applications import Application
from gateways.openid.asked import Asked, read_asked, redirect_of, single
from gateways.openid.errors import (
    ACCESS_DENIED,
    INVALID_CLIENT,
    LOGIN_REQUIRED,
    OAuthRefused,
    bad_request,
)
from gateways.openid.gateway import Gateway
from gateways.openid.grants import new_secret
from gateways.openid.logins import TTL_S, Attempt, Found, available, chosen
from gateways.openid.providers import BROWSER, SILENT, SignOnWanted

_BROWSER, _SESSION = "sapha_browser", "sapha_session"
_SILENT_S, _POLL_S = 8.0, 0.1
_BROWSER_S = 86_400


class Cookies:
    """The gateway's cookies, which no other host may set where the issuer has https."""

    def __init__(self, issuer: str) -> None:
        self._is_secure = issuer.startswith("https:")
        self._prefix = "__Host-" if self._is_secure else ""

    def read(self, request: web.Request, name: str) -> str:
        """Return the value of a cookie, empty where there is none."""
        return request.cookies.get(self._prefix + name, "")

    def write(self, answer: web.StreamResponse, name: str, value: str, max_age: int) -> None:
        """Have the browser keep a value, or drop it where it has no time left."""
        answer.set_cookie(
            self._prefix + name,
            value,
            max_age=max(0, max_age),
            httponly=True,
            samesite="Lax",
            secure=self._is_secure,
        )


class Browser:
    """Handles what browsers ask of a gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._store = gateway.store
        self._cookies = Cookies(gateway.issuer)

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """Begin a login, or answer at once where nobody is to be asked."""
        gateway = self._gateway
        pairs = (await request.post()) if request.method == "POST" else request.query
        try:
            params = single([(name, str(text)) for name, text in pairs.items()])
            app = await available(gateway.applications.find(params.get("client_id", "")))
            gateway.asks.take(f"browsers of {app.client_id}")  # who floods takes no other turns
            params = gateway.pushed.found(app, params)
            redirect_of(app, params)
        except OAuthRefused as refused:
            return _failed(request, refused)
        try:
            attempt = await gateway.logins.begin(app, _sound(app, params))
            if attempt.asked.is_silent:
                gateway.pushed.use(params.get("pushed"), new_secret())
                return await self._silent(request, app, attempt)
        except OAuthRefused as refused:
            return self._refused(params["redirect_uri"], params.get("state"), refused)
        login, browser = new_secret(), self._cookies.read(request, _BROWSER) or new_secret()
        kept: dict[str, Any] = {
            "browser": browser,
            "form_key": new_secret(),
            "pushed": params.get("pushed"),
        }
        kept |= {"ticket": new_secret(), "is_pushed": False}
        self._keep(login, attempt, kept)
        answer = _see(f"/login/{login}")
        self._cookies.write(answer, _BROWSER, browser, _BROWSER_S)
        return answer

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show what will be signed."""
        try:
            login, attempt = await self._login(request)
            app = await self._gateway.standing.application(attempt.asked)
            shown = await self._gateway.logins.shown(attempt)
        except OAuthRefused as refused:
            return _failed(request, refused)
        page = pages.Consent(
            shown=shown,
            names=(app.record.name_th, app.record.name_en),
            idps=attempt.asking.request.idps,
            form_key=login["form_key"],
        )
        return pages.consent(page, pages.locale_of(request, attempt.asked.locale))

    async def choose(self, request: web.Request) -> web.StreamResponse:
        """Open the request and send the browser to the IdP; or back, refused."""
        form = await request.post()
        try:
            login, attempt = await self._login(request)
            if not _is_same(str(form.get("form_key", "")), login["form_key"]):
                raise bad_request("the form is not of this page")
        except OAuthRefused as refused:
            return _failed(request, refused)
        name, asked = request.match_info["login"], attempt.asked
        try:
            _require_agreed(form.get("act"))
            attempt = chosen(attempt, str(form.get("idp", "")))
            self._gateway.opens.take(asked.client_id)
            session = self._gateway.sessions.of(self._cookies.read(request, _SESSION))
            is_same = session is not None and session["idp"] == attempt.idp and not asked.is_fresh
            wanted = SignOnWanted(
                mode=BROWSER,
                return_to=self._gateway.url(f"/login/{name}/on?ticket={login['ticket']}"),
                hint=asked.hint,
                session=session["session"] if session is not None and is_same else None,
            )
            self._gateway.pushed.use(login["pushed"], name)
            self._keep(name, attempt, login)
            go = await self._gateway.logins.send(attempt, wanted)
            if go is None:  # the IdP asks in its own app: no browser comes back from it
                self._keep(name, attempt, login | {"is_pushed": True})
        except OAuthRefused as refused:
            self._store.drop("login", name)
            return self._refused(asked.redirect_uri, asked.state, refused)
        return _see(go or f"/login/{name}/on")

    async def go_on(self, request: web.Request) -> web.StreamResponse:
        """Give the code to the browser that comes back from the IdP; another one waits."""
        name = request.match_info["login"]
        try:
            login, attempt = await self._login(request)
        except OAuthRefused as refused:
            self._end_of_another(name, request)
            return _failed(request, refused)
        if attempt.idp is None:
            return _see(f"/login/{name}")
        if not login["is_pushed"] and not _has_ticket(request, login):
            return pages.waiting(attempt.asked.locale)
        try:
            found = await self._gateway.logins.found(attempt)
            if found is None:
                return pages.waiting(attempt.asked.locale)
            return await self._finished(request, attempt, found, name)
        except OAuthRefused as refused:
            self._store.drop("login", name)
            return self._refused(attempt.asked.redirect_uri, attempt.asked.state, refused)

    async def _silent(
        self, request: web.Request, app: Application, attempt: Attempt
    ) -> web.StreamResponse:
        """Answer by an earlier sign-on, without asking anybody (prompt=none)."""
        gateway, asked = self._gateway, attempt.asked
        session = gateway.sessions.of(self._cookies.read(request, _SESSION))
        is_of_use = session is not None and session["idp"] in attempt.asking.request.idps
        if session is None or not is_of_use or asked.is_fresh:
            raise OAuthRefused(LOGIN_REQUIRED, "nobody is signed on in this browser")
        client = session["clients"].get(app.client_id)
        is_agreed = client is not None and client["terms"] == attempt.terms
        if client is None or not is_agreed or not set(asked.claims) <= set(client["claims"]):
            raise OAuthRefused("consent_required", "the citizen has not been asked for this")
        gateway.opens.take(app.client_id)
        attempt = chosen(attempt, session["idp"])
        wanted = SignOnWanted(mode=SILENT, session=session["session"])
        try:
            await gateway.logins.send(attempt, wanted)
            found = await self._soon(attempt)
        except OAuthRefused as refused:
            is_theirs = refused.error == ACCESS_DENIED
            raise (
                OAuthRefused(LOGIN_REQUIRED, "the IdP asks anew") if is_theirs else refused
            ) from refused
        return await self._finished(request, attempt, found, None)

    async def _soon(self, attempt: Attempt) -> Found:
        try:
            async with asyncio.timeout(_SILENT_S):
                while (found := await self._gateway.logins.found(attempt)) is None:  # noqa: ASYNC110
                    await asyncio.sleep(_POLL_S)  # the ledger is asked, it does not call
        except TimeoutError:
            await self._gateway.logins.cancel(attempt)
            raise OAuthRefused(LOGIN_REQUIRED, "the IdP did not answer in time") from None
        return found

    async def _finished(
        self, request: web.Request, attempt: Attempt, found: Found, login: str | None
    ) -> web.StreamResponse:
        """Make the code, once for a login, and send the browser back with it."""
        gateway, asked = self._gateway, attempt.asked
        self._check_hint(asked, found)
        grantable = await gateway.grantable(attempt, found)
        cookie, session = self._session_for(request, attempt, found, grantable["until"])
        with self._store.together():
            if login is not None and self._store.take("login", login) is None:
                code = None
            else:
                gateway.sessions.keep(cookie, session)
                code = gateway.grants.code(grantable | {"sid": session["sid"]}, attempt)
        if code is None:
            return _failed(request, bad_request("this login is finished"))
        old = gateway.sessions.of(self._cookies.read(request, _SESSION))
        if old is not None and old["sid"] != session["sid"]:
            await gateway.sessions.end(old["sid"])
        answer = self._back(asked.redirect_uri, {"code": code}, asked.state)
        self._cookies.write(answer, _SESSION, cookie, session["until"] - gateway.now())
        return answer

    def _session_for(
        self, request: web.Request, attempt: Attempt, found: Found, until: int
    ) -> tuple[str, dict[str, Any]]:
        """Return cookie and document of the session that the sign-on belongs to."""
        cookie = self._cookies.read(request, _SESSION)
        session = self._gateway.sessions.of(cookie)
        word = {"idp": attempt.idp, "session": found.session}
        if session is None or {name: session[name] for name in word} != word:
            cookie, session = self._gateway.sessions.begin(until)
        client: dict[str, Any] = {"sub": found.signed_on.sub, "terms": attempt.terms}
        client |= {"claims": list(attempt.asked.claims)}
        clients = session["clients"] | {attempt.asked.client_id: client}
        return cookie, session | word | {"clients": clients, "until": max(session["until"], until)}

    def _check_hint(self, asked: Asked, found: Found) -> None:
        if asked.sub not in (None, found.signed_on.sub):
            raise OAuthRefused(LOGIN_REQUIRED, "another than the asked-for citizen signed on")
        if asked.id_token_hint is None:
            return
        hinted = self._gateway.sessions.hinted(asked.id_token_hint)
        if (hinted.get("aud"), hinted.get("sub")) != (asked.client_id, found.signed_on.sub):
            raise OAuthRefused(LOGIN_REQUIRED, "another than the hinted citizen signed on")

    async def _login(self, request: web.Request) -> tuple[dict[str, Any], Attempt]:
        """Return a login of this browser, which its application may still be told of.

        Raises:
            OAuthRefused: to be shown to the citizen, never sent anywhere.
        """
        found = self._store.get("login", request.match_info["login"])
        browser = self._cookies.read(request, _BROWSER)
        if found is None or not _is_same(found["browser"], browser):
            raise bad_request("there is no such login in this browser; it may be finished")
        attempt = Attempt.of_json(found["attempt"])
        await self._gateway.standing.application(attempt.asked)
        return found, attempt

    def _end_of_another(self, name: str, request: web.Request) -> None:
        """End a login that was answered in another browser than the one that began it."""
        login = self._store.get("login", name)
        if login is not None and _has_ticket(request, login):
            self._store.drop("login", name)

    def _keep(self, login: str, attempt: Attempt, kept: Mapping[str, Any]) -> None:
        value = {**kept, "attempt": attempt.to_json()}
        self._store.put("login", login, value, self._gateway.now() + TTL_S)

    def _refused(
        self, redirect: str, state: str | None, refused: OAuthRefused
    ) -> web.StreamResponse:
        params = {"error": refused.error, "error_description": refused.description}
        return self._back(redirect, params, state)

    def _back(
        self, redirect: str, params: Mapping[str, str], state: str | None
    ) -> web.StreamResponse:
        """Send the browser to an application, which is told who answers (RFC 9207)."""
        sent = {**params, "iss": self._gateway.issuer}
        sent |= {} if state is None else {"state": state}
        return _see(f"{redirect}?{urlencode(sent)}")


class SigningOut:
    """Handles the end of sessions in browsers."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._cookies = Cookies(gateway.issuer)

    async def logout(self, request: web.Request) -> web.StreamResponse:
        """End a session: at once for whoever shows its ID token, else after asking."""
        pairs = (await request.post()) if request.method == "POST" else request.query
        gateway = self._gateway
        try:
            params = single([(name, str(text)) for name, text in pairs.items()])
            hint = params.get("id_token_hint")
            claims = {} if hint is None else gateway.sessions.hinted(hint)
            goal = await self._goal(params, str(claims.get("aud", params.get("client_id", ""))))
        except OAuthRefused as refused:
            return _failed(request, refused)
        session = gateway.sessions.of(self._cookies.read(request, _SESSION))
        own = "" if session is None else session["sid"]
        sid = gateway.sessions.named(str(claims.get("sid", "")))
        key = sha256(f"sign out {own}".encode()).hexdigest()
        is_agreed = request.method == "POST" and _is_same(params.get("agreed", ""), key)
        if not (sid and own in ("", sid)) and not is_agreed and own:
            return pages.signing_out({**params, "agreed": key}, pages.locale_of(request))
        for each in {sid, own} - {""}:
            await gateway.sessions.end(each)
        answer = _see(goal) if goal else pages.signed_out(pages.locale_of(request))
        self._cookies.write(answer, _SESSION, "", 0)
        return answer

    async def _goal(self, params: Mapping[str, str], client_id: str) -> str | None:
        """Return where the browser goes afterwards. Raises OAuthRefused."""
        goal = params.get("post_logout_redirect_uri")
        if goal is None:
            return None
        if params.get("client_id", client_id) != client_id:
            raise bad_request("client_id is another than the ID token's")
        app = await available(self._gateway.applications.find(client_id))
        if goal not in app.record.logouts:
            raise bad_request("post_logout_redirect_uri is none of the application's addresses")
        state = {"state": params["state"]} if "state" in params else {}
        return f"{goal}?{urlencode(state)}" if state else goal


def _sound(app: Application, params: Mapping[str, str]) -> Asked:
    """Return what is asked in the way that the application must ask. Raises OAuthRefused."""
    asked = read_asked(app, params)
    if app.is_fapi2 and "pushed" not in params:
        raise bad_request("this application pushes its requests (PAR)")
    if "request_uri" in params:
        raise OAuthRefused("request_uri_not_supported", "only a pushed request_uri")
    return asked


def _has_ticket(request: web.Request, login: Mapping[str, Any]) -> bool:
    return _is_same(request.query.get("ticket", ""), login["ticket"])


def _is_same(shown: str, held: str) -> bool:
    """Compare secrets in constant time; what is shown may be any text."""
    return hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), held.encode())


def _require_agreed(act: object) -> None:
    if act != "agree":
        raise OAuthRefused(ACCESS_DENIED, "the citizen refused")


def _see(place: str) -> web.Response:
    headers = {"Location": place, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return web.Response(status=303, headers=headers)


def _failed(request: web.Request, refused: OAuthRefused) -> web.Response:
    status = 400 if refused.error == INVALID_CLIENT else refused.status
    return pages.failed(refused.description, pages.locale_of(request), status)
