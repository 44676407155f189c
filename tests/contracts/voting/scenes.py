"""Elections at each stage, made once and copied."""

from functools import cache

from contracts.voting.ceremony.messages import CommitDealing, DealShares, RevealDealing
from contracts.voting.elections.messages import OpenElection
from contracts.voting.roll.messages import AddVoters, FreezeRoll, VoterEntry
from contracts.voting.tally.messages import CountBox, Tally
from tests.contracts.identity.signing import name_of
from tests.contracts.voting.acts import (
    CLASSES,
    cast,
    class_of,
    dealer,
    delivery,
    issue,
    registration,
    requesting,
    tokens_of,
)
from tests.contracts.voting.manifests import ELECTION, WINDOWS, founding
from tests.contracts.voting.world import DIRECTORS, REGISTRARS, TRUSTEES, VOTERS, World

# Stages. Each is made once; tests get a copy.


def staged(make):
    """Make the stage once, and give every caller a copy."""
    made = cache(make)

    def copied():
        return made().copy()

    return copied


@staged
def founded():
    """Agencies and citizens, and no election; height 1."""
    return World.founded()


@staged
def created():
    """An election, with nobody on the roll."""
    return create(founded())


def create(world, **changes):
    """Found the election of the tests in a world."""
    msg = founding(**changes)
    world.do("commission", msg)
    world.kept["plan"] = msg.manifest
    return world


@staged
def enrolled():
    """A roll, and all keys of registrars; the trustees have committed."""
    return enrol(created())


def enrol(world):
    """Fill the roll and register keys."""
    entries = [VoterEntry(name_of(who), class_of(who)) for who in (*VOTERS, *DIRECTORS)]
    world.do("commission", AddVoters(ELECTION, tuple(entries)))
    for number, agency in enumerate(REGISTRARS, start=1):
        for class_id in range(CLASSES):
            world.do(agency, registration(number, class_id))
    return world


@staged
def committed():
    """All trustees have committed to their parts; the reveal round."""
    return commit_all(enrolled())


def commit_all(world):
    """Let all trustees commit."""
    for number, agency in enumerate(TRUSTEES, start=1):
        world.do(agency, CommitDealing(ELECTION, number, dealer(world, number).commitment))
    return world.at(WINDOWS.commit_until)


@staged
def revealed():
    """All trustees have revealed their parts; the dealing round."""
    return reveal_all(committed())


def reveal_all(world):
    """Let all trustees reveal."""
    for number, agency in enumerate(TRUSTEES, start=1):
        world.do(agency, RevealDealing(ELECTION, dealer(world, number).dealing()))
    return world.at(WINDOWS.reveal_until)


@staged
def dealt():
    """All trustees have sent their shares; complaints are taken."""
    return deal_all(revealed())


def deal_all(world):
    """Let all trustees send their shares."""
    for number, agency in enumerate(TRUSTEES, start=1):
        shares = dealer(world, number).sealed_shares()
        world.do(agency, DealShares(ELECTION, number, shares))
    return world.at(WINDOWS.deal_until)


@staged
def prepared_all():
    """The roll is frozen and the ceremony over; nothing is left but the opening."""
    return freeze(dealt())


def freeze(world):
    """Freeze the roll when the ceremony is over."""
    world.at(WINDOWS.answer_until)
    world.do("commission", FreezeRoll(ELECTION))
    return world


@staged
def opened():
    """The election is open, and tokens may be requested."""
    world = prepared_all()
    world.do("commission", OpenElection(ELECTION))
    return world.at(WINDOWS.issue_from)


@staged
def requested():
    """Three members and all directors have requested tokens."""
    world = opened()
    for who in (*VOTERS[:4], *DIRECTORS):
        world.do("commission", requesting(world, who))
    return world


@staged
def issued():
    """All but one who requested have three tokens each; ballots are taken.

    VOTERS[3] has requested and got one token only; VOTERS[4] and [5] have not requested.
    """
    world = requested()
    for who in (*VOTERS[:3], *DIRECTORS):
        for number in (1, 2, 3):
            world.do(REGISTRARS[number - 1], issue(world, who, number))
    world.do(REGISTRARS[0], issue(world, VOTERS[3], 1))
    for who in (*VOTERS[:3], *DIRECTORS):
        tokens_of(world, who)
    return world.at(WINDOWS.cast_from)


@staged
def voted():
    """Two members and a director have cast ballots; one of them twice."""
    world = issued()
    cast(world, VOTERS[0], (0,), (0, 1))
    cast(world, VOTERS[1], None, (2,))
    cast(world, VOTERS[0], (1,), (1, 2), seq=2)
    cast(world, DIRECTORS[0], (0,), (0,))
    return world


@staged
def counted():
    """The box of `voted` is closed and counted."""
    world = voted().at(WINDOWS.cast_until)
    world.do("commission", CountBox(ELECTION))
    return world


@staged
def delivered():
    """Trustees 1, 3 and 4 have delivered their shares."""
    world = counted()
    for number in (1, 3, 4):
        world.do(TRUSTEES[number - 1], delivery(world, number))
    return world


def ready_to_cast(names, **changes):
    """Another election, with tokens for these voters; ballots are taken."""
    world = freeze(deal_all(reveal_all(commit_all(enrol(create(founded(), **changes))))))
    world.do("commission", OpenElection(ELECTION))
    world.at(WINDOWS.issue_from)
    for who in names:
        world.do("commission", requesting(world, who))
        for number in (1, 2, 3):
            world.do(REGISTRARS[number - 1], issue(world, who, number))
    return world.at(WINDOWS.cast_from)


# What the ballots of `voted` hold: members weigh 1, directors 3.
COUNTS = ((3, 1, 1), (3, 1, 2))


@staged
def tallied():
    """The result is published."""
    world = delivered()
    world.do("commission", Tally(ELECTION, (1, 3, 4), COUNTS))
    return world
