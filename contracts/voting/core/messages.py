"""The types of fields, the manifest of an election, and what several features refuse.

Times are contract time in milliseconds, as a block has it. The first field of every message is the
election's id: whoever looks for the transactions of an election needs to know nothing else of them.
"""

from typing import Annotated

from contracts.sdk import (
    Address,
    Chars,
    ContractError,
    CountMax,
    Length,
    PublicKey,
    Range,
    Signature,
    record,
)
from contracts.sdk.bls import G1_BYTES, G2_BYTES
from contracts.voting.crypto.questions import (
    CHOICES_MAX,
    CONTESTS_MAX,
    GRADES_MAX,
    OPTIONS_MAX,
    Contest,
    Label,
)

HEIGHT_MAX = 2**53
TIME_MS_MAX = 2**53
CLASSES_MAX = 8
REGISTRARS_MAX = 10  # sets of them are tried one by one
SETS_MAX = 1_024  # 2 to the power of it
ANSWERS_MAX = 200  # of one batch
TRUSTEES_MAX = 15
RING_MAX = 200  # a ballot is checked in time that grows with the ring
RING_TOKEN_BYTES_MAX = 64 + 32 * RING_MAX  # the tag, one challenge, an answer of each member
WEIGHT_MAX = 10_000
PAGE_VOTERS_MAX = 100

ElectionId = Annotated[str, Chars(1, 32)]
AgencyId = Annotated[str, Chars(1, 32)]
Slug = Annotated[str, Chars(1, 32)]
ClassId = Annotated[int, Range(0, CLASSES_MAX - 1)]  # the number of a class in the manifest
AgencyNumber = Annotated[int, Range(1, TRUSTEES_MAX)]  # of a registrar or trustee, from 1
Reason = Annotated[str, Chars(1, 200)]
Height = Annotated[int, Range(1, HEIGHT_MAX)]
TimeMs = Annotated[int, Range(1, TIME_MS_MAX)]
Count = Annotated[int, Range(0, HEIGHT_MAX)]
Sid = Annotated[bytes, Length(32)]  # a subject of the contract identity
VoterRef = Annotated[bytes, Length(64)]  # names a subject within one election
Pseudonym = PublicKey  # a throwaway key, pk_v
Hash = Annotated[bytes, Length(64)]  # what contracts.voting.transcript hashes to
SeatCount = Annotated[int, Range(1, OPTIONS_MAX)]
Part = Annotated[str, Chars(1, 32)]  # of an election: an agency's id, or the official's
Root = Annotated[bytes, Length(32)]
Element = Annotated[bytes, Length(G1_BYTES)]  # of BLS12-381: a request, an answer, a token
# What a pseudonym shows: a registrars' token, or a ring signature
Token = Annotated[bytes, Length(G1_BYTES, RING_TOKEN_BYTES_MAX)]
SignerKey = Annotated[bytes, Length(G2_BYTES)]  # X of a registrar, or of a class
EncryptionKey = Annotated[bytes, Length(32)]
AgencyIds = Annotated[tuple[AgencyId, ...], CountMax(TRUSTEES_MAX, low=1)]


@record
class Windows:
    """The dates before which each part ends or, where it says so, from which it begins."""

    roll_until_ms: TimeMs  # voters are entered
    objections_until_ms: TimeMs  # the official adds and removes
    keys_until_ms: TimeMs  # the roll is frozen, then registrars, or a ring's members, post keys
    commit_until_ms: TimeMs  # trustees: hashes of coefficient commitments
    reveal_until_ms: TimeMs  # the commitments themselves
    deal_until_ms: TimeMs  # encrypted shares
    complain_until_ms: TimeMs  # complaints
    answer_until_ms: TimeMs  # answers of accused dealers
    issue_from_ms: TimeMs  # tokens are requested and issued from here on
    request_until_ms: TimeMs
    issue_until_ms: TimeMs
    cast_from_ms: TimeMs
    cast_until_ms: TimeMs
    decrypt_until_ms: TimeMs  # decryption shares


@record
class VoterClass:
    """Voters whose ballots weigh the same; numbered from 0.

    With fewer than `class_size_min` ballots of its weight they count as those of the class `joins`;
    without one they are not opened.
    """

    name_th: Label
    name_en: Label
    weight: Annotated[int, Range(1, WEIGHT_MAX)]
    joins: ClassId | None


@record
class Eligibility:
    """What identity must attest of a voter when the roll names it."""

    attestation: Slug
    min_ial: Annotated[int, Range(0, 999)]
    namespace: Slug | None  # of identity, in which one person has one subject; None: not asked


