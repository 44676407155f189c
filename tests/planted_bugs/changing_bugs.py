"""Bugs in sets that change (R4.1, S1 to S6), as a programmer might have made them."""

from dataclasses import replace

from consensus import catch_up, engine, faults, heights, turns
from consensus.events import Head
from consensus.replica import NO_HEIGHT, Replica
from consensus.state import HeightState
from primitives.crypto import PublicKey
from primitives.ids import Height
from primitives.validators import Validator, ValidatorSet
from tests.consensus import test_changing_sets as step_law
from tests.planted_bugs.bugs import ROUGH, Patch, PlantedBug
from tests.simulation import ledger as sim_ledger
from tests.simulation import test_changing_sets as law
from tests.simulation.plan import CHANGING


def the_set_is_that_of_the_genesis_for_ever(patch: Patch) -> None:
    """Who decides is read once."""
    next_height, first = heights.next_height, {}

    def by_genesis(head: Head) -> HeightState:
        found = first.setdefault(head.restart, head.validators)
        return next_height(replace(head, validators=found))

    patch.setattr(heights, "next_height", by_genesis)


def a_change_counts_one_height_late_for_votes(patch: Patch) -> None:
    """The next block is decided by the set that decided this one."""
    next_height = heights.next_height

    def late(head: Head) -> HeightState:
        return next_height(replace(head, validators=head.decided_by or head.validators))

    patch.setattr(heights, "next_height", late)


def evidence_is_judged_by_the_set_of_today(patch: Patch) -> None:
    """Whoever has left can be accused of nothing, and its bearer is blamed."""

    def todays(replica: Replica, _height: Height) -> ValidatorSet:
        return replica.state.validators

    patch.setattr(faults, "_set_at", todays)


def claims_of_who_has_left_are_counted(patch: Patch) -> None:
    """Anybody's claims silence a validator."""

    def all_claims(replica: Replica) -> None:
        needed = replica.state.validators.faults_max + 1
        claimed = sorted(replica.claims.values(), reverse=True)
        replica.claimed = claimed[needed - 1] if len(claimed) >= needed else NO_HEIGHT

    for module in (heights, catch_up):
        patch.setattr(module, "note_claims", all_claims)


def a_sleeper_hears_its_old_set_only(patch: Patch) -> None:
    """What members claim that are no validators of the open height is dropped."""
    on_claim = catch_up.on_claim

    def deaf(replica: Replica, peer: PublicKey, height: Height) -> None:
        if peer in replica.state.validators:
            on_claim(replica, peer, height)

    for module in (catch_up, engine):
        patch.setattr(module, "on_claim", deaf)


def proposers_stand_by_their_keys(patch: Patch) -> None:
    """A key decides the place, so that a new one moves everybody."""

    def by_key(
        validators: ValidatorSet, height: Height, _since: turns.Since
    ) -> tuple[Validator, ...]:
        first = height % len(validators)
        return validators.members[first:] + validators.members[:first]

    patch.setattr(turns, "_rotation", by_key)


def any_number_of_seats_changes_at_once(patch: Patch) -> None:
    """All that is decided is done in the next block."""
    patch.setattr(sim_ledger.Seats, "after", _all_at_once)


def _all_at_once(
    seats: sim_ledger.Seats, height: Height, transactions: tuple[bytes, ...]
) -> sim_ledger.Seats:
    members = {one.name: one for one in seats.validators.members}
    done = seats.done
    for change in map(sim_ledger.read_seat_change, transactions):
        if change is None or change.is_stolen or change.serial != done + 1:
            continue
        done = change.serial
        members.pop(change.name, None)
        if change.key is not None:
            members[change.name] = Validator(change.key, change.name)
    following = sim_ledger.validator_set(members.values())
    since = turns.seats_since(
        seats.since, height=height, validators=seats.validators, following=following
    )
    return sim_ledger.Seats(validators=following, since=since, done=done, stolen=seats.stolen)


CHANGING_FOUND_BY = {
    claims_of_who_has_left_are_counted: (
        step_law.test_s6_claims_of_validators_that_have_left_do_not_count_to_f_plus_one_of_the_new_set
    ),
    a_sleeper_hears_its_old_set_only: (
        law.test_s_j_a_sleeper_of_whose_old_set_nobody_is_left_wakes_too
    ),
}

_CHANGING = replace(
    ROUGH,
    spares=3,
    nemeses=("partition", "crash", "isolate_proposer", CHANGING, CHANGING, CHANGING),
)

CHANGING_BUGS = tuple(
    PlantedBug(plant.__name__, plant, plan, seeds_max)
    for plant, plan, seeds_max in (
        (the_set_is_that_of_the_genesis_for_ever, _CHANGING, 1),
        (a_change_counts_one_height_late_for_votes, _CHANGING, 1),
        (evidence_is_judged_by_the_set_of_today, replace(_CHANGING, byzantine=("twin",)), 20),
        (proposers_stand_by_their_keys, _CHANGING, 1),
        (any_number_of_seats_changes_at_once, _CHANGING, 3),
    )
)
