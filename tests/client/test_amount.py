"""Money is read exactly or not at all."""

import pytest

from client.amount import read_baht, read_satang, show_baht
from client.errors import BadAmount


@pytest.mark.parametrize(
    ("text", "satang"),
    [
        ("0.01", 1),
        ("1", 100),
        ("1.5", 150),
        ("1.05", 105),
        ("1250.50", 125_050),
        ("1,250.50", 125_050),
        ("1,000,000", 100_000_000),
        ("10000000000000.00", 10**15),
        ("007", 700),
    ],
)
def test_baht_text_becomes_satang(text, satang):
    assert read_baht(text) == satang


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0.00",
        "-1",
        "+1",
        "1.005",
        "1.",
        ".5",
        "1e3",
        " 1",
        "1 ",
        "1,00",
        "10,00.00",
        "1_000",
        "NaN",
        "inf",
        "๑๐",
        "10000000000000.01",
        "9" * 40,
        "1,250.5\n",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(BadAmount):
        read_baht(text)


@pytest.mark.parametrize("text", ["0", "", "1.5", "-1", "1e3", "๑", str(10**15 + 1), "9" * 30])
def test_satang_are_whole_and_bounded(text):
    with pytest.raises(BadAmount):
        read_satang(text)


@pytest.mark.parametrize(
    ("satang", "text"),
    [
        (0, "0.00"),
        (1, "0.01"),
        (125_050, "1,250.50"),
        (-5, "-0.05"),
        (10**15, "10,000,000,000,000.00"),
    ],
)
def test_satang_are_shown_as_baht(satang, text):
    assert show_baht(satang) == text


def test_what_is_shown_reads_back():
    amounts = [1, 99, 100, 101, 123_456_789, 10**15]

    assert [read_baht(show_baht(amount)) for amount in amounts] == amounts
    assert read_satang("125050") == 125_050
