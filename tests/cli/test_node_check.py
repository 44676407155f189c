"""`node check` names each thing that is wrong with a node's files, and changes nothing."""

import pytest

from client.keystore import write_secret
from commands.devnet_files import DevnetPlan, open_devnet
from node.checks import check_node, repair_wal
from node.store.wal import Wal
from primitives.errors import LocalFault
from tests.cli.network import json_of, sapha
from tests.store.signing import STAMP


@pytest.fixture
def home(tmp_path):
    """The directory of one validator of a fresh network."""
    devnet = open_devnet(tmp_path / "net", DevnetPlan(validators=1, base_port=0))
    return devnet.validators[0].directory


def failed(home) -> dict[str, str]:
    return {item.name: item.problem for item in check_node(home) if item.problem is not None}


def test_a_fresh_node_has_nothing_wrong(home):
    before = sorted(path for path in home.rglob("*"))

    assert failed(home) == {}
    assert sorted(path for path in home.rglob("*")) == before


def test_a_missing_configuration_is_the_first_thing_named(tmp_path):
    assert list(failed(tmp_path)) == ["configuration"]


def test_a_damaged_genesis_is_named(home):
    (home / "genesis.json").write_text("{}")

    assert list(failed(home)) == ["genesis"]


def test_a_name_that_is_no_member_is_named_with_the_members(home):
    config = home / "node.toml"
    config.write_text(config.read_text().replace("validator-0", "validator-9"))

    assert "observer, validator-0" in failed(home)["membership"]


def test_the_key_of_another_member_is_named(home):
    path = home / "keys" / "validator.key"
    path.unlink()
    write_secret(path, "11" * 32)

    assert "is not that of validator-0" in failed(home)["signing key"]


def test_a_key_that_others_may_read_is_named(home):
    (home / "keys" / "validator.key").chmod(0o644)

    assert "chmod 600" in failed(home)["signing key"]


def test_a_missing_key_is_named(home):
    (home / "keys" / "validator.key").unlink()

    assert "validator.key" in failed(home)["signing key"]


def test_the_certificate_of_another_member_is_named(home):
    other = home.parent / "observer" / "tls" / "cert.pem"
    (home / "tls" / "cert.pem").write_bytes(other.read_bytes())

    assert "not the certificate of validator-0" in failed(home)["TLS certificate"]


def damage_wal(home):
    path = home / "data" / "wal"
    wal = Wal(path)
    wal.start(STAMP)
    for number in range(4):
        wal.append(1, bytes([number]) * 50)
    wal.close()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    return path


def test_a_damaged_consensus_log_is_named_with_its_repair_which_works(home):
    path = damage_wal(home)
    damaged = path.read_bytes()

    problem = failed(home)["consensus log"]
    repaired = json_of(sapha("node", "repair-wal", "--dir", home, "--json"))

    assert f"sapha node repair-wal --dir {home}" in problem
    assert failed(home) == {}
    assert repaired["saved_as"].endswith(".damaged-1")
    assert (path.parent / "wal.damaged-1").read_bytes() == damaged


def test_a_sound_consensus_log_is_left_as_it_is(home):
    folder = home / "data"
    wal = Wal(folder / "wal")
    wal.start(STAMP)
    wal.append(1, bytes(50))
    wal.close()
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    done = sapha("node", "repair-wal", "--dir", home)

    assert done.exit_code == 0
    assert "the WAL is sound" in done.stdout
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_there_must_be_a_log_to_repair(home):
    with pytest.raises(LocalFault, match="no WAL"):
        repair_wal(home)


def test_the_command_exits_1_and_shows_every_check(home):
    (home / "keys" / "validator.key").chmod(0o644)

    result = sapha("node", "check", "--dir", home, "--json")

    data = json_of(result)
    assert result.exit_code == 1
    assert [item["name"] for item in data["checks"] if not item["ok"]] == ["signing key"]
    assert len(data["checks"]) == 10
