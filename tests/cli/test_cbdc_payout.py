"""`sapha cbdc payout` over the real contract: bad rows are named, nobody is paid twice."""

import json
import os
import signal

import pytest

from contracts.cbdc.core.messages import BATCH_LINES_MAX
from contracts.tools.testing import Ledger
from tests.cli.cbdc_node import town
from tests.client.cbdc.test_iso20022 import order_xml, pain_xml

PEOPLE = ("ann", "ben", "cee")


@pytest.fixture
def here(tmp_path):
    with town(tmp_path, funded=("welfare",)) as made:
        yield made


def csv_of(here, *rows):
    """A payout file with these rows: name or address, baht."""
    path = here.folder / "pay.csv"
    lines = [f"{here.address(name)},{baht},k-{n}" for n, (name, baht) in enumerate(rows)]
    path.write_text("\n".join(["to,baht,reference", *lines]) + "\n", "utf-8")
    return path


def test_every_row_is_paid_and_told(here):
    file = csv_of(here, *[(name, "100") for name in PEOPLE])

    found = here.json("payout", file, by="welfare")

    assert [here.satang(name) for name in PEOPLE] == [10_000] * 3
    assert (found["rows"], found["paid"], found["paid_satang"]) == (3, 3, 30_000)
    assert [row["code"] for row in found["results"]] == ["OK"] * 3


def test_a_row_that_the_ledger_refuses_stops_no_other(here):
    file = csv_of(here, ("ann", "100"), ("welfare", "1"), ("cee", "100"))

    found = here.json("payout", file, by="welfare", exits=1)

    assert [row["code"] for row in found["results"]] == ["OK", "SELF_TRANSFER", "OK"]
    assert here.satang("cee") == 10_000


def test_all_or_nothing_pays_nobody_when_a_row_is_refused(here):
    file = csv_of(here, ("ann", "100"), ("welfare", "1"))

    found = here.json("payout", file, "--all-or-nothing", by="welfare", exits=1)

    assert found["paid"] == 0
    assert here.satang("ann") == 0


def test_a_file_with_a_bad_row_pays_nobody_and_names_the_line(here):
    file = csv_of(here, ("ann", "100"), ("ben", "๑๐๐"))

    result = here.run("payout", file, by="welfare", exits=1)

    assert "line 3, column baht" in result.stderr
    assert here.satang("ann") == 0


def test_the_good_rows_of_such_a_file_are_paid_when_asked_for(here):
    file = csv_of(here, ("ann", "100"), ("ben", "1.005"), ("cee", "100"))

    found = here.json("payout", file, "--skip-bad-rows", by="welfare", exits=1)

    assert [(bad["line"], bad["column"]) for bad in found["bad"]] == [(3, "baht")]
    assert (found["paid"], here.satang("cee")) == (2, 10_000)


def test_a_file_is_only_read_when_asked_to_check(here):
    file = csv_of(here, ("ann", "100"), ("ben", "x"))

    result = here.run("payout", file, "--check", by="welfare", exits=1)

    assert "line 3, column baht" in result.stdout
    assert here.satang("ann") == 0


def test_the_same_file_again_pays_nobody_twice_and_tells_what_was_paid(here):
    file = csv_of(here, ("ann", "100"), ("welfare", "1"))
    here.json("payout", file, by="welfare", exits=1)

    again = here.json("payout", file, by="welfare", exits=1)

    assert here.satang("ann") == 10_000
    assert [row["code"] for row in again["results"]] == ["OK", "SELF_TRANSFER"]
    assert {row["transaction_id"] for row in again["results"]} == {None}


def test_orders_of_pain_001_are_paid(here):
    file = here.folder / "orders.xml"
    payer = Ledger.address("welfare")
    orders = [order_xml(Ledger.address(name), "300.00", name) for name in ("ann", "ben")]
    file.write_bytes(pain_xml(*orders, payer=payer))

    found = here.json("payout", file, by="welfare")

    assert [row["reference"] for row in found["results"]] == ["ann", "ben"]
    assert [here.satang(name) for name in ("ann", "ben")] == [30_000, 30_000]


def test_refused_rows_are_listed_for_people(here):
    file = csv_of(here, ("ann", "100"), ("welfare", "1"))

    shown = here.run("payout", file, by="welfare", exits=1).stdout

    assert "1 of 2 rows paid, 100.00 baht" in shown
    assert "SELF_TRANSFER" in shown


def test_a_file_that_is_not_there_is_wrong_usage(here):
    assert here.run("payout", here.folder / "none.csv", by="welfare", exits=2).stdout == ""


def test_the_answer_is_one_line_of_json(here):
    result = here.run("payout", csv_of(here, ("ann", "1")), "--json", by="welfare")

    assert json.loads(result.stdout)["paid"] == 1


def stalled(here, *rows, **how):
    """Run a payout against a node that takes the transaction and shows no block."""
    file = csv_of(here, *rows)
    real = here.node.wait
    pending = {"status": "pending"}
    here.table["tx_wait"] = lambda transaction_id, **_: pending | {"transaction_id": transaction_id}
    try:
        return here.raw(
            "payout", file, "--key", here.key("welfare"), "--rpc", here.url, "--json", **how
        ), file
    finally:
        here.table["tx_wait"] = real


def test_rows_whose_outcome_is_unknown_are_told_and_the_exit_code_is_4(here):
    result, _ = stalled(here, ("ann", "100"), ("ben", "100"), SAPHA_WAIT_S="0.1")

    found = json.loads(result.stdout)
    assert result.exit_code == 4
    assert [row["code"] for row in found["results"]] == ["UNKNOWN", "UNKNOWN"]
    assert "which makes no second payment" in result.stderr


def test_the_file_of_an_interrupted_payout_pays_nobody_twice(here):
    _, file = stalled(here, ("ann", "100"), ("ben", "100"), SAPHA_WAIT_S="0.1")

    again = here.json("payout", file, by="welfare")

    assert again["paid"] == 2
    assert [here.satang(name) for name in ("ann", "ben")] == [10_000, 10_000]


def test_rows_of_a_payout_that_ctrl_c_ended_are_unknown_or_not_sent(here):
    def interrupt(**_params):
        os.kill(os.getpid(), signal.SIGINT)
        return {}

    rows = [("ann", "0.01")] * (BATCH_LINES_MAX + 1)
    here.table["tx_wait"] = interrupt

    result = here.raw(
        "payout", csv_of(here, *rows), "--key", here.key("welfare"), "--rpc", here.url, "--json"
    )

    codes = [row["code"] for row in json.loads(result.stdout)["results"]]
    assert result.exit_code == 4
    assert codes == ["UNKNOWN"] * BATCH_LINES_MAX + ["NOT_SENT"]
