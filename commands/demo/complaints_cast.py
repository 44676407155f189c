"""Who appears in the complaints scene, on which network, and how so many send what they have to."""

import asyncio
import secrets
import sys
import time
from dataclasses import dataclass, field, replace

from client.complaints import ComplaintReceipt, ReadingKey
from client.complaints.actor import Connection
from client.complaints.citizen import Citizen
from client.complaints.erasure import Erasure
from client.complaints.officer import Officer
from client.complaints.supervisor import Supervisor
from client.follow import Follower
from client.identity.office import fields_of, method_of
from client.load import Loader
from client.transaction import Intent, TransactionBuilder
from client.wallet import Wallet
from commands.demo.complaints_bangkok import BUREAUS, offices
from commands.devnet_files import Cast, CastAgency, Devnet, DevnetPlan
from commands.output import CheckFailed
from contracts.complaints.templates.messages import SetHandler
from genesis.schema import Parameters
from primitives.crypto import SEED_BYTES
from primitives.ids import TransactionId
from primitives.receipt import OK
from primitives.transaction import Transaction

CONTRACT = "complaints"
DAY_S = 86_400
CALENDAR_RATE = 10_800  # a day of the contracts' calendar in eight seconds
ONLINE, CYBER, STATION = "police-online", "cyber-police", "bang-rak-station"
SUPERVISOR, COURT = "ombudsman", "administrative-court"
HANDLER = "complaint-handler"
_HOSTS = 2  # validators that keep an agency's content
_BATCH_S = 0.05
_ANSWER_S = 60.0


@dataclass(frozen=True, slots=True)
class Part:
    """An agency with the keys of its administrator, and the one that it reads with."""

    agency: str
    names: tuple[str, str]
    kind: str
    wallet: Wallet = field(default_factory=Wallet.generate)
    reader: ReadingKey = field(default_factory=ReadingKey.generate)


class Keys:
    """The keys of all agencies, made before the network is."""

    def __init__(self) -> None:
        parts = [Part(one.agency, (one.name_th, one.name_en), HANDLER) for one in BUREAUS]
        for office in offices():
            names = (f"สำนักงานเขต{office.name_th}", f"{office.name_en} District Office")
            parts.append(Part(office.agency, names, HANDLER))
        parts += [
            Part(ONLINE, ("ศูนย์รับแจ้งความออนไลน์", "Police Online Reports"), HANDLER),
            Part(CYBER, ("ตำรวจสืบสวนอาชญากรรมทางเทคโนโลยี", "Cyber Crime Police"), HANDLER),
            Part(STATION, ("สถานีตำรวจนครบาลบางรัก", "Bang Rak Police Station"), HANDLER),
            Part(SUPERVISOR, ("ผู้ตรวจการเรื่องร้องเรียน", "Ombudsman"), "supervisor"),
            Part(COURT, ("ศาลปกครอง", "Administrative Court"), "court"),
        ]
        self.parts = {part.agency: part for part in parts}

    def plan(self) -> DevnetPlan:
        """Return the network: all these agencies from genesis on, and a calendar that hurries."""
        agencies = tuple(
            CastAgency(
                agency_id=part.agency,
                name_th=part.names[0],
                name_en=part.names[1],
                kinds=(part.kind,),
                administrator=part.wallet.address,
            )
            for part in self.parts.values()
        )
        parameters = Parameters(calendar_rate=CALENDAR_RATE)
        return DevnetPlan(parameters=parameters, cast=Cast(agencies=agencies))


