"""Which tags and keys are taken; subjects themselves are in `core`."""

from contracts.identity.core.messages import AgencyIds, Id, Level, Slug, Time
from contracts.sdk import Map, PublicKey, record


@record
class SuspendedKey:
    """A key that was reported lost, and by whom; it acts for nobody until the report is lifted."""

    kind: Slug
    aal_cap: Level
    reporters: AgencyIds


@record
class Grounds:
    """What a recovery under way rests on: who carries it, its face match, when it may finish."""

    carriers: AgencyIds
    evidence: Id | None
    ends_at: Time


uid_tags = Map[tuple[Slug, Id], Id]("uid_tags")  # (namespace, tag) -> sid
subject_keys = Map[PublicKey, Id]("subject_keys")  # every key that a subject ever had
suspended_keys = Map[tuple[Id, PublicKey], SuspendedKey]("suspended_keys")  # (sid, key)
grounds = Map[Id, Grounds]("grounds")  # sid -> of its last recovery
vetoed_at = Map[Id, Time]("vetoed_at")  # sid -> when a recovery was last stopped by a key
spent_evidence = Map[Id, Id]("spent_evidence")  # face match -> the subject whose recovery it began
