"""The gateway's settings: one file, secrets in others, and nothing that is not meant."""

import json

import pytest

from client.keystore import KeystoreFault, write_secret
from gateways.openid.errors import GatewayFault
from gateways.openid.settings import Settings, read_settings, settings_text

FIELDS = {
    "issuer": "https://login.example.go.th",
    "port": 8080,
    "nodes": ["http://127.0.0.1:26601"],
    "chain_id": "sapha-1",
    "data": "gateway.db",
    "keys": "keys",
    "offered": ["first-bank"],
    "agencies": {"revenue": {"key": "officer.key", "box": "revenue.box"}},
    "idps": {"first-bank": "http://127.0.0.1:8081"},
}


def test_what_is_written_is_what_is_read(tmp_path):
    settings, path = Settings(**FIELDS), tmp_path / "gateway.toml"
    path.write_text(settings_text(settings), encoding="utf-8")

    assert read_settings(path) == settings


def test_secrets_are_files_that_only_their_owner_may_read(tmp_path):
    write_secret(tmp_path / "officer.key", "11" * 32 + "\n")
    write_secret(tmp_path / "revenue.box", "22" * 32 + "\n")
    settings = Settings(**FIELDS)

    plan = settings.plan(tmp_path)
    (tmp_path / "revenue.box").chmod(0o644)

    assert (plan.data, plan.offered) == (tmp_path / "gateway.db", ("first-bank",))
    assert "22" * 32 not in repr(plan)
    with pytest.raises(KeystoreFault, match="lets others in"):
        settings.plan(tmp_path)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"issuer": "http://login.example.go.th"}, "issuer: .*https"),
        ({"issuer": "https://login.example.go.th/x"}, "issuer: .*alone"),
        ({"issuer": "https://a@login.example"}, "issuer: .*alone"),
        ({"port": 70_000}, "port"),
        ({"agencies": {}}, "agencies"),
        ({"secret": "x"}, "secret: Extra"),
        ({"nodes": []}, "nodes"),
    ],
)
def test_a_setting_that_is_wrong_is_named(tmp_path, changes, match):
    path = tmp_path / "gateway.toml"
    lines = [f"{name} = {json.dumps(value)}" for name, value in (FIELDS | changes).items()]
    text = "\n".join(lines).replace('": ', '" = ')
    path.write_text(text, encoding="utf-8")

    with pytest.raises(GatewayFault, match=match):
        read_settings(path)


@pytest.mark.parametrize("text", ["issuer = ", "\xff"])
def test_a_file_that_cannot_be_read_is_said_by_its_name(tmp_path, text):
    path = tmp_path / "gateway.toml"
    path.write_bytes(text.encode("latin-1"))

    for each in (path, tmp_path / "nothing.toml"):
        with pytest.raises(GatewayFault, match=each.name):
            read_settings(each)
