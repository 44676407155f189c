"""The attacks of `bench.storm`: what strangers may send to a node, as much of it as they can.

    python -m bench.storm_attacks NAME SECONDS URL...

A process of its own at the lowest priority, from addresses of its own of the loopback network. It
prints what it was answered, as one JSON object: a count for each HTTP status or error code.
STORM_PARCEL names a file of transactions that were signed before, a line each; STORM_MEMBERS the
members' doors, each as host:port.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import cast

import aiohttp

from bench import storm_floods
from bench.storm_filings import filing
from client.complaints.asking import BlobAccount, Question, signed_params
from contracts.complaints.core.messages import ContentItem
from contracts.sdk.schema import record_of
from primitives.blob import Head, blob_digest
from primitives.crypto import Digest, SigningKey
from primitives.ids import address_of, show_address
from primitives.transaction import Body, sign_body

NEIGHBOUR = "neighbour"
BALLOTS = "ballots"
ABSENT = "absent"
HOARDS = "hoards"
ADDRESSES = ("127.0.0.2", "127.0.0.3")
_BATCH = 100
_LINES = 500
_UPLOAD_BYTES = 60_000
_SUMMED = 10_000
_PAUSE_S = 0.05  # after a refusal; who ignores Retry-After is not read for a while anyway


@dataclass(slots=True)
class Attack:
    """Where to send, until when, and what was answered."""

    urls: list[str]
    until_s: float
    members: list[str] = field(default_factory=list)  # host:port of the members' doors
    chain_id: str = ""
    height: int = 0
    parcel: list[str] = field(default_factory=list)  # transactions that were signed before
    answers: Counter[str] = field(default_factory=Counter)

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.until_s

    def session(self, address: str = ADDRESSES[0]) -> aiohttp.ClientSession:
        """Return a client from one of the attackers' addresses, with any number of sockets."""
        connector = aiohttp.TCPConnector(limit=0, local_addr=(address, 0))
        return aiohttp.ClientSession(
            connector=connector, timeout=aiohttp.ClientTimeout(total=30, sock_connect=10)
        )

    async def post(self, session: aiohttp.ClientSession, url: str, body: object) -> None:
        """Send one body and count what was answered."""
        try:
            async with session.post(f"{url}/rpc", json=body) as response:
                text = await response.text()
                self.answers[str(response.status)] += 1
                if response.status == 429:
                    await asyncio.sleep(_PAUSE_S)
                elif '"error"' in text:
                    self._count_errors(text)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.answers[type(error).__name__] += 1
            await asyncio.sleep(_PAUSE_S)

    async def repeat(
        self, body: Callable[[], object], *, connections: int, address: str = ADDRESSES[0]
    ) -> None:
        """Send bodies over many connections to every node until the time is up."""

        async def one(session: aiohttp.ClientSession, url: str) -> None:
            while not self.is_over:
                await self.post(session, url, body())

        async with self.session(address) as session, asyncio.TaskGroup() as tasks:
            for _ in range(connections):
                for url in self.urls:
                    tasks.create_task(one(session, url))

    def _count_errors(self, text: str) -> None:
        with suppress(ValueError, TypeError, KeyError):
            found = json.loads(text)
            for answer in found if isinstance(found, list) else [found]:
                if "error" in answer:
                    self.answers[answer["error"]["data"]["code"]] += 1


