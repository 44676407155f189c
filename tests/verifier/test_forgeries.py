"""False records: the log, the state and the seals fit, as if all validators had lied together.

What is refused here is refused by the rules of the election itself, and the first thing wrong is
named. Each forgery turns the entries of a true record into those of a false one.
"""

from dataclasses import replace

import pytest

from contracts.sdk.group import BASE, Point, add, unchecked_point
from contracts.tools.testing import key_of
from contracts.voting.tally.messages import Tally
from contracts.voting.tokens.messages import RefuseToken, RequestToken
from primitives.ids import address_of
from tests.contracts.voting.world import admin
from tests.verifier import acts
from tests.verifier.acts import pseudonym
from tests.verifier.booth import AUTHORITY, ID, Booth
from tests.verifier.elections import FIRST, SECOND
from tests.verifier.forging import (
    altered,
    body_of,
    changed,
    check,
    inserted,
    place_of,
    record_of,
    with_argument,
    without,
)
from verifier.refusal import Refused
from verifier.replay import Entry

COUNTER = key_of(admin(AUTHORITY))
ORDER_TWO = b"\xec" + b"\xff" * 30 + b"\x7f"


def drop(method, number=0):
    """Leave an entry out."""
    return lambda booth: without(booth.entries, place_of(booth.entries, method, number))


def say(method, place, value, number=0):
    """Have an entry say something else; `value` is what it says, or makes it of what it said."""

    def forge(booth: Booth):
        at = place_of(booth.entries, method, number)
        said = body_of(booth.entries[at]).args[place]
        return with_argument(booth.entries, at, place, value(said) if callable(value) else value)

    return forge


def send(named, /, **fields):
    """Have the first entry of a method sent otherwise."""
    return lambda booth: changed(booth.entries, place_of(booth.entries, named), **fields)


def move(method, height, number=0):
    """Put an entry, and all that come later, in a block of another height."""

    def forge(booth: Booth):
        at = place_of(booth.entries, method, number)
        head, tail = booth.entries[:at], booth.entries[at:]
        return [*head, *(Entry(max(height, one.height), one.raw) for one in tail)]

    return forge


def twice(booth: Booth):
    at = place_of(booth.entries, "cast_ballot")
    return inserted(booth.entries, at + 1, booth.entries[at])


def swap(booth: Booth):
    at = place_of(booth.entries, "spoil_ballot")
    kept = booth.entries
    return [*kept[: at - 1], kept[at], kept[at - 1], *kept[at + 1 :]]


def swap_blocks(booth: Booth):
    at = place_of(booth.entries, "count_box")
    kept = booth.entries
    return [*kept[: at - 1], kept[at], kept[at - 1], *kept[at + 1 :]]


def vote(make, who="a2"):
    """Put a ballot in the box just before it is counted; `make` gives its slip."""

    def forge(booth: Booth):
        at = place_of(booth.entries, "count_box")
        return inserted(booth.entries, at, booth.entry(pseudonym(who), make(booth).cast()))

    return forge


def alter(change):
    """Cast a ballot with changed answers, signed by its pseudonym all the same."""
    return vote(lambda booth: altered(acts.sealed(booth, "a2", FIRST), change))


def spoil_proof(contest, name, place):
    """Change one byte of a proof."""

    def change(answers):
        proofs = getattr(answers[contest], name)
        if name == "blank":
            answers[contest] = replace(answers[contest], blank=flipped(proofs))
        else:
            row = [*proofs[:place], flipped(proofs[place]), *proofs[place + 1 :]]
            answers[contest] = replace(answers[contest], **{name: tuple(row)})
        return answers

    return alter(change)


def flipped(data):
    return data[:5] + bytes([data[5] ^ 1]) + data[6:]


def with_choice(make):
    """Cast a ballot whose first ciphertext is another."""

    def forge(booth: Booth):
        def change(answers):
            choices = answers[0].choices
            answers[0] = replace(answers[0], choices=(make(booth, choices[0]), *choices[1:]))
            return answers

        return alter(change)(booth)

    return forge


def cast_choice(booth, _choice):
    """A ciphertext that is in the box already."""
    cast = body_of(booth.entries[place_of(booth.entries, "cast_ballot")])
    return cast.args[5][0][0][0][0]


def outside(_booth, choice):
    """The same ciphertext with a point of order two added."""
    return add(unchecked_point(choice[:32]), Point(ORDER_TWO)).encoded + choice[32:]


def borrowed_proofs(booth: Booth):
    other = acts.sealed(booth, "a2", FIRST, election=b"\x01" * 64).made.ballot.answers

    def change(answers):
        answers[0] = replace(answers[0], proofs=other[0].proofs)
        return answers

    return alter(change)(booth)


def swapped_contests(booth: Booth):
    def change(answers):
        first, second, *others = answers
        return [replace(first, proofs=second.proofs), second, *others]

    return alter(change)(booth)


def stuffed(booth: Booth):
    stolen = tuple(acts.token(booth, "d2", registrar) for registrar in (1, 2))
    return vote(lambda world: acts.sealed(world, "d2", FIRST, tokens=stolen), "d2")(booth)


