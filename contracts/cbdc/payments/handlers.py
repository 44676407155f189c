"""Transfers, batches, and money between a wallet and a bank account.

A link lets the bank take what a wallet may not keep (`settlement.sweep`) and add what a payment
lacks. Moves to and from one's own bank count towards no payment limit; what a holder may own does.
"""

from contracts.cbdc.core.access import by_fsp
from contracts.cbdc.core.limits import (
    active_fsp,
    acts_for_fsp,
    is_holder,
    refuse,
    require_can_receive,
    why_not_enter,
    why_not_leave,
)
from contracts.cbdc.core.messages import (
    BATCH_LINES_MAX,
    CLOSED,
    FSP,
    PAYMENTS,
    PERSON,
    Count,
    Limit,
    NotBank,
    NotParty,
    Reference,
    ReferenceReused,
    UnknownWallet,
    WalletClosed,
    WrongWalletKind,
)
from contracts.cbdc.core.money import account_for, as_if_paid, give, move, take
from contracts.cbdc.core.state import (
    FirstUse,
    Link,
    Party,
    contract,
    links,
    party_of,
    payments,
    require_unused,
    running,
    sender_party,
    terms,
)
from contracts.cbdc.payments.messages import (
    ALL_OR_NOTHING,
    PARTIAL,
    AcceptLink,
    BadConsent,
    BankLinked,
    BankUnlinked,
    BatchDone,
    BatchLine,
    BatchMode,
    BatchRow,
    BatchRowRefused,
    BatchSize,
    BatchTotal,
    BatchTransfer,
    ConfirmPayout,
    Defund,
    Defunded,
    Fund,
    Funded,
    LinkAsked,
    LinkBank,
    MandateLimit,
    NoMandate,
    PayoutConfirmed,
    RepeatedRef,
    RowReference,
    Series,
    ToppedUp,
    TopupMismatch,
    Transfer,
    Transferred,
    TransferWithTopup,
    TransferWithTravel,
    UnknownPayout,
    UnlinkBank,
    topup_statement,
)
from contracts.cbdc.payments.settlement import (
    book_payout,
    excess_between,
    name_travel,
    record_transfer,
    require_can_pay,
    settle,
    settlement_party,
    sweep,
    why_not_pay,
)
from contracts.cbdc.payments.state import (
    BatchResult,
    PaidRow,
    PayoutLine,
    PayoutLines,
    RefusedLine,
    bank_references,
    batches,
    paid_rows,
    payouts,
)
from contracts.sdk import Address, Context, Refusal, anyone, emit, encode, replace, require
from contracts.sdk.crypto import verify
from contracts.sdk.words import is_distinct


@contract.execute(Transfer, allow=anyone)
def transfer(ctx: Context, msg: Transfer) -> None:
    """Move money from the sender's account to another."""
    found = running(ctx, PAYMENTS)
    payer = sender_party(ctx, found)
    payee = party_of(ctx, found, msg.to)
    require_can_pay(ctx, payer, payee, msg.amount, None)

    emit(ctx, Transferred(payer.address, payee.address, msg.amount, msg.memo))
    record_transfer(ctx, payer, payee, msg.amount)
    settle(ctx, payer, payee, msg.amount)


@contract.execute(TransferWithTravel, allow=anyone)
def transfer_with_travel(ctx: Context, msg: TransferWithTravel) -> None:
    """Move money above the travel threshold, naming what the providers exchanged."""
    found = running(ctx, PAYMENTS)
    payer = sender_party(ctx, found)
    payee = party_of(ctx, found, msg.to)
    require_can_pay(ctx, payer, payee, msg.amount, msg.travel)

    emit(ctx, Transferred(payer.address, payee.address, msg.amount, msg.memo))
    record_transfer(ctx, payer, payee, msg.amount)
    settle(ctx, payer, payee, msg.amount)
    name_travel(ctx, payer, payee, msg.travel)


