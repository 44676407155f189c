"""What the ledger says of identity: requests, sessions, consents, levels."""

from dataclasses import dataclass, fields
from typing import Any

from client.contract import all_pages, ask
from client.identity.assertion import Answered
from client.identity.errors import BadCredential, NotInOrder
from client.identity.keys import CitizenKeys
from client.identity.nodes import sector_of
from client.identity.payload import Opening
from client.identity.trail import next_number
from client.identity.wallet import RequestShown
from client.rpc import RpcClient
from contracts.identity.attestations.handlers import (
    attestation,
    does_attestation_count,
    effective_ial,
)
from contracts.identity.consents.handlers import consent, release_of
from contracts.identity.core.messages import ACTIVE, ADULT
from contracts.identity.core.state import Terms
from contracts.identity.recovery.handlers import recovery_of
from contracts.identity.requests import handlers as requests
from contracts.identity.requests.messages import OpenRequest
from contracts.identity.requests.state import LeastLevels
from contracts.identity.subjects.handlers import subject_class, subject_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFound:
    """A request as the ledger holds it; `state` is of now, expiry included."""

    asked: OpenRequest  # all that was asked, as its relying party asked it
    expires_at: int
    state: str


async def request(rpc: RpcClient, req_id: bytes) -> RequestFound | None:
    """Return a request and its state now, None when there is none."""
    found = await ask(rpc, requests.request, req_id)
    if found is None:
        return None
    asked = _asked_in(req_id, found.terms)
    return RequestFound(asked=asked, expires_at=found.terms.expires_at, state=found.state)


async def show_request(
    rpc: RpcClient, req_id: bytes, words: tuple[Opening, Opening], keys: CitizenKeys
) -> RequestShown | None:
    """Return a request as the wallet of these keys shows it.

    `words` are the openings of message and scope.

    Raises:
        CommitMismatch: the words are not those of the ledger's request.
        NotWhatWasAsked: the scope names another relying party or purpose than the request.
    """
    found = await request(rpc, req_id)
    if found is None:
        return None
    sector = await sector_of(rpc, found.asked.agency)
    shown = RequestShown(
        sector=sector,
        asked=found.asked,
        message=words[0],
        scope=words[1],
        trail_number=await next_number(rpc, keys.viewer(sector), sector),
    )
    shown.check()
    return shown


async def answered(rpc: RpcClient, req_id: bytes, idp: str) -> Answered | None:
    """Return an IdP's answer with what it answers, None when there is none."""
    found = await ask(rpc, requests.request, req_id)
    answer = await ask(rpc, requests.response_of, req_id, idp)
    if found is None or answer is None:
        return None
    return Answered(
        req_id=req_id,
        rp=found.terms.rp,
        sector=await sector_of(rpc, found.terms.rp),
        state=found.state,
        idp=idp,
        handle=answer.handle,
        ial=answer.ial,
        aal=answer.aal,
        auth_time=answer.auth_time,
        decision=answer.decision,
        citizen_key=answer.citizen_key,
        on_behalf_of=found.terms.on_behalf_of,
        table_version=found.terms.table_version,
    )


async def consent_for(rpc: RpcClient, con_id: bytes, req_id: bytes) -> None:
    """Raise BadCredential unless this consent to this request is granted now."""
    found = await ask(rpc, consent, con_id)
    if found is None or found.state != "granted" or found.consent.req_id != req_id:
        raise BadCredential("no such consent to this request is granted now")


async def check_attestation(rpc: RpcClient, att_id: bytes, issuer: str) -> None:
    """Raise BadCredential unless this issuer's attestation counts now."""
    found = await ask(rpc, attestation, att_id)
    if found is None or found.issuer != issuer:
        raise BadCredential(f"{issuer} has no such attestation on the ledger")
    if not await ask(rpc, does_attestation_count, att_id):
        raise BadCredential("the attestation is revoked, suspended or expired, or its issuer is")


async def check_standing(rpc: RpcClient, idp: str, sid: bytes, min_ial: int) -> None:
    """Raise NotInOrder unless a subject of the IdP is in order and proofed at the level.

    In order is who is active and in no recovery.
    """
    subject = await ask(rpc, subject_of, sid)
    if subject is None or subject.status != ACTIVE:
        raise NotInOrder("the subject is not active")
    if idp not in subject.idps:
        raise NotInOrder(f"{idp} is no IdP of the subject")
    recovery = await ask(rpc, recovery_of, sid)
    if recovery is not None and recovery.status == "held":
        raise NotInOrder("a recovery of the subject is under way")
    ial = await ask(rpc, effective_ial, sid)
    if ial < min_ial:
        raise NotInOrder(f"the subject's IAL is {ial}, {min_ial} is needed")


async def check_giver(rpc: RpcClient, idp: str, sid: bytes) -> None:
    """Raise NotInOrder unless a subject of the IdP is an adult in order, who may give mandates."""
    await check_standing(rpc, idp, sid, 0)
    if await ask(rpc, subject_class, sid) != ADULT:
        raise NotInOrder("the subject is a minor")


async def released_commit(rpc: RpcClient, req_id: bytes, service: str, source: str) -> bytes:
    """Return the commitment of what a source released. Raises BadCredential when nothing was."""
    found = await ask(rpc, release_of, req_id, service, source)
    if found is None:
        raise BadCredential(f"no release of {service} by {source} is on the ledger")
    return found.data_commit


async def idps_for(rpc: RpcClient, rp: str, namespace: str, least: LeastLevels) -> tuple[str, ...]:
    """Return the IdPs that may answer a request of `rp` at these least levels now."""
    offers = await all_pages(
        lambda after, _limit: ask(rpc, requests.idp_page, rp, namespace, least, after),
        "",
        lambda offer: offer.agency,
    )
    return tuple(offer.agency for offer in offers if offer.may_answer)


def _asked_in(req_id: bytes, terms: Terms) -> OpenRequest:
    """Return what a relying party asked, of the terms that the ledger holds."""
    ttl_s = terms.expires_at - terms.opened_at
    own: dict[str, Any] = {"agency": terms.rp, "req_id": req_id, "ttl_s": ttl_s}
    names = [field.name for field in fields(OpenRequest) if field.name not in own]
    asked: dict[str, Any] = {name: getattr(terms, name) for name in names}
    return OpenRequest(**own, **asked)
