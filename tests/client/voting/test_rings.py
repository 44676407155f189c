"""A committee of three, from one file of three dates to a record that the verifier accepts."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from client.errors import LedgerRefused
from client.voting.askers import askers
from client.voting.calendar import calendar_of, dates_of, standing_of
from client.voting.conduct import COUNTED, ENTERED, FOUNDED, FROZEN, OPENED, PUBLISHED, Conduct
from client.voting.counting import publish
from client.voting.errors import BadToken, NotInRing, NotOpen, NotThisElection
from client.voting.facts import ElectionFacts, Facts
from client.voting.membership import joining
from client.voting.pending import load_pending, save_pending
from client.voting.plan import BadPlan, read_plan
from client.voting.plan_text import committee_example
from client.voting.protocol import protocol_of
from client.voting.protocol_pdf import protocol_pdf
from client.voting.record import export
from client.voting.staff import Person
from client.voting.ticket import load_ticket, save_ticket
from client.voting.voter import VoterWallet
from commands.vote.acting import Session
from commands.vote.dates import void_text
from commands.vote.plan import found
from contracts.voting.core.state import Ring, results
from contracts.voting.roll.messages import VoterEntry
from genesis.schema import show_genesis
from tests.client.voting.election import TRUSTEES, VOTERS, Vote, seed_of
from tests.client.voting.test_plan import OFFICIAL
from verifier.ledger import read_network
from verifier.record import read_record, verify

CLUB = "club-2026"
FIRST, SECOND = [(0, 1, 2)], [(1, (0, 2))]


def text_of(began: datetime) -> str:
    """The plan of a committee that may be as small as three."""
    text = committee_example(CLUB, "council", OFFICIAL, lambda day: began + timedelta(days=day))
    return text.replace("class_size_min = 5", "class_size_min = 2")


class Club:
    """The committee's election on a chain, by the one plan."""

    def __init__(self, vote: Vote) -> None:
        self.vote = vote
        began = datetime.fromtimestamp(vote.chain.blocks.time_ms / 1_000, UTC)
        entries = tuple(VoterEntry(sid=vote.sids[name], class_id=0) for name in VOTERS)
        self.conduct = Conduct(
            actor=vote.actor("council"),
            facts=vote.facts,
            plan=read_plan(text_of(began)),
            entries=entries,
        )
        self.windows = self.conduct.plan.manifest.windows

    async def freeze(self) -> list[list[str]]:
        """Found, enter the roll, make the trustees' key and freeze; return what each step did."""
        done = [await self.conduct.step()]
        for part in ("commit", "reveal", "deal", "complain"):
            for name in TRUSTEES:
                await self.vote.trustee(name).step(CLUB, name)
            self.vote.chain.to_time(getattr(self.windows, f"{part}_until_ms"))
            done.append(await self.conduct.step())
        return [step for step in done if step]

    async def join(self, *names: str) -> None:
        """Have members post their keys."""
        for name in names:
            await self.vote.actor("anybody").do(await self.joining(name))

    async def joining(self, name: str):
        citizen = self.vote.citizen(name)
        return await joining(seed_of(name), self.vote.facts, CLUB, citizen)

    async def open(self) -> list[str]:
        """Open when the keys are posted."""
        self.vote.chain.to_time(self.windows.keys_until_ms)
        return await self.conduct.step()

    async def facts(self) -> ElectionFacts:
        return await self.vote.facts.election(CLUB)

    async def wallet(self, name: str) -> VoterWallet:
        return await VoterWallet.open(seed_of(name), self.vote.facts, CLUB, self.vote.sids[name])

    async def cast(self, name: str, marks) -> str:
        """Have a member vote; return the receipt's code."""
        self.vote.chain.to_time(self.windows.cast_from_ms)
        wallet = await self.wallet(name)
        done = await wallet.done(self.vote.facts)
        ballot = wallet.ballot(await wallet.token(self.vote.facts, b""), marks, done)
        return (await self.vote.send(wallet, ballot.cast()))[1]

    async def publish(self) -> list[list[str]]:
        """Count, decrypt and publish; return what each step did."""
        self.vote.chain.to_time(self.windows.cast_until_ms)
        done = [await self.conduct.step()]
        for name in TRUSTEES[:2]:
            await self.vote.trustee(name).step(CLUB, name)
        return [*done, await self.conduct.step()]


async def opened_club(vote: Vote, *members: str) -> Club:
    club = Club(vote)
    await club.freeze()
    await club.join(*members)
    assert await club.open() == [OPENED]
    return club


