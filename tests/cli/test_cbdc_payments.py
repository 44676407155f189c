"""`sapha cbdc` of holders and merchants, over the real contract: requests by QR, refunds, holds."""

from dataclasses import replace

import pytest

from client.cbdc.iso20022.schema import read
from client.cbdc.qr import read_wallet_payment, write_qr
from commands.field_text import time_text
from contracts.sdk.crypto import sha256
from tests.cli.cbdc_node import CHAIN, town
from tests.cli.network import json_of, sapha

ORDER = "0x" + "ab" * 32


@pytest.fixture
def here(tmp_path):
    with town(tmp_path, funded=("alice", "shop")) as made:
        yield made


def qr_in(result):
    """The QR's text that a command said."""
    return next(line for line in result.stderr.splitlines() if line.startswith("QR "))[3:]


def ask(here, *more, amount="120.50", request_id="INV-1"):
    return qr_in(here.run("request", request_id, amount, *more, by="shop"))


def test_a_request_is_asked_by_qr_and_paid_by_its_text(here, tmp_path):
    text = ask(here, "--qr", tmp_path / "qr.svg", "--name", "Somtam")

    payment = here.act("pay", text, "--tip", "9.50", by="alice")

    assert here.satang("shop") == 100_000 + 13_000
    assert "<svg" in (tmp_path / "qr.svg").read_text("utf-8")
    shown = here.json("show", "payment", payment)["payment"]
    assert (shown["amount"], shown["payer"]) == (13_000, here.address("alice"))
    assert here.json("show", "request", here.key("shop"), "INV-1")["request"]["state"] == "paid"


def test_a_qr_that_the_merchant_did_not_make_for_the_request_is_not_paid(here):
    text = ask(here, "--name", "Somtam")
    own = read_wallet_payment(text, CHAIN)
    forged = write_qr(replace(own, name="Somtam 2"))

    refused = here.run("pay", forged, by="alice", exits=1)
    here.act("pay", text, by="alice")

    assert "was made with another QR" in refused.stderr


def test_a_request_that_is_paid_is_not_paid_again(here):
    text = ask(here)
    here.act("pay", text, by="alice")

    here.refused("REQUEST_PAID", "pay", text, by="alice")


def test_a_request_that_is_over_is_not_paid(here):
    text = ask(here, "--expires-in", "90s")
    here.wait(90_000)

    here.refused("REQUEST_EXPIRED", "pay", text, by="alice")


def test_an_open_request_is_paid_with_what_the_payer_chooses(here):
    text = ask(here, amount="0")

    no_amount = here.run("pay", text, by="alice", exits=2)
    here.act("pay", text, "--amount", "77", by="alice")

    assert "--amount" in no_amount.stderr
    assert here.satang("shop") == 100_000 + 7_700


def test_a_qr_and_an_amount_that_differ_are_wrong_usage(here):
    assert (
        "another amount" in here.run("pay", ask(here), "--amount", "1", by="alice", exits=2).stderr
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("00020101021129370016A000000677010111011300668012345675802TH530376463046197", "banks'"),
        ("00020101021129370016A000000677010111011300668012345675802TH530376463046198", "checksum"),
        ("hello", "tag 63"),
    ],
)
def test_a_text_that_names_no_wallet_is_refused_before_anything_is_sent(here, text, said):
    assert said in here.run("pay", text, by="alice", exits=1).stderr


def test_a_refund_gives_back_no_more_than_was_paid(here):
    payment = here.act("pay", ask(here), by="alice")

    here.act("refund", payment, "100", "--reason", "cold", by="shop")

    assert here.satang("alice") == 100_000 - 2_050
    here.refused("OVER_REFUND", "refund", payment, "20.51", by="shop")


def test_a_cancelled_request_is_not_paid(here):
    text = ask(here)
    here.act("cancel-request", "INV-1", by="shop")

    here.refused("REQUEST_CANCELLED", "pay", text, by="alice")


def test_a_hold_is_captured_with_its_preimage_only(here):
    lock = here.json_without_node("new-lock")
    hold = here.act("hold", here.key("shop"), "50", "--hashlock", lock["hashlock"], by="alice")

    here.refused("WRONG_PREIMAGE", "capture", hold, "30", "--preimage", ORDER, by="shop")
    here.act("capture", hold, "30", "--preimage", lock["preimage"], by="shop")

    assert (here.satang("shop"), here.satang("alice")) == (103_000, 97_000)
    assert lock["hashlock"] == "0x" + sha256(bytes.fromhex(lock["preimage"][2:])).hex()


def test_a_hold_is_shown_and_released(here):
    hold = here.act("hold", here.key("shop"), "50", by="alice")
    shown = here.json("show", "hold", hold)["hold"]

    here.act("release", hold, by="shop")

    assert shown["amount"] == 5_000
    assert here.satang("alice") == 100_000
    assert "no such hold" in here.run("show", "hold", hold, exits=2).stderr


def test_a_look_up_is_told_in_baht_dates_and_names_of_keys(here, tmp_path, monkeypatch):
    keys = tmp_path / "keys"
    sapha("keys", "new", "somchai", "--keys", keys, SAPHA_PASSWORD="correct horse")
    monkeypatch.setenv("SAPHA_KEYS", str(keys))
    somchai = json_of(sapha("keys", "show", "somchai", "--json"))["address"]
    hold = here.act("hold", somchai, "50.25", "--expires-in", "24h", by="alice")
    expires_ms = here.json("show", "hold", hold)["hold"]["expires_ms"]

    shown = here.run("show", "hold", hold).stdout.splitlines()

    assert shown == [
        f"payer     {here.address('alice')}",
        f"payee     somchai {somchai}",
        "amount    50.25 baht",
        f"expires   {time_text(expires_ms)}",
        "arbiter   -",
        "hashlock  -",
        f"made      {time_text(here.json('show', 'hold', hold)['hold']['made_ms'])}",
    ]


