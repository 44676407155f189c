"""The result of an election as a bar chart: SVG text, with Thai and English labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _MARGIN, _LEFT, _RIGHT = 760, 24, 230, 110
_TOP, _ROW, _BAR = 84, 56, 30
_FONT = "font-family='Noto Sans Thai, Sarabun, Noto Sans, sans-serif'"
_INK, _PALE, _FILL = "#1f2933", "#66727f", "#2f6f9f"


@dataclass(frozen=True, slots=True)
class Bar:
    """One option: its names and its votes."""

    name_th: str
    name_en: str
    votes: int


def bar_chart(titles: tuple[str, str], bars: Sequence[Bar], footer: str) -> str:
    """Return an SVG document; bars are in the given order, their length follows the votes."""
    height = _TOP + _ROW * len(bars) + 40
    most = max((bar.votes for bar in bars), default=0)
    whole = sum(bar.votes for bar in bars)
    title_th, title_en = titles
    summary = "; ".join(f"{bar.name_en} {bar.votes}" for bar in bars)
    lines = [
        f"<svg xmlns='http://www.w3.org/2000/svg' role='img' width='{_WIDTH}' height='{height}'"
        f" viewBox='0 0 {_WIDTH} {height}'>",
        f"<title>{escape(title_th)} / {escape(title_en)}</title>",
        f"<desc>{escape(summary)}</desc>",
        f"<rect width='{_WIDTH}' height='{height}' fill='#ffffff'/>",
        _text((_MARGIN, 36), title_th, (20, _INK)),
        _text((_MARGIN, 60), title_en, (14, _PALE)),
    ]
    for number, bar in enumerate(bars):
        lines += _row(_TOP + _ROW * number, bar, (most, whole))
    lines += [_text((_MARGIN, height - 16), footer, (12, _PALE)), "</svg>"]
    return "\n".join(lines) + "\n"


def _row(top: int, bar: Bar, totals: tuple[int, int]) -> list[str]:
    most, whole = totals
    room = _WIDTH - _LEFT - _RIGHT
    width = room * bar.votes // most if most else 0
    share = f"{100 * bar.votes / whole:.1f} %" if whole else "-"
    return [
        _text((_MARGIN, top + 16), bar.name_th, (15, _INK)),
        _text((_MARGIN, top + 34), bar.name_en, (12, _PALE)),
        f"<rect x='{_LEFT}' y='{top + 4}' width='{width}' height='{_BAR}' rx='3' fill='{_FILL}'/>",
        _text((_LEFT + width + 8, top + 24), f"{bar.votes}  ({share})", (14, _INK)),
    ]


def _text(place: tuple[int, int], words: str, look: tuple[int, str]) -> str:
    size, colour = look
    x, y = place
    return (
        f"<text x='{x}' y='{y}' {_FONT} font-size='{size}' fill='{colour}'>{escape(words)}</text>"
    )
