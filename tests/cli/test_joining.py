"""A node that joins a network which runs: what its agency and the members write on their desks."""

import json

import pytest

from commands.network_record import admission
from genesis.schema import MEMBER_TAG
from node.config import load_config
from node.files import read_self
from primitives.codec import encode
from primitives.crypto import verify
from primitives.errors import LocalFault
from tests.cli.network import json_of, sapha
from tests.cli.test_network import agencies, make_members

__all__ = ["agencies"]


def new_node(folder, name="late", *more):
    """Make the node of a member that no genesis names."""
    home = folder / name
    made = sapha("member", "new", name, "--dir", home, "--address", "127.0.0.1", *more)
    assert made.exit_code == 0, made.stderr
    return home


def install(agencies, home, *more):
    directory, made = agencies
    given = ("--expect", made["hash"], "--install", home)
    return sapha("network", "verify", directory / "genesis.json", *given, *more)


def test_a_genesis_that_does_not_name_a_node_is_installed_there_only_to_join(agencies, tmp_path):
    home = new_node(tmp_path)

    refused = install(agencies, home)
    installed = install(agencies, home, "--joining")
    checked = sapha("node", "check", "--dir", home, "--json")

    assert refused.exit_code == 1
    assert "does not name a member 'late'; if it joins by vote: --joining" in refused.stderr
    assert installed.exit_code == 0, installed.stderr
    assert json_of(checked)["ok"] is True
    own = read_self(load_config(home))
    assert own.member.name == "late"
    assert own.key.public_key == own.member.public_key


def test_a_founder_does_not_join(agencies, tmp_path):
    (file,) = make_members(tmp_path, 1)

    refused = install(agencies, file.parent, "--joining")

    assert refused.exit_code == 1
    assert "names a member 'agency-0'; leave out --joining" in refused.stderr


def test_an_admission_is_what_the_nodes_own_key_signed(agencies, tmp_path):
    home = new_node(tmp_path, "late", "--observer")

    wanted = admission(file=home / "member.json", agency="ktb")

    facts = (wanted.name, wanted.public_key, wanted.certificate, wanted.host, wanted.port, False)
    assert verify(wanted.public_key, MEMBER_TAG, encode(facts), wanted.signature)
    assert (wanted.agency_id, wanted.is_validator) == ("ktb", False)
    assert admission(file=home / "member.json", agency="").agency_id == "late"


def test_a_member_file_whose_certificate_would_count_nowhere_is_not_proposed(tmp_path, monkeypatch):
    home = new_node(tmp_path)
    monkeypatch.setattr("node.certificate.certificate_fault", lambda _name, _der: "is not its own")

    with pytest.raises(LocalFault, match="the certificate of late is not its own"):
        admission(file=home / "member.json", agency="")


def test_a_member_file_that_was_changed_makes_no_node_of_another_name(agencies, tmp_path):
    home = new_node(tmp_path)
    install(agencies, home, "--joining")
    path = home / "member.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"port": 1}))

    checked = sapha("node", "check", "--dir", home)

    assert checked.exit_code == 1
    assert "the file was changed" in checked.stdout + checked.stderr
