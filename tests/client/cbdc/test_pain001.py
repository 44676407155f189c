"""pain.001: which orders are read, what names them, and what is refused by its name."""

import re

import pytest

from client.cbdc.errors import BadMessage, UnsafeXml
from client.cbdc.iso20022 import read_pain001
from client.cbdc.iso20022.schema import XML_BYTES_MAX
from client.cbdc.payout_file import Payout
from primitives.ids import show_address
from tests.client.cbdc.orders import (
    AGENCY,
    DAY_MS,
    ONE,
    TWO,
    account_xml,
    as_version_03,
    order_xml,
    pain_xml,
)


def test_orders_are_read_as_payouts():
    data = pain_xml(order_xml(), order_xml(ONE, "0.25", "k-2"), total="600.25")

    found = read_pain001(data, AGENCY)

    series = found.rows[0].series
    assert found.rows == (
        Payout(line=1, to=TWO, satang=60_000, reference="k-1", series=series, due_ms=DAY_MS),
        Payout(line=2, to=ONE, satang=25, reference="k-2", series=series, due_ms=DAY_MS),
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
        (pain_xml(order_xml()).replace(b"pain.001.001.09", b"pacs.008.001.08"), "not a pain"),
        (b"", "not XML"),
        (b"<a><b></a>", "not XML"),
        (b"\xff" * 10, "not XML"),
    ],
)
def test_a_message_that_is_not_sound_is_refused_whole(data, reason):
    with pytest.raises(BadMessage, match=reason):
        read_pain001(data, AGENCY)


def names_of(*orders, **how):
    return [row.name for row in read_pain001(pain_xml(*orders, **how), AGENCY).rows]


def test_an_order_is_named_by_message_payment_information_and_row():
    (first,) = names_of(order_xml())

    assert names_of(order_xml(), order_xml(end_to_end="k-2"))[0] == first
    assert names_of(order_xml(), message="M2") != [first]
    other = pain_xml(order_xml()).replace(b"<PmtInfId>P1<", b"<PmtInfId>P2<")
    assert read_pain001(other, AGENCY).rows[0].name != first
    assert len(first[0]) == 32


def test_an_order_without_end_to_end_id_is_named_by_instruction_else_by_its_place():
    def order(instruction):
        xml = order_xml(end_to_end="NOTPROVIDED")
        inner = f"<InstrId>{instruction}</InstrId>" if instruction else ""
        return xml.replace("<PmtId>", f"<PmtId>{inner}")

    names = names_of(order("I-7"), order(""), order("NOTPROVIDED"))

    assert [reference for _, reference in names] == ["I-7", "row 2", "row 3"]


def test_a_reference_of_35_characters_is_one():
    assert names_of(order_xml(end_to_end="x" * 35))[0][1] == "x" * 35


@pytest.mark.parametrize(
    ("day", "begins_ms"),
    [
        ("<Dt>2027-06-15</Dt>", 1_812_992_400_000),
        ("<DtTm>2026-11-01T09:30:00</DtTm>", DAY_MS + 34_200_000),
        ("<DtTm>2026-11-01T02:30:00Z</DtTm>", DAY_MS + 34_200_000),
    ],
)
def test_a_row_is_due_when_its_requested_day_begins_in_bangkok(day, begins_ms):
    (row,) = read_pain001(pain_xml(order_xml(), day=day), AGENCY).rows

    assert row.due_ms == begins_ms


TEXT = "<RmtInf><Ustrd>November</Ustrd></RmtInf>"
UNKNOWN_OF_ORDER = {
    "RmtInf": order_xml().replace("</CdtTrfTxInf>", f"{TEXT}</CdtTrfTxInf>"),
    "Purp": order_xml().replace("</CdtTrfTxInf>", "<Purp><Cd>SALA</Cd></Purp></CdtTrfTxInf>"),
    "ChqInstr": order_xml().replace("<CdtrAcct>", "<ChqInstr/><CdtrAcct>"),
    "UETR": order_xml().replace(
        "</PmtId>", f"<UETR>{'0' * 8}-0000-4000-8000-{'0' * 12}</UETR></PmtId>"
    ),
    "XchgRateInf": order_xml().replace("<CdtrAcct>", "<XchgRateInf/><CdtrAcct>"),
    "Tp": order_xml().replace("<Prxy>", "<Tp><Cd>CACC</Cd></Tp><Prxy>"),
    "InstrForDbtrAgt": order_xml().replace(
        "</CdtTrfTxInf>", "<InstrForDbtrAgt>be quick</InstrForDbtrAgt></CdtTrfTxInf>"
    ),
}


