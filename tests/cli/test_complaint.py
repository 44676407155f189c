"""`sapha complaint` over the real contract: filing, work, transfer, review, erasure."""

import json

import pytest

from client.complaints.receipt_key import ComplaintReceipt
from tests.cli.complaint_node import hall


@pytest.fixture
def here(tmp_path):
    with hall(tmp_path) as made:
        yield made


def says(contents):
    return [one["says"] for one in contents["contents"]]


def test_a_complaint_with_a_file_is_filed_and_both_are_read_by_the_agency(here, tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8" * 4000)

    case_id, receipt = here.file("--attach", photo)
    opened = here.json("open", case_id, "--out", tmp_path / "out", by="khet")

    assert says(opened) == ["description: ทางเท้าพัง", "photo.jpg (image/jpeg, 8000 bytes)"]
    assert (tmp_path / "out" / "002-photo.jpg").read_bytes() == photo.read_bytes()
    assert says(here.json("read", receipt=receipt)) == says(opened)


def test_the_words_are_said_before_anything_is_sent_and_find_the_case(here):
    case_id, receipt = here.file()

    tracked = here.json("track", receipt=receipt)
    told = here.run("track", "--lang", "en", receipt=receipt).stdout

    assert ComplaintReceipt.from_words(receipt.read_text())
    assert (tracked["case_id"], tracked["holder"], tracked["state"]) == (case_id, "khet", "filed")
    assert "Filed with khet (anonymously)" in told
    assert "20 d 23 h left" in told


def test_a_case_is_worked_asked_about_resolved_and_rated(here):
    case_id, receipt = here.file()

    here.json("accept", case_id, by="khet")
    here.json("stage", case_id, "in-progress", "--note", "กำลังไปดู", by="khet")
    here.json("ask", case_id, "บ้านเลขที่เท่าไร", by="khet")
    here.json("answer", "๙๙", receipt=receipt)
    here.json("note", case_id, "--text", "ใช้งบกลาง", by="khet")
    here.json("resolve", case_id, "fixed", "ซ่อมแล้ว", by="khet")
    here.json("rate", "--stars", "4", receipt=receipt)

    steps = [step["kind"] for step in here.json("timeline", case_id)["steps"]]
    begun = ["filed", "accepted", "stage", "asked", "answered"]
    assert steps == [*begun, "content", "resolved", "rated"]
    assert says(here.json("read", receipt=receipt))[1:4] == ["กำลังไปดู", "บ้านเลขที่เท่าไร", "๙๙"]
    assert here.json("track", receipt=receipt)["state"] == "closed"


def test_a_case_is_handed_over_with_its_content(here):
    case_id, _receipt = here.file()
    here.json("accept", case_id, by="khet")

    here.json("transfer", "offer", case_id, "roads", "--reason", "their-road", by="khet")
    waiting = here.json("inbox", "roads", "--kind", "offered")["cases"]
    here.json("transfer", "accept", case_id, by="roads")

    assert [one["case_id"] for one in waiting] == [case_id]
    assert says(here.json("open", case_id, by="roads")) == ["description: ทางเท้าพัง"]
    assert here.json("inbox", "khet")["cases"] == []


def test_an_appeal_is_decided_by_the_supervisor(here):
    case_id, receipt = here.file()
    here.json("accept", case_id, by="khet")
    here.json("resolve", case_id, "not-justified", "ไม่พบ", by="khet")

    here.json("appeal", "ยังพังอยู่", "--to", "etda", receipt=receipt)
    waiting = here.json("appeals")["cases"]
    here.json("decide", case_id, "reassign", "--to", "roads", by="etda")

    assert [one["case_id"] for one in waiting] == [case_id]
    assert here.json("track", receipt=receipt)["holder"] == "roads"
    assert says(here.json("open", case_id, by="roads"))[-1] == "ยังพังอยู่"


def test_an_erasure_is_asked_for_forbidden_done_and_receipted(here):
    case_id, receipt = here.file()
    here.json("withdraw", receipt=receipt)
    here.json("request-erasure", receipt=receipt)
    here.json("hold", "place", case_id, "--basis", "trial", by="etda")
    refused = here.run("erase", case_id, "--basis", "pdpa-33", by="khet")
    here.json("hold", "lift", case_id, by="etda")

    erased = here.json("erase", case_id, "--basis", "pdpa-33", by="khet")

    assert (refused.exit_code, refused.stdout.split()[1]) == (1, "LEGAL_HOLD")
    assert [(one["host"], one["recorded"]) for one in erased["receipts"]] == [("dopa", True)]
    assert here.node.contents == {}
    assert here.json("read", receipt=receipt) == {"contents": []}


def test_the_report_is_written_and_small_counts_are_hidden(here, tmp_path):
    here.file()

    public = here.json("stats")["agencies"][0]
    exact = here.json("stats", "--exact")["agencies"][0]
    written = here.json("report", "--out", tmp_path / "report.html")

    assert (public["agency"], public["filed"]) == ("khet", None)
    assert exact["filed"] == 1
    page = (tmp_path / "report.html").read_text()
    assert (len(page), page[:15]) == (written["bytes"], "<!DOCTYPE html>")


def test_an_agency_makes_a_reading_key_that_only_it_can_see(here, tmp_path):
    made = here.json("reading-key", tmp_path / "own.reads")

    assert len(made["public_key"]) == 66
    assert (tmp_path / "own.reads").stat().st_mode & 0o077 == 0
    assert made["public_key"][2:] not in (tmp_path / "own.reads").read_text()


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (("timeline", "0x12"), 2, "32 hex digits"),
        (("timeline", "0x" + "00" * 16), 1, "there is no case"),
        (("track",), 2, "--receipt FILE"),
        (("inbox", "khet", "--kind", "sent"), 2, "must be one of held"),
        (("read", "--receipt", "/no/such/file"), 1, "no such key file"),
        (("report", "--out", "/no/such/folder/report.html"), 2, "No such file"),
    ],
)
def test_a_wrong_call_is_refused_with_what_is_wrong(here, arguments, exit_code, words):
    result = here.run(*arguments)

    assert result.exit_code == exit_code
    assert words in result.stderr


