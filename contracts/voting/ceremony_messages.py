"""What trustees ask in the key ceremony; trustees are numbered from 1 in manifest order."""

from typing import Annotated

from contracts.sdk import CountMax, Length, message
from contracts.voting.dkg import Dealing
from contracts.voting.fields import TRUSTEES_MAX, AgencyNumber, ElectionId, Hash
from contracts.voting.state import SealedShare


@message
class CommitDealing:
    """Publish the hash of the trustee's coefficient commitments."""

    election_id: ElectionId
    trustee: AgencyNumber
    commitment: Hash  # dkg.commit_hash


@message
class RevealDealing:
    """Publish the coefficient commitments, the encryption key and the proof of knowledge."""

    election_id: ElectionId
    dealing: Dealing


@message
class DealShares:
    """Send each trustee its share, encrypted to its key of the manifest; also the own one."""

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
