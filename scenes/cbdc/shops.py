"""Payments in shops: requests shown as QR, refunds, holds, and the limit of a day."""

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle

from client.cbdc.errors import BadQr
from client.cbdc.qr import WalletPayment, read_wallet_payment
from client.cbdc.requests import QR_TAG, payment_of, with_qr
from client.contract import ask
from commands.output import say
from contracts.cbdc.core.messages import PERSON
from contracts.cbdc.holds.messages import Capture, Hold, Release
from contracts.cbdc.payments.messages import Fund, Transfer
from contracts.cbdc.requests.handlers import request_state
from contracts.cbdc.requests.messages import CreateRequest, Refund
from contracts.cbdc.wallets.messages import Opening, OpenWallets
from contracts.sdk.calendar import DAY_MS
from primitives.crypto import digest
from primitives.receipt import OK
from primitives.transaction import Transaction
from scenes.cbdc.cast import Town, TownStory, baht, shown
from scenes.kit.calls import code_from, must, must_all
from scenes.kit.load import all_together, send_together

MALEE = 1  # a citizen of tier T2, whose statement is read at the end
SOMSAK = 0  # a citizen of tier T1, who has two wallets
_LEAST_BAHT = 20
_REFUNDS = 20
_CAPTURED_BAHT, _HELD_BAHT = 1_200, 1_500
_SECOND_WALLET_BAHT = 7_000
_T1_DAY_BAHT = 10_000  # what a holder of T1 may pay in a day
# Any two of these are within the limit, all three are not.
_SPENT_BAHT = (5_000, 4_000, 2_000)


async def pay_by_qr(story: TownStory) -> None:
    """Every citizen pays a merchant: the merchant shows a QR, the citizen's phone reads it."""
    town = story.town
    say(f"{len(town.citizens)} citizens pay at {len(town.merchants)} merchants by QR")
    began = time.monotonic()
    texts, requests = _show(town)
    await all_together("asking for payments", town.devnet, requests)
    read = [read_wallet_payment(text, town.chain_id) for text in texts]
    paying = [
        payer.actor.sign(payment_of(bill, bill.amount_satang or 0))
        for payer, bill in zip(town.citizens, read, strict=True)
    ]
    codes = await send_together("paying by QR", town.devnet, paying)
    took = time.monotonic() - began
    seen = f"{codes.count(OK)} paid, {shown(sum(bill.amount_satang or 0 for bill in read))}"
    story.note(f"{len(codes)} QR are read back and paid", seen, is_kept=set(codes) == {OK})
    story.figures.append((f"{len(codes)} requests and payments by QR in", f"{took:.1f} s"))
    await _check_qr(story, texts[MALEE], read[MALEE])
    await _refund(story, paying, read)


async def hold(story: TownStory) -> None:
    """Three holds: one captured in part, one given up, one left open."""
    town = story.town
    say("a hotel holds a deposit")
    malee, hotel = town.citizens[MALEE], town.merchants[0]
    before = await story.satang_of(malee)
    expires_ms = town.calendar.now_ms() + 60 * DAY_MS
    message = Hold(hotel.address, baht(_HELD_BAHT), expires_ms, None, None, "deposit", None)
    made = await must_all("holding", [malee.actor.send(message) for _ in range(3)])
    captured, released, _open = (outcome.transaction_id for outcome in made)
    most = Capture(hold_id=captured, amount=baht(_CAPTURED_BAHT), preimage=None)
    code = await code_from(hotel.actor.send(replace(most, amount=baht(_HELD_BAHT) + 1)))
    story.note_code("no more is captured than is held", code, "OVER_CAPTURE")
    await must("capturing", hotel.actor.send(most))
    await must("giving up a hold", hotel.actor.send(Release(hold_id=released)))
    lost = before - await story.satang_of(malee)
    seen = f"{shown(baht(_CAPTURED_BAHT))} captured, {shown(baht(_HELD_BAHT))} still held"
    is_kept = lost == baht(_CAPTURED_BAHT + _HELD_BAHT)
    story.note("a hold is captured, one released, one open", seen, is_kept=is_kept)


