"""False records: the log, the state and the seals fit, as if all validators had lied together.

What is refused here is refused by the rules of the election itself, and the first thing wrong is
named. Each forgery turns the entries of a true record into those of a false one.
"""

from dataclasses import replace

import pytest

from contracts.sdk.group import BASE
from primitives.ids import address_of
from tests.contracts.test_bls import VECTORS
from tests.contracts.voting.manifests import date
from tests.verifier import acts
from tests.verifier.acts import pseudonym
from tests.verifier.booth import Booth
from tests.verifier.elections import FIRST, SECOND
from tests.verifier.falsehoods import (
    COUNTER,
    another,
    as_row,
    authority_as_trustee,
    borrowed_proofs,
    by,
    by_official,
    cast_choice,
    closed_twice,
    drop,
    early_share,
    first_of,
    flipped,
    late_keys,
    late_refusal,
    malformed,
    move,
    order,
    other_share,
    other_signature,
    outside,
    quorum,
    registrars_needed,
    say,
    seats,
    second_request,
    second_tally,
    send,
    signed_by_another,
    spoil_proof,
    spoiled_is_cast,
    stolen_key,
    stuffed,
    surplus,
    swap,
    swap_blocks,
    swapped_contests,
    trustee_as_registrar,
    twice,
    vote,
    with_choice,
    with_token,
)
from tests.verifier.forging import check, inserted, place_of, record_of
from verifier.refusal import Refused

