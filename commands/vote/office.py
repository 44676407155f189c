"""`sapha vote staff`, `invite`, `send`, `askers`: what the office does that knows the voters."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from client.files import OWNER_MODE, write_whole
from client.voting.askers import askers as askers_of
from client.voting.invitation import (
    INVITE,
    REMIND,
    MailServer,
    Sender,
    mail_to,
    put_all,
    send_all,
)
from client.voting.staff import read_people, read_staff, read_subjects, write_people
from commands.keyring import ask_password
from commands.output import Shown, UsageFault, emit, lines, require_new
from commands.table import show_table
from commands.vote.acting import Session
from commands.vote.plan import read_plan_file
from commands.vote.reading import write_new
from genesis.files import read_text
from primitives.errors import Rejected

_BYTES_MAX = 64 * 1024**2

R = TypeVar("R")


def staff(  # noqa: PLR0913 - each is an option of the command
    file: Path,
    plan: Path,
    *,
    subjects: Path,
    column: list[str],
    roll: Path,
    people: Path,
    skip: bool,
    as_json: bool,
) -> None:
    """Make a roll without names of a staff list, and the office's own list of persons."""
    require_new(roll, "rolls")
    columns, classes = _columns(column), read_plan_file(plan).manifest.classes
    known = _read(subjects, lambda text: read_subjects(text, columns))
    found = _read(file, lambda text: read_staff(text, known, classes, columns))
    refused = [{"line": one.line, "reason": one.reason} for one in found.refused]
    data: dict[str, object] = {"voters": len(found.people), "refused": refused}
    if found.refused:
        rows = [(one.line, one.reason) for one in found.refused]
        emit(data, show_table("Refused", ("line", "reason"), rows), as_json=as_json)
        if not skip:
            raise UsageFault(f"{file}: {len(rows)} rows are refused; mend them, or --skip them")
    write_whole(people, write_people(found.people).encode(), mode=OWNER_MODE, is_new=True)
    entries = [f"0x{one.sid.hex()} {one.class_id + 1}\n" for one in found.roll]
    write_new(roll, "".join(entries))
    text = f"{len(entries)} voters\n{roll}: for the authority\n{people}: stays in this office"
    if not refused:
        emit(data, text, as_json=as_json)


async def invite(  # noqa: PLR0913 - each is an option of the command
    session: Session,
    election_id: str,
    *,
    people: Path,
    link: str,
    sender: str,
    sender_name: str,
    outbox: Path,
    remind: bool,
) -> Shown:
    """Write a mail in Thai and English for each person, or for those who have not asked."""
    persons = _read(people, read_people)
    election = await session.facts.election(election_id)
    if remind:
        found = await askers_of(session.facts, election, persons)
        persons = [one.person for one in found if not one.has_asked]
    inviting = Sender(address=sender, name=sender_name, link=link)
    kind = REMIND if remind else INVITE
    mails = [mail_to(one, election, inviting, kind) for one in persons]
    written = put_all(outbox, mails)
    data = {"persons": len(persons), "written": written, "outbox": str(outbox)}
    return Shown(data, f"{lines(data)}\nsend them: sapha vote send {outbox}")


def send(  # noqa: PLR0913 - each is an option of the command
    folder: Path,
    *,
    host: str,
    port: int,
    user: str | None,
    plain: bool,
    as_json: bool,
) -> None:
    """Send what waits in an outbox by SMTP; again sends what is left."""
    password = None if user is None else ask_password(f"Password of {user} at {host}")
    server = MailServer(host=host, port=port, user=user, password=password, is_plain=plain)
    taken, refused = send_all(folder, server)
    rows = [{"to": who, "reason": why} for who, why in refused]
    data: dict[str, object] = {"sent": taken, "refused": rows}
    text = "\n".join([f"{taken} sent", *(f"refused: {who}: {why}" for who, why in refused)])
    emit(data, text, as_json=as_json)
    if refused:
        raise SystemExit(1)


async def askers(session: Session, election_id: str, *, people: Path) -> Shown:
    """Show who has asked for a token, and whose is ready; who voted, nobody can say."""
    election = await session.facts.election(election_id)
    found = await askers_of(session.facts, election, _read(people, read_people))
    rows = [
        {"name": one.person.name, "asked": one.has_asked, "token": one.has_token} for one in found
    ]
    asked = sum(one.has_asked for one in found)
    ready = sum(one.has_token for one in found)
    data = {"people": rows, "asked": asked, "ready": ready}
    shown = [(row["name"], _yes(row["asked"]), _yes(row["token"])) for row in rows]
    text = show_table(election_id, ("name", "asked", "token ready"), shown)
    return Shown(data, f"{text}\n{asked} of {len(rows)} have asked, {ready} tokens are ready")


def _columns(given: list[str]) -> dict[str, str]:
    """Return the list's names of columns by ours, each given as OURS=THEIRS. Raises UsageFault."""
    pairs = [text.partition("=") for text in given]
    for ours, equals, theirs in pairs:
        if not (ours and equals and theirs):
            raise UsageFault(f"--column {ours!r:.40}: must be OURS=THEIRS, such as name=ชื่อ")
    return {ours: theirs for ours, _, theirs in pairs}


def _read(file: Path, read: Callable[[str], R]) -> R:
    """Return what a text file of a list holds. Raises UsageFault naming the file."""
    try:
        return read(read_text(file, _BYTES_MAX))
    except UnicodeDecodeError as error:
        raise UsageFault(f"{file}: is not UTF-8; save it as CSV UTF-8") from error
    except OSError as error:
        raise UsageFault(f"{file}: {error.strerror or error}") from error
    except Rejected as error:
        raise UsageFault(f"{file}: {error}") from error


def _yes(claim: object) -> str:
    return "yes" if claim else "-"
