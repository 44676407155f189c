"""The words of `sapha cbdc`: what a user can write, and what is sent or where it is done."""

from commands.framework.places import commands, contracts
from commands.menu.cbdc_words import WORDS
from commands.menu.words import COMMON, listed

_cbdc = contracts.cbdc
_groups = commands.menu.cbdc_groups

app = listed(
    "The digital baht: pay, ask, hold, supervise, audit.",
    f"""
sends {_cbdc.authority.messages.Issue}: issue to amount --reference
    Create money in an account; only the central bank's account may.
sends {commands.cbdc.payments.transfer}: transfer to amount [--memo=] [--travel] [--wallet]
    Move money to another account.
    > shop 125.50 --memo "FEE-7714" --key somchai
    --wallet ADDRESS  Pay from this wallet, as its delegate.
sends {_cbdc.wallets.messages.Delegate}: delegate delegate per_payment per_day [--merchant...]
        [--for=30d]
    Let another account pay from the wallet, within limits.
    per_payment BAHT  Baht at once.
    per_day BAHT  Baht in a Bangkok day.
sends {_cbdc.wallets.messages.RevokeDelegate}: revoke-delegate delegate
    End the right of a delegate.
sends {_cbdc.authority.messages.Redeem}: redeem amount --reference
    Give money back to the central bank.
asks {commands.cbdc.payments.balance}: balance address [--genesis]
    Show an account's balance; with --genesis only if it is proven.
    > somchai --genesis genesis.json
    --genesis FILE  Prove the answer against this genesis.json.
sends {commands.cbdc.payments.request}: request request_id [amount=0] [--expires-in=15m]
        [--bill-ref1=] [--bill-ref2=] [--name] [--qr]
    Ask for a payment as a merchant, and print the QR that payers scan.
    > INV-2027-001 250.00 --expires-in 15m --qr - --key shop
    amount BAHT_OR_0  Baht; 0 lets the payer choose.
    --bill-ref1  First reference of a bill.
    --bill-ref2  Second reference of a bill.
    --name  Shop's name in the QR, ASCII.
    --qr FILE  Also a picture: file.svg, file.png, or - to show it.
sends {commands.cbdc.payments.pay}: pay text [--amount] [--tip=0] [--travel]
    Pay what a QR asks for: a request of a merchant, or a wallet.
    text sample=00020101021129...  The QR's text.
    --amount BAHT  Baht, where the QR leaves it open.
    --tip BAHT_OR_0  Baht on top of a request.
sends {_cbdc.requests.messages.CancelRequest}: cancel-request request_id
    Withdraw a request that nobody has paid.
sends {_cbdc.requests.messages.Refund}: refund payment_id amount [--reason=]
    Give back a payment that the account received, whole or in part.
sends {_cbdc.requests.messages.ClaimRefund}: claim-refund payment_id amount
    Take a refund that waited because the wallet was full.
sends {_cbdc.holds.messages.Hold}: hold to amount [--expires-in=24h] [--arbiter] [--hashlock]
        [--memo=] [--travel]
    Set money aside for a payee; the transaction's id names the hold.
    --arbiter ADDRESS  Who decides in the payee's place.
    --hashlock DIGEST  SHA-256 of the 32 bytes that a capture must show.
sends {_cbdc.holds.messages.Capture}: capture hold_id amount [--preimage]
    Pay a hold to its payee, whole or in part; the rest returns to the payer.
    --preimage ID  32 bytes that open the lock.
sends {_cbdc.holds.messages.Release}: release hold_id
    Return a hold to its payer.
local {commands.cbdc.lock.new_lock}: new-lock
    Print a fresh secret and the hash that locks a hold with it.
sends {_cbdc.schedules.messages.Schedule}: schedule to amount --count [--every-days=30]
        [--first-in=1d] [--min-left=0] [--travel]
    Pay at set times; the transaction's id names the schedule.
    --count NUMBER low=1 sample=12  How many payments.
    --every-days NUMBER low=1  Days between two payments.
sends {_cbdc.schedules.messages.CancelSchedule}: cancel-schedule schedule_id
    End a schedule; what it paid stays paid.
sends {_cbdc.payments.messages.Fund}: fund fsp wallet amount --bank-ref
    Move money of the bank to a customer's wallet, for money that it took.
sends {_cbdc.payments.messages.Defund}: defund fsp amount
    Give money of the wallet to the bank, which owes it to the bank account.
sends {_cbdc.payments.messages.ConfirmPayout}: confirm-payout fsp payout --bank-ref
    Say as the bank that it has paid what it owed.
    payout NUMBER low=1  Number of the payout.
sends {_cbdc.payments.messages.LinkBank}: link fsp mandate max_auto
    Let a bank take what the wallet may not keep and add what it lacks.
    max_auto BAHT  Baht that may move at once.
sends {_cbdc.payments.messages.AcceptLink}: accept-link fsp wallet mandate
    Accept a mandate as the bank that it names.
sends {_cbdc.payments.messages.UnlinkBank}: unlink wallet
    End a link; the holder or the bank may.
asks {commands.cbdc.wallets.attest}: attest holder --issuer --ial --nullifier --out
        [--valid-for=365d] [--policy=1] --key
    Sign an attestation of a holder with a node key of an identity provider; sends nothing.
    --key env=SAPHA_KEY  Name of a key (sapha keys list), or its file.
    holder ID  What the bank calls the customer: 0x and 64 hex.
    --issuer sample=dopa  Agency id of the identity provider.
    --ial NUMBER sample=230  IAL 2.3 is 230.
    --nullifier ID  What stands for the person: 0x and 64 hex.
    --out FILE  File for the attestation.
    --valid-for  Such as 365d.
    --policy NUMBER  Version of the policy.
sends {_cbdc.wallets.messages.RevokeAttestation}: revoke-attestation agency nullifier
    End what an identity provider has attested of a person until now.
    agency sample=dopa  Agency id of the identity provider.
sends {_cbdc.authority.messages.Freeze}: freeze wallet order_hash [--scope=out] [--for=72h]
        [--agency=supervisor]
    Stop what leaves a wallet, by an order, until a time; by a supervisor.
    > somchai order.pdf --for 72h --key inspector
    --agency  Agency id of the supervisor.
    --scope  out, or all.
sends {_cbdc.authority.messages.ApproveFreeze}: approve-freeze wallet order_hash
        [--agency=supervisor]
    Let a long freeze last as was asked; by a second person of a supervisor.
    --agency  Agency id of the supervisor.
sends {_cbdc.authority.messages.Unfreeze}: unfreeze wallet [--agency=supervisor]
    End a freeze; by a supervisor.
    --agency  Agency id of the supervisor.
sends {_cbdc.authority.messages.Seize}: seize wallet amount order_hash --to
    Move money of a frozen wallet by an order; by the court's account of several keys.
    --to ADDRESS sample=treasury  Who receives it: an address, or the name of a key.
sends {_cbdc.authority.messages.Pause}: pause scope
    Stop a part of the contract; by the central bank's account.
sends {_cbdc.authority.messages.Resume}: resume scope
    Let a paused part go on; by the central bank's account.
signs {commands.cbdc.payout.payout}: payout file [--all-or-nothing] [--skip-bad-rows] [--due]
        [--ignore...] [--check]
    Pay many receivers in batches of 500; a row that was paid is not paid again.
    | Exit 1 when a row is bad or is refused, 4 while the outcome of a row is not known.
    file FILE sample=salaries.csv  CSV (to, baht or satang, reference) or pain.001.
    --due FLAG  Pay what is due; rows of a later day are paid when the file is run again then.
    --ignore  A part of pain.001 to pay without, such as RmtInf; several.
    --all-or-nothing FLAG  One refused row refuses its batch of 500.
    --skip-bad-rows FLAG  Pay the good rows of a file with bad ones.
    --check FLAG  Only say what would be paid.
asks {commands.cbdc.statement.statement}: statement wallet [--from] [--to]
    List what moved in a wallet, with the balance after each movement.
    | The node searches its blocks, which takes a while for a long period.
    > somchai --from 2026-11-01 --to 2026-11-30
asks {commands.cbdc.audit.show_supply}: supply
    Show all money created, destroyed, outstanding, and where it is found.
asks {commands.cbdc.audit.audit}: audit
    Count every account and pool at one height, and check the supply equation.
    | Exit 1 when anything does not agree.
asks {commands.cbdc.audit.limits}: limits wallet
    Show what a wallet's holder may still pay and receive, over all wallets.
""",
    places={
        "fsp": _groups.fsp,
        "wallet": _groups.wallet,
        "recover": _groups.recover,
        "redemption": _groups.redemption,
        "params": _groups.params,
        "topup": _groups.topup,
        "voucher": _groups.voucher,
        "dispute": _groups.dispute,
        "offline": _groups.offline,
        "show": commands.menu.cbdc_show.show,
        "export": _groups.export,
    },
    words=WORDS | COMMON,
)
