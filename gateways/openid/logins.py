"""One sign-on under way: asked on the ledger, carried to an IdP, compared with the ledger.

Each step may be done again after a crash and changes nothing the second time. The request is made
before anybody sees it, so that what the citizen is shown is what is opened and signed.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from client.answers import uint_field
from client.contract import json_of, read_record
from client.errors import BadAnswer, LedgerRefused, NodeUnreachable, RpcRefused
from client.identity import ledger
from client.identity.assertion import SignedOn
from client.identity.draft_file import opening_json, opening_of
from client.identity.gateway_token import bound_words, sign_in_words, unbound_words
from client.identity.nodes import sector_of
from client.identity.relying_party import Asking, Question
from client.identity.wallet import RequestShown
from contracts.identity.core.messages import MODE_FRESH, MODE_REUSE_OK
from contracts.identity.requests.messages import OpenRequest
from contracts.identity.requests.state import LeastLevels
from gateways.openid.applications import Application
from gateways.openid.asked import OFFLINE, Asked
from gateways.openid.errors import ACCESS_DENIED, UNAVAILABLE, UNMET, OAuthRefused
from gateways.openid.levels import Levels, levels_in
from gateways.openid.parties import Parties
from gateways.openid.providers import ProviderRefused, Providers, SignOnWanted
from primitives.errors import Rejected

TTL_S = 600
_MAX_AGE_S = 3_600
_CLOCK_S_MAX = 60  # between this clock and the last block's
_IDPS_MAX = 50
_OPEN, _ANSWERED = "open", ("confirmed", "completed")
_NAMESPACE = "th.cid"
_OUT_OF_REACH = {"LEVELS_OUT_OF_REACH", "BAD_LEVEL"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A sign-on that an application asked for; `idp` is who the citizen chose, None before."""

    asked: Asked
    agency: str
    asking: Asking
    levels: tuple[Levels, ...]  # one of which the ID token is to name
    idp: str | None = None
    is_sent: bool = False

    @property
    def terms(self) -> list[str | int]:
        """What the citizen agrees to beside claims: words, purpose, how long it is kept."""
        request = self.asking.request
        text = str(self.asking.message.payload["text"])
        return [unbound_words(text), request.purpose, request.retention_days]

    def to_json(self) -> dict[str, Any]:
        """Return it as a document."""
        return {
            "asked": self.asked.to_json(),
            "agency": self.agency,
            "request": json_of(self.asking.request),
            "openings": [opening_json(self.asking.message), opening_json(self.asking.scope)],
            "levels": [[each.acr, each.ial, each.aal] for each in self.levels],
            "idp": self.idp,
            "is_sent": self.is_sent,
        }

    @classmethod
    def of_json(cls, document: Mapping[str, Any]) -> "Attempt":
        """Return it from its own document."""
        message, scope = map(opening_of, document["openings"])
        request = read_record(OpenRequest, document["request"])
        return cls(
            asked=Asked.of_json(document["asked"]),
            agency=document["agency"],
            asking=Asking(request, message, scope),
            levels=tuple(Levels(acr=acr, ial=ial, aal=aal) for acr, ial, aal in document["levels"]),
            idp=document["idp"],
            is_sent=document["is_sent"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Who signed on, as IdP and ledger agree, and the IdP's own word for it."""

    signed_on: SignedOn
    session: str


async def available(work: Awaitable[T]) -> T:
    """Return what the ledger or an IdP answers; what is not there now is so for the client too.

    Raises:
        OAuthRefused: temporarily_unavailable, or what a refusal means.
    """
    try:
        return await work
    except (LedgerRefused, RpcRefused) as refused:
        if refused.code in _OUT_OF_REACH:
            raise OAuthRefused(UNMET, "no IdP may give the levels that are asked for") from refused
        raise OAuthRefused(UNAVAILABLE, f"the ledger refuses: {refused.code}") from refused
    except (NodeUnreachable, BadAnswer) as error:
        raise OAuthRefused(UNAVAILABLE, "ledger or IdP does not answer") from error


class Logins:
    """Takes sign-ons through their steps."""

    def __init__(
        self,
        parties: Parties,
        providers: Providers,
        now: Callable[[], int],
        offered: tuple[str, ...] = (),
    ) -> None:
        self._parties = parties
        self._offered = offered
        self._providers = providers
        self._now = now

    async def begin(self, app: Application, asked: Asked, *, words: str | None = None) -> Attempt:
        """Return a sign-on that nobody has been asked for yet.

        Raises:
            OAuthRefused: temporarily_unavailable; unmet_authentication_requirements.
        """
        return await available(self._begin(app, asked, words))

    async def _begin(self, app: Application, asked: Asked, words: str | None) -> Attempt:
        await self.check_clock()
        table = await self._parties.levels()
        known = (table.ials, table.aals)
        levels = [levels_in(acr, table.version, known) for acr in asked.acr_values]
        wanted = tuple(each for each in levels if each is not None)
        if asked.is_acr_essential and not wanted:
            raise OAuthRefused(UNMET, "none of the essential acr values is known here")
        record = app.record
        least = LeastLevels(
            max(record.min_ial, wanted[0].ial if wanted else 0),
            max(record.min_aal, wanted[0].aal if wanted else 0),
        )
        able = await ledger.idps_for(self._parties.rpc, app.agency, _NAMESPACE, least)
        idps = tuple(each for each in able if not self._offered or each in self._offered)
        if not idps:
            raise OAuthRefused(UNMET, "no IdP may give the levels that are asked for")
        question = Question(
            idps=idps[:_IDPS_MAX],
            purpose=record.purpose,
            min_ial=least.min_ial,
            min_aal=least.min_aal,
            words=_words(app, asked, words),
            claims=asked.claims,
            max_age_s=_max_age(asked),
            ttl_s=TTL_S,
            namespace=_NAMESPACE,
            retention_days=record.retention_days,
            mode=MODE_FRESH if asked.is_fresh else MODE_REUSE_OK,
        )
        asking = self._parties.of(app.agency).ask(question)
        return Attempt(asked=asked, agency=app.agency, asking=asking, levels=wanted)

    async def shown(self, attempt: Attempt) -> RequestShown:
        """Return the request as a wallet shows it."""
        asking = attempt.asking
        shown = RequestShown(
            sector=await available(sector_of(self._parties.rpc, attempt.agency)),
            asked=asking.request,
            message=asking.message,
            scope=asking.scope,
        )
        shown.check()
        return shown

    async def send(self, attempt: Attempt, wanted: SignOnWanted) -> str | None:
        """Open the request on the ledger and bring it to the chosen IdP.

        Returns where the browser goes on, None where the IdP asks by itself.

        Raises:
            OAuthRefused: temporarily_unavailable, or access_denied by the IdP.
        """
        if attempt.idp is None or attempt.idp not in attempt.asking.request.idps:
            raise OAuthRefused("invalid_request", "the IdP is none of the request's")
        await available(self._open(attempt))
        try:
            return await available(self._providers.begin(attempt.idp, attempt.asking, wanted))
        except ProviderRefused as refused:
            await self.cancel(attempt)
            raise OAuthRefused(ACCESS_DENIED, "the IdP does not sign this citizen on") from refused

    async def found(self, attempt: Attempt) -> Found | None:
        """Return who signed on, None while nobody has.

        Raises:
            OAuthRefused: access_denied: refused, expired, or no longer so; temporarily_unavailable.
        """
        request = attempt.asking.request
        state = await available(ledger.request(self._parties.rpc, request.req_id))
        if state is None or state.state == _OPEN:
            return None
        if state.state not in _ANSWERED or attempt.idp is None:
            raise OAuthRefused(ACCESS_DENIED, f"the request is {state.state}")
        found = await self.told(attempt.agency, attempt.asking, attempt.idp)
        if found is not None and OFFLINE in attempt.asked.scope:
            await available(self._complete(attempt))
        return found

    async def told(self, agency: str, asking: Asking, idp: str) -> Found | None:
        """Return what the IdP says now of a confirmed request, if the ledger agrees now.

        Raises:
            OAuthRefused: access_denied: it says nothing more, or the ledger does not bear it out.
        """
        req_id = asking.request.req_id
        try:
            told = await available(self._providers.told(idp, req_id))
            if told is None:
                return None
            party = self._parties.of(agency)
            signed_on = await available(party.signed_on(told.assertion, asking, idp, self._now()))
            session = self._parties.opened(agency, told.session, req_id).decode()
        except (Rejected, UnicodeDecodeError) as error:
            raise OAuthRefused(ACCESS_DENIED, "IdP and ledger do not bear it out") from error
        return Found(signed_on=signed_on, session=session)

    async def cancel(self, attempt: Attempt) -> None:
        """Withdraw a request that is open; what cannot be withdrawn expires by itself."""
        party = self._parties.of(attempt.agency)
        try:
            await party.office.send(party.cancel(attempt.asking.request.req_id))
        except (NodeUnreachable, RpcRefused, LedgerRefused, BadAnswer):
            return

    async def _open(self, attempt: Attempt) -> None:
        """Open the request, once."""
        request = attempt.asking.request
        if attempt.is_sent and await ledger.request(self._parties.rpc, request.req_id):
            return
        office = self._parties.of(attempt.agency).office
        try:
            await office.do(request)
        except (LedgerRefused, RpcRefused) as refused:
            if refused.code != "DUPLICATE_ID":  # an earlier try of ours is on the ledger
                raise

    async def _complete(self, attempt: Attempt) -> None:
        """Complete the request, so that it does not expire while its sign-on is used."""
        party = self._parties.of(attempt.agency)
        try:
            await party.office.do(party.acknowledge(attempt.asking.request.req_id))
        except (LedgerRefused, RpcRefused) as refused:
            if refused.code != "REQUEST_NOT_OPEN":  # it is complete already
                raise

    async def check_clock(self) -> None:
        """Refuse while the last block is not of now: no quorum, or a clock that is off.

        Raises:
            OAuthRefused: temporarily_unavailable.
        """
        status = await available(self._parties.rpc.call("chain_getStatus"))
        behind_s = self._now() - uint_field(status, "time_ms") // 1_000
        if abs(behind_s) > _CLOCK_S_MAX:
            raise OAuthRefused(UNAVAILABLE, f"the last block is {behind_s} s before this clock")


def chosen(attempt: Attempt, idp: str) -> Attempt:
    """Return the sign-on at an IdP, about to be opened on the ledger."""
    return replace(attempt, idp=idp, is_sent=True)


def _max_age(asked: Asked) -> int:
    if asked.is_fresh:
        return 0
    return _MAX_AGE_S if asked.max_age is None else asked.max_age


def _words(app: Application, asked: Asked, words: str | None) -> str:
    """Return what the citizen is asked: who asks, and the letters of this login."""
    named = sign_in_words(app.record)
    text = named if words is None else f"{named}: {words}"
    return text if asked.nonce is None else bound_words(text, asked.nonce)


def wall_s() -> int:
    """Return the clock of this machine in whole seconds."""
    return time.time_ns() // 1_000_000_000
