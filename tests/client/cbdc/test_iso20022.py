"""ISO 20022: messages come back as made, keep the schema's limits, and are read safely."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from client.cbdc.errors import BadMessage, ExtraMissing, UnsafeXml
from client.cbdc.iso20022 import Transfer, camt053, pacs008, read_pain001
from client.cbdc.iso20022.parts import address_of_account, satang_of
from client.cbdc.iso20022.schema import XML_BYTES_MAX, check, messages, read
from client.cbdc.payout_file import Payout
from client.cbdc.statement import Entry, Statement
from client.wallet import Wallet
from primitives.ids import TransactionId, show_address

AGENCY, ONE, TWO = (Wallet.from_seed(bytes([n]) * 32).address for n in (9, 1, 2))
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
            time_ms=NOON_MS + 60_000,
            transaction_id=TX,
            kind="Released",
            satang=100,
            balance=99_900,
        ),
    ),
)


def account_xml(address, shown=None):
    proxy = shown or show_address(address)
    return (
        "<Id><Othr><Id>NOTPROVIDED</Id></Othr></Id>"
        f"<Prxy><Tp><Prtry>SAPHA</Prtry></Tp><Id>{proxy}</Id></Prxy>"
    )


def order_xml(to=TWO, amount="600.00", end_to_end="k-1", currency="THB", account=None):
    creditor = account_xml(to) if account is None else account
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>{end_to_end}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="{currency}">{amount}</InstdAmt></Amt>'
        f"<CdtrAcct>{creditor}</CdtrAcct></CdtTrfTxInf>"
    )


def pain_xml(*orders, payer=AGENCY, count=None, total=None, method="TRF", top=""):
    count = len(orders) if count is None else count
    ctrl_sum = "" if total is None else f"<CtrlSum>{total}</CtrlSum>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{top}'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>'
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-01T12:00:00+07:00</CreDtTm>"
        f"<NbOfTxs>{count}</NbOfTxs>{ctrl_sum}<InitgPty/></GrpHdr>"
        f"<PmtInf><PmtInfId>P1</PmtInfId><PmtMtd>{method}</PmtMtd>"
        "<ReqdExctnDt><Dt>2026-11-01</Dt></ReqdExctnDt><Dbtr/>"
        f"<DbtrAcct>{account_xml(payer)}</DbtrAcct>"
        "<DbtrAgt><FinInstnId><Othr><Id>welfare</Id></Othr></FinInstnId></DbtrAgt>"
        f"{''.join(orders)}</PmtInf></CstmrCdtTrfInitn></Document>"
    ).encode()


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
    assert (paid.acct_svcr_ref, paid.bk_tx_cd.prtry.cd) == ("5-0", "Paid")


def test_a_statement_sums_to_its_closing_balance():
    told = read(camt053(STATEMENT, now_ms=NOON_MS), "camt.053.001.08").bk_to_cstmr_stmt.stmt[0]

    opening, closing = (balance.amt.value for balance in told.bal)
    signs = {"CRDT": 1, "DBIT": -1}
    moved = sum(signs[entry.cdt_dbt_ind.value] * entry.amt.value for entry in told.ntry)
    assert opening + moved == closing


def test_orders_are_read_as_payouts():
    data = pain_xml(order_xml(), order_xml(ONE, "0.25", "k-2"), total="600.25")

    found = read_pain001(data, AGENCY)

    assert found.rows == (
        Payout(line=1, to=TWO, satang=60_000, reference="k-1"),
        Payout(line=2, to=ONE, satang=25, reference="k-2"),
    )


@pytest.mark.parametrize(
    ("order", "column", "reason"),
    [
        (order_xml(amount="1.005"), "InstdAmt", "more than 2 decimals"),
        (order_xml(amount="0"), "InstdAmt", "outside"),
        (order_xml(currency="USD"), "InstdAmt", "must be THB"),
        (order_xml(amount="99999999999999.00"), "InstdAmt", "outside"),
        (order_xml(account=account_xml(TWO, show_address(TWO)[:-1])), "CdtrAcct", "checksum"),
        (order_xml(account="<Id><IBAN>TH001234567890</IBAN></Id>"), "CdtrAcct", "no proxy"),
        (
            order_xml(account=account_xml(TWO).replace("NOTPROVIDED", "12345")),
            "CdtrAcct",
            "names another",
        ),
        (re.sub("<CdtrAcct>.*</CdtrAcct>", "", order_xml()), "CdtrAcct", "no account"),
    ],
)
def test_a_bad_order_is_a_bad_row(order, column, reason):
    found = read_pain001(pain_xml(order, order_xml(end_to_end="k-2")), AGENCY)

    assert [row.line for row in found.rows] == [2]
    assert [(bad.line, bad.column) for bad in found.bad] == [(1, column)]
    assert reason in found.bad[0].reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pain_xml(order_xml(), payer=ONE), "another account"),
        (pain_xml(order_xml(), count=2), "NbOfTxs is 2"),
        (pain_xml(order_xml(), total="1.00"), "CtrlSum is 1.00"),
        (pain_xml(order_xml(), method="CHK"), "must be TRF"),
        (pain_xml(order_xml(), method="CASH"), "not a pain.001.001.09"),
        (pain_xml(), "CdtTrfTxInf is there 0 times"),
        (pain_xml(order_xml(end_to_end="x" * 36)), "EndToEndId has 36 characters"),
        (pain_xml(order_xml(currency="baht")), "Ccy is 'baht'"),
        (pain_xml(order_xml(amount="1e3")), "'1e3' is not an amount"),
        (pain_xml(order_xml(amount="NaN")), "is not an amount"),
        (pain_xml(order_xml(amount=" 1")), "is not an amount"),
        (pain_xml(order_xml(amount="+1")), "is not an amount"),
        (pain_xml(order_xml(), total="1e3"), "is not an amount"),
        (pain_xml(order_xml(amount="๑๐")), "is not an amount"),
        (pain_xml(order_xml()).replace(b"<InitgPty/>", b"<InitgPty/><Surprise/>"), "not a pain"),
        (pain_xml(order_xml()).replace(b"09", b"03"), "not a pain"),
        (pain_xml(order_xml()).replace(b"<MsgId>M1</MsgId>", b""), "msg_id"),
        (pacs008(TRANSFER, now_ms=NOON_MS), "not a pain"),
        (b"", "not XML"),
        (b"<a><b></a>", "not XML"),
        (b"\xff" * 10, "not XML"),
    ],
)
def test_a_message_that_is_not_sound_is_refused_whole(data, reason):
    with pytest.raises(BadMessage, match=reason):
        read_pain001(data, AGENCY)


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "data",
    [
        pain_xml(order_xml(), top=BOMB),
        pain_xml(order_xml(end_to_end="&a;"), top=EXTERNAL),
        pain_xml(order_xml(), top='<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/x.dtd">'),
        pain_xml(order_xml(), top="<!DOCTYPE D>").decode().replace("-8", "-16").encode("utf-16"),
        b"<a>" * 50 + b"</a>" * 50,
        b" " * (XML_BYTES_MAX + 1),
    ],
    ids=["bomb", "file", "network", "utf-16", "deep", "large"],
)
def test_unsafe_xml_is_refused_before_it_is_built(data):
    with pytest.raises(UnsafeXml):
        read_pain001(data, AGENCY)


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
