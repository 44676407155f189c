"""Builds tests/vectors/vouching.json: one citizen's vouched key, for any implementation.

`python -m tests.contracts.identity.make_vouching_vectors` writes it. Proofs are random, so the file
is made once; a difference in how it verifies is a change of the protocol.
"""

import json
from pathlib import Path

from client.bls_blind import SignerKey
from client.identity.keys import CitizenKeys
from client.identity.vouching.certificates import Answers, CertificateMaker
from client.identity.vouching.tree import YEAR_DEPTH, root_from
from contracts.identity.crypto.certificates import (
    ALIVE,
    ENROL,
    Round,
    alive_hash,
    alive_message,
    enrolment_hash,
    enrolment_message,
    key_labels,
)
from contracts.sdk.bls import decode_g1
from contracts.sdk.bls_blind import summed_key

FILE = Path(__file__).parents[2] / "vectors" / "vouching.json"
CHAIN_ID = "testnet-00112233445566778899aabbccddeeff"
SEED = b"\x07" * 32
EPOCH, GENERATION, SLOT, PLACE = 20_600, 8_104, 3, (1, 5)
CLASS = 2
LIST = Round(kind=ENROL, period=PLACE[0], edition=1, generation=GENERATION)
DAY = Round(kind=ALIVE, period=EPOCH, edition=1, generation=GENERATION)
VOUCHERS = {1: "registry", 3: "post"}


def signer(asked: Round, number: int) -> SignerKey:
    """The key of a voucher in a round, from a seed of the example's own."""
    return SignerKey.derive(b"vector", asked.kind.encode() + bytes([number]))


def build() -> dict[str, object]:
    """Make everything anew."""
    seed = CitizenKeys(SEED).vouching(CHAIN_ID)
    maker = CertificateMaker(seed, CHAIN_ID)
    hidden_slots = seed.hidden_slots(EPOCH, GENERATION)
    hidden_place = seed.hidden_places(PLACE[0], GENERATION)[PLACE[1]]
    enrolled = maker.enrolment(LIST, PLACE[1], _answers(LIST, hidden_place))
    alive = maker.alive(DAY, CLASS, SLOT, _answers(DAY, hidden_slots[SLOT]))
    shown = maker.show(enrolled, alive, SLOT)
    path = tuple(bytes([number]) * 64 for number in range(9))
    key, slot_key = seed.pairwise(PLACE).public_key, shown.slot_key
    return {
        "chain_id": CHAIN_ID,
        "citizen_seed": SEED.hex(),
        "generation": GENERATION,
        "enrolment": {
            "place": list(PLACE),
            "key": key.hex(),
            "message": enrolment_message(CHAIN_ID, PLACE, key).hex(),
            "hashed": enrolment_hash(CHAIN_ID, PLACE, key).encoded.hex(),
            "blinded": hidden_place.hex(),
            "list_root": seed.list_tree(PLACE[0], GENERATION).root.hex(),
            "vouchers": _vouchers(LIST, PLACE[1]),
            "certificate": enrolled.signature.hex(),
        },
        "alive": {
            "epoch": EPOCH,
            "slot": SLOT,
            "class": CLASS,
            "slot_key": slot_key.hex(),
            "message": alive_message(CHAIN_ID, EPOCH, slot_key).hex(),
            "hashed": alive_hash(CHAIN_ID, EPOCH, slot_key).encoded.hex(),
            "blinded": [element.hex() for element in hidden_slots],
            "root_by_a_path_of_00_to_08": root_from(2026, 0, hidden_slots, path, YEAR_DEPTH).hex(),
            "vouchers": _vouchers(DAY, CLASS),
            "certificate": alive.signature.hex(),
        },
        "shown": {"signature": shown.signature.hex(), "slot": shown.slot_signature.hex()},
    }


def _answers(asked: Round, element: bytes) -> Answers:
    blinded = decode_g1(element)
    keys = {number: signer(asked, number).public for number in VOUCHERS}
    given = {number: signer(asked, number).sign(blinded).encoded for number in VOUCHERS}
    return Answers(keys=keys, answers=given)


def _vouchers(asked: Round, place: int) -> dict[str, object]:
    keys = {number: signer(asked, number) for number in VOUCHERS}
    total = summed_key([key.public for key in keys.values()])
    assert total is not None
    proofs = {
        number: key.prove(key_labels(CHAIN_ID, asked, place, (number, VOUCHERS[number])))
        for number, key in keys.items()
    }
    return {
        "sum": total.encoded.hex(),
        "keys": [
            {
                "voucher": number,
                "agency": VOUCHERS[number],
                "key": key.public.encoded.hex(),
                "proof": proofs[number].hex(),
            }
            for number, key in keys.items()
        ],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(build(), indent=1) + "\n", encoding="utf-8")
