"""The sign-state file: the highest position that this key has signed, and what.

It is what keeps a validator from contradicting itself after a crash, a restore or with a second
copy running. It lives outside the database, is fsynced before anything is sent, and is locked
while open. Entries are canonical [height, view, kind, digest, signature] in a mark file.
Source: docs/protocol.md#sign-state.
"""

import os
from pathlib import Path

from consensus.effects import SignMark, SignRecord
from node.store.faults import SignConflict, SignMarkLower, SignStateDamaged
from node.store.files import Files, OsFiles, lock_file
from node.store.mark_file import MarkFile, MarkUnreadable
from primitives.codec import decode, encode
from primitives.crypto import DIGEST_BYTES, SIGNATURE_BYTES, Digest, Signature
from primitives.errors import Rejected
from primitives.shape import bytes_of, fields_of, uint_of

_MAGIC = b"sapha-sign 2\n\0"
_ENTRY_BYTES_MAX = 512


class SignState:
    """The file of one validator. `record` blocks for an fsync, so call it in a thread.

    Raises, when opened:
        StoreLocked: another process has it open.
        SignStateDamaged: its content is not what was written.
    """

    def __init__(self, path: Path, files: Files | None = None) -> None:
        self.path = path
        self._lock = lock_file(path.with_name(path.name + ".lock"))
        try:
            self._file = _open(path, files or OsFiles())
            self._last = None if self._file.last is None else _decode(path, self._file.last)
        except BaseException:
            os.close(self._lock)
            raise

    def load(self) -> SignRecord | None:
        """Return the last record, None when this key has signed nothing yet."""
        return self._last

    def record(self, record: SignRecord) -> None:
        """Make `record` the last one, on disk when this returns.

        The same content at the last position is accepted again; `load` has its signature.

        Raises:
            SignMarkLower: its position is below the last.
            SignConflict: another content at the last position.
            StoreFailed, StoreFull: the disk refused; nothing may be sent, the node must stop.
        """
        last = self._last
        if last is not None and record.mark <= last.mark:
            self._check_again(record, last)
            return
        self._file.append(_encode(record))
        self._last = record

    def close(self) -> None:
        """Release the file and its lock."""
        self._file.close()
        os.close(self._lock)

    def _check_again(self, record: SignRecord, last: SignRecord) -> None:
        if record.mark < last.mark:
            raise SignMarkLower(
                f"asked to sign at {_show(record.mark)}, but {self.path} holds "
                f"{_show(last.mark)}: the WAL or database is older than the sign-state; let the "
                "node listen until the network has decided above it",
                last.mark,
            )
        if record.digest != last.digest:
            raise SignConflict(
                f"asked to sign another content at {_show(record.mark)}: does a second node run "
                "with this key?",
                last.mark,
            )


def _open(path: Path, files: Files) -> MarkFile:
    try:
        return MarkFile(path, _MAGIC, files)
    except MarkUnreadable as error:
        raise _damaged(path, str(error)) from error


def _encode(record: SignRecord) -> bytes:
    mark = record.mark
    return encode((mark.height, mark.view, mark.kind, record.digest, record.signature))


def _decode(path: Path, data: bytes) -> SignRecord:
    try:
        fields = fields_of(decode(data, bytes_max=_ENTRY_BYTES_MAX), name="sign record", count=5)
        mark = SignMark(
            uint_of(fields[0], name="height"),
            uint_of(fields[1], name="view"),
            uint_of(fields[2], name="kind"),
        )
        signed = Digest(bytes_of(fields[3], name="digest", length=DIGEST_BYTES))
        signature = Signature(bytes_of(fields[4], name="signature", length=SIGNATURE_BYTES))
    except Rejected as error:
        raise _damaged(path, error.message) from error
    return SignRecord(mark=mark, digest=signed, signature=signature)


def _damaged(path: Path, detail: str) -> SignStateDamaged:
    return SignStateDamaged(
        f"the sign-state {path} is damaged: {detail}. What this key has signed last is unknown: "
        "do not delete the file and start; ask the other members to replace this validator's "
        "key, or keep the node an observer until then",
        None,
    )


def _show(mark: SignMark) -> str:
    kinds = ("view change", "pre-prepare", "prepare", "commit")
    kind = kinds[mark.kind] if mark.kind < len(kinds) else str(mark.kind)
    return f"height {mark.height} view {mark.view} ({kind})"
