"""What keys of registrars and vouchers are made of: sealed, and a key of its own for each use."""

import pytest

from client.errors import VaultFault
from client.keystore import Cost
from client.vault import open_vault

CHEAP = Cost(1, 8192)


@pytest.fixture
def vault(tmp_path):
    return open_vault(tmp_path / "vault", "secret", CHEAP)


ROLL = b"\x0f" * 64


def test_a_key_is_found_again_with_the_password(vault):
    made = vault.key(ROLL, 0, 1)

    again = open_vault(vault.folder, "secret").key(ROLL, 0, 1)

    assert again.public == made.public
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in vault.folder.iterdir())


def test_each_election_class_and_registrar_has_a_key_of_its_own(vault, tmp_path):
    other = open_vault(tmp_path / "other", "secret", CHEAP)

    keys = [
        vault.key(*of) for of in ((ROLL, 0, 1), (ROLL, 1, 0), (ROLL, 0, 2), (b"\x0e" * 64, 0, 1))
    ]
    keys.append(other.key(ROLL, 0, 1))

    assert len({key.public for key in keys}) == 5


def test_another_password_opens_nothing(vault):
    with pytest.raises(VaultFault, match="password"):
        open_vault(vault.folder, "other")


def test_the_seed_is_not_readable_on_disk(vault):
    text = (vault.folder / "vault.json").read_text()

    assert vault._seed.hex() not in text
    assert vault._seed.hex() not in repr(vault)


def test_a_damaged_file_is_noticed(vault):
    path = vault.folder / "vault.json"
    path.write_text(path.read_text().replace('"seed": "', '"seed": "00'))

    with pytest.raises(VaultFault):
        open_vault(vault.folder, "secret")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 2}', '{"format":2,"salt":"","seed":"","ops":99}']
)
def test_a_folder_with_something_else_is_no_vault(tmp_path, text):
    path = tmp_path / "vault.json"
    path.write_text(text)
    path.chmod(0o600)

    with pytest.raises(VaultFault):
        open_vault(tmp_path, "secret")