def _calls(method: str, params: object, count: int = _BATCH) -> list[dict[str, object]]:
    return [
        {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        for number in range(count)
    ]


async def neighbour(attack: Attack) -> None:
    """Nothing is sent: a process that only computes, for what the machine's own part is.

    It uses at most so much of a core as the environment says.
    """
    cores = float(os.environ["STORM_CORES"])
    started_s = time.monotonic()
    while not attack.is_over:
        attack.answers["sums"] += 1
        sum(range(_SUMMED))
        ahead_s = time.process_time() / cores - (time.monotonic() - started_s)
        await asyncio.sleep(max(0.0, ahead_s))


async def headers(attack: Attack) -> None:
    """Batches of a hundred headers of a full block."""
    await attack.repeat(lambda: _calls("chain_getHeader", {"at": attack.height}), connections=8)


async def blocks(attack: Attack) -> None:
    """Batches of a hundred whole blocks."""
    await attack.repeat(lambda: _calls("chain_getBlock", {"at": attack.height}, 20), connections=4)


async def search(attack: Attack) -> None:
    """Batches of a hundred searches through all events, at half of the validators."""
    attack.urls = attack.urls[: max(1, len(attack.urls) // 2)]
    params = {"contract": "cbdc", "from_height": 1}
    await attack.repeat(lambda: _calls("events_search", params), connections=8)


def _signed(
    attack: Attack,
    key: SigningKey,
    method: str,
    args: tuple[object, ...],
    contract: str = "cbdc",
) -> str:
    body = Body(
        chain_id=attack.chain_id,
        sender=address_of(key.public_key),
        nonce=int.from_bytes(os.urandom(8)) >> 1,
        expires_at_ms=int(time.time() * 1000) + 60_000,
        contract=contract,
        method=method,
        args=args,  # type: ignore[arg-type]
    )
    return "0x" + sign_body(body, [key]).raw.hex()


async def simulate(attack: Attack) -> None:
    """Trials of payrolls of five hundred lines, in the name of a key that owns nothing."""
    key = SigningKey(os.urandom(32))
    lines = tuple((os.urandom(20), 1, f"row {number}") for number in range(_LINES))
    raw = _signed(attack, key, "batch_transfer", ("wages", lines, _LINES, "partial"))
    await attack.repeat(lambda: _calls("tx_simulate", {"transaction": raw}, 10), connections=8)


async def keys(attack: Attack) -> None:
    """Payments of keys that own nothing, a new key for each."""

    def body() -> object:
        raws = [
            _signed(attack, SigningKey(os.urandom(32)), "transfer", (os.urandom(20), 1, ""))
            for _ in range(_BATCH)
        ]
        return [call for raw in raws for call in _calls("tx_submit", {"transaction": raw}, 1)]

    await attack.repeat(body, connections=4)


async def newcomers(attack: Attack) -> None:
    """Accounts of new keys: transactions that do take effect, a new key for each."""

    def raw() -> str:
        key = SigningKey(os.urandom(32))
        body = Body(
            chain_id=attack.chain_id,
            sender=address_of(key.public_key),
            nonce=1,
            expires_at_ms=int(time.time() * 1000) + 60_000,
            contract="accounts",
            method="configure",
            args=((key.public_key, SigningKey(os.urandom(32)).public_key), 1),
        )
        return "0x" + sign_body(body, [key]).raw.hex()

    def bodies() -> object:
        raws = [raw() for _ in range(_BATCH)]
        return [call for one in raws for call in _calls("tx_submit", {"transaction": one}, 1)]

    await attack.repeat(bodies, connections=4)


async def sockets(attack: Attack) -> None:
    """Two hundred WebSockets with as many subscriptions as one may have."""
    topics: list[dict[str, object]] = [
        {"kind": "blocks"},
        {"kind": "events"},
        {"kind": "events", "filter": {"contract": "cbdc"}},
    ]
    topics += [
        {"kind": "address", "filter": {"address": show_address(os.urandom(20))}}  # type: ignore[arg-type]
        for _ in range(29)
    ]

    async def one(session: aiohttp.ClientSession, url: str) -> None:
        while not attack.is_over:
            with suppress(aiohttp.ClientError, TimeoutError, OSError):
                async with session.ws_connect(f"{url}/ws", max_msg_size=0) as socket:
                    for number, params in enumerate(topics):
                        call = {"jsonrpc": "2.0", "id": number, "method": "events_subscribe"}
                        await socket.send_json(call | {"params": params})
                    while not attack.is_over:
                        await socket.receive(timeout=max(0.1, attack.until_s - time.monotonic()))
                        attack.answers["items"] += 1
                        if socket.closed:
                            break
            attack.answers["closed"] += 1
            await asyncio.sleep(1)

    async with asyncio.TaskGroup() as tasks, attack.session() as session:
        for _, url in zip(range(200), cycle(attack.urls), strict=False):
            tasks.create_task(one(session, url))
        await asyncio.sleep(max(0.0, attack.until_s - time.monotonic() + 1))


async def idle(attack: Attack) -> None:
    """A thousand sockets of two addresses that are opened and do nothing, at every node."""

    async def one(url: str, address: str) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        while not attack.is_over:
            try:
                reader, writer = await asyncio.open_connection(
                    host, int(port), local_addr=(address, 0)
                )
                writer.write(b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n")
                writer.write(b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n")
                writer.write(b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(0.1, attack.until_s - time.monotonic())):
                        while await reader.read(65_536):
                            attack.answers["answered"] += 1
                writer.close()
            except OSError as error:
                attack.answers[type(error).__name__] += 1
            attack.answers["closed"] += 1
            await asyncio.sleep(1)

    async with asyncio.TaskGroup() as tasks:
        for url in attack.urls:
            for number in range(1_000):
                tasks.create_task(one(url, ADDRESSES[number % 2]))
                if number % 50 == 0:
                    await asyncio.sleep(0)


async def waits(attack: Attack) -> None:
    """Two hundred and five connections that each wait for a hundred transactions."""

    def body() -> object:
        return [
            call
            for _ in range(_BATCH)
            for call in _calls(
                "tx_wait",
                {"transaction_id": "0x" + os.urandom(32).hex(), "timeout_ms": 20_000},
                1,
            )
        ]

    await attack.repeat(body, connections=205)


async def ballots(attack: Attack) -> None:
    """Ballots of voters with good tokens, of which only the last proof is wrong."""
    raws = cycle(attack.parcel)

    def body() -> object:
        return _calls("tx_submit", {"transaction": next(raws)}, 1)

    await attack.repeat(body, connections=4)


async def uploads(attack: Attack) -> None:
    """Contents of eight keys that own nothing, which no transaction will ever name."""
    await _fill(attack, [SigningKey(os.urandom(32)) for _ in range(8)])


async def _fill(attack: Attack, keys: list[SigningKey]) -> None:
    accounts = cycle(BlobAccount.of_key(attack.chain_id, key) for key in keys)

    def body() -> object:
        blob = Head((), os.urandom(_UPLOAD_BYTES)).encode()
        question = Question("blob_put", blob_digest(blob), _blob_params(blob), payload=blob)
        params = signed_params(next(accounts), question, int(time.time() * 1000))
        return _calls("blob_put", params, 1)

    await attack.repeat(body, connections=2)


async def hoards(attack: Attack) -> None:
    """Contents of ten keys that have money, which no transaction will ever name."""
    await _fill(attack, [SigningKey(bytes.fromhex(seed)) for seed in attack.parcel])


async def absent(attack: Attack) -> None:
    """Cases of new keys, each with a content that nobody has."""

    def raw() -> str:
        item = ContentItem("participant", Digest(os.urandom(32)), 1_000, Digest(os.urandom(32)))
        message = filing(os.urandom(16), item)
        args = cast("tuple[object, ...]", record_of(type(message)).write(message, "file"))
        return _signed(attack, SigningKey(os.urandom(32)), "file", args, "complaints")

    def body() -> object:
        return _calls("tx_submit", {"transaction": raw()}, 1)

    await attack.repeat(body, connections=2)


def _blob_params(blob: bytes) -> dict[str, object]:
    return {"index": 0, "data": "0x" + blob.hex()}


ATTACKS: dict[str, Callable[[Attack], Awaitable[None]]] = {
    NEIGHBOUR: neighbour,
    "headers": headers,
    "blocks": blocks,
    "search": search,
    "simulate": simulate,
    "keys": keys,
    "newcomers": newcomers,
    "sockets": sockets,
    "idle": idle,
    "waits": waits,
    BALLOTS: ballots,
    "uploads": uploads,
    HOARDS: hoards,
    ABSENT: absent,
    "frames": storm_floods.frames,
    "crowd": storm_floods.crowd,
    "arrivals": storm_floods.arrivals,
    "hellos": storm_floods.hellos,
    "held": storm_floods.held,
}


WRITING = ("newcomers", "uploads", ABSENT)  # of which a node takes some at once, then few


async def run(name: str, seconds: float, attack: Attack) -> Attack:
    """Attack for some seconds; return what was answered."""
    attack.until_s = time.monotonic() + seconds
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds + 5):
            await ATTACKS[name](attack)
    return attack


def _parcel(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").split() if path.exists() else []


def main() -> int:
    """Run the attack that the command line names."""
    name, seconds, *urls = [part.removesuffix("/rpc") for part in sys.argv[1:]]
    attack = Attack(
        urls,
        0.0,
        members=os.environ["STORM_MEMBERS"].split(),
        chain_id=os.environ["STORM_CHAIN_ID"],
        height=int(os.environ["STORM_FULL_HEIGHT"]),
        parcel=_parcel(Path(os.environ["STORM_PARCEL"])),
    )
    asyncio.run(run(name, float(seconds), attack))
    print(json.dumps(dict(attack.answers)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
