"""A registrar's keys at rest: sealed, made once, and only for what they were made for."""

import pytest

from client.keystore import Cost, KeystoreMissing
from client.voting.errors import VaultFault
from client.voting.vault import open_vault

CHEAP = Cost(1, 8192)


@pytest.fixture
def vault(tmp_path):
    return open_vault(tmp_path / "vault", "secret", CHEAP)


def key_file(vault):
    return next(path for path in vault.folder.iterdir() if path.name != "vault.json")


def test_a_key_is_made_once_and_found_again_with_the_password(vault):
    made = vault.make("board-2026", "members")

    again = open_vault(vault.folder, "secret").make("board-2026", "members")

    assert again.factors == made.factors
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in vault.folder.iterdir())


def test_each_class_and_election_has_a_key_of_its_own(vault):
    keys = [vault.make(*of).public for of in (("a", "x"), ("a", "y"))]

    assert len(set(keys)) == 2
    with pytest.raises(KeystoreMissing):
        vault.load("b", "x")


def test_another_password_opens_nothing(vault):
    with pytest.raises(VaultFault, match="password"):
        open_vault(vault.folder, "other")


def test_neither_prime_is_readable_on_disk(vault):
    key = vault.make("a", "x")

    text = key_file(vault).read_text()

    assert not any(f"{factor:x}" in text for factor in key.factors)


def test_a_damaged_or_swapped_key_file_is_noticed(vault):
    vault.make("a", "x")
    path = key_file(vault)
    whole = path.read_text()

    moved = vault._path("a", "y")
    moved.write_text(whole)
    moved.chmod(0o600)
    path.write_text(whole.replace('"box": "', '"box": "00'))

    with pytest.raises(VaultFault, match="another class"):
        vault.load("a", "y")
    with pytest.raises(VaultFault, match="does not open"):
        vault.load("a", "x")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 1}', '{"format":1,"salt":"","mark":"","ops":99}']
)
def test_a_folder_with_something_else_is_no_vault(tmp_path, text):
    path = tmp_path / "vault.json"
    path.write_text(text)
    path.chmod(0o600)

    with pytest.raises(VaultFault):
        open_vault(tmp_path, "secret")
