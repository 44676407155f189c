"""How fast contents are put and got, beside plain files that are as durable, in the same run.

    python -m bench.blob_throughput [--mebibytes N] [--rounds N] [--dir DIR]

A plain file is written as the store writes a blob: temporary file, fsync, rename, fsync of the
directory; by one thread, because a client puts one blob after the other. Each round measures
every way once, so that what else the machine does falls on all; shown are medians.
The server, the client and the disk share this process's cores.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.machine import machine
from client.complaints.asking import BlobAccount
from client.complaints.blobs import BlobClient
from client.complaints.content import SealedContent, open_content, seal_content
from client.transaction import wall_ms
from node.blobs import BlobParts, Blobs, BlobSettings, BlobStore, Listed, MemberNames
from node.rpc import NodeFacts, RpcServer, RpcSettings
from p2p.ports import Channel
from primitives.blob_documents import Erasure, ErasureReceipt
from primitives.crypto import SEED_BYTES, ZERO_DIGEST, Digest, PublicKey, SigningKey
from primitives.ids import Address
from primitives.limits import BLOB_BYTES_MAX
from primitives.webauthn import Site

_MIB = 1024 * 1024
_CONTENT_BYTES = 8 * _MIB
_CHAIN = "bench-1"
_NODE = "bench"
_CASE = b"bench"
_READER = b"\x09" + bytes(31)  # the base point: anybody's, and good enough to seal to
_SMALL = 2_000
_SMALL_COUNT = 200


class OpenPolicy:
    """A ledger that names nothing: contents are their uploader's, and nothing is fetched."""

    def is_active(self) -> bool:
        """Contents are taken."""
        return True

    def content_hosts(self, _content: Digest) -> tuple[str, ...]:
        """Nobody must keep them."""
        return ()

    def may_read(self, _content: Digest, _address: Address) -> bool:
        """Nobody but who uploaded it, which here is all."""
        return False

    def is_erased(self, _content: Digest) -> bool:
        """Nothing is."""
        return False

    def contents_since(self, _after: Listed, _limit: int) -> tuple[Listed, ...]:
        """Nothing is named."""
        return ()

    def is_known(self, _address: Address) -> bool:
        """Nobody is a stranger."""
        return True

    def is_of_agency(self, _address: Address) -> bool:
        """Nobody is an officer."""
        return False

    def is_site_of(self, _public_key: PublicKey, _site: Site) -> bool:
        """Say yes."""
        return True

    def is_key_of(self, _address: Address, _public_key: PublicKey) -> bool:
        """Requests are signed by whoever they name."""
        return True


class NoPeers:
    """The transport of a node that is alone."""

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""

    def broadcast(self, channel: Channel, payload: bytes) -> None:
        """Nobody hears."""

    def send(self, peer: PublicKey, channel: Channel, payload: bytes) -> bool:
        """Nobody is there."""
        return False

    def connected(self) -> tuple[PublicKey, ...]:
        """Nobody is."""
        return ()

    def penalise(self, peer: PublicKey, reason: str) -> None:
        """Nobody to blame."""


@dataclass(frozen=True, slots=True)
class View:
    """As much of a node as the methods of contents ask for."""

    facts: NodeFacts
    parts: Blobs

    @property
    def blobs(self) -> object:
        """The contents."""
        return self.parts.requests


@dataclass(slots=True)
class Rates:
    """MiB a second by way of doing it, one for each round."""

    rounds: dict[str, list[float]] = field(default_factory=dict)

    def note(self, way: str, size: int, seconds: float) -> None:
        """Add a measurement."""
        self.rounds.setdefault(way, []).append(size / _MIB / seconds)

    def median(self, way: str) -> float:
        """Return the middle of the rounds."""
        return statistics.median(self.rounds[way])


