"""An IdP and the wallets of its citizens that answer by themselves, to develop against.

Never a real IdP: whoever asks is signed on as the citizen that they name. What it does on the
ledger is what a real one does, by the same library: it looks whether the person is in order, has
their wallet sign what it shows, and carries that.
"""

import html
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from client.errors import LedgerRefused, RpcRefused
from client.identity import ledger
from client.identity.drafts import SignOn
from client.identity.errors import NotInOrder
from client.identity.idp import Idp, Told
from client.identity.jose import from_base64url, to_base64url
from client.identity.nodes import contact_of
from client.identity.payload import Opening
from client.identity.scope import picked, scope_in
from client.identity.sealed import IDP, RP, BoxKey, BoxPurpose, seal_bytes
from client.identity.wallet import CitizenWallet, RequestShown
from contracts.identity.sessions.messages import OpenSession
from primitives.errors import Rejected

log = logging.getLogger("sapha.gateway.development")

_CONSENT_S = 3_600
_WAITING_MAX = 10_000
SESSION_S = 3_600
IAL, AAL = 230, 220  # of every test citizen


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCitizen:
    """A citizen whose wallet is here; `claims` are what the IdP knows of them."""

    name: str
    sid: bytes
    wallet: CitizenWallet
    claims: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Visit:
    """A request that a gateway brought, and who answered it."""

    req_id: bytes
    message: Opening
    scope: Opening
    return_to: str | None
    link: str = field(default_factory=lambda: secrets.token_urlsafe(32))  # no request's public id
    citizen: str | None = None
    con_id: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOnHere:
    """A citizen who is signed on at the IdP, since when, and sign-ons kept by sector."""

    citizen: str
    at: int
    kept: dict[str, OpenSession] = field(default_factory=dict)


