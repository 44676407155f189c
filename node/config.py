"""The settings of a node, checked, and the layout of its directory.

Relative paths are relative to that directory. Reading is `sources`'.
"""

from dataclasses import dataclass
from pathlib import Path

from node.retention import RetentionSection, SnapshotsSection
from node.settings import (
    AuditSection,
    BadConfig,
    BlobsSection,
    LogSection,
    MempoolSection,
    NodeSection,
    OperatorSection,
    P2pSection,
    RpcSection,
    SignStateSection,
    StoreSection,
    SyncSection,
)
from node.signer.settings import SignerSection

CONFIG_FILE = "node.toml"
SIGN_STATE = "sign_state"
STORE = "store"
AUDIT_FILE = "audit.log"
OPERATOR_SOCKET = "operator.sock"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeConfig:
    """A checked node.toml and the directory it lies in."""

    directory: Path
    node: NodeSection
    p2p: P2pSection
    rpc: RpcSection
    operator: OperatorSection
    audit: AuditSection
    mempool: MempoolSection
    store: StoreSection
    blobs: BlobsSection
    sync: SyncSection
    retention: RetentionSection
    snapshots: SnapshotsSection
    sign_state: SignStateSection
    signer: SignerSection
    log: LogSection

    def path(self, relative: str) -> Path:
        """Return the path that a setting names."""
        return self.directory / relative

    @property
    def data_dir(self) -> Path:
        """The directory of the database, WAL and journal."""
        return self.path(self.node.data)

    @property
    def audit_file(self) -> Path:
        """The audit log."""
        chosen = self.audit.file
        return self.path(chosen) if chosen else self.data_dir / AUDIT_FILE

    @property
    def operator_socket(self) -> Path:
        """The Unix socket of operators."""
        chosen = self.operator.socket
        return self.path(chosen) if chosen else self.data_dir / OPERATOR_SOCKET

    @property
    def sign_state_dir(self) -> Path:
        """The folder of sign-state and lock file."""
        chosen = self.sign_state.dir
        return self.path(chosen) if chosen else self.data_dir / SIGN_STATE

    @property
    def has_signer(self) -> bool:
        """Whether another process holds the key."""
        return bool(self.signer.socket or self.signer.host)


def load_config(directory: Path) -> NodeConfig:
    """Return the configuration of the node whose directory this is.

    Raises:
        BadConfig: the file is missing or unreadable, or settings are missing, unknown or out of
            bounds; names the file or the variable, each setting, its value and what is allowed.
    """
    path = directory / CONFIG_FILE
    return read_config(directory, read_text(path), str(path))


def read_text(path: Path) -> str:
    """Return the text of a node.toml. Raises BadConfig."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise BadConfig(
            f"{path}: missing; make a node directory with 'sapha member new'"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig(f"{path}: {error}") from error


def read_config(directory: Path, text: str, place: str) -> NodeConfig:
    """Return the configuration that `text` gives a node in `directory`.

    Raises:
        BadConfig: as `load_config`; `place` names the text.
    """
    from node.sources import read  # noqa: PLC0415 - other commands start faster without it

    return NodeConfig(directory=directory, **dict(read(text, place)))
