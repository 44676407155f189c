"""What may be asked about sessions and pairwise keys, what observers learn, and what is refused."""

from contracts.identity.core.messages import (
    AgencyId,
    Commit,
    Id,
    Ids,
    Level,
    Slug,
    Statement,
    Time,
)
from contracts.sdk import ContractError, Digest, PublicKey, Signature, encode, event, message


@message
class OpenSession:
    """Keep a sign-on for reuse in one sector, as the citizen's key of that sector signs."""

    agency: AgencyId
    ses_id: Id
    sector: Slug
    ial: Level
    aal: Level
    auth_time: Time  # a multiple of TIME_GRAIN_S, so that it joins no two sectors
    expires_at: Time  # alike; the same bytes open no session once it was over
    citizen_key: PublicKey
    signature: Signature  # over session_statement


@message
class ReuseSession:
    """Answer a request by an earlier sign-on, as the key of its sector signs."""

    agency: AgencyId
    ses_id: Id
    req_id: Id
    handle: Id
    trail_tag: Commit
    citizen_key: PublicKey
    signature: Signature  # over reuse_statement


@message
class EndSession:
    """End a session as the IdP that keeps it; it is never used again."""

    agency: AgencyId
    ses_id: Id


@message
class SignOff:
    """End a session as its citizen. Anyone may carry the signature."""

    ses_id: Id
    citizen_key: PublicKey
    signature: Signature  # over sign_off_statement


@message
class Sweep:
    """Free the storage of sessions whose time is over. No check depends on it."""

    sessions: Ids


@message
class EndPairwise:
    """End a pairwise key everywhere and for good, as it signs itself. Anyone may carry it."""

    key: PublicKey
    signature: Signature  # over end_pairwise_statement


@message
class SuspendPairwise:
    """End at the IdP `agency` all that it carried for a pairwise key; it carries no more for it."""

    agency: AgencyId
    citizen_key: PublicKey


@message
class ResumePairwise:
    """Let a pairwise key act again at the IdP `agency`; what the suspension ended stays ended."""

    agency: AgencyId
    citizen_key: PublicKey


def reuse_statement(chain_id: str, terms: Digest, msg: ReuseSession) -> Statement:
    """Return what the citizen's pairwise key signs to answer by an earlier sign-on."""
    answer = (msg.agency, msg.ses_id, msg.handle, msg.trail_tag)
    return "identity/reuse", encode((chain_id, msg.req_id, terms, *answer))


def session_statement(chain_id: str, msg: OpenSession) -> Statement:
    """Return what the citizen's pairwise key signs to keep a sign-on for reuse."""
    session = (msg.ses_id, msg.agency, msg.sector)
    strength = (msg.ial, msg.aal, msg.auth_time, msg.expires_at)
    return "identity/session", encode((chain_id, *session, *strength))


def sign_off_statement(chain_id: str, msg: SignOff) -> Statement:
    """Return what the citizen's pairwise key signs to end a session."""
    return "identity/sign-off", encode((chain_id, msg.ses_id))


def end_pairwise_statement(chain_id: str, msg: EndPairwise) -> Statement:
    """Return what a pairwise key signs to end itself."""
    return "identity/end-pairwise", encode((chain_id, msg.key))


class UnknownSession(ContractError):
    """There is no such session."""


class SessionEnded(ContractError):
    """The session is over."""


class SessionLive(ContractError):
    """The session's time is not over; until then it stays, ended or not."""


class StepUpRequired(ContractError):
    """The sign-on is weaker than asked for; authenticate at the level asked."""


class FreshRequired(ContractError):
    """The request wants a fresh sign-on."""


class OtherSector(ContractError):
    """The session is of another sector than the relying party is now in."""


class FineTime(ContractError):
    """A kept sign-on's times are of whole ten minutes; finer ones could join two sectors."""


class NotSuspended(ContractError):
    """The pairwise key is not suspended at this IdP."""


@event
class SessionOpened:
    """A sign-on may be used again."""

    ses_id: Id
    idp: AgencyId
    sector: Slug
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


@event
class PairwiseKeyEnded:
    """A pairwise key has ended, everywhere."""

    key: PublicKey


@event
class PairwiseSuspended:
    """What an IdP carried for a pairwise key has ended."""

    agency: AgencyId
    key: PublicKey


@event
class PairwiseResumed:
    """A pairwise key may act again at an IdP."""

    agency: AgencyId
    key: PublicKey
