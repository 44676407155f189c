"""Mails to voters, over a real mail server, also with TLS and login; and who has asked."""

import ssl
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from client.voting.askers import askers
from client.voting.invitation import (
    INVITE,
    REMIND,
    MailFault,
    MailServer,
    Sender,
    link_of,
    mail_to,
    put_all,
    send_all,
)
from client.voting.staff import Person
from tests.client.voting.election import ID, REGISTRARS, VOTERS, Vote
from tests.rpc.certificates import certificate_files

SENDER = Sender(address="vote@example.go.th", name="สำนักงานเลือกตั้ง", link="https://vote.example/e/")


class Mailbox:
    """A mail server's handler that keeps what it takes, and refuses one address."""

    def __init__(self, refused: str = "") -> None:
        self.taken, self.refused = [], refused

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address == self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append((envelope.rcpt_tos, mail))
        return "250 taken"


@pytest.fixture
def mailbox(unused_tcp_port):
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=unused_tcp_port)
    controller.start()
    yield box, MailServer(host="127.0.0.1", port=unused_tcp_port, is_plain=True)
    controller.stop()


class Gatekeeper:
    """Lets one user in, and keeps what everybody tried."""

    def __init__(self, user: str, password: str) -> None:
        self.known, self.tried = (user.encode(), password.encode()), []

    def __call__(self, _server, _session, _envelope, _mechanism, login):
        self.tried.append((login.login, login.password))
        return AuthResult(success=self.tried[-1] == self.known, handled=False)


def guarded(folder, port, *, address="127.0.0.1"):
    """A mail server that takes mail over TLS from who logs in, and from nobody else."""
    box, gate = Mailbox(), Gatekeeper("office", "a password")
    certificate, key = certificate_files(folder, address)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        tls_context=tls,
        require_starttls=True,
        auth_required=True,
        authenticator=gate,
    )
    return box, gate, certificate, controller


@pytest.fixture
def office(unused_tcp_port, tmp_path, monkeypatch):
    """A guarded mail server that this machine trusts, and how the office hands mail in there."""
    folder = tmp_path / "mail"
    folder.mkdir()
    box, gate, certificate, controller = guarded(folder, unused_tcp_port)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    controller.start()
    where = {"host": "127.0.0.1", "port": unused_tcp_port, "user": "office"}
    yield box, gate, where
    controller.stop()


def people_of(vote: Vote) -> list[Person]:
    return [
        Person(name=f"คุณ{name}", email=f"{name}@example.go.th", sid=vote.sids[name], class_id=0)
        for name in VOTERS
    ]


async def mails_of(vote: Vote, kind: str = INVITE):
    election = await vote.facts.election(ID)
    return [mail_to(person, election, SENDER, kind) for person in people_of(vote)]


async def test_each_voter_gets_a_mail_in_both_languages_with_link_and_picture(
    opened: Vote, mailbox, tmp_path
):
    box, server = mailbox
    written = put_all(tmp_path, await mails_of(opened))

    sent = send_all(tmp_path, server)

    assert (written, sent) == (3, (3, []))
    addresses = {recipients[0] for recipients, _ in box.taken}
    assert addresses == {person.email for person in people_of(opened)}
    (_, mail), person = box.taken[0], people_of(opened)[0]
    person = next(one for one in people_of(opened) if one.email == box.taken[0][0][0])
    body = mail.get_body(("plain",)).get_content()
    assert mail["Subject"] == "เชิญใช้สิทธิ์เลือกตั้ง: คณะกรรมการ / Invitation to vote: Board"
    assert person.name in str(mail["To"])
    assert body.count(link_of(SENDER, ID, person)) == 2
    assert ("เรียน" in body, "Dear" in body, "น. ถึง" in body) == (True, True, True)
    (picture,) = mail.iter_attachments()
    assert picture.get_content().startswith(b"\x89PNG")


async def test_the_subject_stands_where_no_web_server_is_sent_it(opened: Vote):
    person = people_of(opened)[0]

    before, _, after = link_of(SENDER, ID, person).partition("#")

    assert before == "https://vote.example/e/board-2026"
    assert after == f"sid=0x{person.sid.hex()}"


