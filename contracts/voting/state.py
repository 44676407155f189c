"""What voting remembers. Entries of frozen maps are written once; prechecks read only those."""

from typing import Annotated

from contracts.sdk import CountMax, Length, Map, record
from contracts.voting.dkg import SEALED_SHARE_BYTES, Dealing
from contracts.voting.fields import (
    CLASSES_MAX,
    REGISTRARS_MAX,
    TRUSTEES_MAX,
    AgencyId,
    AgencyNumber,
    ClassId,
    Count,
    ElectionId,
    Hash,
    Height,
    Manifest,
    Modulus,
    Pseudonym,
    Reason,
    Root,
    Sid,
    Slug,
    VoterRef,
)
from contracts.voting.merkle import Tree
from contracts.voting.questions import CHOICES_MAX, CONTESTS_MAX

POINT_BYTES = 32
CIPHERTEXT_BYTES = 64

PointBytes = Annotated[bytes, Length(POINT_BYTES)]
Ciphertexts = Annotated[bytes, Length(0, CIPHERTEXT_BYTES * CHOICES_MAX)]
Points = Annotated[bytes, Length(0, POINT_BYTES * CHOICES_MAX)]
CountRow = Annotated[tuple[Count, ...], CountMax(CHOICES_MAX)]
CountRows = Annotated[tuple[CountRow, ...], CountMax(CONTESTS_MAX, low=1)]  # one a contest
SealedShare = Annotated[bytes, Length(SEALED_SHARE_BYTES)]


@record
class Election:
    """Who runs an election since when; `setup_context` is ctx_0, of its manifest alone."""

    agency: AgencyId
    created_at: Height
    setup_context: Hash


@record
class LogHead:
    """The hash over an election's accepted transactions, and how many they are."""

    head: Hash
    length: Count


@record
class Voter:
    """A subject of identity on the roll, and its class."""

    sid: Sid
    class_id: ClassId


@record
class ClassTotals:
    """What is public of a class; each number is at most the one before it.

    `pseudonyms` are the keys that showed enough tokens, `counted` those with a ballot in the box.
    """

    eligible: Count
    requested: Count
    issued: Count
    pseudonyms: Count
    counted: Count


@record
class Freeze:
    """How far the roll is frozen: the tree over voters up to `after`; `root` at the end."""

    after: VoterRef | None
    tree: Tree
    root: Root | None


@record
class Qualified:
    """A trustee whose part is in the key, and the key that its decryption shares are checked by."""

    trustee: AgencyNumber
    verification_key: PointBytes


@record
class Opening:
    """What makes the election's context (ctx_E), on which every token, ballot and share rests."""

    context: Hash
    key: PointBytes
    qualified: Annotated[tuple[Qualified, ...], CountMax(TRUSTEES_MAX)]
    roll_root: Root
    ceremony: Hash
    opened_at: Height


@record
class ClassKeys:
    """The keys that sign tokens of one class, by registrar."""

    moduli: Annotated[tuple[Modulus, ...], CountMax(REGISTRARS_MAX, low=1)]


@record
class SealedShares:
    """A dealer's encrypted share for each trustee, by number."""

    sealed: Annotated[tuple[SealedShare, ...], CountMax(TRUSTEES_MAX)]


@record
class Request:
    """A voter's request: one blinded message for each registrar, by number."""

    class_id: ClassId
    blinded: Annotated[tuple[Modulus, ...], CountMax(REGISTRARS_MAX)]


@record
class Answer:
    """A registrar's answer: a blind signature, or a refusal with its reason."""

    blind_signature: Modulus | None
    reason: Slug | None


@record
class Voting:
    """What a pseudonym has done; `seq` is of its last ballot, `committed` the hash it announced.

    `ballots` counts those announced, cast and spoiled.
    """

    class_id: ClassId
    seq: Count
    ballots: Count
    committed: Hash | None


@record
class BoxEntry:
    """The last ballot of a pseudonym, which counts at the close."""

    class_id: ClassId
    seq: Count
    ballot_hash: Hash
    ciphertexts: Ciphertexts
    cast_at: Height


@record
class Counting:
    """How far the box is counted: `head` is the hash over the ballots up to `after`."""

    after: Pseudonym | None
    head: Hash
    ballots: Count


@record
class Closing:
    """The counted box: what trustees decrypt, and the hash that says which ballots are in it."""

    counted: Hash
    ballots: Count
    ciphertexts: Ciphertexts


@record
class Result:
    """Counts of the ciphertexts in manifest order, weighted; `tally` commits to them.

    `totals` are those of the classes, which show that no number is above the one before it.
    """

    counts: CountRows
    tally: Hash
    counted: Hash
    trustees: Annotated[tuple[AgencyNumber, ...], CountMax(TRUSTEES_MAX)]
    totals: Annotated[tuple[ClassTotals, ...], CountMax(CLASSES_MAX)]
    tallied_at: Height


elections = Map[ElectionId, Election]("elections", is_frozen=True)
manifests = Map[ElectionId, Manifest]("manifests", is_frozen=True)
cancelled = Map[ElectionId, Reason]("cancelled")
log_heads = Map[ElectionId, LogHead]("log_heads")

voters = Map[tuple[ElectionId, VoterRef], Voter]("voters")
totals = Map[tuple[ElectionId, ClassId], ClassTotals]("totals")  # (election, class)
freezes = Map[ElectionId, Freeze]("freezes")

# (election, registrar, class)
registrar_keys = Map[tuple[ElectionId, AgencyNumber, ClassId], Modulus](
    "registrar_keys", is_frozen=True
)
# (election, class), from the opening on
class_keys = Map[tuple[ElectionId, ClassId], ClassKeys]("class_keys", is_frozen=True)
moduli = Map[Root, ElectionId]("moduli")  # hash of a modulus -> where it served
openings = Map[ElectionId, Opening]("openings", is_frozen=True)

commitments = Map[tuple[ElectionId, AgencyNumber], Hash]("commitments")  # (election, trustee)
# The number is a trustee's.
dealings = Map[tuple[ElectionId, AgencyNumber], Dealing]("dealings", is_frozen=True)
dealt = Map[tuple[ElectionId, AgencyNumber], SealedShares]("dealt")  # (election, dealer)
# (election, dealer, accuser) -> whether answered
complaints = Map[tuple[ElectionId, AgencyNumber, AgencyNumber], bool]("complaints")

requests = Map[tuple[ElectionId, VoterRef], Request]("requests", is_frozen=True)
answers = Map[tuple[ElectionId, VoterRef, AgencyNumber], Answer]("answers")
signatures = Map[tuple[ElectionId, VoterRef], int]("signatures")  # how many registrars have signed

pseudonyms = Map[tuple[ElectionId, Pseudonym], Voting]("pseudonyms")
box = Map[tuple[ElectionId, Pseudonym], BoxEntry]("box")
used = Map[tuple[ElectionId, Root], bool]("used")  # digests of ciphertexts cast or spoiled
spoiled = Map[tuple[ElectionId, Hash], Pseudonym]("spoiled")  # ballot hash

countings = Map[ElectionId, Counting]("countings")
sums = Map[tuple[ElectionId, ClassId], Ciphertexts]("sums")  # (election, class)
closings = Map[ElectionId, Closing]("closings", is_frozen=True)
# The number is a trustee's.
shares = Map[tuple[ElectionId, AgencyNumber], Points]("shares", is_frozen=True)
shares_held = Map[ElectionId, int]("shares_held")
results = Map[ElectionId, Result]("results", is_frozen=True)
