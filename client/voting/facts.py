"""What the ledger holds of an election, read with proofs: the node is trusted in nothing.

Only state is read, key by key, each proven under a header that the genesis validators sealed. The
election's context is computed again from its parts, so a wallet knows what its token is for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from client.light import LightClient, Proven
from client.rpc import RpcClient
from client.state_keys import Part, state_key
from client.voting.errors import NotOpen, NotThisElection
from client.voting.registrar_key import check_modulus
from contracts.sdk.schema import record_of
from contracts.voting.box.state import Voting
from contracts.voting.core.messages import Manifest
from contracts.voting.core.state import (
    BoxEntry,
    ClassKeys,
    Election,
    Opening,
    Qualified,
    Result,
    Voter,
)
from contracts.voting.crypto.transcript import (
    ElectionParts,
    election_context,
    qualified_entry,
    setup_context,
)
from contracts.voting.tokens.state import Answer, Request
from primitives.codec import decode, encode
from primitives.crypto import digest
from primitives.limits import RPC_BODY_BYTES_MAX

CONTRACT = "voting"
_ITEMS_MAX = 100_000

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectionFacts:
    """An election as the ledger proves it; `opening` is None until it has a key."""

    chain_id: str
    election_id: str
    agency: str
    manifest: Manifest
    setup: bytes  # ctx_0
    opening: Opening | None
    moduli: tuple[tuple[bytes, ...], ...]  # by class from 0, then by registrar from 1
    at: Proven

    @property
    def height(self) -> int:
        """The height at which this was so."""
        return self.at.header.height

    def opened(self) -> Opening:
        """Return the opening. Raises NotOpen."""
        if self.opening is None:
            raise NotOpen(f"{self.election_id} has not been opened")
        return self.opening

    @property
    def context(self) -> bytes:
        """ctx_E, which every token and ballot is tied to. Raises NotOpen."""
        return self.opened().context

    def voter_ref(self, sid: bytes) -> bytes:
        """Return the name that a subject of identity has within this election: 32 bytes."""
        return digest("voting/voter", self.setup + sid)


class Facts:
    """Reads proven state of the voting contract."""

    def __init__(self, rpc: RpcClient, light: LightClient) -> None:
        self.rpc = rpc
        self.light = light

    async def election(self, election_id: str) -> ElectionFacts:
        """Return an election, everything of it checked.

        Raises:
            NotThisElection: there is none of this id, or its context is not that of its parts.
            BadRegistrarKey: a registrar's modulus that a voter must not trust.
        """
        chain_id = self.light.genesis.chain_id
        election, _ = await self.find(Election, "elections", election_id)
        manifest, _ = await self.find(Manifest, "manifests", election_id)
        opening, at = await self.find(Opening, "openings", election_id)
        if election is None or manifest is None:
            raise NotThisElection(f"there is no election {election_id!r:.40} on {chain_id}")
        facts = ElectionFacts(
            chain_id=chain_id,
            election_id=election_id,
            agency=election.agency,
            manifest=manifest,
            setup=election.setup_context,
            opening=opening,
            moduli=await self._moduli(election_id, manifest) if opening else (),
            at=at,
        )
        _check_contexts(facts)
        return facts

    async def voter(self, facts: ElectionFacts, sid: bytes) -> Voter | None:
        """Return a subject's entry on the roll, None when it is not on it."""
        return (await self.find(Voter, "voters", facts.election_id, facts.voter_ref(sid)))[0]

    async def request(self, facts: ElectionFacts, voter_ref: bytes) -> Request | None:
        """Return a voter's token request, None before it."""
        return (await self.find(Request, "requests", facts.election_id, voter_ref))[0]

    async def answer(self, facts: ElectionFacts, voter_ref: bytes, registrar: int) -> Answer | None:
        """Return a registrar's answer to a voter's request, None before it."""
        return (await self.find(Answer, "answers", facts.election_id, voter_ref, registrar))[0]

    async def asked(
        self, facts: ElectionFacts, registrar: int, refs: Sequence[bytes]
    ) -> list[tuple[Request | None, Answer | None]]:
        """Return the requests of at most 50 voters, each with a registrar's answer to it so far."""
        of = facts.election_id
        keys = [state_key(CONTRACT, "requests", of, ref) for ref in refs]
        keys += [state_key(CONTRACT, "answers", of, ref, registrar) for ref in refs]
        found = [one.value for one in await self.light.states(self.rpc, keys)]
        pairs = zip(found[: len(refs)], found[len(refs) :], strict=True)
        return [
            (
                None if asked is None else read_entry(Request, asked, "requests"),
                None if said is None else read_entry(Answer, said, "answers"),
            )
            for asked, said in pairs
        ]

    async def pseudonym(self, facts: ElectionFacts, key: bytes) -> Voting | None:
        """Return what a pseudonym has done, None while it has done nothing."""
        return (await self.find(Voting, "pseudonyms", facts.election_id, key))[0]

    async def ballot(self, facts: ElectionFacts, key: bytes) -> BoxEntry | None:
        """Return the ballot of a pseudonym that counts so far, None when it has none."""
        return (await self.find(BoxEntry, "box", facts.election_id, key))[0]

    async def result(self, facts: ElectionFacts) -> Result | None:
        """Return the result, None before the tally."""
        return (await self.find(Result, "results", facts.election_id))[0]

    async def find(self, cls: type[R], name: str, *key: Part) -> tuple[R | None, Proven]:
        """Return the proven entry of a map (None: proven to be absent), and under which header."""
        proven = await self.light.state(self.rpc, state_key(CONTRACT, name, *key))
        if proven.value is None:
            return None, proven.at
        return read_entry(cls, proven.value, name), proven.at

    async def value_of(self, name: str, *key: Part) -> Any:  # noqa: ANN401 - any stored value
        """Return a proven entry that is no record: bytes, an integer, a boolean; None if absent."""
        proven = await self.light.state(self.rpc, state_key(CONTRACT, name, *key))
        return None if proven.value is None else _decode(proven.value)

    async def _moduli(self, election_id: str, manifest: Manifest) -> tuple[tuple[bytes, ...], ...]:
        rows = []
        for class_id in range(len(manifest.classes)):
            keys, _ = await self.find(ClassKeys, "class_keys", election_id, class_id)
            if keys is None or len(keys.moduli) != len(manifest.registrars.agencies):
                raise NotThisElection(f"class {class_id} lacks the key of a registrar")
            for modulus in keys.moduli:
                check_modulus(modulus)
            rows.append(keys.moduli)
        return tuple(rows)


