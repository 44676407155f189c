"""From member files to a verified genesis, as agencies do it."""

import json
import shutil

import pytest

from genesis.verify import load_genesis
from primitives.crypto import SigningKey
from primitives.ids import Address, show_address
from tests.cli.network import json_of, sapha

ADDRESSES = [show_address(Address(bytes([n]) * 20)) for n in range(9)]
KEYS = ["0x" + SigningKey(bytes([n]) * 32).public_key.hex() for n in (1, 2, 3)]
PLAN = f"""
network = "thai"
kind = "production"

[[account]]
name = "issuers"
threshold = 2
keys = {json.dumps(KEYS)}

[[agency]]
id = "central-bank"
name_th = "ธนาคารกลาง"
name_en = "Central bank"
kinds = ["central-bank"]
administrator = "issuers"

""" + "".join(
    f"""
[[agency]]
id = "agency-{number}"
name_th = "หน่วยงาน"
name_en = "Agency {number}"
kinds = ["validator"]
administrator = "{ADDRESSES[number]}"
"""
    for number in range(4)
)


def plan(directory, text=PLAN, name="network.toml"):
    path = directory / name
    path.write_text(text, "utf-8")
    return path


def init(files, plan_file, out, *more):
    return sapha("network", "init", *files, "--plan", plan_file, "--out", out, *more)


def install(genesis, home):
    """Install a genesis by the hash that it has."""
    expected = "0x" + load_genesis(genesis).hash.hex()
    return sapha("network", "verify", genesis, "--expect", expected, "--install", home)


def make_members(directory, count: int = 4) -> list:
    files = []
    for index in range(count):
        home = directory / f"agency-{index}"
        made = sapha(
            "member", "new", f"agency-{index}", "--dir", home, "--address", "127.0.0.1",
            "--port", 26600 + index,
        )  # fmt: skip
        assert made.exit_code == 0, made.stderr
        files.append(home / "member.json")
    return files


@pytest.fixture(scope="module")
def agencies(tmp_path_factory):
    """Four agencies' directories and the genesis that the coordinator assembled."""
    directory = tmp_path_factory.mktemp("agencies")
    files = make_members(directory)
    out = directory / "genesis.json"
    result = init(files, plan(directory), out, "--json")
    assert result.exit_code == 0, result.stderr
    return directory, json_of(result)


def test_every_agency_verifies_the_hash_and_installs_the_genesis(agencies):
    directory, made = agencies

    for index in range(4):
        home = directory / f"agency-{index}"
        result = sapha(
            "network", "verify", directory / "genesis.json",
            "--expect", made["hash"], "--install", home, "--json",
        )  # fmt: skip
        checked = sapha("node", "check", "--dir", home, "--json")

        assert json_of(result)["chain_id"] == made["chain_id"]
        assert json_of(checked)["ok"] is True
        assert load_genesis(home / "genesis.json").chain_id == made["chain_id"]


def test_another_hash_is_refused_and_nothing_is_installed(agencies, tmp_path):
    directory, _made = agencies

    result = sapha(
        "network", "verify", directory / "genesis.json",
        "--expect", "0x" + "00" * 32, "--install", tmp_path,
    )  # fmt: skip

    assert result.exit_code == 1
    assert "do not install it" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_installed_that_was_not_compared(agencies, tmp_path):
    directory, _made = agencies

    result = sapha("network", "verify", directory / "genesis.json", "--install", tmp_path)

    assert result.exit_code == 2
    assert "--install needs --expect with the hash that the members read out" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_read_out_is_shown_whole_a_line_each(agencies, tmp_path):
    directory, _made = agencies
    files = [directory / f"agency-{index}" / "member.json" for index in range(4)]

    shown = init(files, plan(tmp_path), tmp_path / "g.json").stdout.splitlines()

    lines = [line.strip() for line in shown]
    keys = ["0x" + each.public_key.hex() for each in load_genesis(tmp_path / "g.json").members]
    assert [line for line in lines if line in keys] == keys
    assert [line for line in lines if line in ADDRESSES] == ADDRESSES[:4]


