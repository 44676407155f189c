"""`sapha complaint` over the real contract: filing, work, transfer, review, erasure."""

import pytest

from client.complaints import ComplaintReceipt
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

    assert (refused.exit_code, refused.stdout.split()[0]) == (1, "HOLD")
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
