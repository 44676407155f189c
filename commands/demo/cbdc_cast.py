"""Who appears in the scene of the digital baht, with which keys, and the network they are on."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle

from client.cbdc import (
    Actor,
    CentralBank,
    Court,
    Fsp,
    HolderWallet,
    Merchant,
    Programme,
    Supervisor,
)
from client.cbdc.actor import CONTRACT
from client.cbdc.attesting import AttestationIssuer, Grounds, holder_of, nullifier_of
from client.identity import Office
from client.identity.office import CONTRACT as IDENTITY
from client.rpc import RpcClient
from client.transaction import TransactionBuilder
from client.wallet import Wallet
from commands.devnet_files import Cast, CastAgency, Devnet, DevnetPlan
from contracts.accounts.rules import account_of, address_of_account
from contracts.cbdc.core.messages import MERCHANT, PERSON
from contracts.cbdc.wallets.messages import Opening
from contracts.sdk.calendar import DAY_MS, HOUR_MS
from genesis.schema import Genesis, Parameters
from primitives.crypto import Digest, SigningKey
from primitives.ids import Address

CITIZENS, MERCHANTS = 300, 20
BANK_A, BANK_B = "first-bank", "second-bank"
CENTRAL, SUPERVISOR, COURT = "central-bank", "financial-supervisor", "civil-court"
IDP, WELFARE = "id-provider", "welfare-office"
SIGNERS = 2  # of three, for the central bank and the court
CALENDAR_RATE = 36_000  # ten hours of the contracts' calendar a second

# The level that each third of the citizens is attested at, the tier it gives, and first money.
LEVELS = (110, 230, 300)
TIERS = ("T1", "T2", "T3")
FIRST_BAHT = (12_000, 20_000, 60_000)

_BANGKOK_MS = 7 * HOUR_MS
_SLACK_S = 0.05  # so that the next block is surely later
_IAL_MERCHANT = 230
_YEARS_MS = 5 * 366 * DAY_MS
_ISSUER_SECRET = b"shared by the identity providers of this demonstration"


class SharedAccount:
    """Three keys of which two sign together."""

    def __init__(self) -> None:
        self.keys = [SigningKey(Wallet.generate().seed) for _ in range(3)]
        self.public_keys = tuple(sorted(key.public_key for key in self.keys))
        self.address = address_of_account(account_of(self.public_keys, SIGNERS))

    def wallet(self, *numbers: int) -> Wallet:
        """Return the account's wallet with the keys of these numbers."""
        return Wallet([self.keys[number] for number in numbers], self.address)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of everybody, made before the network is."""

    central: SharedAccount = field(default_factory=SharedAccount)
    court: SharedAccount = field(default_factory=SharedAccount)
    supervisor: Wallet = field(default_factory=Wallet.generate)
    idp: Wallet = field(default_factory=Wallet.generate)
    welfare: Wallet = field(default_factory=Wallet.generate)
    bank_a: Wallet = field(default_factory=Wallet.generate)
    bank_b: Wallet = field(default_factory=Wallet.generate)

    def plan(self) -> DevnetPlan:
        """Return the network: its agencies, two accounts of three keys, no money without wallet."""
        cast = Cast(
            agencies=(
                _agency(CENTRAL, ("ธนาคารกลาง", "Central Bank"), "central-bank", self.central),
                _agency(
                    SUPERVISOR,
                    ("ผู้กำกับการเงิน", "Financial Supervisor"),
                    "supervisor",
                    self.supervisor,
                ),
                _agency(COURT, ("ศาลแพ่ง", "Civil Court"), "court", self.court),
                _agency(IDP, ("ผู้พิสูจน์ตัวตน", "Identity Provider"), "idp", self.idp),
                _agency(WELFARE, ("สำนักงานสวัสดิการ", "Welfare Office"), "rp", self.welfare),
                _agency(BANK_A, ("ธนาคารที่หนึ่ง", "First Bank"), "bank", self.bank_a),
                _agency(BANK_B, ("ธนาคารที่สอง", "Second Bank"), "bank", self.bank_b),
            ),
            accounts=tuple((each.public_keys, SIGNERS) for each in (self.central, self.court)),
            configs={CONTRACT: {"unregistered_accounts": 0, "issuer_signers_min": SIGNERS}},
        )
        return DevnetPlan(parameters=Parameters(calendar_rate=CALENDAR_RATE), cast=cast)


@dataclass(frozen=True, slots=True)
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

    @property
    def wallet(self) -> HolderWallet:
        """The customer as one who pays."""
        return HolderWallet(self.actor)

    @property
    def shop(self) -> Merchant:
        """The customer as a merchant."""
        return Merchant(self.actor)


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
    keys: Keys
    builder: TransactionBuilder
    node_key: SigningKey  # the identity provider's, which attests
    citizens: tuple[Customer, ...]
    merchants: tuple[Customer, ...]

    @property
    def chain_id(self) -> str:
        """The chain that every signature is for."""
        return self.builder.chain_id

    @property
    def central(self) -> CentralBank:
        """The central bank, signing with two of its keys."""
        return self.central_by(0, 1)

    def central_by(self, *numbers: int) -> CentralBank:
        """Return the central bank, signing with the keys of these numbers."""
        return CentralBank(self.rpc, self.builder, self.keys.central.wallet(*numbers))

    @property
    def supervisor(self) -> Supervisor:
        """The supervisor of payments."""
        return Supervisor(self.actor(self.keys.supervisor), SUPERVISOR)

    @property
    def supervisor_of_identity(self) -> Office:
        """The same, as the supervisor of identity."""
        return Office(self.rpc, self.builder, SUPERVISOR, self.keys.supervisor)

    @property
    def court(self) -> Court:
        """The court, signing with two of its keys."""
        return Court(self.actor(self.keys.court.wallet(0, 2)))

    @property
    def welfare(self) -> Programme:
        """The welfare office."""
        return Programme(self.actor(self.keys.welfare))

    @property
    def banks(self) -> dict[str, Fsp]:
        """The banks by agency."""
        wallets = {BANK_A: self.keys.bank_a, BANK_B: self.keys.bank_b}
        return {name: Fsp(self.actor(wallet), name) for name, wallet in wallets.items()}

    @property
    def issuer(self) -> AttestationIssuer:
        """The identity provider."""
        return AttestationIssuer(IDP, self.node_key, self.chain_id)

    def actor(self, wallet: Wallet) -> Actor:
        """Return who acts with these keys."""
        return Actor(self.rpc, self.builder, wallet)

    def newcomer(self, label: str, kind: str, bank: str, ial: int) -> Customer:
        """Return somebody with fresh keys."""
        return Customer(label, kind, bank, ial, self.actor(Wallet.generate()))

    def opening(self, who: Customer, issuer: AttestationIssuer | None = None) -> Opening:
        """Return what opens a customer's wallet, attested by the identity provider."""
        grounds = Grounds(
            ial=who.ial,
            issued_ms=self.calendar.start_ms,
            expires_ms=self.calendar.start_ms + _YEARS_MS,
            policy_version=1,
            nullifier=nullifier_of(_ISSUER_SECRET, who.label.encode()),
        )
        proof = (issuer or self.issuer).attest(who.holder, grounds)
        return Opening(who.address, who.kind, who.holder, proof)


