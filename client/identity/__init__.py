"""Digital identity for programs: the roles, the citizen's wallet, and what stays off the chain."""

from client.identity.credential import (
    Audience,
    Credential,
    Shown,
    read_credential,
    verify_presentation,
)
from client.identity.errors import (
    BadCredential,
    BadPayload,
    CommitMismatch,
    NoMatch,
    NotForUs,
    NotWhatWasAsked,
)
from client.identity.face import FaceVerification, officer_evidence
from client.identity.idp import Idp, Proofing, SignOn
from client.identity.key_care import KeyCare
from client.identity.keys import CitizenKeys, is_own_trail
from client.identity.office import Office
from client.identity.payload import Opening, commitment, is_citizen_id, open_new
from client.identity.relying_party import Asking, Question, RelyingParty
from client.identity.sealed import BoxKey, seal
from client.identity.source import AuthoritativeSource, TagAuthority
from client.identity.wallet import CitizenWallet, RequestShown

__all__ = [
    "Asking",
    "Audience",
    "AuthoritativeSource",
    "BadCredential",
    "BadPayload",
    "BoxKey",
    "CitizenKeys",
    "CitizenWallet",
    "CommitMismatch",
    "Credential",
    "FaceVerification",
    "Idp",
    "KeyCare",
    "NoMatch",
    "NotForUs",
    "NotWhatWasAsked",
    "Office",
    "Opening",
    "Proofing",
    "Question",
    "RelyingParty",
    "RequestShown",
    "Shown",
    "SignOn",
    "TagAuthority",
    "commitment",
    "is_citizen_id",
    "is_own_trail",
    "officer_evidence",
    "open_new",
    "read_credential",
    "seal",
    "verify_presentation",
]
