"""Elements of a page that is well-formed XML and HTML at once; every text is escaped on writing."""

from typing import TypeAlias
from xml.etree import ElementTree as Tree

from client.complaints.words import Words

Element: TypeAlias = Tree.Element
Child: TypeAlias = "Tree.Element | str"

# Characters that XML does not allow are not written at all.
_FORBIDDEN = {code: None for code in range(32) if code not in {9, 10, 13}} | {0xFFFE: None}


def element(name: str, /, *children: Child, **attributes: object) -> Element:
    """Return an element; class_ is class, and stroke_width is stroke-width."""
    made = Tree.Element(name, {_named(key): _clean(str(v)) for key, v in attributes.items()})
    for child in children:
        if isinstance(child, Tree.Element):
            made.append(child)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + _clean(child)
        else:
            made.text = (made.text or "") + _clean(child)
    return made


def both(words: Words) -> str:
    """Return words in both languages, once when they are the same."""
    return words.th if words.th == words.en else f"{words.th} / {words.en}"


def cut(text: str, chars_max: int) -> str:
    """Return a text that fits, with an ellipsis where it is cut."""
    return text if len(text) <= chars_max else text[: chars_max - 1] + "…"


def page_text(root: Element) -> str:
    """Return the document's text."""
    Tree.indent(root, space="")
    return "<!DOCTYPE html>\n" + Tree.tostring(root, encoding="unicode") + "\n"


def _named(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _clean(text: str) -> str:
    kept = text.translate(_FORBIDDEN)
    return kept.encode("utf-8", "replace").decode("utf-8")
