"""A device pays from what was loaded, counts durably, and its double spend is its own proof."""

import shutil

import pytest

from client.cbdc.device import (
    Device,
    check_voucher,
    double_spend_in,
    new_nonce,
    read_voucher,
    show_voucher,
)
from client.cbdc.errors import BadVoucher, DeviceSpent
from client.keystore import KeystoreDamaged, KeystoreExists
from client.wallet import Wallet
from contracts.cbdc.offline.messages import device_statement
from primitives.crypto import verify

OWNER, SHOP, OTHER = (Wallet.from_seed(bytes([n]) * 32).address for n in (1, 2, 3))
CHAIN = "devnet-1"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "phone.json"


@pytest.fixture
def device(path):
    made = Device.create(path, CHAIN)
    made.note_load(200_000)
    return made


def test_a_voucher_is_what_its_payee_can_check(device):
    nonce = new_nonce()

    voucher = device.pay(SHOP, 12_050, nonce)

    check_voucher(CHAIN, voucher, SHOP, nonce)
    assert (voucher.counter, voucher.amount, device.left) == (1, 12_050, 187_950)


def test_a_device_that_is_opened_again_goes_on_counting(device, path):
    device.pay(SHOP, 100, new_nonce())

    again = Device(path)

    assert (again.counter, again.left) == (1, 199_900)
    assert again.pay(SHOP, 1, new_nonce()).counter == 2
    assert path.stat().st_mode & 0o077 == 0


def test_the_counter_is_on_disk_before_the_voucher_is_made(device, path, monkeypatch):
    monkeypatch.setattr("client.cbdc.device.offline_voucher_statement", _power_off)

    with pytest.raises(RuntimeError):
        device.pay(SHOP, 100, new_nonce())

    assert (Device(path).counter, Device(path).left) == (1, 199_900)


def _power_off(*_args):
    raise RuntimeError("the battery is empty")


def test_a_device_pays_no_more_than_it_has(device):
    with pytest.raises(DeviceSpent, match="200000 left"):
        device.pay(SHOP, 200_001, new_nonce())

    assert device.counter == 0


@pytest.mark.parametrize(("satang", "nonce"), [(0, bytes(16)), (-1, bytes(16)), (1, bytes(15))])
def test_what_cannot_be_paid_is_not_signed(device, satang, nonce):
    with pytest.raises(BadVoucher):
        device.pay(SHOP, satang, nonce)


@pytest.mark.parametrize("case", ["payee", "nonce", "chain", "amount"])
def test_a_voucher_for_something_else_is_refused(device, case):
    nonce = new_nonce()
    voucher = device.pay(SHOP, 100, nonce)
    changed = read_voucher(show_voucher(voucher))
    if case == "amount":
        changed = type(voucher)(
            voucher.device, voucher.counter, SHOP, 101, nonce, voucher.signature
        )

    with pytest.raises(BadVoucher):
        check_voucher(
            "another" if case == "chain" else CHAIN,
            changed,
            OTHER if case == "payee" else SHOP,
            new_nonce() if case == "nonce" else nonce,
        )


def test_a_registration_is_signed_by_the_device(device):
    message = device.registration(OWNER, 1_000)

    assert verify(device.public_key, *device_statement(CHAIN, message), message.proof)


def test_a_copied_device_that_pays_twice_gives_the_proof(device, path, tmp_path):
    copy = tmp_path / "copy.json"
    shutil.copy(path, copy)
    first = device.pay(SHOP, 100, new_nonce())

    second = Device(copy).pay(OTHER, 100, new_nonce())

    later = device.pay(SHOP, 5, new_nonce())
    assert double_spend_in(CHAIN, [first, later, first]) is None
    assert double_spend_in(CHAIN, [later, first, second]) == (first, second)


def test_a_forged_voucher_accuses_nobody(device):
    first = device.pay(SHOP, 100, new_nonce())
    forged = type(first)(first.device, 1, OTHER, 100, new_nonce(), first.signature)

    assert double_spend_in(CHAIN, [first, forged]) is None


def test_a_voucher_travels_as_text(device):
    voucher = device.pay(SHOP, 100, new_nonce())

    assert read_voucher(show_voucher(voucher) + "\n") == voucher


@pytest.mark.parametrize(
    "text", ["", "SAPHA-OFFLINE-1:", "SAPHA-OFFLINE-1:@@@", "SAPHA-OFFLINE-1:kA==", "x" * 2_000]
)
def test_a_text_that_is_no_voucher_is_refused(text):
    with pytest.raises(BadVoucher):
        read_voucher(text)


def test_a_device_is_not_made_over_another(device, path):
    with pytest.raises(KeystoreExists):
        Device.create(path, CHAIN)


@pytest.mark.parametrize(
    "text", ["{", "{}", '{"format":1,"seed":"00","chain_id":"c","counter":0,"left":0}', "[]"]
)
def test_a_damaged_file_is_named(path, text):
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)

    with pytest.raises(KeystoreDamaged, match=r"phone\.json"):
        Device(path)
