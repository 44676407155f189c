"""What may be asked about disputes, what observers learn, and what is refused."""

from contracts.identity.core.messages import AgencyId, Commit, Id, Reason, Statement
from contracts.sdk import ContractError, PublicKey, Signature, encode, event, message


@message
class Dispute:
    """Say as the citizen that a response was not theirs to give; reveals one trail secret."""

    req_id: Id
    idp: AgencyId
    sid: Id
    trail_secret: Commit
    reason: Reason
    key: PublicKey
    signature: Signature


@message
class ResolveDispute:
    """Settle a dispute."""

    req_id: Id
    sid: Id
    reason: Reason


def dispute_statement(chain_id: str, msg: Dispute) -> Statement:
    """Return what the subject's key signs to dispute a response."""
    fields = (chain_id, msg.req_id, msg.idp, msg.sid, msg.trail_secret, msg.reason)
    return "identity/dispute", encode(fields)


class BadTrailSecret(ContractError):
    """The secret does not make the trail tag of the answer."""


class TooManyDisputes(ContractError):
    """The answers of the request were disputed as often as they may be."""


class UnknownDispute(ContractError):
    """There is no such open dispute."""


@event
class Disputed:
    """A citizen says that a response was not theirs."""

    req_id: Id
    sid: Id
    idp: AgencyId


@event
class DisputeResolved:
    """A supervisor settled a dispute."""

    req_id: Id
    sid: Id
