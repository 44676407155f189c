"""Mutual TLS 1.3 between members whose certificates are pinned by the chain.

Owns certificates, contexts and the words for a failed handshake. There is no certificate
authority: each member's self-signed certificate is its own trust anchor, and its SHA-256 says
which member it is. Source: RFC 8446; docs/adr/0007-mutual-tls.md.
"""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NewType

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from p2p.ports import Member
from primitives.crypto import PublicKey
from primitives.errors import LocalFault

Fingerprint = NewType("Fingerprint", bytes)  # SHA-256 of a certificate's DER, 32 bytes

_YEARS_VALID = 10
_CLOCK_SLACK = timedelta(days=1)


class BadIdentity(LocalFault):
    """The node's certificate, key or member record cannot be used together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who this node is to its peers, and where its TLS certificate and key lie (PEM)."""

    public_key: PublicKey
    certificate_path: Path
    key_path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexts:
    """TLS settings for the two roles; both demand the other side's certificate."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def make_certificate(
    name: str, *, not_before: datetime | None = None, not_after: datetime | None = None
) -> tuple[bytes, bytes]:
    """Return (certificate, private key) as PEM: self-signed Ed25519, valid ten years."""
    key = Ed25519PrivateKey.generate()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    starts_at = not_before or datetime.now(UTC) - _CLOCK_SLACK
    ends_at = not_after or starts_at + timedelta(days=365 * _YEARS_VALID)
    usage = x509.ExtendedKeyUsage(
        [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts_at)
        .not_valid_after(ends_at)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=False)
        .sign(key, algorithm=None)
    )
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM), key_pem


def certificate_der(certificate_pem: bytes) -> bytes:
    """Return the DER bytes of one PEM certificate. Raises BadIdentity."""
    try:
        return x509.load_pem_x509_certificate(certificate_pem).public_bytes(Encoding.DER)
    except ValueError as error:
        raise BadIdentity("not a PEM certificate") from error


def fingerprint(der: bytes) -> Fingerprint:
    """Return the SHA-256 that pins a certificate."""
    return Fingerprint(sha256(der).digest())


def make_contexts(identity: Identity, members: tuple[Member, ...]) -> Contexts:
    """Return contexts that trust exactly the members' certificates and speak only TLS 1.3.

    Raises:
        BadIdentity: a file is missing or unusable, or a member's certificate does not parse.
    """
    return Contexts(
        server=_make_context(ssl.PROTOCOL_TLS_SERVER, identity, members),
        client=_make_context(ssl.PROTOCOL_TLS_CLIENT, identity, members),
    )


def check_own_certificate(identity: Identity, member: Member) -> None:
    """Raise BadIdentity unless the node's certificate is the one of its member record."""
    try:
        pem = identity.certificate_path.read_bytes()
    except OSError as error:
        raise BadIdentity(f"cannot read {identity.certificate_path}: {error.strerror}") from error
    if certificate_der(pem) != member.certificate_der:
        raise BadIdentity(
            f"{identity.certificate_path} is not the certificate in the record of {member.name}"
        )


def days_left(der: bytes, now: datetime) -> int:
    """Return whole days until the certificate expires; negative when it has."""
    return (x509.load_der_x509_certificate(der).not_valid_after_utc - now).days


def words_for(error: BaseException) -> str:
    """Return why a handshake failed, in words for an operator."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate refused: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        reason = str(getattr(error, "reason", None) or "unknown")  # absent when not from OpenSSL
        return _KNOWN_REASONS.get(reason) or f"TLS failed: {reason.lower().replace('_', ' ')}"
    if isinstance(error, TimeoutError | ConnectionAbortedError):
        return "handshake not finished in time"
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return "reset by the other side"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error)


_KNOWN_REASONS = {
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "no client certificate",
    "UNSUPPORTED_PROTOCOL": "speaks no TLS 1.3",
    "WRONG_VERSION_NUMBER": "not TLS",
    "HTTP_REQUEST": "not TLS",
    "UNKNOWN_PROTOCOL": "not TLS",
    "TLSV1_ALERT_UNKNOWN_CA": "the other side does not trust our certificate",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "the other side wants a certificate",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "the other side says our certificate has expired",
}


def _make_context(
    role: ssl._SSLMethod, identity: Identity, members: tuple[Member, ...]
) -> ssl.SSLContext:
    context = ssl.SSLContext(role)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # the pin says more than a name would
    context.verify_mode = ssl.CERT_REQUIRED
    if role is ssl.PROTOCOL_TLS_SERVER:
        context.num_tickets = 0  # a resumed session would skip the certificate
    try:
        context.load_cert_chain(identity.certificate_path, identity.key_path)
    except (OSError, ssl.SSLError) as error:
        raise BadIdentity(
            f"cannot use {identity.certificate_path} with {identity.key_path}: {error}"
        ) from error
    for member in members:
        try:
            context.load_verify_locations(cadata=member.certificate_der)
        except (ssl.SSLError, ValueError) as error:
            raise BadIdentity(f"the certificate of {member.name} does not parse") from error
    return context
