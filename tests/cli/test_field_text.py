"""Values of the ledger in words: baht, dates, spans, names, places from 1."""

import pytest

from commands.field_text import FieldText, span_text, time_text

MONEY = FieldText(is_money=True)
OTHER = FieldText(is_money=False)
NOW_MS = 1_798_768_800_000  # 2027-01-01 09:00 in Bangkok
NOW = "2027-01-01 09:00:00 UTC+7"
SATANG = {"name": "amount", "type": "integer", "max": 10**15}


def number(name, most=2**53):
    return {"name": name, "type": "integer", "max": most}


@pytest.mark.parametrize(
    ("described", "value", "text"),
    [
        (SATANG, 125_050, "1,250.50 baht"),
        (SATANG, "100000000000000000", "1,000,000,000,000,000.00 baht"),
        (number("ends_ms"), NOW_MS, NOW),
        (number("every_ms"), 7 * 86_400_000, "7d"),
        (number("until_ms"), 0, "none"),
        (number("opened_at", 2**36), NOW_MS // 1_000, NOW),
        (number("max_age_s", 2**36), 5_400, "90m"),
        (number("day"), 20_819, "2027-01-01"),
        (number("month"), 12 * 2027 + 1, "2027-01"),
        (number("left"), 3, "3"),
        ({"name": "x", "type": "optional", "value": SATANG}, None, "none"),
        ({"type": "list", "items": SATANG}, [100, 250], "[1.00 baht, 2.50 baht]"),
    ],
)
def test_a_value_of_money_is_written_by_its_field(described, value, text):
    assert MONEY.text(described, value) == text


def test_what_is_no_money_has_no_baht():
    assert OTHER.text(SATANG, 100) == "100"
    assert OTHER.text(number("day"), 20_819) == "20819"


def test_places_count_from_one_where_they_are_told_and_from_zero_where_they_are_signed():
    place = number("index")

    assert FieldText(is_money=False, is_told=True).text(place, 0) == "1"
    assert OTHER.text(place, 0) == "0"


def test_a_record_is_a_line_a_field_without_units_and_those_inside_it_in_place():
    inner = {"name": "order", "type": "record", "fields": [SATANG, number("ends_ms")]}
    described = {"type": "record", "fields": [{"name": "wallet", "type": "address"}, inner]}
    value = {"wallet": "sph1x", "order": {"amount": 100, "ends_ms": NOW_MS}}
    here = FieldText(is_money=True, names={"sph1x": "somchai"})

    page = here.page("freeze", described, value)

    assert page.splitlines() == ["wallet  somchai sph1x", "amount  1.00 baht", f"ends    {NOW}"]


def test_a_list_of_records_in_a_record_is_a_table_below_it():
    line = {"type": "record", "fields": [number("index"), {"name": "code", "type": "text"}]}
    fields = [number("paid"), {"name": "refused", "type": "list", "items": line}]
    told = FieldText(is_money=True, is_told=True)

    page = told.page(
        "batch",
        {"type": "record", "fields": fields},
        {"paid": 2, "refused": [{"index": 1, "code": "PAUSED"}]},
    )

    assert page.splitlines() == [
        "paid  2",
        "",
        "refused",
        "index │ code",
        "──────┼───────",
        "2     │ PAUSED",
    ]


def test_text_of_strangers_shows_what_a_terminal_would_hide():
    described = {"type": "record", "fields": [{"name": "memo", "type": "text"}]}

    assert OTHER.page("x", described, {"memo": "a\x1b[2J"}) == "memo  'a\\x1b[2J'"


def test_nothing_is_said_of_an_empty_list():
    assert OTHER.page("x", {"type": "list", "items": SATANG}, []) == "none"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "none"), (86_400, "1d"), (259_200, "3d"), (3_600, "1h"), (61, "61s")]
)
def test_a_span_is_written_as_the_command_line_takes_it(seconds, text):
    assert span_text(seconds) == text


def test_a_time_beyond_dates_is_shown_as_it_is():
    assert time_text(2**62) == f"{2**62} ms"
