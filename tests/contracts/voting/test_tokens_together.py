"""Tokens of many ballots are checked by one equation; each verdict is that of a check by itself."""

import random
from dataclasses import replace

import pytest

from contracts.sdk import dispatch
from contracts.voting.box.messages import CommitBallot
from primitives.errors import Rejected
from primitives.names import method_name
from tests.contracts.voting import scenes
from tests.contracts.voting.acts import sealed, sender
from tests.contracts.voting.manifests import ELECTION
from tests.contracts.voting.world import DIRECTORS, VOTERS, World, plain

WHO = (*VOTERS[:3], *DIRECTORS)


def calls_of(world: World) -> list[dispatch.Call]:
    """An announcement and a ballot of everybody who has a token."""
    calls = []
    for who in WHO:
        slip = sealed(world, who)
        cast = slip.cast()
        named = (ELECTION, cast.class_id, cast.voter_key)
        for msg in (CommitBallot(*named, cast.token, bytes(64)), cast):
            calls.append(call_of(world, who, msg))
    return calls


def call_of(world: World, who: str, msg) -> dispatch.Call:
    name = method_name(type(msg))
    return world.ledger.call_of(sender(who), "voting", name, plain(msg))


def with_token(call: dispatch.Call, token: bytes) -> dispatch.Call:
    """The same call with another token; commit and cast have it in other places."""
    place = 4 if call.method == "cast_ballot" else 3
    args = (*call.args[:place], token, *call.args[place + 1 :])
    return replace(call, args=args)


def single(world: World, call: dispatch.Call) -> str:
    """The verdict of a check by itself: a code."""
    ledger = world.ledger
    try:
        dispatch.precheck(ledger.contracts, ledger.state, ledger.block, call)
    except Rejected as refusal:
        return refusal.code
    return "OK"


def together(world: World, calls) -> list[str]:
    """The verdicts of a check of all: codes."""
    ledger = world.ledger
    faults = dispatch.precheck_each(ledger.contracts, ledger.state, ledger.block, calls)
    return ["OK" if fault is None else fault.code for fault in faults]


@pytest.fixture(scope="module")
def world() -> World:
    return scenes.issued()


@pytest.fixture(scope="module")
def honest(world: World) -> list[dispatch.Call]:
    return calls_of(world)


def test_good_ballots_of_two_classes_pass_together(world: World, honest):
    assert together(world, honest) == ["OK"] * len(honest)


@pytest.mark.parametrize("seed", range(8))
def test_each_verdict_is_that_of_a_check_by_itself(world: World, honest, seed: int):
    draw, calls = random.Random(seed), list(honest)
    tokens = [call.args[4] for call in honest if call.method == "cast_ballot"]
    for place in draw.sample(range(len(calls)), draw.randint(1, 6)):
        other = draw.choice([*tokens, bytes(48), b"\xc0" + bytes(47), b"\xff" * 48])
        calls[place] = with_token(calls[place], other)
    draw.shuffle(calls)

    assert together(world, calls) == [single(world, call) for call in calls]


def test_tokens_that_cancel_each_other_out_do_not_pass_together(world: World, honest):
    first, second = (
        call
        for call in honest
        if call.method == "cast_ballot"
        and call.args[1] == 0
        and call.sender in (sender("a0"), sender("a1"))
    )
    swapped = [with_token(first, second.args[4]), with_token(second, first.args[4])]

    assert together(world, swapped) == ["BAD_TOKEN"] * 2


def test_what_is_no_call_refuses_nobody_else(world: World, honest):
    broken = replace(honest[0], args=honest[0].args[:-1])

    codes = together(world, [broken, *honest[1:4]])

    assert codes == ["WRONG_ARGUMENT_COUNT", "OK", "OK", "OK"]