def test_the_mistakes_of_plan_and_member_files_are_named_at_once(agencies, tmp_path):
    directory, _made = agencies
    files = [directory / f"agency-{index}" / "member.json" for index in range(4)]
    broken = altered(files[3], tmp_path, signature=None)
    written = plan(tmp_path, PLAN.replace('name_th = "หน่วยงาน"', "", 1))

    result = init([*files[:3], broken, tmp_path / "none"], written, tmp_path / "g.json")

    assert result.exit_code == 2
    assert "3 mistakes" in result.stderr
    assert f"{written}: agency 2 (agency-0): name_th: missing" in result.stderr
    assert f"{broken}: member: is not signed" in result.stderr
    assert f"{tmp_path / 'none'}: cannot be read" in result.stderr


def test_another_genesis_is_never_installed_over_one(agencies, tmp_path):
    directory, _made = agencies
    home = tmp_path / "agency-0"
    shutil.copytree(directory / "agency-0", home)
    (home / "genesis.json").write_text("{}")

    result = install(directory / "genesis.json", home)

    assert result.exit_code == 1
    assert "another genesis" in result.stderr


def test_code_that_this_node_does_not_ship_is_refused(agencies, tmp_path):
    directory, _made = agencies
    document = json.loads((directory / "genesis.json").read_text())
    document["contracts"][1]["code_hash"] = "0x" + "00" * 32
    changed = tmp_path / "genesis.json"
    changed.write_text(json.dumps(document))

    result = sapha("network", "verify", changed)

    assert result.exit_code == 1
    assert "contracts[1].code_hash" in result.stderr


def test_three_validators_are_refused_unless_for_development(agencies, tmp_path):
    directory, _made = agencies
    files = [directory / f"agency-{index}" / "member.json" for index in range(3)]
    development = PLAN.replace('"production"', '"development"')

    refused = init(files, plan(tmp_path), tmp_path / "a.json")
    allowed = init(files, plan(tmp_path, development, "d.toml"), tmp_path / "b.json")

    assert refused.exit_code == 1
    assert "needs at least 4" in refused.stderr
    assert allowed.exit_code == 0


def test_a_validator_for_which_no_agency_could_speak_is_named(agencies, tmp_path):
    directory, _made = agencies
    files = [directory / f"agency-{index}" / "member.json" for index in range(4)]
    renamed = PLAN.replace('id = "agency-2"', 'id = "rd"')

    result = init(files, plan(tmp_path, renamed), tmp_path / "g.json")

    assert result.exit_code == 2
    assert "no agency of kind validator has the id agency-2" in result.stderr


def test_the_same_member_twice_is_refused_by_its_name_and_files(agencies, tmp_path):
    directory, _made = agencies
    files = [directory / "agency-0" / "member.json"] * 4

    result = init(files, plan(tmp_path), tmp_path / "g.json")

    assert result.exit_code == 1
    assert f"{files[0]}: agency-0 has the name of agency-0 in {files[0]}" in result.stderr


def test_a_genesis_is_never_overwritten(agencies):
    directory, _made = agencies
    files = [directory / "agency-0" / "member.json"]

    result = init(files, directory / "network.toml", directory / "genesis.json")

    assert result.exit_code == 2


def test_a_directory_with_a_node_is_never_made_again(agencies):
    directory, _made = agencies

    result = sapha(
        "member", "new", "agency-0", "--dir", directory / "agency-0", "--address", "127.0.0.1"
    )

    assert result.exit_code == 1
    assert "already a node here" in result.stderr


def test_the_member_file_holds_no_secret(agencies):
    directory, _made = agencies
    home = directory / "agency-1"
    seed = (home / "keys" / "validator.key").read_text().strip()

    assert seed not in (home / "member.json").read_text()
    assert "PRIVATE" not in (home / "member.json").read_text()


