"""Every missing, unknown or contradictory field of a genesis document has its own name."""

import base64
import json

import pytest

from genesis.build import show_member
from genesis.errors import (
    GenesisContradiction,
    GenesisFieldMissing,
    GenesisFieldUnknown,
    GenesisFieldWrong,
    GenesisUnreadable,
)
from genesis.schema import genesis_document, show_genesis
from genesis.verify import load_genesis, read_genesis, read_member
from primitives.errors import LocalFault
from tests.genesis.builders import certificate, document, member, member_key

DELETE = object()


def spoilt(path: list, value: object) -> str:
    """Return the good document with the field at `path` replaced, or removed for DELETE."""
    whole = document()
    at = whole
    for step in path[:-1]:
        at = at[step]
    if value is DELETE:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return json.dumps(whole)


def every_field() -> list[list]:
    whole = document()
    paths = [[name] for name in whole]
    paths += [["parameters", name] for name in whole["parameters"]]
    paths += [["members", 1, name] for name in whole["members"][1]]
    paths += [["contracts", 0, name] for name in whole["contracts"][0]]
    return paths


def place_of(path: list) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")


@pytest.mark.parametrize("path", every_field(), ids=place_of)
def test_each_missing_field_is_named(path):
    text = spoilt(path, DELETE)

    with pytest.raises(GenesisFieldMissing) as caught:
        read_genesis(text)

    assert caught.value.place == place_of(path)


@pytest.mark.parametrize("path", every_field(), ids=place_of)
@pytest.mark.parametrize("value", [1.5, None, [[]]], ids=["float", "null", "array"])
def test_each_field_of_another_type_is_named(path, value):
    text = spoilt(path, value)

    with pytest.raises((GenesisFieldWrong, GenesisFieldMissing)) as caught:
        read_genesis(text)

    assert caught.value.place.startswith(place_of(path))


@pytest.mark.parametrize(
    "path", [["x"], ["parameters", "x"], ["members", 2, "x"], ["contracts", 1, "x"]], ids=place_of
)
def test_each_unknown_field_is_named(path):
    text = spoilt(path, 1)

    with pytest.raises(GenesisFieldUnknown, match="unknown; the fields are") as caught:
        read_genesis(text)

    assert caught.value.place == place_of(path)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["format"], 1),
        (["format"], True),
        (["network"], ""),
        (["network"], "Devnet"),
        (["network"], "x" * 41),
        (["kind"], "test"),
        (["time_ms"], 0),
        (["time_ms"], 2**53),
        (["time_ms"], "1763900000000"),
        (["parameters", "heartbeat_ms"], 0),
        (["parameters", "view_timeout_ms"], 9),
        (["parameters", "view_timeout_cap_ms"], 3_600_001),
        (["parameters", "block_transactions_max"], 0),
        (["parameters", "block_transactions_max"], 4_001),
        (["parameters", "calendar_rate"], 0),
        (["members"], []),
        (["members", 0, "name"], "Agency"),
        (["members", 0, "name"], "a" * 65),
        (["members", 0, "public_key"], "11" * 32),
        (["members", 0, "public_key"], "0x" + "AA" * 32),
        (["members", 0, "public_key"], "0x" + "11" * 31),
        (["members", 0, "public_key"], "0x" + "zz" * 32),
        (["members", 0, "certificate"], ""),
        (["members", 0, "certificate"], "not base64!"),
        (["members", 0, "certificate"], "ถ"),
        (["members", 0, "certificate"], "MAAA"),
        (["members", 0, "certificate"], "QUE"),
        (["members", 0, "certificate"], "QUF="),
        (["members", 0, "certificate"], "QUFB" * 2000),
        (["members", 0, "host"], "a b"),
        (["members", 0, "host"], ""),
        (["members", 0, "port"], 0),
        (["members", 0, "port"], 65536),
        (["members", 0, "port"], True),
        (["members", 0, "is_validator"], 1),
        (["contracts"], []),
        (["contracts", 0, "name"], "Accounts"),
        (["contracts", 0, "version"], 0),
        (["contracts", 0, "code_hash"], "0x" + "11" * 33),
        (["contracts", 0, "config"], []),
        (["contracts", 0, "config"], {"fee": 0.1}),
        (["contracts", 0, "config"], {"most": 2**64}),
        (["contracts", 0, "config"], {"name": "\ud800"}),
        (["contracts", 0, "config"], {"\ud800": 1}),
        (["contracts", 0, "config"], {"a": [[[[[[[[[]]]]]]]]]}),
    ],
    ids=lambda value: place_of(value) if isinstance(value, list) and value else None,
)
def test_each_field_out_of_form_or_range_is_named(path, value):
    text = spoilt(path, value)

    with pytest.raises(GenesisFieldWrong) as caught:
        read_genesis(text)

    assert caught.value.place.startswith(place_of(path))


def test_two_members_whose_certificates_have_one_subject_are_refused():
    namesake = base64.b64encode(certificate.__wrapped__("agency-1")).decode()
    text = spoilt(["members", 3, "certificate"], namesake)

    with pytest.raises(GenesisContradiction, match=r"members\[1\].certificate CN=agency-1"):
        read_genesis(text)


