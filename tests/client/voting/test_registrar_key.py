"""Which registrar keys are refused, and that roots prove a key."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from gmpy2 import next_prime

from client.voting.blind_rsa import BlindSigner
from client.voting.errors import BadRegistrarKey
from client.voting.registrar_key import check_key, check_modulus, prove_key
from tests.client.voting.keys import signer


def of_bits(number: int) -> bytes:
    return number.to_bytes(384, "big")


def test_an_honest_key_with_its_proof_is_accepted():
    key = signer()

    assert check_key(key.public.encode(), prove_key(key)) == key.public


def test_a_proof_of_another_key_or_of_fewer_roots_is_refused():
    key, proof = signer(), prove_key(signer())

    wrong = [proof[1:], proof[::-1], (*proof[:-1], proof[0]), prove_key(signer(1))]
    wrong.append(tuple(root[1:] for root in proof))
    for forged in wrong:
        with pytest.raises(BadRegistrarKey):
            check_key(key.public.encode(), forged)


@pytest.mark.parametrize(
    "modulus",
    [
        lambda: of_bits(3 * 2**3070 + 3),
        lambda: of_bits(2**3072 - 2),
        lambda: of_bits(65521 * int(next_prime(2**3055 + 2**3054))),
        lambda: of_bits(int(next_prime(2**3071))),
        lambda: of_bits(int(next_prime(3 * 2**1534)) ** 2),
        lambda: of_bits(int(next_prime(3 * 2**1022)) ** 3),
        lambda: rsa_modulus(2048),
        lambda: b"\x00" + signer().public.encode(),
    ],
)
def test_a_modulus_that_cannot_be_two_large_primes_is_refused(modulus):
    with pytest.raises(BadRegistrarKey):
        check_modulus(modulus())


def rsa_modulus(bits: int) -> bytes:
    numbers = rsa.generate_private_key(65537, bits).public_key().public_numbers()
    return numbers.n.to_bytes(bits // 8, "big")


def test_primes_that_do_not_go_with_the_exponent_make_no_key():
    p, _ = signer().factors
    step = 65537 * 2
    prime = next(n for n in range(step + 1, 10**9, step) if n == next_prime(n - 1))

    for factors in ((p, p), (p, int(prime))):
        with pytest.raises(BadRegistrarKey):
            BlindSigner(factors)
