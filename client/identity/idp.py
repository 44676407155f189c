"""The identity provider: registers citizens, proofs them, answers requests for them.

Each of its drafts lacks the citizen's signature; the citizen's wallet returns it signed, and the
office sends it.
"""

from client.identity.assertion import Answered, issue_assertion
from client.identity.credential import Credential, Terms, issue_credential
from client.identity.drafts import IdpDrafts
from client.identity.ledger import (
    Device,
    check_accepted,
    check_standing,
    consent_for,
    device_of,
)
from client.identity.nodes import check_acting, contact_of
from client.identity.office import Office
from client.identity.payload import Opening, Payload
from client.identity.reference import SubjectReference, issue_reference
from client.identity.sealed import CITIZEN, RP, SOURCE, BoxPurpose, seal, seal_bytes
from contracts.identity.attestations.messages import IssueAttestation, SetAttestation
from primitives.crypto import PublicKey
from primitives.keys import KeyPair


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

    async def assertion(
        self, answer: Answered, claims: Payload, con_id: bytes | None, now: int
    ) -> bytes:
        """Return, sealed to the relying party, who answered its confirmed request.

        `claims` are told only under the consent `con_id`, which must be granted now; without one
        there are none. A relying party that does not act now is told nothing.

        Raises:
            BadCredential: the request is not confirmed, its accept counts no more, the relying
                party does not act, or the consent is not granted.
        """
        await check_acting(self.office.rpc, answer.rp)
        if claims:
            await consent_for(self.office.rpc, con_id, answer)
        token = issue_assertion(self._node_key, answer, claims, now, con_id)
        await check_accepted(self.office.rpc, answer.req_id, self.office.agency)
        return await self._sealed_to(answer.rp, RP, answer.req_id, token)

    async def reference(self, reference: SubjectReference) -> bytes:
        """Return, sealed to the source, whose data a consent is about, and the scope of it.

        Raises:
            BadCredential: the source does not act now.
        """
        await check_acting(self.office.rpc, reference.source)
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
    named = Terms(
        issuer=attested.agency,
        kind=f"sapha/{attested.kind}",
        issued_at=now,
        expires_at=attested.expires_at,
        att_id=attested.att_id,
        holder=holder,
    )
    return issue_credential(key, named, opening.payload)
