"""Who is there to try a service with, and the files of their keys.

<dir>/cast/ AGENCY.key AGENCY.node AGENCY.box AGENCY.reading AGENCY.vault AGENCY-officer.key
            tags customers CITIZEN.key CITIZEN.citizen citizens.csv services.json
"""

import datetime
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from client.complaints.wraps import ReadingKey
from client.files import write_whole
from client.identity.keys import CitizenKeys
from client.identity.sealed import BoxKey
from client.identity.vouching.seed import first_epoch
from client.keystore import write_secret
from client.wallet import Wallet
from commands.devnet_files import DevnetPlan, NoDevnet
from commands.identity.registration import tag_key_text
from commands.output import UsageFault
from commands.services.agencies import (
    BANK_A,
    BANK_B,
    CITIZEN_REGISTRY,
    DIGITAL_SUPERVISOR,
    Agencies,
)
from genesis.files import read_text
from genesis.schema import Json
from primitives.crypto import SEED_BYTES
from primitives.ids import show_address

IDENTITY, VOTING, CBDC, COMPLAINTS = SERVICES = ("identity", "voting", "cbdc", "complaints")
IDP, FACES = "id-provider", "face-service"
RELYING_PARTIES = ("revenue", "social-security", "land-office")
HANDLERS, OMBUDSMAN = ("public-works", "traffic", "drainage"), "ombudsman"
REGISTRARS = ("registrar-1", "registrar-2", "registrar-3")
TRUSTEES = ("trustee-1", "trustee-2", "trustee-3")
VOUCHERS = ("voucher-1", "voucher-2", "voucher-3", "voucher-4")
AUTHORITY = "election-commission"
_NODES = (DIGITAL_SUPERVISOR, CITIZEN_REGISTRY, BANK_A, IDP, FACES, *RELYING_PARTIES)
AGENCIES = {
    IDENTITY: (*_NODES, *VOUCHERS),
    VOTING: (*_NODES, AUTHORITY, *REGISTRARS, *TRUSTEES),
    CBDC: (*_NODES, BANK_B),
    COMPLAINTS: (*HANDLERS, OMBUDSMAN),
}
ROLES = {AUTHORITY: VOTING, BANK_B: CBDC} | dict.fromkeys(HANDLERS, COMPLAINTS)
CITIZENS = {
    "somchai": "สมชาย ใจดี",
    "malee": "มาลี สุขใจ",
    "niran": "นิรันดร์ คงมั่น",
    "ploy": "พลอย แสงทอง",
    "anan": "อนันต์ พูนผล",
    "dao": "ดาว เรืองรอง",
    "kittisak": "กิตติศักดิ์ วงศ์ไทย",
    "wan": "วรรณ ทองคำ",
}
_FOLDER, _SERVICES = "cast", "services.json"
_EPOCH_S, _LISTS_S = 60, 120  # a day of vouched keys, and how long keys of a list are taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """A citizen: the number that no real one has, an account, and the keys of identity."""

    name: str
    full_name: str
    number: str
    account: Wallet = field(default_factory=Wallet.generate)
    keys: CitizenKeys = field(default_factory=CitizenKeys.generate)


