"""Plots as SVG: steps over time, bars, grids. No script, no font and no picture from elsewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from client.complaints.report.markup import Element, cut, element
from client.complaints.words import Words

WIDTH = 860
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 200, 28, 44
_LABEL_WIDTH = 300
_ROW = 26
_CELL_WIDTH = 84
_LABEL_CHARS_MAX = 42
_LEGEND_CHARS_MAX = 26
_COLUMN_CHARS_MAX = 12
# Okabe and Ito 2008: told apart by people who do not see all colours.
_COLOURS = (
    "#000000",
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
    "#8a8a00",
    "#7f7f7f",
)
_DARK = 0.55  # from this share of colour on, text is white


@dataclass(frozen=True, slots=True)
class Series:
    """A line: (x, y) in order, each y until the next x; None is a gap."""

    label: str
    points: tuple[tuple[float, float | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """Where values are: (position, label) of the ticks, and what the axes measure."""

    x: tuple[float, float]
    y: tuple[float, float]
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, str]]
    x_title: str
    y_title: str
    height: int = 320


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar; a value of None is hidden, and `note` says what is written at its end."""

    label: str
    value: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid: how dark from 0 to 1, or None, what is written, what it means."""

    share: float | None
    text: str
    title: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows and columns of cells; `hue` is "blue" or "red-green"."""

    rows: Sequence[str]
    columns: Sequence[Words]
    cells: Sequence[Sequence[Cell]]
    hue: str = field(default="blue")


def steps(title: str, series: Sequence[Series], axes: Axes) -> Element:
    """Return lines that stay level until they change, with a legend."""
    place = _placer(axes)
    plot = _canvas(title, axes.height)
    _draw_axes(plot, axes, place)
    for number, one in enumerate(series):
        colour = _COLOURS[number % len(_COLOURS)]
        path = _path(one, place)
        if path:
            style = {"fill": "none", "stroke": colour, "stroke_width": 2.5 if number == 0 else 1.6}
            plot.append(element("path", element("title", one.label), d=path, **style))
        top = _TOP + 12 + 20 * number
        x = WIDTH - _RIGHT + 14
        plot.append(element("rect", x=x, y=top - 8, width=14, height=4, fill=colour))
        plot.append(_text(one.label, _LEGEND_CHARS_MAX, x=x + 20, y=top - 1))
    return plot


def bars(title: str, rows: Sequence[Bar]) -> Element:
    """Return horizontal bars from the same zero."""
    height = _ROW * len(rows) + 8
    plot = _canvas(title, height)
    most = max([row.value for row in rows if row.value], default=1.0)
    room = WIDTH - _LABEL_WIDTH - 160
    for number, row in enumerate(rows):
        top = 4 + _ROW * number
        plot.append(_label(row.label, top))
        width = 0.0 if row.value is None else room * row.value / most
        if width > 0:
            box = {"x": _LABEL_WIDTH, "y": top, "width": _number(width), "height": _ROW - 8}
            plot.append(element("rect", **box, fill=_COLOURS[1]))
        at = _LABEL_WIDTH + width + 8
        plot.append(element("text", row.note, x=_number(at), y=top + 14))
    return plot


def grid(title: str, table: Grid) -> Element:
    """Return a table of coloured cells; the heads of columns have both languages."""
    head = 40
    width = max(WIDTH, _LABEL_WIDTH + _CELL_WIDTH * len(table.columns) + 10)
    plot = _canvas(title, head + _ROW * len(table.rows) + 8, width)
    for number, words in enumerate(table.columns):
        x = _LABEL_WIDTH + _CELL_WIDTH * number + _CELL_WIDTH / 2
        for name, y in ((words.th, 14), (words.en, 29)):
            plot.append(_text(name, _COLUMN_CHARS_MAX, x=x, y=y, text_anchor="middle"))
    for number, name in enumerate(table.rows):
        top = head + _ROW * number
        plot.append(_label(name, top))
        for column, cell in enumerate(table.cells[number]):
            plot.append(_cell(cell, _LABEL_WIDTH + _CELL_WIDTH * column, top, table.hue))
    return plot


