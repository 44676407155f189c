"""What sessions leave behind, and how queries answer."""

from contracts.identity.core.messages import AgencyId, Count, Id, Level, Slug, SlugOrNothing, Time
from contracts.sdk import Map, PublicKey, record


@record
class Session:
    """A sign-on that may be used again in one sector; names the key of that sector, no subject.

    It counts in the key's `epoch` at the IdP alone.
    """

    idp: AgencyId
    sector: Slug
    ial: Level
    aal: Level
    auth_time: Time
    expires_at: Time
    citizen_key: PublicKey
    epoch: Count
    is_ended: bool


@record
class SessionState:
    """A session, and whether it is live now."""

    session: Session
    is_live: bool


@record
class ReuseCheck:
    """Which of the four conditions hold now; `code` is of the first refusal, "" for none."""

    does_level_hold: bool
    does_sign_on_hold: bool
    does_purpose_hold: bool
    do_parties_hold: bool
    is_live: bool
    code: SlugOrNothing


sessions = Map[Id, Session]("sessions")
