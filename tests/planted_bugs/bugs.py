"""Each bug is the real engine with one rule broken, as a programmer might have broken it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from consensus import (
    Effect,
    Engine,
    Event,
    Found,
    Persist,
    SignMark,
    Start,
    born,
    catch_up,
    certificates,
    head_seals,
    justification,
    normal_case,
    proposer,
    recovery,
    view_change,
    views,
)
from consensus.messages import Content, PrePrepare, Statement
from consensus.quorum import VoteSet
from consensus.replica import Replica
from primitives import certificate as proofs
from primitives.certificate import Certificate, UncheckedCertificate
from primitives.crypto import Digest, PublicKey
from primitives.ids import View
from primitives.validators import ValidatorSet
from tests.simulation import starting
from tests.simulation.plan import Plan
from tests.simulation.world import MS, SECOND

Patch = pytest.MonkeyPatch

ROUGH = Plan(
    drop=0.1,
    duplicate=0.05,
    latency_us=(1 * MS, 60 * MS),
    work_gap_us=20 * MS,
    nemeses=("partition", "one_way", "crash", "crash_mid_step", "isolate_proposer"),
    nemesis_gap_us=300 * MS,
    fault_heights=30,
    fault_us_max=12 * SECOND,
)


@dataclass(frozen=True, slots=True)
class PlantedBug:
    """A bug, the world in which it is hunted, and the number of seeds that must suffice."""

    name: str
    plant: Callable[[Patch], None]
    plan: Plan
    seeds_max: int

    def __str__(self) -> str:
        return self.name


def quorum_one_too_small(patch: Patch) -> None:
    """n - f is taken for a majority less one."""
    true = ValidatorSet.quorum.fget  # type: ignore[attr-defined]
    patch.setattr(ValidatorSet, "quorum", property(lambda self: true(self) - 1))


def one_validator_can_change_the_view(patch: Patch) -> None:
    """Rule 7 skips on one message instead of f + 1."""
    patch.setattr(ValidatorSet, "faults_max", property(lambda _self: 0))


def justification_is_not_checked(patch: Patch) -> None:
    """Any proposal of a higher view is taken."""
    patch.setattr(normal_case, "check_justification", lambda *_: None)


def prepared_proof_is_not_checked(patch: Patch) -> None:
    """A view change may claim what nobody prepared."""

    def believe(replica: Replica, claim: Any, prepares: Any) -> None:
        replica.state.add_claim(claim, prepares)

    for module in (certificates, justification, view_change):
        patch.setattr(module, "check_prepared", believe)


def vote_is_sent_before_it_is_durable(patch: Patch) -> None:
    """Messages leave first, the disk is written afterwards."""
    step = Engine.step

    def hasty(self: Engine, event: Event) -> tuple[Effect, ...]:
        return tuple(sorted(step(self, event), key=lambda e: isinstance(e, Persist)))

    patch.setattr(Engine, "step", hasty)


def sign_state_is_not_written(patch: Patch) -> None:
    """The WAL is written, the sign-state forgotten."""
    step = Engine.step

    def forgetful(self: Engine, event: Event) -> tuple[Effect, ...]:
        effects = step(self, event)
        nothing = {"mark": SignMark(0, 0, 0), "digest": None, "signature": None}
        return tuple(
            replace(e, state=replace(e.state, **nothing)) if isinstance(e, Persist) else e
            for e in effects
        )

    patch.setattr(Engine, "step", forgetful)


def repeated_signer_makes_a_certificate(patch: Patch) -> None:
    """Seals are counted, not signers."""

    def count_only(
        unchecked: UncheckedCertificate,
        *,
        chain_id: str,
        restart: Digest,
        validators: ValidatorSet,
        verify_seal: Any,
    ) -> Certificate:
        at = (unchecked.height, unchecked.view, unchecked.block_hash)
        signed = proofs.seal_bytes(chain_id, restart, *at)
        known = [member.public_key for member in validators.members]
        seals = tuple(
            (key, seal)
            for seal in unchecked.signatures
            for key in known
            if verify_seal(key, proofs.SEAL_TAG, signed, seal)
        )
        if len(seals) < validators.quorum:
            raise proofs.BadCertificate("too few seals")
        return Certificate(unchecked, restart, seals, proofs._ISSUED)

    patch.setattr(catch_up, "check_certificate", count_only)


def prepared_is_not_carried_in_view_changes(patch: Patch) -> None:
    """A view change says nothing of what was prepared."""
    change_view = view_change.change_view

    def amnesiac(replica: Replica, view: View) -> None:
        replica.state.prepared = None
        change_view(replica, view)

    patch.setattr(view_change, "change_view", amnesiac)


def lowest_prepared_view_wins(patch: Patch) -> None:
    """The claims are there, but the wrong one is chosen, by all sides alike."""

    def lowest(heads: Any) -> Any:
        return min((head.claim for head in heads if head.claim is not None), default=None)

    for module in (justification, proposer, normal_case):
        patch.setattr(module, "highest_claim", lowest)


def proposer_ignores_claims(patch: Patch) -> None:
    """The proposer of a new view always makes a fresh block."""
    patch.setattr(proposer, "highest_claim", lambda _heads: None)


def prepares_after_asking_for_a_view_change(patch: Patch) -> None:
    """A proposal of the view that was left is still answered."""
    on_pre_prepare = normal_case.on_pre_prepare

    def lenient(replica: Replica, peer: PublicKey, message: PrePrepare, payload: bytes) -> None:
        state, view = replica.state, message.statement.view
        if state.certificate is None and view == state.view - 1:
            state.view, state.accepted = view, None
            replica.right.floor = SignMark(0, 0, 0)
        on_pre_prepare(replica, peer, message, payload)

    patch.setattr("consensus.engine.on_pre_prepare", lenient)


def second_proposal_is_prepared_too(patch: Patch) -> None:
    """The second proposal of a view replaces the first."""
    on_pre_prepare = normal_case.on_pre_prepare

    def eager(replica: Replica, peer: PublicKey, message: PrePrepare, payload: bytes) -> None:
        state, statement = replica.state, message.statement
        known = state.pre_prepares.vote_of(statement.view, statement.sender)
        if known is not None and known.content != statement.content:
            state.pre_prepares, state.prepares = VoteSet(), VoteSet()
            replica.right.floor = SignMark(0, 0, 0)
        on_pre_prepare(replica, peer, message, payload)

    patch.setattr("consensus.engine.on_pre_prepare", eager)


def recovery_reads_nothing(patch: Patch) -> None:
    """A restarted node starts the height afresh."""
    begin = recovery.begin

    def afresh(_found: Found, key: PublicKey, random: bytes) -> Start:
        nothing = Found(sign_state=born(key), unreadable=None, lock=None, wal=None, store=None)
        return begin(nothing, key, random)

    patch.setattr(starting, "begin", afresh)


def recovery_forgets_the_lock(patch: Patch) -> None:
    """A restarted node knows what it said, but not what was prepared."""
    restore, recover = recovery._restore, recovery.recover

    def forgetful(config: Any, head: Any, start: Start) -> tuple[Engine, tuple[Effect, ...]]:
        state = replace(start.state, committed=None)
        return recover(config, head, replace(start, lock=None, state=state))

    patch.setattr(
        recovery, "_restore", lambda replica, own: restore(replica, replace(own, prepared=None))
    )
    patch.setattr(starting, "recover", forgetful)


def recovery_says_nothing_again(patch: Patch) -> None:
    """A restarted node waits for others, who wait for it."""
    recover = recovery.recover

    def mute(config: Any, head: Any, start: Start) -> tuple[Engine, tuple[Effect, ...]]:
        engine, _first = recover(config, head, start)
        return engine, ()

    patch.setattr(starting, "recover", mute)


def commits_are_counted_across_views(patch: Patch) -> None:
    """Any q Commits for a block decide it, of whatever views."""

    def count(self: VoteSet, _view: View, content: Content) -> int:
        return len({s for (_, c), votes in self._by_content.items() if c == content for s in votes})

    def signatures(self: VoteSet, _view: View, content: Content) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for (_, c), votes in self._by_content.items():
            if c == content:
                found.update({sender: vote.signature for sender, vote in votes.items()})
        return found

    patch.setattr(VoteSet, "count", count)
    patch.setattr(VoteSet, "signatures", signatures)


def votes_for_other_blocks_count(patch: Patch) -> None:
    """Votes of a view are counted without looking at what they name."""
    patch.setattr(VoteSet, "count", lambda self, view, _: len(self._by_view.get(view, ())))


def strangers_may_vote(patch: Patch) -> None:
    """Membership is not checked; signatures are."""
    patch.setattr(ValidatorSet, "__contains__", lambda _self, _key: True)


def one_validator_counts_twice(patch: Patch) -> None:
    """A repeated vote is a second vote."""
    add = VoteSet.add

    def add_again(self: VoteSet, vote: Statement) -> None:
        known = len(self._by_content.get((vote.view, vote.content), ()))
        while vote.sender in self._by_content.get((vote.view, vote.content), ()):
            vote = replace(vote, sender=PublicKey(vote.sender[:-1] + bytes((known,))))
            known += 1
        add(self, vote)

    patch.setattr(VoteSet, "add", add_again)
    patch.setattr(VoteSet, "vote_of", lambda *_: None)


def signatures_are_not_checked(patch: Patch) -> None:
    """Whoever is named as sender is believed."""
    patch.setattr(Replica, "verifies", lambda *_: True)


def view_timer_runs_only_in_view_zero(patch: Patch) -> None:
    """After a view change nobody starts the next timer."""

    def only_first(replica: Replica) -> None:
        if replica.state.view == 0:
            start(replica)

    start = views.start_view_timer
    patch.setattr(views, "start_view_timer", only_first)
    for module in (normal_case, view_change, recovery):
        if hasattr(module, "start_view_timer"):
            patch.setattr(module, "start_view_timer", only_first)


def missing_votes_are_never_said_again(patch: Patch) -> None:
    """Rule 9 is left out: what is lost stays lost."""
    patch.setattr(catch_up, "push_missing", lambda *_: None)
    patch.setattr(catch_up, "answer_behind", lambda *_: None)


def last_certificate_is_not_checked(patch: Patch) -> None:
    """R5.1 is left out: whatever the proposer says of the parent is decided."""
    patch.setattr(normal_case, "last_certificate_fault", lambda *_: None)


def last_certificate_is_checked_by_the_set_of_the_next_height(patch: Patch) -> None:
    """The set that decides h, not the one that decided h - 1."""
    sealed_head = head_seals._sealed_head

    def by_the_next(replica: Replica) -> Any:
        found = sealed_head(replica)
        return found and replace(found, validators=replica.head.validators)

    patch.setattr(head_seals, "_sealed_head", by_the_next)


_MUTATOR = replace(ROUGH, byzantine=("mutator",))
_USURPER = replace(ROUGH, byzantine=("usurper",))
_EQUIVOCATOR = replace(ROUGH, byzantine=("equivocator",))
_MISCERTIFIER = replace(ROUGH, byzantine=("miscertifier",))
_QUIET_EQUIVOCATOR = Plan(byzantine=("equivocator",), fault_heights=40)

BUGS = tuple(
    PlantedBug(plant.__name__, plant, plan, seeds_max)
    for plant, plan, seeds_max in (
        (quorum_one_too_small, ROUGH, 5),
        (one_validator_can_change_the_view, _MUTATOR, 20),
        (justification_is_not_checked, _USURPER, 10),
        (prepared_proof_is_not_checked, _USURPER, 20),
        (vote_is_sent_before_it_is_durable, ROUGH, 1),
        (sign_state_is_not_written, ROUGH, 1),
        (repeated_signer_makes_a_certificate, _MUTATOR, 150),
        (prepared_is_not_carried_in_view_changes, _USURPER, 20),
        (proposer_ignores_claims, ROUGH, 10),
        (prepares_after_asking_for_a_view_change, ROUGH, 20),
        (second_proposal_is_prepared_too, _QUIET_EQUIVOCATOR, 20),
        (recovery_reads_nothing, ROUGH, 10),
        (recovery_forgets_the_lock, _USURPER, 40),
        (recovery_says_nothing_again, ROUGH, 80),
        (commits_are_counted_across_views, ROUGH, 10),
        (votes_for_other_blocks_count, _EQUIVOCATOR, 10),
        (strangers_may_vote, _MUTATOR, 40),
        (one_validator_counts_twice, ROUGH, 10),
        (signatures_are_not_checked, _MUTATOR, 20),
        (view_timer_runs_only_in_view_zero, ROUGH, 60),
        (missing_votes_are_never_said_again, ROUGH, 60),
        (last_certificate_is_not_checked, _MISCERTIFIER, 20),
    )
)
