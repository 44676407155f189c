"""Certificates as they are shown: from then until the end of the epoch the key may act.

The checks with pairings are prechecks, of many transactions together.
"""

from contracts.identity.core.messages import (
    BadCitizenSignature,
    Count,
    Level,
    PairwiseEnded,
    Slug,
)
from contracts.identity.core.state import contract, pairwise_ends
from contracts.identity.crypto.certificates import (
    ALIVE,
    ENROL,
    SLOTS,
    Held,
    ListId,
    Place,
    Round,
    alive_hash,
    are_certificates,
    enrolment_hash,
    held,
    show_statement,
    use_statement,
)
from contracts.identity.vouching.handlers import round_key
from contracts.identity.vouching.messages import (
    CertificatesShown,
    ForgedCertificate,
    NoSum,
    PlaceUnassigned,
    ShowCertificates,
    SlotsSwept,
    SlotUsed,
    SweepSlots,
    UnknownPlace,
    UnknownRound,
    WrongEpoch,
    WrongGeneration,
)
from contracts.identity.vouching.state import (
    Slot,
    Vouched,
    deposit_counts,
    enrolment_counts,
    epoch_of,
    known_counts,
    known_places,
    place_sectors,
    round_vouchers,
    rounds,
    shown_counts,
    slots,
    stated_counts,
    summed_keys,
    vouched_keys,
    year_of,
)
from contracts.sdk import Context, PublicKey, anyone, emit, replace, require
from contracts.sdk.bls import decode_g1
from contracts.sdk.crypto import is_usable_key, verify

_ED25519 = b"\x01"


@contract.execute(ShowCertificates, allow=anyone)
def show_certificates(ctx: Context, msg: ShowCertificates) -> None:
    """Let a pairwise key act in its sector until the epoch ends, at the level of its class."""
    epoch = epoch_of(ctx)
    require(msg.alive_in.period == epoch, WrongEpoch, epoch=epoch)
    require(not pairwise_ends.has(ctx, msg.key), PairwiseEnded)
    where = (msg.enrolled.period, msg.place)
    sector = place_sectors.load(ctx, where, absent=PlaceUnassigned)
    plan = rounds.load(ctx, round_key(msg.alive_in), absent=UnknownRound)
    require(msg.class_id < plan.count, UnknownPlace)
    fresh = Slot(msg.key, msg.alive_in.edition, msg.alive_in.generation, ())
    slot = slots.get(ctx, (epoch, msg.slot_key), fresh)
    require(replace(slot, classes=()) == fresh, SlotUsed)

    if msg.class_id not in slot.classes:
        after = replace(slot, classes=(*slot.classes, msg.class_id))
        slots.save(ctx, (epoch, msg.slot_key), after)
        shown_counts.add(ctx, (*round_key(msg.alive_in), msg.class_id), 1)
    if not known_places.has(ctx, (*where, msg.key)):
        known_places.save(ctx, (*where, msg.key), value=True)
        known_counts.add(ctx, where, 1)
    level = plan.classes[msg.class_id]
    earlier = vouched_keys.get(ctx, (sector, msg.key), None)
    if earlier is None or earlier.epoch < epoch or earlier.level < level:
        vouched_keys.save(ctx, (sector, msg.key), Vouched(epoch, level))
    emit(ctx, CertificatesShown(msg.key, sector, epoch, level))


@contract.shared((ShowCertificates,), are_right=are_certificates, refused=ForgedCertificate)
def certificates_of(ctx: Context, msg: ShowCertificates) -> tuple[Held, Held]:
    """Return both certificates, and the keys that they must be under.

    What both keys signed is checked here: there is nothing to gain by checking several at once.
    """
    kinds = (msg.enrolled.kind, msg.alive_in.kind)
    require(kinds == (ENROL, ALIVE), UnknownRound)
    require(msg.enrolled.generation == msg.alive_in.generation, WrongGeneration)
    where, epoch = (msg.enrolled.period, msg.place), msg.alive_in.period
    key = msg.key
    require(msg.slot_key[:1] == _ED25519 and is_usable_key(key), BadCitizenSignature)
    shows = show_statement(ctx.chain_id, epoch, where, msg.slot_key)
    uses = use_statement(ctx.chain_id, epoch, key)
    require(verify(key, *shows, msg.signature), BadCitizenSignature)
    require(verify(msg.slot_key, *uses, msg.slot_signature), BadCitizenSignature)

    place_key = _sum_of(ctx, msg.enrolled, msg.place)
    class_key = _sum_of(ctx, msg.alive_in, msg.class_id)
    enrolled = enrolment_hash(ctx.chain_id, where, key)
    alive = alive_hash(ctx.chain_id, epoch, msg.slot_key)
    return (
        held(place_key, enrolled, decode_g1(msg.enrolment)),
        held(class_key, alive, decode_g1(msg.alive)),
    )


@contract.execute(SweepSlots, allow=anyone)
def sweep_slots(ctx: Context, msg: SweepSlots) -> None:
    """Forget throwaway keys of a past epoch: their certificates are of no use any more."""
    require(msg.epoch < epoch_of(ctx), WrongEpoch)
    for key in msg.slot_keys:
        slots.remove(ctx, (msg.epoch, key))
    emit(ctx, SlotsSwept(msg.epoch, len(msg.slot_keys)))


def _sum_of(ctx: Context, asked: Round, place: int) -> bytes:
    found: bytes = summed_keys.load(ctx, (*round_key(asked), place), absent=NoSum)
    return found


@contract.query
def alive_surplus(ctx: Context, asked: Round, class_id: Place) -> Count:
    """How many more keys were shown in a class than vouchers can have answered; 0 if none.

    A key that was shown in several classes counts in each, so that no class hides another's.

    They answered the largest count of those who sign, or 8 a depositor while not all have said.
    Any number above 0 proves that all who sign in the round cheat together.
    """
    chosen = round_vouchers.get(ctx, round_key(asked), ())
    stated = [stated_counts.get(ctx, (*round_key(asked), one), ()) for one in chosen]
    most = SLOTS * deposit_counts.get(ctx, year_of(asked.period), 0)
    if len(stated) > 0 and all([class_id < len(counts) for counts in stated]):
        most = min(most, max([counts[class_id] for counts in stated]))
    return max(0, shown_counts.get(ctx, (*round_key(asked), class_id), 0) - most)


@contract.query
def enrolment_surplus(ctx: Context, list_id: ListId, place: Place) -> Count:
    """How many more keys were shown in a place than roots are in its list; 0 if none."""
    known = known_counts.get(ctx, (list_id, place), 0)
    return max(0, known - enrolment_counts.get(ctx, list_id, 0))


@contract.query
def vouched_level(ctx: Context, sector: Slug, key: PublicKey) -> Level:
    """The level at which a pairwise key is vouched for in a sector in this epoch; 0 if not."""
    found = vouched_keys.get(ctx, (sector, key), None)
    return found.level if found is not None and found.epoch == epoch_of(ctx) else 0


slot_of = contract.expose(
    "slot", slots, ("epoch", "slot_key"), "Which pairwise key a throwaway key serves."
)