@contract.execute(BatchTransfer, allow=anyone)
def batch_transfer(ctx: Context, msg: BatchTransfer) -> None:
    """Pay every line, or with mode partial every line that can be paid."""
    found = running(ctx, PAYMENTS)
    payer = sender_party(ctx, found)
    require(payer.wallet is None or payer.wallet.kind != PERSON, WrongWalletKind)
    _require_sound(msg)
    key = (payer.address, msg.reference)
    earlier = batches.get(ctx, key, None)
    require_unused(None if earlier is None else FirstUse(earlier.height, earlier.amount))

    paid, change = 0, 0
    refused: list[RefusedLine] = []
    as_paid = payer
    for index, line in enumerate(msg.lines):
        payee = party_of(ctx, found, line.to)
        refusal = _why_not_pay_line(ctx, as_paid, payee, line)
        if refusal is None:
            as_paid = as_if_paid(ctx, as_paid, line.amount)
            change += _pay_line(ctx, payer, payee, line)
            paid += line.amount
        else:
            if msg.mode == ALL_OR_NOTHING:
                raise refusal("", line=index, balance=as_paid.balance, amount=line.amount)
            refused.append(RefusedLine(index, refusal.code))
            name = (line.ref, line.series)
            emit(ctx, BatchRowRefused(payer.address, payee.address, *name, refusal.code))
    _take_all(ctx, party_of(ctx, found, payer.address), paid, change)
    batches.save(
        ctx, key, BatchResult(ctx.height, len(msg.lines) - len(refused), paid, tuple(refused))
    )
    count = len(refused)
    emit(ctx, BatchDone(*key, len(msg.lines) - count, count, paid))


def _require_sound(msg: BatchTransfer) -> None:
    """Check a batch by itself. Rejects: BatchSize, BatchMode, RepeatedRef, BatchTotal."""
    require(len(msg.lines) <= BATCH_LINES_MAX, BatchSize, most=BATCH_LINES_MAX)
    require(msg.mode in (ALL_OR_NOTHING, PARTIAL), BatchMode)
    names = tuple([encode((line.series, line.ref)) for line in msg.lines])
    require(is_distinct(names), RepeatedRef)
    total = sum([line.amount for line in msg.lines])
    require(total == msg.total, BatchTotal, sum=total)


def _why_not_pay_line(ctx: Context, payer: Party, payee: Party, line: BatchLine) -> Refusal | None:
    """Return why a line is not paid: first of all, because it was."""
    if paid_rows.has(ctx, (payer.address, line.series, line.ref)):
        return ReferenceReused
    return why_not_pay(ctx, payer, payee, line.amount, line.travel)


def _pay_line(ctx: Context, payer: Party, payee: Party, line: BatchLine) -> int:
    """Give a line's money to its payee; return the change of the balance, to be accounted for."""
    excess = excess_between(ctx, payer, payee, line.amount)
    row = PaidRow(payee.address, line.amount, ctx.height)
    paid_rows.save(ctx, (payer.address, line.series, line.ref), row)
    after = give(ctx, payee, line.amount)
    emit(ctx, BatchRow(payer.address, payee.address, line.amount, line.ref, line.series))
    name_travel(ctx, payer, payee, line.travel)
    sweep(ctx, after, excess)
    return after.balance - payee.balance


def _take_all(ctx: Context, payer: Party, paid: int, change: int) -> None:
    """Take from the payer what its lines gave; sweeps may have given some back meanwhile."""
    if paid > 0:
        after = take(ctx, payer, paid)
        account_for(ctx, change + after.balance - payer.balance)


