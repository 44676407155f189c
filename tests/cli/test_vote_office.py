"""`sapha vote staff`, `invite`, `send`, `askers`: by commands, with a real mail server."""

import pytest
from aiosmtpd.controller import Controller

from tests.cli.test_vote_plan import plan_of
from tests.client.voting.election import ID, VOTERS
from tests.client.voting.test_invitation import Mailbox


@pytest.fixture
def mailbox(unused_tcp_port):
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=unused_tcp_port)
    controller.start()
    yield box, ("--host", "127.0.0.1", "--port", unused_tcp_port, "--plain")
    controller.stop()


def lists_of(desk):
    """The office's two lists: staff as a spreadsheet writes it, and subjects by number."""
    staff, subjects = desk.folder / "staff.csv", desk.folder / "subjects.csv"
    rows = [f"{number},คุณ{name},{name}@example.go.th" for number, name in enumerate(VOTERS)]
    staff.write_text("\ufeffรหัส,ชื่อ,email\r\n" + "\r\n".join(rows) + "\r\n", encoding="utf-8")
    sids = [f"{number},0x{desk.vote.sids[name].hex()}" for number, name in enumerate(VOTERS)]
    subjects.write_text("รหัส,sid\n" + "\n".join(sids) + "\n")
    names = ("--column", "number=รหัส", "--column", "name=ชื่อ")
    roll, people = desk.folder / "roll", desk.folder / "people.csv"
    return staff, (staff, plan_of(desk)), ("--subjects", subjects, *names), (roll, people)


def test_a_staff_list_becomes_a_roll_without_names_and_mails_that_are_sent(desk, mailbox):
    box, server = mailbox
    _, files, options, (roll, people) = lists_of(desk)
    outbox = desk.folder / "outbox"
    where = ("--link", "https://vote.example", "--from", "vote@example.go.th")

    made = desk.ok(
        "staff", *files, *options, "--roll", roll, "--people", people, rpc=False, trust=False
    )
    written = desk.ok("invite", ID, "--people", people, *where, "--outbox", outbox)
    reminded = desk.ok("invite", ID, "--people", people, *where, "--outbox", outbox, "--remind")
    sent = desk.ok("send", outbox, *server, rpc=False, trust=False)
    asked = desk.ok("askers", ID, "--people", people)

    assert made == {"voters": 3, "refused": []}
    assert sorted(line.split()[1] for line in roll.read_text().splitlines()) == ["1"] * 3
    assert not any(name in roll.read_text() for name in VOTERS)
    assert people.stat().st_mode & 0o777 == 0o600
    assert (written["written"], reminded["persons"]) == (3, 1)  # anan has not asked
    assert sent == {"sent": 4, "refused": []}
    assert len(box.taken) == 4
    assert {row["name"]: row["asked"] for row in asked["people"]} == {
        "คุณanan": False,
        "คุณbusaba": True,
        "คุณchai": True,
    }


def test_rows_that_are_refused_are_shown_by_line_and_make_no_roll_unless_skipped(desk):
    staff, files, options, (roll, people) = lists_of(desk)
    staff.write_text(staff.read_text().replace("anan@example.go.th", "anan"))
    out = ("--roll", roll, "--people", people)

    refused = desk.run("staff", *files, *options, *out, rpc=False, trust=False, how="")
    skipped = desk.run("staff", *files, *options, *out, "--skip", rpc=False, trust=False)

    assert refused.exit_code == 2
    assert "2    │ 'anan' is no e-mail address" in refused.stdout
    assert skipped.exit_code == 0
    assert len(roll.read_text().splitlines()) == 2
