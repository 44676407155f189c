"""What is written for people: the statistics as pages that open offline, a citizen's timeline."""

from collections import Counter
from collections.abc import Mapping

from client.complaints.report import render
from client.complaints.statistics import LEAST, Statistics, gather, pooled
from client.files import write_whole
from contracts.complaints.core.messages import OPEN_STATES
from scenes.complaints.cast import City, CityStory
from scenes.complaints.proof import CaseRecord
from scenes.kit.story import OUTPUT


async def write_report(city: City, story: CityStory, cases: Mapping[bytes, CaseRecord]) -> None:
    """Write the report, exact and as everybody may see it, and the timeline of the police report.

    Raises:
        OSError: the disk refuses.
    """
    statistics = await gather(city.connection.rpc)
    for name, least, label in (
        ("complaints.html", 0, "the report, exact, for supervisors"),
        ("complaints-public.html", LEAST, "the report without small counts"),
    ):
        page = render(statistics, least)
        story.figures.append((label, _write(name, page)))
    timelines = "\n\n".join(story.timelines.values()) + "\n"
    story.figures.append(
        ("the police report's timeline", _write("complaint-timeline.txt", timelines))
    )
    _note_statistics(story, statistics, cases)


def _write(name: str, text: str) -> str:
    OUTPUT.mkdir(exist_ok=True)
    path = OUTPUT / name
    write_whole(path, text.encode())
    return str(path)


def _note_statistics(
    story: CityStory, statistics: Statistics, cases: Mapping[bytes, CaseRecord]
) -> None:
    """Check the running counts against every line of every case's timeline."""
    totals = pooled(statistics)
    lines = Counter(line.kind for record in cases.values() for line in record.timeline)
    stars = Counter(
        line.link for record in cases.values() for line in record.timeline if line.kind == "rated"
    )
    is_open = sum(record.case.state in OPEN_STATES for record in cases.values())
    counted = {
        "filed": (totals.filed, lines["filed"]),
        "resolved": (totals.resolved, lines["resolved"]),
        "reopened": (totals.reopened, lines["reopened"]),
        "handed over": (
            sum(record.accepted for record in statistics.transfers),
            lines["transferred"],
        ),
        "open": (totals.backlog, is_open),
        "rated": (totals.rated, lines["rated"]),
    }
    differing = [
        name for name, (stated, counted_lines) in counted.items() if stated != counted_lines
    ]
    is_rated = totals.stars == tuple(stars[value] for value in range(1, 6))
    story.note(
        "the statistics are what the cases' timelines add up to",
        ", ".join(f"{stated} {name}" for name, (stated, _) in counted.items()),
        is_kept=not differing and is_rated,
    )
