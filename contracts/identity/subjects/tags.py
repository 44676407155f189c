"""Tags: one person once, through corrections and through new keys of the authority."""

from contracts.identity.core.access import (
    by_agency,
    open_subject,
    require_authority,
)
from contracts.identity.core.messages import (
    MISTAKE,
    Commit,
    Id,
    Slug,
    TagsLeft,
    UnknownNamespace,
    UnknownSubject,
)
from contracts.identity.core.rules import require_clean, signs_for
from contracts.identity.core.state import Namespace, contract, namespaces, subjects, tag_counts
from contracts.identity.subjects.messages import (
    BadTag,
    BadTagVersion,
    BeginTagVersion,
    CorrectTag,
    DuplicateIdentity,
    NewTag,
    RenewTags,
    TagCorrected,
    TagsRenewed,
    TagVersionBegun,
    UnknownTag,
    new_tags_statement,
)
from contracts.identity.subjects.state import closings, new_tags, uid_tags
from contracts.sdk import Context, emit, replace, require
from contracts.sdk.crypto import verify

Place = tuple[Slug, int, Commit]  # namespace, version, tag


@contract.execute(CorrectTag, allow=by_agency)
def correct_tag(ctx: Context, msg: CorrectTag) -> None:
    """Give a subject its right tag; both stay taken, so neither registers anybody again."""
    subject = open_subject(ctx, msg.sid)
    require_authority(ctx, msg.agency, subject.namespace)
    namespace = namespaces.load(ctx, subject.namespace, absent=UnknownNamespace)
    require(namespace.tag_authority == msg.agency, TagsLeft)
    version = namespace.tag_version
    require(msg.tag_version == version, BadTagVersion, expected=version)

    give_tag(ctx, (subject.namespace, version, msg.uid_tag), msg.sid)
    corrected = replace(subject, uid_tag=msg.uid_tag, tag_version=version)
    subjects.save(ctx, msg.sid, corrected)
    emit(ctx, TagCorrected(msg.sid, msg.agency))


@contract.execute(RenewTags, allow=by_agency)
def renew_tags(ctx: Context, msg: RenewTags) -> None:
    """Add to the list of new tags; each tag in use gets one, and registration goes on meanwhile."""
    _next_version(ctx, msg)
    require(signs_for(ctx, msg.agency, msg.key), BadTag)
    for tag in msg.tags:
        _renew(ctx, (msg.namespace, msg.tag_version - 1, tag.old), tag)

    renewed = tag_counts.get(ctx, (msg.namespace, msg.tag_version), 0)
    emit(ctx, TagsRenewed(msg.namespace, msg.tag_version, renewed))


@contract.precheck(RenewTags)
def check_new_tags(ctx: Context, msg: RenewTags) -> None:
    """Check the signature of the authority's key."""
    require(verify(msg.key, *new_tags_statement(ctx.chain_id, msg), msg.signature), BadTag)


@contract.execute(BeginTagVersion, allow=by_agency)
def begin_tag_version(ctx: Context, msg: BeginTagVersion) -> None:
    """Put the next version in force, once no tag in use lacks a new one."""
    namespace = _next_version(ctx, msg)
    used = tag_counts.get(ctx, (msg.namespace, namespace.tag_version), 0)
    renewed = tag_counts.get(ctx, (msg.namespace, msg.tag_version), 0)
    require(renewed == used, TagsLeft, left=used - renewed)

    begun = replace(namespace, tag_version=msg.tag_version, tag_authority=msg.agency)
    namespaces.save(ctx, msg.namespace, begun)
    emit(ctx, TagVersionBegun(msg.namespace, msg.tag_version))


def give_tag(ctx: Context, place: Place, sid: bytes) -> None:
    """Take a tag for a subject, and its new one if it has one. Rejects: DuplicateIdentity."""
    holder = uid_tags.get(ctx, place, None)
    is_free = holder is None or holder == sid or _is_mistake(ctx, holder)
    require(is_free, DuplicateIdentity)

    if holder is None:
        tag_counts.add(ctx, place[:2], 1)
    uid_tags.save(ctx, place, sid)
    renewed = new_tags.get(ctx, place, None)
    if renewed is not None:
        uid_tags.save(ctx, (place[0], place[1] + 1, renewed), sid)


def _is_mistake(ctx: Context, sid: bytes) -> bool:
    """Whether a subject is closed because it was registered in error."""
    closing = closings.get(ctx, sid, None)
    return closing is not None and closing.cause == MISTAKE


def _renew(ctx: Context, place: Place, tag: NewTag) -> None:
    sid: Id = uid_tags.load(ctx, place, absent=UnknownTag)
    require(not new_tags.has(ctx, place), UnknownTag)
    version = place[1] + 1
    require(not uid_tags.has(ctx, (place[0], version, tag.new)), DuplicateIdentity)

    new_tags.save(ctx, place, tag.new)
    uid_tags.save(ctx, (place[0], version, tag.new), sid)
    tag_counts.add(ctx, (place[0], version), 1)
    subject = subjects.load(ctx, sid, absent=UnknownSubject)
    if subject.uid_tag == tag.old:
        subjects.save(ctx, sid, replace(subject, uid_tag=tag.new, tag_version=version))


def _next_version(ctx: Context, msg: RenewTags | BeginTagVersion) -> Namespace:
    """Return the namespace whose authority names its next version. Rejects: BadTagVersion."""
    require_clean((msg.namespace,))
    require_authority(ctx, msg.agency, msg.namespace)
    namespace = namespaces.load(ctx, msg.namespace, absent=UnknownNamespace)
    expected = namespace.tag_version + 1
    require(msg.tag_version == expected, BadTagVersion, expected=expected)
    return namespace
