"""Agencies that a development network is tried with: those of agencies.csv, with their keys."""

import csv
import functools
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client.contract import Actor
from client.identity.office import Office
from client.identity.sealed import BoxKey
from client.wallet import Wallet
from commands.devnet_files import Cast, CastAgency, DevnetPlan
from commands.services.outcomes import must, must_all
from contracts.accounts.rules import account_of, address_of_account
from contracts.governance.messages import Admission
from contracts.identity.nodes.messages import (
    RegisterNode,
    SetContact,
    SetNamespace,
    SetNodeStatus,
)
from genesis.schema import Json, Parameters
from primitives.crypto import SEED_BYTES, PublicKey, SigningKey

_TABLE = Path(__file__).parent / "agencies.csv"
BANK_A, BANK_B, CENTRAL = "first-bank", "second-bank", "central-bank"
CITIZEN_REGISTRY, DIGITAL_SUPERVISOR = "civil-registry", "digital-supervisor"
NAMESPACE = "th.cid"  # the citizens' numbers, of which the civil registry says whose they are
SIGNERS = 2  # of three, where an account has three keys
_MAX_AAL = 220


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An agency of the table.

    As a node of identity it is in a sector, which groups relying parties that may know one name,
    and vouches for no more than `max_ial`. `complaints` are the types, in Thai, that it works on.
    """

    agency: str
    name_th: str
    name_en: str
    kinds: tuple[str, ...]
    sector: str
    max_ial: int
    complaints: tuple[str, ...]


@functools.cache
def profiles() -> Mapping[str, Profile]:
    """Return all agencies by their id, in the order of the table."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["agency"]: Profile(
            agency=row["agency"],
            name_th=row["name_th"],
            name_en=row["name_en"],
            kinds=tuple(row["kinds"].split()),
            sector=row["sector"],
            max_ial=int(row["max_ial"] or 0),
            complaints=tuple(row["complaints"].split()),
        )
        for row in rows
    }


class SharedAccount:
    """Three keys of which two sign together."""

    def __init__(self) -> None:
        self.keys = [new_key() for _ in range(3)]
        self.public_keys: tuple[PublicKey, ...] = tuple(sorted(k.public_key for k in self.keys))
        self.address = address_of_account(account_of(self.public_keys, SIGNERS))

    def wallet(self, *numbers: int) -> Wallet:
        """Return the account's wallet with the keys of these numbers."""
        return Wallet([self.keys[number] for number in numbers], self.address)


class Agencies:
    """Agencies of the table with their keys, made before the network is.

    `shared` are those whose administrator is an account of three keys. `nodes` are the keys with
    which agencies sign as nodes of identity.
    """

    def __init__(self, names: Iterable[str], shared: Sequence[str] = ()) -> None:
        self.profiles = {name: profiles()[name] for name in names}
        self.shared = {name: SharedAccount() for name in shared}
        self.wallets = {
            name: self.shared[name].wallet(0, 1) if name in shared else Wallet.generate()
            for name in self.profiles
        }
        self.nodes = {name: new_key() for name, profile in self.profiles.items() if profile.sector}

    def plan(
        self, parameters: Parameters | None = None, **configs: Mapping[str, Json]
    ) -> DevnetPlan:
        """Return a network that has these agencies from its genesis on; `configs` by contract."""
        cast = Cast(
            agencies=tuple(CastAgency(**self._entry(name)) for name in self.profiles),
            accounts=tuple((each.public_keys, SIGNERS) for each in self.shared.values()),
            configs=configs,
        )
        return DevnetPlan(parameters=parameters, cast=cast)

    def to_admit(self) -> list[Admission]:
        """Return the agencies as a vote admits them."""
        return [Admission(**self._entry(name)) for name in self.profiles]

    def _entry(self, name: str) -> dict[str, Any]:
        profile = self.profiles[name]
        return {
            "agency_id": name,
            "name_th": profile.name_th,
            "name_en": profile.name_en,
            "kinds": profile.kinds,
            "administrator": self.wallets[name].address,
        }

    async def register_nodes(self, supervisor: Actor | Office) -> None:
        """Have the supervisor make all that have a sector nodes of identity.

        The civil registry, if it is among them, comes first and gives the others' namespace.

        Raises:
            CheckFailed: a call is refused.
        """
        others = [name for name in self.nodes if name != CITIZEN_REGISTRY]
        namespaces: tuple[str, ...] = ()
        if CITIZEN_REGISTRY in self.nodes:
            await must("registering", supervisor.send(self._node(CITIZEN_REGISTRY, ())))
            namespace = SetNamespace(NAMESPACE, CITIZEN_REGISTRY, is_unique=True)
            await must("namespace", supervisor.send(namespace))
            namespaces = (NAMESPACE,)
        joining = [supervisor.send(self._node(name, namespaces)) for name in others]
        await must_all("registering", joining)
        await activate(supervisor, self.nodes)

    def _node(self, name: str, namespaces: tuple[str, ...]) -> RegisterNode:
        profile = self.profiles[name]
        return RegisterNode(
            agency=name,
            sector=profile.sector,
            max_ial=profile.max_ial,
            max_aal=_MAX_AAL if profile.max_ial else 0,
            namespaces=namespaces,
            keys=(self.nodes[name].public_key,),
        )


async def state_contacts(offices: Mapping[str, Office], boxes: Mapping[str, BoxKey]) -> None:
    """Have each agency state how its node is reached and what it reads. Raises CheckFailed."""
    calls = [
        offices[name].send(SetContact(name, f"https://{name}.example", box.public))
        for name, box in boxes.items()
    ]
    await must_all("stating contacts", calls)


def new_box() -> BoxKey:
    """Return a fresh random key to seal to."""
    return BoxKey(secrets.token_bytes(SEED_BYTES))


def new_key() -> SigningKey:
    """Return a fresh random key."""
    return SigningKey(secrets.token_bytes(SEED_BYTES))


async def activate(supervisor: Actor | Office, names: Iterable[str]) -> None:
    """Have the supervisor make registered nodes active. Raises CheckFailed."""
    calls = [supervisor.send(SetNodeStatus(name, "active", "")) for name in names]
    await must_all("activating", calls)