@contract.execute(Fund, allow=by_fsp)
def fund(ctx: Context, msg: Fund) -> None:
    """Move money of the bank to a wallet of its customer, or one that is linked to it."""
    found = running(ctx, PAYMENTS)
    active_fsp(ctx, msg.fsp)
    require_unused(bank_references.get(ctx, (msg.fsp, msg.bank_ref), None))
    wallet = party_of(ctx, found, msg.wallet)
    require(wallet.wallet is not None and wallet.wallet.kind != FSP, UnknownWallet)
    require(_serves(ctx, msg.fsp, wallet), NotBank)
    require_can_receive(ctx, wallet, msg.amount)
    bank = settlement_party(ctx, found, msg.fsp)
    refuse(why_not_leave(ctx, bank), bank, msg.amount)

    _use_bank_reference(ctx, msg.fsp, msg.bank_ref, msg.amount)
    move(ctx, bank, wallet, msg.amount)
    emit(ctx, Funded(bank.address, wallet.address, msg.amount, msg.fsp, msg.bank_ref))


@contract.execute(Defund, allow=anyone)
def defund(ctx: Context, msg: Defund) -> None:
    """Move money of the sender to its bank, which owes it to the bank account from now on."""
    found = running(ctx, PAYMENTS)
    wallet = sender_party(ctx, found)
    require(wallet.wallet is not None and wallet.wallet.kind != FSP, UnknownWallet)
    active_fsp(ctx, msg.fsp)
    require(_serves(ctx, msg.fsp, wallet), NotBank)
    refuse(why_not_leave(ctx, wallet), wallet, msg.amount)
    bank = settlement_party(ctx, found, msg.fsp)
    refuse(why_not_enter(ctx, bank), bank, msg.amount)

    move(ctx, wallet, bank, msg.amount)
    number = book_payout(ctx, msg.fsp, wallet.address, msg.amount)
    emit(ctx, Defunded(wallet.address, bank.address, msg.amount, msg.fsp, number))


@contract.execute(ConfirmPayout, allow=by_fsp)
def confirm_payout(ctx: Context, msg: ConfirmPayout) -> None:
    """Note that the bank has paid what it owed."""
    active_fsp(ctx, msg.fsp)
    require_unused(bank_references.get(ctx, (msg.fsp, msg.bank_ref), None))
    payout = payouts.load(ctx, msg.payout, absent=UnknownPayout)
    require(payout.fsp == msg.fsp and payout.bank_ref == "", UnknownPayout)

    _use_bank_reference(ctx, msg.fsp, msg.bank_ref, payout.amount)
    payouts.save(ctx, msg.payout, replace(payout, bank_ref=msg.bank_ref))
    emit(ctx, PayoutConfirmed(msg.fsp, msg.payout, msg.bank_ref))


def _use_bank_reference(ctx: Context, fsp: str, reference: str, amount: int) -> None:
    """Use up a bank's reference, which must be unused."""
    bank_references.save(ctx, (fsp, reference), FirstUse(ctx.height, amount))


def _serves(ctx: Context, fsp: str, party: Party) -> bool:
    """Whether a wallet is of the bank's customer, or linked to the bank."""
    if party.wallet is not None and party.wallet.fsp == fsp:
        return True
    link = links.get(ctx, party.address, None)
    return link is not None and link.is_active and link.fsp == fsp


@contract.execute(LinkBank, allow=anyone)
def link_bank(ctx: Context, msg: LinkBank) -> None:
    """Note the holder's mandate, in place of an earlier one; it is in force once accepted."""
    wallet = sender_party(ctx, running(ctx, PAYMENTS))
    if wallet.wallet is None or wallet.wallet.kind == FSP:
        raise UnknownWallet
    require(wallet.wallet.status != CLOSED, WalletClosed)
    active_fsp(ctx, msg.fsp)

    asked = Link(msg.fsp, msg.mandate, msg.max_auto, is_active=False)
    links.save(ctx, wallet.address, asked)
    emit(ctx, LinkAsked(wallet.address, msg.fsp, msg.mandate))


@contract.execute(AcceptLink, allow=by_fsp)
def accept_link(ctx: Context, msg: AcceptLink) -> None:
    """Put a mandate in force."""
    active_fsp(ctx, msg.fsp)
    link = links.load(ctx, msg.wallet, absent=NoMandate)
    require(link.fsp == msg.fsp and link.mandate == msg.mandate, NoMandate)

    links.save(ctx, msg.wallet, replace(link, is_active=True))
    emit(ctx, BankLinked(msg.wallet, msg.fsp, link.max_auto))