@pytest.mark.parametrize("name", ["name", "public_key", "certificate"])
def test_two_members_that_share_what_must_be_their_own_are_refused(name):
    text = spoilt(["members", 3, name], document()["members"][1][name])

    with pytest.raises(GenesisContradiction, match=rf"the same as members\[1\].{name}") as caught:
        read_genesis(text)

    assert caught.value.place == f"members[3].{name}"


def test_two_members_on_one_port_of_one_host_are_refused():
    text = spoilt(["members", 2, "port"], 26600)

    with pytest.raises(GenesisContradiction) as caught:
        read_genesis(text)

    assert caught.value.place == "members[2].port"


def test_the_same_port_on_two_hosts_is_allowed():
    whole = document()
    whole["members"][2] |= {"port": 26600, "host": "127.0.0.2"}

    genesis = read_genesis(json.dumps(whole))

    assert genesis.members[2].host == "127.0.0.2"


def test_a_contract_named_twice_is_refused():
    text = spoilt(["contracts", 1, "name"], "accounts")

    with pytest.raises(GenesisContradiction) as caught:
        read_genesis(text)

    assert caught.value.place == "contracts[1].name"


def test_no_validators_is_refused():
    whole = document()
    for each in whole["members"]:
        each["is_validator"] = False

    with pytest.raises(GenesisContradiction, match="no member is a validator"):
        read_genesis(json.dumps(whole))


def test_three_validators_are_enough_only_for_development():
    whole = document()
    whole["members"][3]["is_validator"] = False
    development = json.dumps(whole)
    whole["kind"] = "production"
    production = json.dumps(whole)

    assert len(read_genesis(development).validators) == 3
    with pytest.raises(GenesisContradiction, match="needs at least 4"):
        read_genesis(production)


def test_a_timeout_cap_below_the_timeout_is_refused():
    text = spoilt(["parameters", "view_timeout_cap_ms"], 999)

    with pytest.raises(GenesisContradiction, match="below view_timeout_ms 1000"):
        read_genesis(text)


def test_only_a_development_network_has_a_calendar_that_hurries():
    hurried = document()
    hurried["parameters"]["calendar_rate"] = 86_400
    read_genesis(json.dumps(hurried))

    with pytest.raises(GenesisContradiction, match="only development networks hurry"):
        read_genesis(json.dumps(hurried | {"kind": "production"}))


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"format": 2', '"format": 2, "format": 2', "format"),
        ('"port": 26601', '"port": 26601, "port": 1', "members[1].port"),
        ('"config": {}', '"config": {"a": 1, "a": 2}', "contracts[0].config.a"),
        (
            '"calendar_rate": 1',
            '"calendar_rate": 1, "calendar_rate": 1',
            "parameters.calendar_rate",
        ),
    ],
)
def test_a_repeated_json_key_is_refused_at_its_place(old, new, place):
    text = json.dumps(document()).replace(old, new, 1)

    with pytest.raises(GenesisFieldUnknown, match="twice") as caught:
        read_genesis(text)

    assert caught.value.place == place


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e3", "1.0", "-0.0", "1E400"])
def test_numbers_that_are_not_integers_are_refused_in_a_contract_configuration(number):
    text = json.dumps(document()).replace('"config": {}', f'"config": {{"a": {number}}}', 1)

    with pytest.raises(GenesisFieldWrong, match="floats are not allowed") as caught:
        read_genesis(text)

    assert caught.value.place == "contracts[0].config.a"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "1", "[" * 100_000, "9" * 5000, " " * (4 * 1024 * 1024 + 1)]
)
def test_text_that_is_no_json_object_is_refused(text):
    with pytest.raises(GenesisUnreadable):
        read_genesis(text)


def test_a_missing_or_binary_file_is_refused_by_its_path(tmp_path):
    binary = tmp_path / "genesis.json"
    binary.write_bytes(b"\xff\xfe")

    with pytest.raises(GenesisUnreadable, match="UTF-8"):
        load_genesis(binary)
    with pytest.raises(GenesisUnreadable, match="absent"):
        load_genesis(tmp_path / "absent")


def test_every_fault_is_a_fault_of_this_machine():
    with pytest.raises(LocalFault):
        read_genesis("{}")


def test_a_good_document_reads_back_to_itself(tmp_path):
    path = tmp_path / "genesis.json"
    genesis = read_genesis(json.dumps(document()))
    path.write_text(show_genesis(genesis), encoding="utf-8")

    again = load_genesis(path)

    assert genesis_document(again) == document()
    assert again.hash == genesis.hash


def test_a_member_file_is_read_as_strictly():
    good = json.loads(show_member(member(0), member_key(0)))

    assert read_member(json.dumps(good)).port == 26600
    with pytest.raises(GenesisFieldMissing, match=r"member\.port: missing"):
        read_member(json.dumps({k: v for k, v in good.items() if k != "port"}))


@pytest.mark.parametrize(("kind", "is_taken"), [("development", True), ("production", False)])
def test_only_a_development_network_opens_fewer_than_five_ballots_together(kind, is_taken):
    made = document()
    voting = {"name": "voting", "version": 1, "code_hash": "0x" + "44" * 32}
    made |= {"kind": kind}
    made["contracts"].append(voting | {"config": {"class_size_min": 4}})

    if is_taken:
        assert read_genesis(json.dumps(made)).kind == kind
        return
    with pytest.raises(GenesisContradiction, match="class_size_min"):
        read_genesis(json.dumps(made))
