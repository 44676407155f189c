"""The simulator finds each planted bug, and blames the bug: the sound engine passes."""

import pytest

from tests.consensus import test_last_certificate as law
from tests.planted_bugs.absent import ABSENT_BUGS, who_is_passed_over_never_comes_back
from tests.planted_bugs.bugs import (
    BUGS,
    PlantedBug,
    last_certificate_is_checked_by_the_set_of_the_next_height,
    lowest_prepared_view_wins,
    sign_state_is_not_written,
)
from tests.planted_bugs.changing_bugs import CHANGING_BUGS, CHANGING_FOUND_BY
from tests.planted_bugs.signing_bugs import FOUND_BY
from tests.simulation.absent import harass
from tests.simulation.cluster import run_seed
from tests.simulation.run import main
from tests.simulation.scenarios import calm_cluster, competing_locks
from tests.simulation.world import MS, Violation

_FOUND_BY = FOUND_BY | CHANGING_FOUND_BY


def _first_seed_that_fails(bug: PlantedBug) -> int | None:
    seeds = range(bug.seeds_max)
    return next((s for s in seeds if run_seed(s, plan=bug.plan).failure is not None), None)


@pytest.mark.sim
@pytest.mark.parametrize("bug", BUGS + ABSENT_BUGS + CHANGING_BUGS, ids=str)
def test_a_planted_bug_is_found_and_the_sound_engine_passes_the_same_seed(bug):
    with pytest.MonkeyPatch.context() as patch:
        bug.plant(patch)
        found = _first_seed_that_fails(bug)

    assert found is not None, f"{bug} was not found within {bug.seeds_max} seeds"
    assert run_seed(found, plan=bug.plan).failure is None


@pytest.mark.sim
def test_choosing_the_lowest_prepared_view_is_found_by_competing_locks(monkeypatch):
    lowest_prepared_view_wins(monkeypatch)

    with pytest.raises(Violation, match="builds on"):
        competing_locks(calm_cluster())


@pytest.mark.sim
def test_judging_the_parents_certificate_by_the_next_set_is_found_where_the_set_changes(
    monkeypatch,
):
    last_certificate_is_checked_by_the_set_of_the_next_height(monkeypatch)

    with pytest.raises(AssertionError):
        law.test_r5_1_the_certificate_is_judged_by_the_set_that_decided_the_parent()


@pytest.mark.sim
def test_that_nobody_comes_back_is_found_by_harassing_one_honest_proposer(monkeypatch):
    who_is_passed_over_never_comes_back(monkeypatch)

    with pytest.raises(Violation, match="passed over until"):
        harass(calm_cluster(byzantine=("selective",), work_gap_us=20 * MS), heights=40)


def test_at_least_twenty_bugs_are_planted():
    names = {bug.name for bug in BUGS} | {lowest_prepared_view_wins.__name__}

    assert len(names) >= 20


def test_the_runner_names_the_seed_shows_the_trace_and_exits_with_one(monkeypatch, capsys):
    sign_state_is_not_written(monkeypatch)

    code = main(["--seed", "2"])

    shown = capsys.readouterr().out
    assert code == 1
    assert "SEED=2" in shown
    assert "make sim SEED=2" in shown
    assert "VIOLATION" in shown


@pytest.mark.sim
@pytest.mark.parametrize(("bug", "scenario"), _FOUND_BY.items(), ids=lambda it: it.__name__)
def test_a_bug_of_who_may_sign_or_sits_is_found_by_its_scenario_and_the_sound_engine_passes(
    bug, scenario
):
    with pytest.MonkeyPatch.context() as patch:
        bug(patch)
        with pytest.raises((AssertionError, Violation)):
            scenario()

    scenario()
