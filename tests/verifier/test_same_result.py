"""Node and verifier agree: on elections of every kind, chosen at random, to the last byte."""

import random

import pytest

from client.voting.marking import mark
from contracts.voting.crypto.questions import APPROVAL, RANKED, SCORE, SINGLE, Contest
from contracts.voting.roll import handlers as ledger_roll
from contracts.voting.tally import handlers as ledger_tally
from tests.contracts.voting.manifests import WINDOWS
from tests.verifier import acts
from tests.verifier.booth import CITIZENS, GENESIS, Booth, Plan
from tests.verifier.forging import check, record_of
from verifier import counting, roll
from verifier.record import state_key, state_of
from verifier.replay import replay
from verifier.report import text

KINDS = (SINGLE, APPROVAL, SCORE, *RANKED)
QUICK, MANY = 40, 200


def contest(draw, kind, title):
    """A question with a random number of options, and with a blank or without."""
    count = draw.randint(2 if kind in RANKED else 1, 2 if kind == SCORE else 3)
    labels = tuple("กขค"[:count])
    low, high, grades = 0, 0, ()
    if kind == APPROVAL:
        low, high = draw.choice([(a, b) for b in range(1, count + 1) for a in range(b + 1)])
    if kind == SCORE:
        grades = tuple("ABC"[: draw.randint(2, 3)])
    return Contest(title, kind, labels, low, high, grades, draw.random() < 0.5)


def marks_for(draw, asked):
    """Random marks that answer a contest."""
    if asked.has_blank and draw.random() < 0.25:
        return None
    options = range(len(asked.options))
    if asked.kind == SINGLE:
        return (draw.choice(options),)
    if asked.kind == APPROVAL:
        return tuple(draw.sample(options, draw.randint(asked.low, asked.high)))
    if asked.kind == SCORE:
        return tuple(draw.randrange(len(asked.grades)) for _ in options)
    places = [draw.randrange(len(options) + 1) for _ in options]  # the last one: not ranked
    groups = [tuple(o for o in options if places[o] == place) for place in options]
    return tuple(group for group in groups if group)


def plan_of(draw, seed):
    """A small election; the kinds of questions take turns, so that all are there."""
    kinds = [KINDS[seed % len(KINDS)]] + ([draw.choice(KINDS)] if draw.random() < 0.3 else [])
    weights = (draw.randint(1, 9),) if draw.random() < 0.6 else (1, draw.randint(1, 5))
    citizens = draw.sample(CITIZENS, 2 * len(weights) + draw.randint(0, 1))
    return Plan(
        contests=tuple(contest(draw, kind, f"เรื่อง {at}") for at, kind in enumerate(kinds)),
        registrars=draw.choice([(2, 2), (2, 3), (3, 4)]),
        trustees=draw.choice([(2, 2), (2, 3)]),
        weights=weights,
        voters=tuple((who, at % len(weights)) for at, who in enumerate(citizens)),
        has_rings=draw.random() < 0.25,
    )


def held(seed):
    """An election of this seed, up to its result, and the counts that its ballots should give."""
    draw = random.Random(seed)
    plan = plan_of(draw, seed)
    booth = Booth(plan)
    acts.found(booth)
    acts.make_keys(booth)
    names = [who for who, _ in plan.voters]
    if plan.has_rings:
        acts.open_box(booth, *names)
        booth.at(WINDOWS.cast_from_ms)
        booth.tokens.update({who: acts.ring_token(booth, who) for who in names})
    else:
        acts.open_box(booth)
        acts.equip(booth, *names)
        acts.close(booth)
    last = {}
    for who, class_id in plan.voters:
        if draw.random() < 0.2:
            acts.spoil(booth, who, [marks_for(draw, asked) for asked in plan.contests])
        for seq in range(1, draw.choice([2, 2, 3])):
            marks = [marks_for(draw, asked) for asked in plan.contests]
            acts.cast(booth, who, marks, seq)
            last[who] = (plan.weights[class_id], marks)
    acts.count(booth)
    published = acts.publish(booth, *sorted(draw.sample(range(1, plan.trustees[1] + 1), 2)))
    return booth, published, expected(plan, last.values())


def expected(plan, ballots):
    """The counts of ballots, added up in the open."""
    rows = []
    for at, asked in enumerate(plan.contests):
        values = [[weight * one for one in mark(asked, marks[at])] for weight, marks in ballots]
        rows.append(tuple(map(sum, zip(*values, strict=True))))
    return tuple(rows)


def check_agreement(seed):
    booth, published, counts = held(seed)

    replayed = replay(GENESIS.chain_id, booth.entries)

    found = state_of(replayed, replayed.election)
    on_ledger = {name: booth.ledger.state.committed.get(state_key(name, "board")) for name in found}
    assert found == on_ledger, f"SEED={seed}"
    assert published == counts == tuple(map(tuple, replayed.election.result.counts))
    contests = replayed.election.manifest.contests
    standings = [one.standing(row) for one, row in zip(contests, map(list, counts), strict=True)]
    on_ledger = [one[:2] for one in booth.ask("outcome")]
    assert on_ledger == [(tuple(one.points), tuple(one.places)) for one in standings]


@pytest.mark.parametrize("seed", range(QUICK))
def test_node_and_verifier_come_to_the_same_result_and_state(seed):
    check_agreement(seed)


@pytest.mark.parametrize(("page", "seed"), [(1, 0), (2, 1), (2, 3)])
def test_they_agree_on_rolls_and_boxes_of_many_pages(monkeypatch, page, seed):
    for module, name in (
        (ledger_roll, "FREEZE_PAGE"),
        (ledger_tally, "COUNT_BALLOTS_MAX"),
        (roll, "_FREEZE_PAGE"),
        (counting, "_STEP_BALLOTS"),
    ):
        monkeypatch.setattr(module, name, page)

    check_agreement(seed)


@pytest.mark.parametrize(
    ("joins", "weights", "counts", "told"),
    [
        (None, (1, 0), (2, 0), "not opened"),
        (0, (1, 1), (2, 1), "counted with weight 1"),
    ],
)
def test_they_agree_on_a_class_of_too_few_ballots(joins, weights, counts, told):
    voters = (("a0", 0), ("a1", 0), ("d0", 1), ("d1", 1))
    asked = Contest("ประธาน", SINGLE, ("ก", "ข"), 0, 0, (), False)
    plan = Plan((asked,), weights=(1, 3), voters=voters, least=2, joins=(None, joins))
    booth = Booth(plan)
    acts.found(booth)
    acts.make_keys(booth)
    acts.open_box(booth)
    acts.equip(booth, "a0", "a1", "d0")
    acts.close(booth)
    for who, option in (("a0", 0), ("a1", 0), ("d0", 1)):
        acts.cast(booth, who, [(option,)])
    acts.count(booth)
    published = acts.publish(booth, 1, 2)

    replayed = replay(GENESIS.chain_id, booth.entries)

    assert booth.ask("closing")[3] == tuple(replayed.election.closing.weights) == weights
    assert published == (counts,)
    found = state_of(replayed, replayed.election)
    assert found["closings"] == booth.ledger.state.committed.get(state_key("closings", "board"))
    assert told in text(check(record_of(booth)))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(QUICK, MANY))
def test_and_so_they_do_for_many_more(seed):
    check_agreement(seed)
