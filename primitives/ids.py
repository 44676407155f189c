"""Names of the protocol's scalar types, and addresses as people read them."""

from typing import NewType

import bech32m

from primitives.crypto import PublicKey, digest
from primitives.errors import BadAddress

Height = NewType("Height", int)
View = NewType("View", int)
Address = NewType("Address", bytes)  # 20 bytes
TransactionId = NewType("TransactionId", bytes)  # 32 bytes

ADDRESS_BYTES = 20
ADDRESS_PREFIX = "sph"
_ADDRESS_CHARS_MAX = 90  # of any bech32m text. Source: BIP 350
_ADDRESS_VERSION = 1


def address_of(public_key: PublicKey) -> Address:
    """Return the address that `public_key` alone controls: 20 bytes of H("address", key)."""
    return Address(digest("address", public_key)[:ADDRESS_BYTES])


def show_address(address: Address) -> str:
    """Return the bech32m text of a 20-byte address. Source: BIP 350, prefix `sph`, version 1."""
    return str(bech32m.encode(ADDRESS_PREFIX, _ADDRESS_VERSION, address))


def read_address(text: str) -> Address:
    """Return the 20 bytes of a bech32m address.

    Raises:
        BadAddress: a typing error (checksum), another prefix, version or length.
    """
    if len(text) > _ADDRESS_CHARS_MAX:  # before it is decoded, which costs by the character
        raise BadAddress(f"{text[:100]!r} and more: {len(text)} characters are no address")
    try:
        decoded = bech32m.decode(ADDRESS_PREFIX, text)
    except bech32m.DecodeError as error:
        raise BadAddress(
            f"{text[:100]!r} is not an address: checksum or prefix is wrong"
        ) from error
    if decoded.witver != _ADDRESS_VERSION or len(decoded.witprog) != ADDRESS_BYTES:
        raise BadAddress(f"{text[:100]!r} is not a version 1 address of 20 bytes")
    return Address(bytes(decoded.witprog))
