"""The contract in docs/contracts-guide.md keeps to the language and does what it says."""

import importlib.util
import re
import sys

import pytest

from contracts.tools.lint import findings
from contracts.tools.testing import Ledger
from primitives.errors import NotAllowed
from primitives.ids import show_address
from tests.meta.sources import ROOT

GUIDE = (ROOT / "docs" / "contracts-guide.md").read_text(encoding="utf-8")
CONTRACT, TEST = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.S)
LATER_MS = 2_000_000_000_000


@pytest.fixture
def appointments(monkeypatch, tmp_path):
    path = tmp_path / "appointments.py"
    path.write_text(CONTRACT, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("contracts.appointments", path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    spec.loader.exec_module(module)
    module.contract.adopt(module)
    return module


@pytest.fixture
def ledger(appointments):
    config = {"appointments": {"office": show_address(Ledger.address("office"))}}
    return Ledger({"appointments": appointments.contract}, config)


def test_the_example_is_in_the_language():
    assert findings({"contract.py": CONTRACT}, package="contracts.appointments") == []


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
