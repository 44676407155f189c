"""A QR text as a picture: an SVG or PNG file, or blocks for a terminal."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

from client.cbdc.errors import BadQr, BadTlv

if TYPE_CHECKING:
    import segno

_SCALE = 8  # pixels of a PNG to one module
_CORRECTION = "m"
_SUFFIXES = (".svg", ".png")


def save_picture(text: str, path: Path) -> None:
    """Write the QR of `text` to a file; its suffix, .svg or .png, says the form.

    Raises:
        BadQr: another suffix.
        BadTlv: the text is too long for a QR.
        OSError: the file cannot be written.
    """
    path.write_bytes(picture_bytes(text, path))


def picture_bytes(text: str, path: Path) -> bytes:
    """Return the QR of `text` in the form that the file's suffix says. Raises BadQr, BadTlv."""
    if path.suffix.lower() not in _SUFFIXES:
        raise BadQr(f"{path}: a QR picture ends with {' or '.join(_SUFFIXES)}")
    out = io.BytesIO()
    _make(text).save(out, kind=path.suffix.lower()[1:], scale=_SCALE)
    return out.getvalue()


def terminal_picture(text: str) -> str:
    """Return the QR of `text` as lines of block characters. Raises BadTlv when it is too long."""
    out = io.StringIO()
    _make(text).terminal(out, compact=True)
    return out.getvalue()


def _make(text: str) -> "segno.QRCode":
    import segno  # noqa: PLC0415 - most commands draw nothing

    try:
        return segno.make_qr(text, error=_CORRECTION)
    except segno.DataOverflowError as error:
        raise BadTlv(f"{len(text)} characters are too many for a QR") from error
