"""The relying party: asks who a citizen is, and reads data that a source releases to it."""

import secrets
from dataclasses import dataclass

from client.identity.office import Office
from client.identity.payload import Opening, open_new
from client.identity.sealed import seal
from contracts.identity.requests.messages import (
    AcknowledgeRequest,
    CancelRequest,
    CloseRequest,
    OpenRequest,
)

MESSAGE_NAMESPACE = "message"
SCOPE_NAMESPACE = "scope"
_ID_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a relying party wants; levels as whole numbers (IAL 2.1 is 210), times in seconds."""

    idps: tuple[str, ...]
    purpose: str
    min_ial: int
    min_aal: int
    words: str  # what the citizen is asked
    claims: tuple[str, ...]  # what the citizen would consent to
    max_age_s: int = 3_600
    ttl_s: int = 600
    namespace: str = "th.cid"
    services: tuple[str, ...] = ()
    mode: str = "reuse_ok"
    min_idp: int = 1


@dataclass(frozen=True, slots=True)
class Asking:
    """A request for the ledger, and the words that go with it off the chain."""

    request: OpenRequest
    message: Opening
    scope: Opening

    def sealed_for(self, box_key: bytes) -> tuple[bytes, bytes]:
        """Return message and scope, readable by the IdP or citizen of this box key."""
        return seal(self.message, box_key), seal(self.scope, box_key)


class RelyingParty:
    """One relying party's acts."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def ask(self, question: Question) -> Asking:
        """Return a request, of which the ledger learns only salted commitments to the words."""
        message = open_new(MESSAGE_NAMESPACE, {"rp": self.office.agency, "text": question.words})
        claims = {"rp": self.office.agency, "claims": list(question.claims)}
        scope = open_new(SCOPE_NAMESPACE, claims | {"purpose": question.purpose})
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
            services=question.services,
            mode=question.mode,
            ttl_s=question.ttl_s,
        )
        return Asking(request, message, scope)

    def acknowledge(self, req_id: bytes) -> AcknowledgeRequest:
        """Return the word that all answers have arrived."""
        return AcknowledgeRequest(self.office.agency, req_id)

    def close(self, req_id: bytes) -> CloseRequest:
        """Return the end of a completed request."""
        return CloseRequest(self.office.agency, req_id)

    def cancel(self, req_id: bytes) -> CancelRequest:
        """Return the withdrawal of a request."""
        return CancelRequest(self.office.agency, req_id)
