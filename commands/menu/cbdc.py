"""The words of `sapha cbdc`: what a user can write, and what is sent or where it is done."""

from commands.framework.kinds import (
    ADDRESS,
    BAHT,
    BAHT_OR_0,
    DIGEST,
    FILE,
    FLAG,
    ID,
    NUMBER,
)
from commands.framework.places import commands, contracts
from commands.framework.tree import Group
from commands.framework.words import Word
from commands.menu.cbdc_words import ONE_KEY, SUPERVISED, WORDS
from commands.menu.words import COMMON, asks, local, sends, signs

_cbdc = contracts.cbdc
_groups = commands.menu.cbdc_groups

app = Group(
    "The digital baht: pay, ask, hold, supervise, audit.",
    sends(
        "issue",
        _cbdc.authority.messages.Issue,
        "to amount --reference",
        "Create money in an account; only the central bank's account may.",
    ),
    sends(
        "transfer",
        commands.cbdc.payments.transfer,
        "to amount [--memo=] [--travel] [--wallet]",
        "Move money to another account.",
        example='shop 125.50 --memo "FEE-7714" --key somchai',
        words={"--wallet": Word("Pay from this wallet, as its delegate.", ADDRESS)},
    ),
    sends(
        "delegate",
        _cbdc.wallets.messages.Delegate,
        "delegate per_payment per_day [--merchant...] [--for=30d]",
        "Let another account pay from the wallet, within limits.",
        words={
            "per_payment": Word("Baht at once.", BAHT),
            "per_day": Word("Baht in a Bangkok day.", BAHT),
        },
    ),
    sends(
        "revoke-delegate",
        _cbdc.wallets.messages.RevokeDelegate,
        "delegate",
        "End the right of a delegate.",
    ),
    sends(
        "redeem",
        _cbdc.authority.messages.Redeem,
        "amount --reference",
        "Give money back to the central bank.",
    ),
    asks(
        "balance",
        commands.cbdc.payments.balance,
        "address [--genesis]",
        "Show an account's balance; with --genesis only if it is proven.",
        example="somchai --genesis genesis.json",
        words={"--genesis": Word("Prove the answer against this genesis.json.", FILE)},
    ),
    sends(
        "request",
        commands.cbdc.payments.request,
        "request_id [amount=0] [--expires-in=15m] [--bill-ref1=] [--bill-ref2=] [--name] [--qr]",
        "Ask for a payment as a merchant, and print the QR that payers scan.",
        example="INV-2027-001 250.00 --expires-in 15m --qr - --key shop",
        words={
            "amount": Word("Baht; 0 lets the payer choose.", BAHT_OR_0),
            "--bill-ref1": Word("First reference of a bill."),
            "--bill-ref2": Word("Second reference of a bill."),
            "--name": Word("Shop's name in the QR, ASCII."),
            "--qr": Word("Also a picture: file.svg, file.png, or - to show it.", FILE),
        },
    ),
    sends(
        "pay",
        commands.cbdc.payments.pay,
        "text [--amount] [--tip=0] [--travel]",
        "Pay what a QR asks for: a request of a merchant, or a wallet.",
        words={
            "text": Word("The QR's text.", sample="00020101021129..."),
            "--amount": Word("Baht, where the QR leaves it open.", BAHT),
            "--tip": Word("Baht on top of a request.", BAHT_OR_0),
        },
    ),
    sends(
        "cancel-request",
        _cbdc.requests.messages.CancelRequest,
        "request_id",
        "Withdraw a request that nobody has paid.",
    ),
    sends(
        "refund",
        _cbdc.requests.messages.Refund,
        "payment_id amount [--reason=]",
        "Give back a payment that the account received, whole or in part.",
    ),
    sends(
        "claim-refund",
        _cbdc.requests.messages.ClaimRefund,
        "payment_id amount",
        "Take a refund that waited because the wallet was full.",
    ),
    sends(
        "hold",
        _cbdc.holds.messages.Hold,
        "to amount [--expires-in=24h] [--arbiter] [--hashlock] [--memo=] [--travel]",
        "Set money aside for a payee; the transaction's id names the hold.",
        words={
            "--arbiter": Word("Who decides in the payee's place.", ADDRESS),
            "--hashlock": Word("SHA-256 of the 32 bytes that a capture must show.", DIGEST),
        },
    ),
    sends(
        "capture",
        _cbdc.holds.messages.Capture,
        "hold_id amount [--preimage]",
        "Pay a hold to its payee, whole or in part; the rest returns to the payer.",
        words={"--preimage": Word("32 bytes that open the lock.", ID)},
    ),
    sends("release", _cbdc.holds.messages.Release, "hold_id", "Return a hold to its payer."),
    local(
        "new-lock",
        commands.cbdc.lock.new_lock,
        "",
        "Print a fresh secret and the hash that locks a hold with it.",
    ),
    sends(
        "schedule",
        _cbdc.schedules.messages.Schedule,
        "to amount --count [--every-days=30] [--first-in=1d] [--min-left=0] [--travel]",
        "Pay at set times; the transaction's id names the schedule.",
        words={
            "--count": Word("How many payments.", NUMBER, low=1, sample="12"),
            "--every-days": Word("Days between two payments.", NUMBER, low=1),
        },
    ),
    sends(
        "cancel-schedule",
        _cbdc.schedules.messages.CancelSchedule,
        "schedule_id",
        "End a schedule; what it paid stays paid.",
    ),
    sends(
        "fund",
        _cbdc.payments.messages.Fund,
        "fsp wallet amount --bank-ref",
        "Move money of the bank to a customer's wallet, for money that it took.",
    ),
    sends(
        "defund",
        _cbdc.payments.messages.Defund,
        "fsp amount",
        "Give money of the wallet to the bank, which owes it to the bank account.",
    ),
    sends(
        "confirm-payout",
        _cbdc.payments.messages.ConfirmPayout,
        "fsp payout --bank-ref",
        "Say as the bank that it has paid what it owed.",
        words={"payout": Word("Number of the payout.", NUMBER, low=1)},
    ),
    sends(
        "link",
        _cbdc.payments.messages.LinkBank,
        "fsp mandate max_auto",
        "Let a bank take what the wallet may not keep and add what it lacks.",
        words={"max_auto": Word("Baht that may move at once.", BAHT)},
    ),
    sends(
        "accept-link",
        _cbdc.payments.messages.AcceptLink,
        "fsp wallet mandate",
        "Accept a mandate as the bank that it names.",
    ),
    sends(
        "unlink",
        _cbdc.payments.messages.UnlinkBank,
        "wallet",
        "End a link; the holder or the bank may.",
    ),
    asks(
        "attest",
        commands.cbdc.wallets.attest,
        "holder --issuer --ial --nullifier --out [--valid-for=365d] [--policy=1] --key",
        "Sign an attestation of a holder with a node key of an identity provider; sends nothing.",
        words=ONE_KEY
        | {
            "holder": Word("What the bank calls the customer: 0x and 64 hex.", ID),
            "--issuer": Word("Agency id of the identity provider.", sample="dopa"),
            "--ial": Word("IAL 2.3 is 230.", NUMBER, sample="230"),
            "--nullifier": Word("What stands for the person: 0x and 64 hex.", ID),
            "--out": Word("File for the attestation.", FILE),
            "--valid-for": Word("Such as 365d."),
            "--policy": Word("Version of the policy.", NUMBER),
        },
    ),
    sends(
        "revoke-attestation",
        _cbdc.wallets.messages.RevokeAttestation,
        "agency nullifier",
        "End what an identity provider has attested of a person until now.",
        words={"agency": Word("Agency id of the identity provider.", sample="dopa")},
    ),
    sends(
        "freeze",
        _cbdc.authority.messages.Freeze,
        "wallet order_hash [--scope=out] [--for=72h] [--agency=supervisor]",
        "Stop what leaves a wallet, by an order, until a time; by a supervisor.",
        example="somchai order.pdf --for 72h --key inspector",
        words=SUPERVISED | {"--scope": Word("out, or all.")},
    ),
    sends(
        "approve-freeze",
        _cbdc.authority.messages.ApproveFreeze,
        "wallet order_hash [--agency=supervisor]",
        "Let a long freeze last as was asked; by a second person of a supervisor.",
        words=SUPERVISED,
    ),
    sends(
        "unfreeze",
        _cbdc.authority.messages.Unfreeze,
        "wallet [--agency=supervisor]",
        "End a freeze; by a supervisor.",
        words=SUPERVISED,
    ),
    sends(
        "seize",
        _cbdc.authority.messages.Seize,
        "wallet amount order_hash --to",
        "Move money of a frozen wallet by an order; by the court's account of several keys.",
        words={
            "--to": Word(
                "Who receives it: an address, or the name of a key.", ADDRESS, sample="treasury"
            )
        },
    ),
    sends(
        "pause",
        _cbdc.authority.messages.Pause,
        "scope",
        "Stop a part of the contract; by the central bank's account.",
    ),
    sends(
        "resume",
        _cbdc.authority.messages.Resume,
        "scope",
        "Let a paused part go on; by the central bank's account.",
    ),
    signs(
        "payout",
        commands.cbdc.payout.payout,
        "file [--all-or-nothing] [--skip-bad-rows] [--check]",
        "Pay many receivers in batches of 500; the same file may be run again and pays nobody "
        "twice.\n\nExit 1 when a row is bad or is refused, 4 while the outcome of a row is not "
        "known.",
        words={
            "file": Word(
                "CSV (to, baht or satang, reference) or pain.001.", FILE, sample="salaries.csv"
            ),
            "--all-or-nothing": Word("One refused row refuses its batch of 500.", FLAG),
            "--skip-bad-rows": Word("Pay the good rows of a file with bad ones.", FLAG),
            "--check": Word("Only read the file.", FLAG),
        },
    ),
    asks(
        "statement",
        commands.cbdc.statement.statement,
        "wallet [--from] [--to]",
        "List what moved in a wallet, with the balance after each movement.\n\nThe node searches "
        "its blocks, which takes a while for a long period.",
        example="somchai --from 2026-11-01 --to 2026-11-30",
    ),
    asks(
        "supply",
        commands.cbdc.audit.show_supply,
        "",
        "Show all money created, destroyed, outstanding, and where it is found.",
    ),
    asks(
        "audit",
        commands.cbdc.audit.audit,
        "",
        "Count every account and pool at one height, and check the supply equation.\n\nExit 1 "
        "when anything does not agree.",
    ),
    asks(
        "limits",
        commands.cbdc.audit.limits,
        "wallet",
        "Show what a wallet's holder may still pay and receive, over all wallets.",
    ),
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
