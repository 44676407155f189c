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
from contracts.sdk import Context, CountMax, Map, PublicKey, record


@record
class SuspendedKey:
    """A key that was reported lost, and by whom; it acts for nobody until the report is lifted."""

    kind: Slug
    aal_cap: Level
    since: Time  # when it became the subject's
    epoch: Count  # the subject's; a recovery since then has replaced the key
    reporters: AgencyIds
    by_registry: bool  # the authority of the namespace, as it was then, is one of them


AGENCIES_AGAINST_VETO = 2
LINE_MAX = 32  # keys, each of which added the next


@record
class KeyPast:
    """Which key added a key of a subject, and when it was taken away; a first has no other."""

    by: PublicKey | None
    depth: Count  # keys before it in its line
    epoch: Count  # the subject's
    gone_at: Time  # 0 of one that was not revoked


@record
class LastReport:
    """An agency's last report of a key of a subject that was not lifted."""

    key: PublicKey
    epoch: Count  # the subject's
    at: Time


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
key_pasts = Map[PublicKey, KeyPast]("key_pasts")
reported_at = Map[tuple[Id, PublicKey], Time]("reported_at")  # (sid, key) -> last, lifted or not
last_reports = Map[tuple[Id, AgencyId], LastReport]("last_reports")  # (sid, who reported)


def line_of(ctx: Context, key: PublicKey) -> tuple[PublicKey, ...]:
    """Return a key and those that added it, one the other, the youngest first."""
    line = [key]
    for _ in range(LINE_MAX):
        past = key_pasts.get(ctx, line[-1], None)
        if past is None or past.by is None:
            break
        line.append(past.by)
    return tuple(line)


def is_in_doubt(ctx: Context, place: tuple[bytes, str], but: PublicKey | None = None) -> bool:
    """Whether an IdP may be a thief's: a key that its link rests on was reported since.

    `but` is a key of which a report makes no doubt. Who has no link registered the subject.
    """
    link = links.get(ctx, place, None)
    if link is None:
        return False
    others = [key for key in line_of(ctx, link.key) if key != but]
    reports = [reported_at.get(ctx, (place[0], key), -1) for key in others]
    return any([at >= link.at for at in reports])


def is_silenced(
    ctx: Context,
    place: tuple[bytes, PublicKey],
    idps: tuple[str, ...],
    epoch: int,
    carriers: tuple[str, ...],
) -> bool:
    """Whether a lost key has no veto: the registry reported it, or two agencies together.

    Who carries what the veto is against counts with who reported; one IdP alone does not, nor one
    that is in doubt or is none of `idps`, who act for the subject in its `epoch`. A key
    that is not reported has none at all.
    """
    suspended = suspended_keys.get(ctx, place, None)
    if suspended is None or suspended.epoch != epoch or suspended.by_registry:
        return True
    others = [each for each in suspended.reporters if each not in carriers]
    present = [each for each in others if each in idps]
    sure = [each for each in present if not is_in_doubt(ctx, (place[0], each), place[1])]
    return len(sure) + len(carriers) >= AGENCIES_AGAINST_VETO
