"""Follows who decides, and which restart statement is in force, from the genesis document alone.

One way for light clients, files of blocks, and nodes that join by a snapshot: a header counts only
with a certificate of the validators of its height, who follow from those of the genesis step by
step. A step is a proof that a node gave. Source: docs/protocol.md#light-clients.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from genesis.restarts import Reigns, check_carried
from genesis.schema import Genesis
from genesis.sets import DecidingSets, KnownSet
from primitives.block import Header, decode_header
from primitives.certificate import (
    Certificate,
    SealedBlock,
    check_certificate_of,
    read_certificate,
)
from primitives.errors import WrongChain
from primitives.ids import Height
from primitives.restart import read_restarts
from primitives.restart_proof import read_restart_proof
from primitives.set_change import read_set_change
from primitives.validators import ValidatorSet

SET, RESTART = "set", "restart"
_REMEMBERED_MAX = 64


@dataclass(frozen=True, slots=True)
class Step:
    """A proof that a node gave, and what it proves: SET or RESTART."""

    kind: str
    proof: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """A header that a quorum certified."""

    header: Header
    certificate: Certificate


class Follower:
    """Holds the genesis, and what it learned from steps; trusts who gives them in nothing.

    `later` are sets that an earlier life verified, `held` the highest header that it did;
    `on_proven` is told of every header that is verified.
    """

    def __init__(
        self,
        genesis: Genesis,
        later: Sequence[KnownSet] = (),
        held: Header | None = None,
        on_proven: Callable[[Proven], None] = lambda _at: None,
    ) -> None:
        self.genesis = genesis
        self._on_proven = on_proven
        self.reigns = Reigns(genesis.hash)
        self.sets = DecidingSets(genesis.validators, later)
        if held is not None:
            self.sets.note(held)
        self.steps: tuple[Step, ...] = ()  # what this life learned, in its order
        self._highest = Height(0)
        self._verified: dict[tuple[bytes, bytes], Proven] = {}

    def check_header(self, header_bytes: bytes, certificate_bytes: bytes) -> Proven:
        """Return the header after verifying that a quorum of the validators sealed it.

        The same bytes are verified once: many answers of one block cost its signatures once.

        Raises:
            WrongChain: a header of another chain.
            UnknownRestart: it follows a restart statement of which `take_restarts` knows nothing.
            VoidBlock: a restart statement made it void.
            UnknownValidators: others decided it than `take_set_change` knows of.
            BadCertificate: the certificate is not of this header, or does not prove it.
            NotCanonical, BadShape, BadVersion, TooLarge: not the bytes of a header.
        """
        both = (header_bytes, certificate_bytes)
        found = self._verified.get(both)
        if found is None:
            found = self._verify(header_bytes, certificate_bytes)
            while len(self._verified) >= _REMEMBERED_MAX:
                self._verified.pop(next(iter(self._verified)))
            self._verified[both] = found
        self.reigns.check(found.header)
        self.sets.note(found.header)
        self._highest = max(self._highest, found.header.height)
        self._on_proven(found)
        return found

    def take(self, step: Step) -> None:
        """Learn a step; a known one is fine. Raises as the two that follow."""
        take = self.take_set_change if step.kind == SET else self.take_restarts
        take(step.proof)

    def take_restarts(self, proof_bytes: bytes, held: Header | None = None) -> None:
        """Learn the restart statements of one block, in order of the chain; known ones are fine.

        `held` is the highest header that an earlier life verified: what it proved counts too.

        Raises:
            RestartRefused: too few have signed, or a statement is of another place in the chain.
            RestartConflict: a certificate above its block is held here.
            BadProof: an entry of the state that says who signs is wrong or missing.
            Rejected: what `check_header` raises for the header below, or wrong bytes.
        """
        proof = read_restart_proof(proof_bytes)
        restarts = read_restarts(proof.restarts)
        if not restarts or self.reigns.knows(restarts[-1].digest):
            return
        at = self.check_header(proof.header, proof.certificate)
        validators = self.sets.following(at.header)
        check_carried(proof.entries, restarts, at.header, validators)
        highest = self._highest
        if held is not None and self.reigns.knows(held.restart):
            highest = max(highest, held.height)
        self.reigns.add(restarts, above=at.header, highest=highest)
        self.steps += (Step(RESTART, proof_bytes),)

    def take_set_change(self, proof_bytes: bytes) -> None:
        """Learn who decides after one block, in order of the chain; known changes are fine.

        Raises:
            BadSetChange: the set is not the one that the block announces.
            Rejected: what `check_header` raises for the block, or wrong bytes.
        """
        change = read_set_change(proof_bytes)
        at = self.check_header(change.header, change.certificate)
        if self.sets.add(at.header, change.following):
            self.steps += (Step(SET, proof_bytes),)

    def _verify(self, header_bytes: bytes, certificate_bytes: bytes) -> Proven:
        header = decode_header(header_bytes)
        if header.chain_id != self.genesis.chain_id:
            ours = self.genesis.chain_id
            raise WrongChain(f"the header is of chain {header.chain_id}, the genesis is of {ours}")
        sealed = sealed_by(self.genesis, self.sets.deciding(header), header)
        certificate = check_certificate_of(read_certificate(certificate_bytes), sealed)
        return Proven(header=header, certificate=certificate)


def sealed_by(genesis: Genesis, validators: ValidatorSet, header: Header) -> SealedBlock:
    """Return the header's block as a certificate of `validators` must prove it."""
    return SealedBlock(
        chain_id=genesis.chain_id,
        restart=header.restart,
        height=header.height,
        block_hash=header.hash,
        validators=validators,
    )
