"""ISO 20022: messages come back as made, keep the schema's limits, and are read safely."""

from dataclasses import replace
from decimal import Decimal

import pytest

from client.cbdc.errors import BadMessage, ExtraMissing
from client.cbdc.iso20022 import Transfer, camt053, pacs008
from client.cbdc.iso20022.parts import address_of_account, satang_of
from client.cbdc.iso20022.schema import check, messages, read
from client.cbdc.statement import Entry, Statement
from primitives.ids import TransactionId
from tests.client.cbdc.orders import ONE, TWO

TX = TransactionId(bytes(range(32)))
NOON_MS = 1_793_509_200_123  # 2026-11-01 12:00:00.123 in Bangkok is 05:00 UTC
TRANSFER = Transfer(
    transaction_id=TX,
    time_ms=NOON_MS,
    payer=ONE,
    payee=TWO,
    satang=125_050,
    payer_bank="kbank",
    payee_bank="scb",
    end_to_end="INV-1",
    memo="ค่าอาหาร",
)
STATEMENT = Statement(
    address=ONE,
    from_height=5,
    to_height=9,
    from_ms=NOON_MS,
    to_ms=NOON_MS + 60_000,
    opening=100_000,
    closing=99_900,
    entries=(
        Entry(
            height=5,
            index=0,
            place=0,
            time_ms=NOON_MS,
            transaction_id=TX,
            kind="Paid",
            satang=-200,
            balance=99_800,
            counterparty=TWO,
            reference="INV-1",
            text="memo",
        ),
        Entry(
            height=9,
            index=3,
            place=0,
            time_ms=NOON_MS + 60_000,
            transaction_id=TX,
            kind="Released",
            satang=100,
            balance=99_900,
        ),
    ),
)


def test_a_payment_is_told_as_pacs_008_and_read_back():
    data = pacs008(TRANSFER, now_ms=NOON_MS)

    told = read(data, "pacs.008.001.08").fito_ficstmr_cdt_trf
    order = told.cdt_trf_tx_inf[0]
    assert satang_of(order.intr_bk_sttlm_amt) == 125_050
    assert [address_of_account(a) for a in (order.dbtr_acct, order.cdtr_acct)] == [ONE, TWO]
    assert order.dbtr_agt.fin_instn_id.othr.id == "kbank"
    assert order.pmt_id.end_to_end_id == "INV-1"
    assert order.rmt_inf.ustrd == ["ค่าอาหาร", f"transaction {TX.hex()}"]
    assert str(told.grp_hdr.intr_bk_sttlm_dt) == "2026-11-01"
    assert str(order.accptnc_dt_tm) == "2026-11-01T12:00:00.123+07:00"


def test_a_payment_without_banks_or_reference_says_that_nothing_is_known():
    bare = replace(TRANSFER, payer_bank=None, payee_bank=None, end_to_end="", memo="")

    told = read(pacs008(bare, now_ms=NOON_MS), "pacs.008.001.08").fito_ficstmr_cdt_trf

    order = told.cdt_trf_tx_inf[0]
    assert order.cdtr_agt.fin_instn_id.othr.id == "NOTPROVIDED"
    assert order.pmt_id.end_to_end_id == "NOTPROVIDED"


def test_a_payment_names_the_version_of_the_message_and_no_person():
    text = pacs008(TRANSFER, now_ms=NOON_MS).decode()

    assert 'xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"' in text
    assert "<Dbtr/>" in text
    assert "<Nm>" not in text
    assert '<IntrBkSttlmAmt Ccy="THB">1250.50</IntrBkSttlmAmt>' in text


