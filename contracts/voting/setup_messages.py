"""What is asked before an election opens: manifest, roll, registrars' keys, the opening."""

from typing import Annotated

from contracts.sdk import CountMax, message, record
from contracts.voting.fields import (
    PAGE_VOTERS_MAX,
    AgencyId,
    AgencyNumber,
    ClassId,
    ElectionId,
    Manifest,
    Modulus,
    Reason,
    Sid,
)

CHALLENGES = 8


@record
class VoterEntry:
    """A subject of identity, and the class that it votes in."""

    sid: Sid
    class_id: ClassId


@message
class CreateElection:
    """Found an election; its manifest never changes."""

    election_id: ElectionId
    agency: AgencyId
    manifest: Manifest


@message
class CancelElection:
    """Give an election up before it opens."""

    election_id: ElectionId
    reason: Reason


@message
class AddVoters:
    """Put persons on the roll."""

    election_id: ElectionId
    voters: Annotated[tuple[VoterEntry, ...], CountMax(PAGE_VOTERS_MAX, low=1)]


@message
class AdmitVoter:
    """Put a person on the roll after an objection."""

    election_id: ElectionId
    sid: Sid
    class_id: ClassId
    reason: Reason


@message
class StrikeVoter:
    """Take a person off the roll after an objection."""

    election_id: ElectionId
    sid: Sid
    reason: Reason


@message
class FreezeRoll:
    """Put the next voters under the roll's root; the last call gives the root."""

    election_id: ElectionId


@message
class RegisterKey:
    """Register a registrar's RSA key for one class, with roots of the key's challenges."""

    election_id: ElectionId
    registrar: AgencyNumber
    class_id: ClassId
    modulus: Modulus  # big-endian
    proof: Annotated[tuple[Modulus, ...], CountMax(CHALLENGES, low=CHALLENGES)]


@message
class OpenElection:
    """Make the election's context of everything that was prepared."""

    election_id: ElectionId
