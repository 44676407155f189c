"""A plan in one file: written, checked, founded, and conducted to the result by one command."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from client.errors import LedgerRefused
from client.voting.conduct import (
    COUNTED,
    ENTERED,
    FOUNDED,
    FROZEN,
    OPENED,
    PUBLISHED,
    SETS_FIXED,
    Conduct,
)
from client.voting.errors import NotThisElection
from client.voting.plan import BadPlan, read_plan
from client.voting.plan_text import example
from client.wallet import Wallet
from contracts.tools.testing import key_of
from contracts.voting.core.state import results
from contracts.voting.roll.messages import VoterEntry
from primitives.ids import show_address
from tests.client.voting.election import REGISTRARS, TRUSTEES, VOTERS, Vote

OFFICIAL = show_address(Wallet([key_of("supervisor")]).address)
PLANNED = "plan-2026"


def written(began: datetime = datetime(2026, 12, 1, 17, tzinfo=UTC)) -> str:
    text = example(PLANNED, "council", OFFICIAL, lambda day: began + timedelta(days=day))
    return text.replace(', "reg-4"]\nneeded = 3', "]\nneeded = 2")


def test_the_example_is_a_plan():
    plan = read_plan(written())

    assert (plan.election_id, plan.authority) == (PLANNED, "council")
    assert plan.manifest.contests[0].options == ("ผู้สมัคร ก", "ผู้สมัคร ข")
    assert plan.manifest.windows.cast_from_ms == 1_798_563_600_000
    assert plan.manifest.seating.seats == (1,)
    assert plan.message.manifest == plan.manifest


def test_a_date_without_a_zone_is_of_bangkok():
    plan = read_plan(written().replace("2026-12-29T17:00:00+00:00", "2026-12-29T17:00:00"))

    assert plan.manifest.windows.cast_from_ms == 1_798_563_600_000 - 7 * 3_600_000


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("election =", "elektion ="), "the plan: 'elektion' is no key"),
        (("[dates]", "[date]"), "'date' is no key"),
        (("cast_from = 2", "cast_from = 1 # 2"), r"\[dates\], cast_from: must be a date"),
        (("cast_until = 2026", "cast_until = 2025"), "BAD_WINDOWS"),
        (("seats = 1", "seats = 3"), r"\[\[questions\]\] 1, seats: 3 must be 1 to 2"),
        (('en = "Chair"', ""), r"\[\[questions\]\] 1, en: is missing"),
        (("ผู้สมัคร ข", "ผู้สมัคร  ก"), "LOOKS_ALIKE"),
        (('"tru-1", "tru-2"', '"tru-1", "reg-2"'), r"\[trustees\], agencies: reg-2: registrars"),
        (('"tru-1", "tru-2"', '"tru-1", "council"'), "council is twice"),
        (("needed = 2\n\n[dates]", "needed = 1\n\n[dates]"), r"\[trustees\], needed: 1 of 3"),
        (("quorum_percent = 50", "quorum_percent = 101"), "quorum_percent: 101"),
        (("min_ial = 210", 'min_ial = "high"'), "min_ial"),
        (("[voters]", "[voters"), "no TOML"),
    ],
)
def test_a_plan_that_cannot_be_founded_is_refused_by_its_place(change, said):
    text = written()
    assert change[0] in text

    with pytest.raises(BadPlan, match=said):
        read_plan(text.replace(*change, 1))


def conduct_of(vote: Vote, text: str) -> Conduct:
    entries = tuple(VoterEntry(sid=vote.sids[name], class_id=0) for name in VOTERS)
    actor = vote.actor("council")
    return Conduct(actor=actor, facts=vote.facts, plan=read_plan(text), entries=entries)


def dated(vote: Vote) -> str:
    """The example, from the chain's time on, for groups as small as this election's."""
    began = datetime.fromtimestamp(vote.chain.blocks.time_ms / 1_000, UTC)
    return written(began).replace("class_size_min = 5", "class_size_min = 1")


async def test_one_command_repeated_conducts_an_election_from_the_founding_to_the_result(
    founded: Vote,
):
    conduct = conduct_of(founded, dated(founded))
    windows = conduct.plan.manifest.windows
    done = [await conduct.step(), await conduct.step()]

    for part in ("commit", "reveal", "deal", "complain", "answer", "objections"):
        for name in TRUSTEES:
            await founded.trustee(name).step(PLANNED, name)
        founded.chain.to_time(getattr(windows, f"{part}_until_ms"))
    done.append(await conduct.step())
    for name in REGISTRARS:
        await founded.registrar(name).register_keys(PLANNED, name)
    founded.chain.to_time(windows.keys_until_ms)
    done.append(await conduct.step())
    founded.chain.to_time(windows.issue_until_ms)
    done.append(await conduct.step())

    assert done == [[FOUNDED, ENTERED], [], [FROZEN], [OPENED], [SETS_FIXED]]
    assert await conduct.step() == []


async def test_after_the_close_the_box_is_counted_and_the_result_published_once(issued: Vote):
    for name in ("anan", "busaba"):
        await issued.cast(name, [(0,), (0, 1)])
    election = await issued.facts.election("board-2026")
    plan = replace(read_plan(written()), election_id="board-2026", manifest=election.manifest)
    conduct = Conduct(actor=issued.actor("council"), facts=issued.facts, plan=plan)
    issued.chain.to_time(issued.windows["cast_until_ms"])

    counted = await conduct.step()
    for name in TRUSTEES[:2]:
        await issued.trustee(name).step("board-2026", name)
    published = await conduct.step()

    assert (counted, published, await conduct.step()) == ([COUNTED], [PUBLISHED], [])
    assert await issued.facts.value(results, "board-2026") is not None


async def test_a_plan_that_was_changed_after_the_founding_is_found_out(founded: Vote):
    text = dated(founded)
    await conduct_of(founded, text).step()

    with pytest.raises(NotThisElection, match="another plan"):
        await conduct_of(founded, text.replace('en = "Chair"', 'en = "President"')).step()


async def test_who_is_no_authority_founds_nothing(founded: Vote):
    conduct = replace(conduct_of(founded, dated(founded)), actor=founded.actor("anybody"))

    with pytest.raises(LedgerRefused):
        await conduct.step()
