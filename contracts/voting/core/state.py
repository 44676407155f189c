"""What several features of voting remember.

Entries of frozen maps are written once; prechecks read only those.
"""

from typing import Annotated

from contracts.sdk import Address, Contract, CountMax, Item, Length, Map, record
from contracts.voting.core.messages import (
    CLASSES_MAX,
    REGISTRARS_MAX,
    RING_MAX,
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
    Part,
    PointBytes,
    Points,
    Pseudonym,
    Reason,
    Root,
    Sid,
    SignerKey,
    Slug,
    TimeMs,
    Token,
    VoterRef,
    Windows,
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
class LogEntry:
    """An accepted transaction of an election, height and time of its block."""

    transaction_id: Root
    height: Height
    time_ms: TimeMs


@record
class Voter:
    """A subject of identity on the roll, and its class."""

    sid: Sid
    class_id: ClassId


@record
class ClassTotals:
    """What is public of a class: eligible >= requested >= covered and pseudonyms >= counted.

    `covered` requests were answered by all who sign for the class; who was answered off the ledger
    votes as well, so `pseudonyms`, the keys with a ballot, are bounded by `requested`.
    """

    eligible: Count
    requested: Count
    covered: Count
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
    """What makes the election's context (ctx_E), on which every token, ballot and share rests.

    `registrars` are those that posted their keys in time; none where members of rings sign.
    """

    context: Hash
    key: PointBytes
    qualified: Annotated[tuple[Qualified, ...], CountMax(TRUSTEES_MAX)]
    registrars: Annotated[tuple[AgencyNumber, ...], CountMax(REGISTRARS_MAX)]
    roll_root: Root
    ceremony: Hash
    opened_at: Height


@record
class SigningSet:
    """The registrars that sign for a class, rising, and X_c, the sum of their keys for it."""

    registrars: Annotated[tuple[AgencyNumber, ...], CountMax(REGISTRARS_MAX, low=1)]
    key: SignerKey


@record
class Ring:
    """The members of a class whose keys stand in order, one of whom signs for each ballot."""

    root: Root
    keys: Annotated[bytes, Length(0, 32 * RING_MAX)]  # joined


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
    """The counted box: what trustees decrypt, and the hash that says which ballots are in it.

    `weights` are what the ballots of each class count in the sums, 0 where they are not opened.
    """

    counted: Hash
    ballots: Count
    ciphertexts: Ciphertexts
    weights: Annotated[tuple[Count, ...], CountMax(CLASSES_MAX)]


@record
class Surplus:
    """The first valid token of a class beyond its requests, and when it was shown."""

    voter_key: Pseudonym
    token: Token
    shown_at: Height


@record
class Result:
    """Counts of the ciphertexts in manifest order, weighted; `tally` commits to them.

    `totals` are those of the classes; `overissued` are classes with more tokens than requests,
    of which the first ballots, as many as requests, were counted because two offices went on.
    """

    counts: CountRows
    tally: Hash
    counted: Hash
    trustees: Annotated[tuple[AgencyNumber, ...], CountMax(TRUSTEES_MAX)]
    totals: Annotated[tuple[ClassTotals, ...], CountMax(CLASSES_MAX)]
    overissued: Annotated[tuple[ClassId, ...], CountMax(CLASSES_MAX)]
    tallied_at: Height


@record
class Wish:
    """What one of the two offices wants, and until when; an extension's dates."""

    windows: Windows | None
    until_ms: TimeMs


class_size_least = Item[Count]("class_size_least")  # what manifests state at least
surpluses = Map[tuple[ElectionId, ClassId], Surplus]("surpluses")
accepted = Map[ElectionId, Reason]("accepted")  # two offices went on in spite of a surplus
annulled = Map[ElectionId, Reason]("annulled")
# What an office has said by itself of what takes both: (election, decision, office)
wishes = Map[tuple[ElectionId, Slug, Slug], Wish]("wishes")
# (election, account) -> the one part that it acts for
actors = Map[tuple[ElectionId, Address], Part]("actors")

elections = Map[ElectionId, Election]("elections", is_frozen=True)
manifests = Map[ElectionId, Manifest]("manifests", is_frozen=True)
cancelled = Map[ElectionId, Reason]("cancelled")
extended = Map[ElectionId, Windows]("extended")  # dates in force, once two offices moved some
log_heads = Map[ElectionId, LogHead]("log_heads")
# (election, number from 1): what an export reads, so that it costs what the election is
log = Map[tuple[ElectionId, Count], LogEntry]("log")

voters = Map[tuple[ElectionId, VoterRef], Voter]("voters")
totals = Map[tuple[ElectionId, ClassId], ClassTotals]("totals")  # (election, class)
freezes = Map[ElectionId, Freeze]("freezes")
# ctx_R, of the frozen roll
roll_contexts = Map[ElectionId, Hash]("roll_contexts", is_frozen=True)
# (election, registrar, class)
signer_keys = Map[tuple[ElectionId, AgencyNumber, ClassId], SignerKey](
    "signer_keys", is_frozen=True
)
# (election, class), once answers are closed
signing_sets = Map[tuple[ElectionId, ClassId], SigningSet]("signing_sets", is_frozen=True)
# (election, class), from the opening, where members of rings sign
rings = Map[tuple[ElectionId, ClassId], Ring]("rings", is_frozen=True)
closed = Map[ElectionId, Height]("closed")  # when the sets that sign were fixed
openings = Map[ElectionId, Opening]("openings", is_frozen=True)
box = Map[tuple[ElectionId, Pseudonym], BoxEntry]("box")
countings = Map[ElectionId, Counting]("countings")
closings = Map[ElectionId, Closing]("closings", is_frozen=True)
# The number is a trustee's.
shares = Map[tuple[ElectionId, AgencyNumber], Points]("shares", is_frozen=True)
shares_held = Map[ElectionId, int]("shares_held")
results = Map[ElectionId, Result]("results", is_frozen=True)
