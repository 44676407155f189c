"""The groups within `sapha cbdc`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE, NUMBER
from commands.framework.places import commands
from commands.framework.tree import Group
from commands.framework.words import Word
from commands.menu.cbdc_words import WORDS
from commands.menu.words import COMMON, asks, local, sends, signs

fsp = Group(
    "Licences of banks and payment providers.",
    sends(
        "register",
        commands.cbdc.banks.register,
        "fsp_id fsp_keys... --licence [--agency=central-bank]",
        "License a bank or payment provider; by an operator of the central bank.",
        words={"--licence": Word("Number of the licence.")},
    ),
    sends(
        "suspend",
        commands.cbdc.banks.suspend,
        "fsp_id [--agency=central-bank]",
        "Stop a bank; by an operator of the central bank.",
    ),
    sends(
        "reinstate",
        commands.cbdc.banks.reinstate,
        "fsp_id [--agency=central-bank]",
        "End the suspension of a bank; by an operator of the central bank.",
    ),
    sends(
        "keys",
        commands.cbdc.banks.keys,
        "fsp_id fsp_keys...",
        "Replace the keys that sign for the bank; by its administrator.",
    ),
    words=WORDS | COMMON,
)
wallet = Group(
    "Wallets: open, close, tier.",
    sends(
        "open",
        commands.cbdc.wallets.open_one,
        "fsp_id wallet [--kind=person] [--holder] [--proof]",
        "Register a wallet for a customer of the bank.",
        words={
            "--kind": Word("person, merchant or institution."),
            "--holder": Word("The customer: 0x and 64 hex."),
            "--proof": Word("File of an attestation (sapha cbdc attest).", FILE),
        },
    ),
    sends(
        "close",
        commands.cbdc.wallets.close,
        "fsp_id wallet",
        "Close an empty wallet; its address is not used again.",
    ),
    sends(
        "tier",
        commands.cbdc.wallets.tier,
        "fsp_id wallet proof",
        "Give a wallet's holder the tier that a new attestation allows.",
        words={"proof": Word("File of an attestation.", FILE)},
    ),
    words=WORDS | COMMON,
)
recover = Group(
    "Recovery of a wallet whose keys are lost.",
    sends(
        "start",
        commands.cbdc.wallets.start,
        "fsp_id wallet new_address case_hash",
        "Propose as the wallet's bank that new keys act for it.",
        words={"new_address": Word("Address of the new keys.")},
    ),
    sends(
        "approve",
        commands.cbdc.wallets.approve,
        "wallet case_hash [--agency=supervisor]",
        "Approve as a supervisor; the waiting time begins.",
        words={"--agency": Word("Agency id of the supervisor.")},
    ),
    sends(
        "cancel",
        commands.cbdc.wallets.cancel,
        "wallet",
        "End a recovery: whoever acts for the wallet, or its bank, may.",
    ),
    sends(
        "finish",
        commands.cbdc.wallets.finish,
        "fsp_id wallet",
        "Put the wallet under the new keys, after the waiting time.",
    ),
    words=WORDS | COMMON,
)
redemption = Group(
    "Money that banks give back.",
    sends(
        "acknowledge",
        commands.cbdc.authority.acknowledge,
        "holder reference [--agency=central-bank]",
        "Destroy what a bank gave back, once it is settled; by an operator of the central bank.",
    ),
    sends(
        "refuse",
        commands.cbdc.authority.refuse,
        "holder reference [--agency=central-bank]",
        "Return what a bank wanted to give back; by an operator of the central bank.",
    ),
    words=WORDS | COMMON,
)
params = Group(
    "Limits, delays and other numbers.",
    sends(
        "set",
        commands.cbdc.authority.set_params,
        "name value [--in-blocks=20]",
        "Change a number at a later height; by the central bank's account.",
        words={
            "name": Word("Name, such as t1-day; amounts are satang."),
            "value": Word("Whole number."),
            "--in-blocks": Word("In force so many blocks from now.", NUMBER, low=1),
        },
    ),
    asks(
        "list",
        commands.cbdc.audit.list_params,
        "",
        "List the numbers that the central bank sets, and changes that wait for their height.",
    ),
    words=WORDS | COMMON,
)
topup = Group(
    "Payments that a bank adds to: sign, then pay.",
    asks(
        "sign",
        commands.cbdc.topup.sign,
        "payer to amount missing --fsp --bank-ref --out [--memo=] [--travel] --key [--satang]",
        "Agree as a bank, with one of its keys on the ledger, to add to a payment; sends nothing.",
        words={
            "payer": Word("Payer: an address, or the name of a key."),
            "amount": Word("Baht to pay; satang with --satang."),
            "missing": Word("Baht that the bank adds: exactly the shortfall."),
            "--fsp": Word("Agency id of the bank."),
            "--out": Word("File for the payer.", FILE),
            "--key": Word("Name of a key (sapha keys list), or its file.", env="SAPHA_KEY"),
        },
    ),
    sends(
        "pay",
        commands.cbdc.topup.pay,
        "file",
        "Send a payment that the bank has agreed to add to.",
        words={"file": Word("File that the bank signed.", FILE)},
    ),
    words=WORDS | COMMON,
)
voucher = Group(
    "Vouchers: money bound to a purpose.",
    sends(
        "issue",
        commands.cbdc.vouchers.issue,
        "programme to amount [--merchant...] [--category...] [--area=] [--begins-in=0s] "
        "[--expires-in=30d] [--satang]",
        "Bind money of the account for a holder; what is left at the end returns.",
        words={
            "programme": Word("What the money is for, such as school-meal."),
            "to": Word("Holder: an address, or the name of a key."),
            "--merchant": Word("Who may take it; several."),
            "--category": Word("ISO 18245 code; several."),
            "--area": Word("Area of the merchants; empty for all."),
            "--begins-in": Word("Such as 0s or 7d."),
            "--expires-in": Word("Such as 30d."),
        },
    ),
    sends(
        "spend",
        commands.cbdc.vouchers.spend,
        "merchant amount voucher_ids... [--cash=0] [--satang]",
        "Pay a merchant with vouchers.",
        words={"--cash": Word("Baht of the account's own money on top.")},
    ),
    sends(
        "expire",
        commands.cbdc.vouchers.expire,
        "holder voucher_ids...",
        "Return what is left of vouchers that are over; any account may.",
        words={"holder": Word("Holder: an address, or the name of a key.")},
    ),
    sends(
        "merchant-profile",
        commands.cbdc.vouchers.merchant_profile,
        "merchant category [--area=]",
        "Say as a merchant's bank what it sells and where.",
        words={"category": Word("ISO 18245 code, four digits."), "--area": Word("Where it sells.")},
    ),
    words=WORDS | COMMON,
)
dispute = Group(
    "Disputes of payments.",
    sends(
        "open",
        commands.cbdc.disputes.open_dispute,
        "payment_id evidence",
        "Dispute a payment that the account made.",
    ),
    sends(
        "respond",
        commands.cbdc.disputes.respond,
        "payment_id evidence",
        "Answer a dispute of a payment that the account received.",
    ),
    sends(
        "resolve",
        commands.cbdc.disputes.resolve,
        "payment_id outcome [amount=0] [--satang]",
        "Decide a dispute as the payee's bank.",
        words={
            "outcome": Word("hold, then refund or reject."),
            "amount": Word("Baht to hold or to refund; 0 to reject."),
        },
    ),
    words=WORDS | COMMON,
)
offline = Group(
    "Payments by devices without the ledger.",
    asks(
        "new-device",
        commands.cbdc.offline.new_device,
        "file",
        "Make a device's key for the node's chain, and print the public one.",
    ),
    local(
        "nonce",
        commands.cbdc.offline.nonce,
        "",
        "Print what a payee gives a device, so that a voucher serves this payment alone.",
    ),
    sends(
        "register",
        commands.cbdc.offline.register,
        "file wallet [--expires-in=72h]",
        "Certify as a wallet's bank that a device may pay from it.",
        words={"--expires-in": Word("Such as 72h.")},
    ),
    signs(
        "load",
        commands.cbdc.offline.load,
        "file amount [--satang] [--out]",
        "Move money of the account to its device, and note it in the device's file.",
    ),
    local(
        "pay",
        commands.cbdc.offline.pay,
        "file payee amount nonce [--satang]",
        "Pay without any node: print the voucher to hand to the payee.",
        words={"nonce": Word("What the payee gave: 0x and 32 hex digits.")},
    ),
    local(
        "check",
        commands.cbdc.offline.check,
        "voucher payee nonce --chain-id",
        "Check what can be checked offline; a double spend cannot.",
        words={
            "nonce": Word("What was given: 0x and 32 hex digits."),
            "--chain-id": Word("Id of the chain that it must be for."),
        },
    ),
    sends(
        "settle",
        commands.cbdc.offline.settle,
        "vouchers...",
        "Have the ledger pay vouchers, all or nothing.",
    ),
    sends(
        "report",
        commands.cbdc.offline.report,
        "vouchers...",
        "Publish a double spend that is among these vouchers; it revokes the device.",
    ),
    sends(
        "revoke",
        commands.cbdc.offline.revoke,
        "device [--reason=]",
        "End a lost or broken device as the bank that certified it.",
        words={"device": Word("The device's public key, 0x and 64 hex digits.")},
    ),
    sends(
        "compensate",
        commands.cbdc.offline.compensate,
        "voucher",
        "Pay a voucher of a revoked device as the bank that certified it.",
    ),
    words=WORDS | COMMON,
)

export = Group(
    "ISO 20022 messages.",
    asks(
        "camt053",
        commands.cbdc.statement.export_camt053,
        "wallet --out [--from] [--to] [--bank]",
        "Write a wallet's statement as camt.053.001.08.",
        words={
            "wallet": Word("An address, or the name of a key."),
            "--out": Word("File for the message.", FILE),
            "--bank": Word("Agency id of the wallet's bank."),
        },
    ),
    asks(
        "pacs008",
        commands.cbdc.statement.export_pacs008,
        "transaction_id --out",
        "Write a payment as pacs.008.001.08.",
        words={
            "transaction_id": Word("Transaction, 0x and 64 hex digits."),
            "--out": Word("File for the message.", FILE),
        },
    ),
    words=WORDS | COMMON,
)
