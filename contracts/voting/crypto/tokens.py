"""Tokens: the right to vote, signed blindly by registrars, so that they cannot find the ballot.

A voter sends one blinded element to all registrars; k of them, the same for a whole class, make
its one token: a BLS signature of the pseudonym under the sum of their keys. Voters have nothing to
mix, and all ballots of a class look alike. Rules by number: docs/voting.md#tokens.
"""

from typing import Annotated

from contracts.sdk import Chars, CountMax, Length, PublicKey, Range, record
from contracts.sdk.bls import G1, G1_BYTES, G2, G2_BYTES
from contracts.sdk.bls_blind import Purpose, Shown, Signed, are_signatures, hash_message
from contracts.sdk.transcript import hash_fields, lp, uint
from contracts.voting.core.messages import ANSWERS_MAX, REGISTRARS_MAX, SETS_MAX, Hash

_BITS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)  # of registrars 1 to 10 in a set

_Element = Annotated[bytes, Length(G1_BYTES)]
_References = Annotated[tuple[Annotated[bytes, Length(64)], ...], CountMax(ANSWERS_MAX, low=1)]
_Elements = Annotated[tuple[_Element, ...], CountMax(ANSWERS_MAX, low=1)]


@record
class AnswerStatement:
    """What a batch of a registrar's answers is tied to; `election` is ctx_E, `key` is X_i."""

    chain_id: Annotated[str, Chars(1, 80)]
    election: Hash
    class_id: Annotated[int, Range(0, 2**31)]
    registrar: Annotated[int, Range(1, REGISTRARS_MAX)]
    key: Annotated[bytes, Length(G2_BYTES)]


def token_message(election: bytes, class_id: int, voter_key: PublicKey) -> bytes:
    """Return M, what registrars sign blindly; `election` is ctx_E."""
    return lp(b"sapha/vote/v2/token") + lp(election) + lp(uint(class_id)) + lp(voter_key)


def token_hash(election: bytes, class_id: int, voter_key: PublicKey) -> G1:
    """Return h1(M), the element that a pseudonym's token is the signature of."""
    return hash_message(Purpose.TOKEN, token_message(election, class_id, voter_key))


def key_labels(roll: bytes, place: tuple[int, int], agency: str) -> tuple[bytes, ...]:
    """Return the leading fields of a key's proof: ctx_R, class, registrar, agency id.

    `place` is the class and the registrar's number.
    """
    class_id, registrar = place
    return (roll, uint(class_id), uint(registrar), agency.encode())


def answers_seed(
    statement: AnswerStatement, references: _References, elements: tuple[_Elements, _Elements]
) -> bytes:
    """Return the hash that a batch's coefficients come from; it covers all that is checked.

    `elements` are the blinded ones and the answers, both in the order of `references`.
    """
    named = (
        statement.chain_id.encode(),
        statement.election,
        uint(statement.class_id),
        uint(statement.registrar),
        statement.key,
        uint(len(references)),
    )
    rows = zip(references, *elements, strict=True)
    flat = tuple([field for row in rows for field in row])
    return hash_fields("sapha/bls/v1/answers", named + flat)


def tokens_seed(place: tuple[bytes, int, G2], shown: tuple[tuple[PublicKey, bytes], ...]) -> bytes:
    """Return the hash for checking several tokens at once; `place` is ctx_E, class and X_c."""
    election, class_id, key = place
    named = (election, uint(class_id), key.encoded, uint(len(shown)))
    flat = tuple([field for pair in shown for field in pair])
    return hash_fields("sapha/bls/v1/tokens", named + flat)


def shown_token(place: tuple[bytes, int, G2], voter_key: PublicKey, token: G1) -> Shown:
    """Return a token as it is checked; `place` is ctx_E, class and X_c."""
    hashed = token_hash(place[0], place[1], voter_key)
    signed = Signed(hashed=hashed, signature=token)
    return Shown(place=place, holder=voter_key, signed=signed)


def are_tokens(shown: tuple[Shown, ...]) -> bool:
    """Whether all are tokens: of one class by one equation, of several by one each."""
    classes: dict[tuple[bytes, int], list[Shown]] = {}
    for each in shown:
        classes.setdefault(each.place[:2], []).append(each)
    return all([_are_of_class(tuple(each)) for each in classes.values()])


def _are_of_class(shown: tuple[Shown, ...]) -> bool:
    place = shown[0].place
    pairs = tuple([(PublicKey(each.holder), each.signed.signature.encoded) for each in shown])
    seed = tokens_seed(place, pairs)
    return are_signatures(place[2], seed, [each.signed for each in shown])


def ranked_sets(
    registrars: tuple[int, ...], needed: int, coverage: dict[int, int]
) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Return all sets of `needed` registrars with the requests that each covers, the best first.

    A request of `coverage`, which counts requests by the bits of those who answered, is covered by
    a set of which all answered. Of sets that cover the same, the one of lowest numbers is first.
    """
    found = []
    for bits in range(min(SETS_MAX, sets_of(len(registrars)))):
        chosen = tuple([one for at, one in enumerate(registrars) if bits >> at & 1])
        if len(chosen) == needed:
            wanted = mask_of(chosen)
            covered = sum([count for mask, count in coverage.items() if mask & wanted == wanted])
            found.append((-covered, chosen))
    return tuple([(-less, chosen) for less, chosen in sorted(found)])


def mask_of(registrars: tuple[int, ...]) -> int:
    """Return the bits of registrars: number i is bit i - 1."""
    return sum([_BITS[number - 1] for number in registrars])


def sets_of(count: int) -> int:
    """Return how many sets there are of so many registrars, 1 to 10: 2 to the power of it."""
    return 2 * _BITS[count - 1]
