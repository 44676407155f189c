"""The welfare office: a payout of 500 rows from a file, and a voucher bound to a pharmacy."""

import time
from dataclasses import replace
from itertools import cycle

from client.cbdc.payout_file import read_payout_csv
from client.cbdc.payouts import pay_out as pay_rows
from client.contract import ask
from client.files import write_whole
from commands.output import say
from contracts.cbdc.vouchers.messages import IssueVoucher, SetMerchantProfile, SpendVoucher
from contracts.cbdc.wallets.handlers import balance
from contracts.sdk.calendar import DAY_MS
from primitives.ids import show_address
from scenes.cbdc.cast import WELFARE, Town, TownStory, baht, shown
from scenes.cbdc.shops import MALEE
from scenes.kit.calls import code_from, must, must_all

ROWS = 500
_BAD_ROW = 251  # of the rows, counted from 1
_BENEFIT_BAHT = 600
_PHARMACY, _BAKERY = 2, 3  # merchants' numbers
_PHARMACIES, _BAKERIES, _AREA = "5912", "5462", "TH-55"  # ISO 18245, ISO 3166-2
_VOUCHER_BAHT, _SPENT_BAHT, _CASH_BAHT = 500, 350, 40


async def pay_out(story: TownStory) -> None:
    """A file of 500 rows, one of them bad: that one is named, the others are paid."""
    town = story.town
    say(f"the welfare office pays {ROWS} rows of a file")
    file = story.files / "benefits.csv"
    write_whole(file, _rows(town).encode())
    payout = read_payout_csv(file.read_bytes())
    bad = "; ".join(map(str, payout.bad))
    is_named = [row.line for row in payout.bad] == [_BAD_ROW + 1]
    story.note("the bad row of the file is named", bad, is_kept=is_named)

    office = town.agent(WELFARE)
    before = await ask(town.rpc, balance, office.address)
    began = time.monotonic()
    results = [row async for row in pay_rows(office, payout.rows, is_partial=True)]
    story.figures.append(
        (f"{len(results)} rows in one transaction in", f"{time.monotonic() - began:.1f} s")
    )
    spent = before - await ask(town.rpc, balance, office.address)
    paid = sum(result.is_paid for result in results)
    is_kept = paid == ROWS - 1 and spent == payout.satang
    story.note(
        "every other row is paid, each with its result",
        f"{paid} paid, {shown(spent)}",
        is_kept=is_kept,
    )

    repeated = [row async for row in pay_rows(office, payout.rows, is_partial=True)]
    same = before - await ask(town.rpc, balance, office.address) == spent
    known = sum(result.is_paid and result.transaction_id is None for result in repeated)
    seen = f"{known} results of the first time"
    story.note("the same file pays nobody twice", seen, is_kept=same and known == paid)


async def spend_voucher(story: TownStory) -> None:
    """A voucher for pharmacies of one province: spent there, refused elsewhere."""
    town = story.town
    say("a voucher for medicine")
    malee = town.citizens[MALEE]
    right, wrong = town.merchants[_PHARMACY], town.merchants[_BAKERY]
    profiles = [
        town.agent(shop.bank).send(SetMerchantProfile(shop.address, code, _AREA))
        for shop, code in ((right, _PHARMACIES), (wrong, _BAKERIES))
    ]
    await must_all("naming what shops sell", profiles)
    now = town.calendar.now_ms()
    issue = IssueVoucher(
        programme="medicine",
        to=malee.address,
        amount=baht(_VOUCHER_BAHT),
        merchants=(),
        category_codes=(_PHARMACIES,),
        area=_AREA,
        not_before_ms=0,
        expires_ms=now + 180 * DAY_MS,
    )
    issued = await must("issuing a voucher", town.agent(WELFARE).send(issue))
    spending = SpendVoucher(
        voucher_ids=(issued.transaction_id,),
        merchant=right.address,
        amount=baht(_SPENT_BAHT),
        cash=baht(_CASH_BAHT),
        travel=None,
    )
    at_bakery = malee.actor.send(replace(spending, merchant=wrong.address, cash=0))
    story.note_code("a voucher is refused at a bakery", await code_from(at_bakery), "NOT_ELIGIBLE")
    before = await story.satang_of(right)
    await must("spending a voucher", malee.actor.send(spending))
    received = await story.satang_of(right) - before
    seen = f"{shown(received)}, of it {shown(baht(_CASH_BAHT))} cash"
    is_kept = received == baht(_SPENT_BAHT + _CASH_BAHT)
    story.note("and pays at the pharmacy", seen, is_kept=is_kept)


def _rows(town: Town) -> str:
    """Return the file: every citizen once, some for a second benefit; one amount is no baht."""
    lines = ["to,baht,reference"]
    for number, citizen in zip(range(1, ROWS + 1), cycle(town.citizens), strict=False):
        amount = "600.005" if number == _BAD_ROW else f"{_BENEFIT_BAHT}.00"
        lines.append(f"{show_address(citizen.address)},{amount},benefit-{number}")
    return "\n".join(lines) + "\n"
