"""The groups within `sapha cbdc`: what a user can write, and what is sent or where it is done."""

from commands.framework.kinds import ADDRESS, BAHT, BAHT_OR_0, DIGEST, FILE, HEIGHT, NUMBER
from commands.framework.places import commands, contracts
from commands.framework.tree import Group
from commands.framework.words import Word
from commands.menu.cbdc_words import ONE_KEY, SUPERVISED, WORDS
from commands.menu.words import COMMON, asks, local, sends, signs

_cbdc = contracts.cbdc
_ALL = WORDS | COMMON
_OUT = {"--out": Word("File for the message.", FILE, sample="statement.xml")}

fsp = Group(
    "Licences of banks and payment providers.",
    sends(
        "register",
        _cbdc.authority.messages.RegisterFsp,
        "fsp keys... --licence [--agency=central-bank]",
        "License a bank or payment provider; by an operator of the central bank.",
        words={"--licence": Word("Number of the licence.", sample="BOT-2027-014")},
    ),
    sends(
        "suspend",
        _cbdc.authority.messages.SuspendFsp,
        "fsp [--agency=central-bank]",
        "Stop a bank; by an operator of the central bank.",
    ),
    sends(
        "reinstate",
        _cbdc.authority.messages.ReinstateFsp,
        "fsp [--agency=central-bank]",
        "End the suspension of a bank; by an operator of the central bank.",
    ),
    sends(
        "keys",
        _cbdc.authority.messages.SetFspKeys,
        "fsp keys...",
        "Replace the keys that sign for the bank; by its administrator.",
    ),
    words=_ALL,
)
wallet = Group(
    "Wallets: open, close, tier.",
    sends(
        "open",
        commands.cbdc.wallets.open_wallet,
        "fsp wallet [--kind=person] [--holder] [--proof]",
        "Register a wallet for a customer of the bank.",
        example="kbank somchai --proof somchai.proof --key kbank-admin",
        words={
            "--kind": Word("person, merchant or institution."),
            "--holder": Word("The customer: 0x and 64 hex digits, or a file of it.", DIGEST),
            "--proof": Word("File of an attestation (sapha cbdc attest).", FILE),
        },
    ),
    sends(
        "close",
        _cbdc.wallets.messages.CloseWallet,
        "fsp wallet",
        "Close an empty wallet; its address is not used again.",
    ),
    sends(
        "tier",
        commands.cbdc.wallets.tier,
        "fsp wallet proof",
        "Give a wallet's holder the tier that a new attestation allows.",
        words={"proof": Word("File of an attestation.", FILE, sample="somchai.proof")},
    ),
    words=_ALL,
)
recover = Group(
    "Recovery of a wallet whose keys are lost.",
    sends(
        "start",
        _cbdc.wallets.messages.RecoverStart,
        "fsp wallet new_address case_hash",
        "Propose as the wallet's bank that new keys act for it.",
        words={"new_address": Word("Address of the new keys.", ADDRESS, sample="somchai-new")},
    ),
    sends(
        "approve",
        _cbdc.wallets.messages.RecoverApprove,
        "wallet case_hash [--agency=supervisor]",
        "Approve as a supervisor; the waiting time begins.",
        words=SUPERVISED,
    ),
    sends(
        "cancel",
        _cbdc.wallets.messages.RecoverCancel,
        "wallet",
        "End a recovery: whoever acts for the wallet, or its bank, may.",
    ),
    sends(
        "finish",
        _cbdc.wallets.messages.RecoverFinish,
        "fsp wallet",
        "Put the wallet under the new keys, after the waiting time.",
    ),
    words=_ALL,
)
redemption = Group(
    "Money that banks give back.",
    sends(
        "acknowledge",
        _cbdc.authority.messages.AcknowledgeRedeem,
        "holder reference [--agency=central-bank]",
        "Destroy what a bank gave back, once it is settled; by an operator of the central bank.",
    ),
    sends(
        "refuse",
        _cbdc.authority.messages.RefuseRedeem,
        "holder reference [--agency=central-bank]",
        "Return what a bank wanted to give back; by an operator of the central bank.",
    ),
    words=_ALL,
)
params = Group(
    "Limits, delays and other numbers.",
    sends(
        "set",
        _cbdc.authority.messages.SetParams,
        "name value [--in-blocks=20]",
        "Change a number at a later height; by the central bank's account.",
        words={
            "name": Word("Name, such as t1-day; amounts are satang.", sample="t1-day", name="key"),
            "value": Word("Whole number.", NUMBER, low=0, sample="5000000"),
            "--in-blocks": Word(
                "In force so many blocks from now.", HEIGHT, name="effective_height", low=1
            ),
        },
    ),
    asks(
        "list",
        commands.cbdc.audit.list_params,
        "",
        "List the numbers that the central bank sets, and changes that wait for their height.",
    ),
    words=_ALL,
)
topup = Group(
    "Payments that a bank adds to: sign, then pay.",
    asks(
        "sign",
        commands.cbdc.topup.sign,
        "payer to amount missing --fsp --bank-ref --out [--memo=] [--travel] --key",
        "Agree as a bank, with one of its keys on the ledger, to add to a payment; sends nothing.",
        words=ONE_KEY
        | {
            "missing": Word("Baht that the bank adds: exactly the shortfall.", BAHT),
            "--fsp": Word("Agency id of the bank.", sample="kbank"),
            "--out": Word("File for the payer.", FILE),
        },
    ),
    sends(
        "pay",
        commands.cbdc.topup.pay,
        "file",
        "Send a payment that the bank has agreed to add to.",
        words={"file": Word("File that the bank signed.", FILE)},
    ),
    words=_ALL,
)
voucher = Group(
    "Vouchers: money bound to a purpose.",
    sends(
        "issue",
        _cbdc.vouchers.messages.IssueVoucher,
        "programme to amount [--merchant...] [--category...] [--area=] [--begins-in=0s] "
        "[--expires-in=30d]",
        "Bind money of the account for a holder; what is left at the end returns.",
        words={
            "programme": Word("What the money is for.", sample="school-meal"),
            "--category": Word("ISO 18245 code; several.", name="category_codes"),
        },
    ),
    sends(
        "spend",
        _cbdc.vouchers.messages.SpendVoucher,
        "merchant amount voucher_ids... [--cash=0]",
        "Pay a merchant with vouchers.",
    ),
    sends(
        "expire",
        _cbdc.vouchers.messages.ExpireVouchers,
        "holder voucher_ids...",
        "Return what is left of vouchers that are over; any account may.",
    ),
    sends(
        "merchant-profile",
        _cbdc.vouchers.messages.SetMerchantProfile,
        "merchant category_code [--area=]",
        "Say as a merchant's bank what it sells and where.",
        words={"category_code": Word("ISO 18245 code, four digits.", sample="5411")},
    ),
    words=_ALL,
)
dispute = Group(
    "Disputes of payments.",
    sends(
        "open",
        _cbdc.disputes.messages.DisputeOpen,
        "payment_id evidence_hash",
        "Dispute a payment that the account made.",
    ),
    sends(
        "respond",
        _cbdc.disputes.messages.DisputeRespond,
        "payment_id evidence_hash",
        "Answer a dispute of a payment that the account received.",
    ),
    sends(
        "resolve",
        _cbdc.disputes.messages.DisputeResolve,
        "payment_id outcome [amount=0]",
        "Decide a dispute as the payee's bank.",
        words={
            "outcome": Word("hold, then refund or reject.", sample="hold"),
            "amount": Word("Baht to hold or to refund; 0 to reject.", BAHT_OR_0),
        },
    ),
    words=_ALL,
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
        commands.cbdc.device.nonce,
        "",
        "Print what a payee gives a device, so that a voucher serves this payment alone.",
    ),
    sends(
        "register",
        commands.cbdc.offline.register,
        "file wallet [--expires-in=72h]",
        "Certify as a wallet's bank that a device may pay from it.",
    ),
    signs(
        "load",
        commands.cbdc.offline.load,
        "file amount",
        "Move money of the account to its device, and note it in the device's file.",
    ),
    local(
        "pay",
        commands.cbdc.device.pay,
        "file payee amount nonce",
        "Pay without any node: print the voucher to hand to the payee.",
    ),
    local(
        "check",
        commands.cbdc.device.check,
        "voucher payee nonce --chain-id",
        "Check what can be checked offline; a double spend cannot.",
        words={
            "--chain-id": Word("Id of the chain that it must be for.", sample="sapha-thai-1"),
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
        _cbdc.offline.messages.OfflineRevokeDevice,
        "device [--reason=]",
        "End a lost or broken device as the bank that certified it.",
    ),
    sends(
        "compensate",
        commands.cbdc.offline.compensate,
        "voucher",
        "Pay a voucher of a revoked device as the bank that certified it.",
    ),
    words=_ALL,
)
export = Group(
    "ISO 20022 messages.",
    asks(
        "camt053",
        commands.cbdc.statement.export_camt053,
        "wallet --out [--from] [--to] [--bank]",
        "Write a wallet's statement as camt.053.001.08.",
        words=_OUT | {"--bank": Word("Agency id of the wallet's bank.")},
    ),
    asks(
        "pacs008",
        commands.cbdc.statement.export_pacs008,
        "transaction_id --out",
        "Write a payment as pacs.008.001.08.",
        words=_OUT,
    ),
    words=_ALL,
)
