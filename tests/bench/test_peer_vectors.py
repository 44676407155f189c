"""The vectors of the Go peer are what the rules give, and our own verifier agrees with them."""

import json

import pytest

from primitives.crypto import ED25519, PublicKey, Signature, verify
from tests.bench.peer_vectors import DATA, FOLDER, TAG, VECTORS, signatures


@pytest.mark.parametrize("name", VECTORS)
def test_the_published_vectors_are_what_the_rules_give(name):
    published = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))

    assert published == json.loads(json.dumps(VECTORS[name]()))


@pytest.mark.parametrize("case", signatures(), ids=lambda case: case["why"])
def test_a_validator_accepts_the_signatures_that_the_vectors_call_right_and_no_others(case):
    key = PublicKey(ED25519 + bytes.fromhex(case["key"]))
    signature = Signature(bytes.fromhex(case["signature"]))

    assert verify(key, TAG, DATA, signature) is case["verifies"]
