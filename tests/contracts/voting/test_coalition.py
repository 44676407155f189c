"""m voters, however they join their answers, cast m ballots; and what all signers together can do.

The attack that broke the first form: each voter's request carried a message for each registrar, so
that two voters with three registrars mixed their answers into three tokens.
"""

from dataclasses import replace
from random import Random

import pytest

from client.bls_blind import blind, unblind
from contracts.sdk.bls import ORDER, decode_g1, decode_g2, multiply_g1, sum_products_g1
from contracts.sdk.bls_blind import is_signature
from contracts.tools.testing import Ledger, key_of
from contracts.voting.core.messages import ElectionAnnulled, Overissued, Registrars
from contracts.voting.crypto.tokens import token_hash
from contracts.voting.offices.messages import (
    AcceptOverissue,
    AnnulElection,
    CountBegun,
    NothingOverissued,
)
from contracts.voting.tally.messages import CountBox, Tally
from primitives.errors import NotAllowed, Rejected
from primitives.ids import address_of
from tests.contracts.voting import acts, scenes
from tests.contracts.voting.acts import (
    cast,
    context,
    counts_with,
    delivery,
    factor_of,
    issue,
    pseudonym,
    sealed,
    sender,
    signer,
    stolen_token,
    token_of,
)
from tests.contracts.voting.manifests import ELECTION, WINDOWS, manifest
from tests.contracts.voting.world import REGISTRARS, TRUSTEES, VOTERS

OFFICIAL = Ledger.address("official")
SIZES = [(2, 2, 3), (3, 3, 4)]  # voters, needed, registrars


def answered(count, needed, registrars):
    """An election in which so many members are answered by all registrars; the answers closed."""
    plan = manifest()
    plan = replace(plan, registrars=Registrars(REGISTRARS[:registrars], needed))
    world = scenes.request_all(scenes.ready_to_request(plan=plan), VOTERS[:count])
    for number in range(1, registrars + 1):
        world.do(REGISTRARS[number - 1], issue(world, number, *VOTERS[:count]))
    return scenes.close_all(world)


def answer_of(world, who, registrar):
    """An answer on the ledger."""
    return decode_g1(world.ask("answer", ELECTION, acts.ref_of(world, who), registrar)[0])


def is_taken(world, who, token):
    """Whether a ballot with this token gets into the box."""
    try:
        world.do_as(sender(who), sealed(world, who, token=token).cast())
    except Rejected:
        return False
    return world.ask("ballot", ELECTION, pseudonym(who).public_key) is not None


@pytest.mark.parametrize(("voters", "needed", "registrars"), SIZES)
def test_voters_who_mix_their_answers_cast_no_ballot_more_than_they_are(voters, needed, registrars):
    world = answered(voters, needed, registrars)
    names = VOTERS[:voters]
    chosen = world.ask("signing_set", ELECTION, 0)[0]
    # The attack of the first form: another pseudonym gets the answers that are left over, each of
    # another voter. Here the answers are to one element each, so no mixture is of a fresh one.
    left_over = [answer_of(world, names[at % voters], one) for at, one in enumerate(chosen)]
    spare = [answer_of(world, who, one) for who in names for one in range(1, registrars + 1)]
    for who in names:
        factor = factor_of(who)
        assert not is_taken(world, "extra", unblind(left_over, factor).encoded)
        assert not is_taken(world, "extra", unblind(spare[:needed], factor).encoded)

    taken = [is_taken(world, who, token_of(world, who)) for who in names]

    assert taken == [True] * voters
    assert world.ask("reconciliation", ELECTION)[0][0] == (6, *[voters] * 4)


@pytest.mark.parametrize(("voters", "needed", "registrars"), SIZES)
def test_registrars_one_fewer_than_needed_add_nothing_to_a_coalition_of_voters(
    voters, needed, registrars
):
    world = answered(voters, needed, registrars)
    chosen = world.ask("signing_set", ELECTION, 0)[0]
    cheats, honest = chosen[: needed - 1], chosen[needed - 1]
    fresh = acts.hashed(world, "extra", 0)
    given = [signer(one, 0).sign(fresh) for one in cheats]

    for who in VOTERS[:voters]:
        known = answer_of(world, who, honest)
        for last in (known, multiply_g1(pow(factor_of(who), -1, ORDER), known)):
            assert not is_taken(world, "extra", unblind([*given, last], 1).encoded)

    assert all(is_taken(world, who, token_of(world, who)) for who in VOTERS[:voters])


@pytest.mark.parametrize("seed", range(4))
def test_random_mixtures_of_all_that_a_coalition_knows_give_no_token_of_another_key(seed):
    random, world = Random(seed), answered(3, 3, 4)
    key = decode_g2(world.ask("signing_set", ELECTION, 0)[1])
    chosen = world.ask("signing_set", ELECTION, 0)[0]
    cheats = chosen[:2]
    fresh = token_hash(context(world), 0, pseudonym("extra").public_key)
    known = [answer_of(world, who, one) for who in VOTERS[:3] for one in (1, 2, 3, 4)]
    known += [signer(one, 0).sign(fresh) for one in cheats]

    for _ in range(50):
        weights = [random.choice((0, 1, 1, ORDER - 1, random.randrange(ORDER))) for _ in known]
        weights[0] = weights[0] or 1
        mixed = sum_products_g1(weights, known)
        assert not is_signature(key, fresh, mixed)