async def reach_the_limit(story: TownStory) -> None:
    """The limit of a day holds for a person, however many wallets the person has."""
    town = story.town
    say("a citizen with two wallets reaches the limit of the day")
    first = town.citizens[SOMSAK]
    second = town.newcomer(first.label, PERSON, first.bank, first.ial)
    bank = town.agent(first.bank)
    opening = Opening(second.address, PERSON, first.holder, None)
    await must("opening a second wallet", bank.send(OpenWallets(first.bank, (opening,))))
    funding = Fund(first.bank, second.address, baht(_SECOND_WALLET_BAHT), "cash-in-second")
    await must("funding it", bank.send(funding))
    payers = zip(cycle((first, second)), _SPENT_BAHT, strict=False)
    # One batch, so that all are in one block: on this calendar a day is soon over.
    await town.calendar.until_half_a_day_is_left()
    shop = town.merchants[1].address
    calls = [payer.actor.sign(Transfer(shop, baht(sum_), "")) for payer, sum_ in payers]
    codes = sorted(await send_together("paying up to the limit", town.devnet, calls))
    amounts = " + ".join(f"{sum_:,}" for sum_ in _SPENT_BAHT)
    is_kept = codes == ["DAY_LIMIT", OK, OK]
    seen = f"{amounts} baht, {_T1_DAY_BAHT:,} a day: {', '.join(codes)}"
    story.note("the day's limit counts both wallets of a person", seen, is_kept=is_kept)


def _show(town: Town) -> tuple[list[str], list[Transaction]]:
    """Return the text of a QR for each citizen, and the calls that put the requests there."""
    texts, calls = [], []
    expires_ms = town.calendar.now_ms() + 90 * DAY_MS
    for number, merchant in zip(range(len(town.citizens)), cycle(town.merchants), strict=False):
        bill = CreateRequest(
            request_id=f"bill-{number}",
            amount=baht(_LEAST_BAHT + number) + 25 * (number % 4),
            expires_ms=expires_ms,
            bill_ref1="",
            bill_ref2="",
            qr_hash=None,
        )
        text, message = with_qr(merchant.actor, bill, merchant.label)
        texts.append(text)
        calls.append(merchant.actor.sign(message))
    return texts, calls


async def _check_qr(story: TownStory, text: str, bill: WalletPayment) -> None:
    """The ledger knows the QR's hash; a QR with another amount is not even read."""
    town = story.town
    state = await ask(town.rpc, request_state, bill.address, bill.request_id or "")
    on_ledger = b"" if state is None else state.request.qr_hash or b""
    is_same = on_ledger == digest(QR_TAG, text.encode())
    story.note(
        "the ledger names the QR that was shown", f"hash {on_ledger.hex()[:16]}", is_kept=is_same
    )
    amount = f"{(bill.amount_satang or 0) // 100}."
    try:
        read_wallet_payment(text.replace(amount, "9" * (len(amount) - 1) + "."), town.chain_id)
        code = OK
    except BadQr as error:
        code = type(error).__name__
    story.note_code("a QR that was changed is not read", code, "BadCrc")
    again = town.citizens[MALEE].actor.send(payment_of(bill, bill.amount_satang or 0))
    story.note_code("a request is paid once", await code_from(again), "REQUEST_PAID")


async def _refund(
    story: TownStory, paid: Sequence[Transaction], bills: Sequence[WalletPayment]
) -> None:
    """Merchants give half of some payments back, and no more than was paid."""
    town = story.town
    shops = {merchant.address: merchant for merchant in town.merchants}
    halves = [
        (shops[payment.address], call.transaction_id, (payment.amount_satang or 0) // 2)
        for call, payment in zip(paid[:_REFUNDS], bills, strict=False)
    ]
    calls = [shop.actor.sign(Refund(name, half, "")) for shop, name, half in halves]
    await all_together("refunding", town.devnet, calls)
    shop, name, half = halves[MALEE]
    code = await code_from(shop.actor.send(Refund(name, half + 2, "")))
    total = shown(sum(half for _, _, half in halves))
    seen = f"{len(calls)} refunds, {total}; more: {code}"
    story.note("no more is refunded than was paid", seen, is_kept=code == "OVER_REFUND")
