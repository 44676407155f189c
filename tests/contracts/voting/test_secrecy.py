"""Two worlds that differ only in who voted what look alike to everything that is checked.

What a proof of secrecy would show for all observers, these show for the public checks: no check
before the tally, and no public number after it, tells the worlds apart, and every request for a
token fits every token.
"""

from contracts.sdk.bls import BASE_G2, are_pairings_equal, decode_g1
from contracts.voting.tally.messages import CountBox, Tally
from tests.contracts.voting import acts, scenes
from tests.contracts.voting.acts import cast, counts_with, delivery, signer
from tests.contracts.voting.manifests import ELECTION, WINDOWS
from tests.contracts.voting.world import TRUSTEES

ALICE, BOB = scenes.VOTERS[:2]
OPTIONS = {"first": ((0,), (0, 1)), "second": ((1,), (1, 2))}
NEEDED = (1, 3, 4)


def voted(alice, bob):
    """A box in which two members of one class chose as given; the closed box is counted."""
    world = scenes.issued()
    cast(world, ALICE, *OPTIONS[alice])
    cast(world, BOB, *OPTIONS[bob])
    cast(world, scenes.DIRECTORS[0], (0,), (0,))
    world.at(WINDOWS.cast_until_ms).do("nobody", CountBox(ELECTION))
    return world


def decrypted(world):
    """Deliver the shares, publish the counts, and return the result."""
    counts = counts_with(world, NEEDED)
    for number in NEEDED:
        world.do(TRUSTEES[number - 1], delivery(world, number))
    world.do("nobody", Tally(ELECTION, NEEDED, counts))
    return world.ask("result", ELECTION)


def test_the_result_is_the_same_whoever_cast_which_ballot():
    one, other = voted("first", "second"), voted("second", "first")

    before = [world.ask("reconciliation", ELECTION) for world in (one, other)]
    results = [decrypted(world) for world in (one, other)]

    assert before[0] == before[1]
    assert (results[0][0], results[0][4]) == (results[1][0], results[1][4])


def test_everything_before_the_tally_is_accepted_in_both_worlds_with_ballots_of_one_size():
    one, other = voted("first", "second"), voted("second", "first")

    shown = [
        [world.ask("ballot", ELECTION, acts.pseudonym(who).public_key) for who in (ALICE, BOB)]
        for world in (one, other)
    ]

    forms = [[(class_id, seq, len(held)) for class_id, seq, _, held, *_ in rows] for rows in shown]
    assert forms[0] == forms[1]
    assert shown[0] != shown[1]


def test_every_request_fits_every_token_of_its_class():
    """Whatever registrars know of a request and a token, they say nothing of each other.

    For each pair there is one factor r with B = r h and S_i = r x_i h for the h that the token
    signs: r is the quotient of the logarithms, which exists for every pair of elements. What could
    be seen without logarithms, whether e(B, X) and e(S, G2) agree, agrees for every request alike.
    """
    world = scenes.issued()
    shown = [acts.token_of(world, who) for who in (ALICE, BOB)]
    key = signer(1, 0).public

    for who in (ALICE, BOB):
        ref = acts.ref_of(world, who)
        blinded = decode_g1(world.ask("request", ELECTION, ref)[1])
        answered = decode_g1(world.ask("answer", ELECTION, ref, 1)[0])
        assert are_pairings_equal((answered, BASE_G2), (blinded, key))
        assert blinded.encoded not in shown
        assert answered.encoded not in shown
