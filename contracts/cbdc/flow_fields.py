"""The types of fields of requests, holds, schedules, vouchers, disputes and offline payments."""

from typing import Annotated

from contracts.cbdc.fields import Amount
from contracts.sdk import (
    AMOUNT_SATANG_MAX,
    Address,
    Chars,
    CountMax,
    Length,
    PublicKey,
    Range,
    Signature,
    record,
)
from contracts.sdk.calendar import DAY_MS

YEAR_MS = 366 * DAY_MS
VOUCHERS_A_SPEND_MAX = 10
OFFLINE_VOUCHERS_MAX = 20

# Payments, holds, schedules and vouchers are named by the id of the transaction that made them.
Id = Annotated[bytes, Length(32)]
AmountOrZero = Annotated[int, Range(0, AMOUNT_SATANG_MAX)]
RequestId = Annotated[str, Chars(1, 25)]  # what the reference label of an EMVCo QR holds
BillReference = Annotated[str, Chars(0, 20)]  # what a PromptPay bill payment holds
Programme = Annotated[str, Chars(1, 32)]
Area = Annotated[str, Chars(0, 32)]
CategoryCode = Annotated[str, Chars(4, 4)]  # ISO 18245
Reason = Annotated[str, Chars(0, 140)]
PaymentNumber = Annotated[int, Range(1, 2**53)]
Nonce = Annotated[bytes, Length(16)]
Preimage = Annotated[bytes, Length(32)]  # one length, so that other chains' locks mean the same
CategoryCodes = Annotated[tuple[CategoryCode, ...], CountMax(20)]
VoucherIds = Annotated[tuple[Id, ...], CountMax(VOUCHERS_A_SPEND_MAX, low=1)]
ManyIds = Annotated[tuple[Id, ...], CountMax(50, low=1)]


@record
class OfflineVoucher:
    """What a device signs without the ledger: `amount` for `payee`, as its payment `counter`."""

    device: PublicKey
    counter: PaymentNumber  # from 1; a device uses each number once
    payee: Address
    amount: Amount
    nonce: Nonce  # the payee's, so that it knows the voucher was made for it
    signature: Signature  # over offline_voucher_statement


OfflineVouchers = Annotated[tuple[OfflineVoucher, ...], CountMax(OFFLINE_VOUCHERS_MAX, low=1)]