def even_ticks(most: float, count: int = 5) -> list[tuple[float, str]]:
    """Return ticks from 0 to at least `most`, at 1, 2 or 5 times a power of ten."""
    step = 1.0
    while most / step > count:
        step *= 2.5 if str(int(step)).startswith("2") else 2
    last = int(-(-most // step)) if most > 0 else 1
    return [(number * step, f"{int(number * step)}") for number in range(last + 1)]


def _canvas(title: str, height: float, width: float = WIDTH) -> Element:
    box = f"0 0 {_number(width)} {_number(height)}"
    return element(
        "svg",
        element("title", title),
        viewBox=box,
        role="img",
        width=_number(width),
        height=_number(height),
    )


Placer = Callable[[float, float], tuple[float, float]]


def _placer(axes: Axes) -> Placer:
    width, height = WIDTH - _LEFT - _RIGHT, axes.height - _TOP - _BOTTOM
    span_x = (axes.x[1] - axes.x[0]) or 1.0
    span_y = (axes.y[1] - axes.y[0]) or 1.0

    def place(x: float, y: float) -> tuple[float, float]:
        across = _LEFT + width * (x - axes.x[0]) / span_x
        return across, _TOP + height * (1 - (y - axes.y[0]) / span_y)

    return place


def _draw_axes(plot: Element, axes: Axes, place: Placer) -> None:
    left, right = place(axes.x[0], 0)[0], place(axes.x[1], 0)[0]
    bottom = place(0, axes.y[0])[1]
    for y, label in axes.y_ticks:
        at = _number(place(axes.x[0], y)[1])
        plot.append(element("line", x1=left, x2=right, y1=at, y2=at, stroke="#ddd"))
        plot.append(element("text", label, x=left - 8, y=at, text_anchor="end", dy="0.35em"))
    for x, label in axes.x_ticks:
        at = _number(place(x, axes.y[0])[0])
        plot.append(element("line", x1=at, x2=at, y1=bottom, y2=bottom + 5, stroke="#888"))
        plot.append(element("text", label, x=at, y=bottom + 18, text_anchor="middle"))
    plot.append(element("line", x1=left, x2=right, y1=bottom, y2=bottom, stroke="#888"))
    middle = _number((left + right) / 2)
    plot.append(element("text", axes.x_title, x=middle, y=axes.height - 6, text_anchor="middle"))
    plot.append(element("text", axes.y_title, x=4, y=13))


def _path(series: Series, place: Placer) -> str:
    parts: list[str] = []
    last: float | None = None
    for x, y in series.points:
        if last is not None:
            across, level = place(x, last)
            parts.append(f"L{_number(across)} {_number(level)}")
        if y is not None:
            across, level = place(x, y)
            parts.append(f"{'M' if last is None else 'L'}{_number(across)} {_number(level)}")
        last = y
    return "".join(parts)


def _label(text: str, top: float) -> Element:
    return _text(text, _LABEL_CHARS_MAX, x=_LABEL_WIDTH - 8, y=top + 14, text_anchor="end")


def _text(text: str, chars_max: int, **attributes: object) -> Element:
    """Return a text that is cut to fit; pointing at it shows all of it."""
    return element("text", element("title", text), cut(text, chars_max), **attributes)


def _cell(cell: Cell, x: float, top: float, hue: str) -> Element:
    box = {"x": x + 1, "y": top - 3, "width": _CELL_WIDTH - 2, "height": _ROW - 2}
    shade = "#f1f1f1" if cell.share is None else _shade(cell.share, hue)
    is_dark = hue == "blue" and cell.share is not None and cell.share >= _DARK
    middle = {"x": x + _CELL_WIDTH / 2, "y": top + 14, "text_anchor": "middle"}
    text = element("text", cell.text, fill="#fff" if is_dark else "#222", **middle)
    return element(
        "g", element("title", cell.title), element("rect", **box, fill=shade, rx=2), text
    )


def _shade(share: float, hue: str) -> str:
    """Return a colour: blue from pale to dark, or from orange over pale to green."""
    share = min(1.0, max(0.0, share))
    if hue == "blue":
        return _between((239, 246, 252), (0, 84, 150), share)
    pale, orange, green = (250, 250, 245), (240, 150, 80), (90, 190, 150)
    if share < 0.5:
        return _between(orange, pale, share * 2)
    return _between(pale, green, share * 2 - 1)


def _between(low: tuple[int, int, int], high: tuple[int, int, int], share: float) -> str:
    mixed = [round(a + (b - a) * share) for a, b in zip(low, high, strict=True)]
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
