"""Checks a node's directory without starting it: what is wrong, and what mends it.

Nothing is changed: a torn end of the WAL stays, and the database of a running node is left alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from consensus.guard import Standing
from genesis.code import check_code
from genesis.schema import Genesis, GenesisMember
from genesis.verify import load_member
from node.certificate import certificate_finding
from node.config import STORE, NodeConfig, load_config
from node.files import (
    ROLLBACK,
    WAL,
    NotAMember,
    installed_genesis,
    member_record,
    own_record,
    read_key,
    rollback_cut_off,
    stopped,
)
from node.ledger import init_ledger, open_ledger
from node.secret_files import check_private, private_files
from node.serving import rpc_settings
from node.setup import ANCHOR, MEMBER_FILE
from node.signer.place import place_of
from node.store.faults import StoreLocked
from node.store.kv import require_closed
from node.store.opening import DATABASE, has_store
from node.store.sign_state import STATE, held, show_mark
from node.store.wal_frames import damage_message, scan_wal
from node.store.wal_repair import WalRepair
from node.store.wal_repair import repair_wal as repair
from p2p.renewal import days_left
from p2p.tls import certificate_der, is_own
from primitives.crypto import PUBLIC_KEY_BYTES, PublicKey
from primitives.errors import LocalFault

_IN_USE = "in use by the running node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One check: `problem` is None when it passes, else what is wrong and what mends it."""

    name: str
    problem: str | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Subject:
    """What the checks after the first two look at."""

    config: NodeConfig
    genesis: Genesis

    @property
    def member(self) -> GenesisMember:
        """What this node is with its key of now: of the genesis, or of its own member file."""
        try:
            return own_record(self.config, self.genesis, _own_key(self.config))
        except NotAMember as fault:
            known = ", ".join(member.name for member in self.genesis.members)
            name = self.config.node.name
            reason = f"node.toml names {name!r}, the genesis has {known}; set [node] name"
            raise LocalFault(reason) from fault


@private_files()
def check_node(directory: Path) -> list[Checked]:
    """Return every check of the directory, in order; stops at the first that others need."""
    results: list[Checked] = []
    try:
        config = load_config(directory)
        results.append(Checked(name="configuration", problem=None))
        genesis = installed_genesis(config)
        results.append(Checked(name="genesis", problem=None, note=genesis.chain_id))
    except LocalFault as fault:
        name = "genesis" if results else "configuration"
        return [*results, Checked(name=name, problem=str(fault))]
    subject = _Subject(config, genesis)
    return results + [_run(name, check, subject) for name, check in _CHECKS]


def check_first_state(genesis: Genesis) -> None:
    """Make block 0 as a node would at its first start, in a directory that is thrown away.

    Raises:
        LocalFault: a contract of genesis is not shipped or its configuration is wrong.
    """
    with TemporaryDirectory(prefix="sapha-genesis-") as directory:
        init_ledger(genesis, Path(directory))


def check_member(directory: Path, genesis: Genesis, *, is_joining: bool = False) -> None:
    """Check that a genesis to be installed has this node as its own member file does.

    One that `is_joining` is in no genesis: the agencies admit it later.

    Raises:
        LocalFault: names what differs, or what is missing in the directory.
    """
    subject = _Subject(load_config(directory), genesis)
    name = subject.config.node.name
    if is_joining is any(member.name == name for member in genesis.members):
        words = "names" if is_joining else "does not name"
        mend = "leave out --joining" if is_joining else "if it joins by vote: --joining"
        raise LocalFault(f"the genesis {words} a member {name!r}; {mend}")
    try:
        listed = [member for member in genesis.members if member.name == name]
        _check_member_file(directory / MEMBER_FILE, listed[0] if listed else subject.member)
        _check_key(subject)
        _check_certificate(subject)
    except OSError as error:
        raise LocalFault(f"{error.filename}: {error.strerror}") from error


def _check_member_file(path: Path, listed: GenesisMember) -> None:
    """Check that the genesis says of a member what its own file says."""
    own = load_member(path)
    differences = [
        f"{what} is {_shown(there)} in the genesis, {_shown(here)} here"
        for name, what in _MEMBER_FACTS
        if (there := getattr(listed, name)) != (here := getattr(own, name))
    ]
    if differences:
        raise LocalFault(f"{path}: {'; '.join(differences)}; do not install this genesis")


def _shown(value: object) -> str:
    """Return a fact of a member for people; a certificate by its digest."""
    if not isinstance(value, bytes):
        return str(value)
    return value.hex()[:16] if len(value) == PUBLIC_KEY_BYTES else sha256(value).hexdigest()[:16]


@private_files()
def repair_wal(directory: Path) -> WalRepair:
    """Repair the node's consensus WAL if it is damaged; the damaged file is kept beside it.

    Raises:
        LocalFault: the node runs, or there is no WAL.
    """
    config = load_config(directory)
    with stopped(config):
        return repair(config.data_dir / WAL)


