"""What an agency makes before there is a network."""

import pytest

from consensus import born
from node.config import load_config
from node.store.sign_state import SignStateFiles
from primitives.crypto import PublicKey
from tests.cli.network import json_of, sapha


@pytest.mark.parametrize("address", ["127.0.0.1:34000", "sapha.dopa.example:34000"])
def test_a_port_in_the_address_of_a_member_is_refused(tmp_path, address):
    result = sapha("member", "new", "dopa", "--dir", tmp_path / "n", "--address", address)

    assert result.exit_code == 2
    assert f"--address {address.partition(':')[0]} --port 34000" in result.stderr
    assert not (tmp_path / "n").exists()


def test_a_node_without_a_genesis_is_told_how_to_install_one(tmp_path):
    home = tmp_path / "n"
    sapha("member", "new", "dopa", "--dir", home, "--address", "127.0.0.1")

    result = sapha("node", "start", "--dir", home)

    assert result.exit_code == 1
    assert f"sapha network verify genesis.json --expect 0x... --install {home}" in result.stderr


def test_a_new_node_answers_clients_on_loopback_alone_wherever_members_reach_it(tmp_path):
    sapha("member", "new", "dopa", "--dir", tmp_path / "n", "--address", "10.0.0.1")

    config = load_config(tmp_path / "n")

    assert config.p2p.host == "0.0.0.0"  # noqa: S104 - members dial in
    assert config.rpc.host == "127.0.0.1"


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
