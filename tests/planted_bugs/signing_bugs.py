"""Bugs of who may sign (R2): each is planted into the rules, and one scenario must find it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from consensus import (
    Effect,
    Engine,
    Event,
    Found,
    Persist,
    Standing,
    Start,
    drafts,
    recovery,
    signing,
)
from consensus.messages import Position
from consensus.normal_case import prepare_accepted
from consensus.proposer import propose_if_due
from consensus.replica import Draft, Replica
from consensus.state import Prepared
from consensus.views import start_view_timer
from primitives.crypto import PublicKey
from tests.planted_bugs.absent import turns_are_charged_by_the_own_certificates_view
from tests.simulation import starting
from tests.simulation import test_listeners as listeners
from tests.simulation import test_restarts as restarts

Patch = pytest.MonkeyPatch


def the_head_at_the_highest_answer_is_enough(patch: Patch) -> None:
    """A listener comes back at the highest open height told, not above each of q."""

    def passed(replica: Replica) -> frozenset[PublicKey]:
        told = replica.right.told
        is_there = replica.head.height >= max(told.values(), default=0)
        return frozenset(told) if is_there else frozenset()

    patch.setattr(signing, "passed", passed)


def one_maximum_is_taken_of_all_answers(patch: Patch) -> None:
    """The head must be above the highest answer, so one liar silences a listener for ever."""

    def passed(replica: Replica) -> frozenset[PublicKey]:
        told = replica.right.told
        is_past = replica.head.height > max(told.values(), default=0)
        return frozenset(told) if is_past else frozenset()

    patch.setattr(signing, "passed", passed)


def q_minus_1_answers_bring_a_listener_back(patch: Patch) -> None:
    """The listener counts itself to the quorum."""
    passed = signing.passed

    def with_itself(replica: Replica) -> frozenset[PublicKey]:
        own = replica.own_key
        return passed(replica) | (frozenset() if own is None else {own})

    patch.setattr(signing, "passed", with_itself)


def answers_of_listeners_are_counted(patch: Patch) -> None:
    """Who listens itself brings another back."""
    take = signing.take_answer

    def credulous(replica: Replica, peer: PublicKey, answer: Position) -> None:
        take(replica, peer, replace(answer, is_listening=False))

    patch.setattr("consensus.engine.take_answer", credulous)


def answers_to_a_former_life_are_counted(patch: Patch) -> None:
    """Every question has the same nonce."""
    patch.setattr(signing, "digest", lambda _tag, _data: bytes(32))


def only_the_wal_of_the_open_height_is_looked_at(patch: Patch) -> None:
    """Own entries above the height of the sign-state's mark are passed over."""
    ahead = recovery._ahead

    def short_sighted(state: Any, lock: Any, own: Any) -> str | None:
        near = tuple(one for one in own if one.statement.height == state.mark.height)
        return ahead(state, None, near)

    patch.setattr(recovery, "_ahead", short_sighted)


def prepared_is_set_without_a_commit(patch: Patch) -> None:
    """What is prepared while silent counts as committed, so the Commit is never said."""
    say = drafts.say

    def hasty(replica: Replica, draft: Draft) -> None:
        state, lock = replica.state, draft.lock
        if lock is None:
            say(replica, draft)
        elif state.prepared is None or state.prepared.view != state.view:
            say(replica, draft)
            state.prepared = Prepared(state.view, lock.block_hash, lock.prepares)

    patch.setattr("consensus.normal_case.say", hasty)


def no_view_change_is_said_when_the_right_comes_back(patch: Patch) -> None:
    """The node goes on in the view that it is in without having asked for it."""

    def take_up(replica: Replica) -> None:
        start_view_timer(replica)
        prepare_accepted(replica)
        propose_if_due(replica)

    patch.setattr("consensus.engine.take_up", take_up)


def the_lock_file_is_not_written(patch: Patch) -> None:
    """A Commit leaves its block and Prepares in the WAL only."""
    step = Engine.step

    def forgetful(self: Engine, event: Event) -> tuple[Effect, ...]:
        effects = step(self, event)
        return tuple(replace(e, lock=None) if isinstance(e, Persist) else e for e in effects)

    patch.setattr(Engine, "step", forgetful)


def listening_is_forgotten_at_a_restart(patch: Patch) -> None:
    """The sign-state of a listener is read as one that explains all."""
    begin = recovery.begin

    def forgetful(found: Found, key: PublicKey, random: bytes) -> Start:
        state = found.sign_state
        if state is not None and state.standing is Standing.LISTENER:
            found = replace(found, sign_state=replace(state, standing=Standing.EXPLAINED))
        return begin(found, key, random)

    patch.setattr(starting, "begin", forgetful)


def nobody_is_asked_before_the_first_signature(patch: Patch) -> None:
    """A start signs at once."""

    def at_once(replica: Replica) -> None:
        replica.right.is_heard = True

    patch.setattr(signing, "weigh_answers", at_once)


def own_statements_shown_by_others_are_passed_over(patch: Patch) -> None:
    """A second holder of the key is not noticed."""
    patch.setattr(signing, "_heed_statement", lambda _replica, _statement: None)


def all_of(scenario: Callable[..., None], *cases: Any) -> Callable[[], None]:
    """Return a run of a parametrized scenario with these arguments."""
    return lambda: scenario(*cases)


Bug = Callable[[Patch], None]
FOUND_BY: dict[Bug, Callable[[], None]] = {
    turns_are_charged_by_the_own_certificates_view: (
        restarts.test_s_l_one_block_certified_in_two_views_leads_to_the_same_next_proposers
    ),
    the_head_at_the_highest_answer_is_enough: (
        listeners.test_s_a_who_decided_alone_and_lost_all_signs_nothing_where_it_has_signed
    ),
    one_maximum_is_taken_of_all_answers: all_of(
        listeners.test_s_b_a_liar_about_its_height_silences_nobody_and_brings_nobody_back_early,
        10**15,
    ),
    q_minus_1_answers_bring_a_listener_back: (
        listeners.test_s_b_a_listener_needs_q_of_the_others_and_not_the_word_of_a_liar_and_of_one_long_away
    ),
    answers_of_listeners_are_counted: listeners.test_s_c_two_listeners_do_not_bring_each_other_back,
    answers_to_a_former_life_are_counted: (
        listeners.test_s_h_answers_to_a_former_life_bring_nobody_back
    ),
    only_the_wal_of_the_open_height_is_looked_at: (
        restarts.test_r2_2_a_sign_state_and_a_store_put_back_beside_a_newer_wal_make_a_listener
    ),
    prepared_is_set_without_a_commit: (
        restarts.test_r2_10_the_right_to_sign_that_comes_with_all_prepares_at_hand_commits_in_the_same_view
    ),
    no_view_change_is_said_when_the_right_comes_back: (
        restarts.test_s_f_when_the_right_to_sign_comes_in_view_1_the_view_change_is_said_and_the_chain_goes_on
    ),
    the_lock_file_is_not_written: all_of(
        restarts.test_s_d_a_lost_wal_with_commits_signed_neither_stops_the_chain_nor_forgets_the_lock,
        *(4, 4, 0),
    ),
    listening_is_forgotten_at_a_restart: (
        listeners.test_s_i_a_listener_restarted_while_it_listens_listens_again
    ),
    nobody_is_asked_before_the_first_signature: (
        restarts.test_r2_10_the_right_to_sign_that_comes_with_all_prepares_at_hand_commits_in_the_same_view
    ),
    own_statements_shown_by_others_are_passed_over: all_of(
        listeners.test_s_g_a_clone_beside_the_original_is_noticed_and_cannot_fork, 4
    ),
}
