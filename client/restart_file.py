"""The file in which a restart statement goes from one administrator to the next.

JSON, so that people can read what they sign: the statement, those before it that no block carries
yet, and who has signed. Its digest stands in it and is compared. Owns also the record beside a key
of what it has signed. Source: docs/protocol.md#restart-statement.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client.answers import field_of, hex_field, list_field, text_field, uint_field
from client.errors import BadAnswer
from primitives.crypto import PublicKey, Signature
from primitives.errors import LocalFault, Rejected
from primitives.ids import Height
from primitives.restart import (
    Approval,
    RestartStatement,
    SignedRestart,
    read_restart,
    read_restarts,
)

FORMAT = 1
FILE_BYTES_MAX = 4 * 1024 * 1024
RECORD_SUFFIX = ".restarts"


class RestartFileFault(LocalFault):
    """The file holds no restart statement that can be used; the message names it."""


class SignedAnother(LocalFault):
    """The key has signed another statement with the same predecessor that may still be used."""


@dataclass(frozen=True, slots=True)
class RestartFile:
    """Statements in order; the last is the one to sign, those before it are in no block yet."""

    statements: tuple[SignedRestart, ...]

    @property
    def last(self) -> SignedRestart:
        """The statement that is to be signed and applied."""
        return self.statements[-1]

    def with_last(self, signed: SignedRestart) -> "RestartFile":
        """Return it with other signatures of the last statement."""
        return RestartFile((*self.statements[:-1], signed))

    def joined(self, other: "RestartFile", place: Path) -> "RestartFile":
        """Return it with the signatures of another file too. Raises RestartFileFault."""
        if [one.digest for one in self.statements] != [one.digest for one in other.statements]:
            raise RestartFileFault(f"{place}: holds another statement than the first file")
        pairs = zip(self.statements, other.statements, strict=True)
        return RestartFile(tuple(mine.joined(theirs.approvals) for mine, theirs in pairs))

    def encoded(self) -> tuple[bytes, ...]:
        """Return the statements as a block carries them."""
        return tuple(signed.encode() for signed in self.statements)


def load_restart_file(path: Path) -> RestartFile:
    """Return what the file at `path` says. Raises RestartFileFault."""
    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES_MAX + 1)
        document = json.loads(data.decode("utf-8")) if len(data) <= FILE_BYTES_MAX else None
        if field_of(document, "format") != FORMAT:
            raise RestartFileFault(f"{path}: format is not {FORMAT}")
        found = [_signed_of(item) for item in list_field(document, "statements")]
        statements = read_restarts([signed.encode() for signed in found])
    except OSError as error:
        raise RestartFileFault(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError, BadAnswer, Rejected) as error:
        raise RestartFileFault(f"{path}: {error}") from error
    if not statements:
        raise RestartFileFault(f"{path}: holds no statement")
    return RestartFile(statements)


def save_restart_file(path: Path, file: RestartFile, *, is_new: bool) -> None:
    """Write the file durably; a new one never over another. Raises RestartFileFault."""
    document = {
        "format": FORMAT,
        "statements": [_document_of(signed) for signed in file.statements],
    }
    if is_new and path.exists():
        raise RestartFileFault(f"{path}: exists")
    _write(path, json.dumps(document, indent=2) + "\n")


def remember_signing(key_file: Path, statement: RestartStatement, *, now_ms: int) -> None:
    """Note beside a key that it signs `statement`, durably, before it does.

    Raises:
        SignedAnother: it has signed another with the same predecessor, whose time is not over.
        RestartFileFault: the record cannot be read or written.
    """
    path = key_file.with_name(key_file.name + RECORD_SUFFIX)
    lines = _record_lines(path)
    mine = {
        "previous": "0x" + statement.previous.hex(),
        "digest": "0x" + statement.digest.hex(),
        "not_after_ms": statement.not_after_ms,
    }
    if mine in lines:
        return
    for line in lines:
        if line["previous"] == mine["previous"] and now_ms <= line["not_after_ms"]:
            left_min = (line["not_after_ms"] - now_ms) // 60_000 + 1
            raise SignedAnother(
                f"{key_file.stem} has signed statement {line['digest'][:18]} with the same"
                f" predecessor; it may still be used for {left_min} minutes: apply that one, wait,"
                " or make one that names it with --after"
            )
    _write(path, "".join(json.dumps(line) + "\n" for line in [*lines, mine]))


def _record_lines(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        lines = [json.loads(line) for line in text.splitlines()]
        for line in lines:
            text_field(line, "previous"), text_field(line, "digest")
            uint_field(line, "not_after_ms")
    except OSError as error:
        raise RestartFileFault(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError, BadAnswer) as error:
        raise RestartFileFault(
            f"{path}: damaged ({error}); it says what the key has signed: mend or restore it"
        ) from error
    return lines


def _document_of(signed: SignedRestart) -> dict[str, object]:
    statement = signed.statement
    return {
        "digest": "0x" + signed.digest.hex(),
        "chain_id": statement.chain_id,
        "previous": "0x" + statement.previous.hex(),
        "height": statement.height,
        "block_hash": "0x" + statement.block_hash.hex(),
        "validators": "0x" + statement.validators.hex(),
        "reason": statement.reason,
        "not_after_ms": statement.not_after_ms,
        "suspended": list(statement.suspended),
        "approvals": [_approval_document(approval) for approval in signed.approvals],
    }


def _approval_document(approval: Approval) -> dict[str, object]:
    signatures = [
        {"key": "0x" + key.hex(), "signature": "0x" + signature.hex()}
        for key, signature in approval.signatures
    ]
    return {"agency": approval.agency_id, "signatures": signatures}


def _signed_of(item: Any) -> SignedRestart:  # noqa: ANN401 - any JSON value
    """Return one statement of a file; its bytes are read as strictly as a block's."""
    statement = RestartStatement(
        chain_id=text_field(item, "chain_id"),
        previous=_digest(item, "previous"),
        height=Height(uint_field(item, "height")),
        block_hash=_digest(item, "block_hash"),
        validators=_digest(item, "validators"),
        reason=text_field(item, "reason"),
        not_after_ms=uint_field(item, "not_after_ms"),
        suspended=tuple(str(name) for name in list_field(item, "suspended")),
    )
    approvals = _approvals(list_field(item, "approvals"))
    signed = read_restart(SignedRestart(statement, approvals).encode())
    if hex_field(item, "digest") != signed.digest:
        raise BadAnswer("the digest is not that of the statement: the file was changed by hand")
    return signed


def _approvals(items: Sequence[Any]) -> tuple[Approval, ...]:
    return tuple(
        Approval(text_field(item, "agency"), tuple(_signatures(list_field(item, "signatures"))))
        for item in items
    )


def _signatures(items: Iterable[Any]) -> Iterable[tuple[PublicKey, Signature]]:
    for item in items:
        yield PublicKey(hex_field(item, "key")), Signature(hex_field(item, "signature"))


def _digest(item: Any, name: str) -> Any:  # noqa: ANN401 - its length is checked with all others
    return hex_field(item, name)


def _write(path: Path, text: str) -> None:
    """Replace a file as a whole, durably."""
    try:
        partial = path.with_name(path.name + ".partial")
        with partial.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise RestartFileFault(f"{path}: {error.strerror}") from error
