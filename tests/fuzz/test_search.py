"""A minute of the search under guidance: no finding."""

import importlib.util
import platform

import pytest

from tests.fuzz import TARGETS
from tests.fuzz.run import search, show

pytestmark = pytest.mark.e2e

SECONDS = 6  # a target
if importlib.util.find_spec("atheris") is None:
    reason = "atheris is not here for Python {}: inputs are drawn without guidance (test_findings)"
    pytestmark = [pytestmark, pytest.mark.skip(reason.format(platform.python_version()))]


@pytest.mark.parametrize("target", TARGETS)
def test_the_search_finds_nothing(target, tmp_path):
    figures = search(target, f"-max_total_time={SECONDS}", tmp_path)

    assert figures.said == "", show([figures])
    assert figures.findings == ()
    assert figures.inputs > 0
