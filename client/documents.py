"""Small JSON documents in files, written and read whole, with the fault of what they are."""

import json
from collections.abc import Mapping
from pathlib import Path

from client.files import PUBLIC_MODE, write_whole
from primitives.errors import Rejected
from primitives.limits import TRANSACTION_BYTES_MAX

_CHARS_MAX = 3 * TRANSACTION_BYTES_MAX  # the largest document holds a transaction in hex


def write_document(
    path: Path, document: Mapping[str, object], fault: type[Rejected], mode: int = PUBLIC_MODE
) -> None:
    """Write a document to a file, new or in place of an earlier one. Raises `fault`."""
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    try:
        write_whole(path, text.encode(), mode=mode)
    except OSError as error:
        raise fault(f"{path}: cannot be written ({error.strerror or error})") from error


def read_document(path: Path, fault: type[Rejected]) -> dict[str, object]:
    """Return the document in a file. Raises `fault`: it cannot be read, or is no JSON object."""
    try:
        with path.open(encoding="utf-8") as file:
            document = json.loads(file.read(_CHARS_MAX))
    except OSError as error:
        raise fault(f"{path}: cannot be read ({error.strerror or error})") from error
    except (ValueError, RecursionError) as error:
        raise fault(f"{path}: is no JSON document") from error
    if not isinstance(document, dict):
        raise fault(f"{path}: is no JSON object")
    return document
