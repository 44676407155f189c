"""Changes of who decides: a header announces them, sealed by those who decided until then.

Source: docs/protocol.md#light-clients.
"""

from dataclasses import replace

from verifier.encoding import bytes_of, list_of, text_of, unpack_list
from verifier.ledger import Network, read_header
from verifier.refusal import require
from verifier.validators import ValidatorSet


def take_set_change(network: Network, data: bytes) -> Network:
    """Return the network in which others decide above the change's block. Raises Refused."""
    header_bytes, certificate, members = unpack_list(data, "change of validators", 3)
    bytes_of(header_bytes, "change of validators: header")
    header = read_header(network, header_bytes, bytes_of(certificate, "change of validators"))
    where = f"change of validators above block {header.height}"
    following = ValidatorSet(tuple(_member(one, where) for one in list_of(members, where)))
    require(header.announces_change and len(following) > 0, f"{where}: the block announces none")
    is_announced = following.hash == header.following
    require(is_announced, f"{where}: the block announces other validators than are listed")
    first = header.height + 1
    require(first > network.sets[-1][0], f"{where}: a later one is known already")
    return replace(network, sets=(*network.sets, (first, following)))


def _member(value: object, where: str) -> tuple[bytes, str]:
    key, name = list_of(value, where, 2)
    return bytes_of(key, where), text_of(name, where)
