"""The identity provider: registers citizens, proofs them, answers requests for them.

Each of its drafts lacks the citizen's signature; the citizen's wallet returns it signed, and the
office sends it.
"""

from dataclasses import dataclass

from client.identity.assertion import Answered, issue_assertion
from client.identity.credential import Credential, issue_credential
from client.identity.drafts import IdpDrafts
from client.identity.errors import BadCredential
from client.identity.ledger import (
    Device,
    answered,
    check_accepted,
    check_standing,
    consent_for,
    device_of,
)
from client.identity.nodes import check_acting, contact_of
from client.identity.office import Office
from client.identity.payload import Opening, Payload
from client.identity.reference import SubjectReference, issue_reference
from client.identity.referral import borne_out
from client.identity.scope import check_within, scope_in
from client.identity.sealed import CITIZEN, RP, SOURCE, BoxPurpose, seal, seal_bytes
from client.identity.wallet import terms_of
from client.outcome import Outcome
from contracts.identity.attestations.messages import IssueAttestation, SetAttestation
from contracts.identity.vouching.messages import ShowCertificates
from primitives.crypto import PublicKey
from primitives.keys import KeyPair


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Claims for the relying party, the consent that they are told under, and the opened scope."""

    claims: Payload
    con_id: bytes
    scope: Opening

    def __repr__(self) -> str:
        return f"Told({len(self.claims)} claims)"


class Idp:
    """One IdP's acts; a key of its node signs the credentials."""

    def __init__(self, office: Office, node_key: KeyPair) -> None:
        self.office = office
        self.drafts = IdpDrafts(agency=office.agency)
        self._node_key = node_key

    def credential(
        self, attested: IssueAttestation, opening: Opening, terms: tuple[PublicKey, int]
    ) -> Credential:
        """Return the holder's credential of an attestation; `terms` are holder key and now."""
        return credential_of(self._node_key, attested, opening, terms)

    def paper(self, attested: IssueAttestation, opening: Opening, box_key: bytes) -> bytes:
        """Return what opens an attestation's commitment, sealed to the citizen."""
        chain_id = self.office.chain_id
        return seal(
            opening, box_key, BoxPurpose(chain_id=chain_id, about=attested.att_id, role=CITIZEN)
        )

    def set_status(self, att_id: bytes, status: str, reason: str) -> SetAttestation:
        """Return a change of one of this IdP's attestations; "revoked" is final."""
        return SetAttestation(self.office.agency, att_id, status, reason)

    async def device(self, sid: bytes, key: PublicKey) -> Device:
        """Return what to note of a device that has signed with this subject key, and to keep.

        Raises:
            NotInOrder: the key is none that the subject has and may use now.
        """
        return await device_of(self.office.rpc, sid, key)

    async def check_standing(self, device: Device, min_ial: int) -> None:
        """Refuse to act for a device or subject that is not in order now.

        Ask before every answer, sign-on to keep, reuse, consent and mandate: the ledger does not
        see whose a pairwise key is, so it is the IdP that must refuse.

        Raises:
            NotInOrder: the subject is frozen, closed or has left this IdP, a recovery is under way
                or has replaced the device's key, that is reported lost or taken away, or the
                subject's proofings no longer bear the level.
        """
        await check_standing(self.office.rpc, self.office.agency, device, min_ial)

    async def carry(self, act: object, certificates: ShowCertificates | None) -> Outcome:
        """Send what the citizen signed, after the certificates that the wallet gave with it.

        Raises:
            RpcRefused, LedgerRefused: the certificates are refused; carries the code.
        """
        if certificates is not None:
            await self.office.do(certificates)
        return await self.office.send(act)

    async def assertion(self, answer: Answered, now: int, told: Told | None = None) -> bytes:
        """Return, sealed to the relying party, who answered its confirmed request.

        Claims are told only under a consent that is granted now, and of the scope that it is to;
        without one there are none. A relying party that does not act now is told nothing.

        Raises:
            BadCredential: the request is not confirmed now, its accept counts no more, the relying
                party does not act, or the consent is not granted.
            BadPayload, CommitMismatch: the scope is not what was consented to.
            MoreThanAsked: the scope does not name one of the claims.
        """
        rpc = self.office.rpc
        await check_acting(rpc, answer.rp)
        current = await answered(rpc, answer.req_id, answer.idp)
        if current is None:
            raise BadCredential(f"{answer.idp} has answered no such request")
        if told is None:
            token = issue_assertion(self._node_key, current, {}, now)
        else:
            consent = await consent_for(rpc, told.con_id, current)
            told.scope.check(consent.scope_commit)
            check_within(told.claims, scope_in(told.scope).claims)
            token = issue_assertion(self._node_key, current, told.claims, now, told.con_id)
        await check_accepted(rpc, answer.req_id, self.office.agency)
        return await self._sealed_to(answer.rp, RP, answer.req_id, token)

    async def reference(self, reference: SubjectReference) -> bytes:
        """Return, sealed to the source, whose data a consent is about, and the scope of it.

        Raises:
            BadCredential: the source does not act now, or the ledger does not bear it out: see
                `borne_out`, which the source asks too.
            BadPayload, CommitMismatch, NotWhatWasAsked: the scope is not the request's.
        """
        await check_acting(self.office.rpc, reference.source)
        await borne_out(self.office.rpc, reference)
        token = issue_reference(self._node_key, reference)
        return await self._sealed_to(reference.source, SOURCE, reference.req_id, token)

    async def _sealed_to(self, agency: str, role: str, req_id: bytes, token: str) -> bytes:
        contact = await contact_of(self.office.rpc, agency)
        purpose = BoxPurpose(chain_id=self.office.chain_id, about=req_id, role=role)
        return seal_bytes(token.encode(), contact.box_key, purpose)


def credential_of(
    key: KeyPair, attested: IssueAttestation, opening: Opening, terms: tuple[PublicKey, int]
) -> Credential:
    """Return the credential of an attestation, by a key of its issuer's node.

    `terms` are the holder's key and now.
    """
    holder, now = terms
    return issue_credential(key, terms_of(attested, holder, now), opening.payload)
