"""PromptPay's own parts of a Thai QR: credit transfer (tag 29), bill payment (tag 30), slip check.

Source: Bank of Thailand, Thai QR Code Payment Standard; vectors in tests/vectors/promptpay.json.
A phone or tax number read here is for the banks' own networks: it never goes to the ledger.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from client.amount import read_satang
from client.cbdc.errors import BadBillReference, BadTarget, BadTlv, UnsupportedScheme
from client.cbdc.tlv import read_fields, seal, unseal, write_fields

TRANSFER_TAG = "29"
BILL_TAG = "30"
TRANSFER_AID = "A000000677010111"
BILL_AID = "A000000677010112"

_AID, _BILLER, _REF1, _REF2 = "00", "01", "02", "03"
_SLIP_CRC_TAG = "91"
_SLIP_API = "000001"
_SLIP_COUNTRY = ("51", "TH")
_REFERENCE = re.compile(r"[A-Za-z0-9]{1,20}")
_BILLER_ID = re.compile(r"[0-9]{13}|[0-9]{15}")
_BARCODE_PARTS = 4
_THAI_CODE = "66"
_MSISDN_DIGITS = 13


class TargetKind(StrEnum):
    """What a credit transfer's receiver is named by."""

    MSISDN = "MSISDN"
    NATID_OR_TAXID = "NATID_OR_TAXID"
    EWALLETID = "EWALLETID"
    BANK_ACCOUNT = "BANK_ACCOUNT"


