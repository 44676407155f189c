"""Files of payouts: what is read, and which row is bad for which reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.cbdc.errors import BadPayoutFile
from client.cbdc.payout_file import (
    FILE_BYTES_MAX,
    LINE_CHARS_MAX,
    Payout,
    read_payout_csv,
)
from client.wallet import Wallet
from primitives.ids import show_address

ONE, TWO = (Wallet.from_seed(bytes([n]) * 32).address for n in (1, 2))
A, B = show_address(ONE), show_address(TWO)


def read(*lines, header="to,baht,reference", end="\n"):
    return read_payout_csv(end.join([header, *lines]).encode())


def test_rows_are_read_in_order_with_their_lines():
    found = read(f"{A},600,ก-1", f"{B},0.25,k-2")

    assert found.rows == (
        Payout(line=2, to=ONE, satang=60_000, reference="ก-1"),
        Payout(line=3, to=TWO, satang=25, reference="k-2"),
    )
    assert (found.bad, found.satang) == ((), 60_025)
    found.require_sound()


@pytest.mark.parametrize(
    "text",
    [
        f"to,satang,reference\n{A},125050,r1\n",
        f"to,satang,reference\r\n{A},125050,r1\r\n\r\n",
        f"\ufeffto,baht,reference\n{A},1250.5,r1",
        f'reference,baht,to\n\n"r1","1,250.50",{A}',
    ],
    ids=["satang", "crlf", "byte order mark", "quoted and reordered"],
)
def test_the_forms_that_spreadsheets_write_are_read(text):
    rows = read_payout_csv(text.encode()).rows

    assert [(row.to, row.satang, row.reference) for row in rows] == [(ONE, 125_050, "r1")]


def test_a_file_may_name_the_period_that_a_reference_serves_in_and_the_travel_data():
    header = "to,baht,reference,period,travel"
    travel = "0x" + "5a" * 32

    found = read(f"{A},600,k-1,2026-11,", f"{A},600,k-1,2026-12,{travel}", header=header)

    assert found.rows == (
        Payout(line=2, to=ONE, satang=60_000, reference="k-1", series="2026-11"),
        Payout(
            line=3,
            to=ONE,
            satang=60_000,
            reference="k-1",
            series="2026-12",
            travel=bytes([0x5A] * 32),
        ),
    )


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("2026-13,", "period"),
        ("2026-1,", "period"),
        ("november,", "period"),
        (",0x5a", "travel"),
        (",5a" + "5a" * 31, "travel"),
    ],
)
def test_a_period_is_a_month_and_travel_data_are_a_digest(cells, column):
    found = read(f"{A},600,k-1,{cells}", header="to,baht,reference,period,travel")

    assert [(bad.line, bad.column) for bad in found.bad] == [(2, column)]


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (f"{A[:-1]},1,r", "to", "checksum"),
        (",1,r", "to", "not an address"),
        ("0801234567,1,r", "to", "not an address"),
        (f"{A},0,r", "baht", "outside"),
        (f"{A},-1,r", "baht", "not baht"),
        (f"{A},+1,r", "baht", "not baht"),
        (f"{A}, 1,r", "baht", "not baht"),
        (f"{A},1e3,r", "baht", "not baht"),
        (f"{A},1.005,r", "baht", "at most 2 decimals"),
        (f"{A},NaN,r", "baht", "not baht"),
        (f"{A},๑๐,r", "baht", "not baht"),
        (f"{A},True,r", "baht", "not baht"),
        (f"{A},,r", "baht", "not baht"),
        (f"{A},10000000000000.01,r", "baht", "outside"),
        (f"{A},1,", "reference", "must be 1 to 35"),
        (f"{A},1,{'x' * 36}", "reference", "must be 1 to 35"),
        (f"{A},1,a\tb", "reference", "refuses"),
        (f"{A},1,e\u0301", "reference", "refuses"),
        (f"{A},1", "", "2 fields"),
        (f"{A},1,r,more", "", "4 fields"),
        (f"{A},1,{'x' * LINE_CHARS_MAX}", "", "characters"),
        (f'{A},1,"r', "", "not CSV"),
        (f'{A},1,"r"x', "", "not CSV"),
    ],
)
def test_a_bad_row_is_named_and_the_others_stay(line, column, reason):
    found = read(f"{A},1,first", line, f"{B},2,last")

    assert [row.reference for row in found.rows] == ["first", "last"]
    assert [(bad.line, bad.column) for bad in found.bad] == [(3, column)]
    assert reason in found.bad[0].reason


def test_satang_with_a_point_are_refused():
    assert read(f"{A},1.5,r", header="to,satang,reference").bad[0].column == "satang"


def test_a_reference_serves_once_and_names_the_first_line():
    found = read(f"{A},1,r", f"{B},1,other", f"{B},1,r")

    assert [str(bad) for bad in found.bad] == [
        "line 4, column reference: 'r' is used on line 2 already"
    ]


def test_a_file_with_bad_rows_is_not_sound_and_says_how_many():
    found = read(*[f"{A},x,{n}" for n in range(7)])

    with pytest.raises(BadPayoutFile, match=r"7 bad rows: line 2, column baht.*and 2 more"):
        found.require_sound()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "must name"),
        (b"to,baht,reference\n", "no payouts"),
        (b"to,amount,reference\na,1,r\n", "must name"),
        (b"to,baht,satang,reference\n", "must name"),
        (b"to,baht,reference,reference\n", "must name"),
        (b'to,"baht\n', "not CSV"),
        (b"\xff\xfe", "not UTF-8 at byte 0"),
        (b"x" * (FILE_BYTES_MAX + 1), "bytes, at most"),
    ],
    ids=["empty", "no rows", "no unit", "two units", "twice", "quote", "encoding", "size"],
)
def test_a_file_that_cannot_be_read_is_refused(data, reason):
    with pytest.raises(BadPayoutFile, match=reason):
        read_payout_csv(data)


def test_a_file_of_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr("client.cbdc.payout_file.ROWS_MAX", 2)

    with pytest.raises(BadPayoutFile, match="more than 2 rows"):
        read(*[f"{A},1,{n}" for n in range(3)])


@given(st.binary(max_size=200))
def test_any_bytes_give_rows_or_a_named_refusal(data):
    try:
        found = read_payout_csv(b"to,satang,reference\n" + data)
    except BadPayoutFile:
        return
    assert len(found.rows) + len(found.bad) >= 1
