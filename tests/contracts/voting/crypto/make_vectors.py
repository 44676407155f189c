"""Builds tests/vectors/voting.json: one small election's cryptography, for any implementation.

`python -m tests.contracts.voting.crypto.make_vectors` writes it. Proofs are random, so the file is
made once; a difference in how it verifies is a change of the protocol.
"""

import json
from dataclasses import asdict
from pathlib import Path

from client.bls_blind import SignerKey, blind, unblind
from client.voting.dealer import Dealer, Setup, secret_share
from client.voting.marking import mark
from client.voting.prover import seal_ballot
from client.voting.trustee import Trustee, count_of
from contracts.sdk.bls_blind import summed_key
from contracts.sdk.group import decode_point
from contracts.voting.crypto.ballots import (
    BallotStatement,
    ballot_context,
    cast_hash,
    ciphertext_digests,
    ciphertexts_of,
)
from contracts.voting.crypto.dkg import (
    ShareStatement,
    decode_dealing,
    election_key,
    transcript_hash,
    verification_key,
)
from contracts.voting.crypto.elgamal import encode_ciphertext
from contracts.voting.crypto.questions import APPROVAL, SINGLE
from contracts.voting.crypto.tokens import key_labels, token_hash, token_message
from contracts.voting.crypto.transcript import (
    ElectionParts,
    election_context,
    hash_of,
    numbered_key,
    roll_context,
    setup_context,
    tally_hash,
    voter_ref,
)
from primitives.crypto import SigningKey
from tests.contracts.voting.crypto.builders import contest

FILE = Path(__file__).parents[3] / "vectors" / "voting.json"
CHAIN_ID = "testnet-00112233445566778899aabbccddeeff"
MANIFEST = b"the manifest's canonical bytes"
NEEDED = 2
ROOT = b"\x0e" * 32
CLASS = 1
FACTOR = 2**200 + 7
VOTER = SigningKey(b"\x07" * 32)
CONTESTS = (contest(SINGLE, blank=True), contest(APPROVAL, low=1, high=2, blank=True))
MARKS = ((1,), (0, 2))


