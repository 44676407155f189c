"""Words of `sapha vote`, and the ways in which its leaves act."""

from functools import partial
from typing import Any

from commands.framework.kinds import FILE, FLAG, ID, PLACE, SPAN, Kind
from commands.framework.places import Place, commands
from commands.framework.tree import Leaf
from commands.framework.words import Word
from commands.menu.words import WAYS, asks, signs

_acting, _reading = commands.vote.acting, commands.vote.reading
_SEED = Kind(metavar="FILE", sample="me.words", value=_reading.read_seed)
_MARKS = Kind(metavar="TEXT", sample="2", value=_reading.read_marks)
_TRACKER = Kind(metavar="HEX", sample="0x" + "5a" * 64, value=_reading.read_tracker)
_ROLL = Kind(metavar="FILE", sample="roll", value=_reading.read_roll)
_ADDRESS = Kind(
    metavar="ADDRESS",
    sample="https://relay.example#0x" + "5a" * 32,
    value=commands.vote.relay.carried_address,
)
_REFUSED = Kind(metavar="FILE", sample="refused", value=_reading.read_refused)

WORDS = {
    "election": Word("Id of the election.", name="election_id", sample="board-2026"),
    "agency": Word("Id of the agency that acts.", sample="council"),
    "sid": Word("The person in identity, 0x and 64 hex digits.", ID),
    "roll": Word("A line a voter: 0x and 64 digits, then the class, from 1.", _ROLL),
    "manifest": Word("The manifest, JSON; see: sapha vote template.", FILE),
    "tracker": Word("What the first device showed: 0x, 128 digits.", _TRACKER),
    "plan": Word("The election's plan, TOML; see: sapha vote plan.", FILE, name="file"),
    "--election": Word("Id of the election.", name="election_id"),
    "--as": Word("The authority that holds it.", name="agency"),
    "--people": Word("File of persons that sapha vote staff made.", FILE),
    "--roll": Word("A line a voter: 0x and 64 digits, then the class, from 1.", _ROLL),
    "--reason": Word("Public reason; no personal data."),
    "--class": Word("Number of the class, from 1.", PLACE, name="class_id"),
    "--words": Word("File of the voter's 24 words.", _SEED, name="seed", env="SAPHA_WORDS"),
    "--sid": Word("The voter in identity, 0x and 64 digits.", ID, env="SAPHA_SID"),
    "--mark": Word(
        "For each question: 2, or 1,3, or blank; a ranking 3,1=2; options from 1.", _MARKS
    ),
    "--step": Word("How long each part is.", SPAN),
    "--lang": Word("List that the words are of: en or th.", choices=("en", "th")),
    "--relay": Word("Relay's address with its key; it sends ballots on, sealed on the way."),
    "--relay-key": Word("File of the relay's key; see: sapha vote relay-key.", FILE),
    "--carry": Word("Address of a relay to carry letters to, unopened.", _ADDRESS),
    "--direct": Word("Send to a node yourself: it sees your address.", FLAG),
    "--ballot": Word("File of the prepared ballot.", FILE),
    "--refuse": Word(
        "Whom to refuse: a line a voter, 0x and 64 digits, then the reason.", _REFUSED
    ),
    "--vault": Word("Directory of the registrar's sealed seed.", FILE, env="SAPHA_VAULT"),
    "--secret": Word("File of the trustee's 24 words.", FILE, env="SAPHA_TRUSTEE"),
}


def _proves(name: str, does: Place, usage: str, text: str, **more: Any) -> Leaf:  # noqa: ANN401
    """Return a leaf that looks at what the ledger proves against a genesis file."""
    return asks(name, does, f"{usage} --genesis", text, via=_acting.in_session, **more)


def _acts(extra: str, name: str, does: Place, usage: str, text: str, **more: Any) -> Leaf:  # noqa: ANN401
    """Return a leaf that acts on what the ledger proves; `extra` are words of the role."""
    usage = f"{usage} {extra}--genesis"
    return signs(name, does, usage, text, via=_acting.in_session, **more)


def _votes(name: str, does: Place, usage: str, text: str, **more: Any) -> Leaf:  # noqa: ANN401
    """Return a leaf that asks and sends what belongs to a ballot, by a relay or directly."""
    usage = f"{usage} --words --genesis [--relay...] [--direct]"
    return asks(name, does, usage, text, via=_acting.by_ballot_way, **more)


VOTE_WAYS = WAYS | {
    "proves": _proves,
    "acts": partial(_acts, ""),
    "registrar": partial(_acts, "--vault "),
    "trustee": partial(_acts, "--secret "),
    "votes": _votes,
}
