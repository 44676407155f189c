"""The sign-state file: the highest position that this key has signed, and what.

It is what keeps a validator from contradicting itself after a crash, a restore or with a second
copy running. It lives outside the database, is replaced whole and fsynced before anything is
sent, and is locked while open. Layout: magic, canonical [height, view, kind, digest, signature],
CRC32. Source: docs/protocol.md#sign-state.
"""

import os
import zlib
from pathlib import Path

from consensus.effects import SignMark, SignRecord
from node.store.faults import SignConflict, SignMarkLower, SignStateDamaged, StoreFailed
from node.store.files import Files, OsFiles, lock_file, replace_file
from primitives.codec import decode, encode
from primitives.crypto import DIGEST_BYTES, SIGNATURE_BYTES, Digest, Signature
from primitives.errors import Rejected
from primitives.shape import bytes_of, fields_of, uint_of

_MAGIC = b"sapha-sign 1\n"
_CRC_BYTES = 4
_FILE_BYTES_MAX = 512


class SignState:
    """The file of one validator. `record` blocks for two fsyncs, so call it in a thread.

    Raises, when opened:
        StoreLocked: another process has it open.
        SignStateDamaged: its content is not what was written.
    """

    def __init__(self, path: Path, files: Files | None = None) -> None:
        self.path = path
        self._files = files or OsFiles()
        self._has_failed = False
        self._lock = lock_file(path.with_name(path.name + ".lock"))
        try:
            self._last = _read(self._files, path)
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
        if self._has_failed:
            raise StoreFailed(f"an earlier write to {self.path} failed: restart the node")
        last = self._last
        if last is not None and record.mark <= last.mark:
            self._check_again(record, last)
            return
        self._has_failed = True
        replace_file(self._files, self.path, _encode(record))
        self._has_failed = False
        self._last = record

    def close(self) -> None:
        """Release the lock."""
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


def _read(files: Files, path: Path) -> SignRecord | None:
    data = files.read(path)
    if data is None:
        return None
    body, crc = data[:-_CRC_BYTES], data[-_CRC_BYTES:]
    if not body.startswith(_MAGIC) or zlib.crc32(body).to_bytes(_CRC_BYTES, "big") != crc:
        raise _damaged(path, "its checksum is not the one that was written")
    try:
        return _decode(body[len(_MAGIC) :])
    except Rejected as error:
        raise _damaged(path, error.message) from error


def _encode(record: SignRecord) -> bytes:
    mark = record.mark
    fields = (mark.height, mark.view, mark.kind, record.digest, record.signature)
    body = _MAGIC + encode(fields)
    return body + zlib.crc32(body).to_bytes(_CRC_BYTES, "big")


def _decode(data: bytes) -> SignRecord:
    fields = fields_of(decode(data, bytes_max=_FILE_BYTES_MAX), name="sign record", count=5)
    return SignRecord(
        mark=SignMark(
            uint_of(fields[0], name="height"),
            uint_of(fields[1], name="view"),
            uint_of(fields[2], name="kind"),
        ),
        digest=Digest(bytes_of(fields[3], name="digest", length=DIGEST_BYTES)),
        signature=Signature(bytes_of(fields[4], name="signature", length=SIGNATURE_BYTES)),
    )


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
