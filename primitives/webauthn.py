"""What a passkey signs, and the checks of it in their order; there is no reader of JSON here.

    signature = [authenticator data, client data, signature: 64 bytes]

A passkey signs no message of ours but `authenticator data || SHA-256(client data)`; the client data
hold the digest H(tag, data) as the challenge, and the origin of the page that asked. How they begin
is fixed, so their beginning is compared with what it must be; what follows may change, and is not
looked at. The counter is not either: passkeys that are copied between devices say 0. Source:
WebAuthn Level 2 §5.8.1.2 (limited verification), §6.1, §7.2.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from primitives.codec import decode
from primitives.crypto import DIGEST_BYTES, SIGNATURE_BYTES, Digest
from primitives.errors import BadAssertion, Rejected
from primitives.shape import blob_of, bytes_of, fields_of

AUTHENTICATOR_BYTES_MIN = 37  # hash of the relying party's id, flags, counter
AUTHENTICATOR_BYTES_MAX = 256
CLIENT_BYTES_MAX = 1_024
ASSERTION_BYTES_MAX = 1_400
ORIGIN_CHARS_MAX = 255

_USER_PRESENT = 0x01
_USER_VERIFIED = 0x04
_ATTESTED_DATA = 0x40
_BEGINS = b'{"type":"webauthn.get","challenge":"%b","origin":"'
_CROSS_ORIGIN = b'","crossOrigin":false'
_ENDS = (b"}", b",")

IsSigned = Callable[[bytes, bytes, bytes], bool]  # (key, message, signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where an assertion was made: the relying party's id as SHA-256, and the page's origin."""

    rp_id_hash: Digest
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What a passkey gave, as its three byte strings."""

    authenticator: bytes
    client: bytes
    signature: bytes


def read_assertion(data: bytes) -> Assertion:
    """Return the assertion that `data` encodes; nothing is verified.

    Raises:
        NotCanonical, TooLarge, BadShape: it is not three byte strings within their limits.
    """
    value = decode(data, bytes_max=ASSERTION_BYTES_MAX)
    authenticator, client, signature = fields_of(value, name="assertion", count=3)
    return Assertion(
        authenticator=blob_of(
            authenticator, name="authenticator_data", length_max=AUTHENTICATOR_BYTES_MAX
        ),
        client=blob_of(client, name="client_data", length_max=CLIENT_BYTES_MAX),
        signature=bytes_of(signature, name="signature", length=SIGNATURE_BYTES),
    )


def check_assertion(
    assertion: Assertion, challenge: Digest, point: bytes, is_signed: IsSigned
) -> Site:
    """Check all of an assertion that its bytes alone tell, and return where it was made.

    Whether the key may sign there is for its record in the contract `accounts` to say.

    Raises:
        BadAssertion: the first check that fails; `check` names it.
    """
    data = assertion.authenticator
    _require(len(data) >= AUTHENTICATOR_BYTES_MIN, "authenticator_data", "it is too short")
    flags = data[DIGEST_BYTES]
    _require(bool(flags & _USER_PRESENT), "user_present", "nobody touched the authenticator")
    _require(bool(flags & _USER_VERIFIED), "user_verified", "nobody proved to be its owner")
    _require(not flags & _ATTESTED_DATA, "attested_data", "it is of a registration")
    origin = _origin(assertion.client, challenge)
    message = data + sha256(assertion.client).digest()
    _require(is_signed(point, message, assertion.signature), "signature", "it does not verify")
    return Site(rp_id_hash=Digest(data[:DIGEST_BYTES]), origin=origin)


def site_of(data: bytes) -> Site | None:
    """Return where the assertion that `data` encodes was made, None if it is none.

    For a signature that is known to verify: its challenge is not compared.
    """
    try:
        assertion = read_assertion(data)
        head = assertion.client.partition(b'","origin":"')
        origin = _ascii(head[2].partition(b'"')[0])
    except Rejected:
        return None
    if len(assertion.authenticator) < AUTHENTICATOR_BYTES_MIN:
        return None
    return Site(rp_id_hash=Digest(assertion.authenticator[:DIGEST_BYTES]), origin=origin)


def _origin(client: bytes, challenge: Digest) -> str:
    """Return the origin in client data that begin as they must.

    An origin has no quote and no backslash, so it ends at the first quote; whoever compares it with
    those of a record gets what a comparison of the whole beginning would give.
    """
    begins = _BEGINS % urlsafe_b64encode(challenge).rstrip(b"=")
    _require(client.startswith(begins), "challenge", "the client data begin in another way")
    origin, _quote, _rest = client[len(begins) :].partition(b'"')
    rest = client[len(begins) + len(origin) :]
    text = _ascii(origin)
    is_same = rest.startswith(_CROSS_ORIGIN) and rest[len(_CROSS_ORIGIN) :].startswith(_ENDS)
    _require(is_same, "cross_origin", "the page was inside one of another origin")
    return text


def _ascii(origin: bytes) -> str:
    is_plain = 0 < len(origin) <= ORIGIN_CHARS_MAX and origin.isascii() and b"\\" not in origin
    _require(is_plain, "origin", "it is no origin")
    return origin.decode("ascii")


def _require(holds: bool, check: str, why: str) -> None:  # noqa: FBT001 - as in contracts
    if not holds:
        raise BadAssertion(f"the assertion's {check}: {why}", check=check)
