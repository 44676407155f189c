"""The relying party: asks who a citizen is, learns who answered, reads what sources release."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from client.identity import ledger
from client.identity.assertion import SignedOn, read_assertion
from client.identity.credential import Audience, Shown, verify_presentation
from client.identity.errors import BadCredential, NotForUs
from client.identity.nodes import CLOCK_SKEW_S, check_acting, signer_of
from client.identity.office import Office
from client.identity.payload import Opening, Payload
from client.identity.scope import Scope, check_within, scope_in
from client.identity.sealed import CITIZEN, RP, BoxKey, BoxPurpose, seal
from client.identity.status_fetch import Fetch, check_status, fetch_list
from client.identity.words import Words
from client.rpc import RpcClient
from contracts.identity.core.messages import ServiceAsked
from contracts.identity.requests.messages import (
    AcknowledgeRequest,
    CancelRequest,
    CloseRequest,
    OpenRequest,
)
from primitives.crypto import PublicKey

_ID_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a relying party wants; levels as whole numbers (IAL 2.1 is 210), times in seconds."""

    idps: tuple[str, ...]
    purpose: str
    min_ial: int
    min_aal: int
    words: str  # what the citizen is asked
    claims: tuple[str, ...]  # asked of the IdP; told only with the citizen's consent
    max_age_s: int = 3_600
    ttl_s: int = 600
    namespace: str = "th.cid"
    services: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # claims by service
    min_as: Mapping[str, int] = field(default_factory=dict)  # sources a service, 1 if not given
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # any if not given
    retention_days: int = 90
    mode: str = "reuse_ok"
    min_idp: int = 1
    on_behalf_of: PublicKey | None = None  # the pairwise key of who gave the mandate


@dataclass(frozen=True, slots=True)
class Asking:
    """A request for the ledger, and the words that go with it off the chain."""

    request: OpenRequest
    message: Opening
    scope: Opening

    def sealed_for(self, box_key: bytes, chain_id: str, role: str = CITIZEN) -> tuple[bytes, bytes]:
        """Return message and scope, readable by the IdP or citizen of this box key."""
        purpose = BoxPurpose(chain_id=chain_id, about=self.request.req_id, role=role)
        return seal(self.message, box_key, purpose), seal(self.scope, box_key, purpose)


