"""A good genesis document with real certificates, to be spoilt one field at a time."""

import base64
import datetime
import functools

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from genesis.schema import GenesisMember
from primitives.crypto import SigningKey


@functools.cache
def certificate(name: str) -> bytes:
    """Return the DER of a self-signed certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=3650))
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def member_key(index: int) -> SigningKey:
    return SigningKey(bytes([index + 1]) * 32)


def member_json(index: int) -> dict:
    return {
        "name": f"agency-{index}",
        "public_key": "0x" + SigningKey(bytes([index + 1]) * 32).public_key.hex(),
        "certificate": base64.b64encode(certificate(f"agency-{index}")).decode(),
        "host": "127.0.0.1",
        "port": 26600 + index,
        "is_validator": True,
    }


def document() -> dict:
    return {
        "format": 2,
        "network": "devnet",
        "kind": "development",
        "time_ms": 1_763_900_000_000,
        "parameters": {
            "heartbeat_ms": 10_000,
            "view_timeout_ms": 1_000,
            "view_timeout_cap_ms": 30_000,
            "block_transactions_max": 2_000,
            "calendar_rate": 1,
        },
        "members": [member_json(i) for i in range(4)],
        "contracts": [
            {"name": "accounts", "version": 1, "code_hash": "0x" + "11" * 32, "config": {}},
            {
                "name": "cbdc",
                "version": 1,
                "code_hash": "0x" + "22" * 32,
                "config": {"central_bank": "sph1x", "limits": [1, {"a": None}]},
            },
        ],
    }


def member(index: int) -> GenesisMember:
    return GenesisMember(
        name=f"agency-{index}",
        public_key=SigningKey(bytes([index + 1]) * 32).public_key,
        certificate_der=certificate(f"agency-{index}"),
        host="127.0.0.1",
        port=26600 + index,
        is_validator=True,
    )