async def test_a_committee_s_election_runs_from_one_file_to_a_record_that_the_verifier_accepts(
    founded: Vote,
):
    club = Club(founded)
    assert await club.freeze() == [[FOUNDED, ENTERED], [FROZEN]]
    await club.join(*VOTERS)
    assert await club.open() == [OPENED]
    codes = [await club.cast(*one) for one in (("anan", FIRST), ("busaba", SECOND))]
    again = await club.cast("anan", SECOND)

    done = await club.publish()

    assert (codes, again, done) == (["OK", "OK"], "OK", [[COUNTED], [PUBLISHED]])
    found = await founded.facts.value(results, CLUB)
    assert found.counts == ((0, 2, 0, 0, 2, 0, 0),)  # both place the second before the others
    assert [(one.eligible, one.requested, one.counted) for one in found.totals] == [(3, 3, 2)]
    out = StringIO()
    await export(founded.chain, founded.chain.genesis, CLUB, out)
    network = read_network(show_genesis(founded.chain.genesis))
    lines = (line.encode() for line in out.getvalue().splitlines(keepends=True))
    assert verify(read_record(lines), network).election.result is not None


async def test_the_protocol_of_a_committee_names_no_registrars(founded: Vote):
    club = await opened_club(founded, *VOTERS)
    for name in VOTERS:
        await club.cast(name, FIRST)
    await club.publish()

    protocol = await protocol_of(founded.facts, CLUB, club.conduct.plan.signers, None)

    assert protocol.seats[0].elected == (0,)
    assert protocol_pdf(protocol).startswith(b"%PDF")


async def test_joining_again_posts_the_same_key_and_is_refused(founded: Vote):
    club = Club(founded)
    await club.freeze()
    first = await club.joining("anan")
    await club.join("anan")

    assert (await club.joining("anan")).ring_key == first.ring_key
    with pytest.raises(LedgerRefused, match="one serves for ever"):
        await club.join("anan")


async def test_nobody_joins_before_the_roll_is_frozen_and_no_stranger_ever(founded: Vote):
    club = Club(founded)
    await club.conduct.step()

    with pytest.raises(NotOpen, match="not frozen"):
        await club.joining("anan")
    stranger = replace(founded.citizen("anan"), sid=b"s" * 32)
    with pytest.raises(NotThisElection, match="not on the roll"):
        await joining(seed_of("anan"), founded.facts, CLUB, stranger)


async def test_who_did_not_join_in_time_has_no_token(founded: Vote):
    club = await opened_club(founded, "anan", "busaba")

    with pytest.raises(NotInRing):
        await (await club.wallet("chai")).token(founded.facts, b"")


async def test_a_wallet_with_other_words_has_no_token(founded: Vote):
    club = await opened_club(founded, *VOTERS)
    wallet = VoterWallet(seed_of("other"), await club.facts(), 0)

    with pytest.raises(NotInRing):
        await wallet.token(founded.facts, b"")


async def test_a_token_in_a_file_is_checked_against_the_ring(founded: Vote, tmp_path):
    club = await opened_club(founded, *VOTERS)
    ticket = await (await club.wallet("anan")).ticket(founded.facts, founded.sids["anan"])
    save_ticket(tmp_path / "token", ticket)

    again = load_ticket(tmp_path / "token")

    assert again == ticket
    again.check(await club.facts())
    stranger = seed_of("other").election(b"").pseudonym.public_key
    for false in (replace(ticket, voter_key=stranger), replace(ticket, token=ticket.token[:-32])):
        with pytest.raises(BadToken, match="ring"):
            false.check(await club.facts())


async def test_a_prepared_ballot_is_read_back_from_its_file(founded: Vote, tmp_path):
    club = await opened_club(founded, *VOTERS)
    wallet = await club.wallet("anan")
    made = wallet.ballot(await wallet.token(founded.facts, b""), FIRST, None)
    save_pending(tmp_path / "ballot", made)

    assert load_pending(tmp_path / "ballot", await club.facts()).tracker == made.tracker


async def test_a_ring_that_a_node_makes_up_is_found_out(founded: Vote, monkeypatch):
    club = await opened_club(founded, *VOTERS)
    ring = (await club.facts()).rings[0]
    false = Ring(root=ring.root, keys=ring.keys[32:] + ring.keys[:32])
    value = Facts.value

    async def lying(facts, entries, *key):
        return false if entries.schema.name == "rings" else await value(facts, entries, *key)

    monkeypatch.setattr(Facts, "value", lying)

    with pytest.raises(NotThisElection, match="not that of its root"):
        await club.facts()


async def test_a_ring_with_another_root_makes_another_context(founded: Vote, monkeypatch):
    club = await opened_club(founded, *VOTERS)
    value = Facts.value

    async def lying(facts, entries, *key):
        found = await value(facts, entries, *key)
        return replace(found, keys=b"", root=bytes(32)) if isinstance(found, Ring) else found

    monkeypatch.setattr(Facts, "value", lying)

    with pytest.raises(NotThisElection, match="not that of its parts"):
        await club.facts()