_TARGET_TAGS = {
    "01": (TargetKind.MSISDN, re.compile(r"0066[0-9]{9}")),
    "02": (TargetKind.NATID_OR_TAXID, re.compile(r"[0-9]{13}")),
    "03": (TargetKind.EWALLETID, re.compile(r"[0-9]{15}")),
    "04": (TargetKind.BANK_ACCOUNT, re.compile(r"[0-9]{4,43}")),
}
_TAG_OF_KIND = {kind: tag for tag, (kind, _) in _TARGET_TAGS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTransfer:
    """Tag 29. `target` is 13 digits of a phone (0066...) or a tax number, 15 of an e-wallet."""

    kind: TargetKind
    target: str
    amount_satang: int | None = None
    is_static: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BillPayment:
    """Tag 30, with the third reference of tag 62."""

    biller_id: str
    ref1: str
    ref2: str | None = None
    ref3: str | None = None
    amount_satang: int | None = None
    is_static: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A transfer slip's small QR: which bank sent, and its reference. It asks for no payment."""

    sending_bank: str
    trans_ref: str


def target_of(kind: TargetKind, text: str) -> str:
    """Return the digits of a receiver as people write it: 080-123-4567, +66 89 123 4567.

    Raises:
        BadTarget: not a number of this kind.
    """
    digits = re.sub(r"[- ]", "", text)
    if kind is TargetKind.MSISDN:
        digits = re.sub(r"\A(?:\+66|66(?=[0-9]{9}\Z)|0)", _THAI_CODE, digits)
        digits = digits.rjust(_MSISDN_DIGITS, "0")
    _check_target(kind, digits)
    return digits


def read_transfer_template(value: str) -> tuple[TargetKind, str]:
    """Return whom tag 29 names.

    Raises:
        UnsupportedScheme: another scheme's, or a receiver of a kind that is unknown.
        BadTarget: not one receiver, or a number that cannot be one.
        BadTlv, DuplicateTag: see client.cbdc.tlv.
    """
    fields = _scheme_fields(value, TRANSFER_AID, TRANSFER_TAG)
    found = [tag for tag in _TARGET_TAGS if tag in fields]
    if len(found) != 1:
        raise BadTarget(f"tag {TRANSFER_TAG} names {len(found)} receivers, must name one")
    kind = _TARGET_TAGS[found[0]][0]
    _check_target(kind, fields[found[0]])
    return kind, fields[found[0]]


def write_transfer_template(kind: TargetKind, target: str) -> str:
    """Return the value of tag 29. Raises BadTarget."""
    _check_target(kind, target)
    return write_fields([(_AID, TRANSFER_AID), (_TAG_OF_KIND[kind], target)])


def read_bill_template(value: str) -> tuple[str, str, str | None]:
    """Return biller, first and second reference of tag 30.

    Raises:
        UnsupportedScheme: another scheme's.
        BadTarget: no biller, or not 13 or 15 digits.
        BadBillReference: no first reference, or one that cannot be.
        BadTlv, DuplicateTag: see client.cbdc.tlv.
    """
    fields = _scheme_fields(value, BILL_AID, BILL_TAG)
    biller, ref1, ref2 = fields.get(_BILLER, ""), fields.get(_REF1, ""), fields.get(_REF2)
    _check_bill(biller, ref1, ref2)
    return biller, ref1, ref2


def write_bill_template(bill: BillPayment) -> str:
    """Return the value of tag 30. Raises BadTarget, BadBillReference."""
    _check_bill(bill.biller_id, bill.ref1, bill.ref2)
    fields = [(_AID, BILL_AID), (_BILLER, bill.biller_id), (_REF1, bill.ref1)]
    if bill.ref2 is not None:
        fields.append((_REF2, bill.ref2))
    return write_fields(fields)


def read_bill_barcode(text: str) -> BillPayment:
    r"""Return the bill of a counter barcode: |biller CR ref1 CR ref2 CR satang, 0 for open.

    Raises:
        BadTlv: not of this form.
        BadTarget, BadBillReference, BadAmount: a part that cannot be.
    """
    parts = text.removeprefix("|").split("\r")
    if not text.startswith("|") or len(parts) != _BARCODE_PARTS:
        raise BadTlv("a bill's barcode is | and four parts with a carriage return between")
    biller, ref1, ref2, satang = parts
    _check_bill(biller, ref1, ref2 or None)
    amount = None if satang == "0" else read_satang(satang)
    return BillPayment(
        biller_id=biller,
        ref1=ref1,
        ref2=ref2 or None,
        amount_satang=amount,
        is_static=amount is None,
    )


def read_slip(text: str) -> Slip:
    """Return what a transfer slip's QR says.

    Raises:
        MissingCrc, BadCrc, BadTlv, DuplicateTag: see client.cbdc.tlv.
        UnsupportedScheme: not a Thai slip.
    """
    fields = read_fields(unseal(text, _SLIP_CRC_TAG))
    tag, country = _SLIP_COUNTRY
    inner = read_fields(fields.get("00", ""))
    if fields.get(tag) != country or inner.get("00") != _SLIP_API or not {"01", "02"} <= set(inner):
        raise UnsupportedScheme("the QR is not of a Thai transfer slip")
    return Slip(sending_bank=inner["01"], trans_ref=inner["02"])


def write_slip(slip: Slip) -> str:
    """Return the text of a slip's QR. Raises BadTlv."""
    inner = write_fields([("00", _SLIP_API), ("01", slip.sending_bank), ("02", slip.trans_ref)])
    return seal(write_fields([("00", inner), _SLIP_COUNTRY]), _SLIP_CRC_TAG)


def check_reference(text: str) -> str:
    """Return a bill's reference. Raises BadBillReference."""
    if not _REFERENCE.fullmatch(text):
        raise BadBillReference(f"{text[:40]!r} is not 1 to 20 letters and digits")
    return text


def _scheme_fields(value: str, aid: str, tag: str) -> dict[str, str]:
    fields = read_fields(value)
    if fields.get(_AID) != aid:
        raise UnsupportedScheme(f"tag {tag} is of scheme {fields.get(_AID, 'none')}, not {aid}")
    return fields


def _check_target(kind: TargetKind, target: str) -> None:
    if not _TARGET_TAGS[_TAG_OF_KIND[kind]][1].fullmatch(target):
        raise BadTarget(f"{target[:43]!r} cannot be a number of kind {kind}")


def _check_bill(biller: str, ref1: str, ref2: str | None) -> None:
    if not _BILLER_ID.fullmatch(biller):
        raise BadTarget(f"{biller[:43]!r} cannot be a biller: 13 or 15 digits")
    check_reference(ref1)
    if ref2 is not None:
        check_reference(ref2)
