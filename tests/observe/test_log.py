"""Log lines: their form, their level, and that no secret is in them."""

import io
import json
import logging

import pytest

from node.observe import set_up
from node.observe.log import redacted

SECRET = "5f3e9c0011aabbccddeeff00"


@pytest.fixture
def stream():
    """A stream in place of standard error; the root logger is put back afterwards."""
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    yield io.StringIO()
    root.setLevel(before[0])
    root.handlers[:] = before[1]


def test_an_entry_is_one_line_with_time_level_part_and_node(stream):
    set_up(node="dopa", stream=stream)

    logging.getLogger("sapha.test").info("two\nlines %d", 7)

    (line,) = stream.getvalue().splitlines()
    at, level, part, rest = line.split(" ", 3)
    assert at.endswith("Z")
    assert (level, part, rest) == ("INFO", "sapha.test", '"two\\nlines 7" node=dopa')


def test_entries_as_json_are_objects(stream):
    set_up(node="dopa", form="json", stream=stream)

    logging.getLogger("sapha.test").warning("สภา")

    entry = json.loads(stream.getvalue())
    assert (entry["level"], entry["text"], entry["node"]) == ("WARNING", "สภา", "dopa")


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
