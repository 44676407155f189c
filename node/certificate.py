"""A node's own TLS certificate: how long it lasts, and its renewal by the key that it has."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from genesis.files import read_bytes
from node.config import NodeConfig, load_config
from node.files import installed_genesis, own_record
from node.observe import Finding
from node.secret_files import private_files
from node.setup import ANCHOR, write_new
from p2p.renewal import (
    FAIL_DAYS,
    RENEW_COMMAND,
    UNREADABLE,
    WARN_DAYS,
    days_left,
    is_recorded_by,
    last_day,
    pin_of,
    renew_certificate,
)
from p2p.tls import BadIdentity, certificate_der, make_certificate
from p2p.trust import certificate_fault
from primitives.errors import LocalFault

_NEXT = "next"
_CERTIFICATE = "cert.pem"
_KEY = "key.pem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """A certificate put in place of another; `days_left` are those of the new one."""

    path: Path
    kept_as: Path
    days_left: int
    until: str


def certificate_finding(left: int) -> Finding | None:
    """Return what is to be said of a certificate with so many whole days left."""
    if left >= WARN_DAYS:
        return None
    words = f"the certificate runs out in {left} days" if left >= 0 else "the certificate ran out"
    return Finding(words, f"renew it now: {RENEW_COMMAND}", is_warning=left >= FAIL_DAYS)


def check_own_name(name: str, der: bytes) -> None:
    """Check that a certificate would count in the record of this node. Raises LocalFault."""
    fault = certificate_fault(name, der)
    if fault is not None:
        raise LocalFault(f"the certificate of {name} {fault}")


def until(der: bytes) -> str:
    """Return the day on which a certificate of the record expires, "?" of what is none."""
    try:
        return last_day(der)
    except UNREADABLE:
        return "?"


class NotDue(LocalFault):
    """The certificate lasts so long that renewing it now would mostly shorten it."""


def renew(directory: Path, now: datetime, *, is_forced: bool = False) -> Renewal:
    """Renew the certificate of the node of a directory; a running node takes it into use itself.

    Raises:
        NotDue: the present one lasts more than 60 days, and this is not forced; says both dates.
        LocalFault: the node's files do not belong together, or the disk refuses.
    """
    config = load_config(directory)
    path = config.path(config.p2p.certificate)
    genesis = installed_genesis(config)
    recorded = own_record(config, genesis, None)
    try:
        key_pem = config.path(config.p2p.private_key).read_bytes()
        old = path.read_bytes()
        recorded_der = _recorded(path, recorded.certificate_der)
        made = renew_certificate(recorded_der, key_pem, now)
        if not is_forced:
            _check_due(path, (old, recorded_der), (made, now))
        kept_as = _kept_name(path, now)
        _write(kept_as, old)
        beside = path.with_name(f"{path.name}.new")
        _write(beside, made)
        beside.replace(path)
        _sync_directory(path.parent)
    except OSError as error:
        raise LocalFault(f"{error.filename}: {error.strerror}") from error
    der = certificate_der(made)
    return Renewal(path=path, kept_as=kept_as, days_left=days_left(der, now), until=last_day(der))


@dataclass(frozen=True, slots=True, kw_only=True)
class NextCertificate:
    """A certificate of another TLS key, made beside the one in use."""

    folder: Path
    der: bytes

    def remove(self) -> None:
        """Forget it, and its key."""
        shutil.rmtree(self.folder, ignore_errors=True)


def next_certificate(config: NodeConfig) -> NextCertificate | None:
    """Return the one that was made and is not in use yet. Raises LocalFault."""
    folder = config.path(config.p2p.certificate).parent / _NEXT
    try:
        der = certificate_der((folder / _CERTIFICATE).read_bytes())
    except FileNotFoundError:
        return None
    return NextCertificate(folder=folder, der=der)


@private_files()
def make_next_certificate(config: NodeConfig) -> NextCertificate:
    """Make a certificate of another TLS key for a node, beside the one in use; once."""
    made = next_certificate(config)
    if made is not None:
        return made
    folder = config.path(config.p2p.certificate).parent / _NEXT
    certificate_pem, key_pem = make_certificate(config.node.name, is_second=True)
    try:
        write_new(folder / _KEY, key_pem, mode=0o600)
        write_new(folder / _CERTIFICATE, certificate_pem, mode=0o644)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise LocalFault(f"{error.filename}: {error.strerror}") from error
    return NextCertificate(folder=folder, der=certificate_der(certificate_pem))


def use_next_certificate(config: NodeConfig, made: NextCertificate, now: datetime) -> Path:
    """Put it and its key into use: a running node shows it soon; return where the old one is kept.

    What was cut off is done again by the next call. Raises LocalFault: the disk refuses.
    """
    path, key = config.path(config.p2p.certificate), config.path(config.p2p.private_key)
    try:
        kept_as = _kept_name(path, now)
        _write(kept_as, path.read_bytes())
        _write(path.with_name(ANCHOR), (made.folder / _CERTIFICATE).read_bytes())
        for name, place, mode in ((_KEY, key, 0o600), (_CERTIFICATE, path, 0o644)):
            beside = place.with_name(f"{place.name}.new")
            beside.touch(mode=mode)
            _write(beside, (made.folder / name).read_bytes())
            beside.replace(place)
            _sync_directory(place.parent)
    except OSError as error:
        raise LocalFault(f"{error.filename}: {error.strerror}") from error
    made.remove()
    return kept_as


def read_certificate_file(path: Path) -> bytes:
    """Return the DER of a PEM file that somebody names. Raises LocalFault."""
    try:
        return certificate_der(read_bytes(path))
    except OSError as error:
        raise LocalFault(f"{path}: {error.strerror}") from error


def shown_no_more(config: NodeConfig, recorded: Iterable[bytes]) -> bytes | None:
    """Return which certificate of the record the node's file is not of; None if that is unclear."""
    shown = read_certificate_file(config.path(config.p2p.certificate))
    others = [der for der in recorded if not is_recorded_by(shown, der)]
    return others[0] if len(others) == 1 else None


def _recorded(path: Path, first: bytes) -> bytes:
    """Return the certificate that a renewal renews: of the TLS key that came last, or the first."""
    anchor = path.with_name(ANCHOR)
    return certificate_der(anchor.read_bytes()) if anchor.exists() else first


def _kept_name(path: Path, now: datetime) -> Path:
    return path.with_name(f"{path.name}.before-{now.astimezone(UTC):%Y%m%dT%H%M%S}")


def _check_due(path: Path, present: tuple[bytes, bytes], made: tuple[bytes, datetime]) -> None:
    """Refuse to replace this member's own certificate while it lasts. Raises NotDue."""
    pem, recorded_der = present
    new, now = made
    try:
        der = certificate_der(pem)
        left, until = days_left(der, now), last_day(der)
        is_own = pin_of(der) == pin_of(recorded_der)
    except (BadIdentity, *UNREADABLE):
        return  # what is no certificate is replaced at any time
    if is_own and left > WARN_DAYS:
        raise NotDue(
            f"{path}: lasts until {until}, {left} days; a renewal now would end on "
            f"{last_day(certificate_der(new))}. Renew it in its last {WARN_DAYS} days, "
            "or all the same with --force"
        )


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
