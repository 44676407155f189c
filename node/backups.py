"""A backup of a node: everything but the store. Makes it, and puts it back as a listener.

A key that a signer holds is not in it; the signer has a backup of its own, of the same form.

A backup says what was signed up to the moment at which it was made, and cannot know what was
signed after it. A restored node therefore listens before it signs, whatever the backup holds
(R2.7). The bytes are one JSON document; names in it are roles, never paths: where a file goes is
decided by the node.toml inside, and only within the node's directory.
"""

import base64
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from consensus.guard import SignState, Standing, born, encode_sign_state, read_sign_state
from genesis.verify import read_genesis, read_member
from node.config import CONFIG_FILE, NodeConfig, load_config, read_config
from node.files import key_of, stopped
from node.secret_files import private_files
from node.setup import ANCHOR, DirectoryInUse, write_new
from node.store.sign_state import SignStateFiles, show_mark
from primitives.crypto import PublicKey, digest
from primitives.errors import LocalFault, Rejected

BACKUP_BYTES_MAX = 32 * 1024 * 1024
_FILE_BYTES_MAX = 16 * 1024 * 1024
_MEMBER_FILE = "member.json"
_SECRET = ("key", "private_key")
_FIELDS = {"format", "node", "made_at_ms", "files", "sign_state", "digest"}


class BadBackup(LocalFault):
    """The file is not a backup, or not what was written."""


class SignStateNewer(LocalFault):
    """The sign-state that is there says more than the backup's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupForm:
    """Of which directory a backup is: the roles of its files, and those that may be missing."""

    name: str
    roles: tuple[str, ...]
    optional: tuple[str, ...]


NODE = BackupForm(
    name="sapha-backup 1",
    roles=("config", "genesis", "member", "key", "anchor", "certificate", "private_key"),
    optional=("member", "key", "anchor"),  # the key is missing where a signer holds it
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup holds: file bytes by role, and the sign-state as information."""

    form: BackupForm
    node: str
    made_at_ms: int
    files: Mapping[str, bytes]
    sign_state: SignState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The files that were written, and the listener's state beside them."""

    node: str
    written: tuple[Path, ...]
    sign_state: Path


def make_backup(directory: Path, now_ms: int) -> Backup:
    """Return the backup of a stopped node's directory.

    Raises:
        StoreLocked: the node runs.
        LocalFault: a file is missing or too large; names it.
    """
    config = load_config(directory)
    with stopped(config) as signing:
        return Backup(
            form=NODE,
            node=config.node.name,
            made_at_ms=now_ms,
            files=read_files(_places(config), may_miss=("member", "anchor")),
            sign_state=signing.state,
        )


def read_files(places: Mapping[str, Path], *, may_miss: Collection[str]) -> dict[str, bytes]:
    """Return the bytes of a directory's files by role. Raises LocalFault; names the file."""
    files = {role: _read(path, may_miss=role in may_miss) for role, path in places.items()}
    return {role: data for role, data in files.items() if data is not None}


def encode_backup(backup: Backup) -> bytes:
    """Return the bytes of a backup. They hold the node's keys."""
    state = backup.sign_state
    document = {
        "format": backup.form.name,
        "node": backup.node,
        "made_at_ms": backup.made_at_ms,
        "files": {
            role: base64.b64encode(data).decode() for role, data in sorted(backup.files.items())
        },
        "sign_state": None if state is None else encode_sign_state(state).hex(),
    }
    return json.dumps(document | {"digest": _digest_of(document)}, indent=1).encode() + b"\n"


def read_backup(data: bytes, place: str, form: BackupForm = NODE) -> Backup:
    """Return the backup of `data`; `place` is named in errors. Raises BadBackup."""
    if len(data) > BACKUP_BYTES_MAX:
        raise BadBackup(f"{place}: {len(data)} bytes, a backup has at most {BACKUP_BYTES_MAX}")
    try:
        return _backup_of(json.loads(data), form)
    except (ValueError, TypeError, KeyError, RecursionError, Rejected) as error:
        raise BadBackup(f"{place}: not a whole backup: {error}") from error


@private_files()
def restore_backup(directory: Path, backup: Backup) -> Restored:
    """Write the files of a backup into `directory`, and a listener's sign-state before them.

    A file that is there with the same bytes is left; so an interrupted restore is run again.

    Raises:
        StoreLocked: a node runs there.
        DirectoryInUse: another file is in the place of one, or a place is outside `directory`.
        SignStateNewer: the sign-state there is not the one that the backup was made of.
        LocalFault: the key inside is no key, or the disk refuses.
    """
    text = backup.files["config"].decode("utf-8", errors="replace")
    config = read_config(directory, text, f"{CONFIG_FILE} of the backup")
    if not config.has_signer and "key" not in backup.files:
        raise BadBackup(f"the backup of {backup.node} holds no key, and its node.toml no signer")
    places = _places(config)
    check_places(directory, places, backup)
    with stopped(config) as signing:
        signing.start(listener_of(backup, signing, partial(_key_of, backup)))
    written = write_files(places, backup)
    return Restored(node=backup.node, written=written, sign_state=config.sign_state_dir)


