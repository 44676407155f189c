"""Foreign text on a screen: one line, and nothing that hides or moves what stands there."""

import json

import pytest

from primitives.plain import plain_line, plain_lines

HIDING = {
    "a newline": ("Sign?\ndata of sources  none", "Sign?\\ndata of sources  none"),
    "an escape sequence": ("name\x1b[2K\x1b[1A", "name\\u001b[2K\\u001b[1A"),
    "a one-byte escape sequence": ("a\x9b8m", "a\\u009b8m"),
    "a direction": ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
    "a line separator": ("a\u2028b\u2029\x85", "a\\u2028b\\u2029\\u0085"),
    "what cannot be seen": ("1\u200b2\ufeff", "1\\u200b2\\ufeff"),
    "a carriage return, a backspace": ("a\rb\bc", "a\\rb\\bc"),
    "a delete": ("a\x7f", "a\\u007f"),
}


@pytest.mark.parametrize("case", HIDING)
def test_what_cannot_be_seen_or_moves_what_is_seen_is_written_out(case):
    text, shown = HIDING[case]

    assert plain_line(text) == shown
    assert shown.isprintable()


@pytest.mark.parametrize("text", ["", "ยื่นภาษีหรือไม่ น้ำ", "given_name, 12.5 % (A/B)", "日本 é"])
def test_what_people_write_stays(text):
    assert plain_line(text) == text


def test_json_stays_the_same_json():
    document = {"words": "a\u202e\x7f\n\x9b", "more": ["\u2028", "น้ำ"]}

    shown = plain_line(json.dumps(document, ensure_ascii=False))

    assert json.loads(shown) == document
    assert shown.isprintable()


def test_lines_and_tabs_of_a_page_stay_and_nothing_else():
    assert plain_lines("a\tb\n\x1b[8mc\n") == "a\tb\n\\u001b[8mc\n"
