"""Keys and tokens are read from files that nobody else may read."""

import pytest

from node.config import load_config
from node.rpc.tls import BadTlsFile
from node.secret_files import OpenToOthers, SecretFault
from node.serving import BadToken, rpc_settings, tokens_of
from tests.node.test_config import GOOD, write
from tests.rpc.certificates import certificate_files

TOKEN = "0123456789abcdef0123456789abcdef"


def config_with(tmp_path, token: str | None, mode: int = 0o600):
    if token is not None:
        file = tmp_path / "monitoring.token"
        file.write_text(token)
        file.chmod(mode)
    text = GOOD + '[operator.tokens]\nmonitoring = "monitoring.token"\n'
    return load_config(write(tmp_path, text))


def test_a_token_is_what_stands_in_its_file(tmp_path):
    tokens = tokens_of(config_with(tmp_path, f"{TOKEN}\n"))

    assert tokens.holder({"Authorization": f"Bearer {TOKEN}"}) == "monitoring"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_token_file_that_others_may_read_or_change_is_refused(tmp_path, mode):
    with pytest.raises(OpenToOthers) as caught:
        tokens_of(config_with(tmp_path, TOKEN, mode))

    file = tmp_path / "monitoring.token"
    assert str(caught.value).startswith(f"{file}: mode {mode:04o} of a file of ")
    assert str(caught.value).endswith(f"chmod 600 {file}")


@pytest.mark.parametrize("token", ["", "short", "x" * 31, "a\tb" * 20])
def test_a_file_without_a_whole_token_is_refused(tmp_path, token):
    with pytest.raises(BadToken, match="openssl rand -hex 32"):
        tokens_of(config_with(tmp_path, token))


def test_a_token_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(SecretFault, match=r"monitoring\.token: No such file"):
        tokens_of(config_with(tmp_path, None))


@pytest.mark.parametrize("section", ["rpc", "operator"])
def test_a_certificates_key_that_others_may_read_is_refused(tmp_path, section):
    certificate, key = certificate_files(tmp_path)
    key.chmod(0o640)
    pair = f'certificate = "{certificate}"\nprivate_key = "{key}"\n'
    text = GOOD + (pair if section == "rpc" else f"[operator]\n{pair}")

    with pytest.raises(OpenToOthers, match=f"{key}: mode 0640"):
        rpc_settings(load_config(write(tmp_path, text)))


def test_files_that_are_no_pair_are_refused_by_name(tmp_path):
    certificate, key = certificate_files(tmp_path)
    key.write_text("nothing")
    text = GOOD + f'certificate = "{certificate}"\nprivate_key = "{key}"\n'

    with pytest.raises(BadTlsFile, match=str(key)):
        rpc_settings(load_config(write(tmp_path, text)))