@contract.execute(UnlinkBank, allow=anyone)
def unlink_bank(ctx: Context, msg: UnlinkBank) -> None:
    """End a link."""
    wallet = party_of(ctx, running(ctx, PAYMENTS), msg.wallet)
    link = links.load(ctx, wallet.address, absent=NoMandate)
    require(is_holder(ctx, wallet) or acts_for_fsp(ctx, link.fsp), NotParty)

    links.remove(ctx, wallet.address)
    emit(ctx, BankUnlinked(wallet.address, link.fsp))


@contract.execute(TransferWithTopup, allow=anyone)
def transfer_with_topup(ctx: Context, msg: TransferWithTopup) -> None:
    """Pay with what the wallet has and exactly the rest from the bank; both or nothing."""
    found = running(ctx, PAYMENTS)
    payer = sender_party(ctx, found)
    fsp = active_fsp(ctx, msg.fsp)
    require_unused(bank_references.get(ctx, (msg.fsp, msg.bank_ref), None))
    require(msg.key in fsp.keys, BadConsent)
    link = links.load(ctx, payer.address, absent=NoMandate)
    require(link.is_active and link.fsp == msg.fsp, NoMandate)
    require(msg.topup <= link.max_auto, MandateLimit, max_auto=link.max_auto)
    require(payer.balance + msg.topup == msg.amount, TopupMismatch, balance=payer.balance)
    bank = settlement_party(ctx, found, msg.fsp)
    refuse(why_not_leave(ctx, bank), bank, msg.topup)
    payee = party_of(ctx, found, msg.to)
    as_topped_up = replace(payer, balance=msg.amount)
    require_can_pay(ctx, as_topped_up, payee, msg.amount, msg.travel)

    _use_bank_reference(ctx, msg.fsp, msg.bank_ref, msg.topup)
    emit(ctx, ToppedUp(bank.address, payer.address, msg.topup, msg.fsp, msg.bank_ref))
    payer = move(ctx, bank, payer, msg.topup)
    emit(ctx, Transferred(payer.address, payee.address, msg.amount, msg.memo))
    record_transfer(ctx, payer, payee, msg.amount)
    settle(ctx, payer, party_of(ctx, found, msg.to), msg.amount)
    name_travel(ctx, payer, payee, msg.travel)


@contract.precheck(TransferWithTopup)
def check_consent(ctx: Context, msg: TransferWithTopup) -> None:
    """Check the bank's signature."""
    statement = topup_statement(ctx.chain_id, ctx.sender, msg)
    require(verify(msg.key, *statement, msg.signature), BadConsent)


@contract.query
def bank_link(ctx: Context, address: Address) -> Link | None:
    """The link of a wallet to a bank account, accepted or not."""
    return links.get(ctx, party_of(ctx, terms.load(ctx), address).address, None)


@contract.query
def payouts_page(ctx: Context, after: Count, limit: Limit) -> PayoutLines:
    """What banks owe or owed to bank accounts, in order of numbers, after the number `after`."""
    return tuple(
        [PayoutLine(key, found) for key, found in payouts.page(ctx, after=after, limit=limit)]
    )


@contract.query
def batch_result(ctx: Context, payer: Address, reference: Reference) -> BatchResult | None:
    """What became of a batch: lines paid, their sum, and each line that was refused."""
    owner = party_of(ctx, terms.load(ctx), payer).address
    return batches.get(ctx, (owner, reference), None)


@contract.query
def paid_row(ctx: Context, payer: Address, series: Series, ref: RowReference) -> PaidRow | None:
    """The line of a batch that was paid under this reference: to whom, how much, and when."""
    owner = party_of(ctx, terms.load(ctx), payer).address
    return paid_rows.get(ctx, (owner, series, ref), None)


contract.expose(
    "payment_state",
    payments,
    ("payment_id",),
    "A payment that may be refunded: what was paid, refunded, and waits to be claimed.",
)