def test_look_ups_of_many_are_a_table(here):
    here.act("schedule", here.key("shop"), "10", "--count", "3", "--every-days", "7", by="alice")

    shown = here.run("show", "schedules", here.key("alice")).stdout

    assert "10.00 baht" in shown
    assert "7d" in shown
    assert "{" not in shown


def test_a_schedule_runs_and_is_cancelled(here):
    made = here.act(
        "schedule", here.key("shop"), "10", "--count", "3", "--first-in", "1d", by="alice"
    )
    here.wait(86_400_000)

    here.act("cancel-schedule", made, by="alice")

    assert here.satang("shop") == 101_000
    assert here.json("show", "schedules", here.key("alice"))["schedules"] == []


def test_a_voucher_is_spent_where_it_may_be(here):
    only = ("--merchant", here.key("shop"))
    made = here.act("voucher", "issue", "school-meal", here.key("dao"), "40", *only, by="alice")

    here.refused("NOT_ELIGIBLE", "voucher", "spend", here.key("stall"), "30", made, by="dao")
    here.act("voucher", "spend", here.key("shop"), "30", made, by="dao")

    assert here.satang("shop") == 103_000
    (left,) = here.json("show", "vouchers", here.key("dao"))["vouchers"]
    assert left["voucher"]["remaining"] == 1_000


def test_a_dispute_is_opened_and_answered(here):
    payment = here.act("pay", ask(here), by="alice")
    here.act("dispute", "open", payment, ORDER, by="alice")

    here.act("dispute", "respond", payment, ORDER, by="shop")

    assert here.json("show", "dispute", payment)["dispute"]["status"] == "answered"


def test_a_statement_lists_what_moved_with_the_balance_after_it(here):
    here.act("pay", ask(here), by="alice")
    hold = here.act("hold", here.key("shop"), "50", by="alice")
    here.act("capture", hold, "20", by="shop")

    found = here.json("statement", here.key("alice"))

    assert [(e["kind"], e["satang"]) for e in found["entries"]] == [
        ("Paid", -12_050),
        ("Held", -5_000),
        ("Captured", 3_000),
    ]
    assert found["closing_satang"] == here.satang("alice")
    assert found["opening_satang"] == 100_000
    assert "1,000.00" in here.run("statement", here.key("alice")).stdout


def test_a_statement_of_a_day_begins_with_what_was_there(here):
    here.act("transfer", here.key("shop"), "1", by="alice")
    here.wait(2 * 86_400_000)
    here.act("transfer", here.key("shop"), "2", by="alice")

    found = here.json("statement", here.key("alice"), "--from", "2023-11-16", "--to", "2023-11-30")

    assert [entry["satang"] for entry in found["entries"]] == [-200]
    assert found["opening_satang"] == 99_900
    assert here.run("statement", here.key("alice"), "--from", "yesterday", exits=2).stdout == ""


def test_a_day_without_blocks_has_an_empty_statement(here, tmp_path):
    here.act("transfer", here.key("bob"), "25.00", by="alice")
    alice, listed = here.key("alice"), tmp_path / "camt.xml"
    day = ("--from", "2024-02-29", "--to", "2024-02-29")

    found = here.json("statement", alice, *day)
    here.run("export", "camt053", alice, "--out", listed, "--days-only", *day)

    assert found["entries"] == []
    assert found["opening_satang"] == found["closing_satang"] == here.satang("alice")
    assert "no block from 2024-02-29" in here.run("statement", alice, *day).stdout
    assert read(listed.read_bytes(), "camt.053.001.08").bk_to_cstmr_stmt.stmt[0].ntry == []


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [("2124-02-29", "2124-03-01", "has not begun"), ("2024-03-01", "2024-02-29", "is before")],
)
def test_a_day_that_has_not_begun_has_no_statement(here, first, last, reason):
    days = ("--from", first, "--to", last)

    assert reason in here.run("statement", here.key("alice"), *days, exits=2).stderr


def test_payments_and_statements_are_exported_as_iso_20022(here, tmp_path):
    payment = here.act("pay", ask(here), by="alice")
    told, listed = tmp_path / "pacs.xml", tmp_path / "camt.xml"

    here.run("export", "pacs008", payment, "--out", told)
    here.run("export", "camt053", here.key("alice"), "--out", listed, "--bank", "kbank")

    order = read(told.read_bytes(), "pacs.008.001.08").fito_ficstmr_cdt_trf.cdt_trf_tx_inf[0]
    assert order.pmt_id.end_to_end_id == "INV-1"
    entries = read(listed.read_bytes(), "camt.053.001.08").bk_to_cstmr_stmt.stmt[0].ntry
    assert [entry.bk_tx_cd.prtry.cd for entry in entries] == ["Paid"]


def test_what_moves_nothing_is_no_payment_to_export(here, tmp_path):
    asked = here.json("request", "INV-9", "5", by="shop")["transaction_id"]

    result = here.run("export", "pacs008", asked, "--out", tmp_path / "x.xml", exits=3)

    assert "moved nothing" in result.stderr
