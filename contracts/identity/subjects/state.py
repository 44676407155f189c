"""Which tags and keys are taken, why subjects closed; subjects themselves are in `core`."""

from typing import Annotated

from contracts.identity.core.messages import (
    AgencyId,
    AgencyIds,
    Commit,
    Count,
    Id,
    Level,
    Slug,
    Time,
)
from contracts.sdk import CountMax, Map, PublicKey, record


@record
class SuspendedKey:
    """A key that was reported lost, and by whom; it acts for nobody until the report is lifted."""

    kind: Slug
    aal_cap: Level
    since: Time  # when it became the subject's
    epoch: Count  # the subject's; a recovery since then has replaced the key
    reporters: AgencyIds


AGENCIES_AGAINST_VETO = 2


def is_silenced(suspended: SuspendedKey, authority: str, carriers: tuple[str, ...]) -> bool:
    """Whether reports take a key's veto away: the registry's, or those of two agencies together.

    Who carries what the veto is against counts with who reported; one IdP alone does not.
    """
    others = [each for each in suspended.reporters if each not in carriers]
    return authority in suspended.reporters or len(others) + len(carriers) >= AGENCIES_AGAINST_VETO


@record
class Link:
    """Which key of a subject let an IdP act, and when; who registered the subject has none."""

    key: PublicKey
    at: Time


@record
class GuardianKey:
    """With which of its keys a guardian approved a recovery."""

    guardian: Id
    key: PublicKey


@record
class Grounds:
    """What a recovery under way rests on: who carries or approved it, its face match, its end."""

    carriers: AgencyIds
    guardians: Annotated[tuple[GuardianKey, ...], CountMax(5)]
    evidence: Id | None
    ends_at: Time


@record
class Closing:
    """Why and when a subject was closed, and by whom."""

    cause: Slug
    agency: AgencyId
    at: Time


# (namespace, version, tag) -> sid: the one whose it is now, and stays when the tag is corrected
uid_tags = Map[tuple[Slug, int, Commit], Id]("uid_tags")
new_tags = Map[tuple[Slug, int, Commit], Commit]("new_tags")  # (namespace, version, old) -> new
closings = Map[Id, Closing]("closings")  # sid
subject_keys = Map[PublicKey, Id]("subject_keys")  # every key that a subject ever had
links = Map[tuple[Id, AgencyId], Link]("links")  # (sid, IdP); of the last recovery or later
suspended_keys = Map[tuple[Id, PublicKey], SuspendedKey]("suspended_keys")  # (sid, key)
grounds = Map[Id, Grounds]("grounds")  # sid -> of its last recovery
vetoed_at = Map[Id, Time]("vetoed_at")  # sid -> when a recovery was last stopped
lifted_at = Map[tuple[Id, PublicKey, AgencyId], Time]("lifted_at")  # whose report of a key -> when
