"""Mixes of retail payments on four validators, each beside the signature limit and plain transfers.

    python -m bench.cbdc_mixes [--seconds S]

W1 transfers, W2 transfers to merchants by Zipf, W3 retail, W4 batches of 500, W5 transfers of
which a tenth is refused, W6 the smallest record that a contract writes (a merchant's request:
no contract offers a blind write). All wallets are registered and limited. Counted is what every
validator has committed. W1 is measured before and after each other mix, which is compared with
the mean of both, as rates hold beside each other only; the validators' processor time for a
payment depends less on what else the machine does. Source: the design of the digital baht.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from bench.machine import run, signature_limit
from client.follow import Follower
from client.load import Loader
from client.rpc import RpcClient
from commands.devnet_files import Devnet
from commands.output import CheckFailed, say
from commands.temporary import temporary_devnet
from commands.usage import processor_s
from contracts.cbdc.authority.messages import Issue
from contracts.cbdc.holds.messages import Capture, Hold
from contracts.cbdc.payments.messages import (
    ALL_OR_NOTHING,
    BatchLine,
    BatchTransfer,
    Defund,
    Fund,
    Transfer,
)
from contracts.cbdc.requests.messages import CreateRequest, PayRequest, Refund
from contracts.cbdc.vouchers.messages import IssueVoucher, SpendVoucher
from primitives.ids import Address
from primitives.transaction import Transaction
from scenes.cbdc.cast import WELFARE, Customer, Population, Town, assemble, baht_agencies, baht_plan
from scenes.cbdc.issuance import found, open_all
from scenes.kit.calls import must
from scenes.kit.cast import BANK_A, Agencies
from scenes.kit.load import all_together, loading, settle

CITIZENS, MERCHANTS = 2_000, 100
BATCH = 500
_FUNDS_SATANG = 1_000_000
_POPULATION = Population(
    citizens=CITIZENS, merchants=MERCHANTS, banks=(BANK_A,), levels=(300,), merchant_level=300
)
_WINDOW = 4_000
_BATCH_WINDOW = 40  # transactions of 500 payments
_BATCHES_A_REQUEST = 10  # about 35 KB of JSON each
_WARM_UP_S = 2.0
_SIGNED_PART = 0.5  # of the limit; no run has come near
_DAY_MS = 86_400_000
_SEED = 20261123
_PLAIN = "W1 transfers"


@dataclass(frozen=True, slots=True)
class Mix:
    """One load: its name, what must be there before, and what is measured."""

    name: str
    before: Sequence[Transaction]
    load: Sequence[Transaction]
    payments_each: int = 1
    refused_part: float = 0.0


@dataclass(frozen=True, slots=True)
class Rate:
    """What one mix reached: a second, and microseconds of all validators' processor time each."""

    name: str
    transactions: float
    payments: float
    payment_us: float


def main() -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(description="Mixes of retail payments.")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each mix")
    seconds = parser.parse_args().seconds
    limit, rates = run(measure(seconds))
    print(f"signature limit L {limit:.0f} transactions a second; every W1 was")
    print(", ".join(f"{rate.payments:.0f}" for rate in rates[::2]))
    print(f"{'':34} {'tx/s':>8} {'of L':>7} {'paid/s':>8} {'of W1':>7} {'us each':>8} {'of W1':>7}")
    _show(_mean(rates[::2]), _mean(rates[::2]), limit)
    for place in range(1, len(rates), 2):
        _show(rates[place], _mean([rates[place - 1], rates[place + 1]]), limit)
    return 0


def _mean(rates: Sequence[Rate]) -> Rate:
    parts = [(rate.transactions, rate.payments, rate.payment_us) for rate in rates]
    return Rate(_PLAIN, *[sum(column) / len(rates) for column in zip(*parts, strict=True)])


def _show(rate: Rate, plain: Rate, limit: float) -> None:
    print(
        f"{rate.name:34} {rate.transactions:8.0f} {rate.transactions / limit:7.3f}"
        f" {rate.payments:8.0f} {rate.payments / plain.payments:7.2f}"
        f" {rate.payment_us:8.0f} {rate.payment_us / plain.payment_us:7.2f}"
    )


