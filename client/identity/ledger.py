"""What the ledger says of identity: requests, sessions, consents, levels."""

from dataclasses import dataclass, fields
from typing import Any

from client.answers import hex_field
from client.contract import all_pages, ask, read_entry
from client.identity.assertion import Answered
from client.identity.credential import Shown
from client.identity.errors import BadCredential, NotInOrder
from client.identity.nodes import CLOCK_SKEW_S, sector_of
from client.identity.payload import Opening
from client.identity.wallet import RequestShown
from client.rpc import RpcClient
from client.state_keys import state_key
from contracts.identity.attestations.handlers import (
    attestation,
    does_attestation_count,
    effective_ial,
)
from contracts.identity.consents.handlers import (
    consent,
    does_accept_count,
    is_accepted,
    release_of,
)
from contracts.identity.core.messages import ACTIVE, ADULT
from contracts.identity.core.state import Consent, Recovery, Terms
from contracts.identity.recovery.handlers import recovery_of
from contracts.identity.recovery.reports import suspended_key_of
from contracts.identity.requests import handlers as requests
from contracts.identity.requests.messages import OpenRequest
from contracts.identity.requests.state import LeastLevels
from contracts.identity.requests.trail import idp_page
from contracts.identity.subjects.handlers import holds_key, subject_class, subject_of
from contracts.identity.subjects.state import grounds
from primitives.crypto import PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFound:
    """A request as the ledger holds it; `state` is of now, expiry included."""

    asked: OpenRequest  # all that was asked, as its relying party asked it
    expires_at: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What an IdP notes of a citizen's device at its first sign-on, beside its pairwise keys.

    All keys of a device are of one seed, so what befalls its subject key ends the others too.
    """

    sid: bytes
    key: PublicKey  # the subject key
    epoch: int  # the subject's then, which counts its recoveries


async def request(rpc: RpcClient, req_id: bytes) -> RequestFound | None:
    """Return a request and its state now, None when there is none."""
    found = await ask(rpc, requests.request, req_id)
    if found is None:
        return None
    asked = _asked_in(req_id, found.terms)
    return RequestFound(asked=asked, expires_at=found.terms.expires_at, state=found.state)


async def show_request(
    rpc: RpcClient, req_id: bytes, words: tuple[Opening, Opening]
) -> RequestShown | None:
    """Return a request as a wallet shows it.

    `words` are the openings of message and scope.

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
        at=answer.at,
    )


async def check_accepted(rpc: RpcClient, req_id: bytes, idp: str) -> None:
    """Raise BadCredential unless what accepted a request stands now, this IdP's accept included.

    That is its IdPs with limits that reach what was asked, the key that answered, and the mandate
    of who answered for another.
    """
    is_theirs = await ask(rpc, does_accept_count, req_id, idp)
    if not (is_theirs and await ask(rpc, is_accepted, req_id)):
        raise BadCredential(
            "the accept counts no more: its IdP, a limit, its key or a mandate fell"
        )


async def consent_for(rpc: RpcClient, con_id: bytes | None, answer: Answered) -> Consent:
    """Return the consent of who gave this answer. Raises BadCredential: not granted now."""
    found = None if con_id is None else await ask(rpc, consent, con_id)
    if (
        found is None
        or found.state != "granted"
        or (found.consent.req_id, found.consent.handle) != (answer.req_id, answer.handle)
    ):
        raise BadCredential("no such consent to this request is granted now")
    return found.consent


async def is_granted(rpc: RpcClient, con_id: bytes) -> bool:
    """Return whether a consent is granted now."""
    found = await ask(rpc, consent, con_id)
    return found is not None and found.state == "granted"


