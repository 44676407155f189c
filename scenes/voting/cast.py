"""Who appears in the voting scene: the agencies, their keys, the citizens, and the way to all."""

import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from client.contract import Actor
from client.identity.idp import Idp
from client.identity.keys import CitizenKeys
from client.identity.office import Office
from client.identity.source import TagAuthority
from client.keystore import Cost
from client.light import LightClient
from client.rpc import RpcClient
from client.vault import Vault, open_vault
from client.voting.deliveries import Deliveries
from client.voting.facts import ElectionFacts, Facts
from client.voting.registrar import Judge, Registrar, sign_all
from client.voting.seed import VoterSeed
from client.voting.trustee_service import TrusteeService
from client.voting.voter import Citizen, Marks, VoterWallet
from client.wallet import Wallet
from commands.devnet_files import Devnet, DevnetPlan
from genesis.schema import Parameters
from primitives.crypto import SEED_BYTES
from primitives.ids import show_address
from scenes.kit.cast import BANK_A, CITIZEN_REGISTRY, DIGITAL_SUPERVISOR, Agencies
from scenes.kit.story import Story
from scenes.voting.clock import Clock
from scenes.voting.orders import Order, ranking

AUTHORITY, OFFICIAL = "election-commission", DIGITAL_SUPERVISOR
_NAMES = (CITIZEN_REGISTRY, BANK_A, AUTHORITY, OFFICIAL)
HEARTBEAT_MS = 1_000  # answers and ballots are apart by blocks, also while nobody acts
_CHEAP = Cost(1, 8192)  # a demonstration's vault guards keys that are worth nothing tomorrow


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What an election asks, and how many agencies it needs.

    `contests` and `english` are as the manifest has them; `registrars` and `trustees` are agencies,
    of which `signatures` and `shares` are needed.
    """

    election_id: str
    titles: tuple[str, str]
    contests: tuple[dict[str, object], ...]
    english: tuple[dict[str, object], ...]
    registrars: tuple[str, ...]
    signatures: int
    trustees: tuple[str, ...]
    shares: int


def agencies_of(kind: str, count: int) -> tuple[str, ...]:
    """Return the names of so many agencies of a kind."""
    return tuple(f"{kind}-{number}" for number in range(1, count + 1))


def voting_agencies(design: Design, *others: str) -> Agencies:
    """Return the agencies of an election, and others beside."""
    return Agencies((*_NAMES, *design.registrars, *design.trustees, *others))


def voting_plan(agencies: Agencies) -> DevnetPlan:
    """Return the network, on which a block comes every second also while nobody acts."""
    return agencies.plan(Parameters(heartbeat_ms=HEARTBEAT_MS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A citizen: a subject of identity, its keys, the seed of the words, an account to send by."""

    sid: bytes
    keys: CitizenKeys = field(default_factory=CitizenKeys.generate)
    seed: VoterSeed = field(default_factory=VoterSeed.generate)
    account: Wallet = field(default_factory=Wallet.generate)

    @property
    def citizen(self) -> Citizen:
        """The citizen as one who asks for tokens."""
        return Citizen(sid=self.sid, key=self.keys.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """Everybody, ready to act; `files` is where vaults and results are."""

    devnet: Devnet
    rpc: RpcClient
    design: Design
    agencies: Agencies
    masters: Mapping[str, bytes]  # of the trustees
    clock: Clock
    facts: Facts
    files: Path

    @property
    def election_id(self) -> str:
        """The election's name on the ledger."""
        return self.design.election_id

    @property
    def chain_id(self) -> str:
        """The chain that every signature is for."""
        return self.devnet.genesis.chain_id

    @property
    def official(self) -> str:
        """The address of who decides objections, as a manifest has it."""
        return show_address(self.agencies.wallets[OFFICIAL].address)

    @property
    def bank(self) -> Idp:
        """The identity provider that registers and proofs the citizens."""
        return Idp(self.office(BANK_A), self.agencies.nodes[BANK_A])

    @property
    def registry(self) -> TagAuthority:
        """The civil registry, which gives each person one tag."""
        return TagAuthority(
            self.chain_id, self.agencies.nodes[CITIZEN_REGISTRY], os.urandom(SEED_BYTES)
        )

    def office(self, agency: str) -> Office:
        """Return an agency's way to the contract identity."""
        wallet = self.agencies.wallets[agency]
        return Office(rpc=self.rpc, wallet=wallet, chain_id=self.chain_id, agency=agency)

    def actor(self, agency: str) -> Actor:
        """Return an agency, ready to act."""
        return self.actor_of(self.agencies.wallets[agency])

    def actor_of(self, account: Wallet) -> Actor:
        """Return any account, ready to act."""
        return Actor(rpc=self.rpc, wallet=account, chain_id=self.chain_id)

    def vault(self, registrar: str) -> Vault:
        """Return the opened vault of a registrar."""
        return open_vault(self.files / registrar, "demonstration", _CHEAP)

    def registrar(self, name: str, vault: Vault, judge: Judge = sign_all) -> Registrar:
        """Return a registrar's service."""
        return Registrar(self.actor(name), self.facts, vault, judge)

    def trustee(self, name: str, actor: Actor | None = None) -> TrusteeService:
        """Return a trustee's service."""
        deliveries = Deliveries(self.files / f"{name}.opened")
        return TrusteeService(actor or self.actor(name), self.facts, self.masters[name], deliveries)


@dataclass(slots=True, kw_only=True)
class Voter:
    """A voter: the person, the real voter's order of the options, the wallet, the token."""

    person: Person
    order: Order
    wallet: VoterWallet
    token: bytes = b""

    @property
    def marks(self) -> Marks:
        """What the voter marks: the first preference, and the order of the candidates."""
        return self.marks_for(self.order[0])

    def marks_for(self, option: int) -> Marks:
        """Return the marks with another first preference."""
        ranked = len(self.wallet.facts.manifest.contests[1].options)
        return [(option,), ranking(self.order, ranked)]


@dataclass(slots=True, kw_only=True)
class ElectionStory(Story):
    """An election from its citizens to its record."""

    hall: Hall
    orders: list[Order]  # of each real ballot
    people: list[Person] = field(default_factory=list)  # whose ballots these are, in their order
    vaults: dict[str, Vault] = field(default_factory=dict)  # by registrar
    windows: dict[str, int] = field(default_factory=dict)
    voters: list[Voter] = field(default_factory=list)

    @property
    def election_id(self) -> str:
        """The election's name on the ledger."""
        return self.hall.election_id

    async def facts(self) -> ElectionFacts:
        """Return what the ledger proves of the election now."""
        return await self.hall.facts.election(self.election_id)


@asynccontextmanager
async def assembled(
    devnet: Devnet, rpc: RpcClient, agencies: Agencies, design: Design
) -> AsyncIterator[Hall]:
    """Give everybody of an election, their files in a temporary directory; the ledger is empty."""
    with tempfile.TemporaryDirectory(prefix="sapha-registrars-") as directory:
        yield Hall(
            devnet=devnet,
            rpc=rpc,
            design=design,
            agencies=agencies,
            masters={name: os.urandom(SEED_BYTES) for name in design.trustees},
            clock=Clock(devnet.genesis, rpc),
            facts=Facts(rpc, LightClient(devnet.genesis)),
            files=Path(directory),
        )
