"""What a picture's first bytes say of its size, read before any decoder runs.

A few kilobytes can decode to gigabytes, so size is judged here and not after decoding.
Source: PNG (ISO/IEC 15948) §11.2.2; JPEG (ITU-T T.81) annex B.
"""

from client.fvs.errors import BadImage

IMAGE_BYTES_MAX = 8 * 1024 * 1024
SIDE_PX_MIN = 64
SIDE_PX_MAX = 6_000

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER_BYTES = 24
_JPEG = b"\xff\xd8\xff"
_JPEG_SEGMENTS_MAX = 1_000
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def check_image(data: bytes | bytearray) -> tuple[int, int]:
    """Return width and height in pixels as the file's header says.

    Raises:
        BadImage: too many bytes, neither PNG nor JPEG, or a side outside the limits.
    """
    if len(data) > IMAGE_BYTES_MAX:
        raise BadImage(f"{len(data)} bytes, at most {IMAGE_BYTES_MAX}")
    if data.startswith(_PNG):
        size = _png_size(data)
    elif data.startswith(_JPEG):
        size = _jpeg_size(data)
    else:
        raise BadImage("neither a PNG nor a JPEG picture")
    if not all(SIDE_PX_MIN <= side <= SIDE_PX_MAX for side in size):
        raise BadImage(
            f"{size[0]} x {size[1]} pixels, each side must have {SIDE_PX_MIN} to {SIDE_PX_MAX}"
        )
    return size


def wipe(data: bytearray) -> None:
    """Overwrite every byte with zero; the length stays."""
    data[:] = bytes(len(data))


def _png_size(data: bytes | bytearray) -> tuple[int, int]:
    if len(data) < _PNG_HEADER_BYTES or data[12:16] != b"IHDR":
        raise BadImage("a PNG picture without its header")
    return _uint(data, 16, 4), _uint(data, 20, 4)


def _jpeg_size(data: bytes | bytearray) -> tuple[int, int]:
    at = 2
    for _ in range(_JPEG_SEGMENTS_MAX):
        if at + 9 > len(data) or data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif marker in _FRAME_MARKERS:
            return _uint(data, at + 7, 2), _uint(data, at + 5, 2)
        else:
            at += 2 + _uint(data, at + 2, 2)
    raise BadImage("a JPEG picture without its frame header")


def _uint(data: bytes | bytearray, at: int, count: int) -> int:
    return int.from_bytes(data[at : at + count], "big")
