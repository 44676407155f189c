"""What several features of voting remember.

Entries of frozen maps are written once; prechecks read only those.
"""

from typing import Annotated

from contracts.sdk import Contract, CountMax, Item, Map, record
from contracts.voting.core.messages import (
    CLASSES_MAX,
    REGISTRARS_MAX,
    TRUSTEES_MAX,
    AgencyId,
    AgencyNumber,
    Ciphertexts,
    ClassId,
    Count,
    CountRows,
    ElectionId,
    Hash,
    Height,
    Manifest,
    Modulus,
    PointBytes,
    Points,
    Pseudonym,
    Reason,
    Root,
    Sid,
    VoterRef,
)
from contracts.voting.crypto.merkle import Tree

contract = Contract("voting", version=1)


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
class BoxEntry:
    """The last ballot of a pseudonym, which counts at the close."""

    class_id: ClassId
    seq: Count
    ballot_hash: Hash
    ciphertexts: Ciphertexts
    cast_at: Height


@record
class Closing:
    """The counted box: what trustees decrypt, and the hash that says which ballots are in it.

    `weights` are what the ballots of each class count in the sums, 0 where they are not opened.
    """

    counted: Hash
    ballots: Count
    ciphertexts: Ciphertexts
    weights: Annotated[tuple[Count, ...], CountMax(CLASSES_MAX)]


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


class_size_least = Item[Count]("class_size_least")  # what manifests state at least
elections = Map[ElectionId, Election]("elections", is_frozen=True)
manifests = Map[ElectionId, Manifest]("manifests", is_frozen=True)
cancelled = Map[ElectionId, Reason]("cancelled")
log_heads = Map[ElectionId, LogHead]("log_heads")

voters = Map[tuple[ElectionId, VoterRef], Voter]("voters")
totals = Map[tuple[ElectionId, ClassId], ClassTotals]("totals")  # (election, class)
freezes = Map[ElectionId, Freeze]("freezes")
# (election, class), from the opening on
class_keys = Map[tuple[ElectionId, ClassId], ClassKeys]("class_keys", is_frozen=True)
openings = Map[ElectionId, Opening]("openings", is_frozen=True)
box = Map[tuple[ElectionId, Pseudonym], BoxEntry]("box")
closings = Map[ElectionId, Closing]("closings", is_frozen=True)
# The number is a trustee's.
shares = Map[tuple[ElectionId, AgencyNumber], Points]("shares", is_frozen=True)
shares_held = Map[ElectionId, int]("shares_held")
results = Map[ElectionId, Result]("results", is_frozen=True)
