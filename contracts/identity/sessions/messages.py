"""What may be asked about sessions, what observers learn, and what is refused."""

from contracts.identity.core.messages import AgencyId, Asked, Commit, Id, Ids, Statement, Time
from contracts.identity.requests.messages import Lifetime
from contracts.sdk import ContractError, PublicKey, Signature, encode, event, message


@message
class OpenSession:
    """Keep a confirmed sign-on for reuse, as a key of the subject signs."""

    agency: AgencyId
    ses_id: Id
    req_id: Id
    sid: Id
    att_id: Id
    ttl_s: Lifetime
    key: PublicKey
    signature: Signature


@message
class ReuseSession:
    """Answer another request by an earlier sign-on."""

    agency: AgencyId
    ses_id: Id
    req_id: Id
    handle: Id
    trail_tag: Commit
    citizen_key: PublicKey
    signature: Signature


@message
class EndSession:
    """End a session; it is never used again."""

    agency: AgencyId
    ses_id: Id


@message
class Sweep:
    """Free the storage of sessions that are over. No check depends on it."""

    sessions: Ids


def reuse_statement(chain_id: str, asked: Asked, msg: ReuseSession) -> Statement:
    """Return what the citizen's pairwise key signs to answer by an earlier sign-on."""
    question = (msg.req_id, asked.rp, asked.msg_hash, asked.scope_commit)
    answer = (msg.agency, msg.ses_id, msg.handle, msg.trail_tag)
    return "identity/reuse", encode((chain_id, *question, *answer))


def session_statement(chain_id: str, msg: OpenSession) -> Statement:
    """Return what the subject's key signs to keep a sign-on for reuse."""
    session = (msg.ses_id, msg.req_id, msg.agency)
    return "identity/session", encode((chain_id, *session, msg.sid, msg.att_id, msg.ttl_s))


class UnknownSession(ContractError):
    """There is no such session."""


class SessionEnded(ContractError):
    """The session is over, or its subject has recovered since."""


class SessionLive(ContractError):
    """The session is not over."""


class ProofingInactive(ContractError):
    """The proofing is revoked, suspended or expired, or its issuer no longer vouches."""


class StepUpRequired(ContractError):
    """The sign-on is weaker than asked for; authenticate at the level asked."""


class KeyInactive(ContractError):
    """The key is no longer one of the subject's."""


class FreshRequired(ContractError):
    """The request wants a fresh sign-on."""


@event
class SessionOpened:
    """A sign-on may be used again."""

    ses_id: Id
    req_id: Id
    idp: AgencyId
    expires_at: Time


@event
class SessionReused:
    """A request was answered by an earlier sign-on."""

    ses_id: Id
    req_id: Id
    idp: AgencyId
    rp: AgencyId


@event
class SignedOff:
    """A session is over."""

    ses_id: Id
