"""The protocol of an election: seats, lots, quorum, and the printed page."""

from dataclasses import replace

import pypdfium2
import pytest

from client.errors import BadAnswer
from client.voting.committee import Draw, has_quorum, seats_of
from client.voting.errors import BadDraw, NotOpen
from client.voting.protocol import counted_head, protocol_of
from client.voting.protocol_pdf import broken, cells_of, protocol_pdf, qr_text
from client.voting.secrecy import openings_of
from contracts.voting.core.state import ClassTotals
from contracts.voting.crypto.questions import SCORE
from contracts.voting.offices.messages import AnnulElection
from contracts.voting.tally.methods import standing_of
from tests.client.voting.election import ID, Vote, tally

SIGNERS = ("นางสาวปิ่น ญาณกิตติ์ ประธานกรรมการ", "นายกู้เกียรติ น้ำผึ้ง เลขานุการ")
DRAW = Draw(tally=b"t" * 64, seed="835123")


@pytest.fixture
async def tallied(issued: Vote) -> Vote:
    for name in ("anan", "busaba"):
        assert await issued.cast(name, [(0,), (0, 1)]) == "OK"
    await tally(issued, "tru-1", "tru-2")
    return issued


def test_seats_go_to_the_first_places():
    found = seats_of(0, (2, 1, 3, 4), 2)

    assert (found.elected, found.tied, found.lots) == ((1, 0), (), ())


def test_equal_options_that_all_fit_need_no_lots():
    assert seats_of(0, (1, 1, 3), 2).elected == (0, 1)


def test_a_tie_for_the_last_seat_is_said_and_nobody_is_chosen_without_a_draw():
    found = seats_of(0, (1, 2, 2, 2), 2)

    assert (found.elected, found.tied) == ((0,), (1, 2, 3))


def test_lots_of_a_public_seed_decide_a_tie_and_everybody_can_draw_them_again():
    found = seats_of(0, (1, 2, 2, 2), 3, DRAW)

    assert len(found.elected) == 3
    assert found == seats_of(0, (1, 2, 2, 2), 3, DRAW)
    assert [lot.option for lot in found.lots[:2]] == list(found.elected[1:])
    assert [lot.value for lot in found.lots] == sorted(lot.value for lot in found.lots)


@pytest.mark.parametrize("other", [replace(DRAW, seed="835124"), replace(DRAW, tally=bytes(64))])
def test_another_seed_or_tally_draws_other_lots(other):
    assert seats_of(0, (1,) * 8, 1, other).lots != seats_of(0, (1,) * 8, 1, DRAW).lots


@pytest.mark.parametrize(("voted", "holds"), [(49, False), (50, True), (51, True)])
def test_the_quorum_counts_voters_of_all_classes(voted, holds):
    one = ClassTotals(eligible=60, requested=60, covered=60, pseudonyms=voted - 9, counted=0)
    two = ClassTotals(eligible=40, requested=40, covered=40, pseudonyms=9, counted=0)

    assert has_quorum((one, two), 50) is holds


def test_no_line_of_thai_parts_a_letter_from_its_marks_or_leading_vowel():
    assert cells_of("น้ำผึ้งเก่า") == ["น้ำ", "ผึ้", "ง", "เก่า"]
    assert broken("น้ำผึ้ง", lambda part: len(cells_of(part)), 2) == ["น้ำผึ้", "ง"]
    assert broken("ก ข", len, 1) == ["ก", "ข"]


async def test_there_is_no_protocol_before_the_result(issued: Vote):
    with pytest.raises(NotOpen):
        await protocol_of(issued.facts, ID, SIGNERS, None)


async def test_the_protocol_holds_the_trackers_that_the_ledger_counted(tallied: Vote):
    protocol = await protocol_of(tallied.facts, ID, SIGNERS, "835123")

    assert len(protocol.trackers) == protocol.totals[0].counted == 2
    assert protocol.has_quorum
    assert protocol.seats[0].elected == (0,)


