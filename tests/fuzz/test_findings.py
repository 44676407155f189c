"""What the search once found stays mended, and inputs without guidance keep the laws too."""

import importlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import TARGETS
from tests.fuzz.damage import damaged
from tests.fuzz.vectors import VECTORS

FOUND = sorted((VECTORS / "fuzz").glob("*/*"))
UNHURRIED = settings(max_examples=100, suppress_health_check=list(HealthCheck), deadline=None)


def module_of(target):
    return importlib.import_module(f"tests.fuzz.{target}")


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name} {path.name}")
def test_what_was_found_keeps_the_law_now(path):
    assert module_of(path.parent.name).check(path.read_bytes()) is None


def test_every_finding_is_of_a_target():
    assert {path.parent.name for path in FOUND} <= TARGETS.keys()


@pytest.mark.parametrize("target", TARGETS)
def test_seeds_and_damaged_seeds_keep_the_law(target):
    module = module_of(target)
    seeds = module.seeds()

    @UNHURRIED
    @given(seed=st.sampled_from(seeds), damage=st.binary(max_size=24), noise=st.binary())
    def keeps_the_law(seed, damage, noise):
        for data in (seed, damaged(seed, damage), noise):
            assert module.check(data) is None

    keeps_the_law()