def with_tokens(choose):
    """Cast a ballot with other tokens."""
    return vote(lambda booth: acts.sealed(booth, "a2", FIRST, tokens=choose(booth)))


def spoiled_is_cast(booth: Booth):
    at = place_of(booth.entries, "spoil_ballot")
    said = body_of(booth.entries[at]).args[:-1]
    cast = changed(booth.entries, at, method="cast_ballot", args=said)[at]
    return inserted(booth.entries, at + 1, cast)


def second_request(booth: Booth):
    at = place_of(booth.entries, "request_token")
    return inserted(booth.entries, at + 1, booth.entry(COUNTER, acts.request(booth, "a0")))


def signed_by_another(booth: Booth):
    at = place_of(booth.entries, "request_token")
    request: RequestToken = acts.request(booth, "a0", key_of("a1-1"))
    forged = replace(request, key=key_of("a0-1").public_key)
    false = inserted(booth.entries, at + 1, booth.entry(COUNTER, forged))
    return without(false, at)


def late_refusal(booth: Booth):
    refusal = RefuseToken(ID, booth.ref("a1"), 1, "technical")
    at = place_of(booth.entries, "issue_token", 11 - 1)
    return inserted(booth.entries, at + 1, booth.entry(key_of(admin("reg1")), refusal))


def second_tally(booth: Booth):
    said = body_of(booth.entries[-1]).args
    again = Tally(ID, (1, 3), said[2])
    return [*booth.entries, booth.entry(COUNTER, again)]


def other_share(booth: Booth):
    at = place_of(booth.entries, "deliver_shares", 1)
    first = body_of(booth.entries[at - 1]).args[2]
    return with_argument(booth.entries, at, 2, first)


def early_share(booth: Booth):
    at = place_of(booth.entries, "count_box")
    share = booth.entries[place_of(booth.entries, "deliver_shares")]
    return inserted(booth.entries, at, share)


def as_row(said, place, value):
    """A copy of an array with another item."""
    return (*said[:place], value, *said[place + 1 :])


def registrars_needed(count):
    """The manifest with another threshold of registrars."""
    return lambda said: as_row(said, 9, as_row(said[9], 1, count))


def divisible(modulus):
    value = int.from_bytes(modulus, "big") // 3 * 3
    return (value if value % 2 else value - 3).to_bytes(384, "big")


def order(method, name, place):
    """Exchange two items of an array."""

    def exchanged(said):
        items = list(said)
        items[place], items[place + 1] = items[place + 1], items[place]
        return tuple(items)

    return say(method, name, exchanged)


def another(numbers):
    """Count rows with one vote moved from the first option to the second."""
    first = numbers[0]
    return ((first[0] - 1, first[1] + 1, *first[2:]), *numbers[1:])


FORGERIES = {
    "a counted ballot left out": (drop("cast_ballot", 2), "deliver_shares: the share"),
    "a request left out": (drop("request_token"), "issue_token: nobody has requested"),
    "a blind signature left out": (drop("issue_token", 6), "more pseudonyms than the 1 issued"),
    "a part of the key left out": (drop("reveal_dealing"), "has not revealed"),
    "an answer to a complaint left out": (drop("answer_complaint"), "voter's signature"),
    "a strike left out": (drop("strike_voter"), "voter's signature"),
    "an admission left out": (drop("admit_voter"), "voter's signature"),
    "the founding left out": (drop("create_election"), "the first entry is add_voters"),
    "the opening left out": (drop("open_election"), "the election is not open"),
    "an entry twice": (twice, "cast_ballot: comes twice"),
    "an opening before its announcement": (swap, "spoil_ballot: the ballot was not announced"),
    "blocks in another order": (swap_blocks, "comes before that of the entry before"),
    "a ballot after the close": (move("cast_ballot", 100, 4), "not in the window"),
    "a request before its window": (move("open_election", 50), "not in the window"),
    "a share before the close": (early_share, "block 80 is not in the window"),
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
    "one token too few": (with_tokens(lambda b: b.tokens["a2"][:1]), "1 tokens, 2 are needed"),
    "a registrar twice": (
        with_tokens(lambda b: b.tokens["a2"][:1] * 2),
        "not of different registrars",
    ),
    "another voter's tokens": (
        with_tokens(lambda b: b.tokens["a1"]),
        "the token of registrar 1 is wrong",
    ),
    "more ballots than tokens": (stuffed, "more pseudonyms than the 2 issued"),
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
    "a wrong blind signature": (
        say("issue_token", 3, flipped, 4),
        "the blind signature is wrong",
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
    "a key with a small factor": (say("register_key", 3, divisible), "divisible by 3"),
    "a key without its roots": (
        say("register_key", 4, lambda roots: (flipped(roots[0]), *roots[1:])),
        "a wrong root",
    ),
    "thresholds that allow two tokens": (
        say("create_election", 2, registrars_needed(1)),
        "two for a voter",
    ),
    "windows that do not rise": (
        say("create_election", 2, lambda said: as_row(said, 11, as_row(said[11], 0, 30))),
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