def test_the_first_agencies_and_their_accounts_are_the_plans(agencies):
    directory, made = agencies

    configs = {c.name: c.config for c in load_genesis(directory / "genesis.json").contracts}

    assert [entry["id"] for entry in configs["governance"]["agencies"]] == [
        "central-bank",
        *(f"agency-{number}" for number in range(4)),
    ]
    assert configs["accounts"] == {"accounts": [{"keys": sorted(KEYS), "threshold": 2}]}
    shown = {one["agency_id"]: (one["administrator"], one["keys"]) for one in made["agencies"]}
    asked = sapha("account", "address", *KEYS, "--threshold", 2).stdout.strip()
    assert shown["central-bank"] == (asked, "2 of 3")
    assert shown["agency-0"] == (ADDRESSES[0], "1 of 1")


def test_a_genesis_with_another_key_of_this_node_is_not_installed(agencies, tmp_path):
    directory, _made = agencies
    other = tmp_path / "agency-0"
    sapha("member", "new", "agency-0", "--dir", other, "--address", "127.0.0.1")

    result = install(directory / "genesis.json", other)

    assert result.exit_code == 1
    assert "the key is " in result.stderr
    assert not (other / "genesis.json").exists()


def altered(file, folder, **changes):
    """A copy of a member file with some of its fields changed, or removed for None."""
    document = json.loads(file.read_text()) | changes
    copy = folder / "altered.json"
    kept = {name: value for name, value in document.items() if value is not None}
    copy.write_text(json.dumps(kept))
    return copy


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"signature": None}, "is not signed"),
        ({"signature": "0x" + "00" * 64}, "the signature is not that of agency-3's key"),
        ({"host": "10.0.0.9"}, "the signature is not that of agency-3's key"),
        ({"port": 7}, "the signature is not that of agency-3's key"),
        ({"is_validator": False}, "the signature is not that of agency-3's key"),
    ],
)
def test_a_member_file_that_its_key_has_not_signed_is_refused_by_name(
    agencies, tmp_path, changes, said
):
    directory, _made = agencies
    files = [directory / f"agency-{index}" / "member.json" for index in range(4)]
    files[3] = altered(files[3], tmp_path, **changes)

    result = init(files, plan(tmp_path), tmp_path / "g.json")

    assert result.exit_code == 1
    assert f"{files[3]}: member: {said}" in result.stderr
    assert not (tmp_path / "g.json").exists()


def test_a_certificate_of_another_in_a_member_file_is_refused(agencies, tmp_path):
    directory, _made = agencies
    files = [directory / f"agency-{index}" / "member.json" for index in range(4)]
    foreign = json.loads(files[0].read_text())["certificate"]
    files[3] = altered(files[3], tmp_path, certificate=foreign)

    result = init(files, plan(tmp_path), tmp_path / "g.json")

    assert result.exit_code == 1
    assert "the signature is not that of agency-3's key" in result.stderr


@pytest.mark.parametrize(
    ("field", "of", "said"),
    [
        ("certificate", "agency-1", "the certificate is "),
        ("host", "10.0.0.9", "host is 10.0.0.9 in the genesis, 127.0.0.1 here"),
        ("port", 7, "port is 7 in the genesis, 26600 here"),
        ("is_validator", False, "is a validator is False in the genesis, True here"),
    ],
)
def test_a_genesis_that_says_else_of_this_member_is_not_installed(
    agencies, tmp_path, field, of, said
):
    directory, _made = agencies
    document = json.loads((directory / "genesis.json").read_text()) | {"kind": "development"}
    own, other = document["members"][0], document["members"][1]
    own[field] = other["certificate"] if field == "certificate" else of
    document["members"] = [own, *document["members"][1 + (field == "certificate") :]]
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(document))

    result = install(changed, directory / "agency-0")

    assert result.exit_code == 1
    assert said in result.stderr
    assert "do not install this genesis" in result.stderr


def test_a_directory_without_its_member_file_takes_no_genesis(agencies, tmp_path):
    directory, _made = agencies
    home = tmp_path / "agency-0"
    shutil.copytree(directory / "agency-0", home, ignore=shutil.ignore_patterns("*.json"))

    result = install(directory / "genesis.json", home)

    assert result.exit_code == 1
    assert f"{home / 'member.json'}: cannot be read" in result.stderr