async def measure(seconds: float) -> tuple[float, list[Rate]]:
    """Return the limit and the rates of a network that lives for this run. Raises CheckFailed."""
    limit = signature_limit()
    agencies = baht_agencies()
    rates = []
    async with temporary_devnet(baht_plan(agencies, None)) as devnet, RpcClient(devnet.urls) as rpc:
        town = await _found(devnet, rpc, agencies)
        count = int(limit * _SIGNED_PART * (seconds + _WARM_UP_S))
        mixes = _mixes(town, count)
        while mix := await asyncio.to_thread(next, mixes, None):  # signed late: five minutes hold
            await all_together(f"before {mix.name}", devnet, mix.before)
            rates.append(await _run(devnet, mix, seconds))
            say(f"{mix.name}: {rates[-1].payments:.0f} payments a second")
    return (limit + await asyncio.to_thread(signature_limit)) / 2, rates


async def _found(devnet: Devnet, rpc: RpcClient, agencies: Agencies) -> Town:
    """Return a town whose banks are licensed and whose wallets are open and funded."""
    town = await assemble(devnet, rpc, agencies, _POPULATION)
    bank = town.agent(BANK_A)
    await found(town)
    money = 10 * CITIZENS * _FUNDS_SATANG
    issue = Issue(to=bank.address, amount=money, reference="rtgs-1")
    await must("issue", town.central.send(issue))

    say(f"opening and funding {CITIZENS + MERCHANTS} wallets")
    await open_all(town)
    holders = [who.address for who in (*town.citizens, *town.merchants)]
    funds = [
        bank.sign(_batch(f"funds-{at}", holders[at : at + BATCH], _FUNDS_SATANG))
        for at in range(0, len(holders), BATCH)
    ]
    welfare = Fund(BANK_A, town.agent(WELFARE).address, CITIZENS * _FUNDS_SATANG, "budget")
    await all_together("funding", devnet, [*funds, bank.sign(welfare)])
    return town