def shown(value: object) -> object:
    """Bytes as hex, everything else as JSON has it."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(name): shown(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [shown(part) for part in value]
    return value


def build() -> dict[str, object]:
    """Make everything anew."""
    setup, dealers = _setup()
    dealings = tuple(dealer.dealing() for dealer in dealers)
    commitments = {
        dealing.trustee: _some(decode_dealing(setup.context, dealing, NEEDED))
        for dealing in dealings
    }
    qualified = tuple(commitments.values())
    parts = _parts(setup, dealings, qualified)
    election = election_context(parts)
    tokens = _tokens(election)
    stated = BallotStatement(
        election, parts.key, CONTESTS, CLASS, VOTER.public_key, 3, tokens["token"]
    )
    values = [mark(asked, marks) for asked, marks in zip(CONTESTS, MARKS, strict=True)]
    ballot = seal_ballot(stated, values, VOTER).ballot
    tracker = cast_hash(stated, ballot)
    counted = counted_hash(election, {VOTER.public_key: tracker})
    total = ciphertexts_of(ballot.answers[0])[1]
    shares = _shares(dealers, commitments, ShareStatement(election, 0, 1, 1, counted), total)
    points = {number: decode_point(share.share) for number, share in shares.items()}
    return {
        "setup": {
            "chain_id": CHAIN_ID,
            "manifest": MANIFEST,
            "ctx_0": setup.context,
            "sid": b"\x05" * 32,
            "voter_ref": voter_ref(setup.context, b"\x05" * 32),
            "roll_root": ROOT,
            "ctx_r": roll_context(setup.context, ROOT),
        },
        "dkg": {
            "shares_needed": NEEDED,
            "dealings": [asdict(dealing) for dealing in dealings],
            "commitments": [dealer.commitment for dealer in dealers],
            "share_from_1_for_2": dealers[0].share_for(2),
            "transcript": parts.dkg,
        },
        "election": {**asdict(parts), "ctx_e": election},
        "tokens": tokens,
        "statement": asdict(stated),
        "ballot": asdict(ballot),
        "contexts": [ballot_context(stated, ballot, number) for number in range(2)],
        "tracker": tracker,
        "ciphertext_digests": ciphertext_digests(ballot),
        "decryption": {
            "contest": 0,
            "choice": 1,
            "counted": counted,
            "total": encode_ciphertext(total),
            "shares": [{"trustee": number, **asdict(share)} for number, share in shares.items()],
            "count": count_of(total, points, 1),
            "tally": tally_hash(election, counted, ((0, 1, 0, 0), (1, 0, 1, 0))),
        },
    }


def counted_hash(election: bytes, trackers: dict[bytes, bytes]) -> bytes:
    """The chain over all counted ballots, by pseudonym."""
    head = hash_of("counted", (election,))
    for pseudonym in sorted(trackers):
        head = hash_of("counted", (head, pseudonym, trackers[pseudonym]))
    return head


def _some(value):
    assert value is not None
    return value


def _setup():
    seeds = [bytes([number]) * 32 for number in (1, 2, 3)]
    setup = Setup(setup_context(CHAIN_ID, (1, 1), MANIFEST), NEEDED)
    return setup, [Dealer(setup, number, seed) for number, seed in enumerate(seeds, start=1)]


def _parts(setup, dealings, qualified):
    keys = {number: verification_key(qualified, number) for number in (1, 2, 3)}
    rows = [
        [numbered_key(number, signer(number, each).public.encoded) for number in (1, 2)]
        for each in range(CLASS + 1)
    ]
    return ElectionParts(
        roll=roll_context(setup.context, ROOT),
        registrars=tuple(map(tuple, rows)),
        signatures_needed=2,
        registrar_count=3,
        qualified=tuple(numbered_key(number, key.encoded) for number, key in keys.items()),
        shares_needed=NEEDED,
        dkg=transcript_hash(setup.context, dealings),
        key=election_key(qualified).encoded,
    )


def signer(registrar: int, class_id: int) -> SignerKey:
    """The key of a registrar for a class, from a seed of the example's own."""
    return SignerKey.derive(b"vector", bytes([registrar, class_id]))


def _tokens(election: bytes) -> dict[str, object]:
    """The keys with their proofs, the request, the answers and the token of one voter."""
    roll = roll_context(setup_context(CHAIN_ID, (1, 1), MANIFEST), ROOT)
    signers = {number: signer(number, CLASS) for number in (1, 2)}
    hashed = token_hash(election, CLASS, VOTER.public_key)
    blinded = blind(hashed, FACTOR)
    answers = {number: one.sign(blinded) for number, one in signers.items()}
    key = summed_key([one.public for one in signers.values()])
    assert key is not None
    return {
        "class_id": CLASS,
        "keys": [
            {
                "registrar": number,
                "agency": f"registrar-{number}",
                "key": one.public.encoded,
                "proof": one.prove(key_labels(roll, (CLASS, number), f"registrar-{number}")),
            }
            for number, one in signers.items()
        ],
        "message": token_message(election, CLASS, VOTER.public_key),
        "hashed": hashed.encoded,
        "factor": FACTOR.to_bytes(32, "big"),
        "blinded": blinded.encoded,
        "answers": [answer.encoded for answer in answers.values()],
        "class_key": key.encoded,
        "token": unblind(list(answers.values()), FACTOR).encoded,
    }


def _shares(dealers, commitments, stated, total):
    shares = {}
    keys = {dealer.number: dealer.encryption_key for dealer in dealers}
    for number in (1, 3):
        me = dealers[number - 1]
        received = {
            dealer.number: me.open_share(
                dealer.number, dealer.sealed_shares(keys)[number - 1], commitments[dealer.number]
            )
            for dealer in dealers
        }
        assert secret_share(received)
        own = ShareStatement(stated.election, stated.contest, stated.choice, number, stated.counted)
        shares[number] = Trustee(number, received).decrypt(own, total)
    return shares


if __name__ == "__main__":
    FILE.write_text(json.dumps(shown(build()), indent=1) + "\n", encoding="utf-8")
