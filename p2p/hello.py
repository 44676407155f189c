"""The first frame of a session: which chain, which version, which member.

    hello = [1, chain_id, public_key]

TLS has proved who holds the certificate; the hello must agree with it. No IO.
"""

from p2p.ports import Member
from primitives.codec import Value, decode, encode
from primitives.crypto import PUBLIC_KEY_BYTES, PublicKey
from primitives.errors import PeerFault, Rejected
from primitives.limits import CHAIN_ID_CHARS_MAX
from primitives.shape import bytes_of, fields_of, text_of, uint_of

HELLO_VERSION = 1
_HELLO_BYTES_MAX = 256


class HandshakeRefused(PeerFault):
    """The other side is not a member that this node talks to; the message says why."""


def make_hello(chain_id: str, public_key: PublicKey) -> bytes:
    """Return the hello of a node."""
    return encode((HELLO_VERSION, chain_id, public_key))


def check_hello(payload: bytes, *, chain_id: str, member: Member) -> None:
    """Check that a hello names our version and chain and the member that TLS has proved.

    Raises:
        HandshakeRefused: names the first thing that differs.
    """
    try:
        value = decode(payload, bytes_max=_HELLO_BYTES_MAX)
        _check_version(value)
        fields = fields_of(value, name="hello", count=3)
        other_chain_id = text_of(fields[1], name="chain_id", chars_max=CHAIN_ID_CHARS_MAX)
        public_key = bytes_of(fields[2], name="public_key", length=PUBLIC_KEY_BYTES)
    except Rejected as error:
        raise HandshakeRefused(f"hello is malformed: {error}") from error
    if other_chain_id != chain_id:
        raise HandshakeRefused(f"is on chain {other_chain_id}, this node on {chain_id}")
    if public_key != member.public_key:
        raise HandshakeRefused(
            f"certificate of {member.name} with the key {public_key.hex()[:16]} of another"
        )


def _check_version(value: Value) -> None:
    """Look at the version first: another version may have other fields."""
    version = value[0] if isinstance(value, tuple) and value else None
    if uint_of(version, name="version") != HELLO_VERSION:
        raise HandshakeRefused(f"speaks version {version!r:.20}, this node {HELLO_VERSION}")
