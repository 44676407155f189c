"""Thai QR: every published vector, what is refused and why, and QRs of this ledger's wallets."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.amount import show_baht
from client.cbdc.errors import (
    BadBillReference,
    BadCountry,
    BadCrc,
    BadCurrency,
    BadInitiation,
    BadQr,
    BadTarget,
    BadTlv,
    DuplicateTag,
    MissingCrc,
    UnsupportedScheme,
    WrongKind,
)
from client.cbdc.promptpay import (
    BillPayment,
    CreditTransfer,
    Slip,
    TargetKind,
    read_bill_barcode,
    target_of,
    write_slip,
)
from client.cbdc.qr import (
    WalletPayment,
    read_credit_transfer,
    read_qr,
    read_qr_amount,
    read_wallet_payment,
    write_qr,
)
from client.cbdc.tlv import crc_of, read_fields, seal, unseal, write_fields
from client.errors import BadAmount
from client.wallet import Wallet
from primitives.errors import BadAddress, Rejected
from primitives.ids import show_address

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "promptpay.json").read_text(encoding="utf-8")
)
VALID = {vector["name"]: vector for vector in VECTORS["valid"]}
TRANSFERS = [v for v in VALID.values() if v["kind"] in set(TargetKind)]
BILLS = [v for v in VALID.values() if v["kind"] == "BILL"]
DUITNOW = VALID["CRC with leading zeros (Malaysia DuitNow)"]
SHOP = Wallet.from_seed(bytes(32)).address
CHAIN = "devnet-8af31c"
TO_SHOP = WalletPayment(chain_id=CHAIN, address=SHOP)
TRANSFER_29 = "0016A000000677010111" + "0113" + "0066801234567"


def names(vectors):
    return [vector["name"] for vector in vectors]


def qr_of(*fields):
    """A sound text of fields after the version, with the checksum of what it says."""
    return seal(write_fields([("00", "01"), *fields]))


def thai(*fields, receiver=("29", TRANSFER_29), currency="764"):
    return qr_of(receiver, ("53", currency), *fields)


@pytest.mark.parametrize("vector", TRANSFERS, ids=names(TRANSFERS))
def test_a_published_credit_transfer_is_read_whole(vector):
    found = read_credit_transfer(vector["payload"])

    kind = TargetKind(vector["kind"])
    assert (found.kind, found.target) == (kind, target_of(kind, vector["target_in"]))
    assert (found.amount_satang, found.is_static) == (vector["amount_satang"], vector["static"])


@pytest.mark.parametrize("vector", BILLS, ids=names(BILLS))
def test_a_published_bill_is_read_whole(vector):
    found = read_qr(vector["payload"])

    assert found == BillPayment(
        biller_id=vector["biller_id"],
        ref1=vector["ref1"],
        ref2=vector["ref2"],
        ref3=vector.get("ref3"),
        amount_satang=vector["amount_satang"],
        is_static=vector["static"],
    )


@pytest.mark.parametrize("vector", TRANSFERS + BILLS, ids=names(TRANSFERS + BILLS))
def test_what_is_read_of_a_vector_is_written_with_the_same_fields(vector):
    written = write_qr(read_qr(vector["payload"]))

    assert read_fields(unseal(written)) == read_fields(unseal(vector["payload"]))
    if "promptparse" in vector["source"]:
        assert written == vector["payload"]


def test_a_slip_is_read_and_written():
    vector = VALID["slip verify"]

    found = read_qr(vector["payload"])

    assert found == Slip(sending_bank=vector["sending_bank"], trans_ref=vector["trans_ref"])
    assert write_slip(found) == vector["payload"]


def test_a_checksum_with_leading_zeros_is_sound_and_the_scheme_is_not_ours():
    assert unseal(DUITNOW["payload"]).startswith("000202")
    with pytest.raises(UnsupportedScheme, match="A0000006150001"):
        read_qr(DUITNOW["payload"])


@pytest.mark.parametrize("vector", VECTORS["invalid"], ids=names(VECTORS["invalid"]))
def test_a_published_bad_text_is_refused_by_the_name_of_what_is_wrong(vector):
    with pytest.raises(Rejected) as refusal:
        read_credit_transfer(vector["payload"])

    assert refusal.value.code == vector["expect"].split()[0]


@pytest.mark.parametrize("vector", VECTORS["valid"], ids=names(VECTORS["valid"]))
def test_every_vector_has_the_checksum_that_we_compute(vector):
    assert crc_of(vector["payload"][:-4]) == vector["payload"][-4:]
    assert unseal(vector["payload"], vector["crc_tag"]) == vector["payload"][:-8]


def test_a_barcode_is_the_bill_that_its_qr_is():
    vector = VALID["bill payment from barcode amount 3649.22"]

    assert read_bill_barcode(vector["barcode"]) == read_qr(vector["payload"])
    assert read_bill_barcode("|0112233445566\rA1\r\r0").is_static


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (thai(currency="840"), BadCurrency),
        (qr_of(("29", TRANSFER_29)), BadCurrency),
        (thai(("58", "SG")), BadCountry),
        (thai(("01", "13")), BadInitiation),
        (thai(("54", "1")) + "x", MissingCrc),
        (seal("000201" + "2937" + TRANSFER_29 + "5303764" + "5303764"), DuplicateTag),
        (seal("000201" + "6304ABCD" + "6304ABCD"), DuplicateTag),
        (thai(receiver=("29", TRANSFER_29 + "0116A000000677010112")), DuplicateTag),
        (seal("000201" + "2937" + TRANSFER_29 + "530"), BadTlv),
        (seal("000201" + "5300"), BadTlv),
        (seal("000201" + "๒937"), BadTlv),
        (seal("2937" + TRANSFER_29 + "5303764"), BadTlv),
        (seal("000202" + "2937" + TRANSFER_29 + "5303764"), BadTlv),
        (seal(""), UnsupportedScheme),
        (thai(receiver=("29", "0016A000000677010111")), BadTarget),
        (thai(receiver=("29", "0016A000000677010111" + "0110" + "0801234567")), BadTarget),
        (thai(receiver=("29", TRANSFER_29 + "0213" + "0123456789012")), BadTarget),
        (thai(receiver=("30", "0016A000000677010112" + "01130112233445566")), BadBillReference),
        (thai(receiver=("30", "0016A000000677010112" + "0104AAAA" + "0201A")), BadTarget),
        (thai(receiver=("31", TRANSFER_29)), UnsupportedScheme),
        ("0" * 513, BadTlv),
        ("\ud800" + thai(), BadTlv),
        ("", BadQr),
    ],
)
def test_a_bad_text_is_refused_by_name(text, refusal):
    with pytest.raises(refusal):
        read_qr(text)


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "0.00",
        "-1",
        "+1",
        " 1",
        "1.",
        ".5",
        "1.005",
        "1e3",
        "1,000",
        "๑๐",
        "NaN",
        "٣",
        "9" * 14,
    ],
)
def test_an_amount_of_another_form_is_refused(text):
    with pytest.raises(BadAmount):
        read_qr_amount(text)


@given(st.integers(1, 10**12 - 1))
def test_every_amount_that_fits_is_read_as_it_was_written(satang):
    text = write_qr(WalletPayment(chain_id=CHAIN, address=SHOP, amount_satang=satang))

    assert read_qr(text).amount_satang == satang
    assert show_baht(satang).replace(",", "") in text


@pytest.mark.parametrize("satang", [0, -1, 10**15])
def test_an_amount_that_a_qr_cannot_hold_is_not_written(satang):
    with pytest.raises(BadAmount):
        write_qr(WalletPayment(chain_id=CHAIN, address=SHOP, amount_satang=satang))


@pytest.mark.parametrize(
    "payment",
    [
        TO_SHOP,
        WalletPayment(chain_id=CHAIN, address=SHOP, request_id="INV-1", amount_satang=12_050),
        WalletPayment(
            chain_id="n" * 80,
            address=SHOP,
            request_id="r" * 25,
            amount_satang=1,
            is_static=False,
            name="Somtam Shop",
        ),
    ],
)
def test_a_wallets_qr_says_chain_address_request_and_amount(payment):
    assert read_wallet_payment(write_qr(payment), payment.chain_id) == payment


def test_a_wallets_qr_of_another_chain_is_refused():
    with pytest.raises(WrongKind, match="another"):
        read_wallet_payment(write_qr(TO_SHOP), "another")


def test_a_phone_number_is_no_wallet():
    with pytest.raises(WrongKind, match="banks' network"):
        read_wallet_payment(VALID["msisdn static"]["payload"], CHAIN)


def test_a_wallets_qr_without_its_chain_is_refused():
    wallet = ("26", write_fields([("00", "F073706801"), ("01", show_address(SHOP))]))

    with pytest.raises(BadTlv, match="chain"):
        read_qr(thai(receiver=wallet))


def test_a_mistyped_address_in_a_qr_is_refused():
    shown = show_address(SHOP)
    mistyped = shown[:-1] + ("q" if shown[-1] != "q" else "p")
    wallet = ("26", write_fields([("00", "F073706801"), ("01", mistyped)]))
    chain = ("80", write_fields([("00", "F073706801"), ("01", CHAIN)]))

    with pytest.raises(BadAddress):
        read_qr(thai(chain, receiver=wallet))


@pytest.mark.parametrize("name", ["", "ร้าน", "x" * 26, "a\nb"])
def test_a_name_that_a_qr_cannot_hold_is_not_written(name):
    with pytest.raises(BadTlv):
        write_qr(WalletPayment(chain_id=CHAIN, address=SHOP, name=name))


@given(st.data())
def test_no_single_changed_character_is_read_as_another_payment(data):
    text = write_qr(WalletPayment(chain_id=CHAIN, address=SHOP, request_id="A1", amount_satang=990))
    at = data.draw(st.integers(0, len(text) - 5))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    changed = text[:at] + other + text[at + 1 :]

    if changed != text:
        with pytest.raises(Rejected):
            read_qr(changed)


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text):
    for tried in (text, seal(text) if "\ud800" not in text and len(text) < 99 else text):
        try:
            found = read_qr(tried)
        except Rejected:
            continue
        assert isinstance(found, CreditTransfer | BillPayment | WalletPayment | Slip)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TargetKind.MSISDN, "12345"),
        (TargetKind.MSISDN, "+1 202 555 0100"),
        (TargetKind.MSISDN, "๐๘๐๑๒๓๔๕๖๗"),
        (TargetKind.NATID_OR_TAXID, "123"),
        (TargetKind.EWALLETID, "1" * 14),
        (TargetKind.BANK_ACCOUNT, "1a2b3c"),
    ],
)
def test_a_number_that_names_nobody_is_refused(kind, text):
    with pytest.raises(BadTarget):
        target_of(kind, text)


def test_a_changed_digit_names_both_checksums():
    text = write_qr(TO_SHOP)

    with pytest.raises(BadCrc, match="the checksum is 0000"):
        unseal(text[:-4] + "0000")
