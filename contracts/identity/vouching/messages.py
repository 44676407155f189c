"""What may be asked about vouchers, roots and certificates, and what is refused."""

from typing import Annotated

from contracts.identity.core.messages import (
    AgencyId,
    Count,
    Id,
    Level,
    Seq,
    Slug,
    Statement,
)
from contracts.identity.crypto.certificates import (
    VOUCHERS_MAX,
    Edition,
    Element,
    Epoch,
    Generation,
    ListId,
    Place,
    Round,
    VoucherNumber,
)
from contracts.sdk import (
    ContractError,
    CountMax,
    Length,
    PublicKey,
    Range,
    Signature,
    encode,
    event,
    message,
    record,
)
from contracts.sdk.bls import G2_BYTES
from contracts.sdk.bls_blind import PROOF_BYTES
from contracts.sdk.transcript import HASH_BYTES

KEYS_POSTED_MAX = 64  # in one transaction
PLACES_SUMMED_MAX = 16
CLASSES_MAX = 16
JUDGED_ROWS_MAX = 8  # of 32 depositors, in one transaction

Agencies = Annotated[tuple[AgencyId, ...], CountMax(VOUCHERS_MAX, low=2)]
Root = Annotated[bytes, Length(HASH_BYTES)]
Year = Annotated[int, Range(2_000, 9_999)]
Counts = Annotated[tuple[Count, ...], CountMax(CLASSES_MAX, low=1)]


@record
class VoucherKey:
    """X of one place or class, and W and z, which prove that its owner knows x."""

    key: Annotated[bytes, Length(G2_BYTES)]
    proof: Annotated[bytes, Length(PROOF_BYTES)]


@message
class SetVouchers:
    """Name the vouchers of the next edition, `needed` of whom sign together."""

    edition: Edition
    agencies: Agencies
    needed: VoucherNumber
    holders_min: Annotated[int, Range(1, 10_000)]  # a class of fewer joins the one below


@message
class RequireCertificates:
    """Let no key act for a citizen without certificates, from an epoch on and for good."""

    epoch: Epoch


@message
class AssignPlace:
    """Give a sector its place in a list, for good."""

    list_id: ListId
    place: Place
    sector: Slug


@message
class OpenRound:
    """Begin that vouchers post the keys of a round; fixes which classes an epoch has."""

    agency: AgencyId
    asked: Round


@message
class PostKeys:
    """Post a voucher's own keys of a round, of the places or classes from `first` on."""

    agency: AgencyId
    asked: Round
    first: Place
    keys: Annotated[tuple[VoucherKey, ...], CountMax(KEYS_POSTED_MAX, low=1)]


@message
class SumKeys:
    """Fix who signs in a round once its keys are in, and add up their keys of these places."""

    asked: Round
    places: Annotated[tuple[Place, ...], CountMax(PLACES_SUMMED_MAX, low=1)]


@message
class EnrolRoot:
    """Fix a subject's blinded pairwise keys of a list, by one root; never replaced."""

    sid: Id
    seq: Seq
    list_id: ListId
    generation: Generation
    root: Root
    key: PublicKey
    signature: Signature  # over enrolment_root_statement


@message
class DepositRoot:
    """Fix a subject's blinded throwaway keys of a year, by one root."""

    sid: Id
    seq: Seq
    year: Year
    generation: Generation
    root: Root
    key: PublicKey
    signature: Signature  # over deposit_statement


@message
class RestateLevel:
    """Count a depositor in the class of its level now. Anyone may send it."""

    sid: Id
    year: Year


@message
class JudgeDepositors:
    """Fix up to which level depositors are answered in an epoch; it stays. Anyone may send it."""

    epoch: Epoch
    first: Annotated[int, Range(0, 2**32)]  # row, of the depositors 32 * first and on
    rows: Annotated[int, Range(1, JUDGED_ROWS_MAX)]


@message
class ShowCertificates:
    """Show that a pairwise key is enrolled in a place, and its owner in order in this epoch."""

    enrolled: Round
    place: Place
    enrolment: Element
    alive_in: Round
    class_id: Annotated[int, Range(0, CLASSES_MAX - 1)]
    alive: Element
    key: PublicKey  # P
    slot_key: PublicKey  # Q, an Ed25519 key
    signature: Signature  # by P, over show_statement
    slot_signature: Signature  # by Q, over use_statement


@message
class StateAnswers:
    """State how many elements a voucher answered in an epoch's round, by class."""

    agency: AgencyId
    asked: Round
    counts: Counts


@message
class SweepSlots:
    """Free the storage of throwaway keys of a past epoch."""

    epoch: Epoch
    slot_keys: Annotated[tuple[PublicKey, ...], CountMax(64, low=1)]


