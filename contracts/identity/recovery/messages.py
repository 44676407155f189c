"""What may be asked about recovery and lost keys, what observers learn, and what is refused."""

from typing import Annotated

from contracts.identity.core.messages import (
    AgencyId,
    Id,
    Level,
    Reason,
    Seq,
    Statement,
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

VETOED = "vetoed"  # of a recovery that was stopped, by whomever


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
    until: Time  # of the guardians' word, at most 7 days ahead
    proof: Signature  # by new_key, over possession_of_recovery_key
    approvals: Annotated[tuple[Approval, ...], CountMax(5)]


@message
class StartRecoveryInPerson:
    """Replace a subject's keys after a day, on the word of the registry and one other agency."""

    agency: AgencyId  # the authority of the subject's namespace
    sid: Id
    new_key: PublicKey
    aal_cap: Level
    proof: Signature  # by new_key, over possession_of_recovery_key
    until: Time  # of the second agency's word, at most 7 days ahead
    second: AgencyId
    second_key: PublicKey
    second_signature: Signature  # by a key of the second agency's node, over in_person_statement


@message
class VetoRecovery:
    """Stop a recovery within its hold, as one of the subject's present keys signs."""

    sid: Id
    key: PublicKey
    new_key: PublicKey  # of the recovery that is stopped
    started_at: Time
    signature: Signature


@message
class VetoPolicy:
    """Stop a recovery policy that rests, as a key signs that was there before. Anyone may carry."""

    sid: Id
    key: PublicKey
    at: Time  # when the policy that is stopped was set
    signature: Signature


@message
class FinishRecovery:
    """Put the new key in force after the hold; old keys and sessions end."""

    sid: Id


@message
class StopRecovery:
    """Stop a recovery, as a supervisor or the authority of the subject's namespace."""

    agency: AgencyId
    sid: Id
    reason: Reason


@message
class ReportLost:
    """Suspend a key at once, as an IdP of the subject or the authority of its namespace."""

    agency: AgencyId
    sid: Id
    lost_key: PublicKey


@message
class LiftReport:
    """Put a reported key in force again: by another key, or by the authority without one."""

    agency: AgencyId
    sid: Id
    seq: Seq
    lost_key: PublicKey
    key: PublicKey | None
    signature: Signature | None


def possession_of_recovery_key(
    chain_id: str, msg: StartRecovery | StartGuardianRecovery | StartRecoveryInPerson
) -> Statement:
    """Return what the new key of a recovery signs."""
    return "identity/subject-key", encode((chain_id, msg.sid, msg.new_key))


def in_person_statement(chain_id: str, msg: StartRecoveryInPerson) -> Statement:
    """Return what the second agency's node key signs: that it too has seen the person."""
    parties = (msg.agency, msg.second, msg.sid)
    content = (msg.new_key, msg.aal_cap, msg.until)
    return "identity/in-person", encode((chain_id, *parties, *content))


def guardian_statement(chain_id: str, msg: StartGuardianRecovery) -> Statement:
    """Return what each guardian's key signs."""
    return "identity/guardian", encode((chain_id, msg.sid, msg.new_key, msg.until))


def veto_statement(chain_id: str, msg: VetoRecovery) -> Statement:
    """Return what a present key signs to stop a recovery."""
    return "identity/veto", encode((chain_id, msg.sid, msg.new_key, msg.started_at))


def veto_policy_statement(chain_id: str, msg: VetoPolicy) -> Statement:
    """Return what a present key signs to stop a policy that rests."""
    return "identity/veto-policy", encode((chain_id, msg.sid, msg.at))


def lift_statement(chain_id: str, msg: LiftReport) -> Statement:
    """Return what a present key signs to lift the report of another."""
    return "identity/lift-report", encode((chain_id, msg.sid, msg.seq, msg.lost_key))


class ReportedBefore(ContractError):
    """The agency has reported this key already."""


class ReportedLately(ContractError):
    """The agency's report of this key was lifted in the last 7 days; only the registry reports."""


class LinkInDoubt(ContractError):
    """The IdP was linked less than 7 days ago, or on a key that was reported since."""


class ReportStands(ContractError):
    """An older key lifts an IdP's report; the registry's own is lifted at the registry alone."""


class UnknownPolicy(ContractError):
    """No such recovery policy rests."""


class HoldLengthened(ContractError):
    """A reported key has lengthened this hold already; it does so once."""


class HoldOpen(ContractError):
    """The hold of the recovery is not over."""


class Vetoed(ContractError):
    """The recovery was vetoed."""


class VetoLate(ContractError):
    """The hold of the recovery is over."""


class UnknownRecovery(ContractError):
    """There is no such recovery under way."""


class RouteForbidden(ContractError):
    """The subject's policy allows no recovery by an IdP, and no other agency reported a key."""


class NotGuardian(ContractError):
    """An approval is not by a guardian of the subject, or not by a present key of it."""


class VetoedLately(ContractError):
    """A recovery was stopped in the last 7 days; only one in person may begin."""


class NotReported(ContractError):
    """The key is not reported lost."""


@event
class RecoveryStarted:
    """A subject's keys will be replaced at the end of the hold."""

    sid: Id
    new_key: PublicKey
    ends_at: Time


@event
class RecoveryVetoed:
    """A present key stopped a recovery."""

    sid: Id


@event
class RecoveryDelayed:
    """A reported key objected to a recovery by guardians; its hold is longer."""

    sid: Id
    ends_at: Time


@event
class IdpFell:
    """An IdP acts for a subject no more: its link rested on a key that was reported or replaced."""

    sid: Id
    idp: AgencyId


@event
class PolicyVetoed:
    """A key stopped a recovery policy that rested, by its veto, or it fell with its own key."""

    sid: Id


@event
class Recovered:
    """The new key is in force; old keys and sessions have ended."""

    sid: Id
    new_key: PublicKey


@event
class RecoveryNoticed:
    """An IdP of a subject is told that a recovery in person has begun."""

    sid: Id
    idp: AgencyId


@event
class RecoveryStopped:
    """A supervisor or the authority stopped a recovery, or began one in person in its place."""

    sid: Id
    agency: AgencyId
    reason: Reason


@event
class KeyReportedLost:
    """A key is suspended until the report is lifted."""

    sid: Id
    key: PublicKey
    agency: AgencyId


@event
class ReportLifted:
    """A key that was reported lost is in force again."""

    sid: Id
    key: PublicKey