def read_entry(cls: type[R], value: bytes, name: str) -> R:
    """Return the record that a state value holds. Raises Rejected for another form."""
    found: R = record_of(cls).parse(_decode(value), name)
    return found


def manifest_bytes(election_id: str, agency: str, manifest: Manifest) -> bytes:
    """Return what is hashed of an election that is founded: its id, its agency, its manifest."""
    return encode((election_id, agency, record_of(Manifest).write(manifest, "manifest")))


def _decode(value: bytes) -> Any:  # noqa: ANN401 - any canonical value
    return decode(value, bytes_max=RPC_BODY_BYTES_MAX, items_max=_ITEMS_MAX)


def _check_contexts(facts: ElectionFacts) -> None:
    """Raise NotThisElection unless both contexts follow from what they are made of."""
    manifest = facts.manifest
    canonical = manifest_bytes(facts.election_id, facts.agency, manifest)
    if setup_context(facts.chain_id, manifest.suite, canonical) != facts.setup:
        raise NotThisElection(f"the set-up context of {facts.election_id} is not its manifest's")
    if facts.opening is None:
        return
    if election_context(_parts_of(facts, facts.opening, canonical)) != facts.opening.context:
        raise NotThisElection(f"the context of {facts.election_id} is not that of its parts")


def _parts_of(facts: ElectionFacts, opening: Opening, canonical: bytes) -> ElectionParts:
    manifest = facts.manifest
    by_registrar = tuple(modulus for row in zip(*facts.moduli, strict=True) for modulus in row)
    return ElectionParts(
        chain_id=facts.chain_id,
        suite=manifest.suite,
        manifest=canonical,
        eligibility_root=opening.roll_root,
        registrars=by_registrar,
        signatures_needed=manifest.registrars.needed,
        registrar_count=len(manifest.registrars.agencies),
        qualified=tuple(_entry(one) for one in opening.qualified),
        shares_needed=manifest.trustees.needed,
        dkg=opening.ceremony,
        key=opening.key,
    )


def _entry(one: Qualified) -> bytes:
    return qualified_entry(one.trustee, one.verification_key)
