"""`sapha cbdc offline`: a device pays without a node; a copied one is caught at settlement."""

import shutil

import pytest

from client.cbdc.device import Device
from contracts.tools.testing import key_of
from tests.cli.cbdc_node import CHAIN, town
from tests.cli.test_cbdc_banks import attest


@pytest.fixture
def here(tmp_path):
    """Alice, of tier T2, has a device with 100 baht; shop and stall are merchants."""
    with town(tmp_path, unregistered_accounts=0) as made:
        node_key = "0x" + key_of("kbank-node").public_key.hex()
        made.act("fsp", "register", "kbank", node_key, "--licence", "L", by="central-bank")
        made.act("issue", made.key("kbank"), "5000", "--reference", "r", by="central-bank")
        people = {
            "alice": ("person", "11"),
            "shop": ("merchant", "55"),
            "stall": ("merchant", "66"),
        }
        for name, (kind, mark) in people.items():
            proof = attest(made, person="0x" + mark * 32, holder="0x" + mark * 32)
            opening = ("wallet", "open", "kbank", made.key(name), "--kind", kind)
            made.act(*opening, "--proof", proof, by="kbank")
        made.act("fund", "kbank", made.key("alice"), "1000", "--bank-ref", "b", by="kbank")
        made.run("offline", "new-device", made.folder / "phone.json")
        made.act("offline", "register", made.folder / "phone.json", made.key("alice"), by="kbank")
        made.act("offline", "load", made.folder / "phone.json", "100", by="alice")
        yield made


def pay(here, payee, baht, file="phone.json"):
    """A voucher of the device for a payee; no node is asked."""
    nonce = here.run_offline("offline", "nonce").stdout.strip()
    paid = here.run_offline("offline", "pay", here.folder / file, here.key(payee), baht, nonce)
    return paid.stdout.strip(), nonce


def test_a_voucher_is_checked_offline_and_settled_later(here):
    voucher, nonce = pay(here, "shop", "40")
    here.run_offline("offline", "check", voucher, here.key("shop"), nonce, "--chain-id", CHAIN)

    here.act("offline", "settle", voucher, by="shop")

    assert here.satang("shop") == 4_000
    assert here.json("supply")["offline"] == 6_000


def test_vouchers_are_settled_from_a_file_of_lines(here):
    lines = [pay(here, "shop", baht)[0] for baht in ("1", "2", "3")]
    file = here.folder / "vouchers.txt"
    file.write_text("\n".join(lines) + "\n", "utf-8")

    here.act("offline", "settle", file, by="shop")

    assert here.satang("shop") == 600


def test_a_voucher_for_another_payee_is_seen_offline(here):
    voucher, nonce = pay(here, "shop", "40")

    result = here.raw("offline", "check", voucher, here.key("stall"), nonce, "--chain-id", CHAIN)

    assert (result.exit_code, "another payee" in result.stderr) == (1, True)


def test_a_device_pays_no_more_than_was_loaded(here):
    pay(here, "shop", "90")
    nonce = here.run_offline("offline", "nonce").stdout.strip()

    result = here.raw("offline", "pay", here.folder / "phone.json", here.key("shop"), "11", nonce)

    assert result.exit_code == 1
    assert "1000 left" in result.stderr


def test_a_refused_load_is_not_noted_in_the_device(here):
    here.refused("LOAD_LIMIT", "offline", "load", here.folder / "phone.json", "5000", by="alice")

    assert pay(here, "shop", "100")[0].startswith("SAPHA-OFFLINE-1:")


def test_a_copied_device_is_revoked_by_its_own_signatures(here):
    shutil.copy(here.folder / "phone.json", here.folder / "copy.json")
    first, _ = pay(here, "shop", "60")
    second, _ = pay(here, "stall", "70", file="copy.json")
    here.act("offline", "settle", first, by="shop")

    here.act("offline", "report", first, second, by="stall")

    key = "0x" + device_key(here)
    assert here.json("show", "device", key)["device"]["status"] == "revoked"
    here.refused("DEVICE_REVOKED", "offline", "load", here.folder / "phone.json", "1", by="alice")


def test_vouchers_that_agree_are_no_double_spend(here):
    voucher, _ = pay(here, "shop", "1")

    result = here.run("offline", "report", voucher, voucher, by="shop", exits=1)

    assert "no two of the vouchers" in result.stderr


def test_a_bank_ends_a_lost_device(here):
    here.act("offline", "revoke", "0x" + device_key(here), "--reason", "lost", by="kbank")

    here.refused("DEVICE_REVOKED", "offline", "load", here.folder / "phone.json", "1", by="alice")


def device_key(here):
    """The public key of Alice's device."""
    return Device(here.folder / "phone.json").public_key.hex()
