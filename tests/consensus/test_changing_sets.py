"""Rules S1, S4, S5 and S6, and R2.5, where the set of validators changes from height to height."""

from dataclasses import replace

from consensus import FetchBlocks, Found, Received, Standing, StoreNote, begin, born
from consensus.events import BlockCommitted, TimerFired
from consensus.messages import PositionQuestion
from consensus.turns import Rota, Turn, charge, order_of, seats_since
from consensus.wire import read_message
from primitives.crypto import PublicKey
from primitives.ids import Height
from primitives.limits import VALIDATORS_MAX
from primitives.set_history import SetHistory
from primitives.validators import Validator, ValidatorSet, validator_set
from tests.consensus.builders import (
    RANDOM,
    answer,
    block_on,
    certificate_of,
    engine_of,
    found_after,
    genesis_head,
    head_after,
    key_of,
    prepare,
    validators_of,
)
from tests.consensus.drive import hear, only
from tests.consensus.test_catch_up import status

FOUR = validators_of(4)


def set_of(*indices: int) -> ValidatorSet:
    return validator_set(Validator(key_of(i), f"n{i}") for i in indices)


def head_deciding(validators: ValidatorSet, *, decided_by: ValidatorSet = FOUR, height: int = 1):
    """A head after which `validators` decide."""
    block = block_on(genesis_head(4), proposer=1)
    head = head_after(block, certificate_of(block, senders=(1, 2, 3)))
    return replace(
        head,
        height=Height(height),
        validators=validators,
        decided_by=decided_by,
        order=order_of(validators, {}, Height(height + 1)),
        passed_over=(),
        history=SetHistory(sets=((Height(1), decided_by), (Height(height + 1), validators))),
    )


def change_to(engine, validators: ValidatorSet):
    return engine.step(BlockCommitted(head_deciding(validators)))


# S1: a sleeper wakes.


def test_s1_a_sleeper_fetches_on_the_word_of_one_member_that_its_old_set_does_not_hold():
    engine = engine_of(0)

    effects = hear(engine, status(34), peer=7)

    assert [(f.height_known, f.peers) for f in only(effects, FetchBlocks)] == [(33, (key_of(7),))]


def test_s1_one_member_alone_starts_a_fetch_of_64_heights_at_most():
    engine = engine_of(0)

    effects = hear(engine, status(10**15), peer=7)

    assert [f.height_known for f in only(effects, FetchBlocks)] == [64]


def test_s1_what_members_claim_that_are_no_validators_silences_nobody():
    engine = engine_of(0)
    for stranger in (6, 7, 8, 9):
        hear(engine, status(34), peer=stranger)

    assert engine._replica.may_sign
    assert engine.status().is_behind is False


def test_s1_claims_of_any_number_of_members_are_kept_in_bounded_memory():
    engine = engine_of(0)
    for number in range(2_000):
        peer = PublicKey(b"\x01" + number.to_bytes(32, "big"))
        engine._replica.state.is_open = True
        hear_from(engine, peer, status(34))

    assert len(engine._replica.claims) == 256


def hear_from(engine, peer, message):
    return engine.step(Received(peer, message.encode()))


# S6: who has left silences nobody.


def test_s6_claims_of_validators_that_have_left_do_not_count_to_f_plus_one_of_the_new_set():
    engine = engine_of(0)
    hear(engine, status(9), peer=3)
    change_to(engine, set_of(0, 1, 2, 4))

    hear(engine, status(9), peer=1)

    assert engine._replica.claimed == 0
    hear(engine, status(9), peer=4)
    assert engine._replica.claimed == 9


# R2.5 with sets that change.


def test_r2_5_answers_given_before_a_change_count_for_who_is_in_the_new_set():
    engine = engine_of(0)
    answer(engine, key_of(4), height=1)

    change_to(engine, set_of(0, 1, 2, 4))

    assert engine._replica.right.is_heard


