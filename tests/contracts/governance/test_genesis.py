"""The first agencies and parameters come from genesis; each fault names its place."""

import pytest

from contracts.governance.rules import PARAMETERS
from contracts.sdk.errors import BadConfig
from contracts.tools.lint import check_folder
from contracts.tools.testing import Ledger
from tests.contracts.governance.ledgers import (
    CONTRACT,
    CONTRACTS_HERE,
    FOLDER,
    ask,
    council,
    entry,
    ledger_of,
)

DOPA = entry("dopa", "validator")


def test_the_source_keeps_the_rules_of_determinism():
    check_folder(FOLDER, package="contracts.governance")

    assert (FOLDER / "contract.py").is_file()


def test_parameters_of_genesis_are_in_force():
    ledger = council(officers_max=7)

    assert ask(ledger, "parameter", "officers-max") == 7


def test_parameters_are_written_as_slugs_in_order_and_their_defaults_are_within_bounds():
    assert [p.name for p in PARAMETERS] == sorted(p.name for p in PARAMETERS)
    assert all(p.low <= p.default <= p.high for p in PARAMETERS)


def test_a_network_may_begin_without_agencies_but_then_nobody_decides():
    ledger = Ledger(CONTRACTS_HERE)

    assert ask(ledger, "member_agencies") == ()
    assert ask(ledger, "agencies_page", "", 100) == ()


@pytest.mark.parametrize(
    ("entries", "place"),
    [
        (["text"], r"governance\.agencies\[0\]: must be an object"),
        ([DOPA | {"status": "active"}], r"agencies\[0\]\.status: unknown"),
        ([DOPA | {"id": 5}], r"agencies\[0\]\.id: must be a text of 1 to 32"),
        ([DOPA | {"id": "d" * 33}], r"agencies\[0\]\.id: must be a text of 1 to 32"),
        ([DOPA | {"id": "DOPA"}], "not written in a-z"),
        ([DOPA | {"name_th": ""}], r"agencies\[0\]\.name_th: must be a text of 1 to 120"),
        ([DOPA | {"name_en": "a\tb"}], r"agencies\[0\]\.name_en holds U\+0009"),
        ([DOPA | {"kinds": "validator"}], r"agencies\[0\]\.kinds: must be a list"),
        ([DOPA | {"kinds": ["validator"] * 15}], r"agencies\[0\]\.kinds: at most 14"),
        ([DOPA | {"kinds": [1]}], r"agencies\[0\]\.kinds\[0\]: must be a text"),
        ([DOPA | {"kinds": ["emperor"]}], "no kind of agency"),
        ([DOPA | {"kinds": ["validator", "rp", "validator"]}], "kind is listed twice"),
        ([DOPA | {"kinds": []}], "kinds has 0 items"),
        ([DOPA | {"administrator": "sph1"}], r"agencies\[0\]\.administrator: "),
        ([{"id": "dopa"}], r"agencies\[0\]\.name_th: missing"),
        ([DOPA, DOPA], "agency of this id already"),
        ([DOPA, entry("bot", "rp", administrator=Ledger.address("dopa-admin"))], "administers"),
        ([entry("kbank", "bank")], "nobody could decide"),
        ([entry(f"m{n}", "validator") for n in range(101)], "as many active agencies"),
    ],
)
def test_a_wrong_agency_in_genesis_is_refused_by_place(entries, place):
    with pytest.raises(BadConfig, match=place):
        ledger_of(*entries)


@pytest.mark.parametrize(
    ("parameters", "place"),
    [
        ({"gravity": 9}, r"governance\.parameters\.gravity: unknown"),
        ({"officers-max": 0}, r"parameters\.officers-max: must be an integer from 1"),
        ({"officers-max": True}, r"parameters\.officers-max: must be an integer"),
        ({"proposal-days-max": 31}, r"proposal-days-max: must be an integer from 1 to 30"),
        ([], r"governance\.parameters: must be an object"),
    ],
)
def test_a_wrong_parameter_in_genesis_is_refused_by_place(parameters, place):
    with pytest.raises(BadConfig, match=place):
        Ledger(CONTRACTS_HERE, {CONTRACT: {"agencies": [DOPA], "parameters": parameters}})