class ServiceCast:
    """The agencies and citizens of some services, with fresh keys."""

    def __init__(self, services: Sequence[str]) -> None:
        self.services = tuple(name for name in SERVICES if name in services)
        self.agencies = Agencies(dict.fromkeys(n for s in self.services for n in AGENCIES[s]))
        names = self.agencies.profiles
        self._box_seeds = {name: _secret() for name in self.agencies.nodes}
        self._reading_seeds = {n: _secret() for n in (*HANDLERS, OMBUDSMAN) if n in names}
        self.boxes = {name: BoxKey(seed) for name, seed in self._box_seeds.items()}
        self.readers = {name: ReadingKey(seed) for name, seed in self._reading_seeds.items()}
        self.officers = {name: Wallet.generate() for name in names if self.role_of(name)}
        self._vault_seeds = {name: _secret() for name in VOUCHERS if name in names}
        self.tag_key, self.customer_key = _secret(), _secret()
        self.residents = [
            Resident(name=name, full_name=full_name, number=citizen_number(index))
            for index, (name, full_name) in enumerate(CITIZENS.items())
            if self.has_nodes
        ]

    @property
    def has_nodes(self) -> bool:
        """Whether agencies are nodes of identity, and citizens its subjects."""
        return self.services != (COMPLAINTS,)

    @property
    def has_vouchers(self) -> bool:
        """Whether agencies vouch for citizens' keys."""
        return IDENTITY in self.services

    def role_of(self, agency: str) -> str:
        """Return the role of an agency's officer; empty where it has none."""
        return ROLES.get(agency, IDENTITY if agency in self.agencies.nodes else "")

    def plan(self, plan: DevnetPlan) -> DevnetPlan:
        """Return the plan with these agencies in its genesis."""
        configs = {IDENTITY: short_epochs()} if self.has_vouchers else {}
        return replace(plan, cast=replace(self.agencies.plan().cast, configs=configs))

    def write(self, directory: Path) -> None:
        """Write everybody's keys into the network's directory. Raises KeystoreExists."""
        folder = directory / _FOLDER
        seeds = {f"{name}.key": wallet.seed for name, wallet in self.agencies.wallets.items()}
        seeds |= {f"{name}.node": key.seed for name, key in self.agencies.nodes.items()}
        seeds |= {f"{name}.box": seed for name, seed in self._box_seeds.items()}
        seeds |= {f"{name}.reading": seed for name, seed in self._reading_seeds.items()}
        seeds |= {f"{name}.vault": seed for name, seed in self._vault_seeds.items()}
        seeds |= {f"{name}-officer.key": wallet.seed for name, wallet in self.officers.items()}
        for resident in self.residents:
            seeds[f"{resident.name}.key"] = resident.account.seed
            seeds[f"{resident.name}.citizen"] = resident.keys.seed
        if self.has_nodes:
            seeds |= {"tags": self.tag_key, "customers": self.customer_key}
        for name, seed in seeds.items():
            is_for_tags = name == "tags"
            write_secret(folder / name, tag_key_text(seed) if is_for_tags else seed.hex() + "\n")
        self._mark(directory, is_founded=False)

    def write_citizens(self, directory: Path, subjects: Sequence[bytes]) -> None:
        """Write the list of citizens, as offices' lists are, and that all is founded."""
        rows = ["number,name,email,sid,account"]
        for resident, sid in zip(self.residents, subjects, strict=True):
            mail, account = f"{resident.name}@example.go.th", show_address(resident.account.address)
            rows.append(f"{resident.number},{resident.full_name},{mail},0x{sid.hex()},{account}")
        if self.has_nodes:
            text = "\n".join(rows) + "\n"
            write_whole(citizens_file(directory), text.encode())
        self._mark(directory, is_founded=True)

    def _mark(self, directory: Path, *, is_founded: bool) -> None:
        document = {"services": self.services, "is_founded": is_founded}
        write_whole(directory / _FOLDER / _SERVICES, (json.dumps(document) + "\n").encode())


def cast_folder(directory: Path) -> Path:
    """Return where the keys of the cast of a network are."""
    return directory / _FOLDER


def citizens_file(directory: Path) -> Path:
    """Return the list of the citizens of a network."""
    return directory / _FOLDER / "citizens.csv"


def founded_services(directory: Path) -> tuple[str, ...]:
    """Return the services that a network was founded with.

    Raises:
        UsageFault: the founding was broken off.
        NoDevnet: the file that says so is damaged.
    """
    path = directory / _FOLDER / _SERVICES
    try:
        document = json.loads(read_text(path))
        is_founded, services = bool(document["is_founded"]), tuple(map(str, document["services"]))
    except FileNotFoundError:
        return ()
    except (ValueError, KeyError, TypeError) as error:
        raise NoDevnet(f"{path}: damaged; remove {directory} and start again") from error
    if not is_founded:
        raise UsageFault(
            f"{directory}: founding its services was broken off; remove it and start again"
        )
    return services


def short_epochs() -> Mapping[str, Json]:
    """Return the part of genesis that makes a day of vouched keys a minute.

    The first epoch has the number of the year's first day, so that a year lasts some hours.
    """
    year = datetime.datetime.now(datetime.UTC).year
    return {"epoch_s": _EPOCH_S, "lists_s": _LISTS_S, "first_epoch": first_epoch(year)}


def citizen_number(index: int) -> str:
    """Return a citizen's number that nobody has: none begins with 9."""
    digits = f"9{index:011}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=True))
    return digits + str((11 - total % 11) % 10)


def _secret() -> bytes:
    return secrets.token_bytes(SEED_BYTES)
