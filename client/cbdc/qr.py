"""A Thai QR payment as text: read it, write it, for PromptPay and for wallets of this ledger.

A wallet of this ledger is named in tag 26, by a scheme of its own: 00 the application id
F073706801 (unregistered, ISO/IEC 7816-5), 01 the address. The chain's id is in tag 80, as 00 the
same application id, 01 the text; a request's id is the reference label, tag 62, 05. No phone and
no tax number is in such a QR.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from client.amount import SATANG_PER_BAHT
from client.cbdc.errors import (
    BadCountry,
    BadCurrency,
    BadInitiation,
    BadTlv,
    UnsupportedScheme,
    WrongKind,
)
from client.cbdc.promptpay import (
    BILL_AID,
    BILL_TAG,
    TRANSFER_AID,
    TRANSFER_TAG,
    BillPayment,
    CreditTransfer,
    Slip,
    check_reference,
    read_bill_template,
    read_slip,
    read_transfer_template,
    write_bill_template,
    write_transfer_template,
)
from client.cbdc.tlv import read_fields, seal, unseal, write_fields
from client.errors import BadAmount
from primitives.ids import Address, read_address, show_address
from primitives.limits import AMOUNT_SATANG_MAX

WALLET_TAG = "26"
CHAIN_TAG = "80"
WALLET_AID = "F073706801"

_VERSION = ("00", "01")
_INITIATION, _STATIC, _DYNAMIC = "01", "11", "12"
_CURRENCY, _BAHT = "53", "764"
_AMOUNT, _COUNTRY, _THAILAND, _NAME, _ADDITIONAL = "54", "58", "TH", "59", "62"
_REQUEST, _REF3 = "05", "07"
_NAME_CHARS_MAX = 25
_AMOUNT_CHARS_MAX = 13
_AMOUNT_TEXT = re.compile(r"([0-9]{1,13})(?:\.([0-9]{1,2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletPayment:
    """Pay a wallet of this ledger; with `request_id` exactly that request.

    `name` is for people, up to 25 characters; the ledger does not know it.
    """

    chain_id: str
    address: Address
    request_id: str | None = None
    amount_satang: int | None = None
    is_static: bool = True
    name: str | None = None


Payment: TypeAlias = CreditTransfer | BillPayment | WalletPayment
Fields: TypeAlias = dict[str, str]


def read_qr(text: str) -> Payment | Slip:
    """Return what a Thai QR asks for.

    Raises:
        BadQr: one of its kinds, see client.cbdc.errors.
        BadAmount: tag 54 is not an amount of baht.
        BadAddress: the wallet's address has a typing error.
    """
    if text[-8:-4] == "9104":
        return read_slip(text)
    fields = read_fields(unseal(text))
    read = _reader_of(fields)
    if next(iter(fields.items())) != _VERSION:
        raise BadTlv("the text does not begin with format version 01 (000201)")
    _check_thai(fields)
    return read(fields)


def read_credit_transfer(text: str) -> CreditTransfer:
    """Return a PromptPay credit transfer. Raises WrongKind, and as read_qr."""
    found = read_qr(text)
    if not isinstance(found, CreditTransfer):
        raise WrongKind(f"the QR is a {type(found).__name__}, not a CreditTransfer")
    return found


def read_wallet_payment(text: str, chain_id: str) -> WalletPayment:
    """Return a payment to a wallet of the chain `chain_id`.

    Raises:
        WrongKind: the QR is for the banks' network, or for another chain.
        BadQr, BadAmount, BadAddress: as read_qr.
    """
    found = read_qr(text)
    if not isinstance(found, WalletPayment):
        raise WrongKind(
            f"the QR is a {type(found).__name__} of the banks' network; it names no wallet here"
        )
    if found.chain_id != chain_id:
        raise WrongKind(f"the QR is for chain {found.chain_id}, this is {chain_id}")
    return found


def write_qr(payment: Payment) -> str:
    """Return the text of a payment's QR.

    Raises:
        BadQr: a part that cannot be, see client.cbdc.errors.
        BadAmount: outside what 13 characters of baht hold.
    """
    fields = [_VERSION, (_INITIATION, _STATIC if payment.is_static else _DYNAMIC)]
    fields += _receiver_fields(payment)
    fields += [(_CURRENCY, _BAHT), (_COUNTRY, _THAILAND)]
    if payment.amount_satang is not None:
        fields.append((_AMOUNT, _write_amount(payment.amount_satang)))
    return seal(write_fields(fields + _last_fields(payment)))


def read_qr_amount(text: str) -> int:
    """Return the satang of tag 54: digits, and at most two after a point. Raises BadAmount."""
    match = _AMOUNT_TEXT.fullmatch(text) if len(text) <= _AMOUNT_CHARS_MAX else None
    if match is None:
        raise BadAmount(f"{text[:40]!r} is not an amount of a QR such as 1250.50")
    baht, fraction = match.groups()
    satang = int(baht) * SATANG_PER_BAHT + int((fraction or "").ljust(2, "0"))
    if not 1 <= satang <= AMOUNT_SATANG_MAX:
        raise BadAmount(f"{text!r} baht is outside what may be paid")
    return satang


def _reader_of(fields: Fields) -> Callable[[Fields], Payment]:
    """Return the reader of the first scheme that is named here and known."""
    named = []
    for tag, (aid, read) in _SCHEMES.items():
        if tag in fields:
            named.append(read_fields(fields[tag]).get("00", "none"))
            if named[-1] == aid:
                return read
    raise UnsupportedScheme(f"the QR names no scheme known here, but {', '.join(named) or 'none'}")


def _check_thai(fields: Fields) -> None:
    currency = fields.get(_CURRENCY, "none")
    if currency != _BAHT:
        raise BadCurrency(f"the currency is {currency[:3]}, must be {_BAHT}")
    country = fields.get(_COUNTRY, _THAILAND)
    if country != _THAILAND:
        raise BadCountry(f"the country is {country[:2]}, must be {_THAILAND}")


def _read_transfer(fields: Fields) -> CreditTransfer:
    kind, target = read_transfer_template(fields[TRANSFER_TAG])
    amount, is_static = _amount_and_use(fields)
    return CreditTransfer(kind=kind, target=target, amount_satang=amount, is_static=is_static)


def _read_bill(fields: Fields) -> BillPayment:
    biller, ref1, ref2 = read_bill_template(fields[BILL_TAG])
    ref3 = read_fields(fields.get(_ADDITIONAL, "")).get(_REF3)
    amount, is_static = _amount_and_use(fields)
    return BillPayment(
        biller_id=biller,
        ref1=ref1,
        ref2=ref2,
        ref3=None if ref3 is None else check_reference(ref3),
        amount_satang=amount,
        is_static=is_static,
    )


def _read_wallet(fields: Fields) -> WalletPayment:
    chain = read_fields(fields.get(CHAIN_TAG, ""))
    if chain.get("00") != WALLET_AID or "01" not in chain:
        raise BadTlv(f"a wallet's QR names its chain in tag {CHAIN_TAG}")
    amount, is_static = _amount_and_use(fields)
    return WalletPayment(
        chain_id=chain["01"],
        address=read_address(read_fields(fields[WALLET_TAG]).get("01", "")),
        request_id=read_fields(fields.get(_ADDITIONAL, "")).get(_REQUEST),
        amount_satang=amount,
        is_static=is_static,
        name=fields.get(_NAME),
    )


def _amount_and_use(fields: Fields) -> tuple[int | None, bool]:
    use = fields.get(_INITIATION, _STATIC)
    if use not in {_STATIC, _DYNAMIC}:
        raise BadInitiation(f"tag 01 is {use[:2]}, must be {_STATIC} or {_DYNAMIC}")
    amount = fields.get(_AMOUNT)
    return None if amount is None else read_qr_amount(amount), use == _STATIC


def _receiver_fields(payment: Payment) -> list[tuple[str, str]]:
    if isinstance(payment, CreditTransfer):
        return [(TRANSFER_TAG, write_transfer_template(payment.kind, payment.target))]
    if isinstance(payment, BillPayment):
        return [(BILL_TAG, write_bill_template(payment))]
    return [(WALLET_TAG, _write_own(show_address(payment.address)))]


def _last_fields(payment: Payment) -> list[tuple[str, str]]:
    if isinstance(payment, BillPayment) and payment.ref3 is not None:
        return [(_ADDITIONAL, write_fields([(_REF3, check_reference(payment.ref3))]))]
    if not isinstance(payment, WalletPayment):
        return []
    fields = [] if payment.name is None else [(_NAME, _check_name(payment.name))]
    if payment.request_id is not None:
        fields.append((_ADDITIONAL, write_fields([(_REQUEST, payment.request_id)])))
    return [*fields, (CHAIN_TAG, _write_own(payment.chain_id))]


def _write_own(text: str) -> str:
    return write_fields([("00", WALLET_AID), ("01", text)])


def _check_name(name: str) -> str:
    if not (name.isascii() and name.isprintable() and 1 <= len(name) <= _NAME_CHARS_MAX):
        raise BadTlv(f"{name[:40]!r} is not a name of 1 to {_NAME_CHARS_MAX} ASCII characters")
    return name


def _write_amount(satang: int) -> str:
    baht, rest = divmod(satang, SATANG_PER_BAHT)
    text = f"{baht}.{rest:02}"
    if satang < 1 or len(text) > _AMOUNT_CHARS_MAX:
        raise BadAmount(f"{satang} satang is not 1 to {_AMOUNT_CHARS_MAX} characters of baht")
    return text


_SCHEMES: dict[str, tuple[str, Callable[[Fields], Payment]]] = {
    WALLET_TAG: (WALLET_AID, _read_wallet),
    TRANSFER_TAG: (TRANSFER_AID, _read_transfer),
    BILL_TAG: (BILL_AID, _read_bill),
}