async def assemble(devnet: Devnet, rpc: RpcClient, keys: Keys) -> Town:
    """Return everybody of the scene; nobody has a licence or a wallet yet."""
    contracts = [CONTRACT, IDENTITY]
    builder = await TransactionBuilder.from_node(rpc, contracts, devnet.genesis.chain_id)

    def customers(count: int, name: str, kind: str, levels: Sequence[int]) -> tuple[Customer, ...]:
        banks, ials = cycle((BANK_A, BANK_B)), cycle(levels)
        return tuple(
            Customer(
                label=f"{name}-{number}",
                kind=kind,
                bank=next(banks),
                ial=next(ials),
                actor=Actor(rpc, builder, Wallet.generate()),
            )
            for number in range(count)
        )

    return Town(
        rpc=rpc,
        devnet=devnet,
        calendar=Calendar(devnet.genesis),
        keys=keys,
        builder=builder,
        node_key=SigningKey(Wallet.generate().seed),
        citizens=customers(CITIZENS, "citizen", PERSON, LEVELS),
        merchants=customers(MERCHANTS, "merchant", MERCHANT, (_IAL_MERCHANT,)),
    )


def _agency(
    name: str, names: tuple[str, str], kind: str, administrator: Wallet | SharedAccount
) -> CastAgency:
    name_th, name_en = names
    return CastAgency(
        agency_id=name,
        name_th=name_th,
        name_en=name_en,
        kinds=(kind,),
        administrator=administrator.address,
    )
