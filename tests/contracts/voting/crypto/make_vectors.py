"""Builds tests/vectors/voting.json: one small election's cryptography, for any implementation.

`python -m tests.contracts.voting.crypto.make_vectors` writes it. Proofs are random, so the file is
made once; a difference in how it verifies is a change of the protocol.
"""

import json
from dataclasses import asdict
from pathlib import Path

from client.voting.blind_rsa import Blinding, blind, finalize, prepare
from client.voting.dealer import Dealer, Setup, encryption_key, secret_share
from client.voting.marking import mark
from client.voting.prover import seal_ballot
from client.voting.registrar_key import prove_key
from client.voting.trustee import Trustee, count_of
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
from contracts.voting.crypto.tokens import Token, tokens_hash
from contracts.voting.crypto.transcript import (
    ElectionParts,
    election_context,
    hash_of,
    qualified_entry,
    setup_context,
    tally_hash,
    token_message,
)
from primitives.crypto import SigningKey
from tests.client.voting.keys import signer
from tests.contracts.voting.crypto.builders import contest

FILE = Path(__file__).parents[3] / "vectors" / "voting.json"
CHAIN_ID = "testnet-00112233445566778899aabbccddeeff"
MANIFEST = b"the manifest's canonical bytes"
NEEDED = 2
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
    tokens = [_token(number, election) for number in (1, 2)]
    stated = BallotStatement(
        election, parts.key, CONTESTS, 1, VOTER.public_key, 3, tokens_hash(tuple(tokens))
    )
    values = [mark(asked, marks) for asked, marks in zip(CONTESTS, MARKS, strict=True)]
    ballot = seal_ballot(stated, values, VOTER).ballot
    tracker = cast_hash(stated, ballot)
    counted = counted_hash(election, {VOTER.public_key: tracker})
    total = ciphertexts_of(ballot.answers[0])[1]
    shares = _shares(dealers, commitments, ShareStatement(election, 0, 1, 1, counted), total)
    points = {number: decode_point(share.share) for number, share in shares.items()}
    return {
        "setup": {"chain_id": CHAIN_ID, "manifest": MANIFEST, "ctx_0": setup.context},
        "dkg": {
            "shares_needed": NEEDED,
            "dealings": [asdict(dealing) for dealing in dealings],
            "commitments": [dealer.commitment for dealer in dealers],
            "share_from_1_for_2": dealers[0].share_for(2),
            "transcript": parts.dkg,
        },
        "election": {**asdict(parts), "ctx_e": election},
        "registrars": [
            {"modulus": signer(number).public.encode(), "roots": prove_key(signer(number))}
            for number in range(2)
        ],
        "tokens": [asdict(token) for token in tokens],
        "token_message": token_message(election, 1, VOTER.public_key),
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
    context = setup_context(CHAIN_ID, 1, MANIFEST)
    setup = Setup(context, tuple(map(encryption_key, seeds)), NEEDED)
    return setup, [Dealer(setup, number, seed) for number, seed in enumerate(seeds, start=1)]


def _parts(setup, dealings, qualified):
    keys = {number: verification_key(qualified, number) for number in (1, 2, 3)}
    return ElectionParts(
        chain_id=CHAIN_ID,
        suite=1,
        manifest=MANIFEST,
        eligibility_root=b"\x0e" * 32,
        registrars=tuple(signer(number).public.encode() for number in range(2)),
        signatures_needed=2,
        registrar_count=2,
        qualified=tuple(qualified_entry(number, key.encoded) for number, key in keys.items()),
        shares_needed=NEEDED,
        dkg=transcript_hash(setup.context, dealings),
        key=election_key(qualified).encoded,
    )


def _token(number, election):
    key = signer(number - 1)
    prefix = bytes([number]) * 32
    prepared = prepare(token_message(election, 1, VOTER.public_key), prefix)
    blinded = blind(key.public, prepared, Blinding.fresh(key.public))
    signature = finalize(key.public, prepared, key.sign(blinded.message), blinded.inverse)
    return Token(number, prefix, signature)


def _shares(dealers, commitments, stated, total):
    shares = {}
    for number in (1, 3):
        me = dealers[number - 1]
        received = {
            dealer.number: me.open_share(
                dealer.number, dealer.sealed_shares()[number - 1], commitments[dealer.number]
            )
            for dealer in dealers
        }
        assert secret_share(received)
        own = ShareStatement(stated.election, stated.contest, stated.choice, number, stated.counted)
        shares[number] = Trustee(number, received).decrypt(own, total)
    return shares


if __name__ == "__main__":
    FILE.write_text(json.dumps(shown(build()), indent=1) + "\n", encoding="utf-8")
