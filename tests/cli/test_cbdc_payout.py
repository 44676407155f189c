"""`sapha cbdc payout` over the real contract: bad rows are named, nobody is paid twice."""

import json
import os
import signal

import pytest

from contracts.cbdc.core.messages import BATCH_LINES_MAX
from contracts.tools.testing import Ledger, key_of
from tests.cli.cbdc_node import town
from tests.client.cbdc.orders import order_xml, pain_xml

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


def customers(here, *names):
    """Open wallets at a bank, which then pays them."""
    node_key = "0x" + key_of("kbank-node").public_key.hex()
    here.act("fsp", "register", "kbank", node_key, "--licence", "L-1", by="central-bank")
    for name in names:
        holder = "0x" + Ledger.address(name).hex().ljust(64, "0")
        here.act("wallet", "open", "kbank", here.key(name), "--holder", holder, by="kbank")


def test_a_check_says_what_would_be_paid_and_pays_nobody(here):
    customers(here, "ann", "ben")
    file = here.folder / "pay.csv"
    rows = [("ann", "60000.00"), ("ben", "1000.00"), ("ann", "4.50"), ("ben", "0.50")]
    lines = [f"{here.address(name)},{baht},k-{n}" for n, (name, baht) in enumerate(rows)]
    file.write_text("\n".join(["to,baht,reference", *lines]))

    shown = here.run("payout", file, "--check", by="kbank", exits=1).stdout
    found = here.json("payout", file, "--check", by="kbank", exits=1)

    assert "4 rows, 61,005.00 baht would be paid; 1 needs travel data (line 2)" in shown
    assert "control total: 4 rows, 61,005.00 baht" in shown
    assert (found["would_pay"], found["would_pay_satang"]) == (4, 6_100_500)
    assert found["needs_travel"] == [2]
    assert here.satang("ben") == 0


def test_a_check_names_bad_rows(here):
    file = csv_of(here, ("ann", "100"), ("ben", "x"))

    result = here.run("payout", file, "--check", by="welfare", exits=1)

    assert "1 rows, 100.00 baht would be paid" in result.stdout
    assert "line 3, column baht" in result.stdout
    assert here.satang("ann") == 0


def test_a_check_says_what_was_paid_before(here):
    file = csv_of(here, ("ann", "100"), ("ben", "100"))
    height = here.json("payout", file, by="welfare")["results"][0]["height"]

    shown = here.run("payout", file, "--check", by="welfare").stdout

    assert f"0 rows, 0.00 baht would be paid, 2 were paid at block {height}" in shown


def test_the_same_file_again_pays_nobody_twice_and_tells_what_was_paid(here):
    file = csv_of(here, ("ann", "100"), ("welfare", "1"))
    first = here.json("payout", file, by="welfare", exits=1)

    again = here.json("payout", file, by="welfare", exits=1)
    shown = here.run("payout", file, by="welfare", exits=1).stdout

    height = first["results"][0]["height"]
    assert here.satang("ann") == 10_000
    assert (first["paid"], again["paid"], again["paid_before"]) == (1, 0, 1)
    assert [row["code"] for row in again["results"]] == ["OK", "SELF_TRANSFER"]
    assert (again["results"][0]["transaction_id"], again["results"][0]["height"]) == (None, height)
    assert f"0 of 2 rows paid now, 0.00 baht, 1 was paid at block {height}" in shown


def test_a_line_that_is_added_to_a_paid_file_is_the_only_one_paid(here):
    here.json("payout", csv_of(here, ("ann", "100"), ("ben", "100")), by="welfare")

    longer = csv_of(here, ("ann", "100"), ("ben", "100"), ("cee", "100"))
    found = here.json("payout", longer, by="welfare")

    assert [here.satang(name) for name in PEOPLE] == [10_000] * 3
    assert (found["paid"], found["paid_before"]) == (1, 2)


def test_next_months_rows_are_paid_under_the_same_references(here):
    file = here.folder / "salaries.csv"
    for month, paid in (("2026-11", 1), ("2026-11", 0), ("2026-12", 1)):
        row = f"{here.address('ann')},100,salary,{month}"
        file.write_text(f"to,baht,reference,period\n{row}\n")
        assert here.json("payout", file, by="welfare")["paid"] == paid

    assert here.satang("ann") == 20_000


def orders_of(here, *names, **how):
    """A pain.001 file that pays 100 baht to each of these names."""
    file = here.folder / "orders.xml"
    orders = [order_xml(Ledger.address(name), "100.00", name) for name in names]
    file.write_bytes(pain_xml(*orders, payer=Ledger.address("welfare"), **how))
    return file


def test_orders_of_pain_001_are_paid_once_a_message(here):
    paid = []
    for names, message in (
        (("ann", "ben"), "SALARY-11"),
        (("ann", "ben", "cee"), "SALARY-11"),
        (("ann",), "SALARY-12"),
    ):
        found = here.json("payout", orders_of(here, *names, message=message), by="welfare")
        paid.append((found["paid"], found["paid_before"]))

    assert paid == [(2, 0), (1, 2), (1, 0)]
    assert [here.satang(name) for name in PEOPLE] == [20_000, 10_000, 10_000]


def test_orders_of_a_later_day_are_not_paid_today(here):
    file = orders_of(here, "ann", day="<Dt>2127-06-15</Dt>")

    result = here.run("payout", file, by="welfare", exits=1)
    left = here.json("payout", file, "--due", by="welfare")
    checked = here.run("payout", file, "--check", by="welfare").stdout

    assert "1 rows are of a later day, the first is line 1 on 2127-06-15" in result.stderr
    assert [row["code"] for row in left["results"]] == ["NOT_DUE"]
    assert "1 are not due yet" in checked
    assert here.satang("ann") == 0


def test_parts_that_change_no_payment_are_left_out_when_named(here):
    file = orders_of(here, "ann")
    text = b"<RmtInf><Ustrd>November</Ustrd></RmtInf></CdtTrfTxInf>"
    file.write_bytes(file.read_bytes().replace(b"</CdtTrfTxInf>", text))

    refused = here.run("payout", file, by="welfare", exits=1).stderr
    here.json("payout", file, "--ignore", "RmtInf", by="welfare")

    assert "line 1, column RmtInf: is not understood here; --ignore RmtInf" in refused
    assert here.satang("ann") == 10_000


def test_refused_rows_are_listed_for_people(here):
    file = csv_of(here, ("ann", "100"), ("welfare", "1"))

    shown = here.run("payout", file, by="welfare", exits=1).stdout

    assert "1 of 2 rows paid now, 100.00 baht" in shown
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

    assert (again["paid"], again["paid_before"]) == (0, 2)
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
