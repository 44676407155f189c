"""The committed tip: the head in memory, what is executed upon it, and what stands on disk."""

from dataclasses import replace

from consensus.turns import NO_TURN, Turn
from contracts.sdk.errors import EndOfBlockFailed
from contracts.sdk.ports import BlockInfo
from node.execution import misdeeds, system
from node.execution.admissible import Rules
from node.execution.executor import Base, Executed
from node.execution.overlay import CommittedView, Overlay, StateReader
from node.execution.replay import ReplayIndex, replay_horizon_ms
from node.execution.restarts import Pending, prove_restarts, superseded_by
from node.execution.versions import RUNNING_KEY, Shelf, Versions
from node.ports import CommittedHead
from node.store.chain_store import BlockRecord, Pruned
from node.store.faults import damaged_store
from node.store.opening import NodeStore
from primitives.block import Block, Header
from primitives.certificate import Certificate, check_certificate
from primitives.crypto import Digest, PublicKey, Signature
from primitives.errors import Rejected
from primitives.ids import Height
from primitives.validators import ValidatorSet

_RESTARTS_KNOWN_MAX = 1_000  # blocks that carry statements: a night each


class Tip:
    """The head and the replay index, moved together with the store."""

    def __init__(
        self, rules: Rules, store: NodeStore, head_block: Block, pending: Pending, shelf: Shelf
    ) -> None:
        """Read the head. Raises CodeMissing: another release executes the next block."""
        self.pending = pending
        self.store = store
        self.shelf = shelf
        self._running = store.state.get(RUNNING_KEY)
        self.versions = shelf.versions(store.state, head_block.header.height + 1)
        self.rules = replace(rules, contracts=self.versions.contracts)
        self.reading = self.versions.contracts  # answers queries at the head
        is_work_left = _is_work_left(self.versions, store.state)
        self.replay = ReplayIndex()
        self.hook_fault: EndOfBlockFailed | None = None  # the last at the open height
        self.committed = CommittedView(store.state)
        self._next: BlockInfo | None = None  # of many checks within a millisecond
        header = head_block.header
        validators = store.chain.validators(header.next_validators_hash)
        self.head = CommittedHead(
            header=header,
            block_hash=head_block.hash,
            certificate=certificate_of(store, header),
            validators=validators,
            turns=_turns_in(store, validators),
            since=_since_in(store, validators),
            decided_by=None
            if header.height == 0
            else store.chain.validators(header.validators_hash),
            history=system.read_history(store.state),
            restart=pending.restart_above(header, head_block.hash),
            superseded=self._superseded(head_block.hash),
            is_work_left=is_work_left,
        )
        self._fill_replay()
        store.evidence_from = misdeeds.lowest_height(store.state)

    @property
    def base(self) -> Base:
        """What the next block is executed upon."""
        return Base(
            rules=self.rules,
            state=self.store.state,
            replay=self.replay,
            validators=self.head.validators,
            turns=self.head.turns,
            since=self.head.since,
            versions=self.versions,
            restarts=tuple(
                signed.encode() for signed in self.pending.carried_above(self.head.block_hash)
            ),
        )

    def overlay(self) -> Overlay:
        """Return a view of the committed state that keeps no writes."""
        return Overlay(self.store.state)

    def next_block(self, time_ms: int) -> BlockInfo:
        """Return the next block's height and time as contracts see them."""
        header, known = self.head.header, self._next
        height, time_ms = header.height + 1, max(time_ms, header.time_ms + 1)
        if known is None or known.time_ms != time_ms or known.height != height:
            known = self._next = self._info(height, time_ms, self.head.block_hash)
        return known

    def last_block(self) -> BlockInfo:
        """Return the last block's height and time as queries see them."""
        header = self.head.header
        return self._info(header.height, header.time_ms, header.parent_hash)

    def advance(
        self, block: Block, certificate: Certificate, executed: Executed, note: bytes
    ) -> None:
        """Store the block, its state and ordering's note, then make the block the head.

        Raises:
            CodeMissing: it is stored and the head, but another release executes the next block.
        """
        record = BlockRecord(
            block=block,
            certificate=certificate,
            receipts=executed.encoded_receipts,
            transaction_ids=executed.transaction_ids,
            next_validators=executed.next_validators,
            restart_proof=prove_restarts(block, self.head, self.store.state),
        )
        time_ms = block.header.time_ms
        horizon_ms = replay_horizon_ms(time_ms)
        self.store.commit(record, executed.state, replay_from_ms=horizon_ms, note=note)
        self.replay.add(time_ms, executed.transaction_ids)
        self.hook_fault = None
        history = self.head.history
        if executed.is_history_changed:
            history = system.read_history(self.store.state)
        if block.evidence or executed.is_history_changed:
            self.store.evidence_from = misdeeds.lowest_height(self.store.state)
        restart, superseded = (
            self.pending.restart_above(block.header, block.hash),
            self.head.superseded,
        )
        if block.restarts or restart != block.header.restart:
            superseded = self._superseded(block.hash)
        self.head = CommittedHead(
            header=block.header,
            block_hash=block.hash,
            certificate=certificate,
            validators=executed.next_validators,
            turns=executed.turns,
            since=executed.since,
            decided_by=self.head.validators,
            history=history,
            restart=restart,
            superseded=superseded,
        )
        self._follow_versions()

    def _follow_versions(self) -> None:
        """Take the contracts of the next block; what is remembered of others is dropped.

        Queries at the head are still answered by those that made it.
        """
        state, made = self.store.state, self.versions.opened
        running = state.get(RUNNING_KEY)
        self.reading = self.rules.contracts
        if running == self._running and not self.versions.due:
            return
        found = self.shelf.versions(state, self.head.header.height + 1)
        self._running = running
        self.head = replace(self.head, is_work_left=_is_work_left(found, state))
        if found.is_as(self.versions):
            return
        self.versions = found
        self.rules = replace(self.rules, contracts=self.versions.contracts)
        self.rules.verified.begin_rules()
        fresh = self.versions.fresh
        self.reading = {
            name: made[name] if name in fresh else contract
            for name, contract in self.versions.contracts.items()
        }

    def _info(self, height: int, time_ms: int, parent_hash: Digest) -> BlockInfo:
        return BlockInfo(
            chain_id=self.rules.chain_id,
            height=height,
            time_ms=time_ms,
            calendar_ms=self.rules.calendar_ms(time_ms),
            parent_hash=parent_hash,
        )

    def _superseded(self, block_hash: Digest) -> frozenset[Digest]:
        proofs = self.store.restart_proofs(Height(0), _RESTARTS_KNOWN_MAX)
        return superseded_by([proof for _height, proof in proofs], self.pending, block_hash)

    def _fill_replay(self) -> None:
        horizon_ms = replay_horizon_ms(self.head.header.time_ms)
        times: list[tuple[int, Height]] = []
        height = self.head.header.height
        while height >= max(1, self.store.chain.first_block):
            header = self.store.chain.header_at(height)
            if header is None or header.time_ms < horizon_ms:
                break
            times.append((header.time_ms, height))
            height = Height(height - 1)
        for time_ms, known in reversed(times):
            self.replay.add(time_ms, self.store.chain.ids_at(known))