async def check_attestation(rpc: RpcClient, att_id: bytes, shown: Shown) -> None:
    """Raise BadCredential unless the attestation counts now and bears this credential.

    The credential is not older than it, does not outlive it, and is held by a present key of its
    subject: not by one that was reported lost or replaced.
    """
    found = await ask(rpc, attestation, att_id)
    if found is None or found.issuer != shown.issuer:
        raise BadCredential(f"{shown.issuer} has no such attestation on the ledger")
    if shown.kind != f"sapha/{found.kind}":
        raise BadCredential(f"the credential is {shown.kind}, its attestation {found.kind}")
    if not await ask(rpc, does_attestation_count, att_id):
        raise BadCredential("the attestation is revoked, suspended or expired, or its issuer is")
    if shown.issued_at + CLOCK_SKEW_S < found.issued_at or shown.expires_at > found.expires_at:
        raise BadCredential("the credential begins before its attestation, or outlives it")
    if not await ask(rpc, holds_key, found.sid, shown.holder):
        raise BadCredential("the holder's key is none that its subject has and may use now")


async def check_standing(rpc: RpcClient, idp: str, device: Device, min_ial: int) -> None:
    """Raise NotInOrder unless a device's subject may act through the IdP, with that device.

    In order is who is active, in no recovery, and proofed at the level; a device, whose key is
    neither reported lost nor taken away, of no earlier epoch than the subject's.
    """
    sid = device.sid
    subject = await ask(rpc, subject_of, sid)
    if subject is None or subject.status != ACTIVE:
        raise NotInOrder("the subject is not active")
    if device.epoch != subject.epoch:
        raise NotInOrder("a recovery has replaced the keys of which the device's was one")
    if device.key not in [held.key for held in subject.keys]:
        raise NotInOrder("the device's key is reported lost, or taken away")
    if idp not in subject.idps:
        raise NotInOrder(f"{idp} is no IdP of the subject")
    recovery = await ask(rpc, recovery_of, sid)
    if recovery is not None and recovery.status == "held":
        raise NotInOrder("a recovery of the subject is under way")
    ial = await ask(rpc, effective_ial, sid)
    if ial < min_ial:
        raise NotInOrder(f"the subject's IAL is {ial}, {min_ial} is needed")


async def device_of(rpc: RpcClient, sid: bytes, key: PublicKey) -> Device:
    """Return what an IdP notes of a device, when it has seen it sign with this subject key.

    Raises:
        NotInOrder: it is no present key of the subject, or that is not active or in a recovery.
    """
    subject = await ask(rpc, subject_of, sid)
    if subject is None or not await ask(rpc, holds_key, sid, key):
        raise NotInOrder("the key is none that the subject has and may use now")
    return Device(sid=sid, key=key, epoch=subject.epoch)


async def check_giver(rpc: RpcClient, idp: str, device: Device) -> None:
    """Raise NotInOrder unless a subject of the IdP is an adult in order, who may give mandates."""
    await check_standing(rpc, idp, device, 0)
    if await ask(rpc, subject_class, device.sid) != ADULT:
        raise NotInOrder("the subject is a minor")


async def recovery_held(rpc: RpcClient, sid: bytes) -> tuple[Recovery, int] | None:
    """Return the subject's last recovery and when its hold ends, None when there was none.

    As the node says, unproven; Unix seconds.
    """
    found = await ask(rpc, recovery_of, sid)
    if found is None:
        return None
    key = state_key("identity", "grounds", sid)
    answer = await rpc.call("state_getProof", {"key": "0x" + key.hex()})
    return found, read_entry(grounds, hex_field(answer, "value")).ends_at


async def reporters_of(rpc: RpcClient, sid: bytes, key: PublicKey) -> tuple[str, ...]:
    """Return who reported a key of a subject lost, so that it acts no more; none if nobody did."""
    held = await ask(rpc, suspended_key_of, sid, key)
    return () if held is None else tuple(held.reporters)


async def released_commit(rpc: RpcClient, req_id: bytes, service: str, source: str) -> bytes:
    """Return the commitment of what a source released. Raises BadCredential when nothing was."""
    found = await ask(rpc, release_of, req_id, service, source)
    if found is None:
        raise BadCredential(f"no release of {service} by {source} is on the ledger")
    return found.data_commit


async def idps_for(rpc: RpcClient, rp: str, namespace: str, least: LeastLevels) -> tuple[str, ...]:
    """Return the IdPs that may answer a request of `rp` at these least levels now."""
    offers = await all_pages(
        lambda after, _limit: ask(rpc, idp_page, rp, namespace, least, after),
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