class DevelopmentIdp:
    """Answers the gateway's questions (`gateways.openid.providers`), and shows whom to be."""

    def __init__(
        self, idp: Idp, box: BoxKey, citizens: list[TestCitizen], now: Callable[[], int]
    ) -> None:
        self._idp = idp
        self._box = box
        self._citizens = {each.name: each for each in citizens}
        self._now = now
        self._visits: dict[bytes, Visit] = {}
        self._links: dict[str, Visit] = {}
        self._here: dict[str, SignedOnHere] = {}

    def application(self) -> web.Application:
        """Return the routes."""
        app = web.Application()
        app.add_routes(
            [
                web.post("/sign-ons", self.begin),
                web.get("/sign-ons/{req_id}", self.told),
                web.get("/choose/{link}", self.show),
                web.post("/choose/{link}", self.choose),
            ]
        )
        return app

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """Take a request; answer it at once where it says who it is for."""
        body = await request.json()
        req_id = bytes.fromhex(body["req_id"])
        purpose = BoxPurpose(chain_id=self._idp.office.chain_id, about=req_id, role=IDP)
        found = await ledger.request(self._idp.office.rpc, req_id)
        if found is None:
            return web.Response(status=404)
        asked = found.asked
        message = self._box.open(from_base64url(body["message"]), purpose, asked.msg_hash)
        scope = self._box.open(from_base64url(body["scope"]), purpose, asked.scope_commit)
        if len(self._visits) >= _WAITING_MAX:
            self._links.pop(self._visits.pop(next(iter(self._visits))).link)
        made = Visit(req_id=req_id, message=message, scope=scope, return_to=body.get("return_to"))
        visit = self._visits.setdefault(req_id, made)
        self._links[visit.link] = visit
        here = self._here.get(body.get("session") or "")
        name = here.citizen if here is not None else body.get("hint") or ""
        is_early = body["mode"] == "silent" and (here is None or found.asked.mode != "reuse_ok")
        if is_early:
            return web.Response(status=403)  # who is not asked signs on by an earlier sign-on
        if visit.citizen is None and name in self._citizens:
            if not await self._answer(req_id, visit, name, here):
                return web.Response(status=403)
        elif visit.citizen is None and body["mode"] != "browser":
            return web.Response(status=403)
        is_open = visit.citizen is None
        go = f"{request.scheme}://{request.host}/choose/{visit.link}"
        return web.json_response({"go": go if is_open else visit.return_to})

    async def told(self, request: web.Request) -> web.StreamResponse:
        """Say who answered, while that person is in order."""
        req_id = bytes.fromhex(request.match_info["req_id"])
        visit = self._visits.get(req_id)
        if visit is None or visit.citizen is None:
            return web.Response(status=404)
        citizen, idp = self._citizens[visit.citizen], self._idp
        answer = await ledger.answered(idp.office.rpc, req_id, idp.office.agency)
        if answer is None:
            return web.Response(status=404)
        try:
            await self._check_standing(citizen, answer.ial)
            told = None
            if visit.con_id is not None:
                claims = picked(citizen.claims, scope_in(visit.scope).claims)
                told = Told(claims=claims, con_id=visit.con_id, scope=visit.scope)
            assertion = await idp.assertion(answer, self._now(), told)
        except Rejected as refused:
            log.info("says nothing: %s", refused.code)
            return web.Response(status=403)
        contact = await contact_of(idp.office.rpc, answer.rp)
        about = BoxPurpose(chain_id=idp.office.chain_id, about=req_id, role=RP)
        session = seal_bytes(self._session_of(citizen.name).encode(), contact.box_key, about)
        return web.json_response(
            {"assertion": to_base64url(assertion), "session": to_base64url(session)}
        )

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show whom one may be."""
        if request.match_info["link"] not in self._links:
            return web.Response(status=404)
        names = "".join(
            f'<button name="citizen" value="{html.escape(name)}">{html.escape(name)}</button> '
            for name in self._citizens
        )
        text = (
            "<!doctype html><meta charset=utf-8><title>Test IdP</title>"
            f"<h1>{html.escape(self._idp.office.agency)}</h1>"
            "<p>ผู้ให้บริการทดสอบ: เลือกว่าจะเป็นใคร / A test IdP: choose whom to be.</p>"
            f'<form method="post">{names}<button name="citizen" value="">'
            "ปฏิเสธ / Refuse</button></form>"
        )
        return web.Response(text=text, content_type="text/html")

    async def choose(self, request: web.Request) -> web.StreamResponse:
        """Answer as who was chosen, or refuse as the first; then back to the gateway."""
        visit = self._links.get(request.match_info["link"])
        if visit is None or visit.return_to is None:
            return web.Response(status=404)
        name = str((await request.post()).get("citizen", ""))
        if visit.citizen is None and not await self._answer(visit.req_id, visit, name, None):
            return web.Response(status=403, text="not in order / ไม่พร้อมใช้งาน")
        return web.Response(status=303, headers={"Location": visit.return_to})

    async def _answer(
        self, req_id: bytes, visit: Visit, name: str, here: SignedOnHere | None
    ) -> bool:
        """Have a citizen's wallet answer, by an earlier sign-on if there is one.

        An unknown name refuses. Returns False where the citizen is not in order.
        """
        office = self._idp.office
        words = (visit.message, visit.scope)
        shown = await ledger.show_request(office.rpc, req_id, words)
        if shown is None:
            return False
        accepts = name in self._citizens
        citizen = self._citizens[name] if accepts else next(iter(self._citizens.values()))
        try:
            if accepts:
                await self._check_standing(citizen, shown.asked.min_ial)
            is_told = bool(scope_in(visit.scope).claims)
            handle = await self._sign(citizen, shown, here, accepts=accepts)
            if accepts and is_told:
                draft = self._idp.drafts.consent(handle, shown.asked, self._now() + _CONSENT_S)
                await office.do(citizen.wallet.consent(shown, draft))
                visit.con_id = draft.con_id
        except (NotInOrder, LedgerRefused, RpcRefused) as refused:
            log.info("signs nobody on: %s", refused.code)
            return False
        visit.citizen = citizen.name
        return True

    async def _sign(
        self, citizen: TestCitizen, shown: RequestShown, here: SignedOnHere | None, *, accepts: bool
    ) -> bytes:
        """Carry the wallet's answer; return its handle."""
        office, drafts = self._idp.office, self._idp.drafts
        now, asked = self._now(), shown.asked
        if here is not None and accepts and asked.mode == "reuse_ok":
            kept = here.kept.get(shown.sector)
            if kept is None:
                sign_on = SignOn(ial=IAL, aal=AAL, auth_time=here.at)
                draft = drafts.session(shown.sector, sign_on, now + SESSION_S)
                kept = citizen.wallet.permissions.keep_session(draft)
                await office.do(kept)
                here.kept[shown.sector] = kept
            reuse = citizen.wallet.reuse(shown, drafts.reuse(kept.ses_id, shown.req_id))
            await office.do(reuse)
            return reuse.handle
        sign_on = SignOn(ial=IAL, aal=AAL, auth_time=now)
        unsigned = drafts.answer(shown.req_id, sign_on, accepts=accepts)
        answer = citizen.wallet.answer(shown, unsigned, accepts=accepts)
        await office.do(answer)
        return answer.handle

    async def _check_standing(self, citizen: TestCitizen, min_ial: int) -> None:
        device = await self._idp.device(citizen.sid, citizen.wallet.subject_key)
        await self._idp.check_standing(device, min_ial)

    def _session_of(self, name: str) -> str:
        """Return the word for a citizen's sign-on here, the same while it lasts."""
        now = self._now()
        for word, here in self._here.items():
            if here.citizen == name and now - here.at < SESSION_S:
                return word
        word = secrets.token_hex(16)
        self._here[word] = SignedOnHere(citizen=name, at=now)
        return word
