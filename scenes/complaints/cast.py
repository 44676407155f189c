"""Who appears in the complaints scene, on which network, and how so many send what they have to."""

import asyncio
import secrets
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from client.complaints.actor import Connection
from client.complaints.citizen import Citizen
from client.complaints.officer import Officer
from client.complaints.receipt_key import ComplaintReceipt
from client.complaints.supervisor import Supervisor
from client.complaints.wraps import ReadingKey
from client.follow import Follower
from client.load import Loader
from client.wallet import Wallet
from commands.devnet_files import Devnet
from commands.output import CheckFailed
from contracts.complaints.templates.messages import SetHandler
from primitives.crypto import SEED_BYTES
from primitives.ids import TransactionId
from primitives.receipt import OK
from primitives.transaction import Transaction
from scenes.complaints.bangkok import BUREAUS, office_of, offices
from scenes.kit.cast import Agencies
from scenes.kit.story import Story

DAY_S = 86_400
CALENDAR_RATE = 10_800  # a day of the contracts' calendar in eight seconds
ONLINE, CYBER, STATION = "police-online", "cyber-police", "bang-rak-station"
SUPERVISOR, COURT = "ombudsman", "administrative-court"
_HOSTS = 2  # validators that keep an agency's content
_BATCH_S = 0.05
_ANSWER_S = 60.0


def handlers() -> tuple[str, ...]:
    """Return the agencies that complaints go to: bureaus, the districts' offices, the police."""
    return (*BUREAUS, *map(office_of, offices().values()), ONLINE, CYBER, STATION)


def city_agencies() -> Agencies:
    """Return all agencies of the city."""
    return Agencies((*handlers(), SUPERVISOR, COURT))


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

    def __init__(self, connection: Connection, follower: Follower, loader: Loader) -> None:
        self._connection = connection
        self._follower = follower
        self._loader = loader
        self._outgoing: list[Transaction] = []
        self._waiting: dict[TransactionId, asyncio.Future[str]] = {}
        self.sent = 0

    async def send(self, wallet: Wallet, message: object) -> str:
        """Return the code of what became of a message of complaints."""
        transaction = self._connection.actor(wallet).sign(message)
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[transaction.transaction_id] = answer
        self._outgoing.append(transaction)
        self.sent += 1
        try:
            return await asyncio.wait_for(answer, _ANSWER_S)
        except TimeoutError:
            raise CheckFailed(
                f"{transaction.body.method}: in no block after {_ANSWER_S:.0f} s"
            ) from None

    async def must(self, act: str, wallet: Wallet, message: object) -> None:
        """Send what has to take effect. Raises CheckFailed naming `act`."""
        code = await self.send(wallet, message)
        if code != OK:
            raise CheckFailed(f"{act}: {code}")

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
    agencies: Agencies
    readers: Mapping[str, ReadingKey]  # with which agencies read
    post: Post
    days: Days

    def officer(self, agency: str, *, is_patient: bool = True) -> Officer:
        """Return who acts for an agency, and waits a moment for what a node may not know yet."""
        connection = self.connection if is_patient else replace(self.connection, patience_s=0.0)
        return Officer.open(connection, agency, self.wallet(agency), self.readers[agency])

    def wallet(self, agency: str) -> Wallet:
        """Return the keys that act for an agency."""
        return self.agencies.wallets[agency]

    @property
    def supervisor(self) -> Supervisor:
        """The ombudsman."""
        wallet, reader = self.wallet(SUPERVISOR), self.readers[SUPERVISOR]
        return Supervisor.open(self.connection, SUPERVISOR, wallet, reader)

    def citizen(self, receipt: ComplaintReceipt) -> Citizen:
        """Return whoever has the words of a receipt."""
        return Citizen.anonymous(self.connection, receipt)


@dataclass(slots=True, kw_only=True)
class CityStory(Story):
    """What happens to the city's complaints."""

    secrets: list[str] = field(default_factory=list)  # that must be nowhere in the clear
    timelines: dict[str, str] = field(default_factory=dict)  # the police report's, by language


async def set_handlers(city: City) -> int:
    """Have every agency say its key, and which validators keep its content; return how many."""
    settings = handler_settings(city.devnet, city.readers)
    calls = [
        city.post.must("setting a handler", city.wallet(message.agency), message)
        for message in settings
    ]
    await asyncio.gather(*calls)
    return len(settings)


def handler_settings(devnet: Devnet, readers: Mapping[str, ReadingKey]) -> list[SetHandler]:
    """Return what each agency but the court sets: its reading key, and two validators in turn."""
    names = [node.name for node in devnet.validators]
    return [
        SetHandler(
            agency,
            reader.public,
            tuple(names[(number + turn) % len(names)] for turn in range(_HOSTS)),
        )
        for number, (agency, reader) in enumerate(readers.items())
        if agency != COURT
    ]


def salt() -> bytes:
    """Return a fresh salt of a commitment."""
    return secrets.token_bytes(SEED_BYTES)
