"""What may be asked about the key ceremony, what observers learn, and what is refused."""

from typing import Annotated

from contracts.sdk import ContractError, CountMax, Length, event, message
from contracts.voting.ceremony.state import SealedShare
from contracts.voting.core.messages import (
    TRUSTEES_MAX,
    AgencyNumber,
    ElectionId,
    EncryptionKey,
    Hash,
)
from contracts.voting.crypto.dkg import Dealing


@message
class CommitDealing:
    """Publish the hash of the trustee's coefficient commitments, and its own X25519 key."""

    election_id: ElectionId
    trustee: AgencyNumber
    commitment: Hash  # dkg.commit_hash
    encryption_key: EncryptionKey  # shares of the key are encrypted to it


@message
class RevealDealing:
    """Publish the coefficient commitments, the encryption key and the proof of knowledge."""

    election_id: ElectionId
    dealing: Dealing


@message
class DealShares:
    """Send each trustee that revealed its share, encrypted to its own key; also the own one."""

    election_id: ElectionId
    trustee: AgencyNumber
    sealed: Annotated[tuple[SealedShare, ...], CountMax(TRUSTEES_MAX)]


@message
class Complain:
    """Say that the share of a dealer does not decrypt, or is not what its commitments owe."""

    election_id: ElectionId
    trustee: AgencyNumber  # the accuser
    dealer: AgencyNumber


@message
class AnswerComplaint:
    """Show the share that a complaint is about; it is public from now on."""

    election_id: ElectionId
    trustee: AgencyNumber  # the dealer
    accuser: AgencyNumber
    share: Annotated[bytes, Length(32)]


class UnknownTrustee(ContractError):
    """The manifest does not name this trustee."""


class AlreadyCommitted(ContractError):
    """The trustee has committed to its part of the key."""


class EncryptionKeyTaken(ContractError):
    """Another trustee has this encryption key: each posts its own."""


class NoCommitment(ContractError):
    """The trustee has not committed to its part in time."""


class WrongReveal(ContractError):
    """What is revealed is not what was committed to."""


class BadDealing(ContractError):
    """The part has another key or number of coefficients, or its trustee does not know it."""


class AlreadyRevealed(ContractError):
    """The trustee has revealed its part."""


class NoDealing(ContractError):
    """The trustee has not revealed its part in time."""


class WrongShareCount(ContractError):
    """The shares are not one for each trustee that committed and revealed."""


class AlreadyDealt(ContractError):
    """The trustee has sent its shares."""


class NotDealt(ContractError):
    """The dealer has sent no shares, and is out without a complaint."""


class AlreadyComplained(ContractError):
    """The trustee has complained of this dealer."""


class NoComplaint(ContractError):
    """There is no such complaint, or it is answered."""


class WrongDealtShare(ContractError):
    """The share that the dealer shows is not the one that its commitments owe."""


@event
class DealingCommitted:
    """A trustee has committed to its part of the key."""

    election_id: ElectionId
    trustee: AgencyNumber


@event
class DealingRevealed:
    """A trustee has revealed the public side of its part."""

    election_id: ElectionId
    trustee: AgencyNumber


@event
class SharesDealt:
    """A trustee has sent the others their shares, encrypted."""

    election_id: ElectionId
    trustee: AgencyNumber


@event
class Complained:
    """A trustee says that a dealer's share for it is wrong."""

    election_id: ElectionId
    dealer: AgencyNumber
    accuser: AgencyNumber


@event
class ComplaintAnswered:
    """The dealer has shown a right share, which decides the complaint against the accuser."""

    election_id: ElectionId
    dealer: AgencyNumber
    accuser: AgencyNumber
