"""Whether labels can be told apart by people who read them.

Source: docs/voting.md, labels. Letters that look like Latin ones are from UTS 39's confusables.
"""

from itertools import groupby
from unicodedata import ucd_3_2_0

from verifier.refusal import require

# Pairs: a letter or digit, and the Latin one that it looks like.
_PAIRS = (
    "0O1lIl|l\u01a72\u03e82\u14bf2\u01b73\u021c3\u04173\u04e03\u13ce4\u01bc5\u04316\u13ee6"
    "\u02228\u02238\u09ea8\u0a6a8\U0001031a8\u09ed9\u0a679\u0b689\u0d6d9\u0391A\u0410A\u13aaA"
    "\u15c5A\u0392B\u0412B\u13f4B\u15f7B\U00010301B\u0421C\u13dfC\U00010302C\U00010415C"
    "\u13a0D\u15deD\u15eaD\u0395E\u0415E\u13acE\u03dcF\u15b4F\u050cG\u13c0G\u13f3G\u0397H"
    "\u041dH\u13bbH\u157cH\u0408J\u13abJ\u148dJ\u039aK\u041aK\u13e6K\u16d5K\u13deL\u14aaL"
    "\U0001041bL\u039cM\u041cM\u13b7M\u15f0M\u16d6M\U00010311M\u039dN\u039fO\u041eO\u0555O"
    "\u09e6O\u0b20O\u0b66O\u12d0O\u3007O\U00010404O\u03a1P\u0420P\u13e2P\u146dP\u01a6R\u13a1R"
    "\u13d2R\u1587R\u0405S\u054fS\u13d5S\u13daS\U00010420S\u03a4T\u0422T\u13a2T\U00010315T"
    "\u054dU\u1200U\u144cU\u0474V\u06f7V\u13d9V\u142fV\u13b3W\u13d4W\u03a7X\u0425X\u16b7X"
    "\U00010317X\U00010322X\u03a5Y\u0423Y\u04aeY\u13a9Y\u13bdY\u0396Z\u13c3Z\u0251a\u03b1a"
    "\u0430a\u0184b\u042cb\u13cfb\u1472b\u15afb\u0441c\U0001043dc\u0501d\u13e7d\u146fd\u0435e"
    "\u04bde\u0584f\u018dg\u0261g\u0581g\u04bbh\u0570h\u13c2h\u0131i\u0269i\u026ai\u03b9i"
    "\u0456i\u13a5i\u03f3j\u0458j\u0196l\u01c0l\u0399l\u0406l\u04c0l\u06f1l\u16c1l\U00010309l"
    "\U00010320l\u0578n\u057cn\u03bfo\u03c3o\u043eo\u0585o\u06f5o\u0966o\u0a66o\u0ae6o\u0c66o"
    "\u0ce6o\u0d20o\u0d66o\u0e50o\u0ed0o\u101do\u1040o\U0001042co\u03c1p\u0440p\u0563q\u0566q"
    "\u0433r\u01bds\u0455s\U00010448s\u028bu\u03c5u\u057du\u03bdv\u0475v\u026fw\u0461w\u0561w"
    "\u0445x\u1541x\u157dx\u0263y\u028fy\u03b3y\u0443y\u04afy\u10e7y"
)
_LATIN = str.maketrans(_PAIRS[::2], _PAIRS[1::2])
_HIDDEN = str.maketrans(
    dict.fromkeys("\u034f\u115f\u1160\u17b4\u17b5\u200c\u200d\u2800\u3164\uffa0", "")
)
_SARA_E, _SARA_AE = "\u0e40", "\u0e41"


def require_distinct(labels: tuple[str, ...], what: str) -> None:
    """Refuse labels of which two look the same or one looks empty. Raises Refused."""
    seen: dict[str, str] = {"": "nothing"}
    for label in labels:
        look = _look(label)
        require(look not in seen, f"{what}: {label!r} looks like {seen.get(look)!r}")
        seen[look] = label


def _look(label: str) -> str:
    plain = ucd_3_2_0.normalize("NFKC", label).translate(_HIDDEN)
    shown = "".join(one for one in plain if ucd_3_2_0.category(one) != "Zs").translate(_LATIN)
    parts: list[str] = []
    for is_mark, run in groupby(shown, _is_thai_mark):
        letters = list(run)
        parts += sorted(set(letters)) if is_mark else letters
    return "".join(parts).replace(2 * _SARA_E, _SARA_AE)


def _is_thai_mark(character: str) -> bool:
    """Whether a character stands above or below a Thai consonant."""
    return (
        character == "\u0e31"
        or "\u0e34" <= character <= "\u0e3a"
        or ("\u0e47" <= character <= "\u0e4e")
    )
