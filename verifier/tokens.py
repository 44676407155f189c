"""Keys of registrars, their answers, and the tokens that come of them.

Source: docs/voting.md, tokens; Boldyreva 2003.
"""

import secrets
from collections.abc import Mapping
from hashlib import sha512
from itertools import combinations

from py_arkworks_bls12381 import G1Point, G2Point

from verifier import pairing
from verifier.refusal import Refused, require
from verifier.transcript import field, number

ELEMENT_BYTES = 48
KEY_BYTES = 96
PROOF_BYTES = KEY_BYTES + 32
ANSWERS_MAX = 200
_HASH_TAG = b"SAPHA-VOTE-V02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_TOKEN_"
_COEFFICIENT_BITS = 128


def check_key(labels: tuple[bytes, ...], encoded: bytes, proof: bytes, where: str) -> None:
    """Check that the owner of a registrar's key knows what is behind it. Raises Refused."""
    public = pairing.key(encoded, where)
    drawn = pairing.key(proof[:KEY_BYTES], f"{where}, proof")
    answer = pairing.exponent(proof[KEY_BYTES:], f"{where}, proof")
    fields = (b"sapha/bls/v1/key-pok", *labels, encoded, proof[:KEY_BYTES])
    digest = sha512(b"".join(map(field, fields))).digest()
    part = pairing.factor(int.from_bytes(digest, "little"))
    holds = pairing.BASE * answer == drawn + public * part
    require(holds, f"{where}: not shown to be known by its owner")


def check_answers(encoded: bytes, answers: list[tuple[bytes, bytes, bytes]], where: str) -> None:
    """Check a registrar's answers, as (voter, blinded, signature). Raises Refused.

    All at once with random numbers of the verifier's own; when that fails, one by one.
    """
    signer = pairing.key(encoded, where)
    hidden = [pairing.element(blinded, "blinded") for _, blinded, _ in answers]
    given = [pairing.element(signature, "blind signature") for _, _, signature in answers]
    weights = [secrets.randbits(_COEFFICIENT_BITS) | 1 for _ in answers]
    right = pairing.is_signed_by(
        signer, pairing.mixed(weights, hidden), pairing.mixed(weights, given)
    )
    if right:
        return
    for (voter, _, _), one, other in zip(answers, hidden, given, strict=True):
        right = pairing.is_signed_by(signer, one, other)
        require(right, f"the blind signature for voter {voter.hex()[:16]}... is wrong")


def hashed_for(context: bytes, class_id: int, voter_key: bytes) -> G1Point:
    """Return what a pseudonym's token is the signature of."""
    fields = (b"sapha/vote/v2/token", context, number(class_id), voter_key)
    return G1Point.hash_to_curve(b"".join(map(field, fields)), _HASH_TAG)


def best_set(
    registrars: list[int], needed: int, answered: Mapping[int, int], keys: dict[int, bytes]
) -> tuple[tuple[int, ...], bytes, int]:
    """Return who signs for a class, the sum of their keys, and how many requests they cover.

    `answered` has, for registrars as bits, how many requests of the class just they signed.

    Raises:
        Refused: no set of registrars has a key.
    """
    covered = {}
    for chosen in combinations(sorted(registrars), needed):
        bits = sum(1 << one for one in chosen)
        covered[chosen] = sum(count for done, count in answered.items() if done & bits == bits)
    for chosen in sorted(covered, key=lambda each: (-covered[each], each)):
        total = G2Point.identity()
        for one in chosen:
            total = total + pairing.key(keys[one], f"key of registrar {one}")
        if total != G2Point.identity():
            return chosen, bytes(total.to_compressed_bytes()), covered[chosen]
    raise Refused("the keys of every set of registrars cancel")
