"""Words of `sapha complaint`, and the ways in which its leaves act."""

from functools import partial
from typing import Any

from commands.framework.kinds import CASE, FILE, FLAG, NUMBER
from commands.framework.places import Place, commands
from commands.framework.tree import Leaf
from commands.framework.words import Word
from commands.menu.words import WAYS, asks, signs

WORDS = {
    "--template": Word("Code of the template: police-report, city-service."),
    "--category": Word("Code of the category: road, theft, ..."),
    "--area": Word("A coarse area, such as bkk-bangrak; it is public."),
    "--field": Word("A field of the form as code=text; give all required."),
    "--attach": Word("A file, up to seven.", FILE),
    "--receipt-out": Word("Write the receipt's words to a new file.", FILE),
    "--sid": Word("The subject of identity that the key is of, in hex."),
    "--receipt": Word("File with the 12 words; - asks for them.", FILE, env="SAPHA_RECEIPT"),
    "--as": Word("The agency that the account acts for.", name="agency", env="SAPHA_AGENCY"),
    "--reading-key": Word("File of the agency's reading key.", FILE, env="SAPHA_READING_KEY"),
    "case": Word("Id of the case, 0x and 32 hex digits.", CASE, name="case_id"),
    "--text": Word("A text; - reads standard input."),
    "to": Word("Id of an agency, such as khet-bangrak."),
    "who": Word("Id of an agency, such as khet-bangrak."),
    "--reason": Word("Why, in a-z, 0-9 and hyphens."),
    "--basis": Word("Legal basis, in a-z, 0-9 and hyphens.", name="legal_basis"),
    "--lang": Word("th or en.", choices=("th", "en")),
    "--exact": Word("Show all counts; for supervisors only.", FLAG),
    "--small-count": Word("Counts below it are hidden.", NUMBER, low=2, high=1000),
}
_OWN = {
    "case": Word(
        "Id of the case; without it the only one of receipt or account.", CASE, name="case_id"
    ),
    "--key": Word("Name of a key, or its file; of an account.", env="SAPHA_KEY"),
}
_acting = commands.complaint.acting


def _citizen(
    via: Place,
    name: str,
    does: Place,
    usage: str,
    text: str,
    **more: Any,  # noqa: ANN401
) -> Leaf:
    """Return a leaf that acts as whoever has a receipt, or as an account."""
    usage = f"{usage} [--key...] [--account] [--sid] [--receipt]"
    more["words"] = _OWN | more.get("words", {})
    return asks(name, does, usage, text, via=via, **more)


def _agency(
    via: Place,
    name: str,
    does: Place,
    usage: str,
    text: str,
    **more: Any,  # noqa: ANN401
) -> Leaf:
    """Return a leaf that acts for an agency, and reads with its key."""
    return signs(name, does, f"{usage} --as --reading-key", text, via=via, **more)


COMPLAINT_WAYS = WAYS | {
    "citizen": partial(_citizen, _acting.by_citizen),
    "own": partial(_citizen, commands.complaint.citizen.sends_own),
    "looks": partial(_citizen, _acting.looks),
    "officer": partial(_agency, _acting.by_officer),
    "supervisor": partial(_agency, _acting.by_supervisor),
    "opens": partial(_agency, _acting.looks),
}