async def test_a_node_that_leaves_out_a_counted_ballot_is_found_out(tallied: Vote, monkeypatch):
    ask = tallied.chain.state_query

    def without_one(**params):
        answer = ask(**params)
        return answer | {"value": answer["value"][1:]} if params["query"] == "box_page" else answer

    monkeypatch.setattr(tallied.chain, "state_query", without_one, raising=False)

    with pytest.raises(BadAnswer, match="not those that were counted"):
        await protocol_of(tallied.facts, ID, SIGNERS, None)
    assert counted_head(b"c" * 64, ()) != counted_head(b"d" * 64, ())


async def test_the_page_is_a4_and_says_in_thai_who_was_elected_and_how_to_check(tallied: Vote):
    protocol = await protocol_of(tallied.facts, ID, SIGNERS, None)

    data = protocol_pdf(protocol)

    document = pypdfium2.PdfDocument(data)
    sizes = [tuple(map(round, page.get_size())) for page in document]
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert set(sizes) == {(595, 842)}
    assert data == protocol_pdf(protocol)
    for part in (protocol.genesis_hash.hex()[:32], protocol.trackers[0].hex()[:32], "2", ID):
        assert part in text.replace("\r\n", "")
    assert qr_text(protocol).startswith(f"SAPHA:PROTOCOL:{protocol.election.chain_id}:{ID}:")


async def test_the_page_of_a_contest_with_grades_shows_median_grades(tallied: Vote):
    protocol = await protocol_of(tallied.facts, ID, SIGNERS, None)
    grades = ("weak", "fair", "good")
    contest = replace(
        protocol.election.manifest.contests[1], kind=SCORE, options=("a", "b"), grades=grades
    )
    counts = (1, 1, 3, 3, 1, 1)
    standing = standing_of(contest, counts)
    manifest = replace(
        protocol.election.manifest, contests=(protocol.election.manifest.contests[0], contest)
    )
    graded = replace(
        protocol,
        election=replace(protocol.election, manifest=manifest),
        standings=(protocol.standings[0], standing),
        seats=(protocol.seats[0], seats_of(1, standing.places, 1)),
    )

    document = pypdfium2.PdfDocument(protocol_pdf(graded))

    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "7 (good)" in text
    assert "3 (weak)" in text


def text_of(pdf: bytes) -> str:
    """What a PDF says, without its line ends."""
    pages = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(text.split())


async def test_the_page_says_surplus_tokens_unopened_classes_and_moved_dates(tallied: Vote):
    protocol = await protocol_of(tallied.facts, ID, SIGNERS, None)
    windows = protocol.election.windows
    later = replace(windows, cast_until_ms=windows.cast_until_ms + 3_600_000)
    classes = openings_of(protocol.election.manifest, (0,), (1,))
    other = replace(
        protocol,
        election=replace(protocol.election, windows=later),
        result=replace(protocol.result, overissued=(0,)),
        accepted="two members saw it",
        classes=classes,
    )

    text, plain = text_of(protocol_pdf(other)), text_of(protocol_pdf(protocol))

    assert [(one.name, one.is_ms - one.was_ms) for one in other.moved] == [
        ("cast_until_ms", 3_600_000)
    ]
    for part in (
        "Class members: more valid tokens than requests (3 asked, at least 4 shown)",
        "went on: two members saw it",
        "1 ballots not opened, to keep votes secret: 1 ballots of weight 1, at least 2 are opened",
        "cast until: moved by authority and official from",
    ):
        assert part in text
        assert part not in plain
    assert "None: dates as planned" in plain
    assert protocol.election.setup.hex()[:64] in plain.replace(" ", "")


async def test_an_annulled_election_has_no_protocol_and_says_why(issued: Vote):
    official = issued.actor("supervisor")
    for actor in (issued.actor("council"), official):
        await actor.do(AnnulElection(election_id=ID, reason="stuffed"))

    with pytest.raises(NotOpen, match="annulled by authority and official: stuffed"):
        await protocol_of(issued.facts, ID, SIGNERS, None)


@pytest.mark.parametrize(
    "seed", ["835123 ", "835123\n", "83\u200b5123", "835,123", "๘๓๕๑๒๓", "A1B2", "1"]
)
def test_a_seed_that_can_be_written_in_two_ways_draws_no_lots(seed):
    with pytest.raises(BadDraw, match="4 to 64 of 0-9, a-z and -"):
        Draw(tally=b"t" * 64, seed=seed)
