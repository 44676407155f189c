"""Ring signatures of committees in processor time and bytes, by the size of the ring.

Printed by `python -m bench.voting_proofs`. Each figure is for one ballot, the median of several
rounds, on one thread; a validator pays it for each ballot, announcement and spoiled ballot.
"""

from functools import partial

from bench.machine import used_s
from client.voting.ring import sign_ring
from contracts.sdk.group import multiply_base
from contracts.voting.crypto.rings import RingStatement, is_ring_signature, ring_root
from primitives.crypto import PublicKey
from primitives.errors import InvariantBroken

_SIZES = (5, 20, 50, 100, 200)
_FACTOR = 2**250 + 11


def show_rings() -> None:
    """Print processor time and bytes a ballot for each size of ring."""
    print("\nring signatures, processor time of one ballot on one core")
    print("members  sign ms  check ms  ms a member  bytes")
    for size in _SIZES:
        statement = _statement(size)
        token = sign_ring(statement, _FACTOR)
        sign_ms = 1e3 * used_s(partial(sign_ring, statement, _FACTOR))
        check_ms = 1e3 * used_s(partial(_check, statement, token))
        print(f"{size:7} {sign_ms:8.1f} {check_ms:9.1f} {check_ms / size:12.3f} {len(token):6}")


def _statement(size: int) -> RingStatement:
    keys = tuple(multiply_base(_FACTOR + number).encoded for number in range(size))
    return RingStatement(
        election=bytes(64),
        class_id=0,
        root=ring_root(keys),
        keys=keys,
        voter_key=PublicKey(b"\x01" + bytes(32)),
    )


def _check(statement: RingStatement, token: bytes) -> None:
    if not is_ring_signature(statement, token):
        raise InvariantBroken("a right ring signature was refused")
