"""What may be asked about subjects and recovery, what observers learn, and what is refused."""

from typing import Annotated

from contracts.identity.core.messages import (
    AgencyId,
    Commit,
    Count,
    Id,
    Level,
    Reason,
    RecoveryPolicy,
    Seq,
    Slug,
    Statement,
    TagVersion,
    Time,
)
from contracts.sdk import (
    ContractError,
    CountMax,
    PublicKey,
    Signature,
    encode,
    event,
    message,
    record,
)


@message
class CreateSubject:
    """Register a person under a random `sid`, with a tag that no other subject has."""

    agency: AgencyId
    sid: Id
    namespace: Slug
    uid_tag: Commit
    tag_version: TagVersion
    majority_at: Time  # of a minor, rounded down so that it is no birthday; 0 for an adult
    key: PublicKey
    aal_cap: Level
    recovery: RecoveryPolicy
    proof: Signature  # by key, over possession_of_first_key
    tag_expires_at: Time  # of the tag's certificate
    tag_key: PublicKey
    tag_signature: Signature  # by tag_key of the namespace's authority, over tag_statement


@message
class LinkIdp:
    """Let another IdP act for a subject, as the subject's key signs."""

    agency: AgencyId
    sid: Id
    seq: Seq  # 1 more than the subject's last
    key: PublicKey
    signature: Signature


@message
class UnlinkIdp:
    """End that an IdP acts for a subject, as the subject's key signs. Anyone may carry it."""

    sid: Id
    seq: Seq
    idp: AgencyId
    key: PublicKey
    signature: Signature


@message
class AddKey:
    """Add a key to a subject, as another of its keys signs."""

    agency: AgencyId
    sid: Id
    seq: Seq
    new_key: PublicKey
    kind: Slug
    aal_cap: Level
    proof: Signature  # by new_key, over possession_of_added_key
    key: PublicKey
    signature: Signature


@message
class RevokeKey:
    """Take a key from a subject, as one of its keys signs. The last key stays."""

    agency: AgencyId
    sid: Id
    seq: Seq
    old_key: PublicKey
    key: PublicKey
    signature: Signature


@message
class SetRecoveryPolicy:
    """Change how the subject's lost keys may be replaced; in force after it has rested."""

    agency: AgencyId
    sid: Id
    seq: Seq
    recovery: RecoveryPolicy
    key: PublicKey
    signature: Signature


@message
class SetSubjectStatus:
    """Freeze a subject, or lift the freeze."""

    sid: Id
    status: Slug
    reason: Reason


@message
class CloseSubject:
    """Close a subject for ever, as the authority of its namespace: a death, or a mistake."""

    agency: AgencyId
    sid: Id
    cause: Slug


@message
class CorrectTag:
    """Give a subject another tag, as the authority of its namespace; the old one stays its own."""

    agency: AgencyId
    sid: Id
    uid_tag: Commit
    tag_version: TagVersion


@record
class NewTag:
    """A tag, and the tag of the same person under the next version of the authority's key."""

    old: Commit
    new: Commit


@message
class RenewTags:
    """Add to the list of new tags under the authority's next key, which a key of its node signs."""

    agency: AgencyId
    namespace: Slug
    tag_version: TagVersion  # the next
    tags: Annotated[tuple[NewTag, ...], CountMax(128, low=1)]
    key: PublicKey
    signature: Signature  # over new_tags_statement


@message
class BeginTagVersion:
    """Take tags of the next version only, once every tag in use is on its list."""

    agency: AgencyId
    namespace: Slug
    tag_version: TagVersion


def possession_of_first_key(chain_id: str, msg: CreateSubject) -> Statement:
    """Return what the first key of a subject signs: how it is registered, and may be replaced."""
    policy = (msg.recovery.allows_idp, msg.recovery.guardians)
    place = (msg.agency, msg.sid, msg.namespace, msg.key, msg.aal_cap)
    return "identity/first-key", encode((chain_id, *place, *policy))


def tag_statement(chain_id: str, msg: CreateSubject) -> Statement:
    """Return what the namespace's authority signs: whose tag it is, for whom and until when."""
    tag = (msg.namespace, msg.uid_tag, msg.tag_version, msg.majority_at)
    bound = (msg.sid, msg.key, msg.agency, msg.tag_expires_at)
    return "identity/uid-tag", encode((chain_id, *tag, *bound))