def _run(name: str, check: Callable[[_Subject], str], subject: _Subject) -> Checked:
    try:
        return Checked(name=name, problem=None, note=check(subject))
    except LocalFault as fault:
        return Checked(name=name, problem=str(fault))
    except OSError as error:
        return Checked(name=name, problem=f"{error.filename}: {error.strerror}")


def _check_contracts(subject: _Subject) -> str:
    is_founding = not has_store(subject.config.data_dir / STORE)
    check_code(subject.genesis, is_founding=is_founding)
    return ", ".join(contract.name for contract in subject.genesis.contracts)


def _own_key(config: NodeConfig) -> PublicKey | None:
    """Return the key that is here; None where a signer holds it, or the file cannot be used."""
    try:
        return None if config.has_signer else read_key(config.path(config.node.key)).public_key
    except LocalFault:
        return None


def _check_key(subject: _Subject) -> str:
    if subject.config.has_signer:
        return f"held by {place_of(subject.config)}"
    path = subject.config.path(subject.config.node.key)
    found = read_key(path).public_key
    if found != subject.member.public_key:
        raise LocalFault(
            f"{path}: key {found.hex()[:16]} is not that of {subject.member.name} in the genesis,"
            f" {subject.member.public_key.hex()[:16]}; put the right key there"
        )
    return found.hex()[:16]


def _check_secret_files(subject: _Subject) -> str:
    config = subject.config
    check_private(config.path(config.p2p.private_key))
    settings = rpc_settings(config)  # reads tokens, keys and certificates
    return f"operators' tokens: {len(settings.operator.tokens.by_name)}"


def _check_certificate(subject: _Subject) -> str:
    path = subject.config.path(subject.config.p2p.certificate)
    der = certificate_der(path.read_bytes())
    own = member_record(subject.member)
    if not is_own(der, own, path.with_name(ANCHOR)):
        raise LocalFault(
            f"{path}: not the certificate of {subject.member.name} in the genesis,"
            " nor a renewal of it"
        )
    days = days_left(der, datetime.now(UTC))
    found = certificate_finding(days)
    if found is not None and not found.is_warning:
        raise LocalFault(f"{path}: {found.seen}; {found.mend}")
    return f"{days} days left" if found is None else f"{days} days left; {found.mend}"


def _check_wal(subject: _Subject) -> str:
    path = subject.config.data_dir / WAL
    if not path.exists():
        return _absent(subject, path, "none yet")
    data = path.read_bytes()
    scan = scan_wal(path, data)
    if scan.next_frame is not None:
        raise LocalFault(damage_message(path, data, scan))
    return f"{len(scan.frames)} records"


def _check_sign_state(subject: _Subject) -> str:
    folder = subject.config.sign_state_dir
    if not (folder / STATE).exists():
        return _absent(subject, folder / STATE, "none: the node listens before it signs")
    try:
        with held(folder) as files:
            state, unreadable = files.state, files.unreadable
    except StoreLocked:
        return _IN_USE
    if state is None:
        raise LocalFault(f"{unreadable}; check the disk: the node listens before it signs")
    return f"{state.standing.name.lower()}, last at {show_mark(state.mark)}"


def _absent(subject: _Subject, path: Path, note: str) -> str:
    """Return what a file's absence means at a stopped node. Raises LocalFault where one runs."""
    try:
        require_closed(subject.config.data_dir / STORE / DATABASE)
    except StoreLocked:
        raise LocalFault(
            f"{path} is gone under the running node. Do not start a second one: stop that one, put"
            " back what was taken, and start it; without it the node listens before it signs"
        ) from None
    return note


def _check_store(subject: _Subject) -> str:
    data = subject.config.data_dir
    store = data / STORE
    if not has_store(store):
        if (data / ROLLBACK).exists():
            raise rollback_cut_off(store)
        if _was_started(subject):
            raise LocalFault(
                f"{store}: the store is lost, for a node was started here. Stop it if it runs;"
                " then: sapha node rebuild, and start it: it fetches every block"
            )
        return "none yet"
    try:
        ledger = open_ledger(subject.genesis, store)
    except StoreLocked:
        return _IN_USE
    height = ledger.head().header.height
    ledger.close()
    return f"head at height {height}"


def _was_started(subject: _Subject) -> bool:
    """Return whether a node was started here; what a restore wrote is a listener without a log."""
    if (subject.config.data_dir / WAL).exists():
        return True
    folder = subject.config.sign_state_dir
    if not (folder / STATE).exists():
        return False
    with held(folder) as files:
        state = files.state
    return state is not None and state.standing is not Standing.LISTENER and state.stamp.start > 0


_MEMBER_FACTS = (
    ("name", "name"),
    ("public_key", "the key"),
    ("certificate_der", "the certificate"),
    ("host", "host"),
    ("port", "port"),
    ("is_validator", "is a validator"),
)
_CHECKS: tuple[tuple[str, Callable[[_Subject], str]], ...] = (
    ("membership", lambda subject: subject.member.name),
    ("contract code", _check_contracts),
    ("signing key", _check_key),
    ("other secrets", _check_secret_files),
    ("TLS certificate", _check_certificate),
    ("consensus log", _check_wal),
    ("sign-state", _check_sign_state),
    ("database", _check_store),
)