def enrolment_root_statement(chain_id: str, msg: EnrolRoot) -> Statement:
    """Return what a subject's key signs to enrol in a list."""
    fields = (chain_id, msg.sid, msg.seq, msg.list_id, msg.generation, msg.root)
    return "identity/enrolment-root", encode(fields)


def deposit_statement(chain_id: str, msg: DepositRoot) -> Statement:
    """Return what a subject's key signs to deposit the throwaway keys of a year."""
    fields = (chain_id, msg.sid, msg.seq, msg.year, msg.generation, msg.root)
    return "identity/deposit", encode(fields)


class WrongEdition(ContractError):
    """Editions of vouchers follow each other, and a round is of the last one."""


class BadVouchers(ContractError):
    """Too few or too many are needed, one is named twice, or one is an IdP or relying party."""


class RequiredAlready(ContractError):
    """An epoch from which certificates are required is set, and stays."""


class EpochNotAhead(ContractError):
    """The epoch is not far enough ahead."""


class PlaceAssigned(ContractError):
    """The place has a sector, or the sector a place; neither changes."""


class PlaceUnassigned(ContractError):
    """The sector has no place, or another than the certificate's."""


class UnknownVoucher(ContractError):
    """The agency is no voucher of this edition."""


class UnknownRound(ContractError):
    """No such round was begun, or it is of no such kind."""


class RoundOpen(ContractError):
    """The round was begun before, or its keys are not in yet."""


class RoundClosed(ContractError):
    """The round takes no keys or counts now."""


class UnknownPlace(ContractError):
    """The round has no such place or class."""


class VoucherKeyExists(ContractError):
    """The voucher has posted this key, or stated its counts."""


class VoucherKeyReused(ContractError):
    """The key was posted before, for whatever purpose; each serves one place once."""


class UnprovenVoucherKey(ContractError):
    """The proof is not of this voucher, round and place: its owner may not know the key."""


class TooFewVouchers(ContractError):
    """Fewer vouchers than are needed posted all keys of the round, or their keys cancel."""


class NoSum(ContractError):
    """The vouchers' keys of this place are not added up: no certificate can be checked."""


class WrongGeneration(ContractError):
    """The subject is of another generation, or the two certificates are."""


class RootExists(ContractError):
    """The subject has a root for this, which stays."""


class OutsideYear(ContractError):
    """A deposit is made in the 60 days before its year, or in it."""


class UnknownDeposit(ContractError):
    """The subject made no deposit for this year."""


class NotProofed(ContractError):
    """The subject has no proofing that counts now."""


class WrongEpoch(ContractError):
    """It is not the time for this: the epoch is no longer or not yet, or it is not over."""


class ForgedCertificate(ContractError):
    """A certificate is not the vouchers' signature of this key."""


class SlotUsed(ContractError):
    """The throwaway key serves another pairwise key in this epoch."""


@event
class VouchersSet:
    """These agencies vouch from now on."""

    edition: Edition
    agencies: Agencies
    needed: VoucherNumber


@event
class CertificatesRequired:
    """From this epoch on no key acts without certificates."""

    epoch: Epoch


@event
class PlaceGiven:
    """A sector has its place."""

    list_id: ListId
    place: Place
    sector: Slug


@event
class RoundOpened:
    """Vouchers post the keys of a round, until a time."""

    asked: Round
    classes: Annotated[tuple[Level, ...], CountMax(CLASSES_MAX)]
    until_ms: Count


@event
class KeysPosted:
    """A voucher has posted keys of a round."""

    asked: Round
    voucher: VoucherNumber
    first: Place
    count: Count


@event
class VouchersFixed:
    """These vouchers sign in a round."""

    asked: Round
    vouchers: Annotated[tuple[VoucherNumber, ...], CountMax(VOUCHERS_MAX)]


@event
class RootEnrolled:
    """A subject has enrolled in a list."""

    sid: Id
    list_id: ListId
    generation: Generation


@event
class RootDeposited:
    """A subject has deposited the throwaway keys of a year, which count from an epoch on."""

    sid: Id
    year: Year
    number: Count
    since: Epoch


@event
class LevelRestated:
    """A depositor is counted in another class."""

    sid: Id
    year: Year
    level: Level


@event
class CertificatesShown:
    """A pairwise key is vouched for until the end of the epoch, at a level."""

    key: PublicKey
    sector: Slug
    epoch: Epoch
    level: Level


@event
class AnswersStated:
    """A voucher has stated how many elements it answered, by class."""

    asked: Round
    voucher: VoucherNumber
    counts: Counts


@event
class SlotsSwept:
    """Throwaway keys of a past epoch were forgotten."""

    epoch: Epoch
    count: Count
