"""What the ledger holds of an election, read with proofs: the node is trusted in nothing.

Only state is read, key by key, each proven under a header that the genesis validators sealed. The
election's context is computed again from its parts, so a wallet knows what its token is for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from client.contract import ProvenEntry, proven, read_entry
from client.light import LightClient
from client.rpc import RpcClient
from client.state_keys import Part, state_key
from client.transaction import wall_ms
from client.voting.errors import NotOpen, NotThisElection
from client.voting.events import CONTRACT
from contracts.sdk.bls import G2, add_g2, decode_g2
from contracts.sdk.schema import record_of
from contracts.sdk.storage import Map
from contracts.voting.core.messages import Manifest, Windows
from contracts.voting.core.state import (
    Opening,
    Ring,
    SigningSet,
    Voter,
    elections,
    extended,
    manifests,
    openings,
    rings,
    roll_contexts,
    signer_keys,
    signing_sets,
    voters,
)
from contracts.voting.crypto.rings import RingStatement, ring_root, tag_of
from contracts.voting.crypto.transcript import (
    TOKENS_RING,
    ElectionParts,
    election_context,
    numbered_key,
    roll_context,
    setup_context,
    voter_ref,
)
from contracts.voting.rings.handlers import keys_of
from contracts.voting.tokens.state import Answer, Request, answers, requests
from genesis.following import Proven
from primitives.codec import encode
from primitives.crypto import PublicKey

V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectionFacts:
    """An election as the ledger proves it; `opening` is None until it has a key.

    `keys` are the registrars', a row for each class, by number; `signing_sets` has an entry for a
    class once it is fixed who signs for it. `rings` are there instead where members of rings sign.
    """

    chain_id: str
    election_id: str
    agency: str
    created_at: int  # the height
    manifest: Manifest
    windows: Windows  # in force: the manifest's, or what two offices moved some dates to
    setup: bytes  # ctx_0
    opening: Opening | None
    roll: bytes | None  # ctx_R, once the roll is frozen
    keys: tuple[dict[int, G2], ...]
    signing_sets: dict[int, SigningSet]
    rings: tuple[Ring, ...]
    at: Proven
    now_ms: int  # about the time of the next block when this was read, as contracts see it

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
        """Return the name that a subject of identity has within this election: 64 bytes."""
        return voter_ref(self.setup, sid)

    def signers(self, class_id: int) -> SigningSet:
        """Return who signs for a class. Raises NotOpen while that is not fixed."""
        found = self.signing_sets.get(class_id)
        if found is None:
            raise NotOpen(f"nobody signs yet for class {class_id} of {self.election_id}")
        return found

    @property
    def has_rings(self) -> bool:
        """Whether members of rings sign, and no registrars."""
        return self.manifest.token_scheme == TOKENS_RING

    def named_token(self, token: bytes) -> bytes:
        """Return what a ballot's proofs are tied to of a token: all of it, or a ring's tag."""
        return tag_of(token) if self.has_rings else token

    def ring_statement(self, class_id: int, voter_key: PublicKey) -> RingStatement:
        """Return what a member of a class's ring signs for a pseudonym. Raises NotOpen."""
        context = self.context
        keys, least = keys_of(self.rings[class_id]), self.manifest.class_size_min
        if len(keys) < least:
            raise NotOpen(
                f"the ring of class {class_id} has {len(keys)} members, {least} are least"
            )
        return RingStatement(
            election=context,
            class_id=class_id,
            root=self.rings[class_id].root,
            keys=keys,
            voter_key=voter_key,
        )

    def set_key(self, class_id: int) -> G2:
        """Return X_c of a class, the sum of its signers' keys. Raises NotOpen."""
        keys = [self.keys[class_id][one] for one in self.signers(class_id).registrars]
        return add_g2(keys)


