"""What is written for people: the statistics as pages that open offline, a citizen's timeline."""

from collections import Counter
from collections.abc import Mapping

from client.complaints.report import render
from client.complaints.statistics import LEAST, Statistics, gather, pooled
from client.files import write_whole
from commands.demo.complaints_cast import City
from commands.demo.complaints_proof import Kept
from commands.demo.complaints_story import Seen
from commands.demo.stage import OUTPUT
from contracts.complaints.core.messages import OPEN_STATES


async def write_report(city: City, seen: Seen, cases: Mapping[bytes, Kept]) -> None:
    """Write the report, exact and as everybody may see it, and the timeline of the police report.

    Raises:
        OSError: the disk refuses.
    """
    statistics = await gather(city.connection.rpc)
    for name, least, what in (
        ("complaints.html", 0, "the report, exact, for supervisors"),
        ("complaints-public.html", LEAST, "the report without small counts"),
    ):
        page = render(statistics, least)
        seen.figures.append((what, _write(name, page)))
    told = "\n\n".join(seen.timelines.values()) + "\n"
    seen.figures.append(("the police report's timeline", _write("complaint-timeline.txt", told)))
    _check_statistics(seen, statistics, cases)


def _write(name: str, text: str) -> str:
    OUTPUT.mkdir(exist_ok=True)
    path = OUTPUT / name
    write_whole(path, text.encode())
    return str(path)


def _check_statistics(seen: Seen, statistics: Statistics, cases: Mapping[bytes, Kept]) -> None:
    """Check the running counts against every line of every case's timeline."""
    totals = pooled(statistics)
    lines = Counter(line.kind for one in cases.values() for line in one.timeline)
    stars = Counter(
        line.link for one in cases.values() for line in one.timeline if line.kind == "rated"
    )
    is_open = sum(one.case.state in OPEN_STATES for one in cases.values())
    counted = {
        "filed": (totals.filed, lines["filed"]),
        "resolved": (totals.resolved, lines["resolved"]),
        "reopened": (totals.reopened, lines["reopened"]),
        "handed over": (sum(one.accepted for one in statistics.transfers), lines["transferred"]),
        "open": (totals.backlog, is_open),
        "rated": (totals.rated, lines["rated"]),
    }
    differing = [name for name, (told, found) in counted.items() if told != found]
    is_rated = totals.stars == tuple(stars[value] for value in range(1, 6))
    seen.note(
        "the statistics are what the cases' timelines add up to",
        ", ".join(f"{told} {name}" for name, (told, _) in counted.items()),
        is_kept=not differing and is_rated,
    )
