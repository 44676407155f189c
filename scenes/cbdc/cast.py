"""Who appears in the scene of the digital baht, with which keys, and the network they are on."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from client.amount import SATANG_PER_BAHT, show_baht
from client.cbdc.attesting import AttestationIssuer, Grounds, holder_of, nullifier_of
from client.contract import Actor, ask
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.devnet_files import Devnet, DevnetPlan
from contracts.cbdc.core.messages import MERCHANT, PERSON
from contracts.cbdc.wallets.handlers import balance
from contracts.cbdc.wallets.messages import Opening
from contracts.sdk.calendar import DAY_MS, HOUR_MS
from genesis.schema import Genesis, Parameters
from primitives.crypto import Digest
from primitives.ids import Address
from scenes.kit.cast import BANK_A, BANK_B, CENTRAL, SIGNERS, Agencies
from scenes.kit.story import Story

BANKS = (BANK_A, BANK_B)
SUPERVISOR, COURT = "financial-supervisor", "civil-court"
IDP, WELFARE = "id-provider", "welfare-office"
CALENDAR_RATE = 36_000  # ten hours of the contracts' calendar a second

# The level that each third of the citizens is attested at, the tier it gives, and first money.
LEVELS = (110, 230, 300)
TIERS = ("T1", "T2", "T3")
FIRST_BAHT = (12_000, 20_000, 60_000)

_BANGKOK_MS = 7 * HOUR_MS
_SLACK_S = 0.05  # so that the next block is surely later
_YEARS_MS = 5 * 366 * DAY_MS
_ISSUER_SECRET = b"shared by the identity providers of this demonstration"


def baht_agencies() -> Agencies:
    """Return the agencies, the central bank and the court with accounts of three keys."""
    names = (CENTRAL, SUPERVISOR, COURT, IDP, WELFARE, BANK_A, BANK_B)
    return Agencies(names, shared=(CENTRAL, COURT))


def baht_plan(agencies: Agencies, parameters: Parameters | None) -> DevnetPlan:
    """Return the network with these agencies, on which there is no money without a wallet."""
    config = {"unregistered_accounts": 0, "issuer_signers_min": SIGNERS}
    return agencies.plan(parameters, cbdc=config)


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """How many there are, their banks in turn, and the levels they are attested at in turn."""

    citizens: int
    merchants: int
    banks: tuple[str, ...] = BANKS
    levels: tuple[int, ...] = LEVELS
    merchant_level: int = LEVELS[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Someone whose wallet a bank opens: `label` is what the bank calls them off the ledger."""

    label: str
    kind: str
    bank: str
    ial: int
    actor: Actor

    @property
    def address(self) -> Address:
        """The wallet."""
        return self.actor.address

    @property
    def holder(self) -> Digest:
        """What the bank calls the customer on the ledger."""
        return holder_of(self.bank.encode(), self.label.encode())


class Calendar:
    """The time that contracts see, which hurries on this network."""

    def __init__(self, genesis: Genesis) -> None:
        self._genesis = genesis

    @property
    def start_ms(self) -> int:
        """When the ledger began."""
        return self._genesis.time_ms

    def now_ms(self) -> int:
        """Return about what the next block's time will be."""
        return self._genesis.calendar_ms(time.time_ns() // 1_000_000)

    async def until(self, time_ms: int) -> None:
        """Wait until it is `time_ms` by this calendar."""
        left_ms = (time_ms - self.now_ms()) / self._genesis.parameters.calendar_rate
        await asyncio.sleep(max(0.0, left_ms / 1_000) + _SLACK_S)

    async def until_half_a_day_is_left(self) -> None:
        """Wait for the next Bangkok day, unless half of this one is left."""
        now = self.now_ms()
        left_ms = DAY_MS - (now + _BANGKOK_MS) % DAY_MS
        if left_ms < DAY_MS // 2:
            await self.until(now + left_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Everybody, ready to act."""

    rpc: RpcClient
    devnet: Devnet
    calendar: Calendar
    agencies: Agencies
    citizens: tuple[Customer, ...]
    merchants: tuple[Customer, ...]

    @property
    def chain_id(self) -> str:
        """The chain that every signature is for."""
        return self.devnet.genesis.chain_id

    @property
    def central(self) -> Actor:
        """The central bank, signing with two of its keys."""
        return self.central_by(0, 1)

    def central_by(self, *numbers: int) -> Actor:
        """Return the central bank, signing with the keys of these numbers."""
        return self.actor(self.agencies.shared[CENTRAL].wallet(*numbers))

    def agent(self, agency: str) -> Actor:
        """Return who administers an agency."""
        return self.actor(self.agencies.wallets[agency])

    @property
    def issuer(self) -> AttestationIssuer:
        """The identity provider."""
        return AttestationIssuer(IDP, self.agencies.nodes[IDP], self.chain_id)

    def actor(self, wallet: Wallet) -> Actor:
        """Return who acts with these keys."""
        return Actor(rpc=self.rpc, wallet=wallet, chain_id=self.chain_id)

    def newcomer(self, label: str, kind: str, bank: str, ial: int) -> Customer:
        """Return somebody with fresh keys."""
        actor = self.actor(Wallet.generate())
        return Customer(label=label, kind=kind, bank=bank, ial=ial, actor=actor)

    def opening(self, customer: Customer, issuer: AttestationIssuer | None = None) -> Opening:
        """Return what opens a customer's wallet, attested by the identity provider."""
        grounds = Grounds(
            ial=customer.ial,
            issued_ms=self.calendar.start_ms,
            expires_ms=self.calendar.start_ms + _YEARS_MS,
            policy_version=1,
            nullifier=nullifier_of(_ISSUER_SECRET, customer.label.encode()),
        )
        proof = (issuer or self.issuer).attest(customer.holder, grounds)
        return Opening(customer.address, customer.kind, customer.holder, proof)


@dataclass(slots=True, kw_only=True)
class TownStory(Story):
    """What happens in the town; `files` is a directory for what people write."""

    town: Town
    files: Path

    async def satang_of(self, customer: Customer) -> int:
        """Return what a customer has now."""
        return await ask(self.town.rpc, balance, customer.address)


async def assemble(
    devnet: Devnet, rpc: RpcClient, agencies: Agencies, population: Population
) -> Town:
    """Return everybody; nobody has a licence or a wallet yet."""
    chain_id = devnet.genesis.chain_id

    def customers(count: int, kind: str, levels: Sequence[int]) -> tuple[Customer, ...]:
        banks, ials = cycle(population.banks), cycle(levels)
        return tuple(
            Customer(
                label=f"{kind}-{number}",
                kind=kind,
                bank=next(banks),
                ial=next(ials),
                actor=Actor(rpc=rpc, wallet=Wallet.generate(), chain_id=chain_id),
            )
            for number in range(count)
        )

    return Town(
        rpc=rpc,
        devnet=devnet,
        calendar=Calendar(devnet.genesis),
        agencies=agencies,
        citizens=customers(population.citizens, PERSON, population.levels),
        merchants=customers(population.merchants, MERCHANT, (population.merchant_level,)),
    )


def baht(whole: int) -> int:
    """Return the satang of whole baht."""
    return whole * SATANG_PER_BAHT


def shown(satang: int) -> str:
    """Return an amount as people read it."""
    return f"{show_baht(satang)} baht"