def test_a_statement_is_told_as_camt_053_and_read_back():
    data = camt053(STATEMENT, now_ms=NOON_MS, bank="kbank")

    told = read(data, "camt.053.001.08").bk_to_cstmr_stmt.stmt[0]
    assert address_of_account(told.acct) == ONE
    assert [(b.tp.cd_or_prtry.cd, b.amt.value) for b in told.bal] == [
        ("OPBD", Decimal("1000.00")),
        ("CLBD", Decimal("999.00")),
    ]
    paid, released = told.ntry
    assert (paid.cdt_dbt_ind.value, satang_of(paid.amt)) == ("DBIT", 200)
    assert (released.cdt_dbt_ind.value, satang_of(released.amt)) == ("CRDT", 100)
    parties = paid.ntry_dtls[0].tx_dtls[0].rltd_pties
    assert address_of_account(parties.cdtr_acct) == TWO
    assert released.ntry_dtls[0].tx_dtls[0].rltd_pties is None
    assert (paid.acct_svcr_ref, paid.bk_tx_cd.prtry.cd) == ("5-0-0", "Paid")


def statement_of(statement, **how):
    """What the message of a statement holds: its own name, and the statement."""
    told = read(camt053(statement, now_ms=NOON_MS, **how), "camt.053.001.08").bk_to_cstmr_stmt
    return told.grp_hdr.msg_id, told.stmt[0]


def test_statements_of_two_wallets_or_periods_have_two_names():
    others = [
        STATEMENT,
        replace(STATEMENT, address=TWO),
        replace(STATEMENT, from_height=6),
        replace(STATEMENT, to_height=10),
        replace(STATEMENT, to_ms=NOON_MS),
    ]

    named = [statement_of(one) for one in others]

    assert len({message for message, _ in named}) == len({told.id for _, told in named}) == 5
    assert statement_of(STATEMENT)[0] == named[0][0]


def test_entries_of_one_transaction_have_references_of_their_own():
    first = STATEMENT.entries[0]
    lines = tuple(replace(first, place=place) for place in range(3))

    _, told = statement_of(replace(STATEMENT, entries=lines))

    assert [entry.ntry_ref for entry in told.ntry] == ["5-0-0", "5-0-1", "5-0-2"]
    assert [entry.acct_svcr_ref for entry in told.ntry] == ["5-0-0", "5-0-1", "5-0-2"]


@pytest.mark.parametrize("has_times", [True, False])
def test_an_entry_has_the_day_beside_the_time_and_the_day_alone_for_who_reads_no_times(has_times):
    entry = statement_of(STATEMENT, has_times=has_times)[1].ntry[0]

    assert str(entry.val_dt.dt) == "2026-11-01"
    if has_times:
        assert str(entry.bookg_dt.dt_tm) == "2026-11-01T12:00:00.123+07:00"
    else:
        assert str(entry.bookg_dt.dt) == "2026-11-01"


def test_a_period_without_blocks_is_a_statement_without_entries():
    empty = replace(STATEMENT, to_height=4, closing=100_000, entries=())

    _, told = statement_of(empty)

    assert told.ntry == []
    assert [balance.amt.value for balance in told.bal] == [Decimal("1000.00")] * 2


def test_a_statement_sums_to_its_closing_balance():
    told = read(camt053(STATEMENT, now_ms=NOON_MS), "camt.053.001.08").bk_to_cstmr_stmt.stmt[0]

    opening, closing = (balance.amt.value for balance in told.bal)
    signs = {"CRDT": 1, "DBIT": -1}
    moved = sum(signs[entry.cdt_dbt_ind.value] * entry.amt.value for entry in told.ntry)
    assert opening + moved == closing


def test_what_breaks_the_schema_is_not_written():
    types = messages("pacs.008.001.08")
    both = types.AccountSchemeName1Choice(cd="AB", prtry="CD")
    none = types.AccountSchemeName1Choice()
    wrong = types.ActiveCurrencyAndAmount(value=Decimal("1.000001"), ccy="THB")

    for document, reason in (
        (both, "2 alternatives"),
        (none, "0 alternatives"),
        (wrong, "at most 5"),
    ):
        with pytest.raises(BadMessage, match=reason):
            check(document)


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr("client.cbdc.iso20022.schema.import_module", _not_installed)

    with pytest.raises(ExtraMissing, match="install pyiso20022 and xsdata"):
        pacs008(TRANSFER, now_ms=NOON_MS)


def _not_installed(name):
    raise ModuleNotFoundError(name, name="xsdata")
