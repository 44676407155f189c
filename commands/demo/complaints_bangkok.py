"""Bangkok's agencies, and the real complaints as they came in: who, what, where, when, how it went.

The data names a district, rarely a bureau; to whom a complaint was forwarded it does not say, so
that is the bureau of its first type. Texts and people are made up.
"""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from contracts.complaints.templates.first_templates import CITY

COMPLAINTS = 400
DATA = Path(__file__).parent / "data" / "traffy-fondue-2023-05.csv"
CENTRE, ANYWHERE = "complaint-centre", "bangkok"
DONE, WAITING, FORWARDED, WORKED = "done", "waiting", "forwarded-again", "in-progress"

_DISTRICTS = """\
พระนคร Phra Nakhon
ดุสิต Dusit
หนองจอก Nong Chok
บางรัก Bang Rak
บางเขน Bang Khen
บางกะปิ Bang Kapi
ปทุมวัน Pathum Wan
ป้อมปราบศัตรูพ่าย Pom Prap Sattru Phai
พระโขนง Phra Khanong
มีนบุรี Min Buri
ลาดกระบัง Lat Krabang
ยานนาวา Yan Nawa
สัมพันธวงศ์ Samphanthawong
พญาไท Phaya Thai
ธนบุรี Thon Buri
บางกอกใหญ่ Bangkok Yai
ห้วยขวาง Huai Khwang
คลองสาน Khlong San
ตลิ่งชัน Taling Chan
บางกอกน้อย Bangkok Noi
บางขุนเทียน Bang Khun Thian
ภาษีเจริญ Phasi Charoen
หนองแขม Nong Khaem
ราษฎร์บูรณะ Rat Burana
บางพลัด Bang Phlat
ดินแดง Din Daeng
บึงกุ่ม Bueng Kum
สาทร Sathon
บางซื่อ Bang Sue
จตุจักร Chatuchak
บางคอแหลม Bang Kho Laem
ประเวศ Prawet
คลองเตย Khlong Toei
สวนหลวง Suan Luang
จอมทอง Chom Thong
ดอนเมือง Don Mueang
ราชเทวี Ratchathewi
ลาดพร้าว Lat Phrao
วัฒนา Watthana
บางแค Bang Khae
หลักสี่ Lak Si
สายไหม Sai Mai
คันนายาว Khan Na Yao
สะพานสูง Saphan Sung
วังทองหลาง Wang Thonglang
คลองสามวา Khlong Sam Wa
บางนา Bang Na
ทวีวัฒนา Thawi Watthana
ทุ่งครุ Thung Khru
บางบอน Bang Bon
"""


@dataclass(frozen=True, slots=True)
class Bureau:
    """An agency of the whole city, and the types of complaints that it is for."""

    agency: str
    name_th: str
    name_en: str
    types: tuple[str, ...] = ()


BUREAUS = (
    Bureau(
        "public-works",
        "สำนักการโยธา",
        "Public Works Department",
        ("ถนน", "ทางเท้า", "แสงสว่าง", "สะพาน"),
    ),
    Bureau(
        "traffic",
        "สำนักการจราจรและขนส่ง",
        "Traffic and Transportation Department",
        ("จราจร", "ป้ายจราจร", "ป้าย", "การเดินทาง"),
    ),
    Bureau(
        "drainage",
        "สำนักการระบายน้ำ",
        "Drainage and Sewerage Department",
        ("ท่อระบายน้ำ", "คลอง", "น้ำท่วม"),
    ),
    Bureau(
        "environment",
        "สำนักสิ่งแวดล้อม",
        "Environment Department",
        ("ความสะอาด", "ต้นไม้", "PM2.5"),
    ),
    Bureau(
        "law-enforcement",
        "สำนักเทศกิจ",
        "City Law Enforcement Department",
        ("กีดขวาง", "เสียงรบกวน", "ร้องเรียน", "ความปลอดภัย"),
    ),
    Bureau("health", "สำนักอนามัย", "Health Department", ("สัตว์จรจัด",)),
    Bureau("social", "สำนักพัฒนาสังคม", "Social Development Department", ("คนจรจัด",)),
    Bureau("education", "สำนักการศึกษา", "Education Department"),
    Bureau("electricity", "การไฟฟ้านครหลวง", "Metropolitan Electricity Authority", ("สายไฟ",)),
    Bureau(CENTRE, "ศูนย์รับเรื่องราวร้องทุกข์ กรุงเทพมหานคร", "City Complaint Centre"),
)


@dataclass(frozen=True, slots=True)
class Office:
    """The office of a district; its slug is also the area's."""

    area: str
    name_th: str
    name_en: str

    @property
    def agency(self) -> str:
        """The agency's id."""
        return f"{self.area}-office"


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
        listed = [one.agency for one in BUREAUS if set(self.types[:1]) & set(one.types)]
        wanted = [*listed, CENTRE, "law-enforcement"]
        return next(agency for agency in wanted if agency != self.agency)

    @property
    def has_result(self) -> bool:
        """Whether it was resolved, at least for a time."""
        return self.stage == DONE or self.reopened > 0


def offices() -> tuple[Office, ...]:
    """Return the offices of the fifty districts."""
    lines = [line.split(" ", 1) for line in _DISTRICTS.splitlines()]
    return tuple(Office(name.lower().replace(" ", "-"), thai, name) for thai, name in lines)


def case_id_of(number: int) -> bytes:
    """Return the id of the case of a complaint."""
    return b"bangkok2023-" + number.to_bytes(4, "big")


def category_of(kind: str) -> str:
    """Return the template's category of a type in the data, which has it in Thai."""
    return next((one.code for one in CITY.categories if one.name_th == kind), "other")


def complaints() -> tuple[Complaint, ...]:
    """Return the first complaints of the data, in order of their filing."""
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:COMPLAINTS]
    first = datetime.fromisoformat(rows[0]["filed_at"])
    areas = {one.name_th: one for one in offices()}
    stages = {one.name_th: one.code for one in CITY.stages}
    return tuple(
        Complaint(
            number=number,
            case_id=case_id_of(number),
            filed_s=_seconds(row["filed_at"], first),
            last_s=_seconds(row["last_activity_at"], first),
            types=tuple(filter(None, row["types"].split(","))),
            area=areas[district].area if (district := _district(row)) in areas else ANYWHERE,
            agency=_agency(row["organizations"], areas.get(district)),
            stage=stages[row["state"]],
            reopened=int(row["reopened"]),
            stars=int(row["stars"] or 0),
        )
        for number, row in enumerate(rows)
    )


def _district(row: dict[str, str]) -> str:
    return row["district"].strip(":")


def _agency(organisation: str, office: Office | None) -> str:
    named = [one.agency for one in BUREAUS if organisation.startswith(one.name_th)]
    at_home = CENTRE if office is None else office.agency
    return named[0] if named else at_home


def _seconds(text: str, first: datetime) -> float:
    return (datetime.fromisoformat(text) - first).total_seconds()
