"""Ways to make a true record false, as if all validators had lied together.

Each turns the entries of a true record into those of a false one.
"""

from dataclasses import replace

from contracts.sdk.bls import decode_g1, multiply_g1
from contracts.sdk.group import Point, add, unchecked_point
from contracts.tools.testing import key_of
from contracts.voting.tally.messages import Tally
from contracts.voting.tokens.messages import CloseIssuing, RefuseToken, RequestToken
from primitives.ids import address_of
from tests.contracts.test_bls import VECTORS
from tests.contracts.voting.world import GENESIS_MS, admin
from tests.verifier import acts
from tests.verifier.acts import pseudonym
from tests.verifier.booth import AUTHORITY, ID, OFFICIAL, Booth
from tests.verifier.elections import FIRST
from tests.verifier.forging import (
    altered,
    body_of,
    changed,
    inserted,
    place_of,
    with_argument,
    without,
)
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


def move(method, time_ms, number=0):
    """Put an entry, and all that come later, in a block of another time."""

    def forge(booth: Booth):
        at = place_of(booth.entries, method, number)
        head, tail = booth.entries[:at], booth.entries[at:]
        height = (time_ms - GENESIS_MS) // 1_000
        moved = [Entry(height, time_ms, one.raw) for one in tail]
        pairs = zip(moved, tail, strict=True)
        return [*head, *(max(pair, key=lambda entry: entry.time_ms) for pair in pairs)]

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
    """Two ballots with tokens that all who sign for the class made from nothing."""
    at = place_of(booth.entries, "count_box")
    made = []
    for who in ("d2", "a5"):
        stolen = acts.token(booth, who, (1, 2), class_id=1)
        slip = acts.sealed(booth, who, FIRST, token=stolen, class_id=1)
        made.append(booth.entry(pseudonym(who), slip.cast()))
    return inserted(booth.entries, at, *made)


def surplus(booth: Booth):
    """One ballot more than the directors' requests, and nobody decides about it."""
    return without(stuffed(booth), place_of(stuffed(booth), "count_box") - 1)


def with_token(choose):
    """Cast a ballot with another token."""
    return vote(lambda booth: acts.sealed(booth, "a2", FIRST, token=choose(booth)))


def malformed(case):
    """A token of a form that no decoder takes."""
    return with_token(lambda _: bytes.fromhex(VECTORS["refused_g1"][case]))


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
    at = place_of(booth.entries, "issue_tokens", 11 - 1)
    return inserted(booth.entries, at + 1, booth.entry(key_of(admin("reg1")), refusal))


def closed_twice(booth: Booth):
    at = place_of(booth.entries, "close_issuing")
    return inserted(booth.entries, at + 1, booth.entry(COUNTER, CloseIssuing(ID)))


def other_signature(row):
    """An answer that is an element, but not the owed one."""
    return (row[0], multiply_g1(2, decode_g1(row[1])).encoded)


def late_keys(booth: Booth):
    at = place_of(booth.entries, "open_election")
    entries = without(booth.entries, place_of(booth.entries, "register_keys", 2))
    return inserted(entries, at, booth.entry(key_of(admin("reg3")), acts.registration(booth, 3)))


def stolen_key(booth: Booth):
    first = body_of(booth.entries[place_of(booth.entries, "commit_dealing")]).args[3]
    return with_argument(booth.entries, place_of(booth.entries, "commit_dealing", 1), 3, first)


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
    return lambda said: as_row(said, 10, as_row(said[10], 1, count))


def trustee_as_registrar(said):
    """The manifest with an agency that is in both systems."""
    return as_row(said, 10, as_row(said[10], 0, ("tru1", *said[10][0][1:])))


def authority_as_trustee(said):
    """The manifest with the authority among the trustees."""
    return as_row(said, 11, as_row(said[11], 0, (AUTHORITY, *said[11][0][1:])))


def first_of(items, change):
    """Rows of which the first is another."""
    return (change(items[0]), *items[1:])


def by(agency):
    """The account of an agency's administrator."""
    return address_of(key_of(admin(agency)).public_key)


def seats(count):
    """The manifest with another number of seats in the first contest."""
    return lambda said: as_row(said, 13, as_row(said[13], 0, (count, *said[13][0][1:])))


def quorum(percent):
    """The manifest with another quorum."""
    return lambda said: as_row(said, 13, as_row(said[13], 1, percent))


def by_official(named):
    """Have the official send an agency's act."""
    return send(named, sender=address_of(OFFICIAL.public_key))


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