def new_tags_statement(chain_id: str, msg: RenewTags) -> Statement:
    """Return what a key of the authority's node signs: the new tag of each old one."""
    tags = tuple([(each.old, each.new) for each in msg.tags])
    return "identity/new-tags", encode((chain_id, msg.namespace, msg.tag_version, tags))


def link_statement(chain_id: str, msg: LinkIdp) -> Statement:
    """Return what a subject's key signs to let an IdP act."""
    return "identity/link-idp", encode((chain_id, msg.sid, msg.seq, msg.agency))


def unlink_statement(chain_id: str, msg: UnlinkIdp) -> Statement:
    """Return what a subject's key signs to end that an IdP acts."""
    return "identity/unlink-idp", encode((chain_id, msg.sid, msg.seq, msg.idp))


def possession_of_added_key(chain_id: str, msg: AddKey) -> Statement:
    """Return what an added key signs."""
    return "identity/subject-key", encode((chain_id, msg.sid, msg.new_key))


def add_key_statement(chain_id: str, msg: AddKey) -> Statement:
    """Return what a present key signs to add another."""
    fields = (chain_id, msg.sid, msg.seq, msg.agency, msg.new_key, msg.kind, msg.aal_cap)
    return "identity/add-key", encode(fields)


def revoke_key_statement(chain_id: str, msg: RevokeKey) -> Statement:
    """Return what a present key signs to take a key away."""
    return "identity/revoke-key", encode((chain_id, msg.sid, msg.seq, msg.old_key))


def recovery_policy_statement(chain_id: str, msg: SetRecoveryPolicy) -> Statement:
    """Return what a present key signs to change how keys are recovered."""
    policy = (msg.recovery.allows_idp, msg.recovery.guardians)
    return "identity/recovery-policy", encode((chain_id, msg.sid, msg.seq, *policy))


SubjectAct = LinkIdp | UnlinkIdp | AddKey | RevokeKey | SetRecoveryPolicy


class UnknownKeyKind(ContractError):
    """A key is kept in a device, on a card, as a passkey or on paper."""


class UnknownCause(ContractError):
    """A subject is closed after a death or as a mistake, and for no other cause."""


class DuplicateIdentity(ContractError):
    """Another subject has this person's tag."""


class BadTag(ContractError):
    """The namespace's authority did not sign this tag for this subject."""


class BadTagVersion(ContractError):
    """The tag is of another version of the authority's key than this act needs."""


class UnknownTag(ContractError):
    """There is no such tag in use, or it is renewed already."""


class TagsLeft(ContractError):
    """Tags in use are not on the list of new ones yet."""


class AlreadyLinked(ContractError):
    """The IdP acts for this subject already."""


class LastKey(ContractError):
    """A subject keeps at least one key."""


class TooManyIdps(ContractError):
    """The subject has as many IdPs as it may have."""


class NoRoute(ContractError):
    """A recovery policy must allow an IdP or name guardians."""


@event
class SubjectCreated:
    """A person was registered."""

    sid: Id
    namespace: Slug
    agency: AgencyId


@event
class IdpLinked:
    """Another IdP acts for a subject."""

    sid: Id
    agency: AgencyId


@event
class IdpUnlinked:
    """An IdP acts no more for a subject."""

    sid: Id
    agency: AgencyId


@event
class SubjectEnded:
    """A subject is closed for ever."""

    sid: Id
    agency: AgencyId
    cause: Slug


@event
class TagCorrected:
    """A subject has another tag; the old one stays its own."""

    sid: Id
    agency: AgencyId


@event
class TagsRenewed:
    """More tags have one of the next version."""

    namespace: Slug
    tag_version: TagVersion
    renewed: Count


@event
class TagVersionBegun:
    """Only tags of this version are taken from now on."""

    namespace: Slug
    tag_version: TagVersion


@event
class KeyAdded:
    """A subject has another key."""

    sid: Id
    key: PublicKey
    aal_cap: Level


@event
class KeyRevoked:
    """A subject has lost a key."""

    sid: Id
    key: PublicKey


@event
class RecoveryPolicySet:
    """A subject changes how its keys are recovered; its IdPs look before it is in force."""

    sid: Id
    key: PublicKey  # that signed it
    in_force_at: Time


@event
class SubjectStatusSet:
    """A subject was frozen, or the freeze lifted."""

    sid: Id
    status: Slug