class Days:
    """The time of the data, which passes as fast as the contracts' calendar."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def begin(self) -> None:
        """Let the first day begin now."""
        self._began = time.monotonic()

    def now_s(self) -> float:
        """Return the seconds of the data that have passed."""
        return (time.monotonic() - self._began) * CALENDAR_RATE

    async def until(self, data_s: float) -> None:
        """Wait until so many seconds of the data have passed."""
        await asyncio.sleep(max(0.0, (data_s - self.now_s()) / CALENDAR_RATE))


class Post:
    """Sends transactions of many in batches, and tells each when every validator has it."""

    def __init__(self, builder: TransactionBuilder, follower: Follower, loader: Loader) -> None:
        self._builder = builder
        self._follower = follower
        self._loader = loader
        self._outgoing: list[Transaction] = []
        self._waiting: dict[TransactionId, asyncio.Future[str]] = {}
        self.sent = 0

    async def send(self, wallet: Wallet, message: object) -> str:
        """Return the code of what became of a message of complaints."""
        intent = Intent(
            contract=CONTRACT, method=method_of(type(message)), fields=fields_of(message)
        )
        transaction = wallet.sign(self._builder.build(wallet.address, intent))
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[transaction.transaction_id] = answer
        self._outgoing.append(transaction)
        self.sent += 1
        try:
            return await asyncio.wait_for(answer, _ANSWER_S)
        except TimeoutError:
            raise CheckFailed(f"{intent.method}: in no block after {_ANSWER_S:.0f} s") from None

    async def must(self, what: str, wallet: Wallet, message: object) -> None:
        """Send what has to take effect. Raises CheckFailed naming `what`."""
        code = await self.send(wallet, message)
        if code != OK:
            raise CheckFailed(f"{what}: {code}")

    async def run(self) -> None:
        """Carry the post until cancelled."""
        while True:
            await asyncio.sleep(_BATCH_S)
            batch, self._outgoing = self._outgoing, []
            if batch:
                await self._loader.saturate(batch, window=sys.maxsize)
            self._deliver()

    def _deliver(self) -> None:
        refused, placed = self._loader.sent.refused, self._follower.placed
        everywhere = self._follower.height_everywhere
        for name in list(self._waiting):
            code = refused.get(name)
            if code is None and name in placed and placed[name].height <= everywhere:
                code = placed[name].code
            if code is not None:
                answer = self._waiting.pop(name)
                if not answer.done():
                    answer.set_result(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """Everybody, ready to act."""

    devnet: Devnet
    connection: Connection
    keys: Keys
    post: Post
    days: Days

    def officer(self, agency: str, *, is_patient: bool = True) -> Officer:
        """Return who acts for an agency, and waits a moment for what a node may not know yet."""
        part = self.keys.parts[agency]
        connection = self.connection if is_patient else replace(self.connection, patience_s=0.0)
        return Officer.open(connection, agency, part.wallet, part.reader)

    def wallet(self, agency: str) -> Wallet:
        """Return the keys that act for an agency."""
        return self.keys.parts[agency].wallet

    @property
    def supervisor(self) -> Supervisor:
        """The ombudsman."""
        part = self.keys.parts[SUPERVISOR]
        return Supervisor.open(self.connection, SUPERVISOR, part.wallet, part.reader)

    @property
    def court(self) -> Erasure:
        """The court, which may forbid an erasure."""
        part = self.keys.parts[COURT]
        officer = Officer.open(self.connection, COURT, part.wallet, part.reader)
        return Erasure(officer.actor, COURT)

    def citizen(self, receipt: ComplaintReceipt) -> Citizen:
        """Return whoever has the words of a receipt."""
        return Citizen.anonymous(self.connection, receipt)


async def set_handlers(city: City) -> int:
    """Have every agency say its key, and which validators keep its content; return how many."""
    names = [node.name for node in city.devnet.validators]
    parts = [part for part in city.keys.parts.values() if part.kind != "court"]
    hosts = [
        tuple(names[(number + turn) % len(names)] for turn in range(_HOSTS))
        for number in range(len(parts))
    ]
    await asyncio.gather(
        *(
            city.post.must(
                "setting a handler",
                part.wallet,
                SetHandler(part.agency, part.reader.public, its_hosts),
            )
            for part, its_hosts in zip(parts, hosts, strict=True)
        )
    )
    return len(parts)


def salt() -> bytes:
    """Return a fresh salt of a commitment."""
    return secrets.token_bytes(SEED_BYTES)
