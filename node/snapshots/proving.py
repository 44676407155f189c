"""Whether a snapshot is one of this network: its header follows from the genesis, step by step."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from genesis.following import Follower, Step, sealed_by
from genesis.schema import Genesis
from node.snapshots.folder import SnapshotUnusable, Stored
from primitives.block import Block
from primitives.certificate import Certificate, check_last_certificate
from primitives.crypto import Digest
from primitives.errors import Rejected
from primitives.snapshot import (
    BadSnapshot,
    Manifest,
    Pair,
    WindowBlock,
    WindowReader,
    blocks_hash,
    inflate,
    read_pairs,
)
from primitives.state_tree import EMPTY, root_hash
from primitives.validators import ValidatorSet

Counted = tuple[int, tuple[Pair, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenSnapshot:
    """A manifest whose header a quorum certified, and what led to it from the genesis."""

    manifest: Manifest
    certificate: Certificate
    sets: dict[Digest, ValidatorSet]  # every set that decided up to it, and the next
    steps: tuple[Step, ...]

    def set_of(self, validators_hash: Digest) -> ValidatorSet:
        """Return the set of a hash that a header names. Raises BadSnapshot."""
        found = self.sets.get(validators_hash)
        if found is None:
            raise BadSnapshot(f"no step leads to the validators {validators_hash.hex()[:16]}")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeSnapshot:
    """A proved snapshot and where its parts are: `part` gives the deflated bytes of a number."""

    proven: ProvenSnapshot
    part: Callable[[int], bytes]

    def state(self) -> Iterator[tuple[Pair, ...]]:
        """Yield all keys and values, part by part. Raises Rejected: they are not the whole."""
        manifest, found, count = self.proven.manifest, 0, 0
        for number in range(len(manifest.chunks)):
            count, pairs = read_state_part(manifest, number, self.part(number))
            found += len(pairs)
            yield pairs
        if found != count or (not count and manifest.header.state_root != root_hash(0, EMPTY)):
            raise BadSnapshot(f"it has {found} keys of the state's {count}")

    def window(self) -> Iterator[WindowBlock]:
        """Yield the blocks of the replay window, the newest first. Raises Rejected."""
        manifest = self.proven.manifest
        reader, first = WindowReader(manifest.header), len(manifest.chunks)
        for number in range(first, first + len(manifest.blocks)):
            yield from reader.take(read_blocks_part(manifest, number, self.part(number)))
        yield from reader.finish()

    def certified(self, genesis: Genesis) -> Iterator[tuple[WindowBlock, Certificate]]:
        """Yield the blocks of `window`, each with the certificate that the next one has of it."""
        certificate = self.proven.certificate
        following: Block | None = None
        for found in self.window():
            if following is not None:
                validators = self.proven.set_of(found.block.header.validators_hash)
                last = following.last_certificate
                sealed = sealed_by(genesis, validators, found.block.header)
                checked = check_last_certificate(last, sealed)
                certificate = certificate if checked is None else checked
            yield found, certificate
            following = found.block


def prove(manifest: Manifest, certificate: bytes, follower: Follower) -> ProvenSnapshot:
    """Return the snapshot of a manifest, proved by what `follower` has learned.

    Raises:
        Rejected: as `Follower.check_header`, or the set that decides next is not known.
    """
    header = manifest.header
    proven = follower.check_header(header.encode(), certificate)
    following = follower.sets.following(header)
    known = (follower.genesis.validators, *(each for _first, each in follower.sets.later))
    sets = {each.hash: each for each in (*known, following)}
    return ProvenSnapshot(
        manifest=manifest,
        certificate=proven.certificate,
        sets=sets,
        steps=follower.steps,
    )


def prove_stored(stored: Stored, genesis: Genesis) -> ProvenSnapshot:
    """Return a stored snapshot, proved from the genesis alone; its parts are not looked at.

    Raises:
        SnapshotUnusable: it is of another network, or does not follow.
    """
    follower = Follower(genesis)
    try:
        for step in stored.steps():
            follower.take(step)
        return prove(stored.manifest, stored.certificate, follower)
    except Rejected as error:
        raise SnapshotUnusable(f"{stored.folder}: {error.code}: {error.message}") from error


def read_state_part(manifest: Manifest, number: int, deflated: bytes) -> Counted:
    """Return how many keys the state has, and all below a part's node with their values.

    Raises:
        Rejected: it is not that part.
    """
    node, size = manifest.chunks[number]
    return read_pairs(inflate(deflated, size), node, manifest.header.state_root)


def read_blocks_part(manifest: Manifest, number: int, deflated: bytes) -> bytes:
    """Return a part with blocks, as large and as hashed as it has to be. Raises Rejected."""
    hashed, size = manifest.blocks[number - len(manifest.chunks)]
    part = inflate(deflated, size)
    if blocks_hash(part) != hashed:
        raise BadSnapshot("a part with blocks has another hash than the manifest says")
    return part
