"""`sapha complaint file, take-in, add, note`: what goes into a case, files with a progress bar."""

import mimetypes
from collections.abc import Mapping, Sequence
from pathlib import Path

from client.complaints.actor import Connection
from client.complaints.citizen import Citizen, Complaint, Filed
from client.complaints.content import CONTENT_BYTES_MAX
from client.complaints.officer import KINDS, Officer
from client.complaints.receipt_key import ComplaintReceipt
from client.complaints.writing import Attachment, Note, Writing
from client.keystore import write_secret
from client.outcome import Outcome
from commands.complaint.acting import (
    Chosen,
    Deed,
    Look,
    open_citizen,
    open_officer,
    own_case,
    text_of,
)
from commands.output import Shown, UsageFault, say
from commands.progress import progress
from genesis.files import read_bytes


def file(  # noqa: PLR0913 - each is an option of the command
    *,
    template: str,
    category: str,
    to: str,
    area: str,
    field: list[str],
    attach: list[Path] | None,
    anonymous: bool,
    receipt_out: Path | None,
) -> Look:
    """File a complaint: with --anonymous (prints the receipt's words), or with --key."""
    written = (read_fields(field), tuple(map(read_attachment, attach or ())))
    complaint = _complaint(written, template=template, category=category, agency=to, area=area)
    receipt = ComplaintReceipt.generate() if anonymous else None

    async def look(connection: Connection, chosen: Chosen) -> Shown:
        if receipt is None:
            citizen = open_citizen(connection, chosen)
        else:
            _keep(receipt, receipt_out)
            citizen = Citizen.anonymous(connection, receipt)
        with progress("sealing and putting", is_quiet=chosen["as_json"]) as told:
            return _shown(await citizen.file(complaint, told), receipt)

    return look


def take_in(  # noqa: PLR0913 - each is an option of the command
    *,
    template: str,
    category: str,
    area: str,
    field: list[str],
    attach: list[Path] | None,
    receipt_out: Path | None,
) -> Look:
    """File with the own agency for someone, who gets the receipt's words."""
    written = (read_fields(field), tuple(map(read_attachment, attach or ())))
    receipt = ComplaintReceipt.generate()

    async def look(connection: Connection, chosen: Chosen) -> Shown:
        agency = chosen["agency"]
        complaint = _complaint(
            written, template=template, category=category, agency=agency, area=area
        )
        officer = open_officer(connection, chosen)
        _keep(receipt, receipt_out)
        with progress("sealing and putting", is_quiet=chosen["as_json"]) as told:
            return _shown(await officer.take_in(complaint, receipt, told), receipt)

    return look


def add(case_id: bytes | None, *, text: str | None, attach: Path | None) -> Deed[Citizen]:
    """Add a text or a file to one's own case."""
    writing = _writing(text, attach)

    async def deed(citizen: Citizen) -> Outcome:
        found = await own_case(citizen, case_id)
        with progress("putting", is_quiet=attach is None) as told:
            return await citizen.add(found, writing, told)

    return deed


def note(case_id: bytes, *, kind: str, text: str | None, attach: Path | None) -> Deed[Officer]:
    """Add a text or a file as the holder or a joint agency."""
    writing = _writing(text, attach)
    if kind not in KINDS:
        raise UsageFault(f"--kind {kind}: must be one of {', '.join(KINDS)}")

    async def deed(officer: Officer) -> Outcome:
        with progress("putting", is_quiet=attach is None) as told:
            return await officer.add(case_id, writing, kind, told)

    return deed


def answer(text: str, case_id: bytes | None) -> Deed[Citizen]:
    """Answer the holder's question; the clocks run again."""
    said = text_of(text)

    async def deed(citizen: Citizen) -> Outcome:
        return await citizen.answer(await own_case(citizen, case_id), said)

    return deed


def read_attachment(path: Path) -> Attachment:
    """Return a file to be attached. Raises UsageFault."""
    try:
        data = read_bytes(path, CONTENT_BYTES_MAX - 1024)
    except OSError as error:
        raise UsageFault(f"--attach {path}: {error.strerror}") from error
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Attachment(path.name, media_type, data)


def _writing(text: str | None, attach: Path | None) -> Writing:
    if (text is None) == (attach is None):
        raise UsageFault("give either --text or --attach")
    if attach is not None:
        return read_attachment(attach)
    return Note(text_of(text or ""))


def read_fields(given: Sequence[str]) -> dict[str, str]:
    """Return the form's texts by code. Raises UsageFault."""
    texts: dict[str, str] = {}
    for one in given:
        code, equals, text = one.partition("=")
        if not equals or not code:
            raise UsageFault(f"--field {one[:40]!r}: must be code=text")
        texts[code] = text_of(text)
    return texts


def _complaint(
    written: tuple[Mapping[str, str], tuple[Attachment, ...]], **codes: str
) -> Complaint:
    fields, attachments = written
    return Complaint(fields=fields, attachments=attachments, **codes)  # type: ignore[arg-type]


def _keep(receipt: ComplaintReceipt, path: Path | None) -> None:
    """Give the words before anything is sent, so that no case is without them."""
    if path is not None:
        write_secret(path, receipt.words + "\n")
    say(f"receipt: {receipt.words}\nkeep these words; nobody can give them again")


def _shown(filed: Filed, receipt: ComplaintReceipt | None) -> Shown:
    case = "0x" + filed.case_id.hex()
    data: dict[str, object] = {
        "case_id": case,
        "transaction_id": "0x" + filed.outcome.transaction_id.hex(),
        "height": filed.outcome.height,
    }
    if receipt is not None:
        data["receipt_words"] = receipt.words
    return Shown(data, f"case  {case}\nblock {filed.outcome.height}", filed.outcome)
