"""Mutual TLS 1.3 between members whose certificates are pinned by the chain.

Owns certificates, contexts and the words for a failed handshake. There is no certificate
authority: each member's self-signed certificate is its own trust anchor, for itself and for its
renewals; whose one is, and whether it is in its dates, p2p.renewal says. Source: RFC 8446;
docs/adr/0007-mutual-tls.md.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from p2p.ports import Member
from p2p.renewal import UNREADABLE, is_certificate_of, is_recorded_by
from primitives.errors import LocalFault

_YEARS_VALID = 10
_CLOCK_SLACK = timedelta(days=1)
# X509_V_FLAG_NO_CHECK_TIME: the anchor's dates do not count; those of what is shown, p2p.renewal
# checks.
_NO_CHECK_TIME = ssl.VerifyFlags(0x200000)


class BadIdentity(LocalFault):
    """The node's certificate, key or member record cannot be used together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who this node is to its peers, and where its TLS certificate and key lie (PEM).

    The anchor is the certificate of the TLS key that came last, if the node has changed it: it is
    its own also where the record, of a node that is behind, does not hold it yet.
    """

    name: str
    certificate_path: Path
    key_path: Path
    anchor_path: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexts:
    """TLS settings for the two roles; both demand the other side's certificate."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def make_certificate(
    name: str,
    *,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    is_second: bool = False,
) -> tuple[bytes, bytes]:
    """Return (certificate, private key) as PEM: self-signed Ed25519, valid ten years.

    It may sign renewals of itself (p2p.renewal). One that `is_second` has a subject of its own, by
    which OpenSSL tells it from the node's other one.
    """
    key = Ed25519PrivateKey.generate()
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if is_second:
        unit = f"key {token_hex(8)}"
        parts.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit))
    subject = x509.Name(parts)
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
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=False)
        .sign(key, algorithm=None)
    )
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM), key_pem


def certificate_der(certificate_pem: bytes) -> bytes:
    """Return the DER bytes of one PEM certificate. Raises BadIdentity."""
    try:
        return x509.load_pem_x509_certificate(certificate_pem).public_bytes(Encoding.DER)
    except UNREADABLE as error:
        raise BadIdentity("not a PEM certificate") from error


def make_contexts(identity: Identity, members: tuple[Member, ...]) -> Contexts:
    """Return contexts that trust exactly the members' certificates and speak only TLS 1.3.

    Raises:
        BadIdentity: a file is missing or unusable, or a member's certificate does not parse.
    """
    return Contexts(
        server=_make_context(ssl.PROTOCOL_TLS_SERVER, identity, members),
        client=_make_context(ssl.PROTOCOL_TLS_CLIENT, identity, members),
    )


def pinned_context(
    role: ssl._SSLMethod, certificate: Path, private_key: Path, trusted: Mapping[str, bytes]
) -> ssl.SSLContext:
    """Return a context of TLS 1.3 both ways that trusts exactly the certificates given (DER).

    Raises:
        BadIdentity: a file is missing or unusable, or a certificate does not parse; by its name.
    """
    context = ssl.SSLContext(role)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # the pin says more than a name would
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= _NO_CHECK_TIME
    if role is ssl.PROTOCOL_TLS_SERVER:
        context.num_tickets = 0  # a resumed session would skip the certificate
    _load(context, certificate, private_key)
    for name, der in trusted.items():
        try:
            context.load_verify_locations(cadata=der)
        except (ssl.SSLError, ValueError) as error:
            raise BadIdentity(f"the certificate of {name} does not parse") from error
    return context


def trust_too(contexts: Contexts, members: tuple[Member, ...]) -> None:
    """Trust these certificates, which parse, in every handshake to come, beside the others."""
    for context in (contexts.server, contexts.client):
        for member in members:
            for der in member.certificates:
                context.load_verify_locations(cadata=der)


def use_certificate(contexts: Contexts, identity: Identity) -> None:
    """Show the certificate that is in the file now in every handshake to come.

    Raises:
        BadIdentity: certificate and key do not belong together.
    """
    for context in (contexts.server, contexts.client):
        _load(context, identity.certificate_path, identity.key_path)


def own_certificate(identity: Identity, member: Member) -> bytes:
    """Return the DER of the node's certificate file. Raises BadIdentity when it is another's."""
    der = _read_pem(identity.certificate_path)
    if not is_own(der, member, identity.anchor_path):
        raise BadIdentity(
            f"{identity.certificate_path} is neither the certificate in the record of"
            f" {member.name} nor a renewal of it"
        )
    return der


def is_own(der: bytes, member: Member, anchor: Path | None) -> bool:
    """Whether a certificate is of this member's record, or of its anchor; or a renewal of one."""
    if is_certificate_of(der, member):
        return True
    return anchor is not None and anchor.exists() and is_recorded_by(der, _read_pem(anchor))


def _read_pem(path: Path) -> bytes:
    try:
        return certificate_der(path.read_bytes())
    except OSError as error:
        raise BadIdentity(f"cannot read {path}: {error.strerror}") from error


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
}


def _make_context(
    role: ssl._SSLMethod, identity: Identity, members: tuple[Member, ...]
) -> ssl.SSLContext:
    trusted = {
        f"{member.name} ({number})" if number else member.name: der
        for member in members
        for number, der in enumerate(member.certificates)
    }
    return pinned_context(role, identity.certificate_path, identity.key_path, trusted)


def _load(context: ssl.SSLContext, certificate: Path, private_key: Path) -> None:
    try:
        context.load_cert_chain(certificate, private_key)
    except (OSError, ssl.SSLError) as error:
        raise BadIdentity(f"cannot use {certificate} with {private_key}: {error}") from error