def _mixes(town: Town, count: int) -> Iterator[Mix]:
    """Yield W1, and after each other mix W1 again."""
    say(f"signing up to {count} transactions a mix")
    people = [who.address for who in town.citizens]
    shops = [who.address for who in town.merchants]
    makers: tuple[Callable[[], Mix], ...] = (
        lambda: Mix("W2 to merchants by Zipf", (), _transfers(town, _by_zipf(shops, count), count)),
        lambda: _retail(town, count),
        lambda: _batches(town, max(40, count // 100)),
        lambda: Mix("W5 W1 with a tenth refused", (), _transfers(town, people, count, 10), 1, 0.1),
        lambda: Mix("W6 smallest record written", (), _requests(town, count)),
    )
    yield Mix(_PLAIN, (), _transfers(town, people, count))
    for make in makers:
        yield make()
        yield Mix(_PLAIN, (), _transfers(town, people, count))


def _batches(town: Town, count: int) -> Mix:
    people = [who.address for who in town.citizens]
    signed = [
        town.agent(WELFARE).sign(_batch(f"batch-{number}", people[number % 4 :: 4], 1))
        for number in range(count)
    ]
    return Mix(f"W4 batches of {BATCH}", (), signed, payments_each=BATCH)


def _requests(town: Town, count: int) -> list[Transaction]:
    return [
        town.merchants[number % MERCHANTS].actor.sign(_request(f"w6-{number}"))
        for number in range(count)
    ]


def _transfers(
    town: Town, receivers: Sequence[Address], count: int, refused_each: int = 0
) -> list[Transaction]:
    """Return transfers from each citizen in turn; every `refused_each`-th is of too much money."""
    signed = []
    for number in range(count):
        payer = town.citizens[number % CITIZENS]
        to = receivers[(number * 7 + number // CITIZENS) % len(receivers)]
        if to == payer.address:
            to = receivers[(number * 7 + number // CITIZENS + 1) % len(receivers)]
        is_refused = refused_each > 0 and number % refused_each == 0
        satang = 100 * _FUNDS_SATANG if is_refused else 1 + number % 10
        signed.append(payer.actor.sign(Transfer(to, satang, "")))
    return signed


def _by_zipf(shops: Sequence[Address], count: int) -> list[Address]:
    """Return `count` receivers, the n-th shop with weight 1/n."""
    weights = list(accumulate(1 / rank for rank in range(1, len(shops) + 1)))
    return Random(_SEED).choices(shops, cum_weights=weights, k=count)


def _retail(town: Town, count: int) -> Mix:
    """W3: 60 % pay a QR, 20 % pay a person, 8 % request, 4 % refund, 3 % hold or capture ...

    ... 3 % fund or defund, 2 % spend a voucher. Of a hundred, 52 QR are a shop's own and 8 are of
    a request. What a call needs to be there (requests, payments, holds, vouchers) is made before.
    """
    welfare, bank = town.agent(WELFARE), town.agent(BANK_A)
    before: list[Transaction] = []
    load: list[Transaction] = []
    for number in range(count):
        citizen = town.citizens[number % CITIZENS]
        other = town.citizens[(number * 7 + 1) % CITIZENS]
        shop = town.merchants[number % MERCHANTS]
        place = number % 100
        name = f"w3-{number}"
        if place < 52:
            load.append(citizen.actor.sign(Transfer(shop.address, 5, "")))
        elif place < 60:
            before.append(shop.actor.sign(_request(name)))
            load.append(citizen.actor.sign(PayRequest(shop.address, name, 5, 0, None)))
        elif place < 80:
            load.append(citizen.actor.sign(Transfer(other.address, 5, "")))
        elif place < 88:
            load.append(shop.actor.sign(_request(name)))
        elif place < 92:
            before.append(citizen.actor.sign(Transfer(shop.address, 5, "")))
            load.append(shop.actor.sign(Refund(before[-1].transaction_id, 5, "")))
        elif place < 95:
            _hold(number, citizen, shop, (before, load))
        elif place < 98:
            funding = bank.sign(Fund(BANK_A, citizen.address, 5, name))
            giving = citizen.actor.sign(Defund(BANK_A, 5))
            load.append(funding if number % 2 else giving)
        else:
            before.append(welfare.sign(_voucher(citizen.address, shop.address)))
            spend = SpendVoucher((before[-1].transaction_id,), shop.address, 5, 0, None)
            load.append(citizen.actor.sign(spend))
    return Mix("W3 retail", before, load)


def _hold(
    number: int, citizen: Customer, shop: Customer, sides: tuple[list[Transaction], ...]
) -> None:
    before, load = sides
    hold = citizen.actor.sign(Hold(shop.address, 5, _later_ms(), None, None, "", None))
    if number % 2:
        load.append(hold)
        return
    before.append(hold)
    load.append(shop.actor.sign(Capture(hold.transaction_id, 5, None)))


def _voucher(to: Address, shop: Address) -> IssueVoucher:
    return IssueVoucher("bench", to, 5, (shop,), (), "", 1, _later_ms())


def _request(name: str) -> CreateRequest:
    return CreateRequest(name, 5, _later_ms(), "", "", None)


def _batch(reference: str, receivers: Sequence[Address], satang: int) -> BatchTransfer:
    lines = tuple(
        BatchLine(to, satang, f"{number}", reference, None) for number, to in enumerate(receivers)
    )
    return BatchTransfer(reference, lines, satang * len(lines), ALL_OR_NOTHING)


def _later_ms() -> int:
    return time.time_ns() // 1_000_000 + _DAY_MS


async def _run(devnet: Devnet, mix: Mix, seconds: float) -> Rate:
    """Return what a mix reaches after a warm-up; every code must be the expected one."""
    is_batched = mix.payments_each > 1
    async with loading(devnet.urls) as (follower, loader):
        started, cpu_s = time.monotonic(), processor_s(devnet)
        await loader.saturate(
            mix.load,
            window=_BATCH_WINDOW if is_batched else _WINDOW,
            seconds=seconds + _WARM_UP_S,
            together=_BATCHES_A_REQUEST if is_batched else None,
        )
        ended = time.monotonic()
        await settle(mix.name, loader, follower)
        cpu_s = processor_s(devnet) - cpu_s
        measured = loader.measure(started + _WARM_UP_S, ended)
        _check_codes(mix, loader, follower)
        paid = len(follower.committed_everywhere()) * mix.payments_each
    taken = measured.per_second  # what was refused in execution is not among it
    payments = taken * mix.payments_each
    return Rate(mix.name, taken / (1 - mix.refused_part), payments, 1e6 * cpu_s / max(1, paid))


def _check_codes(mix: Mix, loader: Loader, follower: Follower) -> None:
    """Raise CheckFailed unless just the part that is meant to be refused was."""
    ours = [follower.placed[key] for key in loader.sent.acknowledged if key in follower.placed]
    refused = sorted({placed.code for placed in ours if not placed.is_ok})
    part = sum(not placed.is_ok for placed in ours) / max(1, len(ours))
    if loader.sent.refused or abs(part - mix.refused_part) > 0.02:
        codes = sorted(set(loader.sent.refused.values()))
        raise CheckFailed(f"{mix.name}: {part:.3f} refused with {refused}; not taken: {codes}")


if __name__ == "__main__":
    sys.exit(main())
