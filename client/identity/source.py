"""The authoritative source: releases data under a live consent, and makes identity tags.

A tag is HMAC-SHA256(secret key, namespace and identifier): the same person has one tag, nobody
without the key can test a guess, and who holds the key can link. In production the key lives in
the authority's HSM; here it is given as bytes.
"""

import hmac
from dataclasses import replace
from hashlib import sha256

from client.identity import ledger
from client.identity.errors import BadCredential, BadPayload
from client.identity.nodes import check_acting, contact_of, signer_of
from client.identity.office import Office
from client.identity.payload import Payload, is_citizen_id, open_new
from client.identity.reference import SubjectReference, read_reference
from client.identity.referral import borne_out, services_of
from client.identity.scope import picked
from client.identity.sealed import RP, SOURCE, BoxKey, BoxPurpose, seal
from contracts.identity.consents.messages import AsRespond, release_statement
from contracts.identity.core.messages import UNSIGNED
from contracts.identity.subjects.messages import (
    CreateSubject,
    tag_statement,
)
from primitives.keys import KeyPair

DATA_NAMESPACE = "data"
CITIZEN_NAMESPACE = "th.cid"
TAG_KEY_BYTES = 32
IDENTIFIER_CHARS_MAX = 64


class AuthoritativeSource:
    """One source's acts; a key of its node signs the releases, `box` opens references."""

    def __init__(self, office: Office, node_key: KeyPair, box: BoxKey) -> None:
        self.office = office
        self.box = box
        self._node_key = node_key

    async def referred(self, sealed: bytes, req_id: bytes, now: int) -> SubjectReference:
        """Return whose data an IdP says that a request is about, checked against the ledger.

        Raises:
            NotForUs, BadPayload: it cannot be read, or is for another request.
            BadCredential: it is not by a key, in force at `now`, of an IdP that acts; or it is
                for another source or request; or what `borne_out` says.
            CommitMismatch, NotWhatWasAsked: its scope is not the request's.
        """
        rpc = self.office.rpc
        purpose = BoxPurpose(chain_id=self.office.chain_id, about=req_id, role=SOURCE)
        token = self.box.open_bytes(sealed, purpose).decode("ascii", "replace")
        reference = read_reference(token)
        (await signer_of(rpc, token)).check_new(reference.idp, reference.issued_at, now)
        await check_acting(rpc, reference.idp)
        if (reference.source, reference.req_id) != (self.office.agency, req_id):
            raise BadCredential("the reference is for another source or request")
        await borne_out(rpc, reference)
        return reference

    async def release(
        self, reference: SubjectReference, service: str, record: Payload
    ) -> tuple[AsRespond, bytes]:
        """Return the release for the ledger, and what is released sealed to the relying party.

        Of the person's `record` only the claims of the scope are released, to the request's relying
        party alone. Send the sealed bytes only after the ledger took the release: it holds the
        consent.

        Raises:
            MoreThanAsked: the scope asks nothing of this service.
            BadPayload: the record lacks a claim that is asked for.
            BadCredential, CommitMismatch, NotWhatWasAsked: request, answer and consent do not bear
                the reference out now.
        """
        rpc = self.office.rpc
        scope = await borne_out(rpc, reference)
        request = await ledger.request(rpc, reference.req_id)
        asked = scope.of_service(service)
        if request is None or service not in await services_of(
            rpc, request.asked, self.office.agency
        ):
            raise BadCredential(f"{self.office.agency} is no source of {service} for this request")
        opening = open_new(DATA_NAMESPACE, picked(record, asked))
        contact = await contact_of(rpc, scope.rp)
        purpose = BoxPurpose(chain_id=self.office.chain_id, about=reference.req_id, role=RP)
        sealed = seal(opening, contact.box_key, purpose)
        return self.statement(reference.req_id, service, opening.commit), sealed

    def statement(self, req_id: bytes, service: str, data_commit: bytes) -> AsRespond:
        """Return what the source states of a release, for the ledger to judge."""
        key = self._node_key
        unsigned = AsRespond(
            agency=self.office.agency,
            req_id=req_id,
            service=service,
            data_commit=data_commit,
            key=key.public_key,
            signature=UNSIGNED,
        )
        statement = release_statement(self.office.chain_id, unsigned)
        return replace(unsigned, signature=key.sign(*statement))


class TagAuthority:
    """Who knows the identifiers of a namespace and gives each person one tag."""

    def __init__(self, chain_id: str, node_key: KeyPair, tag_key: bytes, version: int = 1) -> None:
        """Keep the authority's node key and a version of its 32-byte tag key. Raises BadPayload."""
        if len(tag_key) != TAG_KEY_BYTES:
            raise BadPayload(f"a tag key of {len(tag_key)} bytes, must have {TAG_KEY_BYTES}")
        self._chain_id = chain_id
        self._node_key = node_key
        self._tag_key = tag_key
        self._version = version

    def __repr__(self) -> str:
        return "TagAuthority(...)"

    def certify(
        self, draft: CreateSubject, identifier: str, *, expires_at: int, majority_at: int = 0
    ) -> CreateSubject:
        """Return the registration with the person's tag and the signature that it is theirs.

        It serves until `expires_at`; a minor is one until `majority_at` (both Unix seconds).

        Raises:
            BadPayload: no identifier of this namespace.
        """
        tagged = replace(
            draft,
            uid_tag=self.tag(draft.namespace, identifier),
            tag_version=self._version,
            tag_expires_at=expires_at,
            majority_at=majority_at,
            tag_key=self._node_key.public_key,
        )
        statement = tag_statement(self._chain_id, tagged)
        return replace(tagged, tag_signature=self._node_key.sign(*statement))

    def tag(self, namespace: str, identifier: str) -> bytes:
        """Return the tag of an identifier: 32 bytes. Raises BadPayload."""
        if namespace == CITIZEN_NAMESPACE and not is_citizen_id(identifier):
            raise BadPayload("no Thai citizen id: 13 digits, the last of them a check")
        if not 1 <= len(identifier) <= IDENTIFIER_CHARS_MAX:
            raise BadPayload(f"an identifier has 1 to {IDENTIFIER_CHARS_MAX} characters")
        name = namespace.encode()
        framed = len(name).to_bytes(2, "big") + name + identifier.encode()
        return hmac.new(self._tag_key, framed, sha256).digest()