@record
class English:
    """A contest's texts in English, in the order of its own; those of the contest are Thai."""

    title: Label
    options: Annotated[tuple[Label, ...], CountMax(OPTIONS_MAX)]
    grades: Annotated[tuple[Label, ...], CountMax(GRADES_MAX)]


@record
class Registrars:
    """Who issues tokens: `needed` of `agencies` sign each; numbered from 1 in this order.

    `needed` who cheat together can stuff the box, and one less than the rest shut a voter out.
    Where voters sign as members of a ring there is none, and none is needed.
    """

    agencies: Annotated[tuple[AgencyId, ...], CountMax(REGISTRARS_MAX)]
    needed: Annotated[int, Range(0, REGISTRARS_MAX)]


@record
class Trustees:
    """Who holds the election key: `needed` of `agencies` decrypt; numbered from 1 in this order."""

    agencies: AgencyIds
    needed: Annotated[int, Range(1, TRUSTEES_MAX)]


@record
class Seating:
    """What the ledger does not compute, but binds: how places become seats.

    Fewer voters than the quorum, in percent of the roll, make no result that stands. `lots_from`
    says, before anybody knows it, where the public seed comes from that decides ties.
    """

    seats: Annotated[tuple[SeatCount, ...], CountMax(CONTESTS_MAX, low=1)]  # one a contest
    quorum_percent: Annotated[int, Range(0, 100)]
    lots_from: Label


@record
class Manifest:
    """Everything that is decided before an election opens. Its canonical array is hashed."""

    title_th: Label
    title_en: Label
    suite: int
    token_scheme: int
    contests: Annotated[tuple[Contest, ...], CountMax(CONTESTS_MAX, low=1)]
    english: Annotated[tuple[English, ...], CountMax(CONTESTS_MAX, low=1)]  # one a contest
    classes: Annotated[tuple[VoterClass, ...], CountMax(CLASSES_MAX, low=1)]
    class_size_min: Annotated[int, Range(1, HEIGHT_MAX)]
    eligibility: Eligibility
    official: Address  # who decides on objections
    registrars: Registrars
    trustees: Trustees
    windows: Windows
    seating: Seating


PAGE = 200

Limit = Annotated[int, Range(1, PAGE)]


POINT_BYTES = 32
CIPHERTEXT_BYTES = 64

PointBytes = Annotated[bytes, Length(POINT_BYTES)]
Ciphertexts = Annotated[bytes, Length(0, CIPHERTEXT_BYTES * CHOICES_MAX)]
Points = Annotated[bytes, Length(0, POINT_BYTES * CHOICES_MAX)]
CountRow = Annotated[tuple[Count, ...], CountMax(CHOICES_MAX)]
CountRows = Annotated[tuple[CountRow, ...], CountMax(CONTESTS_MAX, low=1)]  # one a contest


Statement = tuple[str, bytes]  # the tag and the bytes that a key signs: key.sign(*statement)
UNSIGNED = Signature(bytes(64))  # holds the place of a signature until it is made


class UnknownElection(ContractError):
    """There is no election of this id."""


class ElectionCancelled(ContractError):
    """The election was cancelled before it opened."""


class AlreadyOpen(ContractError):
    """The election has been opened; nothing of its set-up changes any more."""


class NotOpen(ContractError):
    """The election has not been opened."""


class RollNotFrozen(ContractError):
    """The roll is not frozen yet."""


class OutsideWindow(ContractError):
    """The block's time is not in the window that this act has."""


class BadWindows(ContractError):
    """The dates do not rise, or begin in the past."""


class TooSoonAfterIssuing(ContractError):
    """The block is a neighbour of the one that fixed who signs: they would tell who votes."""


class GroupsTooSmall(ContractError):
    """The manifest's `class_size_min` is below what the network asks for."""


class UnknownClass(ContractError):
    """The election has no class of this id."""


class ElectionAnnulled(ContractError):
    """The election was annulled by the authority and the official."""


class Overissued(ContractError):
    """A class has more valid tokens than requests: the registrars that sign for it cheated."""


class MissingRegistrarKey(ContractError):
    """The registrar posted no keys in time, and is left out."""


class NoSigningSet(ContractError):
    """No registrars sign for the class: answers are not closed, or nobody requested a token."""


class AnotherScheme(ContractError):
    """The act belongs to another scheme of tokens than the election's."""


class RingTooSmall(ContractError):
    """Fewer members posted keys than hide one another: `class_size_min` of the manifest."""


class ActsForAnother(ContractError):
    """The account, or a key of it, has acted for another part of the election."""


class UnknownVoter(ContractError):
    """The person is not on the roll."""


class WrongClass(ContractError):
    """The class is another than the voter's, or than the pseudonym's."""
