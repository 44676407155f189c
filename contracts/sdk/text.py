"""The text rule: which characters a text on the ledger may hold.

Characters must be assigned in Unicode 3.2 and printable, and the text in Normalization Form C.
The tables of Unicode 3.2 are frozen in every CPython, so the rule never changes with the
interpreter. Source: UAX 15; docs/protocol.md#text.
"""

from unicodedata import ucd_3_2_0

from primitives.errors import BadText

_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Thai, Arabic and Indic spelling needs the zero-width non-joiner and joiner.
_JOINERS = frozenset({"\u200c", "\u200d"})


def check_text(text: str, name: str) -> None:
    """Raise BadText if `text` breaks the rule; the message names the field and the place."""
    if text.isascii() and text.isprintable():
        return
    for index, character in enumerate(text):
        if ucd_3_2_0.category(character) in _REFUSED_CATEGORIES and character not in _JOINERS:
            point = f"U+{ord(character):04X}"
            raise BadText(f"{name} holds {point} at {index}: not printable text", field=name)
    # Only after every character is known to be of Unicode 3.2 is its NFC the same everywhere.
    if ucd_3_2_0.normalize("NFC", text) != text:
        raise BadText(f"{name} is not in Unicode Normalization Form C", field=name)
