"""RSA as contracts see it: one form of each signature, and moduli that may not be used."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from gmpy2 import next_prime

from client.voting.registrar_key import prove_key
from contracts.sdk.rsa import (
    BadModulus,
    has_roots,
    is_coprime,
    is_usable_modulus,
    raise_to_e,
    root_challenges,
    verify_pss,
)
from tests.client.voting.keys import signer

MESSAGE = b"a token"


def number(value: int) -> bytes:
    return value.to_bytes(384, "big")


def modulus() -> bytes:
    return signer().public.encode()


def signed(salt_bytes: int = 48, kind: hashes.HashAlgorithm | None = None) -> bytes:
    p, q = signer().factors
    exponent = pow(65537, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p,
        q,
        exponent,
        exponent % (p - 1),
        exponent % (q - 1),
        pow(q, -1, p),
        rsa.RSAPublicNumbers(65537, p * q),
    )
    algorithm = kind or hashes.SHA384()
    scheme = padding.PSS(padding.MGF1(algorithm), salt_bytes)
    return numbers.private_key().sign(MESSAGE, scheme, algorithm)


def test_a_signature_verifies_for_its_message_and_key_only():
    signature = signed()

    assert verify_pss(modulus(), MESSAGE, signature)
    assert not verify_pss(modulus(), MESSAGE + b".", signature)
    assert not verify_pss(signer(1).public.encode(), MESSAGE, signature)
    for place in (0, 100, 383):
        changed = bytearray(signature)
        changed[place] ^= 1
        assert not verify_pss(modulus(), MESSAGE, bytes(changed))


def test_salts_and_hashes_of_another_size_are_refused():
    wrong = [signed(salt_bytes=0), signed(salt_bytes=32), signed(48, hashes.SHA512())]

    assert [verify_pss(modulus(), MESSAGE, signature) for signature in wrong] == [False] * 3


def test_a_signature_has_one_form():
    signature = signed()
    raised = int.from_bytes(signature, "big") + int.from_bytes(modulus(), "big")
    forms = [b"\0" + signature, signature[1:], b"", bytes(384), b"\xff" * 384]
    if raised < 2**3072:
        forms.append(number(raised))

    assert not any(verify_pss(modulus(), MESSAGE, form) for form in forms)


def test_a_blind_signature_raised_to_e_is_what_was_signed():
    blinded = number(12345678901234567890)

    root = signer().sign(blinded)

    assert raise_to_e(root, modulus()) == blinded
    assert raise_to_e(number(int.from_bytes(modulus(), "big") + 1), modulus()) == bytes(384)
    assert raise_to_e(root[1:], modulus()) == bytes(384)


def test_only_numbers_coprime_to_the_modulus_may_be_signed():
    n, p = int.from_bytes(modulus(), "big"), signer().factors[0]

    assert is_coprime(number(2), modulus())
    assert not any(is_coprime(number(value), modulus()) for value in (0, p, 5 * p, n, n + 1))
    assert not is_coprime(b"\x02", modulus())


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        number(2**3071 + 1)[1:],
        number(2**3070 + 1),  # too short
        number(2**3072 - 2),  # even
    ],
)
def test_a_modulus_of_another_form_is_refused_by_all(bad):
    assert not is_usable_modulus(bad)
    for use in (verify_pss, lambda n, *_: raise_to_e(number(2), n), lambda n, *_: has_roots(n, ())):
        with pytest.raises(BadModulus):
            use(bad, MESSAGE, bytes(384))


@pytest.mark.parametrize(
    "make",
    [
        lambda: 65521 * int(next_prime(2**3055 + 2**3054)),
        lambda: 3 * int(next_prime(2**3070)),
        lambda: int(next_prime(2**3071)),
        lambda: int(next_prime(3 * 2**1534)) ** 2,
    ],
    ids=["small factor", "factor 3", "prime", "square"],
)
def test_a_modulus_with_a_small_factor_or_of_one_prime_is_not_usable(make):
    assert not is_usable_modulus(number(make()))


def test_an_honest_modulus_is_usable_and_proven_by_its_roots():
    roots = prove_key(signer())

    assert is_usable_modulus(modulus())
    assert has_roots(modulus(), roots)
    for wrong in (roots[1:], roots[::-1], (*roots[:-1], roots[0]), (*roots, roots[0])):
        assert not has_roots(modulus(), wrong)
    assert not has_roots(signer(1).public.encode(), roots)


def test_a_modulus_whose_order_65537_divides_has_no_roots_to_show():
    p = next(
        value
        for step in range(1, 20000)
        if is_prime(value := (3 << 1534) + 65537 * 2 * step - ((3 << 1534) - 1) % (65537 * 2))
    )
    q = int(next_prime(7 << 1533))
    n = number(p * q)
    is_residue = [
        pow(int.from_bytes(challenge, "big"), (p - 1) // 65537, p) == 1
        for challenge in root_challenges(n)
    ]

    assert (p - 1) % 65537 == 0
    assert is_usable_modulus(n)
    assert not all(is_residue)


def is_prime(value: int) -> bool:
    return all(value % small for small in (3, 5, 7, 11, 13)) and pow(2, value - 1, value) == 1
