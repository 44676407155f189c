"""The groups within `sapha cbdc`: what a user can write, and what is sent or where it is done."""

from commands.framework.kinds import FILE
from commands.framework.places import commands, contracts
from commands.framework.words import Word
from commands.menu.cbdc_words import WORDS
from commands.menu.words import COMMON, listed

_cbdc = contracts.cbdc
_ALL = WORDS | COMMON
_OUT = {"--out": Word("File for the message.", FILE, sample="statement.xml")}

fsp = listed(
    "Licences of banks and payment providers.",
    f"""
sends {_cbdc.authority.messages.RegisterFsp}: register fsp keys... --licence [--agency=central-bank]
    License a bank or payment provider; by an operator of the central bank.
    --licence sample=BOT-2027-014  Number of the licence.
sends {_cbdc.authority.messages.SuspendFsp}: suspend fsp [--agency=central-bank]
    Stop a bank; by an operator of the central bank.
sends {_cbdc.authority.messages.ReinstateFsp}: reinstate fsp [--agency=central-bank]
    End the suspension of a bank; by an operator of the central bank.
sends {_cbdc.authority.messages.SetFspKeys}: keys fsp keys...
    Replace the keys that sign for the bank; by its administrator.
""",
    words=_ALL,
)
wallet = listed(
    "Wallets: open, close, tier.",
    f"""
sends {commands.cbdc.wallets.open_wallet}: open fsp wallet [--kind=person] [--holder] [--proof]
    Register a wallet for a customer of the bank.
    > kbank somchai --proof somchai.proof --key kbank-admin
    --kind  person, merchant or institution.
    --holder DIGEST  The customer: 0x and 64 hex digits, or a file of it.
    --proof FILE  File of an attestation (sapha cbdc attest).
sends {_cbdc.wallets.messages.CloseWallet}: close fsp wallet
    Close an empty wallet; its address is not used again.
sends {commands.cbdc.wallets.tier}: tier fsp wallet proof
    Give a wallet's holder the tier that a new attestation allows.
    proof FILE sample=somchai.proof  File of an attestation.
""",
    words=_ALL,
)
recover = listed(
    "Recovery of a wallet whose keys are lost.",
    f"""
sends {_cbdc.wallets.messages.RecoverStart}: start fsp wallet new_address case_hash
    Propose as the wallet's bank that new keys act for it.
    new_address ADDRESS sample=somchai-new  Address of the new keys.
sends {_cbdc.wallets.messages.RecoverApprove}: approve wallet case_hash [--agency=supervisor]
    Approve as a supervisor; the waiting time begins.
    --agency  Agency id of the supervisor.
sends {_cbdc.wallets.messages.RecoverCancel}: cancel wallet
    End a recovery: whoever acts for the wallet, or its bank, may.
sends {_cbdc.wallets.messages.RecoverFinish}: finish fsp wallet
    Put the wallet under the new keys, after the waiting time.
""",
    words=_ALL,
)
redemption = listed(
    "Money that banks give back.",
    f"""
sends {_cbdc.authority.messages.AcknowledgeRedeem}: acknowledge holder reference
        [--agency=central-bank]
    Destroy what a bank gave back, once it is settled; by an operator of the central bank.
sends {_cbdc.authority.messages.RefuseRedeem}: refuse holder reference [--agency=central-bank]
    Return what a bank wanted to give back; by an operator of the central bank.
""",
    words=_ALL,
)
params = listed(
    "Limits, delays and other numbers.",
    f"""
sends {_cbdc.authority.messages.SetParams}: set name value [--at=1m]
    Change a number at a later time; by the central bank's account.
    name sample=t1-day  Name, such as t1-day; amounts are satang.
    value NUMBER low=0 sample=5000000  Whole number.
    --at TIME name=effective_ms  In force after a span such as 1m, or from a date on.
asks {commands.cbdc.audit.list_params}: list
    List the numbers that the central bank sets, and changes that wait for their time.
""",
    words=_ALL,
)
topup = listed(
    "Payments that a bank adds to: sign, then pay.",
    f"""
asks {commands.cbdc.topup.sign}: sign payer to amount missing --fsp --bank-ref --out [--memo=]
        [--travel] --key
    Agree as a bank, with one of its keys on the ledger, to add to a payment; sends nothing.
    --key env=SAPHA_KEY  Name of a key (sapha keys list), or its file.
    missing BAHT  Baht that the bank adds: exactly the shortfall.
    --fsp sample=kbank  Agency id of the bank.
    --out FILE  File for the payer.
sends {commands.cbdc.topup.pay}: pay file
    Send a payment that the bank has agreed to add to.
    file FILE  File that the bank signed.
""",
    words=_ALL,
)
voucher = listed(
    "Vouchers: money bound to a purpose.",
    f"""
sends {_cbdc.vouchers.messages.IssueVoucher}: issue programme to amount [--merchant...]
        [--category...] [--area=] [--begins-in=0s] [--expires-in=30d]
    Bind money of the account for a holder; what is left at the end returns.
    programme sample=school-meal  What the money is for.
    --category name=category_codes  ISO 18245 code; several.
sends {_cbdc.vouchers.messages.SpendVoucher}: spend merchant amount voucher_ids... [--cash=0]
        [--travel]
    Pay a merchant with vouchers.
sends {_cbdc.vouchers.messages.ExpireVouchers}: expire holder voucher_ids...
    Return what is left of vouchers that are over; any account may.
sends {_cbdc.vouchers.messages.SetMerchantProfile}: merchant-profile merchant category_code
        [--area=]
    Say as a merchant's bank what it sells and where.
    category_code sample=5411  ISO 18245 code, four digits.
""",
    words=_ALL,
)
dispute = listed(
    "Disputes of payments.",
    f"""
sends {_cbdc.disputes.messages.DisputeOpen}: open payment_id evidence_hash
    Dispute a payment that the account made.
sends {_cbdc.disputes.messages.DisputeRespond}: respond payment_id evidence_hash
    Answer a dispute of a payment that the account received.
sends {_cbdc.disputes.messages.DisputeResolve}: resolve payment_id outcome [amount=0]
    Decide a dispute as the payee's bank.
    outcome sample=hold  hold, then refund or reject.
    amount BAHT_OR_0  Baht to hold or to refund; 0 to reject.
""",
    words=_ALL,
)
offline = listed(
    "Payments by devices without the ledger.",
    f"""
asks {commands.cbdc.offline.new_device}: new-device file
    Make a device's key for the node's chain, and print the public one.
local {commands.cbdc.device.nonce}: nonce
    Print what a payee gives a device, so that a voucher serves this payment alone.
sends {commands.cbdc.offline.register}: register file wallet [--expires-in=72h]
    Certify as a wallet's bank that a device may pay from it.
signs {commands.cbdc.offline.load}: load file amount
    Move money of the account to its device, and note it in the device's file.
local {commands.cbdc.device.pay}: pay file payee amount nonce
    Pay without any node: print the voucher to hand to the payee.
local {commands.cbdc.device.check}: check voucher payee nonce --chain-id
    Check what can be checked offline; a double spend cannot.
    --chain-id sample=sapha-thai-1  Id of the chain that it must be for.
sends {commands.cbdc.offline.settle}: settle vouchers...
    Have the ledger pay vouchers, all or nothing.
sends {commands.cbdc.offline.report}: report vouchers...
    Publish a double spend that is among these vouchers; it revokes the device.
sends {_cbdc.offline.messages.OfflineRevokeDevice}: revoke device [--reason=]
    End a lost or broken device as the bank that certified it.
sends {commands.cbdc.offline.compensate}: compensate voucher
    Pay a voucher of a revoked device as the bank that certified it.
""",
    words=_ALL,
)
export = listed(
    "ISO 20022 messages.",
    f"""
asks {commands.cbdc.statement.export_camt053}: camt053 wallet --out [--from] [--to] [--bank]
        [--days-only]
    Write a wallet's statement as camt.053.001.08.
    --out FILE sample=statement.xml  File for the message.
    --bank  Agency id of the wallet's bank.
    --days-only FLAG  Booking dates without times, for readers that take days only.
asks {commands.cbdc.statement.export_pacs008}: pacs008 transaction_id --out
    Write a payment as pacs.008.001.08.
    --out FILE sample=statement.xml  File for the message.
""",
    words=_ALL,
)
