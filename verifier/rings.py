"""Rings: one-time keys that voters posted, and signatures by one of a ring, nobody knows which.

Source: docs/voting.md, rings; Liu, Wei, Wong 2004 (LSAG).
"""

from verifier.election import Act, Election, Ring
from verifier.encoding import pack
from verifier.group import base, minus, point, scalar, times
from verifier.manifest import RING_MAX
from verifier.proofs import is_known
from verifier.refusal import Refused, require
from verifier.roll import merkle_root
from verifier.signatures import BY_ANY_KEY, KEY_BYTES, is_signed_by_account
from verifier.transcript import challenge, number
from verifier.weak_orders import drawn_generator

HEAD_BYTES = 64  # the tag, and the challenge to the first member
TOKEN_BYTES_MAX = HEAD_BYTES + 32 * RING_MAX


def join_ring(election: Election, act: Act) -> None:
    """Take a voter's only one-time key, signed by a key of the voter."""
    row = act.row(7, election)
    windows = election.windows
    election.preparing(act, (windows.objections_until_ms, windows.keys_until_ms))
    require(election.manifest.has_rings, "registrars sign in this election, not rings")
    roll = election.roll_context
    if roll is None:
        raise Refused("the roll is not frozen")
    reference, class_id = row.data("voter_ref", 64), election.class_of(row)
    ring_key, proof = row.data("ring_key", 32), row.data("proof", 64)
    key, signature = row.data("key", *KEY_BYTES), row.data("signature", *BY_ANY_KEY)
    require(election.voters.get(reference) == class_id, "not on the roll in this class")
    require(reference not in election.members, "the voter has posted a key before")
    said = [election.chain_id, roll, election.election_id, reference, class_id, ring_key]
    is_voters = is_signed_by_account(key, "voting/ring", pack(said), signature)
    require(is_voters, "the voter's signature is wrong")
    is_new = ring_key not in {posted for _, posted in election.members.values()}
    require(is_new, "the one-time key serves twice")
    fields = (roll, reference, number(class_id), ring_key)
    is_own = is_known("ring-key", fields, point(ring_key, "one-time key"), proof)
    require(is_own, "the one-time key is not shown to be known by its owner")
    election.members[reference] = (class_id, ring_key)
    election.totals[class_id].requested += 1


def close_rings(election: Election) -> list[list[bytes]]:
    """Fix the ring of each class, and return what the election's context holds of them."""
    least, rows = election.manifest.class_size_min, []
    for class_id, totals in enumerate(election.totals):
        mine = sorted(
            (reference, key) for reference, (of, key) in election.members.items() if of == class_id
        )
        keys = tuple(key for _, key in mine)
        ring = Ring(merkle_root(list(keys)), keys)
        election.rings[class_id] = ring
        totals.covered = len(keys) if len(keys) >= least else 0
        rows.append([number(len(keys)) + ring.root])
    largest = max(len(ring.keys) for ring in election.rings.values())
    require(largest >= least, f"no ring has {least} members, the largest has {largest}")
    return rows


def check_ring(context: bytes, named: tuple[int, bytes], ring: Ring, token: bytes) -> None:
    """Check that a member of the ring signed for a class and pseudonym. Raises Refused."""
    wanted = HEAD_BYTES + 32 * len(ring.keys)
    require(len(token) == wanted, f"the ring signature has {len(token)} bytes, not {wanted}")
    tag = point(token[:32], "tag")
    first = scalar(token[32:HEAD_BYTES], "ring signature")
    generator = drawn_generator("ring-gen", context)
    class_id, voter_key = named
    part = first
    for at, key in enumerate(ring.keys, start=2):
        answer = scalar(token[32 * at : 32 * at + 32], "ring signature")
        own = minus(base(answer), times(part, key))
        linked = minus(times(answer, generator), times(part, tag))
        fields = (context, number(class_id), ring.root, voter_key, tag, own, linked)
        part = challenge("ring", *fields)
    require(part == first, f"no member of the ring of class {class_id} signed for the pseudonym")
