"""Registrar keys for tests, made once a run: a fresh RSA-3072 key takes a moment."""

from functools import cache

from client.voting.blind_rsa import BlindSigner


@cache
def signer(number: int = 0) -> BlindSigner:
    assert number >= 0
    return BlindSigner.generate()
