"""Elections at each stage, made once and copied."""

from functools import cache

from contracts.voting.ceremony.messages import RevealDealing
from contracts.voting.elections.messages import OpenElection
from contracts.voting.roll.messages import AddVoters, FreezeRoll, VoterEntry
from contracts.voting.tally.messages import CountBox, Tally
from contracts.voting.tokens.messages import CloseIssuing
from tests.contracts.identity.signing import name_of
from tests.contracts.voting.acts import (
    cast,
    class_of,
    commitment,
    dealer,
    dealing,
    delivery,
    issue,
    registration,
    requesting,
    token_of,
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
    """A roll; no trustee has committed."""
    return enrol(created())


def enrol(world):
    """Fill the roll."""
    entries = [VoterEntry(name_of(who), class_of(who)) for who in (*VOTERS, *DIRECTORS)]
    world.do("commission", AddVoters(ELECTION, tuple(entries)))
    return world


@staged
def committed():
    """All trustees have committed to their parts; the reveal round."""
    return commit_all(enrolled())


def commit_all(world):
    """Let all trustees commit."""
    for number, agency in enumerate(TRUSTEES, start=1):
        world.do(agency, commitment(world, number))
    return world.at(WINDOWS.commit_until_ms)


@staged
def revealed():
    """All trustees have revealed their parts; the dealing round."""
    return reveal_all(committed())


def reveal_all(world):
    """Let all trustees reveal."""
    for number, agency in enumerate(TRUSTEES, start=1):
        world.do(agency, RevealDealing(ELECTION, dealer(world, number).dealing()))
    return world.at(WINDOWS.reveal_until_ms)


@staged
def dealt():
    """All trustees have sent their shares; complaints are taken."""
    return deal_all(revealed())


def deal_all(world):
    """Let all trustees send their shares."""
    for number, agency in enumerate(TRUSTEES, start=1):
        world.do(agency, dealing(world, number))
    return world.at(WINDOWS.deal_until_ms)


@staged
def frozen():
    """The roll is frozen; registrars may post their keys."""
    return freeze(dealt())


def freeze(world):
    """Freeze the roll when the ceremony is over."""
    world.at(WINDOWS.answer_until_ms)
    world.do("commission", FreezeRoll(ELECTION))
    return world


@staged
def prepared_all():
    """The registrars have posted their keys; nothing is left but the opening."""
    return register_all(frozen())


def register_all(world, registrars=REGISTRARS):
    """Let registrars post their keys."""
    for number, agency in enumerate(registrars, start=1):
        classes = len(world.kept["plan"].classes)
        world.do(agency, registration(world, number, classes))
    return world.at(WINDOWS.keys_until_ms)


@staged
def opened():
    """The election is open, and tokens may be requested."""
    return open_all(prepared_all())


def open_all(world):
    """Open an election that is ready."""
    world.do("commission", OpenElection(ELECTION))
    return world.at(WINDOWS.issue_from_ms)


@staged
def requested():
    """Four members and all directors have requested tokens."""
    return request_all(opened(), (*VOTERS[:4], *DIRECTORS))


def request_all(world, names):
    """Let voters request tokens."""
    for who in names:
        world.do("commission", requesting(world, who))
    return world


@staged
def issued():
    """All but one who requested are answered by three registrars; ballots are taken.

    VOTERS[3] has requested and got one answer only; VOTERS[4] and [5] have not requested.
    """
    world = requested()
    for number in (1, 2, 3):
        world.do(REGISTRARS[number - 1], issue(world, number, *VOTERS[:3]))
        world.do(REGISTRARS[number - 1], issue(world, number, *DIRECTORS))
    world.do(REGISTRARS[0], issue(world, 1, VOTERS[3]))
    close_all(world)
    for who in (*VOTERS[:3], *DIRECTORS):
        token_of(world, who)
    return world


def close_all(world):
    """Close the answers, and go on to when ballots are taken."""
    world.at(WINDOWS.issue_until_ms).do("nobody", CloseIssuing(ELECTION))
    return world.at(WINDOWS.cast_from_ms)


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
    world = voted().at(WINDOWS.cast_until_ms)
    world.do("commission", CountBox(ELECTION))
    return world


@staged
def delivered():
    """Trustees 1, 3 and 4 have delivered their shares."""
    world = counted()
    for number in (1, 3, 4):
        world.do(TRUSTEES[number - 1], delivery(world, number))
    return world


def ready_to_request(**changes):
    """Another election, at the time when tokens are requested."""
    world = freeze(deal_all(reveal_all(commit_all(enrol(create(founded(), **changes))))))
    count = len(world.kept["plan"].registrars.agencies)
    return open_all(register_all(world, REGISTRARS[:count]))


def ready_to_cast(names, **changes):
    """Another election, with tokens for these voters; ballots are taken."""
    world = request_all(ready_to_request(**changes), names)
    for who in names:
        for number in (1, 2, 3):
            world.do(REGISTRARS[number - 1], issue(world, number, who))
    return close_all(world)


# What the ballots of `voted` hold: members weigh 1, directors 3.
COUNTS = ((3, 1, 1), (3, 1, 2))


@staged
def tallied():
    """The result is published."""
    world = delivered()
    world.do("commission", Tally(ELECTION, (1, 3, 4), COUNTS))
    return world
