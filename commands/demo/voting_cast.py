"""Who appears in the voting scene: the agencies, their keys, the citizens, and the way to all."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from client.identity.idp import Idp
from client.identity.keys import CitizenKeys
from client.identity.office import CONTRACT as IDENTITY
from client.identity.office import Office
from client.identity.source import TagAuthority
from client.keystore import Cost
from client.light import LightClient
from client.rpc import RpcClient
from client.transaction import TransactionBuilder
from client.voting.desk import CONTRACT, Desk
from client.voting.facts import Facts
from client.voting.officer import Officer
from client.voting.registrar import Judge, Registrar, sign_all
from client.voting.seed import VoterSeed
from client.voting.trustee_service import TrusteeService, manifest_key
from client.voting.vault import Vault, open_vault
from client.voting.voter import Citizen
from client.wallet import Wallet
from commands.demo.voting_clock import MONEY, Clock
from commands.devnet_files import Cast, CastAgency, Devnet, DevnetPlan
from genesis.schema import Parameters
from primitives.crypto import SEED_BYTES, SigningKey
from primitives.ids import show_address

NAMESPACE = "th.cid"
REGISTRY, BANK = "civil-registry", "first-bank"
AUTHORITY, OFFICIAL = "election-commission", "digital-supervisor"
# Nothing but work makes blocks here: an empty one comes after a minute only.
HEARTBEAT_MS = 60_000
_CHEAP = Cost(1, 8192)  # a demonstration's vault guards keys that are worth nothing tomorrow
_NAMES = {
    REGISTRY: ("ทะเบียนราษฎร", "Civil Registry", "as"),
    BANK: ("ธนาคารที่หนึ่ง", "First Bank", "idp"),
    AUTHORITY: ("คณะกรรมการการเลือกตั้ง", "Election Commission", "election-authority"),
    OFFICIAL: ("ผู้กำกับดูแลดิจิทัล", "Digital Supervisor", "supervisor"),
}


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
    faulty: int
    trustees: tuple[str, ...]
    shares: int


def agencies_of(kind: str, count: int) -> tuple[str, ...]:
    """Return the names of so many agencies of a kind."""
    return tuple(f"{kind}-{number}" for number in range(1, count + 1))


class Keys:
    """The keys of everybody, made before the network is."""

    def __init__(self, design: Design) -> None:
        self.design = design
        names = (*_NAMES, *design.registrars, *design.trustees)
        self.wallets = {name: Wallet.generate() for name in names}
        self.nodes = {name: SigningKey(os.urandom(SEED_BYTES)) for name in (REGISTRY, BANK)}
        self.masters = {name: os.urandom(SEED_BYTES) for name in design.trustees}

    def plan(self) -> DevnetPlan:
        """Return the network, with all agencies from its genesis on."""
        cast = Cast(agencies=tuple(map(self._agency, self.wallets)))
        return DevnetPlan(parameters=Parameters(heartbeat_ms=HEARTBEAT_MS), cast=cast)

    def _agency(self, name: str) -> CastAgency:
        number = name.rpartition("-")[2]
        if name in self.design.registrars:
            names = (f"นายทะเบียนที่ {number}", f"Registrar {number}", "registrar")
        elif name in self.design.trustees:
            names = (f"ผู้ถือกุญแจที่ {number}", f"Trustee {number}", "trustee")
        else:
            names = _NAMES[name]
        name_th, name_en, kind = names
        return CastAgency(
            agency_id=name,
            name_th=name_th,
            name_en=name_en,
            kinds=(kind,),
            administrator=self.wallets[name].address,
        )


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
    keys: Keys
    builder: TransactionBuilder
    clock: Clock
    facts: Facts
    files: Path

    @property
    def design(self) -> Design:
        """The election."""
        return self.keys.design

    @property
    def election_id(self) -> str:
        """The election's name on the ledger."""
        return self.design.election_id

    @property
    def chain_id(self) -> str:
        """The chain that every signature is for."""
        return self.builder.chain_id

    @property
    def official(self) -> str:
        """The address of who decides objections, as a manifest has it."""
        return show_address(self.keys.wallets[OFFICIAL].address)

    @property
    def bank(self) -> Idp:
        """The identity provider that registers and proofs the citizens."""
        return Idp(self.office(BANK), self.keys.nodes[BANK])

    @property
    def registry(self) -> TagAuthority:
        """The civil registry, which gives each person one tag."""
        return TagAuthority(self.chain_id, self.keys.nodes[REGISTRY], os.urandom(SEED_BYTES))

    def office(self, agency: str) -> Office:
        """Return an agency's way to the contract identity."""
        return Office(self.rpc, self.builder, agency, self.keys.wallets[agency])

    def desk(self, agency: str) -> Desk:
        """Return an agency's way to the contract voting."""
        return self.desk_of(self.keys.wallets[agency])

    def desk_of(self, account: Wallet) -> Desk:
        """Return any account's way to the contract voting."""
        return Desk(self.rpc, self.builder, account)

    def officer(self, agency: str) -> Officer:
        """Return who acts for the authority, or as the official."""
        return Officer(self.desk(agency), self.facts)

    def vault(self, registrar: str) -> Vault:
        """Return the opened vault of a registrar."""
        return open_vault(self.files / registrar, "demonstration", _CHEAP)

    def registrar(self, name: str, vault: Vault, judge: Judge = sign_all) -> Registrar:
        """Return a registrar's service."""
        return Registrar(self.desk(name), self.facts, vault, judge)

    def trustee(self, name: str, desk: Desk | None = None) -> TrusteeService:
        """Return a trustee's service."""
        return TrusteeService(desk or self.desk(name), self.facts, self.keys.masters[name])

    def encryption_key(self, trustee: str) -> str:
        """Return a trustee's key for the manifest."""
        master = self.keys.masters[trustee]
        return "0x" + manifest_key(master, self.chain_id, self.election_id).hex()


async def assemble(devnet: Devnet, rpc: RpcClient, keys: Keys, files: Path) -> Hall:
    """Return everybody of the scene; nothing is on the ledger yet."""
    contracts = [IDENTITY, CONTRACT, MONEY]
    builder = await TransactionBuilder.from_node(rpc, contracts, devnet.genesis.chain_id)
    return Hall(
        devnet=devnet,
        rpc=rpc,
        keys=keys,
        builder=builder,
        clock=Clock(devnet, rpc, builder),
        facts=Facts(rpc, LightClient(devnet.genesis)),
        files=files,
    )
