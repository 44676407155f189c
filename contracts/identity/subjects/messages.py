"""What may be asked about subjects and recovery, what observers learn, and what is refused."""

from contracts.identity.core.messages import (
    AgencyId,
    Commit,
    Id,
    Level,
    Reason,
    RecoveryPolicy,
    Seq,
    Slug,
    Statement,
)
from contracts.sdk import (
    ContractError,
    PublicKey,
    Signature,
    encode,
    event,
    message,
)


@message
class CreateSubject:
    """Register a person under a random `sid`, with a tag that no other subject has."""

    agency: AgencyId
    sid: Id
    namespace: Slug
    uid_tag: Commit
    subject_class: Slug
    key: PublicKey
    aal_cap: Level
    recovery: RecoveryPolicy
    proof: Signature  # by key, over possession_of_first_key
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
    """Change how the subject's lost keys may be replaced."""

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


def possession_of_first_key(chain_id: str, msg: CreateSubject) -> Statement:
    """Return what the first key of a subject signs."""
    return "identity/subject-key", encode((chain_id, msg.sid, msg.key))


def tag_statement(chain_id: str, msg: CreateSubject) -> Statement:
    """Return what the namespace's authority signs: this person's tag belongs to this subject."""
    return "identity/uid-tag", encode((chain_id, msg.namespace, msg.uid_tag, msg.sid))


def link_statement(chain_id: str, msg: LinkIdp) -> Statement:
    """Return what a subject's key signs to let an IdP act."""
    return "identity/link-idp", encode((chain_id, msg.sid, msg.seq, msg.agency))


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


SubjectAct = LinkIdp | AddKey | RevokeKey | SetRecoveryPolicy


class DuplicateIdentity(ContractError):
    """Another subject has this person's tag."""


class BadTag(ContractError):
    """The namespace's authority did not sign this tag for this subject."""


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
    """A subject changed how its keys are recovered."""

    sid: Id


@event
class SubjectStatusSet:
    """A subject was frozen, or the freeze lifted."""

    sid: Id
    status: Slug
