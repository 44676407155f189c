"""What the ledger says of identity: requests, sessions, consents, levels, and one's own trail."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from client.answers import (
    Answer,
    field_of,
    hex_field,
    list_field,
    text_field,
    uint_field,
    uint_from,
)
from client.errors import BadAnswer
from client.identity.assertion import Answered
from client.identity.errors import BadCredential, NotInOrder
from client.identity.keys import is_own_trail
from client.identity.nodes import sector_of
from client.identity.payload import Opening
from client.identity.queries import ask
from client.identity.wallet import RequestShown
from client.rpc import RpcClient
from contracts.identity.core.messages import ServiceAsked
from contracts.identity.requests.messages import OpenRequest
from primitives.crypto import PublicKey

TRAIL_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFound:
    """A request as the ledger holds it; `state` is of now, expiry included."""

    req_id: bytes
    asked: OpenRequest  # all that was asked, as its relying party asked it
    expires_at: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFound:
    """One answer given in somebody's name; `number` is its place in the ledger's trail."""

    number: int
    req_id: bytes
    idp: str
    rp: str
    purpose: str
    is_reuse: bool
    at: int


async def effective_ial(rpc: RpcClient, sid: bytes) -> int:
    """Return the IAL that a subject has now, 0 for none."""
    return uint_from(await ask(rpc, "effective_ial", sid), "effective_ial")


async def request(rpc: RpcClient, req_id: bytes) -> RequestFound | None:
    """Return a request and its state now, None when there is none."""
    value = await ask(rpc, "request", req_id)
    if value is None:
        return None
    terms = field_of(value, "terms")
    return RequestFound(
        req_id=req_id,
        asked=_asked_in(req_id, terms),
        expires_at=uint_field(terms, "expires_at"),
        state=text_field(value, "state"),
    )


async def show_request(
    rpc: RpcClient, req_id: bytes, words: tuple[Opening, Opening]
) -> RequestShown | None:
    """Return a request as a wallet shows it; `words` are the openings of message and scope.

    Raises:
        CommitMismatch: the words are not those of the ledger's request.
        NotWhatWasAsked: the scope names another relying party or purpose than the request.
    """
    found = await request(rpc, req_id)
    if found is None:
        return None
    shown = RequestShown(
        sector=await sector_of(rpc, found.asked.agency),
        asked=found.asked,
        message=words[0],
        scope=words[1],
    )
    shown.check()
    return shown


async def answered(rpc: RpcClient, req_id: bytes, idp: str) -> Answered | None:
    """Return an IdP's answer with what it answers, None when there is none."""
    request_now = await ask(rpc, "request", req_id)
    value = await ask(rpc, "response", req_id, idp)
    if request_now is None or value is None:
        return None
    terms = field_of(request_now, "terms")
    rp = text_field(terms, "rp")
    return Answered(
        req_id=req_id,
        rp=rp,
        sector=await sector_of(rpc, rp),
        state=text_field(request_now, "state"),
        idp=idp,
        handle=hex_field(value, "handle"),
        ial=uint_field(value, "ial"),
        aal=uint_field(value, "aal"),
        auth_time=uint_field(value, "auth_time"),
        decision=text_field(value, "decision"),
        citizen_key=_key(value, "citizen_key"),
        on_behalf_of=_key(terms, "on_behalf_of"),
        table_version=uint_field(terms, "table_version"),
    )


async def consent_for(rpc: RpcClient, con_id: bytes, req_id: bytes) -> None:
    """Raise BadCredential unless this consent to this request is granted now."""
    value = await ask(rpc, "consent", con_id)
    is_granted = value is not None and text_field(value, "state") == "granted"
    if not is_granted or hex_field(field_of(value, "consent"), "req_id") != req_id:
        raise BadCredential("no such consent to this request is granted now")


async def check_attestation(rpc: RpcClient, att_id: bytes, issuer: str) -> None:
    """Raise BadCredential unless this issuer's attestation counts now."""
    value = await ask(rpc, "attestation", att_id)
    if value is None or text_field(value, "issuer") != issuer:
        raise BadCredential(f"{issuer} has no such attestation on the ledger")
    if await ask(rpc, "does_attestation_count", att_id) is not True:
        raise BadCredential("the attestation is revoked, suspended or expired, or its issuer is")


