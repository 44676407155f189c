"""The contract in docs/contracts-guide.md keeps to the language and does what it says."""

import importlib.util
import re
import sys

import pytest

from contracts.sdk.context import Context, Run
from contracts.sdk.migration import migrate
from contracts.tools.lint import findings
from contracts.tools.testing import Ledger
from contracts.tools.versions import check_state
from primitives.errors import NotAllowed
from primitives.ids import show_address
from tests.meta.sources import ROOT

GUIDE = (ROOT / "docs" / "contracts-guide.md").read_text(encoding="utf-8")
CONTRACT, TEST, NEXT_VERSION = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.S)
LATER_MS = 2_000_000_000_000


@pytest.fixture
def appointments(monkeypatch, tmp_path):
    return loaded(monkeypatch, tmp_path / "appointments.py", CONTRACT)


def loaded(monkeypatch, path, source):
    """The contract of a source, as a module."""
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(f"contracts.{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    spec.loader.exec_module(module)
    module.contract.adopt(module)
    return module


@pytest.fixture
def ledger(appointments):
    config = {"appointments": {"office": show_address(Ledger.address("office"))}}
    return Ledger({"appointments": appointments.contract}, config)


@pytest.mark.parametrize("source", [CONTRACT, NEXT_VERSION])
def test_the_example_is_in_the_language(source):
    assert findings({"contract.py": source}, package="contracts.appointments") == []


def test_the_migration_that_the_guide_shows_moves_every_slot_in_pages(
    appointments, ledger, monkeypatch, tmp_path
):
    following = loaded(monkeypatch, tmp_path / "appointments_2.py", NEXT_VERSION)
    monkeypatch.setattr(following, "MOVED_A_BLOCK", 2)
    for number in range(3):
        ledger.as_("office").execute(appointments.OpenSlot(f"A-{number}", LATER_MS))
    ledger.as_("alice").execute(appointments.TakeSlot("A-1"))
    check_state(appointments.contract, following.contract)

    contracts = {"appointments": following.contract}
    parts = (contracts, ledger.state, ledger.block, following.contract, 1)
    pages = [migrate(*parts)[0] for _ in range(2)]

    assert pages == [False, True]
    ctx = Context(Run(ledger.state, ledger.block, None, contracts), following.contract.scope, 1)
    moved = dict(following.placed_slots.page(ctx, limit=10))
    assert sorted(moved) == ["A-0", "A-1", "A-2"]
    assert moved["A-1"] == following.PlacedSlot(LATER_MS, ledger.address("alice"), 0)
    assert following.slots.page(ctx, limit=10) == ()


def test_the_test_that_the_guide_shows_passes(appointments, ledger):
    names = {"LATER_MS": LATER_MS, **vars(appointments)}
    exec(TEST, names)  # noqa: S102
    shown = names["test_a_slot_is_taken_once"]

    assert shown(ledger) is None


def test_only_the_office_opens_slots(appointments, ledger):
    refusal = ledger.as_("alice").rejects(NotAllowed, appointments.OpenSlot("A-1", LATER_MS))

    assert refusal.code == "NOT_ALLOWED"


def test_every_refusal_of_the_example_happens(appointments, ledger):
    office, alice = ledger.as_("office"), ledger.as_("alice")
    soon_ms = ledger.block.time_ms + 500
    office.execute(appointments.OpenSlot("A-1", soon_ms))

    office.rejects(appointments.SlotExists, appointments.OpenSlot("A-1", LATER_MS))
    office.rejects(appointments.SlotOver, appointments.OpenSlot("A-2", 1))
    alice.rejects(appointments.SlotUnknown, appointments.TakeSlot("A-9"))
    ledger.next_block()
    alice.rejects(appointments.SlotOver, appointments.TakeSlot("A-1"))

    assert ledger.query("appointments", "slot_of", "A-1") == (soon_ms, None)
