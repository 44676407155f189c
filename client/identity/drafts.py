"""What an IdP drafts for a citizen to sign: registration, proofing, answers, and all the others.

A draft lacks the citizen's signature; their wallet compares and signs it, and whoever acts for the
IdP sends it.
"""

import secrets
from dataclasses import dataclass

from client.identity.payload import Opening, Payload, open_new
from contracts.identity.attestations.messages import IssueAttestation
from contracts.identity.consents.messages import GrantConsent
from contracts.identity.core.messages import TIME_GRAIN_S, UNSIGNED, RecoveryPolicy
from contracts.identity.delegations.messages import GrantMandate
from contracts.identity.recovery.messages import StartRecovery
from contracts.identity.requests.messages import OpenRequest, Respond
from contracts.identity.sessions.messages import OpenSession, ReuseSession
from contracts.identity.subjects.messages import AddKey, CreateSubject, LinkIdp, RevokeKey
from primitives.crypto import PublicKey

ID_BYTES = 32
PROOFING_NAMESPACE = "proofing"
_NOT_YET = bytes(ID_BYTES)
NO_KEY = PublicKey(b"\x01" + bytes(32))  # of Ed25519: holds the place of a key until it is known


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


@dataclass(frozen=True, slots=True, kw_only=True)
class IdpDrafts:
    """The drafts of one IdP."""

    agency: str

    def subject(
        self, key: PublicKey, namespace: str, aal_cap: int, recovery: RecoveryPolicy
    ) -> CreateSubject:
        """Return the registration of a person; the authority's tag and the key's proof follow.

        The authority also says whether the person is a minor, and until when.
        """
        return CreateSubject(
            agency=self.agency,
            sid=new_id(),
            namespace=namespace,
            uid_tag=_NOT_YET,
            tag_version=1,
            majority_at=0,
            key=key,
            aal_cap=aal_cap,
            recovery=recovery,
            proof=UNSIGNED,
            tag_expires_at=0,
            tag_key=NO_KEY,
            tag_signature=UNSIGNED,
        )

    def link(self, sid: bytes, seq: int) -> LinkIdp:
        """Return the wish to act for a subject; `seq` is 1 more than the subject's last."""
        return LinkIdp(self.agency, sid, seq, NO_KEY, UNSIGNED)

    def added_key(self, sid: bytes, seq: int, kind: str, aal_cap: int) -> AddKey:
        """Return the wish that a key joins a subject, for the new one and then a present one."""
        return AddKey(
            agency=self.agency,
            sid=sid,
            seq=seq,
            new_key=NO_KEY,
            kind=kind,
            aal_cap=aal_cap,
            proof=UNSIGNED,
            key=NO_KEY,
            signature=UNSIGNED,
        )

    def revoked_key(self, sid: bytes, seq: int, old_key: PublicKey) -> RevokeKey:
        """Return the wish that a key of a subject ends, for a present one to sign."""
        return RevokeKey(self.agency, sid, seq, old_key, NO_KEY, UNSIGNED)

    def proofing(self, found: Proofing) -> tuple[IssueAttestation, Opening]:
        """Return the attestation of a proofing, for the citizen to sign, and what opens it.

        The opening stays off the chain.
        """
        opening = open_new(PROOFING_NAMESPACE, found.claims)
        message = IssueAttestation(
            agency=self.agency,
            att_id=new_id(),
            sid=found.sid,
            kind="proofing",
            ial=found.ial,
            method=found.method,
            commit=opening.commit,
            expires_at=found.expires_at,
            evidence=found.evidence,
            pad_level=0,
            match_for=None,
            key=None,
            signature=None,
        )
        return message, opening

    def answer(self, req_id: bytes, sign_on: SignOn, *, accepts: bool = True) -> Respond:
        """Return an answer for the citizen to sign: accept, or reject."""
        return Respond(
            agency=self.agency,
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

    def consent(self, handle: bytes, asked: OpenRequest, expires_at: int) -> GrantConsent:
        """Return a consent to what a request asks, answered under `handle`, for the citizen."""
        return GrantConsent(
            agency=self.agency,
            con_id=new_id(),
            req_id=asked.req_id,
            handle=handle,
            scope_commit=asked.scope_commit,
            services=tuple(each.service for each in asked.services),
            retention_days=asked.retention_days,
            expires_at=expires_at,
            citizen_key=NO_KEY,
            signature=UNSIGNED,
        )

    def session(self, sector: str, sign_on: SignOn, expires_at: int) -> OpenSession:
        """Return the wish to keep a sign-on for reuse in a sector, for the citizen to sign.

        Its times are rounded down, so that they join no two sectors.
        """
        return OpenSession(
            agency=self.agency,
            ses_id=new_id(),
            sector=sector,
            ial=sign_on.ial,
            aal=sign_on.aal,
            auth_time=sign_on.auth_time - sign_on.auth_time % TIME_GRAIN_S,
            expires_at=expires_at - expires_at % TIME_GRAIN_S,
            citizen_key=NO_KEY,
            signature=UNSIGNED,
        )

    def mandate(
        self, sector: str, purposes: tuple[str, ...], expires_at: int, delegate: PublicKey
    ) -> GrantMandate:
        """Return a mandate to a delegate's key of a sector, for both of them to sign.

        Check before that its giver is in order and of age (`ledger.check_giver`).
        """
        return GrantMandate(
            agency=self.agency,
            man_id=new_id(),
            sector=sector,
            purposes=purposes,
            expires_at=expires_at,
            principal_key=NO_KEY,
            delegate_key=delegate,
            principal_signature=UNSIGNED,
            delegate_signature=UNSIGNED,
        )

    def reuse(self, ses_id: bytes, req_id: bytes) -> ReuseSession:
        """Return an answer by an earlier sign-on, for the citizen to sign."""
        return ReuseSession(
            agency=self.agency,
            ses_id=ses_id,
            req_id=req_id,
            handle=new_id(),
            trail_tag=_NOT_YET,
            citizen_key=NO_KEY,
            signature=UNSIGNED,
        )

    def recovery(self, sid: bytes, aal_cap: int, evidence: bytes) -> StartRecovery:
        """Return the start of a recovery on a face match of the last day, for the new key."""
        return StartRecovery(
            agency=self.agency,
            sid=sid,
            new_key=NO_KEY,
            aal_cap=aal_cap,
            evidence=evidence,
            proof=UNSIGNED,
        )


def new_id() -> bytes:
    """Return 32 random bytes that name a subject, attestation, request, session or consent."""
    return secrets.token_bytes(ID_BYTES)