def _is_work_left(versions: Versions, state: StateReader) -> bool:
    """Return whether state of an older version is left that the next block moves."""
    suspended = system.read_suspended(state.get(system.SUSPENDED_KEY))
    return any(name not in suspended for name, _before in versions.due)


def _turns_in(store: NodeStore, validators: ValidatorSet) -> dict[str, Turn]:
    """Return the turns that the committed state holds."""
    keys = {member.name: system.turn_key(member.name) for member in validators.members}
    turns = {name: system.read_turn(store.state.get(key)) for name, key in keys.items()}
    return {name: turn for name, turn in turns.items() if turn != NO_TURN}


def _since_in(store: NodeStore, validators: ValidatorSet) -> dict[str, Height]:
    """Return since when seats are held that are newer than the genesis."""
    keys = {member.name: system.since_key(member.name) for member in validators.members}
    since = {name: system.read_since(store.state.get(key)) for name, key in keys.items()}
    return {name: height for name, height in since.items() if height > 0}


def certificate_of(store: NodeStore, header: Header) -> Certificate | None:
    """Return the stored certificate of a header, None at height 0. Raises StoreDamaged.

    Its seals were verified before it was stored, so they are not verified again here;
    `node.store.scrub` does that.
    """
    if header.height == 0:
        return None
    unchecked = store.chain.certificate_at(header.height)
    if unchecked is None or unchecked.block_hash != header.hash:
        raise damaged_store(store.database, f"block {header.height} has no certificate of its own")
    try:
        return check_certificate(
            unchecked,
            chain_id=header.chain_id,
            restart=header.restart,
            validators=store.chain.validators(header.validators_hash),
            verify_seal=_was_verified,
        )
    except Rejected as error:
        detail = f"certificate {header.height}: {error.message}"
        raise damaged_store(store.database, detail) from error


def stored_block(store: NodeStore, height: Height) -> Block | None:
    """Return the block at `height`, None when absent or pruned."""
    try:
        return store.chain.block_at(height)
    except Pruned:
        return None


def stored_header(store: NodeStore, height: Height) -> Header | None:
    """Return the header at `height`, None when absent or pruned."""
    try:
        return store.chain.header_at(height)
    except Pruned:
        return None


def _was_verified(_key: PublicKey, _tag: str, _data: bytes, _seal: Signature) -> bool:
    return True
