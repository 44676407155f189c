"""The next key of a node: made beside the key of now, put in its place once the chain names it.

    keys/next-KEY/validator.key         the seed; KEY is the start of the public key in hex
    keys/next-KEY/member.json           what the node says of itself, signed by the new key
    <sign-state folder>/next-KEY/       the sign-state: this key has signed nothing

The change is in one order, and each step is durable before the next: the sign-state folder gets the
new key's state, the prepared one is removed, then the new key's files take the place of the old
ones. A node that is killed between two steps finishes at its next start. The new key signs nothing
before the prepared state is gone, so no crash lets it begin anew. Source: docs/adr/0044.
"""

import logging
import os
import secrets
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from consensus.guard import SignState, Standing, born
from genesis.build import show_member
from node.config import NodeConfig
from node.files import OpenFiles, installed_genesis, own_record, read_key
from node.secret_files import private_files
from node.setup import MEMBER_FILE, write_new
from node.store.files import OsFiles
from node.store.sign_state import STATE, held
from primitives.crypto import SEED_BYTES, PublicKey, SigningKey
from primitives.errors import LocalFault

log = logging.getLogger("sapha.node")

KEY_FILE = "validator.key"
_PREFIX = "next-"
_NAME_CHARS = 16


class NoNextKey(LocalFault):
    """A next key cannot be made here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextKey:
    """Where a next key and its sign-state lie."""

    folder: Path
    sign_state: Path

    @property
    def key_file(self) -> Path:
        """The file of its seed."""
        return self.folder / KEY_FILE

    def read(self) -> SigningKey:
        """Return the key. Raises SecretFault, BadKey."""
        return read_key(self.key_file)

    def remove(self) -> None:
        """Destroy the key, as far as the disk allows, and all that was prepared for it."""
        _overwrite(self.key_file)
        for folder in (self.sign_state, self.folder):
            shutil.rmtree(folder, ignore_errors=True)
            _sync(folder.parent)


def next_key_of(config: NodeConfig, key: PublicKey) -> NextKey | None:
    """Return where this key lies as a next one; None where it does not."""
    found = _place_of(config, key)
    return found if found.key_file.exists() else None


def next_keys(config: NodeConfig) -> list[NextKey]:
    """Return all next keys."""
    folders = sorted(_keys_folder(config).glob(f"{_PREFIX}*"))
    return [_place(config, folder.name) for folder in folders if (folder / KEY_FILE).exists()]


@private_files()
def make_next_key(config: NodeConfig) -> tuple[NextKey, SigningKey]:
    """Make a key that has signed nothing, beside the one of now.

    Raises:
        NoNextKey: a signer holds the node's key.
        LocalFault: the node's files do not belong together, or the disk refuses.
    """
    if config.has_signer:
        raise NoNextKey("a signer holds this node's key; keys of signers do not rotate yet")
    now = read_key(config.path(config.node.key))
    own = own_record(config, installed_genesis(config), now.public_key)
    made = SigningKey(secrets.token_bytes(SEED_BYTES))
    place = _place_of(config, made.public_key)
    member = show_member(replace(own, public_key=made.public_key), made)
    try:
        with held(place.sign_state) as files:
            files.start(born(made.public_key))
        write_new(place.folder / MEMBER_FILE, member.encode(), mode=0o644)
        write_new(place.key_file, made.seed.hex().encode() + b"\n", mode=0o600)
        _sync(place.folder.parent)
    except OSError as error:
        raise LocalFault(f"{error.filename}: {error.strerror}") from error
    return place, made


def prepared_state(place: NextKey, key: PublicKey) -> SignState | None:
    """Return the prepared sign-state if it says that this key has signed nothing."""
    if not (place.sign_state / STATE).exists():
        return None
    with held(place.sign_state) as files:
        state = files.state
    is_born = state is not None and state.key == key and state.standing is Standing.BORN
    return state if is_born else None


def put_in_place(config: NodeConfig, place: NextKey) -> None:
    """Let a next key's files take the place of the old ones, which are destroyed.

    Its state is in the node's sign-state folder already; what was cut off is done again.

    Raises:
        LocalFault: the disk refuses.
    """
    own, member = config.path(config.node.key), config.path(MEMBER_FILE)
    try:
        (place.sign_state / STATE).unlink(missing_ok=True)
        _sync(place.sign_state)
        if (place.folder / MEMBER_FILE).exists():
            (place.folder / MEMBER_FILE).replace(member)
            _sync(member.parent)
        _overwrite(own)
        place.key_file.replace(own)
        _sync(own.parent)
    except OSError as error:
        raise LocalFault(f"{error.filename}: {error.strerror}") from error
    for other in (place, *next_keys(config)):
        other.remove()
    log.warning("old_key_destroyed", extra={"path": own})


@private_files()
def finish_change(config: NodeConfig) -> None:
    """At a start: put the key in its place whose state is in the sign-state folder already.

    Raises:
        StoreLocked: the node runs.
        LocalFault: the disk refuses.
    """
    waiting = next_keys(config)
    if not waiting:
        return
    with held(config.sign_state_dir) as files:
        signing = files.state
    for place in waiting:
        if signing is not None and signing.key == place.read().public_key:
            put_in_place(config, place)
            return


def take_state(files: OpenFiles, place: NextKey, key: PublicKey) -> SignState | None:
    """Return with which state a next key begins in the node's sign-state folder.

    It goes on from the stamp of the key of now, so that WAL and sign-state stay of one life. None,
    and so a listener, where nothing says that it has signed nothing, or where the store was written
    under it: then keys and sign-state were put back from before.
    """
    state, before = prepared_state(place, key), files.sign_state.state
    if state is None or before is None or key in {before.key, files.noted}:
        return None
    return replace(state, stamp=before.stamp)


def _place_of(config: NodeConfig, key: PublicKey) -> NextKey:
    return _place(config, _PREFIX + key[1:].hex()[:_NAME_CHARS])


def _place(config: NodeConfig, name: str) -> NextKey:
    return NextKey(folder=_keys_folder(config) / name, sign_state=config.sign_state_dir / name)


def _keys_folder(config: NodeConfig) -> Path:
    return config.path(config.node.key).parent


def _overwrite(path: Path) -> None:
    """Write other bytes over a secret, so that they are gone where the disk writes in place."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(b"0" * path.stat().st_size)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    if folder.exists():
        OsFiles().fsync_dir(folder)