FORGERIES = {
    "a counted ballot left out": (drop("cast_ballot", 2), "deliver_shares: the share"),
    "a request left out": (drop("request_token"), "issue_tokens: nobody has requested"),
    "blind signatures left out": (drop("issue_tokens", 0), "another result"),
    "answers that are not closed": (drop("close_issuing"), "nobody signs for class 0"),
    "answers closed twice": (closed_twice, "fixed already"),
    "a part of the key left out": (drop("reveal_dealing"), "has not revealed"),
    "an answer to a complaint left out": (drop("answer_complaint"), "voter's signature"),
    "a strike left out": (drop("strike_voter"), "not shown to be known by its owner"),
    "an admission left out": (drop("admit_voter"), "not shown to be known by its owner"),
    "the founding left out": (drop("create_election"), "the first entry is add_voters"),
    "the opening left out": (drop("open_election"), "the election is not open"),
    "an entry twice": (twice, "cast_ballot: comes twice"),
    "an opening before its announcement": (swap, "spoil_ballot: the ballot was not announced"),
    "blocks in another order": (swap_blocks, "comes before that of the entry before"),
    "a ballot after the close": (move("cast_ballot", date(100), 4), "not in the window"),
    "a request before its window": (move("open_election", date(50)), "not in the window"),
    "a share before the close": (early_share, f"{date(80)} ms is not in the window"),
    "a vote moved in the counts": (say("tally", 2, another), "does not hold"),
    "a tally by one trustee twice": (say("tally", 1, (1, 1)), "do not rise"),
    "a tally by an absent trustee": (say("tally", 1, (1, 2)), "has not delivered"),
    "a tally by too few": (say("tally", 1, (1,)), "of 2 trustees decrypt, not of 1"),
    "a second result": (second_tally, "a result already"),
    "the shares of another trustee": (other_share, "the share of contest 0, ciphertext 0 is wrong"),
    "shares in another order": (order("deliver_shares", 2, 1), "the share of contest"),
    "a wrong 0/1 proof": (spoil_proof(1, "proofs", 2), "contest 1: ciphertext 2 is not proven"),
    "a wrong sum proof": (spoil_proof(3, "sums", 1), "contest 3: sum 1 is not proven"),
    "a wrong pair proof": (spoil_proof(4, "proofs", 1), "contest 4: options 0 and 2 are not"),
    "a wrong order proof": (spoil_proof(4, "sums", 0), "contest 4: the pairs are not proven"),
    "a wrong proof of a ranking's blank": (
        spoil_proof(4, "proofs", 3),
        "contest 4: ciphertext 6 is not proven",
    ),
    "a blank beside a ranking": (spoil_proof(4, "blank", 0), "contest 4: the blank proof"),
    "a wrong blank proof": (spoil_proof(2, "blank", 0), "contest 2: the blank proof"),
    "a proof from another election": (borrowed_proofs, "ciphertext 0 is not proven"),
    "a proof from another contest": (swapped_contests, "contest 0: ciphertext 0 is not proven"),
    "a copied ciphertext": (with_choice(cast_choice), "a copied vote"),
    "a point outside the group": (with_choice(outside), "not a point of the group"),
    "a token of the infinite point": (malformed("infinity"), "or the identity"),
    "a token outside the group": (malformed("outside the group"), "token: not an element"),
    "a token moved by order 3": (malformed("moved by order 3"), "token: not an element"),
    "a token whose x is not reduced": (malformed("x plus the modulus"), "not reduced"),
    "a token of one registrar": (
        with_token(lambda b: acts.token(b, "a2", (1,))),
        "not of those who sign for class 0",
    ),
    "a token of registrars that do not sign": (
        with_token(lambda b: acts.token(b, "a2", (1, 3))),
        "not of those who sign for class 0",
    ),
    "another voter's token": (
        with_token(lambda b: b.tokens["a1"]),
        "not of those who sign for class 0",
    ),
    "a token of another class": (
        with_token(lambda b: acts.token(b, "a2", (1, 2), class_id=1)),
        "not of those who sign for class 0",
    ),
    "a surplus that nobody decided about": (surplus, "the two offices have not gone on"),
    "a second surplus": (stuffed, "more tokens than requests already"),
    "a number that does not rise": (
        vote(lambda b: acts.sealed(b, "a0", FIRST, 2), "a0"),
        "does not rise above 2",
    ),
    "a ballot from another address": (
        send("cast_ballot", sender=address_of(COUNTER.public_key)),
        "not sent from the address",
    ),
    "a wrong opening": (
        say("spoil_ballot", 6, lambda rows: (rows[0][::-1], *rows[1:])),
        "does not open",
    ),
    "an opened ballot cast": (spoiled_is_cast, "a copied vote"),
    "a second request": (second_request, "requested before"),
    "a request signed by another": (signed_by_another, "voter's signature is wrong"),
    "a request in another class": (say("request_token", 2, 1), "not on the roll in this class"),
    "a request outside the group": (
        say("request_token", 3, bytes.fromhex(VECTORS["refused_g1"]["outside the group"])),
        "voter's signature is wrong",
    ),
    "a wrong blind signature": (
        say("issue_tokens", 3, lambda rows: first_of(rows, other_signature), 4),
        "the blind signature for voter",
    ),
    "a blind signature of no element": (
        say("issue_tokens", 3, lambda rows: first_of(rows, lambda row: (row[0], bytes(48))), 4),
        "not marked as compressed",
    ),
    "an answer of another class": (say("issue_tokens", 2, 1), "a request of another class"),
    "a registrar's answers sent by the official": (
        by_official("issue_tokens"),
        "acts for reg1, and acted for the official",
    ),
    "a trustee's part sent by the official": (
        by_official("commit_dealing"),
        "acts for tru1, and acted for the official",
    ),
    "one account for a registrar and a trustee": (
        send("register_keys", sender=by("tru1")),
        "acts for reg1, and acted for tru1",
    ),
    "one account for two trustees": (
        send("commit_dealing", sender=by("tru2")),
        "acts for tru2, and acted for tru1",
    ),
    "the authority's account for a trustee": (
        send("commit_dealing", sender=address_of(COUNTER.public_key)),
        "acts for tru1, and acted for commission",
    ),
    "more seats than options": (
        say("create_election", 2, seats(9)),
        "9 seats are more than there are options",
    ),
    "a quorum of more than all": (
        say("create_election", 2, quorum(101)),
        "101 is not from 0 to 100",
    ),
    "a refusal after signing": (late_refusal, "answered before"),
    "a refusal without a reason": (say("refuse_token", 3, "because"), "unknown reason"),
    "a part that was not committed to": (
        say("reveal_dealing", 1, lambda said: as_row(said, 2, (said[2][0], BASE.encoded))),
        "not what the trustee committed to",
    ),
    "a part without its proof": (
        say("reveal_dealing", 1, lambda said: as_row(said, 3, flipped(said[3]))),
        "proof of knowledge",
    ),
    "a wrong answer to a complaint": (
        say("answer_complaint", 3, b"\x07" + bytes(31)),
        "not the one that is owed",
    ),
    "a key with another's proof": (
        say("register_keys", 2, lambda rows: first_of(rows, lambda row: (row[0], rows[1][1]))),
        "not shown to be known by its owner",
    ),
    "a key that served before": (
        say("register_keys", 2, lambda rows: (rows[0], rows[0])),
        "the key serves twice",
    ),
    "a key posted after the opening": (late_keys, "open already"),
    "an encryption key that is another's": (stolen_key, "the encryption key is another trustee's"),
    "a share for a trustee that did not reveal": (
        say("deal_shares", 2, lambda shares: (*shares, shares[0])),
        "items, not 3 to 3",
    ),
    "a threshold of one registrar": (
        say("create_election", 2, registrars_needed(1)),
        "no such threshold",
    ),
    "one agency in both systems": (
        say("create_election", 2, trustee_as_registrar),
        "registrar and trustee at once: tru1",
    ),
    "the authority among the trustees": (
        say("create_election", 2, authority_as_trustee),
        "is among the trustees",
    ),
    "windows that do not rise": (
        say("create_election", 2, lambda said: as_row(said, 12, as_row(said[12], 0, date(30)))),
        "do not rise",
    ),
    "a voter twice": (say("add_voters", 1, lambda rows: (*rows, rows[0])), "entered twice"),
    "a strike by another": (
        send("strike_voter", sender=address_of(COUNTER.public_key)),
        "not sent by the official",
    ),
    "an entry of another contract": (send("open_election", contract="cbdc"), "contract cbdc"),
    "an entry of another election": (say("freeze_roll", 0, "other"), "is about election other"),
    "an entry of another chain": (send("freeze_roll", chain_id="x"), "another chain"),
    "an unknown method": (send("freeze_roll", method="melt_roll"), "not what an election knows"),
    "a missing argument": (send("freeze_roll", args=()), "must be an array of 1"),
    "text that hides": (
        say("strike_voter", 2, "a\u202eb"),
        "U\\+202E",
    ),
}


@pytest.mark.parametrize("forged", FORGERIES)
def test_what_the_rules_refuse_is_refused_though_all_validators_sealed_it(booth: Booth, forged):
    forge, said = FORGERIES[forged]

    with pytest.raises(Refused, match=said):
        check(record_of(booth, forge(booth)))


def test_the_true_record_is_accepted(booth: Booth):
    verified = check(record_of(booth))

    assert verified.election.result.counts[0] == [3, 4, 1]
    assert verified.replayed.entries == len(booth.entries)


def test_the_first_of_two_wrong_entries_is_named(booth: Booth):
    ballot = place_of(booth.entries, "cast_ballot") + 1
    late = say("tally", 2, another)(booth)
    sealed = acts.sealed(booth, "a2", SECOND)
    wrong = replace(sealed, made=replace(sealed.made, ballot=_unsigned(sealed.made.ballot)))

    forged = inserted(late, ballot, booth.entry(pseudonym("a2"), wrong.cast()))

    with pytest.raises(Refused, match=f"entry {ballot} .*not signed by its pseudonym"):
        check(record_of(booth, forged))


def _unsigned(ballot):
    return replace(ballot, signature=bytes(64))
