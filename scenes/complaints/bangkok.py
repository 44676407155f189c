"""Bangkok's agencies, and the real complaints as they came in: who, what, where, when, how it went.

The data names a district, rarely a bureau; to whom a complaint was forwarded it does not say, so
that is the bureau of its first type. Texts and people are made up.
"""

import csv
import functools
from dataclasses import dataclass
from datetime import datetime

from contracts.complaints.templates.first_templates import CITY
from scenes.kit.cast import DATA, profiles

COMPLAINTS = 400
CENTRE, ANYWHERE = "complaint-centre", "bangkok"
BUREAUS = (
    *("public-works", "traffic", "drainage", "environment", "law-enforcement", "health"),
    *("social", "education", "electricity", CENTRE),
)
_OFFICE, _OFFICE_TH = "-office", "สำนักงานเขต"
DONE, WAITING, FORWARDED, WORKED = "done", "waiting", "forwarded-again", "in-progress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A real complaint: seconds since the first one, types, place, how far it came, stars."""

    number: int
    case_id: bytes
    filed_s: float
    last_s: float
    types: tuple[str, ...]
    area: str
    agency: str  # that it is filed with
    stage: str  # that it had reached
    reopened: int
    stars: int  # 0 for none

    @property
    def category(self) -> str:
        """The category of the template: the first type."""
        return category_of(self.types[0] if self.types else "")

    @property
    def bureau(self) -> str:
        """The bureau that the complaint is forwarded to."""
        first = self.types[:1]
        listed = [
            profile.agency
            for profile in profiles().values()
            if set(first) & set(profile.complaints)
        ]
        wanted = [*listed, CENTRE, "law-enforcement"]
        return next(agency for agency in wanted if agency != self.agency)

    @property
    def has_result(self) -> bool:
        """Whether it was resolved, at least for a time."""
        return self.stage == DONE or self.reopened > 0


@functools.cache
def offices() -> dict[str, str]:
    """Return the areas of the fifty districts by their Thai names; each has an office."""
    return {
        profile.name_th.removeprefix(_OFFICE_TH): name.removesuffix(_OFFICE)
        for name, profile in profiles().items()
        if profile.name_th.startswith(_OFFICE_TH)
    }


def office_of(area: str) -> str:
    """Return the agency of a district's office."""
    return area + _OFFICE


def case_id_of(number: int) -> bytes:
    """Return the id of the case of a complaint."""
    return b"bangkok2023-" + number.to_bytes(4, "big")


def category_of(kind: str) -> str:
    """Return the template's category of a type in the data, which has it in Thai."""
    return next(
        (category.code for category in CITY.categories if category.name_th == kind), "other"
    )


def complaints() -> tuple[Complaint, ...]:
    """Return the complaints of the data, in order of their filing."""
    with (DATA / "traffy-fondue-2023-05.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    first = datetime.fromisoformat(rows[0]["filed_at"])
    stages = {stage.name_th: stage.code for stage in CITY.stages}
    return tuple(
        Complaint(
            number=number,
            case_id=case_id_of(number),
            filed_s=_seconds(row["filed_at"], first),
            last_s=_seconds(row["last_activity_at"], first),
            types=tuple(filter(None, row["types"].split(","))),
            area=offices().get(_district(row), ANYWHERE),
            agency=_agency(row["organizations"], offices().get(_district(row))),
            stage=stages[row["state"]],
            reopened=int(row["reopened"]),
            stars=int(row["stars"] or 0),
        )
        for number, row in enumerate(rows)
    )


def _district(row: dict[str, str]) -> str:
    return row["district"].strip(":")


def _agency(organisation: str, area: str | None) -> str:
    """Return the bureau that the data names, or else the district's office."""
    named = [name for name in BUREAUS if organisation.startswith(profiles()[name].name_th)]
    at_home = CENTRE if area is None else office_of(area)
    return named[0] if named else at_home


def _seconds(text: str, first: datetime) -> float:
    return (datetime.fromisoformat(text) - first).total_seconds()
