"""A usage names what its message or query takes: the names, their order, and what they are.

Menus lie apart from contracts, so that help loads neither; here the two are held together.
"""

import pytest

from commands.framework.kinds import (
    ADDRESS,
    BAHT,
    BAHT_OR_0,
    CASE,
    DIGEST,
    FLAG,
    HEIGHT,
    ID,
    NUMBER,
    PLACE,
    PUBLIC_KEY,
    TEXT,
    TIME,
    YES_OR_NO,
)
from commands.framework.places import found_at
from contracts.cbdc.core.messages import SUM_SATANG_MAX
from contracts.registry import CONTRACTS
from primitives.limits import AMOUNT_SATANG_MAX
from primitives.names import method_name
from tests.cli.tree import leaves

ASKING = {"rpc", "as_json"}  # what every command takes that asks a node
SENDING = ASKING | {"key", "account", "out", "in_satang"}
FORMS = {
    ADDRESS: "address",
    BAHT: "baht",
    BAHT_OR_0: "baht",
    CASE: "bytes",
    DIGEST: "bytes",
    FLAG: "boolean",
    HEIGHT: "height",
    ID: "bytes",
    NUMBER: "number",
    PLACE: "number",
    PUBLIC_KEY: "bytes",
    TEXT: "text",
    TIME: "time",
    YES_OR_NO: "boolean",
}


def is_sent(leaf):
    """Whether a command's words are the fields of the message that it sends."""
    is_sending = repr(leaf.made.via) == "commands.sending.sends"
    return is_sending and isinstance(found_at(leaf.made.does), type)


SENT = [leaf for leaf in leaves() if is_sent(leaf)]
SHOWN = [leaf for leaf in leaves() if repr(leaf.made.via) == "commands.queries.shows"]


def fields_of(leaf):
    """Return what a command's message or query takes, as the contract describes it, in order."""
    _, contract, *_, name = repr(leaf.made.does).split(".")
    if leaf in SENT:
        method = method_name(found_at(leaf.made.does))
        return CONTRACTS[contract].methods[method].schema.describe_fields()
    query = CONTRACTS[contract].queries[name]
    pairs = zip(query.names, query.types, strict=True)
    return [{"name": name, **field.describe()} for name, field in pairs]


def words_of(leaf):
    how = SENDING if leaf in SENT else ASKING
    return [each for each in leaf.parameters if each.name not in how]


def form_of(field):
    """Return how people write a field: in baht, as a time ..."""
    if field["type"] in {"optional", "list"}:
        inner = field["value"] if field["type"] == "optional" else field["items"]
        return form_of({**inner, "name": field["name"]})
    if field["type"] != "integer":
        return field["type"]
    if field["name"] == "value":  # of a parameter, in its own unit
        return "number"
    if field["max"] in {AMOUNT_SATANG_MAX, SUM_SATANG_MAX}:
        return "baht"
    suffixes = {"ms": "time", "height": "height"}
    return suffixes.get(field["name"].rpartition("_")[2], "number")


@pytest.mark.parametrize("leaf", SENT, ids=str)
def test_the_words_of_a_command_are_the_fields_of_its_message(leaf):
    names = [field["name"] for field in fields_of(leaf)]

    words = words_of(leaf)

    assert {each.name for each in words} | leaf.made.fixed.keys() == set(names)
    # Options stand anywhere, and what there are many of stands last.
    single = [each.name for each in words if not each.flag and not each.is_many]
    assert single == [name for name in names if name in single]


@pytest.mark.parametrize("leaf", SHOWN, ids=str)
def test_the_words_of_a_command_are_in_order_what_its_query_takes(leaf):
    names = [field["name"] for field in fields_of(leaf)]

    assert [each.name for each in words_of(leaf)] + list(leaf.made.fixed) == names


@pytest.mark.parametrize("leaf", [*SENT, *SHOWN], ids=str)
def test_a_word_is_written_as_its_field_is(leaf):
    fields = {field["name"]: field for field in fields_of(leaf)}

    for each in words_of(leaf):
        field = fields[each.name]
        assert FORMS[each.word.kind] == form_of(field), each.name
        assert each.is_many == (field["type"] == "list"), each.name
        is_left_out = not each.is_required and each.default is None and not each.is_many
        if is_left_out and each.word.kind is not FLAG:
            assert field["type"] == "optional", each.name
