"""A certified chain in which validators change again and again, and proofs of each change."""

from dataclasses import replace

from primitives.block import Block, Header, last_certificate_hash_of
from primitives.certificate import SEAL_TAG, Certificate, assemble, seal_bytes
from primitives.crypto import SigningKey
from primitives.ids import Height, View
from primitives.set_change import SetChange
from primitives.validators import Validator, ValidatorSet, validator_set
from tests.client.builders import KEYS, Link, State, make_genesis, make_header, transactions_at

GENESIS = make_genesis()
STATE = State({b"a": b"b"})
ALL_KEYS = (*KEYS, *(SigningKey(bytes([100 + i]) * 32) for i in range(30)))
SECRETS = {key.public_key: key for key in ALL_KEYS}
CHANGES = 20


def set_with(*keys: SigningKey) -> ValidatorSet:
    return validator_set(Validator(key.public_key, f"agency-{ALL_KEYS.index(key)}") for key in keys)


def sealed(header: Header, validators: ValidatorSet, last: Certificate | None) -> Link:
    """A block under a header, sealed by all of a set."""
    unchecked = None if last is None else last.unchecked
    header = replace(header, last_certificate_hash=last_certificate_hash_of(unchecked))
    block = Block(header, transactions_at(header.height), last_certificate=unchecked)
    if header.height == 0:
        return Link(block, None)
    signed = seal_bytes(GENESIS.chain_id, GENESIS.hash, header.height, View(0), header.hash)
    seals = {
        member.public_key: SECRETS[member.public_key].sign(SEAL_TAG, signed)
        for member in validators.members
    }
    where = (header.height, View(0), header.hash)
    made = assemble(sealed=where, restart=GENESIS.hash, seals=seals, validators=validators)
    return Link(block, made)


def changing_chain() -> tuple[list[Link], list[ValidatorSet]]:
    """A chain in which every other block gives the seat of the oldest to somebody new."""
    deciding, links = [GENESIS.validators], []
    window = list(KEYS)
    for height in range(2 * CHANGES + 2):
        following = deciding[-1]
        if height % 2 and height // 2 < CHANGES:
            window = [*window[1:], ALL_KEYS[len(KEYS) + height // 2]]
            following = set_with(*window)
        before = links[-1] if links else None
        header = replace(
            make_header(GENESIS, before, STATE.root),
            validators_hash=deciding[-1].hash,
            next_validators_hash=following.hash,
        )
        links.append(sealed(header, deciding[-1], before.certificate if before else None))
        deciding.append(following)
    return links, deciding


CHAIN, DECIDING = changing_chain()


def change_at(height: int, **changed) -> SetChange:
    link = CHAIN[height]
    parts = {
        "header": link.block.header.encode(),
        "certificate": link.certificate.encode(),
        "following": DECIDING[height + 1],
    }
    return SetChange(**(parts | changed))


CHANGED = [height for height in range(1, len(CHAIN)) if DECIDING[height] != DECIDING[height + 1]]


def forged_above(height: int) -> Link:
    """A block above `height` that the genesis' validators sealed, long after they left."""
    header = replace(
        CHAIN[height].block.header,
        height=Height(height + 1),
        validators_hash=GENESIS.validators.hash,
        next_validators_hash=GENESIS.validators.hash,
    )
    return sealed(header, GENESIS.validators, None)
