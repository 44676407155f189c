"""The first frame of a session: which chain, which version, which member.

    hello = [2, chain_id, name]

TLS has proved who holds the certificate; the hello must agree with it. A session is of a node, not
of its consensus key, which may change meanwhile. No IO.
"""

from p2p.ports import Member
from primitives.codec import Value, decode, encode
from primitives.errors import PeerFault, Rejected
from primitives.limits import CHAIN_ID_CHARS_MAX
from primitives.shape import fields_of, text_of, uint_of

HELLO_VERSION = 2
NODE_NAME_CHARS_MAX = 64
_HELLO_BYTES_MAX = 256


class HandshakeRefused(PeerFault):
    """The other side is not a member that this node talks to; the message says why."""


def make_hello(chain_id: str, name: str) -> bytes:
    """Return the hello of the node called `name`."""
    return encode((HELLO_VERSION, chain_id, name))


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
        name = text_of(fields[2], name="name", chars_max=NODE_NAME_CHARS_MAX)
    except Rejected as error:
        raise HandshakeRefused(f"hello is malformed: {error}") from error
    if other_chain_id != chain_id:
        raise HandshakeRefused(f"is on chain {other_chain_id}, this node on {chain_id}")
    if name != member.name:
        raise HandshakeRefused(f"certificate of {member.name} with the name {name!r:.70}")


def _check_version(value: Value) -> None:
    """Look at the version first: another version may have other fields."""
    version = value[0] if isinstance(value, tuple) and value else None
    if uint_of(version, name="version") != HELLO_VERSION:
        raise HandshakeRefused(f"speaks version {version!r:.20}, this node {HELLO_VERSION}")
