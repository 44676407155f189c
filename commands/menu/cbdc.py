"""The words of `sapha cbdc`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE, FLAG, NUMBER
from commands.framework.places import commands
from commands.framework.tree import Group
from commands.framework.words import Word
from commands.menu.cbdc_words import WORDS
from commands.menu.words import COMMON, asks, local, sends, signs

app = Group(
    "The digital baht: pay, ask, hold, supervise, audit.",
    sends(
        "issue",
        commands.cbdc.money.issue,
        "to amount --reference [--satang]",
        "Create money in an account; only the central bank's account may.",
        words={"--reference": Word("Settlement that this issue is against; once.")},
    ),
    sends(
        "transfer",
        commands.cbdc.money.transfer,
        "to amount [--memo=] [--travel] [--wallet] [--satang]",
        "Move money to another account.",
        words={"--wallet": Word("Pay from this wallet, as its delegate.")},
    ),
    sends(
        "delegate",
        commands.cbdc.money.delegate,
        "who per_payment per_day [--merchant...] [--for=30d] [--satang]",
        "Let another account pay from the wallet, within limits.",
        words={
            "per_payment": Word("Baht at once."),
            "per_day": Word("Baht in a Bangkok day."),
            "--merchant": Word("Only these payees; several."),
            "--for": Word("Such as 30d.", name="lasts"),
        },
    ),
    sends(
        "revoke-delegate",
        commands.cbdc.money.revoke_delegate,
        "who",
        "End the right of a delegate.",
    ),
    sends(
        "redeem",
        commands.cbdc.money.redeem,
        "amount --reference [--satang]",
        "Give money back to the central bank.",
        words={"--reference": Word("Settlement that this is against; once.")},
    ),
    asks(
        "balance",
        commands.cbdc.money.balance,
        "address [--genesis]",
        "Show an account's balance; with --genesis only if it is proven.",
        words={"--genesis": Word("Prove the answer against this genesis.json.", FILE)},
    ),
    sends(
        "request",
        commands.cbdc.requests.request,
        "request_id [amount=0] [--expires-in=15m] [--bill-ref1=] [--bill-ref2=] [--name] [--qr] "
        "[--satang]",
        "Ask for a payment as a merchant, and print the QR that payers scan.",
        words={
            "amount": Word("Baht; 0 lets the payer choose."),
            "--bill-ref1": Word("First reference of a bill."),
            "--bill-ref2": Word("Second reference of a bill."),
            "--name": Word("Shop's name in the QR, ASCII."),
            "--qr": Word("Also a picture: file.svg, file.png, or - to show it.", FILE),
        },
    ),
    sends(
        "pay",
        commands.cbdc.requests.pay,
        "text [--amount] [--tip=0] [--travel] [--satang]",
        "Pay what a QR asks for: a request of a merchant, or a wallet.",
        words={
            "text": Word("The QR's text."),
            "--amount": Word("Baht, where the QR leaves it open."),
            "--tip": Word("Baht on top of a request."),
        },
    ),
    sends(
        "cancel-request",
        commands.cbdc.requests.cancel_request,
        "request_id",
        "Withdraw a request that nobody has paid.",
    ),
    sends(
        "refund",
        commands.cbdc.requests.refund,
        "payment_id amount [--reason=] [--satang]",
        "Give back a payment that the account received, whole or in part.",
    ),
    sends(
        "claim-refund",
        commands.cbdc.requests.claim_refund,
        "payment_id amount [--satang]",
        "Take a refund that waited because the wallet was full.",
    ),
    sends(
        "hold",
        commands.cbdc.holds.hold,
        "to amount [--expires-in=24h] [--arbiter] [--hashlock] [--memo=] [--travel] [--satang]",
        "Set money aside for a payee; the transaction's id names the hold.",
        words={
            "to": Word("Payee: an address, or the name of a key."),
            "--arbiter": Word("Who decides in the payee's place."),
            "--hashlock": Word("SHA-256 of the 32 bytes that a capture must show."),
        },
    ),
    sends(
        "capture",
        commands.cbdc.holds.capture,
        "hold_id amount [--preimage] [--satang]",
        "Pay a hold to its payee, whole or in part; the rest returns to the payer.",
        words={"--preimage": Word("32 bytes that open the lock.")},
    ),
    sends("release", commands.cbdc.holds.release, "hold_id", "Return a hold to its payer."),
    local(
        "new-lock",
        commands.cbdc.holds.new_lock,
        "",
        "Print a fresh secret and the hash that locks a hold with it.",
    ),
    sends(
        "schedule",
        commands.cbdc.schedules.schedule,
        "to amount --count [--every-days=30] [--first-in=1d] [--min-left=0] [--travel] [--satang]",
        "Pay at set times; the transaction's id names the schedule.",
        words={
            "--count": Word("How many payments.", NUMBER, low=1),
            "--every-days": Word("Days between two payments.", NUMBER, low=1),
            "--first-in": Word("When the first is due, such as 1d."),
            "--min-left": Word("Baht that must stay, or a payment is skipped."),
        },
    ),
    sends(
        "cancel-schedule",
        commands.cbdc.schedules.cancel_schedule,
        "schedule_id",
        "End a schedule; what it paid stays paid.",
        words={"schedule_id": Word("The schedule, 0x and 64 hex digits.")},
    ),
    sends(
        "fund",
        commands.cbdc.banks.fund,
        "fsp_id wallet amount --bank-ref [--satang]",
        "Move money of the bank to a customer's wallet, for money that it took.",
    ),
    sends(
        "defund",
        commands.cbdc.banks.defund,
        "fsp_id amount [--satang]",
        "Give money of the wallet to the bank, which owes it to the bank account.",
    ),
    sends(
        "confirm-payout",
        commands.cbdc.banks.confirm_payout,
        "fsp_id payout --bank-ref",
        "Say as the bank that it has paid what it owed.",
        words={"payout": Word("Number of the payout.", NUMBER, low=1)},
    ),
    sends(
        "link",
        commands.cbdc.banks.link,
        "fsp_id mandate max_auto [--satang]",
        "Let a bank take what the wallet may not keep and add what it lacks.",
        words={"max_auto": Word("Baht that may move at once.")},
    ),
    sends(
        "accept-link",
        commands.cbdc.banks.accept_link,
        "fsp_id wallet mandate",
        "Accept a mandate as the bank that it names.",
    ),
    sends(
        "unlink", commands.cbdc.banks.unlink, "wallet", "End a link; the holder or the bank may."
    ),
    asks(
        "attest",
        commands.cbdc.wallets.attest,
        "holder --issuer --ial --nullifier --out [--valid-for=365d] [--policy=1] --key",
        "Sign an attestation of a holder with a node key of an identity provider; sends nothing.",
        words={
            "holder": Word("What the bank calls the customer: 0x and 64 hex."),
            "--issuer": Word("Agency id of the identity provider."),
            "--ial": Word("IAL 2.3 is 230.", NUMBER),
            "--nullifier": Word("What stands for the person: 0x and 64 hex."),
            "--out": Word("File for the attestation.", FILE),
            "--valid-for": Word("Such as 365d."),
            "--policy": Word("Version of the policy.", NUMBER),
            "--key": Word("Name of a key (sapha keys list), or its file.", env="SAPHA_KEY"),
        },
    ),
    sends(
        "revoke-attestation",
        commands.cbdc.wallets.revoke_attestation,
        "issuer nullifier",
        "End what an identity provider has attested of a person until now.",
        words={
            "issuer": Word("Agency id of the identity provider."),
            "nullifier": Word("What stands for the person: 0x and 64 hex."),
        },
    ),
    sends(
        "freeze",
        commands.cbdc.authority.freeze,
        "wallet order_hash [--scope=out] [--for=72h] [--agency=supervisor]",
        "Stop what leaves a wallet, by an order, until a time; by a supervisor.",
        words={
            "--scope": Word("out, or all."),
            "--for": Word("Such as 72h or 30d.", name="lasts"),
            "--agency": Word("Agency id of the supervisor."),
        },
    ),
    sends(
        "approve-freeze",
        commands.cbdc.authority.approve_freeze,
        "wallet order_hash [--agency=supervisor]",
        "Let a long freeze last as was asked; by a second person of a supervisor.",
        words={"--agency": Word("Agency id of the supervisor.")},
    ),
    sends(
        "unfreeze",
        commands.cbdc.authority.unfreeze,
        "wallet [--agency=supervisor]",
        "End a freeze; by a supervisor.",
        words={"--agency": Word("Agency id of the supervisor.")},
    ),
    sends(
        "seize",
        commands.cbdc.authority.seize,
        "wallet amount order_hash --to [--satang]",
        "Move money of a frozen wallet by an order; by the court's account of several keys.",
        words={"--to": Word("Who receives it: an address, or the name of a key.")},
    ),
    sends(
        "pause",
        commands.cbdc.authority.pause,
        "scope",
        "Stop a part of the contract; by the central bank's account.",
    ),
    sends(
        "resume",
        commands.cbdc.authority.resume,
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
            "file": Word("CSV (to, baht or satang, reference) or pain.001.", FILE),
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
        words={"wallet": Word("An address, or the name of a key.")},
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
        words={"wallet": Word("An address, or the name of a key.")},
    ),
    places={
        "fsp": commands.menu.cbdc_groups.fsp,
        "wallet": commands.menu.cbdc_groups.wallet,
        "recover": commands.menu.cbdc_groups.recover,
        "redemption": commands.menu.cbdc_groups.redemption,
        "params": commands.menu.cbdc_groups.params,
        "topup": commands.menu.cbdc_groups.topup,
        "voucher": commands.menu.cbdc_groups.voucher,
        "dispute": commands.menu.cbdc_groups.dispute,
        "offline": commands.menu.cbdc_groups.offline,
        "show": commands.menu.cbdc_show.show,
        "export": commands.menu.cbdc_groups.export,
    },
    words=WORDS | COMMON,
)
