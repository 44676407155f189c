"""The values that people write in words: amounts, times, digests; read when a command runs."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

from client.amount import read_baht, read_satang
from client.answers import Answer, uint_field
from commands.output import UsageFault
from genesis.files import read_bytes
from primitives.crypto import Digest

BANGKOK = timezone(timedelta(hours=7))
_SPAN = re.compile(r"([0-9]{1,6})([smhd])")
_UNITS_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_ID_BYTES = 32
_FILE_BYTES_MAX = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time of the ledger: a span from its last block, or a date."""

    span_ms: int = 0
    at_ms: int | None = None

    def at(self, status: Answer) -> int:
        """Return the time in Unix milliseconds, where the node's status says when now is."""
        if self.at_ms is not None:
            return self.at_ms
        return uint_field(status, "contract_time_ms") + self.span_ms


def satang(text: str, *, in_satang: bool) -> int:
    """Return an amount as the command line gives it. Raises BadAmount."""
    return read_satang(text) if in_satang else read_baht(text)


def satang_or_zero(text: str, *, in_satang: bool) -> int:
    """Return an amount that may be 0. Raises BadAmount."""
    return 0 if text == "0" else satang(text, in_satang=in_satang)


def identifier(text: str) -> bytes:
    """Return the 32 bytes of a payment, hold, voucher or subject. Raises UsageFault."""
    return hex_bytes(text, _ID_BYTES)


def case_id(text: str) -> bytes:
    """Return the 16 bytes of a complaint's case. Raises UsageFault."""
    return hex_bytes(text, 16)


def hex_bytes(text: str, length: int, what: str = "identifier") -> bytes:
    """Return so many bytes given as hex; `what` they are is named. Raises UsageFault."""
    try:
        data = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        data = b""
    if len(data) != length:
        raise UsageFault(f"{text[:80]!r} is no {what}: 0x and {2 * length} hex digits")
    return data


def digest(text: str) -> Digest:
    """Return a digest given as hex, or the SHA-256 of a file. Raises UsageFault, OSError."""
    path = Path(text)
    if not text.startswith("0x") and path.is_file():
        return Digest(sha256(read_bytes(path, _FILE_BYTES_MAX)).digest())
    return Digest(identifier(text))


def moment(text: str) -> Moment:
    """Return a time given as a span such as 72h, or as a date. Raises UsageFault."""
    if _SPAN.fullmatch(text):
        return Moment(span_ms=span_ms(text))
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageFault(
            f"{text[:40]!r} is no span such as 90s, 15m, 72h or 30d, and no date such as "
            "2027-01-31 or 2027-01-31T17:00 (of Bangkok where no zone is given)"
        ) from error
    there = given if given.tzinfo is not None else given.replace(tzinfo=BANGKOK)
    return Moment(at_ms=int(there.timestamp() * 1_000))


def span_ms(text: str) -> int:
    """Return the milliseconds of a span such as 90s, 15m, 72h or 30d. Raises UsageFault."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise UsageFault(f"{text[:20]!r} is no span such as 90s, 15m, 72h or 30d")
    return int(match[1]) * _UNITS_MS[match[2]]


def is_yes(text: str) -> bool:
    """Return whether the answer is yes; the command line takes no other than yes and no."""
    return text == "yes"
