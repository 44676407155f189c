"""Certificates that callers show in the TLS handshake, as DER."""

from datetime import UTC, datetime, timedelta

from p2p.hello import HandshakeRefused
from p2p.ports import Member
from p2p.renewal import holder_of, pin_of, renew_certificate
from p2p.tls import certificate_der, make_certificate
from primitives.crypto import PublicKey
from tests.genesis.builders import certificate

NOW = datetime.now(UTC)
CERTIFICATE, KEY = make_certificate("v0")
MEMBER = Member(
    name="v0",
    public_key=PublicKey(bytes(33)),
    certificate_der=certificate_der(CERTIFICATE),
    host="127.0.0.1",
    port=26600,
)
PINS = {pin_of(MEMBER.certificate_der): MEMBER}


def check(data: bytes) -> None:
    """Whose certificate it is is told, or the caller is refused."""
    try:
        assert holder_of(data, PINS, NOW) == MEMBER
    except HandshakeRefused:
        return


def seeds() -> list[bytes]:
    """The recorded one, a renewal, one of last year, and those of strangers."""
    renewals = [
        renew_certificate(MEMBER.certificate_der, KEY, NOW - timedelta(days=days))
        for days in (0, 800)
    ]
    strangers = [certificate("stranger"), certificate_der(make_certificate("v1")[0])]
    return [MEMBER.certificate_der, *map(certificate_der, renewals), *strangers]