async def test_what_was_sent_is_not_sent_or_written_again(opened: Vote, mailbox, tmp_path):
    box, server = mailbox
    put_all(tmp_path, await mails_of(opened))
    send_all(tmp_path, server)

    again = put_all(tmp_path, await mails_of(opened)), send_all(tmp_path, server)
    reminders = put_all(tmp_path, await mails_of(opened, REMIND))

    assert again == (0, (0, []))
    assert reminders == 3
    assert len({mail["Message-ID"] for _, mail in box.taken}) == len(box.taken) == 3


async def test_a_refused_address_is_named_and_waits_while_the_rest_goes(
    opened: Vote, mailbox, tmp_path
):
    box, server = mailbox
    box.refused = "chai@example.go.th"
    put_all(tmp_path, await mails_of(opened))

    sent, refused = send_all(tmp_path, server)

    assert (sent, refused) == (2, [("chai@example.go.th", "550 no such user")])
    assert len(list(tmp_path.glob("*.eml"))) == 1


async def test_a_server_that_is_not_there_is_named_and_nothing_is_lost(
    opened: Vote, tmp_path, unused_tcp_port
):
    put_all(tmp_path, await mails_of(opened))
    server = MailServer(host="127.0.0.1", port=unused_tcp_port, is_plain=True)

    with pytest.raises(MailFault, match=f"127.0.0.1:{unused_tcp_port}.*0 sent, the rest waits"):
        send_all(tmp_path, server)

    assert len(list(tmp_path.glob("*.eml"))) == 3
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in tmp_path.glob("*.eml"))


async def test_without_tls_nothing_is_handed_in_unless_that_is_said(
    opened: Vote, mailbox, tmp_path
):
    box, server = mailbox
    put_all(tmp_path, await mails_of(opened))

    with pytest.raises(MailFault, match="STARTTLS"):
        send_all(tmp_path, MailServer(host=server.host, port=server.port))

    assert box.taken == []


async def test_mail_is_handed_in_over_tls_by_who_logs_in(opened: Vote, office, tmp_path):
    box, gate, where = office
    put_all(tmp_path / "outbox", await mails_of(opened))

    sent = send_all(tmp_path / "outbox", MailServer(**where, password="a password"))

    assert sent == (3, [])
    assert gate.tried == [(b"office", b"a password")]
    assert len(box.taken) == 3


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"password": "another"}, "535"),
        ({"user": None}, "530"),
        ({"password": "a password", "is_plain": True}, "STARTTLS|AUTH"),
    ],
    ids=["a wrong password", "no login", "no TLS"],
)
async def test_who_is_not_let_in_is_told_and_all_mail_waits(
    opened: Vote, office, tmp_path, changes, why
):
    box, gate, where = office
    outbox = tmp_path / "outbox"
    put_all(outbox, await mails_of(opened))

    with pytest.raises(MailFault, match=f"(?s){why}.*0 sent, the rest waits"):
        send_all(outbox, MailServer(**where | changes))

    assert box.taken == []
    assert len(list(outbox.glob("*.eml"))) == 3
    assert (b"office", b"a password") not in gate.tried


@pytest.mark.parametrize("fault", ["a stranger's", "another host's"])
async def test_a_certificate_that_is_not_the_servers_gets_no_password_and_no_mail(
    opened: Vote, unused_tcp_port, tmp_path, monkeypatch, fault
):
    folder, outbox = tmp_path / "mail", tmp_path / "outbox"
    folder.mkdir()
    address = "127.0.0.1" if fault == "a stranger's" else "127.0.0.2"
    box, gate, certificate, controller = guarded(folder, unused_tcp_port, address=address)
    if fault == "another host's":
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    put_all(outbox, await mails_of(opened))
    server = MailServer(host="127.0.0.1", port=unused_tcp_port, user="office", password="x")
    controller.start()
    try:
        with pytest.raises(MailFault, match=r"certificate verify failed.*0 sent"):
            send_all(outbox, server)
    finally:
        controller.stop()

    assert (box.taken, gate.tried) == ([], [])


async def test_the_office_sees_who_asked_and_whose_token_is_ready_and_no_more(opened: Vote):
    await opened.request("anan", "busaba")
    election = await opened.facts.election(ID)
    for name in REGISTRARS[:2]:
        await opened.registrar(name).serve(election, name)
    await opened.request("chai")

    found = await askers(opened.facts, election, people_of(opened))

    assert [(one.has_asked, one.has_token) for one in found] == [
        (True, True),
        (True, True),
        (True, False),
    ]
