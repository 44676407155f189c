"""Tokens of voters in processor time: what each party does for one voter, alone and in batches.

Printed by `python -m bench.voting_proofs`. Four registrars, of whom three sign; each figure is for
one voter, the median of several rounds, on one thread.
"""

from collections.abc import Callable

from bench.machine import used_s
from client.bls_blind import SignerKey, blind, unblind
from contracts.sdk.bls import G1, G2, add_g2, decode_g1
from contracts.sdk.bls_blind import (
    Purpose,
    Signed,
    are_signatures,
    first_bad_answer,
    hash_message,
    is_signature,
)
from contracts.voting.crypto.tokens import tokens_seed
from primitives.crypto import PublicKey
from primitives.errors import InvariantBroken

_BATCH = 200
_FACTOR = 2**250 + 11
_SEED = bytes(64)
_SIGNERS = [SignerKey.derive(_SEED, bytes([number])) for number in range(3)]
_KEY = add_g2([signer.public for signer in _SIGNERS])


def show_tokens() -> None:
    """Print processor time a voter, and the bytes of what is sent."""
    messages = [number.to_bytes(8, "big") for number in range(_BATCH)]
    hashed = [hash_message(Purpose.TOKEN, message) for message in messages]
    hidden = [blind(element, _FACTOR) for element in hashed]
    answers = [[signer.sign(element) for signer in _SIGNERS] for element in hidden]
    tokens = [unblind(row, _FACTOR) for row in answers]
    given = [Signed(hashed=one, signature=row[0]) for one, row in zip(hidden, answers, strict=True)]
    shown = [Signed(hashed=one, signature=token) for one, token in zip(hashed, tokens, strict=True)]
    rows: list[tuple[str, Callable[[], object]]] = [
        ("voter: request", lambda: [_request(message) for message in messages]),
        ("registrar: answer", lambda: [_answer(element.encoded) for element in hidden]),
        ("contract: request decoded", lambda: [decode_g1(one.encoded) for one in hidden]),
        ("contract: answer alone", lambda: [_checked(_SIGNERS[0].public, one) for one in given]),
        ("contract: answers, 200 a batch", lambda: _all_right(_SIGNERS[0].public, given)),
        ("voter: token of 3 answers", lambda: [_token(*pair) for pair in _pairs(hashed, answers)]),
        ("contract: token alone", lambda: [_shown(message, tokens[0]) for message in messages[:1]]),
        ("verifier: tokens, 200 a batch", lambda: _all_shown(messages, shown)),
    ]
    print(f"\ntokens, processor time of one voter on one core ({_BATCH} voters)")
    for name, work in rows:
        count = 1 if name == "contract: token alone" else _BATCH
        print(f"{name:32} {1e6 * used_s(work) / count:8.0f} us")
    sizes = (len(hidden[0].encoded), len(answers[0][0].encoded), len(tokens[0].encoded))
    print("request, answer, token: {} + {} + {} bytes".format(*sizes))


def _request(message: bytes) -> G1:
    return blind(hash_message(Purpose.TOKEN, message), _FACTOR)


def _answer(element: bytes) -> G1:
    return _SIGNERS[0].sign(decode_g1(element))


def _checked(key: G2, one: Signed) -> bool:
    return is_signature(key, one.hashed, decode_g1(one.signature.encoded))


def _all_right(key: G2, given: list[Signed]) -> None:
    decoded = [
        Signed(hashed=one.hashed, signature=decode_g1(one.signature.encoded)) for one in given
    ]
    if first_bad_answer(key, _SEED, decoded) is not None:
        raise InvariantBroken("a right answer was refused")


def _pairs(hashed: list[G1], answers: list[list[G1]]) -> list[tuple[G1, list[G1]]]:
    return list(zip(hashed[:20], answers[:20], strict=True)) * (_BATCH // 20)


def _token(hashed: G1, row: list[G1]) -> bool:
    token = unblind([decode_g1(one.encoded) for one in row], _FACTOR)
    return is_signature(_KEY, hashed, token)


def _shown(message: bytes, token: G1) -> bool:
    return is_signature(_KEY, hash_message(Purpose.TOKEN, message), decode_g1(token.encoded))


def _all_shown(messages: list[bytes], shown: list[Signed]) -> None:
    pairs = zip(messages, shown, strict=True)
    signed = [
        Signed(
            hashed=hash_message(Purpose.TOKEN, message),
            signature=decode_g1(one.signature.encoded),
        )
        for message, one in pairs
    ]
    pairs_shown = tuple(
        (PublicKey(message * 4), one.signature.encoded)
        for message, one in zip(messages, shown, strict=True)
    )
    if not are_signatures(_KEY, tokens_seed((_SEED, 0, _KEY), pairs_shown), signed):
        raise InvariantBroken("a right token was refused")