def test_r2_5_with_too_few_answers_of_the_new_set_a_node_asks_again_before_it_signs():
    engine = engine_of(0)
    engine.step(TimerFired("position", engine._replica.timers["position"]))

    effects = change_to(engine, set_of(0, 5, 6, 7))

    asked = [read_message(e.payload) for e in effects if hasattr(e, "payload")]
    assert any(isinstance(message, PositionQuestion) for message in asked)
    assert not engine._replica.may_sign
    for peer in (5, 6):
        answer(engine, key_of(peer), height=2)
    assert engine._replica.may_sign


# S4: one sign-state a key.


def test_s4_the_note_of_another_key_of_the_node_does_not_make_a_new_key_a_listener():
    found = found_after(head_deciding(FOUR), 0)
    note = StoreNote(stamp=found.store.stamp, mark=found.store.mark, statements=(), key=key_of(9))
    new = Found(sign_state=born_state(), unreadable=None, lock=None, wal=None, store=note)

    start = begin(new, key_of(0), RANDOM)

    assert start.reason is None
    assert start.state.standing is Standing.BORN


def test_s4_a_key_that_has_signed_and_whose_note_another_key_overwrote_listens():
    found = found_after(head_deciding(FOUR), 0)
    note = replace(found.store, key=key_of(9))

    start = begin(replace(found, store=note), key_of(0), RANDOM)

    assert start.reason == "the store is lost"


def born_state():
    return born(key_of(0))


def test_s4_what_validators_of_many_sets_have_signed_is_remembered_within_the_bound_of_a_note():
    engine = engine_of(0)
    block = block_on(genesis_head(4), proposer=1)
    for sender in range(1, 200):
        engine._replica.right.witness(prepare(block, sender))

    change_to(engine, FOUR)

    assert len(engine.note().statements) == VALIDATORS_MAX
    assert {key_of(i) for i in (1, 2, 3)} <= set(engine._replica.right.witnessed)


# S5: a change moves as few as can be, and no key moves anybody.


def test_s5_proposers_stand_by_the_age_of_their_seat_then_by_name():
    validators = set_of(0, 1, 2, 3)

    order = order_of(validators, {}, Height(8), {"n0": Height(5), "n3": Height(4)})

    assert [validators.name_of(key) for key in order] == ["n1", "n2", "n3", "n0"]


def test_s5_who_rotates_its_key_keeps_its_place_whatever_the_key():
    before = set_of(0, 1, 2, 3)
    for new_key in (10, 200):
        others = [one for one in before.members if one.name != "n2"]
        after = validator_set([*others, Validator(key_of(new_key), "n2")])

        since = seats_since({}, height=Height(7), validators=before, following=after)

        names = [after.name_of(key) for key in order_of(after, {}, Height(8), since)]
        assert names == ["n0", "n1", "n2", "n3"]


def test_s5_who_comes_back_stands_last():
    without, again = set_of(1, 2, 3, 4), set_of(0, 1, 2, 3, 4)

    since = seats_since({}, height=Height(7), validators=without, following=again)

    assert since == {"n0": 8}


def test_s5_missed_turns_are_counted_by_node_across_a_rotation_and_end_with_the_seat():
    before = set_of(0, 1, 2, 3)
    others = [one for one in before.members if one.name != "n0"]
    rotated = validator_set([*others, Validator(key_of(9), "n0")])
    rota = Rota(height=Height(8), validators=before, turns={"n0": Turn(missed=1, charged=4)})

    kept = charge(rota, proposer=key_of(1), following=rotated)
    gone = charge(rota, proposer=key_of(1), following=set_of(1, 2, 3, 4))

    assert kept["n0"].missed == 2
    assert "n0" not in gone


def test_s9_a_validator_that_leaves_says_nothing_and_goes_on_when_it_is_back():
    engine = engine_of(0)
    change_to(engine, set_of(1, 2, 3, 4))
    away = engine._replica.may_sign

    back = head_deciding(FOUR, decided_by=set_of(1, 2, 3, 4), height=2)
    engine.step(BlockCommitted(back))

    assert not away
    assert engine._replica.may_sign