def test_a_field_without_a_text_is_refused_before_anything_is_sent(here):
    result = here.run(
        *("file", "--template", "city-service", "--category", "road", "--to", "khet"),
        *("--area", "bkk", "--field", "description", "--anonymous"),
    )

    assert result.exit_code == 2
    assert "must be code=text" in result.stderr
    assert here.node.contents == {}


def test_agencies_join_split_merge_and_open_again(here):
    first, receipt = here.file()
    second, _other = here.file(name="other")
    for case_id in (first, second):
        here.json("accept", case_id, by="khet")

    here.json("joint", "invite", first, "roads", by="khet")
    here.json("joint", "join", first, by="roads")
    here.json("joint", "remove", first, by="roads")
    here.json("split", first, "road", "drain", by="khet")
    here.json("merge", second, first, by="khet")
    held = here.json("inbox", "khet")["cases"]
    for case_id in (one["case_id"] for one in held if one["case_id"] != first):
        here.json("resolve", case_id, "fixed", "ซ่อมแล้ว", by="khet")
    here.json("resolve", first, "fixed", "ซ่อมแล้ว", by="khet")
    here.json("open-again", first, by="khet")

    assert len(held) == 3
    assert here.json("track", first)["state"] == "reopened"
    assert "name one" in here.run("track", receipt=receipt).stderr


def test_a_stuck_case_is_assigned_and_custody_is_told_by_block(here):
    case_id, _receipt = here.file()
    filed_at = here.node.ledger.block.height - 1
    here.node.world.wait(2 * 86_400)
    here.node.world.wait(1)

    missed = here.json("escalations")["escalations"]
    here.json("assign", case_id, "roads", "--reason", "no-answer", by="etda")
    chain = [one["holder"] for one in here.json("custody", case_id)["custody"]]

    assert [(one["agency"], one["clock"]) for one in missed] == [("khet", "acceptance")]
    assert chain == ["khet", "roads"]
    assert here.json("custody", case_id, "--at", filed_at)["holder"] == "khet"
    assert here.json("custody", case_id, "--at", filed_at - 1)["holder"] == ""


def test_an_officer_files_for_someone_who_gets_the_words(here, tmp_path):
    words = tmp_path / "for-somchai"

    taken = here.json(
        *("take-in", "--template", "city-service", "--category", "tree", "--area", "bkk"),
        *("--field", "description=ต้นไม้ล้ม", "--receipt-out", words),
        by="khet",
    )
    here.json("add", "--text", "กีดขวางถนน", receipt=words)

    assert says(here.json("read", receipt=words)) == ["description: ต้นไม้ล้ม", "กีดขวางถนน"]
    assert taken["receipt_words"] == words.read_text().strip()


def test_everybody_sees_no_more_than_the_public_view(here):
    case_id, _receipt = here.file()

    seen = here.json("show", case_id)

    assert (seen["holder"], seen["category"], seen["state"]) == ("khet", "footpath", "filed")
    assert {"owner", "area", "filer"}.isdisjoint(seen)
    assert here.run("show", "0x" + "00" * 16).exit_code == 2


def test_the_next_version_of_a_template_is_set_from_its_file(here, tmp_path):
    template = ledger_template(here) | {"version": 2, "name_en": "City services, revised"}
    file = tmp_path / "template.json"
    file.write_text(json.dumps(template))

    here.json("set-template", file, by="etda")
    damaged = tmp_path / "damaged.json"
    damaged.write_text("{")

    assert ledger_template(here)["name_en"] == "City services, revised"
    assert here.run("set-template", damaged, by="etda").exit_code == 2


def ledger_template(here):
    """The template in force, as a node shows it."""
    return here.node.query("complaints", "template_in_force", ["city-service"])["value"]


def test_a_refusal_by_the_ledger_is_printed_with_its_code(here):
    case_id, _receipt = here.file()

    result = here.run("accept", case_id, "--json", by="roads")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["receipt"] == {"code": "NOT_HOLDER"}
