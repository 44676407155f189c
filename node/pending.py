"""The file of the restart statements that were applied to a node: how far, and which.

restart = [step, [signed statement, ...]]        step: "applying" or "applied"
"""

from pathlib import Path

from node.execution.restarts import Pending
from node.store.faults import disk_faults
from node.store.files import OsFiles, replace_file
from primitives.codec import decode, encode
from primitives.errors import LocalFault, Rejected
from primitives.limits import BLOCK_RESTARTS_MAX, RESTART_BYTES_MAX
from primitives.restart import read_restarts
from primitives.shape import array_of, blob_of, fields_of, text_of

RESTART_FILE = "restart"
APPLYING = "applying"
APPLIED = "applied"
_STEP_CHARS_MAX = 16
_FILE_BYTES_MAX = BLOCK_RESTARTS_MAX * (RESTART_BYTES_MAX + 8) + 64


class RestartFileDamaged(LocalFault):
    """The file of applied restart statements cannot be read."""


class RestartCutOff(LocalFault):
    """`restart-statement apply` did not come to its end."""


def read_pending(data_dir: Path) -> tuple[str, Pending]:
    """Return how far applying came, and the statements; nothing where there is no file.

    Raises:
        RestartFileDamaged: it is not what was written; apply the statement again.
    """
    path = data_dir / RESTART_FILE
    with disk_faults(path, "read"):
        data = OsFiles().read(path)
    if data is None:
        return APPLIED, Pending()
    try:
        step, restarts = fields_of(decode(data, bytes_max=_FILE_BYTES_MAX), name="file", count=2)
        listed = array_of(restarts, name="restarts", count_max=BLOCK_RESTARTS_MAX)
        encoded = [blob_of(item, name="restart", length_max=RESTART_BYTES_MAX) for item in listed]
        name = text_of(step, name="step", chars_max=_STEP_CHARS_MAX)
        return name, Pending(read_restarts(encoded))
    except Rejected as error:
        raise RestartFileDamaged(
            f"{path}: {error.message}; restore it from another validator that applied the same"
        ) from error


def pending_of(data_dir: Path) -> Pending:
    """Return the applied statements for a node that starts. Raises RestartCutOff too."""
    step, pending = read_pending(data_dir)
    if step != APPLIED:
        raise RestartCutOff(
            f"{data_dir / RESTART_FILE}: applying it was cut off; run `sapha network"
            " restart-statement apply` again with the same file"
        )
    return pending


def write_pending(data_dir: Path, step: str, pending: Pending) -> None:
    """Replace the file as a whole, durably. Raises StoreFull, StoreFailed."""
    path = data_dir / RESTART_FILE
    encoded = tuple(signed.encode() for signed in pending.restarts)
    with disk_faults(path, "write"):
        replace_file(OsFiles(), path, encode((step, encoded)))
