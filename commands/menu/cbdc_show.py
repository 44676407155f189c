"""The words of `sapha cbdc show`: queries of the contract, and what a user gives for each."""

from commands.framework.kinds import ADDRESS, ID, NUMBER
from commands.framework.places import contracts
from commands.framework.words import Word
from commands.menu.cbdc_words import WORDS
from commands.menu.words import COMMON, listed

_at = contracts.cbdc
_PAGE = {"limit": 100}
_NAME = {"name": Word("What the bank calls the customer: 0x and 64 hex digits.", ID)}
_COUNTER = {"counter": Word("The device's number of the vouchers.", NUMBER, low=1)}
_REFERENCE = {"reference": Word("The batch's name.", sample="salaries-2027-01")}
_AFTER_ID = {"--after": Word("Go on after this one: 0x and 64 hex digits.", ID)}
_AFTER_WALLET = {"--after": Word("Go on after this wallet.", ADDRESS)}
_AFTER_NUMBER = {"--after": Word("Go on after this number.", NUMBER, low=0)}

show = listed(
    "Look up requests, payments, holds, devices ...",
    f"""
shows {_at.request_state}: request merchant request_id
    Show a merchant's request: open, paid, cancelled or expired.
shows {_at.payment_state}: payment payment_id
    Show a payment: what was paid, refunded, and waits to be claimed.
shows {_at.hold_state}: hold hold_id
    Show an open hold.
shows {_at.dispute_state}: dispute payment_id
    Show the dispute of a payment.
shows {_at.device_state}: device device
    Show a device's certificate, status and money.
shows {_at.merchant_profile}: merchant merchant
    Show what a merchant sells and where.
shows {_at.schedules_page}: schedules payer [--after]
    Show up to 100 schedules of a wallet, after an id.
    = limit 100
    --after ID  Go on after this one: 0x and 64 hex digits.
shows {_at.vouchers_page}: vouchers holder [--after]
    Show up to 100 vouchers of a wallet, after an id.
    = limit 100
    --after ID  Go on after this one: 0x and 64 hex digits.
shows {_at.wallet}: wallet address
    Show a wallet: bank, kind, tier, money, and why nothing may leave it.
shows {_at.holder}: holder fsp name
    Show a bank's customer: tier, money in all wallets, what left them.
    name ID  What the bank calls the customer: 0x and 64 hex digits.
shows {_at.schedule_state}: schedule payer schedule_id
    Show a schedule that has payments left.
shows {_at.voucher_state}: voucher holder voucher_id
    Show a voucher that has not been returned.
shows {_at.offline_settled}: settled device counter
    Show the digests of the vouchers that were paid under a number of a device.
    counter NUMBER low=1  The device's number of the vouchers.
shows {_at.fsps_page}: fsps [--after=]
    Show up to 100 banks and payment providers.
    = limit 100
shows {_at.fsp}: fsp fsp_id
    Show a bank's settlement account, keys and licence.
shows {_at.bank_link}: link address
    Show the link of a wallet to a bank account.
shows {_at.delegates}: delegates address
    Show who may pay from a wallet.
shows {_at.recovery_state}: recovery address
    Show the recovery of a wallet that is under way.
shows {_at.freeze_state}: freeze address
    Show the last freeze of a wallet.
shows {_at.frozen_page}: frozen [--after]
    Show up to 100 last freezes, also those that have ended.
    = limit 100
    --after ADDRESS  Go on after this wallet.
shows {_at.payouts_page}: payouts [--after=0]
    Show up to 100 sums that banks owe or owed to bank accounts.
    = limit 100
    --after NUMBER low=0  Go on after this number.
shows {_at.redemptions_page}: redemptions
    Show up to 100 sums that banks have set aside to give back.
    = limit 100
shows {_at.batch_result}: batch payer reference
    Show what became of a batch.
    reference sample=salaries-2027-01  The batch's name.
shows {_at.attestation}: attestation nullifier
    Show whom a nullifier serves, and whether it was revoked.
""",
    words=WORDS | COMMON,
)