def test_a_voter_whose_answers_came_off_the_ledger_votes_as_all_others():
    world = scenes.requested()
    for number in (1, 2, 3):
        world.do(REGISTRARS[number - 1], issue(world, number, "a0", "a1"))
    scenes.close_all(world)
    off_ledger = [signer(one, 0).sign(blinded(world, "a2")) for one in (1, 2, 3)]

    for who in ("a0", "a1"):
        cast(world, who)
    cast(world, "a2", token=unblind(off_ledger, factor_of("a2")).encoded)

    assert world.ask("reconciliation", ELECTION)[0][0] == (6, 4, 2, 3, 3)
    assert world.ask("reconciliation", ELECTION)[1]


def blinded(world, who):
    """What a voter has requested."""
    return blind(acts.hashed(world, who), factor_of(who))


# All who sign cheat.


def stuffed():
    """Members 0 to 2 voted; then all who sign make tokens for two who never asked.

    Four members have requested, so the first stolen ballot is in the box, the second is evidence.
    """
    world = scenes.issued()
    for who in ("a0", "a1", "a2"):
        cast(world, who)
    for ghost in ("ghost", "spectre"):
        made = sealed(world, ghost, token=stolen_token(world, ghost, 0), class_id=0)
        world.do_as(address_of(key_of(f"{ghost}-pseudonym").public_key), made.cast())
    return world


def test_one_token_more_than_requests_is_evidence_and_no_ballot():
    world = stuffed()

    key = key_of("spectre-pseudonym").public_key
    assert world.ask("surplus", ELECTION, 0)[0] == key
    assert world.ask("ballot", ELECTION, key) is None
    assert world.ask("reconciliation", ELECTION)[0][0] == (6, 4, 3, 4, 4)
    third = sealed(world, "a3", token=stolen_token(world, "a3", 0))
    world.refuse_as(sender("a3"), Overissued, third.cast())


def test_an_overissued_election_is_not_counted_until_two_offices_decide():
    world = stuffed().at(WINDOWS.cast_until_ms)

    world.refuse("commission", Overissued, CountBox(ELECTION))
    assert world.ask("election", ELECTION)[3] == "overissued"
    world.do("commission", AcceptOverissue(ELECTION, "small"))
    world.do("commission", AcceptOverissue(ELECTION, "small, again"))  # one office, not two
    world.refuse("commission", Overissued, CountBox(ELECTION))
    world.do_as(OFFICIAL, AcceptOverissue(ELECTION, "small"))
    world.refuse_as(OFFICIAL, NothingOverissued, AcceptOverissue(ELECTION, "small"))
    world.do("commission", CountBox(ELECTION))

    assert world.ask("closing", ELECTION)[1] == 4


def test_a_result_says_that_its_election_was_overissued():
    world = stuffed().at(WINDOWS.cast_until_ms)
    world.do("commission", AcceptOverissue(ELECTION, "small"))
    world.do_as(OFFICIAL, AcceptOverissue(ELECTION, "small"))
    world.do("commission", CountBox(ELECTION))
    for number in (1, 3, 4):
        world.do(TRUSTEES[number - 1], delivery(world, number))

    world.do("commission", Tally(ELECTION, (1, 3, 4), counts_with(world, (1, 3, 4))))

    assert world.ask("result", ELECTION)[5] == (0,)


def test_two_offices_annul_an_election_before_its_count():
    world = stuffed()
    ballot = sealed(world, "a0", seq=2).cast()
    world.do_as(OFFICIAL, AnnulElection(ELECTION, "stuffed"))
    assert not world.ask("is_annulled", ELECTION)

    world.do("commission", AnnulElection(ELECTION, "stuffed"))

    assert world.ask("election", ELECTION)[3] == "annulled"
    world.refuse_as(sender("a0"), ElectionAnnulled, ballot)
    world.at(WINDOWS.cast_until_ms).refuse("commission", ElectionAnnulled, CountBox(ELECTION))
    world.refuse("commission", ElectionAnnulled, AcceptOverissue(ELECTION, "small"))
    world.refuse("commission", ElectionAnnulled, AnnulElection(ELECTION, "again"))


def test_nobody_else_decides_for_an_office_and_a_count_is_not_annulled():
    world = scenes.voted()
    for agency in ("reg1", "tru1", "rival", "nobody"):
        for msg in (AnnulElection(ELECTION, "x"), AcceptOverissue(ELECTION, "x")):
            world.refuse(agency, NotAllowed, msg)
    world.refuse("commission", NothingOverissued, AcceptOverissue(ELECTION, "x"))

    counted = scenes.counted()
    counted.refuse("commission", CountBegun, AnnulElection(ELECTION, "x"))
