"""Tokens: exactly k registrars, each by its key of this class, for this election and pseudonym."""

from dataclasses import replace

import pytest

from client.voting.blind_rsa import Blinding, blind, finalize, prepare
from contracts.voting.crypto.tokens import (
    Token,
    TokenStatement,
    are_enough_tokens,
    is_answer,
    is_request,
    tokens_hash,
)
from contracts.voting.crypto.transcript import token_message
from primitives.crypto import PublicKey
from tests.client.voting.keys import signer

VOTER = PublicKey(b"\x09" * 32)
ELECTION = b"\xe1" * 64


def statement(class_id: int = 1) -> TokenStatement:
    moduli = tuple(signer(number).public.encode() for number in range(3))
    return TokenStatement(ELECTION, class_id, VOTER, moduli)


def token(registrar: int, stated: TokenStatement | None = None) -> Token:
    stated = stated or statement()
    key = signer(registrar - 1)
    prefix = bytes([registrar]) * 32
    message = token_message(stated.election, stated.class_id, stated.voter_key)
    prepared = prepare(message, prefix)
    blinded = blind(key.public, prepared, Blinding.fresh(key.public))
    answer = key.sign(blinded.message)
    assert is_request(blinded.message, key.public.encode())
    assert is_answer(blinded.message, answer, key.public.encode())
    return Token(registrar, prefix, finalize(key.public, prepared, answer, blinded.inverse))


def test_k_tokens_of_distinct_registrars_are_enough():
    for chosen in ((1, 2), (1, 3), (2, 3)):
        assert are_enough_tokens(statement(), tuple(map(token, chosen)), 2)


@pytest.mark.parametrize("chosen", [(), (1,), (1, 1), (2, 1), (1, 2, 3), (1, 2, 2)])
def test_fewer_more_repeated_or_unsorted_registrars_are_refused(chosen):
    assert not are_enough_tokens(statement(), tuple(map(token, chosen)), 2)


def test_a_token_of_another_class_election_or_pseudonym_is_refused():
    others = [
        replace(statement(), class_id=2),
        replace(statement(), election=b"\xe2" * 64),
        replace(statement(), voter_key=PublicKey(b"\x0a" * 32)),
    ]

    for other in others:
        assert are_enough_tokens(other, (token(1, other), token(2, other)), 2)
        assert not are_enough_tokens(statement(), (token(1), token(2, other)), 2)


def test_a_stuffed_token_is_refused():
    good = token(1)
    stuffed = [
        Token(2, good.prefix, good.signature),
        Token(2, bytes(32), bytes(384)),
        replace(token(2), prefix=bytes(32)),
        replace(token(2), signature=token(2).signature[:-1] + b"\0"),
        replace(token(2), registrar=4),
        replace(token(2), registrar=0),
    ]

    assert not any(are_enough_tokens(statement(), (good, other), 2) for other in stuffed)


def test_the_hash_of_tokens_covers_each_of_their_fields():
    one, other = Token(1, b"\1" * 32, b"\2" * 384), Token(2, b"\3" * 32, b"\4" * 384)
    changed = [
        (one,),
        (other, one),
        (one, replace(other, registrar=3)),
        (one, replace(other, prefix=bytes(32))),
        (one, replace(other, signature=bytes(384))),
    ]

    assert tokens_hash((one, other)) not in [tokens_hash(tokens) for tokens in changed]


def test_a_wrong_answer_of_a_registrar_is_seen():
    key = signer(0)
    blinded = blind(key.public, b"x", Blinding.fresh(key.public)).message
    answer = key.sign(blinded)

    wrong = [signer(1).sign(blinded[:0] + b"\0" + blinded[1:]), bytes(384), answer[:-1] + b"\0"]
    assert not any(is_answer(blinded, other, key.public.encode()) for other in wrong)
    assert not is_request(bytes(384), key.public.encode())
