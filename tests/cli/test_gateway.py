"""`sapha gateway`: an application is stated from a document, keys and secrets are files."""

import json
from hashlib import sha256

import pytest

from client.identity.jose import jwk_of
from commands.gateway import client, key
from commands.output import UsageFault
from primitives.keys import P256Key

DOCUMENT = {
    "name_th": "ยื่นภาษี",
    "name_en": "Tax filing",
    "purpose": "tax",
    "claims": ["given_name"],
    "min_ial": 210,
    "min_aal": 220,
    "retention_days": 90,
    "redirects": ["https://tax.example.go.th/callback"],
    "logouts": [],
    "back_channel": "",
    "profile": "basic",
}
KEY = P256Key(b"k" * 32)


def stated(folder, secret_out=None, secret=None, public=False, **changes):
    path = folder / "portal.json"
    path.write_text(json.dumps(DOCUMENT | changes), encoding="utf-8")
    return client("revenue", "portal", path, secret_out=secret_out, secret=secret, public=public)


def test_an_application_with_a_secret_has_its_digest_alone_on_the_ledger(tmp_path):
    out = tmp_path / "portal.secret"

    made = stated(tmp_path, out)

    secret = out.read_text(encoding="ascii").strip()
    assert out.stat().st_mode & 0o777 == 0o600
    assert made.message.client.secret_digest == sha256(secret.encode()).digest()
    assert (made.message.agency, made.message.name) == ("revenue", "portal")
    made.withdraw()
    assert not out.exists()


def test_an_application_with_keys_states_them_and_no_secret(tmp_path):
    message = stated(tmp_path, profile="fapi2", jwks={"keys": [jwk_of(KEY.public_key)]})

    assert message.client.keys == (KEY.public_key,)
    assert message.client.secret_digest is None


def test_an_address_is_changed_and_the_secret_stays(tmp_path):
    first = stated(tmp_path, tmp_path / "portal.secret").message

    changed = stated(tmp_path, secret=tmp_path / "portal.secret", logouts=["https://a.example/"])

    assert changed.client.secret_digest == first.client.secret_digest
    assert changed.client.logouts == ("https://a.example/",)


def test_an_application_is_public_only_if_that_is_said(tmp_path):
    with pytest.raises(UsageFault, match="--public"):
        stated(tmp_path)
    with pytest.raises(UsageFault, match="--public"):
        stated(tmp_path, tmp_path / "portal.secret", public=True)
    message = stated(tmp_path, public=True)

    assert (message.client.secret_digest, message.client.keys) == (None, ())
    assert not (tmp_path / "portal.secret").exists()


@pytest.mark.parametrize("jwks", [{}, {"keys": [{"kty": "RSA"}]}, {"keys": 1}])
def test_keys_that_are_none_are_refused(tmp_path, jwks):
    with pytest.raises(UsageFault, match=r"portal\.json"):
        stated(tmp_path, jwks=jwks)


def test_a_signing_key_is_named_for_when_it_begins(tmp_path, capsys):
    key(tmp_path / "keys", ahead=86_400, as_json=True)

    (path,) = (tmp_path / "keys").iterdir()
    assert json.loads(capsys.readouterr().out) == {"key": str(path)}
    assert path.stat().st_mode & 0o777 == 0o600
