"""The identity provider: registers citizens, proofs them, answers requests for them.

Every `draft_...` gives a message that lacks the citizen's signature; the citizen's wallet returns
it signed, and `office.send` puts it on the ledger.
"""

import secrets
from dataclasses import dataclass

from client.identity.assertion import Answered, issue_assertion
from client.identity.credential import Credential, Terms, issue_credential
from client.identity.ledger import check_standing, consent_for
from client.identity.nodes import contact_of
from client.identity.office import Office
from client.identity.payload import Opening, Payload, open_new
from client.identity.reference import SubjectReference, issue_reference
from client.identity.sealed import CITIZEN, RP, SOURCE, BoxPurpose, seal, seal_bytes
from contracts.identity.attestations.messages import IssueAttestation, SetAttestation
from contracts.identity.consents.messages import GrantConsent
from contracts.identity.core.messages import TIME_GRAIN_S, UNSIGNED, RecoveryPolicy
from contracts.identity.requests.messages import OpenRequest, Respond
from contracts.identity.sessions.messages import OpenSession, ReuseSession
from contracts.identity.subjects.messages import (
    CreateSubject,
    LinkIdp,
)
from primitives.crypto import PublicKey
from primitives.keys import KeyPair

ID_BYTES = 32
PROOFING_NAMESPACE = "proofing"
_NOT_YET = bytes(ID_BYTES)
_NO_KEY = PublicKey(bytes(32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofing:
    """What an IdP found out about a person: how sure, by which method, and the claims."""

    sid: bytes
    ial: int
    method: str
    claims: Payload
    expires_at: int  # Unix seconds
    evidence: bytes | None = None  # the FVS attestation, needed from IAL 2.3 on


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOn:
    """How a citizen signed on at the IdP, just now: levels and Unix seconds."""

    ial: int
    aal: int
    auth_time: int


class Idp:
    """One IdP's acts; a key of its node signs the credentials."""

    def __init__(self, office: Office, node_key: KeyPair) -> None:
        self.office = office
        self._node_key = node_key

    def draft_subject(
        self, key: PublicKey, namespace: str, aal_cap: int, recovery: RecoveryPolicy
    ) -> CreateSubject:
        """Return the registration of a person; the authority's tag and the key's proof follow."""
        return CreateSubject(
            agency=self.office.agency,
            sid=new_id(),
            namespace=namespace,
            uid_tag=_NOT_YET,
            subject_class="adult",
            key=key,
            aal_cap=aal_cap,
            recovery=recovery,
            proof=UNSIGNED,
            tag_key=_NO_KEY,
            tag_signature=UNSIGNED,
        )

    def draft_link(self, sid: bytes, seq: int) -> LinkIdp:
        """Return the wish to act for a subject; `seq` is 1 more than the subject's last."""
        return LinkIdp(self.office.agency, sid, seq, _NO_KEY, UNSIGNED)

    def proof(self, found: Proofing) -> tuple[IssueAttestation, Opening]:
        """Return the attestation of a proofing, and the opening that stays off the chain."""
        opening = open_new(PROOFING_NAMESPACE, found.claims)
        message = IssueAttestation(
            agency=self.office.agency,
            att_id=new_id(),
            sid=found.sid,
            kind="proofing",
            ial=found.ial,
            method=found.method,
            commit=opening.commit,
            expires_at=found.expires_at,
            evidence=found.evidence,
        )
        return message, opening

    def credential(
        self, attested: IssueAttestation, opening: Opening, terms: tuple[PublicKey, int]
    ) -> Credential:
        """Return the holder's credential of an attestation; `terms` are holder key and now."""
        holder, now = terms
        named = Terms(
            issuer=self.office.agency,
            kind=f"sapha/{attested.kind}",
            issued_at=now,
            expires_at=attested.expires_at,
            att_id=attested.att_id,
            holder=holder,
        )
        return issue_credential(self._node_key, named, opening.payload)

    def paper(self, attested: IssueAttestation, opening: Opening, box_key: bytes) -> bytes:
        """Return what opens an attestation's commitment, sealed to the citizen."""
        chain_id = self.office.chain_id
        return seal(
            opening, box_key, BoxPurpose(chain_id=chain_id, about=attested.att_id, role=CITIZEN)
        )

    def set_status(self, att_id: bytes, status: str, reason: str) -> SetAttestation:
        """Return a change of one of this IdP's attestations; "revoked" is final."""
        return SetAttestation(self.office.agency, att_id, status, reason)

    def draft_answer(self, req_id: bytes, sign_on: SignOn, *, accepts: bool = True) -> Respond:
        """Return an answer for the citizen to sign: accept, or reject."""
        return Respond(
            agency=self.office.agency,
            req_id=req_id,
            handle=new_id(),
            ial=sign_on.ial,
            aal=sign_on.aal,
            auth_time=sign_on.auth_time,
            decision="accept" if accepts else "reject",
            error="",
            trail_tag=_NOT_YET,
            citizen_key=None,
            citizen_signature=None,
        )

    def draft_consent(self, handle: bytes, asked: OpenRequest, expires_at: int) -> GrantConsent:
        """Return a consent to what a request asks, answered under `handle`, for the citizen."""
        return GrantConsent(
            agency=self.office.agency,
            con_id=new_id(),
            req_id=asked.req_id,
            handle=handle,
            scope_commit=asked.scope_commit,
            services=tuple(each.service for each in asked.services),
            retention_days=asked.retention_days,
            expires_at=expires_at,
            citizen_key=_NO_KEY,
            signature=UNSIGNED,
        )

    def draft_session(self, sector: str, sign_on: SignOn, ttl_s: int) -> OpenSession:
        """Return the wish to keep a sign-on for reuse in a sector, for the citizen to sign.

        Its time is rounded down, so that it joins no two sectors.
        """
        return OpenSession(
            agency=self.office.agency,
            ses_id=new_id(),
            sector=sector,
            ial=sign_on.ial,
            aal=sign_on.aal,
            auth_time=sign_on.auth_time - sign_on.auth_time % TIME_GRAIN_S,
            ttl_s=ttl_s,
            citizen_key=_NO_KEY,
            signature=UNSIGNED,
        )

    async def check_standing(self, sid: bytes, min_ial: int) -> None:
        """Refuse to act for a subject that is not in order now; ask before every reuse.

        The ledger does not see whose a pairwise key is, so it is the IdP that must refuse.

        Raises:
            NotInOrder: the subject is frozen or closed, a recovery is under way, or its proofings
                no longer bear the level.
        """
        await check_standing(self.office.rpc, sid, min_ial)

    def draft_reuse(self, ses_id: bytes, req_id: bytes) -> ReuseSession:
        """Return an answer by an earlier sign-on, for the citizen to sign."""
        return ReuseSession(
            agency=self.office.agency,
            ses_id=ses_id,
            req_id=req_id,
            handle=new_id(),
            trail_tag=_NOT_YET,
            citizen_key=_NO_KEY,
            signature=UNSIGNED,
        )

    async def assertion(
        self, answer: Answered, claims: Payload, con_id: bytes | None, now: int
    ) -> bytes:
        """Return, sealed to the relying party, who answered its confirmed request.

        `claims` are told only under the consent `con_id`, which must be granted now; without one
        there are none.

        Raises:
            BadCredential: the request is not confirmed, or the consent is not granted.
        """
        if claims:
            await consent_for(self.office.rpc, con_id or _NOT_YET, answer.req_id)
        token = issue_assertion(self._node_key, answer, claims, now)
        return await self._sealed_to(answer.rp, RP, answer.req_id, token)

    async def reference(self, reference: SubjectReference) -> bytes:
        """Return, sealed to the source, whose data a consent is about, and the scope of it."""
        token = issue_reference(self._node_key, reference)
        return await self._sealed_to(reference.source, SOURCE, reference.req_id, token)

    async def _sealed_to(self, agency: str, role: str, req_id: bytes, token: str) -> bytes:
        contact = await contact_of(self.office.rpc, agency)
        purpose = BoxPurpose(chain_id=self.office.chain_id, about=req_id, role=role)
        return seal_bytes(token.encode(), contact.box_key, purpose)


def new_id() -> bytes:
    """Return 32 random bytes that name a subject, attestation, request, session or consent."""
    return secrets.token_bytes(ID_BYTES)
