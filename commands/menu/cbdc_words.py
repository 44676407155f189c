"""Words of `sapha cbdc`. An amount is baht, or satang with --satang; a date is of Bangkok."""

from commands.framework.kinds import (
    ADDRESS,
    BAHT,
    BAHT_OR_0,
    DIGEST,
    FILE,
    ID,
    PUBLIC_KEY,
    TIME,
)
from commands.framework.words import Word

_WHO = "an address, or the name of a key."
_UNTIL = "A span such as 15m, 72h or 30d, or a date."

WORDS = {
    "to": Word(f"Receiver: {_WHO}", ADDRESS),
    "amount": Word("Baht such as 1250.50; satang with --satang.", BAHT),
    "wallet": Word(f"Wallet: {_WHO}", ADDRESS),
    "address": Word(f"Wallet: {_WHO}", ADDRESS),
    "holder": Word(f"Holder: {_WHO}", ADDRESS),
    "payer": Word(f"Payer: {_WHO}", ADDRESS),
    "merchant": Word(f"Merchant: {_WHO}", ADDRESS),
    "delegate": Word(f"Delegate: {_WHO}", ADDRESS),
    "payee": Word(f"Payee: {_WHO}", ADDRESS),
    "fsp": Word("Agency id of the bank or payment provider.", sample="kbank"),
    "fsp_id": Word("Agency id of the bank or payment provider.", sample="kbank"),
    "keys": Word("Keys that sign for the bank: 0x and hex, or names.", PUBLIC_KEY),
    "payment_id": Word("The payment: 0x and 64 hex digits.", ID),
    "hold_id": Word("The hold, named by its transaction: 0x and 64 hex digits.", ID),
    "schedule_id": Word("The schedule: 0x and 64 hex digits.", ID),
    "voucher_id": Word("The voucher: 0x and 64 hex digits.", ID),
    "voucher_ids": Word("The vouchers, in the order to spend them.", ID),
    "request_id": Word("The merchant's name of the request; once.", sample="INV-2027-001"),
    "nullifier": Word("What stands for the person: 0x and 64 hex digits.", ID),
    "device": Word("The device's public key: 0x and hex digits.", PUBLIC_KEY),
    "mandate": Word("Hash of the mandate: 0x and 64 hex digits, or its file.", DIGEST),
    "order_hash": Word("Salted hash of the order: 0x and 64 hex digits, or its file.", DIGEST),
    "case_hash": Word("Salted hash of the case: 0x and 64 hex digits, or its file.", DIGEST),
    "evidence_hash": Word(
        "Salted hash of the evidence: 0x and 64 hex digits, or its file.", DIGEST
    ),
    "scope": Word("all, issue, payments, vouchers or offline.", sample="issue"),
    "file": Word("The device's secret file.", FILE, sample="phone.device"),
    "reference": Word("The holder's reference of the redemption.", sample="RTGS-2027-0001"),
    "nonce": Word("What the payee gave: 0x and 32 hex digits.", sample="0x" + "5a" * 16),
    "voucher": Word("The voucher's line.", sample="SAPHA-OFFLINE-1-..."),
    "vouchers": Word("Vouchers: their lines, or files of lines.", sample="vouchers.txt"),
    "transaction_id": Word("Transaction: 0x and 64 hex digits.", sample="0x" + "5a" * 32),
    "--reference": Word("Settlement that this is against; once.", sample="RTGS-2027-0001"),
    "--bank-ref": Word("The bank's own reference; once.", sample="CASH-2027-0001"),
    "--memo": Word("Public text; no personal data."),
    "--travel": Word("What the providers exchanged: 0x and 64 hex digits, or its file.", DIGEST),
    "--expires-in": Word(_UNTIL, TIME, name="expires_ms"),
    "--for": Word(_UNTIL, TIME, name="until_ms"),
    "--first-in": Word("When the first is due: a span such as 1d, or a date.", TIME, "first_ms"),
    "--begins-in": Word("A span such as 7d, or a date.", TIME, name="not_before_ms"),
    "--merchant": Word("Only these payees; several.", ADDRESS, name="merchants"),
    "--agency": Word("Agency id of the central bank."),
    "--area": Word("Area where it may be spent; empty for all."),
    "--min-left": Word("Baht that must stay, or a payment is skipped.", BAHT_OR_0),
    "--cash": Word("Baht of the account's own money on top.", BAHT_OR_0),
    "--from": Word("First day in Bangkok: 2026-11-01.", name="from_day"),
    "--to": Word("Last day in Bangkok, included.", name="to_day"),
    "--after": Word("Go on after this one."),
    "--satang": Word("Amounts are whole satang."),
}
ONE_KEY = {"--key": Word("Name of a key (sapha keys list), or its file.", env="SAPHA_KEY")}
