"""Mails to voters in Thai and English, as files, and on their way by SMTP.

A mail says how to vote and names the voter's subject of identity; it holds no secret, and nobody
learns from it how, or that, somebody voted. Each is a file of the outbox until a mail server has
taken it; then it lies under `sent`. Who is interrupted between the two sends a mail twice, with the
same Message-ID.
"""

import hashlib
import io
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import segno

from client.complaints.words import moment
from client.files import OWNER_MODE, write_whole
from client.voting.facts import ElectionFacts
from client.voting.staff import Person
from genesis.files import read_bytes
from primitives.errors import LocalFault

INVITE, REMIND = "invite", "remind"
_SENT = "sent"
_SUFFIX = ".eml"
_TIMEOUT_S = 30.0


class MailFault(LocalFault):
    """The mail server does not take mail; the message names it and says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in, by STARTTLS unless `is_plain`, as one of this machine may be."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    is_plain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who invites, and where: `link` is the page at which voters begin."""

    address: str
    name: str
    link: str


def link_of(sender: Sender, election_id: str, person: Person) -> str:
    """Return the person's link; the subject stands behind `#`, which no web server is sent."""
    return f"{sender.link.rstrip('/')}/{election_id}#sid=0x{person.sid.hex()}"


def mail_to(person: Person, election: ElectionFacts, sender: Sender, kind: str) -> EmailMessage:
    """Return the invitation or reminder of one person."""
    manifest, link = election.manifest, link_of(sender, election.election_id, person)
    windows = election.windows
    ask_until_ms = windows.keys_until_ms if election.has_rings else windows.request_until_ms
    until, opens, closes = (
        moment(at_ms) for at_ms in (ask_until_ms, windows.cast_from_ms, windows.cast_until_ms)
    )
    thai, english = _HEADS[kind]
    mail = EmailMessage(policy=policy.SMTP)
    mail["Subject"] = f"{thai}: {manifest.title_th} / {english}: {manifest.title_en}"
    mail["From"] = Address(sender.name, addr_spec=sender.address)
    mail["To"] = Address(person.name, addr_spec=person.email)
    mail["Message-ID"] = _message_id(person, election, sender, kind)
    text = _TEXT.format(
        name=person.name,
        head_th=thai,
        head_en=english,
        title_th=manifest.title_th,
        title_en=manifest.title_en,
        until=until,
        opens=opens,
        closes=closes,
        link=link,
        sid="0x" + person.sid.hex(),
        election=election.election_id,
    )
    mail.set_content(text, cte="base64")
    picture = io.BytesIO()
    segno.make_qr(link, error="m").save(picture, kind="png", scale=5)
    mail.add_attachment(picture.getvalue(), maintype="image", subtype="png", filename="link.png")
    return mail


def put_all(folder: Path, mails: Sequence[EmailMessage]) -> int:
    """Write mails into an outbox, files of their owner only; return how many are new there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = 0
    for mail in mails:
        name = hashlib.sha256(str(mail["Message-ID"]).encode()).hexdigest()[:24] + _SUFFIX
        if not (folder / name).exists() and not (folder / _SENT / name).exists():
            write_whole(folder / name, mail.as_bytes(), mode=OWNER_MODE)
            written += 1
    return written


def send_all(folder: Path, server: MailServer) -> tuple[int, list[tuple[str, str]]]:
    """Send what waits in an outbox; return how many were taken, and who was refused, and why.

    Raises:
        MailFault: the server cannot be reached, or lets nobody in; the rest waits.
    """
    waiting = sorted(folder.glob("*" + _SUFFIX))
    taken, refused = 0, list[tuple[str, str]]()
    if not waiting:
        return taken, refused
    (folder / _SENT).mkdir(exist_ok=True, mode=0o700)
    try:
        with _connected(server) as connection:
            for path in waiting:
                mail = message_from_bytes(read_bytes(path), policy=policy.SMTP)
                try:
                    connection.send_message(mail)
                except smtplib.SMTPRecipientsRefused as error:
                    refused += [(who, _said(why)) for who, why in error.recipients.items()]
                    continue
                path.rename(folder / _SENT / path.name)
                taken += 1
    except (smtplib.SMTPException, OSError) as error:
        where = f"{server.host}:{server.port}"
        raise MailFault(f"{where}: {error}; {taken} sent, the rest waits in {folder}") from error
    return taken, refused


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_S) as connection:
        if not server.is_plain:
            connection.starttls(context=ssl.create_default_context())
        if server.user is not None:
            connection.login(server.user, server.password or "")
        yield connection


def _said(answer: tuple[int, bytes]) -> str:
    code, text = answer
    return f"{code} {text.decode('utf-8', 'replace')}"


def _message_id(person: Person, election: ElectionFacts, sender: Sender, kind: str) -> str:
    """Return one id for each person, election, kind and state of its dates."""
    fields = (election.setup, person.sid, kind.encode(), repr(election.windows).encode())
    digest = hashlib.sha256(b"\0".join(fields)).hexdigest()[:32]
    return f"<{digest}@{sender.address.rpartition('@')[2]}>"


_HEADS = {
    INVITE: ("เชิญใช้สิทธิ์เลือกตั้ง", "Invitation to vote"),
    REMIND: ("แจ้งเตือนให้ขอใช้สิทธิ์", "Reminder to ask for your token"),
}
_TEXT = """\
เรียน {name}

{head_th}: {title_th} ({election})

1. เปิดลิงก์หรือสแกนคิวอาร์โค้ดที่แนบมา แล้วขอใช้สิทธิ์ภายใน {until.th}
   {link}
2. จดคำ 24 คำของท่านเก็บไว้ ห้ามให้ผู้ใดเห็น หากหายจะขอใหม่ไม่ได้
3. ลงคะแนนได้ตั้งแต่ {opens.th} ถึง {closes.th}

เลขอ้างอิงตัวตนของท่าน: {sid}
การขอใช้สิทธิ์เป็นข้อมูลเปิดเผย แต่การลงคะแนนไม่มีผู้ใดทราบ เจ้าหน้าที่จะไม่ขอคำ 24 คำจากท่าน

----

Dear {name},

{head_en}: {title_en} ({election})

1. Open the link, or scan the attached QR code, and ask for your token until {until.en}
   {link}
2. Write down your 24 words and show them to nobody; nobody can give them to you again.
3. Vote from {opens.en} to {closes.en} (Bangkok).

Your reference in identity: {sid}
That you ask is public; that or how you vote is not. No official will ever ask for your 24 words.
"""
