"""The types of identity's fields and the words they may hold. Times are Unix seconds."""

from typing import Annotated

from contracts.sdk import Chars, CountMax, Length, PublicKey, Range, record

# 32 random bytes that name a subject, attestation, request, session, consent or delegation.
Id = Annotated[bytes, Length(32)]
Commit = Annotated[bytes, Length(32)]  # a salted commitment or a keyed tag; never a plain hash
AgencyId = Annotated[str, Chars(1, 32)]
Slug = Annotated[str, Chars(1, 32)]
SlugOrNothing = Annotated[str, Chars(0, 32)]
Reason = Annotated[str, Chars(0, 200)]
Level = Annotated[int, Range(0, 999)]  # IAL 2.3 is 230
Levels = Annotated[tuple[Level, ...], CountMax(16, low=1)]
Time = Annotated[int, Range(0, 2**40)]
Height = Annotated[int, Range(0, 2**53)]
Seq = Annotated[int, Range(0, 2**53)]
Slugs = Annotated[tuple[Slug, ...], CountMax(16)]
AgencyIds = Annotated[tuple[AgencyId, ...], CountMax(64)]
Ids = Annotated[tuple[Id, ...], CountMax(64)]

DAY_S = 86_400
YEAR_S = 366 * DAY_S

NODE_PENDING = "pending"
NODE_ACTIVE = "active"
NODE_SUSPENDED = "suspended"
NODE_RETIRED = "retired"

PROOFING = "proofing"
ATTRIBUTE = "attribute"
FVS = "fvs"
GUARDIAN = "guardian"

ACTIVE = "active"
SUSPENDED = "suspended"
REVOKED = "revoked"
SUPERSEDED = "superseded"
FROZEN = "frozen"

ADULT = "adult"
MINOR = "minor"

MODE_FRESH = "fresh"
MODE_REUSE_OK = "reuse_ok"
MODE_STEP_UP = "step_up"

ACCEPT = "accept"
REJECT = "reject"
ERROR = "error"

BASIS_MANDATE = "mandate"
BASIS_MINOR = "minor"
BASIS_COURT = "court"


@record
class ReuseLimit:
    """How old a sign-on at `aal` may be when it is used again; 0 forbids it."""

    aal: Level
    age_s_max: Annotated[int, Range(0, 30 * DAY_S)]


@record
class RecoveryPolicy:
    """How lost keys may be replaced: by an IdP with a face match, or by two of `guardians`."""

    allows_idp: bool
    guardians: Annotated[tuple[Id, ...], CountMax(5)]


@record
class Asked:
    """What a citizen's signature on a request binds, beside the request's id."""

    rp: AgencyId
    msg_hash: Commit
    scope_commit: Commit


ReuseLimits = Annotated[tuple[ReuseLimit, ...], CountMax(16)]
NodeKeys = Annotated[tuple[PublicKey, ...], CountMax(4, low=1)]