def main(arguments: Sequence[str]) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mebibytes", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dir", default=None, help="a folder on the disk to measure")
    options = parser.parse_args(arguments)
    print(machine())
    rates = Rates()
    contents = [
        seal_content(os.urandom(_CONTENT_BYTES), _CASE)
        for _ in range(max(1, options.mebibytes * _MIB // _CONTENT_BYTES))
    ]
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory(dir=options.dir) as folder:
            asyncio.run(measure(Path(folder), contents, rates))
    show(rates, contents)
    return 0


async def measure(folder: Path, contents: list[SealedContent], rates: Rates) -> None:
    """Do everything once."""
    blobs = [blob for content in contents for blob in content.blobs]
    size = sum(map(len, blobs))
    files = [folder / f"plain-{number}" for number in range(len(blobs))]
    rates.note("plain write", size, _timed(lambda: write_plain(files, blobs)))
    rates.note("plain read", size, _timed(lambda: [path.read_bytes() for path in files]))
    await measure_store(folder / "store", contents, rates)
    await measure_rpc(folder / "rpc", contents, rates)
    measure_sealing(rates)
    await measure_small(folder, rates)


def write_plain(files: Sequence[Path], blobs: Sequence[bytes]) -> None:
    """Write each blob to a file as durably as the store does, and no more."""
    folder = os.open(files[0].parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for path, blob in zip(files, blobs, strict=True):
            temporary = path.with_suffix(".tmp")
            with temporary.open("wb") as file:
                file.write(blob)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            os.fsync(folder)
    finally:
        os.close(folder)


async def measure_store(root: Path, contents: list[SealedContent], rates: Rates) -> None:
    """Put and get every blob, one after the other, without a network."""
    store = BlobStore(root, wall_ms, _settings())
    size = sum(content.size for content in contents)

    async def put() -> None:
        for content in contents:
            for index, blob in enumerate(content.blobs):
                await store.put(content.digest, index, blob)

    async def get() -> None:
        for content in contents:
            for index in range(len(content.blobs)):
                await store.get(content.digest, index)

    rates.note("store put", size, await _timed_async(put))
    rates.note("store get", size, await _timed_async(get))


async def measure_rpc(root: Path, contents: list[SealedContent], rates: Rates) -> None:
    """Put and get every content with the client, over HTTP."""
    size = sum(content.size for content in contents)
    account = BlobAccount.of_key(_CHAIN, SigningKey(os.urandom(SEED_BYTES)))
    async with served(root) as url, BlobClient([url], account) as client:

        async def put() -> None:
            for content in contents:
                await client.upload(content, [_READER])

        async def get() -> None:
            for content in contents:
                await client.fetch(content.digest)

        rates.note("client put", size, await _timed_async(put))
        rates.note("client get", size, await _timed_async(get))


async def measure_small(folder: Path, rates: Rates) -> None:
    """Put short texts, as most contents are; the rate is of MiB too, shown as contents below."""
    contents = [seal_content(os.urandom(_SMALL), _CASE) for _ in range(_SMALL_COUNT)]
    size = sum(content.size for content in contents)
    blobs = [content.blobs[0] for content in contents]
    files = [folder / f"small-{number}" for number in range(len(blobs))]
    rates.note("plain write, small", size, _timed(lambda: write_plain(files, blobs)))
    store = BlobStore(folder / "small", wall_ms, _settings())
    await store.put(contents[0].digest, 0, blobs[0])  # makes the folders

    async def put() -> None:
        for content in contents:
            await store.put(content.digest, 0, content.blobs[0])

    rates.note("store put, small", size, await _timed_async(put))


def measure_sealing(rates: Rates) -> None:
    """Seal and open one content."""
    plain = os.urandom(_CONTENT_BYTES)
    sealed = seal_content(plain, _CASE)
    rates.note("seal", len(plain), _timed(lambda: seal_content(plain, _CASE)))
    opening = _timed(lambda: open_content(sealed.key, sealed.blobs, _CASE))
    rates.note("open", len(plain), opening)


@asynccontextmanager
async def served(root: Path) -> AsyncIterator[str]:
    """Serve a content store over HTTP; yield the url."""
    key = SigningKey(os.urandom(SEED_BYTES))

    async def receipt(erasure: Erasure) -> ErasureReceipt:
        return erasure.sign(key)

    blobs = Blobs(
        BlobParts(
            root=root,
            policy=OpenPolicy(),
            transport=NoPeers(),
            members=MemberNames(_NODE, {_NODE: key.public_key}),
            chain_id=_CHAIN,
            receipt=receipt,
            now_ms=wall_ms,
            settings=_settings(),
        )
    )
    facts = NodeFacts(
        name=_NODE,
        version=_NODE,
        chain_id=_CHAIN,
        genesis_hash=ZERO_DIGEST,
        genesis_document={},  # type: ignore[typeddict-item]
        abis={},
    )
    server = RpcServer(View(facts, blobs), RpcSettings())  # type: ignore[arg-type]
    await server.start()
    running = asyncio.create_task(blobs.run())
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        running.cancel()
        await asyncio.wait([running])
        await server.stop()


def show(rates: Rates, contents: list[SealedContent]) -> None:
    """Print each way's median and its ratio to the plain file."""
    size = sum(content.size for content in contents) / _MIB
    print(f"{size:.0f} MiB in blobs of up to {BLOB_BYTES_MAX // 1024} KiB, median of rounds\n")
    print(f"{'':22}{'MiB/s':>10}{'of plain':>10}{'':4}rounds")
    for way, rounds in rates.rounds.items():
        small = ", small" if way.endswith(", small") else ""
        is_read = way.endswith(("get", "read"))
        plain = rates.median(f"plain {'read' if is_read else 'write'}{small}")
        ratio = "" if way in {"seal", "open"} else f"{rates.median(way) / plain:.2f}"
        listed = " ".join(f"{rate:.1f}" for rate in rounds)
        print(f"{way:22}{rates.median(way):10.1f}{ratio:>10}{'':4}{listed}")


def _settings() -> BlobSettings:
    return BlobSettings(account_bytes_max=2**40, pending_bytes_max=2**40, bytes_max=2**40)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


async def _timed_async(work: Callable[[], Awaitable[None]]) -> float:
    started = time.perf_counter()
    await work()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
