"""Rules R3.1 to R3.3: whose turn it is, who is charged, who is passed over, and the way back."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consensus.turns import MISSED_MAX, NO_TURN, Rota, Turn, Turns, charge, order_of, passed_over
from primitives.crypto import PublicKey
from primitives.ids import Height
from primitives.validators import ValidatorSet, validator_set
from tests.consensus.builders import key_of, validators_of

FOUR = validators_of(4)
BASIL, CORAL, DAHLIA = (key_of(i) for i in range(1, 4))


def names(validators: ValidatorSet, keys: Sequence[PublicKey]) -> list[str]:
    return [validators.name_of(key) for key in keys]


def after(
    turns: Turns,
    height: int,
    proposer: PublicKey,
    validators: ValidatorSet = FOUR,
    following: ValidatorSet | None = None,
) -> dict[str, Turn]:
    rota = Rota(height=Height(height), validators=validators, turns=turns)
    return charge(rota, proposer=proposer, following=following or validators)


def orders(blocks: int, absent: set[PublicKey], validators: ValidatorSet):
    """Yield (height, order) while the first who is present proposes each block."""
    turns: dict[str, Turn] = {}
    for number in range(1, blocks + 1):
        order = order_of(validators, turns, Height(number))
        yield number, order
        present = next(key for key in order if key not in absent)
        turns = after(turns, number, present, validators)


def test_r3_1_without_missed_turns_the_order_is_the_rotation_from_the_height():
    orders = [names(FOUR, order_of(FOUR, {}, Height(h))) for h in range(5)]

    assert orders[0] == ["amber", "basil", "coral", "dahlia"]
    assert orders[1] == ["basil", "coral", "dahlia", "amber"]
    assert orders[3] == ["dahlia", "amber", "basil", "coral"]
    assert orders[4] == orders[0]


def test_r3_1_the_passed_over_stand_last_in_rotation_order():
    seven = validators_of(7)
    turns = {"basil": Turn(2, 3, 40), "fern": Turn(2, 3, 40)}

    order = names(seven, order_of(seven, turns, Height(3)))

    assert order == ["dahlia", "ebony", "ginger", "amber", "coral", "fern", "basil"]
    assert names(seven, passed_over(seven, turns, Height(3))) == ["fern", "basil"]


@pytest.mark.parametrize(("height", "is_over"), [(39, True), (40, True), (41, False)])
def test_r3_3_passed_over_is_up_to_and_including_until(height, is_over):
    turns = {"basil": Turn(2, 3, 40)}

    assert (BASIL in passed_over(FOUR, turns, Height(height))) is is_over


def test_r3_2_who_stands_before_the_headers_proposer_is_charged_and_nobody_else():
    turns = after({}, 1, DAHLIA)

    assert turns == {"basil": Turn(1, 1, 0), "coral": Turn(1, 1, 0)}


def test_r3_2_a_block_of_the_first_proposer_changes_nothing():
    assert after({}, 1, BASIL) == {}


def test_r3_3_one_missed_turn_is_forgiven_and_the_second_passes_over():
    first = after({}, 1, CORAL)
    second = after(first, 5, CORAL)

    assert first == {"basil": Turn(1, 1, 0)}
    assert second == {"basil": Turn(2, 5, 5 + 16)}


def test_r3_3_a_proposed_block_clears_what_was_missed():
    turns = after({"basil": Turn(5, 9, 0)}, 13, BASIL)

    assert turns == {"basil": Turn(0, 9, 0)}


@pytest.mark.parametrize(("missed", "heights"), [(1, 16), (2, 32), (5, 256), (8, 2048), (9, 2048)])
def test_r3_3_a_miss_doubles_up_to_512_n(missed, heights):
    turns = after({"basil": Turn(missed, 101, 100)}, 105, CORAL)

    assert turns["basil"].until == 105 + heights


def test_r3_3_who_comes_back_has_one_turn():
    turns = {"basil": Turn(2, 5, 21)}

    between = after(turns, 22, CORAL)
    again = after(between, 25, CORAL)

    assert between == turns
    assert again == {"basil": Turn(3, 25, 25 + 32)}


def test_r3_3_with_equal_misses_the_least_name_is_passed_over():
    turns = {"basil": Turn(2, 8, 8), "coral": Turn(2, 8, 8)}

    charged = after(turns, 9, DAHLIA)

    assert charged["basil"].until == 9 + 32
    assert charged["coral"].until == 8


def test_r3_3_a_smaller_set_lets_the_least_missed_go_first():
    seven, six = validators_of(7), validators_of(6)
    turns = {"coral": Turn(3, 9, 90), "basil": Turn(3, 8, 80)}

    charged = after(turns, 12, key_of(5), seven, six)

    assert charged["coral"] == Turn(3, 9, 12)
    assert charged["basil"] == Turn(3, 8, 80)


def test_an_entry_is_removed_with_its_validator():
    four, three = validators_of(5), validator_set(validators_of(5).members[:4])

    assert after({"ebony": Turn(4, 3, 99)}, 5, key_of(0), four, three) == {}


@pytest.mark.parametrize(("count", "silent"), [(4, 1), (7, 2), (10, 3), (31, 10)])
def test_after_few_turns_a_silent_minority_costs_less_than_one_turn_in_a_hundred(count, silent):
    validators = validators_of(count)
    absent = {key_of(2 * i) for i in range(silent)}

    late = [
        order[0] in absent
        for height, order in orders(600 * count, absent, validators)
        if height > 100 * count
    ]

    assert sum(late) <= len(late) / 100


@pytest.mark.parametrize("missed", range(2, 12))
def test_a_validator_that_comes_back_proposes_within_the_bound(missed):
    """It is back after the heights of its last miss, and then within one rotation."""
    turns: dict[str, Turn] = {}
    height, misses = 0, 0
    while misses < missed:
        height += 1
        order = order_of(FOUR, turns, Height(height))
        misses += order[0] == BASIL
        turns = after(turns, height, next(key for key in order if key != BASIL))
    last_miss = height

    while order_of(FOUR, turns, Height(height := height + 1))[0] != BASIL:
        turns = after(turns, height, order_of(FOUR, turns, Height(height))[0])
    turns = after(turns, height, BASIL)

    assert height - last_miss <= min(16 * 2 ** (missed - 2), 2048) + 4
    assert turns["basil"].missed == 0


# A second statement of the rules, sentence by sentence, to compare with.


def order_by_the_book(validators: ValidatorSet, turns: Turns, height: int) -> list[PublicKey]:
    """R3.1: the rotation of the set from index h mod n, with the passed over last in it."""
    n = len(validators)
    rotation = [validators.members[(height + i) % n] for i in range(n)]
    over = [m for m in rotation if m.name in turns and turns[m.name].until >= height]
    rest = [m for m in rotation if m not in over]
    return [m.public_key for m in rest + over]


def charge_by_the_book(
    turns: Turns, h: int, proposer: PublicKey, s_h: ValidatorSet, s_next: ValidatorSet
) -> dict[str, Turn]:
    """R3.2 and R3.3, each sentence in a line."""
    n, f = len(s_next), (len(s_next) - 1) // 3
    book = {}
    for member in s_next.members:
        known = turns.get(member.name)
        book[member.name] = [known.missed, known.charged, known.until] if known else [0, 0, 0]
    order = order_by_the_book(s_h, turns, h)
    for key in order[: order.index(proposer)]:
        name = s_h.name_of(key)
        if name in book:
            book[name][0] = min(book[name][0] + 1, 9)
            book[name][1] = h
    if s_h.name_of(proposer) in book:
        book[s_h.name_of(proposer)][0] = book[s_h.name_of(proposer)][2] = 0
    while len(away := [name for name in book if book[name][2] > h]) > f:
        least = min(book[name][0] for name in away)
        greatest_name = max(name for name in away if book[name][0] == least)
        book[greatest_name][2] = h
    while len([name for name in book if book[name][2] > h]) < f:
        due = [
            name
            for name, (missed, charged, until) in book.items()
            if missed >= 2 and until <= h and charged > until
        ]
        if not due:
            break
        most = max(book[name][0] for name in due)
        least_name = min(name for name in due if book[name][0] == most)
        book[least_name][2] = h + min(4 * n * 2 ** (book[least_name][0] - 2), 512 * n)
    return {name: Turn(*entry) for name, entry in book.items() if entry != [0, 0, 0]}


@st.composite
def lives(draw):
    """A count of validators and, for each height, how far down the order the proposer stood."""
    count = draw(st.integers(1, 10))
    return count, draw(st.lists(st.integers(0, count - 1), max_size=80))


@given(lives())
def test_the_rules_are_as_the_book_has_them(life):
    count, places = life
    validators = validators_of(count)
    turns: dict[str, Turn] = {}

    for height, place in enumerate(places, start=1):
        order = order_of(validators, turns, Height(height))
        assert list(order) == order_by_the_book(validators, turns, height)
        expected = charge_by_the_book(turns, height, order[place], validators, validators)
        turns = after(turns, height, order[place], validators)
        assert turns == expected


TURNS = st.builds(Turn, st.integers(0, 9), st.integers(0, 60), st.integers(0, 90))


@given(
    st.integers(4, 10),
    st.integers(4, 10),
    st.dictionaries(st.sampled_from([m.name for m in validators_of(10).members]), TURNS),
    st.integers(1, 60),
    st.data(),
)
def test_the_rules_are_as_the_book_has_them_from_any_state_and_with_changing_sets(
    before, following, turns, height, data
):
    s_h, s_next = validators_of(before), validators_of(following)
    proposer = data.draw(st.sampled_from([m.public_key for m in s_h.members]))

    found = after(turns, height, proposer, s_h, s_next)

    assert found == charge_by_the_book(turns, height, proposer, s_h, s_next)


@given(lives())
def test_at_most_f_are_passed_over_and_the_order_holds_everybody_once(life):
    count, places = life
    validators = validators_of(count)
    turns: dict[str, Turn] = {}

    for height, place in enumerate(places, start=1):
        order = order_of(validators, turns, Height(height))
        over = passed_over(validators, turns, Height(height))

        assert sorted(order) == [m.public_key for m in validators.members]
        assert len(over) <= validators.faults_max
        assert order[len(order) - len(over) :] == over
        assert all(turn.missed <= MISSED_MAX and turn != NO_TURN for turn in turns.values())

        turns = after(turns, height, order[place], validators)
