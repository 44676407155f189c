"""From member files to a verified genesis, as agencies do it."""

import json

import pytest

from consensus import born
from genesis.verify import load_genesis
from node.config import load_config
from node.store.sign_state import SignStateFiles
from primitives.crypto import PublicKey
from primitives.ids import Address, show_address
from tests.cli.network import json_of, sapha

BANK = show_address(Address(bytes(20)))


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
    result = sapha(
        "network", "init", *files, "--name", "thai", "--central-bank", BANK, "--out", out, "--json"
    )
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


def test_another_genesis_is_never_installed_over_one(agencies, tmp_path):
    directory, _made = agencies
    (tmp_path / "genesis.json").write_text("{}")

    result = sapha("network", "verify", directory / "genesis.json", "--install", tmp_path)

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
    common = ["network", "init", *files, "--name", "thai", "--central-bank", BANK]

    refused = sapha(*common, "--out", tmp_path / "a.json")
    allowed = sapha(*common, "--out", tmp_path / "b.json", "--development")

    assert refused.exit_code == 1
    assert "needs at least 4" in refused.stderr
    assert allowed.exit_code == 0


def test_the_same_member_twice_is_refused_by_its_place(agencies, tmp_path):
    directory, _made = agencies
    files = [directory / "agency-0" / "member.json"] * 4

    result = sapha(
        "network", "init", *files, "--name", "x", "--central-bank", BANK,
        "--out", tmp_path / "g.json",
    )  # fmt: skip

    assert result.exit_code == 1
    assert "members[1].name" in result.stderr


def test_a_genesis_is_never_overwritten(agencies):
    directory, _made = agencies
    files = [directory / "agency-0" / "member.json"]

    result = sapha(
        "network", "init", *files, "--name", "x", "--central-bank", BANK,
        "--out", directory / "genesis.json",
    )  # fmt: skip

    assert result.exit_code == 2


def test_a_mistyped_central_bank_is_wrong_usage(agencies, tmp_path):
    directory, _made = agencies
    files = [directory / "agency-0" / "member.json"]

    result = sapha(
        "network", "init", *files, "--name", "x", "--central-bank", BANK[:-1] + "x",
        "--out", tmp_path / "g.json",
    )  # fmt: skip

    assert result.exit_code == 2
    assert not (tmp_path / "g.json").exists()


def test_a_directory_with_a_node_is_never_made_again(agencies):
    directory, _made = agencies

    result = sapha(
        "member", "new", "agency-0", "--dir", directory / "agency-0", "--address", "127.0.0.1"
    )

    assert result.exit_code == 1
    assert "already a node here" in result.stderr


@pytest.mark.parametrize("options", [(), ("--sign-state-dir", "{tmp}/other disk/signing")])
def test_a_new_member_is_born_having_signed_nothing(tmp_path, options):
    home = tmp_path / "home"
    options = [option.format(tmp=tmp_path) for option in options]

    made = sapha(
        "member", "new", "dopa", "--dir", home, "--address", "127.0.0.1", *options, "--json"
    )

    folder = load_config(home).sign_state_dir
    files = SignStateFiles(folder)
    files.close()
    assert files.state == born(PublicKey(bytes.fromhex(json_of(made)["public_key"][2:])))
    assert str(folder) == (options[1] if options else f"{home}/data/sign_state")


def test_a_sign_state_of_another_key_is_not_overwritten(tmp_path):
    folder = tmp_path / "signing"
    arguments = ("--address", "127.0.0.1", "--sign-state-dir", folder)
    sapha("member", "new", "dopa", "--dir", tmp_path / "one", *arguments)

    again = sapha("member", "new", "dopa", "--dir", tmp_path / "two", *arguments)

    assert again.exit_code == 1
    assert "there is already a sign-state here" in again.stderr
    assert not (tmp_path / "two" / "keys").exists()


def test_a_name_that_no_genesis_takes_is_refused_before_anything_is_written(tmp_path):
    result = sapha("member", "new", 'A"b', "--dir", tmp_path / "n", "--address", "127.0.0.1")

    assert result.exit_code == 1
    assert "member.name" in result.stderr
    assert not (tmp_path / "n").exists()


def test_the_member_file_holds_no_secret(agencies):
    directory, _made = agencies
    home = directory / "agency-1"
    seed = (home / "keys" / "validator.key").read_text().strip()

    assert seed not in (home / "member.json").read_text()
    assert "PRIVATE" not in (home / "member.json").read_text()


def test_the_first_agencies_are_the_validators_and_the_central_bank(agencies):
    directory, _made = agencies

    genesis = load_genesis(directory / "genesis.json")

    config = next(c.config for c in genesis.contracts if c.name == "governance")
    assert [entry["id"] for entry in config["agencies"]] == [
        *(f"agency-{index}" for index in range(4)),
        "central-bank",
    ]


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "[1]", '[{"id": "dopa"}]'],
    ids=["no JSON", "no list", "nobody", "no agency", "fields missing"],
)
def test_a_wrong_list_of_agencies_is_wrong_usage(agencies, tmp_path, text):
    directory, _made = agencies
    files = [directory / f"agency-{index}" / "member.json" for index in range(4)]
    listed = tmp_path / "agencies.json"
    listed.write_text(text)

    result = sapha(
        "network", "init", *files, "--name", "x", "--central-bank", BANK,
        "--agencies", listed, "--out", tmp_path / "genesis.json",
    )  # fmt: skip

    assert result.exit_code == 2
    assert "agencies.json" in result.stderr
    assert not (tmp_path / "genesis.json").exists()
