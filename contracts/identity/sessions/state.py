"""What sessions leave behind, and how queries answer."""

from contracts.identity.core.messages import AgencyId, Count, Id, Level, SlugOrNothing, Time
from contracts.sdk import Map, PublicKey, record


@record
class Session:
    """A sign-on that may be used again; it names the subject, so reuses can be linked."""

    req_id: Id
    handle: Id
    idp: AgencyId
    aal: Level
    auth_time: Time
    expires_at: Time
    sid: Id
    att_id: Id
    key: PublicKey
    epoch: Count
    is_ended: bool


@record
class SessionState:
    """A session, and whether it is live now."""

    session: Session
    is_live: bool


@record
class ReuseCheck:
    """Which of the five conditions hold now; `code` is of the first refusal, "" for none."""

    does_proofing_hold: bool
    does_sign_on_hold: bool
    does_purpose_hold: bool
    does_subject_hold: bool
    do_parties_hold: bool
    is_live: bool
    code: SlugOrNothing


sessions = Map[Id, Session]("sessions")
