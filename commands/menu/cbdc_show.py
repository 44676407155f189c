"""The words of `sapha cbdc show`: queries of the contract, and what a user gives for each."""

from commands.framework.kinds import ADDRESS, ID, NUMBER
from commands.framework.places import contracts
from commands.framework.tree import Group
from commands.framework.words import Word
from commands.menu.cbdc_words import WORDS
from commands.menu.words import COMMON, shows

_at = contracts.cbdc
_PAGE = {"limit": 100}
_NAME = {"name": Word("What the bank calls the customer: 0x and 64 hex digits.", ID)}
_COUNTER = {"counter": Word("The device's number of the vouchers.", NUMBER, low=1)}
_REFERENCE = {"reference": Word("The batch's name.", sample="salaries-2027-01")}
_AFTER_ID = {"--after": Word("Go on after this one: 0x and 64 hex digits.", ID)}
_AFTER_WALLET = {"--after": Word("Go on after this wallet.", ADDRESS)}
_AFTER_NUMBER = {"--after": Word("Go on after this number.", NUMBER, low=0)}

show = Group(
    "Look up requests, payments, holds, devices ...",
    shows(
        "request",
        _at.request_state,
        "merchant request_id",
        "Show a merchant's request: open, paid, cancelled or expired.",
    ),
    shows(
        "payment",
        _at.payment_state,
        "payment_id",
        "Show a payment: what was paid, refunded, and waits to be claimed.",
    ),
    shows("hold", _at.hold_state, "hold_id", "Show an open hold."),
    shows("dispute", _at.dispute_state, "payment_id", "Show the dispute of a payment."),
    shows(
        "device",
        _at.device_state,
        "device",
        "Show a device's certificate, status and money.",
    ),
    shows(
        "merchant",
        _at.merchant_profile,
        "merchant",
        "Show what a merchant sells and where.",
    ),
    shows(
        "schedules",
        _at.schedules_page,
        "payer [--after]",
        "Show up to 100 schedules of a wallet, after an id.",
        fixed=_PAGE,
        words=_AFTER_ID,
    ),
    shows(
        "vouchers",
        _at.vouchers_page,
        "holder [--after]",
        "Show up to 100 vouchers of a wallet, after an id.",
        fixed=_PAGE,
        words=_AFTER_ID,
    ),
    shows(
        "wallet",
        _at.wallet,
        "address",
        "Show a wallet: bank, kind, tier, money, and why nothing may leave it.",
    ),
    shows(
        "holder",
        _at.holder,
        "fsp name",
        "Show a bank's customer: tier, money in all wallets, what left them.",
        words=_NAME,
    ),
    shows(
        "schedule",
        _at.schedule_state,
        "payer schedule_id",
        "Show a schedule that has payments left.",
    ),
    shows(
        "voucher",
        _at.voucher_state,
        "holder voucher_id",
        "Show a voucher that has not been returned.",
    ),
    shows(
        "settled",
        _at.offline_settled,
        "device counter",
        "Show the digests of the vouchers that were paid under a number of a device.",
        words=_COUNTER,
    ),
    shows(
        "fsps",
        _at.fsps_page,
        "[--after=]",
        "Show up to 100 banks and payment providers.",
        fixed=_PAGE,
    ),
    shows(
        "fsp",
        _at.fsp,
        "fsp_id",
        "Show a bank's settlement account, keys and licence.",
    ),
    shows("link", _at.bank_link, "address", "Show the link of a wallet to a bank account."),
    shows("delegates", _at.delegates, "address", "Show who may pay from a wallet."),
    shows(
        "recovery",
        _at.recovery_state,
        "address",
        "Show the recovery of a wallet that is under way.",
    ),
    shows("freeze", _at.freeze_state, "address", "Show the last freeze of a wallet."),
    shows(
        "frozen",
        _at.frozen_page,
        "[--after]",
        "Show up to 100 last freezes, also those that have ended.",
        fixed=_PAGE,
        words=_AFTER_WALLET,
    ),
    shows(
        "payouts",
        _at.payouts_page,
        "[--after=0]",
        "Show up to 100 sums that banks owe or owed to bank accounts.",
        fixed=_PAGE,
        words=_AFTER_NUMBER,
    ),
    shows(
        "redemptions",
        _at.redemptions_page,
        "",
        "Show up to 100 sums that banks have set aside to give back.",
        fixed=_PAGE,
    ),
    shows(
        "batch",
        _at.batch_result,
        "payer reference",
        "Show what became of a batch.",
        words=_REFERENCE,
    ),
    shows(
        "attestation",
        _at.attestation,
        "nullifier",
        "Show whom a nullifier serves, and whether it was revoked.",
    ),
    words=WORDS | COMMON,
)
