"""A node's own TLS certificate: how long it lasts, and its renewal by the key that it has."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from node.config import load_config
from node.files import installed_genesis, own_record
from node.observe import Finding
from p2p.renewal import (
    FAIL_DAYS,
    RENEW_COMMAND,
    UNREADABLE,
    WARN_DAYS,
    days_left,
    last_day,
    pin_of,
    renew_certificate,
)
from p2p.tls import BadIdentity, certificate_der
from p2p.trust import certificate_fault
from primitives.errors import LocalFault


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
        made = renew_certificate(recorded.certificate_der, key_pem, now)
        if not is_forced:
            _check_due(path, (old, recorded.certificate_der), (made, now))
        kept_as = path.with_name(f"{path.name}.before-{now.astimezone(UTC):%Y%m%dT%H%M%S}")
        _write(kept_as, old)
        beside = path.with_name(f"{path.name}.new")
        _write(beside, made)
        beside.replace(path)
        _sync_directory(path.parent)
    except OSError as error:
        raise LocalFault(f"{error.filename}: {error.strerror}") from error
    der = certificate_der(made)
    return Renewal(path=path, kept_as=kept_as, days_left=days_left(der, now), until=last_day(der))


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
