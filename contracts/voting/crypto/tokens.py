"""Tokens: the right to vote, signed blindly by registrars, so that they cannot find the ballot.

A token is one registrar's RSA-PSS signature over a random prefix of 32 bytes and M. A registrar has
a key for each class, so the key says the class. Source: RFC 9474 (RSABSSA-SHA384-PSS-Randomized).
"""

from typing import Annotated

from contracts.sdk import CountMax, Length, PublicKey, Range, record
from contracts.sdk.rsa import is_coprime, raise_to_e, verify_pss
from contracts.sdk.transcript import listed, uint
from contracts.voting.crypto.transcript import hash_of, token_message

REGISTRARS_MAX = 64


@record
class Token:
    """The signature of registrar `registrar` (from 1), and what was put before the message."""

    registrar: Annotated[int, Range(1, REGISTRARS_MAX)]
    prefix: Annotated[bytes, Length(32)]
    signature: Annotated[bytes, Length(384)]


@record
class TokenStatement:
    """What tokens are for: `election` is ctx_E; `moduli` are the class's keys, by registrar."""

    election: Annotated[bytes, Length(64)]
    class_id: Annotated[int, Range(0, 2**31)]
    voter_key: PublicKey
    moduli: Annotated[tuple[Annotated[bytes, Length(384)], ...], CountMax(REGISTRARS_MAX, low=1)]


Tokens = Annotated[tuple[Token, ...], CountMax(REGISTRARS_MAX, low=1)]


def are_enough_tokens(statement: TokenStatement, tokens: Tokens, needed: int) -> bool:
    """Whether `tokens` are exactly `needed`, of rising registrars, each signed by its key."""
    numbers = [token.registrar for token in tokens]
    is_rising = all([numbers[place - 1] < numbers[place] for place in range(1, len(numbers))])
    is_known = all([1 <= number <= len(statement.moduli) for number in numbers])
    if len(tokens) != needed or not is_rising or not is_known:
        return False
    message = token_message(statement.election, statement.class_id, statement.voter_key)
    for token in tokens:
        modulus = statement.moduli[token.registrar - 1]
        if not verify_pss(modulus, token.prefix + message, token.signature):
            return False
    return True


def tokens_hash(tokens: Tokens) -> bytes:
    """Return the hash of a ballot's tokens, which every proof of the ballot covers."""
    parts = [listed((uint(token.registrar), token.prefix, token.signature)) for token in tokens]
    return hash_of("tokens", (listed(tuple(parts)),))


def is_request(blinded: bytes, modulus: bytes) -> bool:
    """Whether a registrar may be asked to sign this blinded message."""
    return is_coprime(blinded, modulus)


def is_answer(blinded: bytes, answer: bytes, modulus: bytes) -> bool:
    """Whether `answer` is the registrar's blind signature of `blinded`."""
    return raise_to_e(answer, modulus) == blinded
