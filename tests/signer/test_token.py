"""The key in a PKCS#11 token: SoftHSM, for real. Where CI is set its absence is a failure."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from node.signer.faults import TokenFault
from node.signer.setup import check_signer
from node.signer.wire import Signed
from tests.signer.builders import new_signer, signer_of, vote

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
TOOL = shutil.which("softhsm2-util")
PIN = "1234"


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """A token of SoftHSM; its library reads its settings once a process."""
    if TOOL is None or not MODULE.exists():
        assert "CI" not in os.environ, "softhsm2 is not installed: make softhsm"
        pytest.skip("softhsm2 is not installed: make softhsm")
    pytest.importorskip("pkcs11")
    home = tmp_path_factory.mktemp("softhsm")
    (home / "tokens").mkdir()
    settings = home / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {home}/tokens\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    words = ["--init-token", "--free", "--label", "sapha", "--so-pin", "4321", "--pin", PIN]
    subprocess.run([TOOL, *words], check=True, capture_output=True)
    yield "sapha"
    del os.environ["SOFTHSM2_CONF"]


def in_token(directory: Path, token: str, *, pin: str = PIN, **more) -> Path:
    """Make a signer whose key is made in the token."""
    pin_file = directory / "keys" / "token.pin"
    pin_file.parent.mkdir(parents=True)
    pin_file.touch(mode=0o600)
    pin_file.write_text(f"{pin}\n")
    new_signer(
        directory,
        module=str(MODULE),
        label=token,
        pin_file="keys/token.pin",
        **{"key": directory.name, **more},
    )
    return directory


@pytest.mark.parametrize("curve", ["oid", "printable"])
def test_a_key_made_in_the_token_signs_and_never_leaves_it(token, tmp_path, curve):
    home = in_token(tmp_path / f"by-{curve}", token, curve=curve)

    with signer_of(home) as signer:
        first, second = signer.answer(vote(height=1)), signer.answer(vote(height=2))
    with signer_of(home) as again:
        same = again.answer(vote(height=2))

    assert isinstance(first, Signed)
    assert same == second
    assert check_signer(home).silent is None
    assert not (home / "keys" / "validator.key").exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"pin": "9999"}, "PinIncorrect"),
        ({"label": "absent"}, "absent"),
        ({"module": "/nowhere.so"}, "/nowhere.so"),
    ],
)
def test_a_token_that_cannot_be_used_is_named_and_nothing_is_left(token, tmp_path, more, words):
    home = tmp_path / "refused"
    plan = {"module": str(MODULE), "label": token, "pin_file": "keys/token.pin"}
    (home / "keys").mkdir(parents=True)
    (home / "keys" / "token.pin").touch(mode=0o600)
    (home / "keys" / "token.pin").write_text(more.pop("pin", PIN))

    with pytest.raises(TokenFault, match=words):
        new_signer(home, **plan | more)

    assert not (home / "signer.toml").exists()


def test_a_label_that_is_taken_is_refused(token, tmp_path):
    in_token(tmp_path / "first", token, key="taken")

    with pytest.raises(TokenFault, match="is there already"):
        in_token(tmp_path / "second", token, key="taken")


def test_a_key_that_is_gone_from_the_token_is_named(token, tmp_path):
    home = in_token(tmp_path / "gone", token)
    settings = home / "signer.toml"
    settings.write_text(settings.read_text().replace('key = "gone"', 'key = "other"'))

    with pytest.raises(TokenFault, match=r"'other'.*0 objects"):
        check_signer(home)