class Facts:
    """Reads proven state of the voting contract."""

    def __init__(
        self, rpc: RpcClient, light: LightClient, now_ms: Callable[[], int] = wall_ms
    ) -> None:
        """`now_ms` is the clock of this machine, in Unix milliseconds."""
        self.rpc = rpc
        self.light = light
        self._now_ms = now_ms

    def next_time_ms(self, last_ms: int) -> int:
        """Return about what contracts see as the time of the next block, after one of `last_ms`.

        A quiet network makes no blocks, so the last one's time would be late.
        """
        return max(self.light.genesis.calendar_ms(self._now_ms()), last_ms + 1)

    async def election(self, election_id: str) -> ElectionFacts:
        """Return an election, everything of it checked.

        Raises:
            NotThisElection: there is none of this id, or its context is not that of its parts.
            BadElement: a registrar's key is no element of the group.
        """
        chain_id = self.light.genesis.chain_id
        election = await self.value(elections, election_id)
        manifest = await self.value(manifests, election_id)
        found = await self.entry(openings, election_id)
        if election is None or manifest is None:
            raise NotThisElection(f"there is no election {election_id!r:.40} on {chain_id}")
        opening = found.value
        roll = await self.value(roll_contexts, election_id)
        moved = await self.value(extended, election_id)
        facts = ElectionFacts(
            chain_id=chain_id,
            election_id=election_id,
            agency=election.agency,
            created_at=election.created_at,
            manifest=manifest,
            windows=moved or manifest.windows,
            setup=election.setup_context,
            opening=opening,
            roll=roll,
            keys=await self._keys(election_id, manifest, opening) if opening else (),
            rings=await self._rings(election_id, manifest) if opening else (),
            signing_sets=await self._signing_sets(election_id, manifest) if opening else {},
            at=found.at,
            now_ms=self.next_time_ms(self.light.genesis.calendar_ms(found.at.header.time_ms)),
        )
        _check_contexts(facts)
        return facts

    async def voter(self, facts: ElectionFacts, sid: bytes) -> Voter | None:
        """Return a subject's entry on the roll, None when it is not on it."""
        return await self.value(voters, facts.election_id, facts.voter_ref(sid))

    async def asked(
        self, facts: ElectionFacts, registrar: int, refs: Sequence[bytes]
    ) -> list[tuple[Request | None, Answer | None, Voter | None]]:
        """Return for at most 33 voters the request, a registrar's answer so far, the roll's entry.

        All of it is proven, so a registrar answers only what a final block holds.
        """
        of, count = facts.election_id, len(refs)
        keys = [state_key(CONTRACT, requests.schema.name, of, ref) for ref in refs]
        keys += [state_key(CONTRACT, answers.schema.name, of, ref, registrar) for ref in refs]
        keys += [state_key(CONTRACT, voters.schema.name, of, ref) for ref in refs]
        found = [one.value for one in await self.light.states(self.rpc, keys)]
        return [
            (
                self.read(requests, found[at]),
                self.read(answers, found[count + at]),
                self.read(voters, found[2 * count + at]),
            )
            for at in range(count)
        ]

    async def value(self, entries: Map[Any, V], *key: Part) -> V | None:
        """Return what a map of voting is proven to hold at a key, None for nothing."""
        return (await self.entry(entries, *key)).value

    @staticmethod
    def read(entries: Map[Any, V], data: bytes | None) -> V | None:
        """Return what a map of voting holds as these proven bytes, None for nothing."""
        return None if data is None else read_entry(entries, data)

    async def entry(self, entries: Map[Any, V], *key: Part) -> ProvenEntry[V]:
        """Return what a map of voting holds at a key, with its proof."""
        return await proven(self.rpc, self.light, CONTRACT, entries, *key)

    async def _keys(
        self, election_id: str, manifest: Manifest, opening: Opening
    ) -> tuple[dict[int, G2], ...]:
        rows = []
        for class_id in range(len(manifest.classes)):
            row = {}
            for number in opening.registrars:
                key = await self.value(signer_keys, election_id, number, class_id)
                if key is None:
                    raise NotThisElection(f"class {class_id} lacks the key of registrar {number}")
                row[number] = decode_g2(key)
            rows.append(row)
        return tuple(rows)

    async def _rings(self, election_id: str, manifest: Manifest) -> tuple[Ring, ...]:
        if manifest.token_scheme != TOKENS_RING:
            return ()
        found = []
        for class_id in range(len(manifest.classes)):
            ring = await self.value(rings, election_id, class_id)
            if ring is None:
                raise NotThisElection(f"class {class_id} lacks its ring")
            found.append(ring)
        return tuple(found)

    async def _signing_sets(self, election_id: str, manifest: Manifest) -> dict[int, SigningSet]:
        found = {}
        for class_id in range(len(manifest.classes)):
            signers = await self.value(signing_sets, election_id, class_id)
            if signers is not None:
                found[class_id] = signers
        return found


def manifest_bytes(election_id: str, agency: str, manifest: Manifest) -> bytes:
    """Return what is hashed of an election that is founded: its id, its agency, its manifest."""
    return encode((election_id, agency, record_of(Manifest).write(manifest, "manifest")))


def _check_contexts(facts: ElectionFacts) -> None:
    """Raise NotThisElection unless contexts and keys of classes follow from their parts."""
    manifest = facts.manifest
    canonical = manifest_bytes(facts.election_id, facts.agency, manifest)
    schemes = (manifest.suite, manifest.token_scheme)
    if setup_context(facts.chain_id, schemes, canonical) != facts.setup:
        raise NotThisElection(f"the set-up context of {facts.election_id} is not its manifest's")
    if facts.opening is None:
        return
    if election_context(_parts_of(facts, facts.opening)) != facts.opening.context:
        raise NotThisElection(f"the context of {facts.election_id} is not that of its parts")
    for ring in facts.rings:
        if ring.keys and ring_root(keys_of(ring)) != ring.root:
            raise NotThisElection(f"a ring of {facts.election_id} is not that of its root")
    for class_id, signers in facts.signing_sets.items():
        is_known = set(signers.registrars) <= set(facts.opening.registrars)
        is_sized = len(set(signers.registrars)) == manifest.registrars.needed
        if not (is_known and is_sized) or facts.set_key(class_id).encoded != signers.key:
            raise NotThisElection(f"the key of class {class_id} is not that of who signs for it")


def _parts_of(facts: ElectionFacts, opening: Opening) -> ElectionParts:
    manifest = facts.manifest
    rows = [
        tuple(numbered_key(number, row[number].encoded) for number in opening.registrars)
        for row in facts.keys
    ]
    if facts.has_rings:
        rows = [(numbered_key(len(keys_of(ring)), ring.root),) for ring in facts.rings]
    return ElectionParts(
        roll=roll_context(facts.setup, opening.roll_root),
        registrars=tuple(rows),
        signatures_needed=manifest.registrars.needed,
        registrar_count=len(manifest.registrars.agencies),
        qualified=tuple(
            numbered_key(one.trustee, one.verification_key) for one in opening.qualified
        ),
        shares_needed=manifest.trustees.needed,
        dkg=opening.ceremony,
        key=opening.key,
    )
