"""From an office's staff list to a roll without names: whoever knows the persons does it.

The HR office or identity provider has two lists: its staff (number, name, e-mail, class) and whose
subject of identity a number is. What comes out is the roll, subjects and classes alone, for the
authority; names, addresses and subjects stay in a file of the office. Rows are refused one by one,
each with its line and reason.
"""

import csv
import io
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from typing import TypeVar
from unicodedata import decimal, normalize

from contracts.sdk.labels import look_of
from contracts.voting.core.messages import VoterClass
from contracts.voting.roll.messages import VoterEntry
from primitives.errors import BadShape, Rejected
from primitives.hex import read_hex

NUMBER, NAME, EMAIL, CLASS, SID = "number", "name", "email", "class", "sid"
_SID_BYTES = 32
_DELIMITERS = ",;\t"
_MARK = "\ufeff"  # a byte order mark, as spreadsheets write it
_SEPARATOR = re.compile(r"[\s\-./]")
_ROWS_MAX = 200_000

K = TypeVar("K")


class BadList(Rejected):
    """The list cannot be read at all; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A voter as the office knows them; never given to the authority."""

    name: str
    email: str
    sid: bytes
    class_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that makes no voter, by its line in the file, from 1."""

    line: int
    reason: str


@dataclass(slots=True, kw_only=True)
class Staff:
    """What a staff list gives."""

    people: list[Person] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)

    @property
    def roll(self) -> list[VoterEntry]:
        """The roll: in an order that says nothing of the list's."""
        entries = [VoterEntry(sid=one.sid, class_id=one.class_id) for one in self.people]
        random.SystemRandom().shuffle(entries)
        return entries


def read_staff(
    text: str,
    subjects: Mapping[str, bytes],
    classes: Sequence[VoterClass],
    columns: Mapping[str, str] | None = None,
) -> Staff:
    """Return the voters of a staff list with a header, and the rows that are refused.

    `columns` maps our names to the list's, where they differ; a class only where there are several.

    Raises:
        BadList: no list of such columns.
    """
    rows = _rows(text, dict(columns or {}), (NUMBER, NAME, EMAIL), is_classed=len(classes) > 1)
    found, seen = Staff(), dict[str, int]()
    subject_lines: dict[bytes, int] = {}
    for line, row in rows:
        try:
            person = _person(row, subjects, classes)
            _require_new(number_of(row[NUMBER]), seen, line, "number")
            _require_new(person.sid, subject_lines, line, "subject")
        except _Refused as refused:
            found.refused.append(RefusedRow(line=line, reason=str(refused)))
        else:
            found.people.append(person)
    return found


def read_subjects(text: str, columns: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """Return the subject of each number, from a list with a header `number,sid`. Raises BadList."""
    found: dict[str, bytes] = {}
    for line, row in _rows(text, dict(columns or {}), (NUMBER, SID)):
        sid = _sid(row[SID])
        if sid is None:
            raise BadList(f"line {line}: {row[SID][:20]!r} is no subject, 0x and 64 hex digits")
        number = number_of(row[NUMBER])
        if found.setdefault(number, sid) != sid:
            raise BadList(f"line {line}: this number has another subject above")
    return found


def write_people(people: Sequence[Person]) -> str:
    """Return the office's own list: subject, class from 1, name, e-mail, as CSV."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow((SID, CLASS, NAME, EMAIL))
    for one in people:
        rows.writerow(("0x" + one.sid.hex(), one.class_id + 1, one.name, one.email))
    return text.getvalue()


def read_people(text: str) -> list[Person]:
    """Return the persons of a list that `write_people` made. Raises BadList."""
    people = []
    for line, row in _rows(text, {}, (SID, CLASS, NAME, EMAIL)):
        sid = _sid(row[SID])
        if sid is None or not row[CLASS].isdecimal():
            raise BadList(f"line {line}: no person with a subject and a class")
        one = Person(name=row[NAME], email=row[EMAIL], sid=sid, class_id=int(row[CLASS]) - 1)
        people.append(one)
    return people


def number_of(text: str) -> str:
    """Return a person's number without separators, Thai digits as others."""
    plain = _SEPARATOR.sub("", normalize("NFC", text)).upper()
    return "".join(str(decimal(letter, letter)) for letter in plain)


class _Refused(Exception):
    """Why one row makes no voter."""


def _person(
    row: Mapping[str, str], subjects: Mapping[str, bytes], classes: Sequence[VoterClass]
) -> Person:
    name = " ".join(normalize("NFC", row[NAME]).split())
    if not look_of(name):
        raise _Refused("there is no name")
    number = number_of(row[NUMBER])
    if not number:
        raise _Refused("there is no number")
    sid = subjects.get(number)
    if sid is None:
        raise _Refused("nobody of this number is known in identity")
    return Person(
        name=name, email=_email(row[EMAIL]), sid=sid, class_id=_class_id(row.get(CLASS), classes)
    )


def _email(text: str) -> str:
    try:
        found = Address(addr_spec=text.strip())
    except (MessageError, ValueError, IndexError) as error:
        raise _Refused(f"{text[:40]!r} is no e-mail address") from error
    if not found.username or "." not in found.domain or not found.addr_spec.isascii():
        raise _Refused(f"{text[:40]!r} is no e-mail address")
    return found.addr_spec


def _class_id(text: str | None, classes: Sequence[VoterClass]) -> int:
    """Return the class that a name in Thai or English, or a number from 1, means."""
    if text is None:
        return 0
    wanted = look_of(text.casefold())
    for number, one in enumerate(classes):
        names = (one.name_th, one.name_en, str(number + 1))
        if wanted in {look_of(name.casefold()) for name in names}:
            return number
    raise _Refused(f"{text[:40]!r} is no class of the election")


def _sid(text: str) -> bytes | None:
    try:
        data = read_hex(text.strip(), name=SID)
    except BadShape:
        return None
    return data if len(data) == _SID_BYTES else None


def _require_new(key: K, seen: dict[K, int], line: int, name: str) -> None:
    first = seen.setdefault(key, line)
    if first != line:
        raise _Refused(f"the {name} is that of line {first}")


def _rows(
    text: str, columns: dict[str, str], needed: Sequence[str], *, is_classed: bool = False
) -> list[tuple[int, dict[str, str]]]:
    """Return each row of a CSV text by our names of columns, with its line. Raises BadList."""
    plain = text.removeprefix(_MARK)
    head = plain.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(plain), delimiter=delimiter, strict=True)
    try:
        titles = {look_of(title): at for at, title in enumerate(next(reader))}
        wanted = {name: look_of(columns.get(name, name)) for name in (*needed, CLASS)}
        for name in (*needed, *([CLASS] if is_classed else [])):
            if wanted[name] not in titles:
                shown = columns.get(name, name)
                raise BadList(
                    f"the header has no column {shown!r:.40}; it has {head.strip()!r:.200}"
                )
        places = {name: titles[title] for name, title in wanted.items() if title in titles}
        rows = []
        for row in reader:
            if any(cell.strip() for cell in row):
                padded = [*row, *[""] * (len(titles) - len(row))]
                cells = {name: padded[at].strip() for name, at in places.items()}
                rows.append((reader.line_num, cells))
    except (csv.Error, StopIteration) as error:
        raise BadList(f"line {reader.line_num}: no CSV with a header: {error}") from error
    if len(rows) > _ROWS_MAX:
        raise BadList(f"{len(rows)} rows, at most {_ROWS_MAX}")
    return rows