class RelyingParty:
    """One relying party's acts; `box` opens what is sealed to it, and asking needs none."""

    def __init__(self, office: Office, box: BoxKey | None = None) -> None:
        self.office = office
        self._box = box

    def ask(self, question: Question) -> Asking:
        """Return a request, of which the ledger learns only salted commitments to the words."""
        message = Words(rp=self.office.agency, text=question.words).commit_to()
        scope = Scope(
            rp=self.office.agency,
            purpose=question.purpose,
            claims=question.claims,
            services=question.services,
        ).commit_to()
        request = OpenRequest(
            agency=self.office.agency,
            req_id=secrets.token_bytes(_ID_BYTES),
            namespace=question.namespace,
            min_ial=question.min_ial,
            min_aal=question.min_aal,
            max_age_s=question.max_age_s,
            purpose=question.purpose,
            scope_commit=scope.commit,
            msg_hash=message.commit,
            idps=question.idps,
            min_idp=question.min_idp,
            services=tuple(
                ServiceAsked(
                    service=name,
                    min_as=question.min_as.get(name, 1),
                    sources=question.sources.get(name, ()),
                )
                for name in question.services
            ),
            retention_days=question.retention_days,
            mode=question.mode,
            ttl_s=question.ttl_s,
            on_behalf_of=question.on_behalf_of,
        )
        return Asking(request, message, scope)

    async def signed_on(self, sealed: bytes, asking: Asking, idp: str, now: int) -> SignedOn:
        """Return who answered a request of ours through `idp`, as assertion and ledger agree.

        What is new is judged: of an IdP that acts now, by a key of it that is in force now. Keep
        what is returned; it cannot be had again once the key has ended.

        Raises:
            NotForUs: sealed to another, or for another request.
            BadCredential: it is not what the ledger holds, or not by a key of the IdP that is in
                force; the IdP does not act, or its accept counts no more; claims without a
                consent that is granted now.
            MoreThanAsked: it tells claims that were not asked for.
        """
        req_id, rpc = asking.request.req_id, self.office.rpc
        token = self._reader().open_bytes(sealed, self._purpose(req_id)).decode("ascii", "replace")
        answer = await ledger.answered(rpc, req_id, idp)
        if answer is None or answer.rp != self.office.agency:
            raise BadCredential(f"{idp} has not answered a request of {self.office.agency}")
        found = read_assertion(token, answer, now)
        (await signer_of(rpc, token)).check_new(idp, found.issued_at, now)
        await check_acting(rpc, idp)
        await ledger.check_accepted(rpc, req_id, idp)
        check_within(found.signed_on.claims, scope_in(asking.scope).claims)
        if found.signed_on.claims:
            consent = await ledger.consent_for(rpc, found.con_id, answer)
            if found.issued_at + CLOCK_SKEW_S < consent.granted_at:
                raise BadCredential("claims were told before the citizen consented")
        return found.signed_on

    async def released(self, sealed: bytes, asking: Asking, service: str, source: str) -> Payload:
        """Return what a source released for a request of ours.

        Raises:
            NotForUs, BadPayload: it cannot be read.
            CommitMismatch, BadCredential: it is not what the ledger says was released.
            MoreThanAsked: it is more than the request's scope names.
        """
        req_id = asking.request.req_id
        asked = scope_in(asking.scope).of_service(service)
        commit = await ledger.released_commit(self.office.rpc, req_id, service, source)
        opening = self._reader().open(sealed, self._purpose(req_id), commit)
        check_within(opening.payload, asked)
        return opening.payload

    async def shown(
        self, presentation: str, audience: Audience, issuers: Collection[str] = ()
    ) -> Shown:
        """Return what a citizen shows of a credential, if its attestation counts now.

        One that names no attestation is believed of `issuers` alone.

        Raises:
            BadCredential: it does not verify, its key was not the issuer's when it was issued, or
                the attestation that it names is not the issuer's or no longer counts, or the
                status list that it names says so.
            NodeUnreachable: its status list cannot be fetched.
        """
        return await check_shown(self.office.rpc, presentation, audience, issuers)

    def _reader(self) -> BoxKey:
        if self._box is None:
            raise NotForUs("no box key was given to read with")
        return self._box

    def _purpose(self, req_id: bytes) -> BoxPurpose:
        return BoxPurpose(chain_id=self.office.chain_id, about=req_id, role=RP)

    def acknowledge(self, req_id: bytes) -> AcknowledgeRequest:
        """Return the word that all answers have arrived."""
        return AcknowledgeRequest(self.office.agency, req_id)

    def close(self, req_id: bytes) -> CloseRequest:
        """Return the end of a completed request."""
        return CloseRequest(self.office.agency, req_id)

    def cancel(self, req_id: bytes) -> CancelRequest:
        """Return the withdrawal of a request."""
        return CancelRequest(self.office.agency, req_id)


async def check_shown(
    rpc: RpcClient,
    presentation: str,
    audience: Audience,
    issuers: Collection[str] = (),
    fetch: Fetch = fetch_list,
) -> Shown:
    """Return what a presentation shows; raises as `RelyingParty.shown`.

    What the credential names is asked: its attestation of the ledger, its place of a status list.
    The attestation dates it, and says that its issuer may state such. Where it names none, its
    issuer must be one of `issuers`, whom the verifier takes it from, with a key in force, and act.
    """
    signer = await signer_of(rpc, presentation.split("~", 1)[0])
    shown = verify_presentation(presentation, signer.key, audience)
    if shown.att_id is not None:
        signer.check(shown.issuer, shown.issued_at)
        await ledger.check_attestation(rpc, shown.att_id, shown)
    else:
        if shown.issuer not in issuers:
            raise BadCredential(f"{shown.issuer} is none whose word without attestation counts")
        signer.check_new(shown.issuer, shown.issued_at, audience.at)
        await check_acting(rpc, shown.issuer)
    if shown.status is not None:
        await check_status(rpc, shown.status, shown.issuer, audience.at, fetch)
    return shown
