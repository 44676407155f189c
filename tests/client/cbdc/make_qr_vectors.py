"""Builds tests/vectors/wallet_qr.json: texts of QRs that name wallets of this ledger, and bills.

`python -m tests.client.cbdc.make_qr_vectors` writes the file.
"""

import json
from dataclasses import asdict

from client.cbdc.promptpay import BillPayment, CreditTransfer, TargetKind
from client.cbdc.qr import Payment, WalletPayment, write_qr
from client.cbdc.tlv import seal, write_fields
from primitives.ids import address_of, show_address
from tests.builders import CHAIN_ID, key
from tests.primitives.make_vectors import FOLDER

NAME = "wallet_qr.json"
ADDRESS = address_of(key(0).public_key)
_WALLET = [("00", "F073706801"), ("01", show_address(ADDRESS))]
_CHAIN = ("80", write_fields([("00", "F073706801"), ("01", CHAIN_ID)]))
PAYMENTS: tuple[Payment, ...] = (
    WalletPayment(chain_id=CHAIN_ID, address=ADDRESS),
    WalletPayment(
        chain_id=CHAIN_ID,
        address=ADDRESS,
        request_id="table-7",
        amount_satang=125_050,
        is_static=False,
        name="Krua Nua",
    ),
    WalletPayment(chain_id=CHAIN_ID, address=ADDRESS, amount_satang=1),
    CreditTransfer(kind=TargetKind.MSISDN, target="0066801234567", amount_satang=420),
    CreditTransfer(kind=TargetKind.EWALLETID, target="012345678901234", is_static=False),
    BillPayment(biller_id="0112233445566", ref1="CUSTOMER001", ref2="INV001", amount_satang=364922),
    BillPayment(biller_id="099400016550100", ref1="A1", ref3="T7"),
)


def _text(*fields: tuple[str, str]) -> str:
    return seal(write_fields([("00", "01"), *fields]))


REFUSED = {
    "BAD_CURRENCY": _text(("26", write_fields(_WALLET)), ("53", "840"), _CHAIN),
    "BAD_COUNTRY": _text(("26", write_fields(_WALLET)), ("53", "764"), ("58", "SG"), _CHAIN),
    "BAD_INITIATION": _text(("01", "13"), ("26", write_fields(_WALLET)), ("53", "764"), _CHAIN),
    "BAD_AMOUNT": _text(("26", write_fields(_WALLET)), ("53", "764"), ("54", "1.005"), _CHAIN),
    "BAD_TLV": _text(("26", write_fields(_WALLET)), ("53", "764")),
    "DUPLICATE_TAG": seal("000201" + "5303764" + "5303764"),
    "MISSING_CRC": "000201",
    "BAD_CRC": write_qr(PAYMENTS[0])[:-4] + "0000",
    "UNSUPPORTED_SCHEME": _text(("26", write_fields([("00", "A000")])), ("53", "764")),
}


def table() -> dict[str, object]:
    rows = []
    for payment in PAYMENTS:
        fields = {
            name: value.hex() if isinstance(value, bytes) else value
            for name, value in asdict(payment).items()
        }
        rows.append({"kind": type(payment).__name__, "fields": fields, "text": write_qr(payment)})
    refused = [{"code": code, "text": text} for code, text in REFUSED.items()]
    return {"payments": rows, "refused": refused}


def text() -> str:
    return json.dumps(table(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (FOLDER / NAME).write_text(text(), encoding="utf-8")
