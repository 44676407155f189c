"""How labels look to people, so that no two that look the same are offered side by side.

A label is folded to what is seen of it: compatibility forms as their plain letters (so Thai SARA AM
is NIKHAHIT and SARA AA), two SARA E as SARA AE, Thai marks of one consonant in one order and each
once, letters of other scripts that look like Latin ones as those, and neither spaces nor joiners
nor fillers. Tables are of Unicode 3.2, which every CPython freezes, and below.
Source: UAX 15; UTS 39, confusables of single letters and digits.
"""

from collections.abc import Iterable
from typing import Protocol
from unicodedata import ucd_3_2_0

# Letters and digits of any script, by the Latin one that they look like.
_ALIKE = {
    "O": "0",
    "l": "1I|",
}
_ALIKE_ABROAD = {
    "2": "\u01a7\u03e8\u14bf",
    "3": "\u01b7\u021c\u0417\u04e0",
    "4": "\u13ce",
    "5": "\u01bc",
    "6": "\u0431\u13ee",
    "8": "\u0222\u0223\u09ea\u0a6a\U0001031a",
    "9": "\u09ed\u0a67\u0b68\u0d6d",
    "A": "\u0391\u0410\u13aa\u15c5",
    "B": "\u0392\u0412\u13f4\u15f7\U00010301",
    "C": "\u0421\u13df\U00010302\U00010415",
    "D": "\u13a0\u15de\u15ea",
    "E": "\u0395\u0415\u13ac",
    "F": "\u03dc\u15b4",
    "G": "\u050c\u13c0\u13f3",
    "H": "\u0397\u041d\u13bb\u157c",
    "J": "\u0408\u13ab\u148d",
    "K": "\u039a\u041a\u13e6\u16d5",
    "L": "\u13de\u14aa\U0001041b",
    "M": "\u039c\u041c\u13b7\u15f0\u16d6\U00010311",
    "N": "\u039d",
    "O": "\u039f\u041e\u0555\u09e6\u0b20\u0b66\u12d0\u3007\U00010404",
    "P": "\u03a1\u0420\u13e2\u146d",
    "R": "\u01a6\u13a1\u13d2\u1587",
    "S": "\u0405\u054f\u13d5\u13da\U00010420",
    "T": "\u03a4\u0422\u13a2\U00010315",
    "U": "\u054d\u1200\u144c",
    "V": "\u0474\u06f7\u13d9\u142f",
    "W": "\u13b3\u13d4",
    "X": "\u03a7\u0425\u16b7\U00010317\U00010322",
    "Y": "\u03a5\u0423\u04ae\u13a9\u13bd",
    "Z": "\u0396\u13c3",
    "a": "\u0251\u03b1\u0430",
    "b": "\u0184\u042c\u13cf\u1472\u15af",
    "c": "\u0441\U0001043d",
    "d": "\u0501\u13e7\u146f",
    "e": "\u0435\u04bd",
    "f": "\u0584",
    "g": "\u018d\u0261\u0581",
    "h": "\u04bb\u0570\u13c2",
    "i": "\u0131\u0269\u026a\u03b9\u0456\u13a5",
    "j": "\u03f3\u0458",
    "l": "\u0196\u01c0\u0399\u0406\u04c0\u06f1\u16c1\U00010309\U00010320",
    "n": "\u0578\u057c",
    "o": (
        "\u03bf\u03c3\u043e\u0585\u06f5\u0966\u0a66\u0ae6\u0c66\u0ce6\u0d20\u0d66\u0e50"
        "\u0ed0\u101d\u1040\U0001042c"
    ),
    "p": "\u03c1\u0440",
    "q": "\u0563\u0566",
    "r": "\u0433",
    "s": "\u01bd\u0455\U00010448",
    "u": "\u028b\u03c5\u057d",
    "v": "\u03bd\u0475",
    "w": "\u026f\u0461\u0561",
    "x": "\u0445\u1541\u157d",
    "y": "\u0263\u028f\u03b3\u0443\u04af\u10e7",
}
_LATIN = {
    letter: plain
    for table in (_ALIKE, _ALIKE_ABROAD)
    for plain, letters in table.items()
    for letter in letters
}
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u200c\u200d\u2800\u3164\uffa0")
_THAI_MARKS = frozenset(
    "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e"
)
_SARA_E, _SARA_AE = "\u0e40", "\u0e41"


class Titled(Protocol):
    """A record with a title: contracts may not name the field, which is a method of text too."""

    @property
    def title(self) -> str:
        """What people read above it."""


def titles_of(records: Iterable[Titled]) -> tuple[str, ...]:
    """Return the titles of records that stand side by side."""
    return tuple([record.title for record in records])


def look_of(text: str) -> str:
    """Return what is seen of a text; texts that look the same have the same."""
    seen: list[str] = []
    marks: list[str] = []
    for character in ucd_3_2_0.normalize("NFKC", text):
        if character in _UNSEEN or ucd_3_2_0.category(character) == "Zs":
            continue
        if character in _THAI_MARKS:
            marks.append(character)
            continue
        seen += sorted(dict.fromkeys(marks))
        marks = []
        seen.append(_LATIN.get(character, character))
    seen += sorted(dict.fromkeys(marks))
    return "".join(seen).replace(_SARA_E + _SARA_E, _SARA_AE)