async def test_the_office_sees_who_has_joined_and_nothing_of_who_voted(founded: Vote):
    club = Club(founded)
    await club.freeze()
    await club.join("anan")
    people = [
        Person(name=name, email=f"{name}@example.org", sid=founded.sids[name], class_id=0)
        for name in VOTERS
    ]

    before = await askers(founded.facts, await club.facts(), people)
    await club.join("busaba")
    await club.open()
    after = await askers(founded.facts, await club.facts(), people)

    assert [(one.has_asked, one.has_token) for one in before] == [
        (True, False),
        *[(False,) * 2] * 2,
    ]
    assert [(one.has_asked, one.has_token) for one in after] == [
        (True,) * 2,
        (True,) * 2,
        (False,) * 2,
    ]


async def test_the_calendar_of_a_committee_has_no_registrars(founded: Vote):
    club = Club(founded)
    await club.freeze()
    await club.join("anan")

    dues = {one.act: one for one in calendar_of(await standing_of(founded.chain, CLUB))}

    assert dues["join the ring by posting a key"].note == "1 joined"
    assert not {"post keys", "ask for tokens", "answer requests", "fix who signs"} & dues.keys()


async def test_the_dates_of_a_committee_name_its_joining_and_are_in_order_of_time(founded: Vote):
    club = Club(founded)

    dates = dates_of(club.conduct.plan.manifest, club.windows)

    assert ("join_until", club.windows.keys_until_ms) in dates
    assert not {"request_until", "issue_until"} & dict(dates).keys()
    assert [at for _, at in dates] == sorted(at for _, at in dates)


async def test_what_a_committee_has_done_is_not_due_any_more(founded: Vote):
    club = Club(founded)
    await club.freeze()

    standing = await standing_of(founded.chain, CLUB)

    now_ms = club.windows.complain_until_ms
    whens = {one.act: one.when(now_ms) for one in calendar_of(standing)}
    assert (whens["freeze the roll"], whens["answer complaints"]) == ("done", "done")
    assert whens["join the ring by posting a key"] == "now"
    assert whens["cast ballots"] == "ahead"


async def test_an_election_that_too_few_joined_is_void_and_everybody_is_told_why(
    founded: Vote, tmp_path
):
    text = text_of(datetime.fromtimestamp(founded.chain.blocks.time_ms / 1_000, UTC))
    club = Club(founded)
    await club.freeze()
    await club.join("anan")
    file = tmp_path / "plan.toml"
    file.write_text(text, encoding="utf-8")
    founded.chain.to_time(club.windows.keys_until_ms)
    council = Session(facts=founded.facts, signer=founded.actor("council"), is_quiet=True)
    with pytest.raises(LedgerRefused, match="RING_TOO_SMALL: too few have joined"):
        await found(council, file, roll=None, wait=True)
    founded.chain.to_time(club.windows.issue_from_ms)

    standing = await standing_of(founded.chain, CLUB)
    told = void_text(CLUB, standing)

    assert standing.stage == "void"
    assert "1 joined a ring, and 2 are needed" in told
    assert "another plan with another name" in told
    whens = {one.act: one.when(club.windows.issue_from_ms) for one in calendar_of(standing)}
    assert (whens["cast ballots"], whens["open the election"]) == ("off", "over")
    with pytest.raises(NotOpen, match="is void"):
        await asyncio.wait_for(founded.trustee("tru-1").run(CLUB, "tru-1"), 30)


async def test_nobody_counts_a_committee_s_box_before_trustees_deliver(founded: Vote):
    club = await opened_club(founded, *VOTERS)
    for name in VOTERS:
        await club.cast(name, FIRST)
    founded.chain.to_time(club.windows.cast_until_ms)
    await club.conduct.step()

    with pytest.raises(NotOpen):
        await publish(founded.actor("anybody"), founded.facts, CLUB)


# The plan.


def test_a_committee_s_plan_fits_on_a_screen_and_has_three_dates():
    text = text_of(datetime(2026, 12, 1, 17, tzinfo=UTC))

    windows = read_plan(text).manifest.windows

    assert len(text.splitlines()) <= 45
    assert windows.keys_until_ms - windows.roll_until_ms == 3 * 86_400_000
    assert windows.cast_from_ms < windows.keys_until_ms + (
        windows.cast_until_ms - windows.keys_until_ms
    )
    assert windows.decrypt_until_ms - windows.cast_until_ms == 4 * 86_400_000


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("committee = true", 'committee = "yes"'), "committee: 'yes' must be true or false"),
        (("[trustees]", "[registrars]\n[trustees]"), "a committee has none"),
        (("join_until =", "keys_until ="), r"\[dates\]: 'keys_until' is no key"),
        (("roll_until = 2026-12-03", "roll_until = 2026-12-08"), "BAD_WINDOWS"),
        (("needed = 2", "needed = 1"), r"\[trustees\], needed: 1 of 3"),
    ],
)
def test_a_committee_s_plan_that_cannot_be_founded_is_refused_by_its_place(change, said):
    text = text_of(datetime(2026, 12, 1, 17, tzinfo=UTC))
    assert change[0] in text

    with pytest.raises(BadPlan, match=said):
        read_plan(text.replace(*change, 1))