@pytest.mark.parametrize("name", UNKNOWN_OF_ORDER)
def test_what_is_not_understood_in_an_order_is_named(name):
    found = read_pain001(pain_xml(UNKNOWN_OF_ORDER[name]), AGENCY)

    assert found.rows == ()
    assert [(bad.column, "understood" in bad.reason) for bad in found.bad] == [(name, True)]


UNKNOWN_OF_MESSAGE = {
    "GrpHdr/FwdgAgt": ("<InitgPty/>", "<InitgPty/><FwdgAgt><FinInstnId/></FwdgAgt>"),
    "PmtInf P1/BtchBookg": ("</PmtMtd>", "</PmtMtd><BtchBookg>true</BtchBookg>"),
    "PmtInf P1/PmtTpInf": ("<ReqdExctnDt>", "<PmtTpInf/><ReqdExctnDt>"),
    "PmtInf P1/UltmtDbtr": ("<CdtTrfTxInf>", "<UltmtDbtr/><CdtTrfTxInf>"),
    "PmtInf P1/PoolgAdjstmntDt": (
        "<Dbtr/>",
        "<PoolgAdjstmntDt>2026-11-02</PoolgAdjstmntDt><Dbtr/>",
    ),
    "SplmtryData": ("</PmtInf>", "</PmtInf><SplmtryData><Envlp/></SplmtryData>"),
}


@pytest.mark.parametrize("place", UNKNOWN_OF_MESSAGE)
def test_what_is_not_understood_in_a_message_is_refused_by_name(place):
    before, after = UNKNOWN_OF_MESSAGE[place]
    data = pain_xml(order_xml()).decode().replace(before, after, 1).encode()

    with pytest.raises(BadMessage, match=f"{place} is not understood"):
        read_pain001(data, AGENCY)


def test_what_changes_no_payment_may_be_left_out_by_name():
    data = pain_xml(UNKNOWN_OF_ORDER["RmtInf"], UNKNOWN_OF_ORDER["Purp"].replace("k-1", "k-2"))

    found = read_pain001(data, AGENCY, ["RmtInf"])

    assert [row.reference for row in found.rows] == ["k-1"]
    assert [bad.column for bad in found.bad] == ["Purp"]
    for name in ("ChqInstr", "XchgRateInf", "Amt", "Nothing"):
        with pytest.raises(BadMessage, match="is none of"):
            read_pain001(data, AGENCY, [name])


def test_an_order_commits_to_travel_data_by_what_it_instructs_its_bank():
    text = f"<InstrForDbtrAgt>travel 0x{'5a' * 32}</InstrForDbtrAgt></CdtTrfTxInf>"
    xml = order_xml().replace("</CdtTrfTxInf>", text)

    assert read_pain001(pain_xml(xml), AGENCY).rows[0].travel == bytes([0x5A] * 32)


def test_version_03_is_read_with_the_address_as_the_accounts_name():
    data = pain_xml(order_xml(), order_xml(ONE, "0.25", "k-2"), total="600.25")

    assert read_pain001(as_version_03(data), AGENCY) == read_pain001(data, AGENCY)
    without = re.sub(b"<Nm>.*?</Nm>", b"", as_version_03(data))
    with pytest.raises(BadMessage, match="must be an address"):
        read_pain001(without, AGENCY)


def test_an_account_of_another_currency_or_kind_of_proxy_is_a_bad_row():
    dollars = order_xml().replace("<Prxy>", "<Ccy>USD</Ccy><Prxy>")
    phone = order_xml(end_to_end="k-2").replace("SAPHA", "PROMPTPAY")

    found = read_pain001(pain_xml(dollars, phone), AGENCY)

    assert [bad.reason for bad in found.bad] == [
        "the account's currency is USD, must be THB",
        "the account's proxy is of type PROMPTPAY, not SAPHA",
    ]


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
