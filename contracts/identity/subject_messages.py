"""What is asked for subjects: registration, keys, recovery and attestations."""

from typing import Annotated

from contracts.identity.fields import (
    AgencyId,
    Commit,
    Id,
    Level,
    Reason,
    RecoveryPolicy,
    Seq,
    Slug,
    Time,
)
from contracts.identity.node_messages import Statement
from contracts.sdk import CountMax, PublicKey, Signature, encode, message, record


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


@record
class Approval:
    """A guardian's signature on a recovery."""

    guardian: Id
    key: PublicKey
    signature: Signature  # over guardian_statement


@message
class StartRecovery:
    """Replace a subject's keys after the hold, on the word of an IdP and a fresh face match."""

    agency: AgencyId
    sid: Id
    new_key: PublicKey
    aal_cap: Level
    evidence: Id  # the FVS attestation
    proof: Signature  # by new_key, over possession_of_recovery_key


@message
class StartGuardianRecovery:
    """Replace a subject's keys after the hold, on the word of two of its guardians."""

    sid: Id
    new_key: PublicKey
    proof: Signature  # by new_key, over possession_of_recovery_key
    approvals: Annotated[tuple[Approval, ...], CountMax(5)]


@message
class VetoRecovery:
    """Stop a recovery within its hold, as one of the subject's present keys signs."""

    sid: Id
    key: PublicKey
    new_key: PublicKey  # of the recovery that is stopped
    started_at: Time
    signature: Signature


@message
class FinishRecovery:
    """Put the new key in force after the hold; old keys and sessions end."""

    sid: Id


@message
class IssueAttestation:
    """State something about a subject, by a commitment to what stays off the chain."""

    agency: AgencyId
    att_id: Id
    sid: Id
    kind: Slug
    ial: Level
    method: Slug
    commit: Commit
    expires_at: Time
    evidence: Id | None  # the FVS attestation that a proofing at IAL 2.3 or more needs


@message
class SetAttestation:
    """Suspend, restore, revoke or supersede an attestation of the issuer `agency`."""

    agency: AgencyId
    att_id: Id
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


def possession_of_recovery_key(
    chain_id: str, msg: StartRecovery | StartGuardianRecovery
) -> Statement:
    """Return what the new key of a recovery signs."""
    return "identity/subject-key", encode((chain_id, msg.sid, msg.new_key))


def guardian_statement(chain_id: str, msg: StartGuardianRecovery) -> Statement:
    """Return what each guardian's key signs."""
    return "identity/guardian", encode((chain_id, msg.sid, msg.new_key))


def veto_statement(chain_id: str, msg: VetoRecovery) -> Statement:
    """Return what a present key signs to stop a recovery."""
    return "identity/veto", encode((chain_id, msg.sid, msg.new_key, msg.started_at))
