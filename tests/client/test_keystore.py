"""Keys at rest open only with their password, and every other outcome has a name."""

import json
import stat

import pytest
from nacl.pwhash import argon2id

from client.keystore import (
    Cost,
    KeystoreDamaged,
    KeystoreExists,
    KeystoreMissing,
    KeystoreOpenToOthers,
    WrongPassword,
    load_signing_key,
    needs_password,
    open_key,
    read_key,
    seal_key,
    write_key,
    write_secret,
)
from primitives.crypto import SigningKey

SEED = bytes(range(32))
CHEAP = Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "keys" / "dopa.json"
    write_key(path, seal_key(SigningKey(SEED), "รหัสผ่าน", CHEAP))
    return path


def test_a_key_opens_with_its_password(path):
    key = open_key(read_key(path), "รหัสผ่าน")

    assert key.seed == SEED
    assert needs_password(path)


def test_only_the_owner_may_read_the_file(path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_seed_is_nowhere_in_the_file(path):
    assert SEED.hex() not in path.read_text()


def test_a_wrong_password_is_named(path):
    with pytest.raises(WrongPassword, match="sph1"):
        load_signing_key(path, "other")


def test_a_sealed_key_without_a_password_asks_for_one(path):
    with pytest.raises(WrongPassword, match="a password is needed"):
        load_signing_key(path, None)


def test_the_address_can_be_read_without_the_password(path):
    assert read_key(path).public_key == SigningKey(SEED).public_key


def change(**fields):
    def apply(text: str) -> str:
        return json.dumps(json.loads(text) | fields)

    return apply


def change_kdf(**fields):
    def apply(text: str) -> str:
        document = json.loads(text)
        document["kdf"] |= fields
        return json.dumps(document)

    return apply


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "{}",
        lambda text: "[]",
        lambda text: "zz" * 32,
        change(box="00" * 72),
        change(public_key="01" * 33),
        change(address="sph1x"),
        change(checksum="00" * 32),
        change(format=1),
        change_kdf(ops=2**40),
        change_kdf(memory_bytes=2**50),
        change_kdf(memory_bytes=True),
        change_kdf(salt="00" * 16),
        change_kdf(name="scrypt"),
        lambda text: "[" * 10_000,
        lambda text: " " * 20_000,
    ],
)
def test_a_damaged_file_is_told_from_a_wrong_password(path, damage):
    path.write_text(damage(path.read_text()))

    with pytest.raises(KeystoreDamaged, match=path.name):
        load_signing_key(path, "รหัสผ่าน")


def test_a_swapped_box_is_found_even_with_a_correct_checksum(path):
    file = read_key(path)
    other = seal_key(SigningKey(bytes(32)), "รหัสผ่าน", CHEAP)
    forged = type(file)(public_key=file.public_key, cost=other.cost, salt=other.salt, box=other.box)

    with pytest.raises(KeystoreDamaged, match="not that of"):
        open_key(forged, "รหัสผ่าน")


def test_a_file_that_others_may_read_is_refused(path):
    path.chmod(0o640)

    with pytest.raises(KeystoreOpenToOthers, match="chmod 600"):
        read_key(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(KeystoreMissing):
        read_key(tmp_path / "absent.json")
    with pytest.raises(KeystoreMissing):
        read_key(tmp_path)


def test_a_key_is_never_overwritten(path):
    with pytest.raises(KeystoreExists):
        write_key(path, seal_key(SigningKey(SEED), "x", CHEAP))


def test_a_plain_seed_as_nodes_keep_it_opens_without_a_password(tmp_path):
    path = tmp_path / "validator.key"
    write_secret(path, SEED.hex() + "\n")

    assert load_signing_key(path, None).seed == SEED
    assert not needs_password(path)


def test_binary_garbage_is_damage(tmp_path):
    path = tmp_path / "validator.key"
    write_secret(path, "")
    path.write_bytes(b"\xff\xfe")

    with pytest.raises(KeystoreDamaged):
        load_signing_key(path, None)
