"""A relay's address: where letters are handed in, and behind `#` the key that they are sealed to.

The host may be anybody's who carries letters; the key is the relay's. It must come from where the
election is announced, never from who carries.
"""

from dataclasses import dataclass

from client.access import MARK
from client.hpke import KEY_BYTES
from client.relay.errors import BadRelayAddress
from primitives.errors import BadShape
from primitives.hex import read_hex


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where letters go, and the relay's public key."""

    url: str
    key: bytes

    def __str__(self) -> str:
        return f"{self.url}{MARK}0x{self.key.hex()}"


def read_address(text: str) -> RelayAddress:
    """Return what a text such as https://relay.example#0x5a... names. Raises BadRelayAddress."""
    url, _, key = text.partition(MARK)
    if not url.startswith(("http://", "https://")):
        raise BadRelayAddress(f"{url}: must start with http:// or https://")
    try:
        return RelayAddress(url.rstrip("/"), read_hex(key, name="key", length=KEY_BYTES))
    except BadShape as error:
        raise BadRelayAddress(
            f"{url}: lacks the relay's key, which stands behind {MARK} where the election is "
            f"announced ({error.message})"
        ) from error
