"""Log lines: their form, their level, and that no secret is in them."""

import io
import json
import logging

import pytest

from node.observe import set_up
from node.observe.log import FIELD_CHARS_MAX, TRACEBACK_CHARS_MAX, redacted

SECRET = "5f3e9c0011aabbccddeeff00"


@pytest.fixture
def stream():
    """A stream in place of standard error; the root logger is put back afterwards."""
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    yield io.StringIO()
    root.setLevel(before[0])
    root.handlers[:] = before[1]


def test_an_entry_is_a_line_with_time_level_part_event_node_and_fields(stream):
    set_up(node="dopa", stream=stream)

    fields = {"peer": "bot", "height": 7, "is_new": True, "missing": ("a", "b"), "left": None}
    logging.getLogger("sapha.test").info("peer_connected", extra=fields)

    (line,) = stream.getvalue().splitlines()
    at, rest = line.split(" ", 1)
    assert at.endswith("Z")
    assert rest == (
        "INFO sapha.test peer_connected node=dopa peer=bot height=7 is_new=true missing=a,b left=-"
    )


def test_entries_as_json_are_objects(stream):
    set_up(node="dopa", form="json", stream=stream)

    fields = {"peer": "สภา", "height": 7, "content": b"\x01\xff"}
    logging.getLogger("sapha.test").warning("peer_refused", extra=fields)

    entry = json.loads(stream.getvalue())
    assert list(entry)[:5] == ["at", "level", "part", "event", "node"]
    assert (entry["level"], entry["event"], entry["node"]) == ("WARNING", "peer_refused", "dopa")
    assert (entry["peer"], entry["height"], entry["content"]) == ("สภา", 7, "01ff")


def test_what_a_library_says_in_words_is_a_field(stream):
    set_up(stream=stream)

    logging.getLogger("asyncio").warning("two\nlines of %s", "a b")

    assert stream.getvalue().endswith('asyncio message node=- text="two\\nlines of a b"\n')


FORGERIES = {
    "line end": "x\n2026-11-23T15:00:00.123Z CRITICAL sapha.node node_halted node=dopa",
    "other line ends": "x\r\x0b\x0c\x1c\x85\u2028\u2029y",
    "a field": 'x" event=node_halted reason="y',
    "a terminal's commands": "\x1b[2J\x9b2J\x07\x7f",
    "text turned round": "\u202edlrow\u2066 \u200f",
    "half a character": "\ud800",
    "an astral character": "\U000e0041",
}


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("name", FORGERIES)
def test_a_strangers_text_stays_in_its_field(stream, form, name):
    set_up(form=form, stream=stream)

    logging.getLogger("sapha.test").warning("peer_refused", extra={"reason": FORGERIES[name]})

    (line,) = stream.getvalue().splitlines()
    assert line.isprintable()
    _head, _found, quoted = line.partition("reason=" if form == "text" else '"reason": ')
    assert json.JSONDecoder().raw_decode(quoted)[0] == FORGERIES[name]
    assert quoted[json.JSONDecoder().raw_decode(quoted)[1] :] in {"", "}"}


def test_a_strangers_text_and_a_traceback_are_bounded(stream):
    set_up(stream=stream)

    error = ValueError("y" * 1_000_000)
    fields = {"reason": "x" * 1_000_000}
    logging.getLogger("sapha.test").error("peer_refused", exc_info=error, extra=fields)

    assert len(stream.getvalue()) < FIELD_CHARS_MAX + TRACEBACK_CHARS_MAX + 200


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_secret_field_is_hidden_by_its_name(stream, form):
    set_up(form=form, stream=stream)

    logging.getLogger("sapha.test").info("token_read", extra={"operator_token": SECRET})

    assert SECRET not in stream.getvalue()
    assert "[hidden]" in stream.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_error_is_in_the_same_line(stream, form):
    set_up(form=form, stream=stream)

    error = ValueError(f"token={SECRET}")
    logging.getLogger("sapha.test").error("failed", exc_info=error)

    assert len(stream.getvalue().splitlines()) == 1
    assert "ValueError" in stream.getvalue()
    assert SECRET not in stream.getvalue()


def test_entries_below_the_level_are_left_out(stream):
    set_up(level="WARNING", stream=stream)

    logging.getLogger("sapha.test").info("chatter")

    assert stream.getvalue() == ""


def test_an_unknown_level_is_named():
    with pytest.raises(ValueError, match="LOUD"):
        set_up(level="LOUD")


def test_setting_up_again_replaces_the_first(stream):
    set_up(stream=stream)
    set_up(stream=stream)

    logging.getLogger("sapha.test").info("once")

    assert len(stream.getvalue().splitlines()) == 1


SECRETS = {
    "seed": f"seed={SECRET}",
    "seed in JSON": f'{{"seed": "{SECRET}"}}',
    "bytes": f"SigningKey(seed=b'{SECRET}')",
    "passphrase": f"passphrase: {SECRET}",
    "token": f"operator token={SECRET} from 10.0.0.1",
    "setting": f'operator_token = "{SECRET}"',
    "header": f"Authorization: Bearer {SECRET}",
    "bearer alone": f"got 'Bearer {SECRET}'",
    "private key": f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----",
    "private key cut off": f"-----BEGIN EC PRIVATE KEY-----\n{SECRET}",
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_hidden(name):
    assert SECRET not in redacted(SECRETS[name])


def test_what_is_no_secret_stays():
    text = f"transaction {SECRET} of sender sph1qq is pending; 3 seeds planted"

    assert redacted(text) == text
