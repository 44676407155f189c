"""What execution takes from the network record: who decides the next block; and its first version.

The record is the governance contract's (contracts.governance.network). Without that contract the
set of the genesis decides for ever.
"""

from collections.abc import Callable

from contracts.governance.network.state import Awaited, Node, Seats, seats
from contracts.sdk.schema import record_of
from genesis.schema import Genesis
from primitives.codec import Value, decode
from primitives.crypto import PublicKey
from primitives.errors import InvariantBroken
from primitives.validators import Validator, ValidatorSet, seats_touched, validator_set

GOVERNANCE = "governance"
SEATS_KEY = GOVERNANCE.encode() + b"\0" + seats.schema.prefix
_SEATS_BYTES_MAX = 64 * 1024
_NODES_PAGE = 20

Query = Callable[[str, str, tuple[Value, ...]], Value]


def nodes_of(genesis: Genesis) -> list[dict[str, object]]:
    """Return the members of a genesis as governance's part of the configuration lists nodes."""
    return [
        {
            "name": member.name,
            "agency": member.name,
            "public_key": "0x" + member.public_key.hex(),
            "certificate": "0x" + member.certificate_der.hex(),
            "host": member.host,
            "port": member.port,
            "is_validator": int(member.is_validator),
        }
        for member in genesis.members
    ]


def contracts_of(genesis: Genesis) -> list[dict[str, object]]:
    """Return the contracts of a genesis as governance's part of the configuration lists them."""
    return [
        {"name": one.name, "version": one.version, "code_hash": "0x" + one.code_hash.hex()}
        for one in sorted(genesis.contracts, key=lambda one: one.name)
    ]


def set_after(value: bytes, before: ValidatorSet) -> ValidatorSet:
    """Return the set that the record's seats are, written after a block that `before` decided.

    Raises:
        InvariantBroken: more than f seats changed (R4.1).
    """
    found: Seats = record_of(Seats).parse(decode(value, bytes_max=_SEATS_BYTES_MAX), "seats")
    following = validator_set(
        Validator(PublicKey(seat.public_key), seat.name) for seat in found.seats
    )
    touched, most = seats_touched(before, following), max(before.faults_max, 1)
    if touched > most:
        raise InvariantBroken(f"{touched} seats change at once, at most {most} may")
    return following


def version_in(query: Query) -> int:
    """Return the number of the record's version at the head; 0 is that of the genesis."""
    found = query(GOVERNANCE, "network_version", ())
    return found if isinstance(found, int) else 0


def node_in(query: Query, name: str) -> Node | None:
    """Return the node of this name in the record at the head."""
    found = query(GOVERNANCE, "node", (name,))
    return None if found is None else record_of(Node).parse(found, "node")


def nodes_in(query: Query) -> list[Node]:
    """Return every node of the record at the head, in order of names."""
    kind = record_of(Node)
    found: list[Node] = []
    while True:
        after = found[-1].name if found else ""
        page = query(GOVERNANCE, "nodes_page", (after, _NODES_PAGE))
        if not isinstance(page, tuple) or not page:
            return found
        found += [kind.parse(each, "node") for each in page]


def waiting_in(query: Query) -> list[Awaited]:
    """Return the changes of seats that wait at the head, in order."""
    kind, found = record_of(Awaited), query(GOVERNANCE, "seat_changes", ())
    return [kind.parse(each, "change") for each in found] if isinstance(found, tuple) else []
