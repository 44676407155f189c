"""Whose certificate this is: one in a member's record, or a renewal of it by the same key.

The record pins the member's key. The certificate in it is the authority for itself alone: a renewal
holds the same key, is signed by it, and has dates of its own; that of another key is refused. Only
the dates of the certificate that is shown count. Source: docs/adr/0016-renewed-certificates.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NewType

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from p2p.hello import HandshakeRefused
from p2p.ports import Member
from primitives.errors import LocalFault

Pin = NewType("Pin", bytes)  # a certificate's public key, DER of its SubjectPublicKeyInfo

DAYS_VALID = 398
WARN_DAYS = 60  # before the end; said again at each of `ANNOUNCE_DAYS`
FAIL_DAYS = 7
ANNOUNCE_DAYS = (WARN_DAYS, 30, FAIL_DAYS)
RENEW_COMMAND = "sapha node renew-certificate --dir DIR"
_CLOCK_SLACK = timedelta(days=1)


# What reading a certificate, or a part of it, may raise.
UNREADABLE = (ValueError, x509.InvalidVersion, UnsupportedAlgorithm)


class CannotRenew(LocalFault):
    """The key does not belong to the certificate in the member's record."""


@dataclass(slots=True, kw_only=True)
class ShownCertificate:
    """A certificate in use, and the files to which a renewal of it comes.

    `read` returns what they hold now, `use` has it shown in every handshake to come; both raise a
    LocalFault for what cannot be used, and what was shown before stays in use.
    """

    path: Path  # of the certificate, to name it
    shown: bytes
    read: Callable[[], bytes]
    use: Callable[[], None]

    def is_renewed(self) -> bool:
        """Take a renewal into use; return whether there was one. Raises LocalFault."""
        found = self.read()
        if found == self.shown:
            return False
        self.use()
        self.shown = found
        return True


def renew_certificate(recorded_der: bytes, key_pem: bytes, now: datetime) -> bytes:
    """Return, as PEM, a certificate of the same key that is valid from `now` for 398 days.

    Raises:
        CannotRenew: the key is not that of the recorded certificate.
    """
    recorded = x509.load_der_x509_certificate(recorded_der)
    try:
        key = load_pem_private_key(key_pem, None)
    except (ValueError, TypeError) as error:
        raise CannotRenew("the TLS key is no private key in PEM") from error
    if not isinstance(key, Ed25519PrivateKey) or key.public_key() != recorded.public_key():
        raise CannotRenew("the TLS key is not that of the certificate in the genesis")
    # Another subject than the issuer's, so that it is no self-signed stranger.
    until = now + timedelta(days=DAYS_VALID)
    renewed = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"until {until:%Y-%m-%d}")
    usage = x509.ExtendedKeyUsage(
        [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([*recorded.subject, renewed]))
        .issuer_name(recorded.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SLACK)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=False)
        .sign(key, algorithm=None)
        .public_bytes(Encoding.PEM)
    )


def pin_of(der: bytes) -> Pin:
    """Return what pins a certificate and its renewals: its public key.

    Raises:
        ValueError, x509.InvalidVersion, UnsupportedAlgorithm: it does not parse.
    """
    key = x509.load_der_x509_certificate(der).public_key()
    return Pin(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def holder_of(der: bytes, pins: Mapping[Pin, Member], now: datetime) -> Member:
    """Return the member whose certificate this is, recorded or renewed.

    Raises:
        HandshakeRefused: it is no member's, or not valid now; says whose and what mends it.
    """
    try:
        member = pins.get(pin_of(der))
        if member is None or not is_certificate_of(der, member):
            raise HandshakeRefused("certificate of no member")
        _check_dates(x509.load_der_x509_certificate(der), member, now)
    except UNREADABLE as error:  # at any of these steps: its parts are parsed when asked for
        raise HandshakeRefused("certificate that does not parse") from error
    return member


def is_certificate_of(der: bytes, member: Member) -> bool:
    """Whether this is a recorded certificate of the member or a renewal, whatever its dates."""
    return any(is_recorded_by(der, recorded) for recorded in member.certificates)


def is_recorded_by(der: bytes, recorded_der: bytes) -> bool:
    """Whether this is the recorded certificate or a renewal of it, whatever its dates."""
    if der == recorded_der:
        return True
    shown = x509.load_der_x509_certificate(der)
    recorded = x509.load_der_x509_certificate(recorded_der)
    try:
        shown.verify_directly_issued_by(recorded)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return shown.public_key() == recorded.public_key()


def time_of(now_ms: int) -> datetime:
    """Return the time of a wall clock in milliseconds."""
    return datetime.fromtimestamp(now_ms / 1000, UTC)


def days_left(der: bytes, now: datetime) -> int:
    """Return whole days until the certificate expires; negative when it has."""
    return (x509.load_der_x509_certificate(der).not_valid_after_utc - now).days


def last_day(der: bytes) -> str:
    """Return the day, in UTC, on which the certificate expires, such as 2027-01-31."""
    return f"{x509.load_der_x509_certificate(der).not_valid_after_utc:%Y-%m-%d}"


def _check_dates(shown: x509.Certificate, member: Member, now: datetime) -> None:
    if now > shown.not_valid_after_utc:
        raise HandshakeRefused(
            f"certificate has expired: that of {member.name} on "
            f"{shown.not_valid_after_utc.astimezone(UTC):%Y-%m-%d}; there: {RENEW_COMMAND}"
        )
    if now < shown.not_valid_before_utc:
        raise HandshakeRefused(
            f"certificate of {member.name} is not valid before "
            f"{shown.not_valid_before_utc:%Y-%m-%d}; is a clock wrong?"
        )