def check_places(directory: Path, places: Mapping[str, Path], backup: Backup) -> None:
    """Refuse a place outside the directory, or with something else in it. Raises DirectoryInUse."""
    for role, path in places.items():
        if role in backup.files:
            _check_place(directory, path, backup.files[role])


def write_files(places: Mapping[str, Path], backup: Backup) -> tuple[Path, ...]:
    """Write the files of a backup that are not there yet, and return them."""
    missing = {
        role: path for role, path in places.items() if role in backup.files and not path.exists()
    }
    for role, path in missing.items():
        write_new(path, backup.files[role], mode=0o600 if role in _SECRET else 0o644)
    return tuple(missing.values())


def _places(config: NodeConfig) -> dict[str, Path]:
    """Return where each role's file lies; node.toml last, so that a node is there when it is."""
    key = {} if config.has_signer else {"key": config.path(config.node.key)}
    return {
        "genesis": config.path(config.node.genesis),
        "member": config.path(_MEMBER_FILE),
        **key,
        "anchor": config.path(config.p2p.certificate).with_name(ANCHOR),
        "certificate": config.path(config.p2p.certificate),
        "private_key": config.path(config.p2p.private_key),
        "config": config.path(CONFIG_FILE),
    }


def _read(path: Path, *, may_miss: bool) -> bytes | None:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        if may_miss:
            return None
        raise LocalFault(f"{path}: missing; a backup without it could not be started") from error
    except OSError as error:
        raise LocalFault(f"{path}: {error.strerror}") from error
    if len(data) > _FILE_BYTES_MAX:
        raise LocalFault(f"{path}: {len(data)} bytes, at most {_FILE_BYTES_MAX}")
    return data


def _backup_of(document: Any, form: BackupForm) -> Backup:  # noqa: ANN401 - any JSON value
    """Return what a document says. Raises ValueError, TypeError, KeyError or Rejected."""
    if not isinstance(document, dict) or set(document) != _FIELDS:
        raise ValueError("its fields are not those of a backup")
    if document["format"] != form.name:
        raise ValueError(f"its format is {document['format']!r:.40}, not {form.name!r}")
    if document.pop("digest") != _digest_of(document):
        raise ValueError("its digest is wrong: it was changed or damaged")
    encoded: dict[str, str] = document["files"]
    files = {role: base64.b64decode(text, validate=True) for role, text in encoded.items()}
    unknown = set(files) - set(form.roles)
    missing = set(form.roles) - set(form.optional) - set(files)
    if unknown or missing:
        raise ValueError(f"unknown files {sorted(unknown)}, missing files {sorted(missing)}")
    state = document["sign_state"]
    return Backup(
        form=form,
        node=str(document["node"]),
        made_at_ms=int(document["made_at_ms"]),
        files=files,
        sign_state=None if state is None else read_sign_state(bytes.fromhex(state)),
    )


def _digest_of(document: Mapping[str, object]) -> str:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return digest("backup", text.encode()).hex()


def _check_place(directory: Path, path: Path, data: bytes) -> None:
    """Refuse a place outside the directory, and one that holds something else."""
    if not path.resolve().is_relative_to(directory.resolve()):
        raise DirectoryInUse(
            f"{path}: outside of {directory}; put this file back by hand, or change node.toml"
        )
    if path.exists() and path.read_bytes() != data:
        raise DirectoryInUse(f"{path}: another file is here; move it away first")


def listener_of(
    backup: Backup, there: SignStateFiles, key_of_backup: Callable[[], PublicKey]
) -> SignState:
    """Return the sign-state that is put back: it knows what was signed, and signs nothing.

    Raises:
        SignStateNewer: the one that is there says more.
    """
    known, found = backup.sign_state, there.state
    if found is not None and (known is None or not _is_old(found, known)):
        raise SignStateNewer(
            f"{there.folder}: its sign-state ({show_mark(found.mark)}, start {found.stamp.start}) "
            "is not the backup's: nothing needs to be restored, use `sapha node rebuild` if the "
            "store is lost"
        )
    if known is None:
        known = born(key_of_backup())
    return replace(known, standing=Standing.LISTENER, digest=None, signature=None, committed=None)


def _is_old(found: SignState, known: SignState) -> bool:
    """Return whether `found` says no more than `known`."""
    if found.key != known.key or found.stamp.start > known.stamp.start:
        return False
    is_other_life = found.stamp.start == known.stamp.start and found.stamp != known.stamp
    return not is_other_life and found.mark <= known.mark


def _key_of(backup: Backup) -> PublicKey:
    """Return the node's key: of the file, or of the member where a signer holds it."""
    if "key" in backup.files:
        return key_of(backup.files["key"].decode("ascii", errors="replace"), "key").public_key
    members = list(read_genesis(_text(backup, "genesis")).members)
    if "member" in backup.files:  # of a node that joined later
        members.append(read_member(_text(backup, "member")))
    for member in members:
        if member.name == backup.node:
            return member.public_key
    raise BadBackup(f"the genesis of the backup has no member {backup.node!r}")


def _text(backup: Backup, role: str) -> str:
    return backup.files[role].decode("utf-8", errors="replace")