async def check_standing(rpc: RpcClient, idp: str, sid: bytes, min_ial: int) -> None:
    """Raise NotInOrder unless a subject of the IdP is in order and proofed at the level.

    In order is who is active and in no recovery.
    """
    subject = await ask(rpc, "subject", sid)
    if subject is None or text_field(subject, "status") != "active":
        raise NotInOrder("the subject is not active")
    if idp not in list_field(subject, "idps"):
        raise NotInOrder(f"{idp} is no IdP of the subject")
    recovery = await ask(rpc, "recovery", sid)
    if recovery is not None and text_field(recovery, "status") == "held":
        raise NotInOrder("a recovery of the subject is under way")
    ial = await effective_ial(rpc, sid)
    if ial < min_ial:
        raise NotInOrder(f"the subject's IAL is {ial}, {min_ial} is needed")


async def check_giver(rpc: RpcClient, idp: str, sid: bytes) -> None:
    """Raise NotInOrder unless a subject of the IdP is an adult in order, who may give mandates."""
    await check_standing(rpc, idp, sid, 0)
    if await ask(rpc, "subject_class", sid) != "adult":
        raise NotInOrder("the subject is a minor")


async def released_commit(rpc: RpcClient, req_id: bytes, service: str, source: str) -> bytes:
    """Return the commitment of what a source released. Raises BadCredential when nothing was."""
    value = await ask(rpc, "release", req_id, service, source)
    if value is None:
        raise BadCredential(f"no release of {service} by {source} is on the ledger")
    return hex_field(value, "data_commit")


async def own_trail(rpc: RpcClient, view_key: bytes) -> list[TrailFound]:
    """Return every answer given in the name of the view key's owner, in order.

    The node sends the whole trail, so it does not learn whose entries are looked for.
    """
    return [found async for found, tag in _trail(rpc) if is_own_trail(view_key, found.req_id, tag)]


async def _trail(rpc: RpcClient) -> AsyncIterator[tuple[TrailFound, bytes]]:
    number = 0
    while True:
        page = await ask(rpc, "trail_page", number, TRAIL_PAGE)
        if not isinstance(page, list):
            raise BadAnswer("the page of the trail is not an array")
        for row in page:
            number += 1
            yield _read_entry(number, row), hex_field(row, "trail_tag")
        if len(page) < TRAIL_PAGE:
            return


def _read_entry(number: int, row: Answer) -> TrailFound:
    return TrailFound(
        number=number,
        req_id=hex_field(row, "req_id"),
        idp=text_field(row, "idp"),
        rp=text_field(row, "rp"),
        purpose=text_field(row, "purpose"),
        is_reuse=field_of(row, "is_reuse") is True,
        at=uint_field(row, "at"),
    )


def _asked_in(req_id: bytes, terms: Answer) -> OpenRequest:
    """Return what a relying party asked, of the terms that the ledger holds."""
    opened_at, expires_at = uint_field(terms, "opened_at"), uint_field(terms, "expires_at")
    return OpenRequest(
        agency=text_field(terms, "rp"),
        req_id=req_id,
        namespace=text_field(terms, "namespace"),
        min_ial=uint_field(terms, "min_ial"),
        min_aal=uint_field(terms, "min_aal"),
        max_age_s=uint_field(terms, "max_age_s"),
        purpose=text_field(terms, "purpose"),
        scope_commit=hex_field(terms, "scope_commit"),
        msg_hash=hex_field(terms, "msg_hash"),
        idps=_texts(terms, "idps"),
        min_idp=uint_field(terms, "min_idp"),
        services=tuple(map(_service_in, list_field(terms, "services"))),
        retention_days=uint_field(terms, "retention_days"),
        mode=text_field(terms, "mode"),
        ttl_s=expires_at - opened_at,
        on_behalf_of=_key(terms, "on_behalf_of"),
    )


def _service_in(row: Answer) -> ServiceAsked:
    return ServiceAsked(
        service=text_field(row, "service"),
        min_as=uint_field(row, "min_as"),
        sources=_texts(row, "sources"),
    )


def _key(row: Answer, name: str) -> PublicKey | None:
    return None if field_of(row, name) is None else PublicKey(hex_field(row, name))


def _texts(row: Answer, name: str) -> tuple[str, ...]:
    texts = field_of(row, name)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise BadAnswer(f"{name} is not an array of texts")
    return tuple(texts)
