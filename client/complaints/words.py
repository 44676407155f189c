"""Words of complaints in Thai and English: states, clocks, steps of a timeline, spans, dates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from contracts.complaints.core.messages import Label, Stage, Template

_BANGKOK = timedelta(hours=7)
_BUDDHIST_YEARS = 543
_MONTHS_TH = (
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
)
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Words:
    """The same in Thai and in English."""

    th: str
    en: str

    def filled(self, **parts: "Words") -> "Words":
        """Return the words with each {part} in its language."""
        return Words(
            self.th.format(**{name: part.th for name, part in parts.items()}),
            self.en.format(**{name: part.en for name, part in parts.items()}),
        )


CITIZEN = Words("ผู้ร้อง", "the citizen")
NOTHING = Words("", "")

STATES = {
    "filed": Words("ยื่นแล้ว รอรับเรื่อง", "filed, waits to be accepted"),
    "reopened": Words("เปิดใหม่ รอรับเรื่อง", "reopened, waits to be accepted"),
    "accepted": Words("รับเรื่องแล้ว", "accepted"),
    "in-progress": Words("กำลังดำเนินการ", "in progress"),
    "wait-citizen": Words("รอคำตอบจากผู้ร้อง", "waits for the citizen's answer"),
    "resolved": Words("มีผลแล้ว", "resolved"),
    "closed": Words("ปิดเรื่อง", "closed"),
    "appealed": Words("อุทธรณ์ รอวินิจฉัย", "appealed, waits for a decision"),
    "withdrawn": Words("ถอนเรื่อง", "withdrawn"),
    "merged": Words("รวมกับเรื่องอื่น", "merged into another case"),
}
CLOCKS = {
    "acceptance": Words("รับเรื่อง", "acceptance"),
    "transfer": Words("ตอบรับการโอน", "answer to an offer"),
    "interim": Words("ตอบกลับครั้งแรก", "first reply"),
    "resolution": Words("แก้ไขให้เสร็จ", "resolution"),
    "closing": Words("ปิดเรื่อง", "closing"),
}
CLOCKS_SHORT = {
    "acceptance": Words("รับเรื่อง", "acceptance"),
    "transfer": Words("ตอบรับโอน", "transfer"),
    "interim": Words("ตอบแรก", "first reply"),
    "resolution": Words("แก้ไขเสร็จ", "resolution"),
}
KINDS = {
    "public": Words("สาธารณะ", "public"),
    "participant": Words("ผู้เกี่ยวข้อง", "participants"),
    "internal": Words("ภายใน", "internal"),
}
FILERS = {
    "verified": Words("ยืนยันตัวตนแล้ว", "identity verified"),
    "account": Words("ด้วยบัญชี", "with an account"),
    "anonymous": Words("ไม่เปิดเผยตัวตน", "anonymously"),
    "intake": Words("เจ้าหน้าที่รับแทน", "through an officer"),
}
DECISIONS = {
    "reopen": Words("ให้เปิดเรื่องใหม่", "to be reopened"),
    "reassign": Words("ให้หน่วยงานอื่นทำต่อ", "given to another agency"),
}

# By what happened; the parts are by, holder, detail.
STEPS = {
    "filed": Words("ยื่นเรื่องต่อ {holder} ({detail})", "Filed with {holder} ({detail})"),
    "accepted": Words("{by} รับเรื่อง", "{by} accepted the case"),
    "stage": Words("{by} เลื่อนขั้นตอนเป็น “{detail}”", "{by} moved it to “{detail}”"),
    "content": Words("{by} เพิ่มเนื้อหา ({detail})", "{by} added content ({detail})"),
    "asked": Words("{by} ถามผู้ร้อง เวลาหยุดนับ", "{by} asked the citizen; the clocks stand"),
    "answered": Words("ผู้ร้องตอบ เวลานับต่อ", "The citizen answered; the clocks run"),
    "resumed": Words("{by} ทำต่อโดยไม่รอคำตอบ", "{by} went on without an answer"),
    "resolved": Words("{by} สรุปผล: {detail}", "{by} resolved it: {detail}"),
    "offered": Words(
        "{by} เสนอโอนให้ {detail} แต่ยังดูแลเรื่องอยู่", "{by} offered it to {detail}, and holds it still"
    ),
    "transferred": Words("{by} รับโอนเรื่อง", "{by} took the case over"),
    "rejected": Words("{by} ไม่รับโอน ({detail})", "{by} declined the offer ({detail})"),
    "cancelled": Words("{by} ถอนข้อเสนอโอน", "{by} took its offer back"),
    "assigned": Words(
        "{by} มอบเรื่องให้ {holder} ({detail})", "{by} gave the case to {holder} ({detail})"
    ),
    "escalated": Words("เกินกำหนด: {detail} แจ้งผู้กำกับ", "Deadline missed: {detail}; escalated"),
    "invited": Words("{by} เชิญ {detail} ร่วมงาน", "{by} invited {detail} to work on it too"),
    "joined": Words("{by} ร่วมงาน", "{by} joined"),
    "left": Words("{detail} เลิกร่วมงาน", "{detail} works on it no longer"),
    "split": Words("{by} แยกเป็นหลายเรื่อง", "{by} split it into parts"),
    "split-off": Words("แยกออกมาจากเรื่องเดิม", "Split off from another case"),
    "merged": Words("{by} รวมเข้ากับเรื่องอื่น", "{by} merged it into another case"),
    "absorbed": Words("{by} รวมอีกเรื่องเข้ามา", "{by} merged another case into this"),
    "rated": Words("ผู้ร้องให้คะแนน", "The citizen rated it"),
    "confirmed": Words("ผู้ร้องยืนยันผล", "The citizen confirmed the result"),
    "closed": Words("พ้นเวลาอุทธรณ์ ปิดเรื่อง", "The time to appeal is over; closed"),
    "appealed": Words("ผู้ร้องอุทธรณ์", "The citizen appealed"),
    "upheld": Words("{by} ยืนตามผลเดิม", "{by} upheld the result"),
    "reopened": Words("เปิดเรื่องใหม่ {detail}", "Reopened {detail}"),
    "withdrawn": Words("ผู้ร้องถอนเรื่อง", "The citizen withdrew the complaint"),
    "erasure-wanted": Words("ผู้ร้องขอลบข้อมูล", "The citizen asked for erasure"),
    "erased": Words("{by} ลบข้อมูล ({detail})", "{by} erased the content ({detail})"),
    "hold-placed": Words("{by} ห้ามลบข้อมูล ({detail})", "{by} forbade erasure ({detail})"),
    "hold-lifted": Words("{by} เลิกห้ามลบข้อมูล", "{by} lifted the legal hold"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """How agencies and a template's codes are called; a code without a name is shown as it is."""

    agencies: Mapping[str, Words] = field(default_factory=dict)
    template: Template | None = None

    def agency(self, agency: str) -> Words:
        """Return an agency's names; the citizen's for none."""
        return self.agencies.get(agency, Words(agency, agency)) if agency else CITIZEN

    def stage(self, code: str) -> Words:
        """Return a stage's names."""
        return _named(code, self.template.stages if self.template else ())

    def outcome(self, code: str) -> Words:
        """Return an outcome's names."""
        return _named(code, self.template.outcomes if self.template else ())

    def category(self, code: str) -> Words:
        """Return a category's names."""
        return _named(code, self.template.categories if self.template else ())


def plain(code: str) -> Words:
    """Return a code as words of both languages."""
    return Words(code, code)


def span(ms: int) -> Words:
    """Return a span of time as its two largest units, rounded down: 3 d 4 h."""
    minutes = abs(ms) // _MINUTE_MS
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _two((days, "วัน", "d"), (hours, "ชม.", "h"))
    if hours:
        return _two((hours, "ชม.", "h"), (rest, "นาที", "min"))
    return Words(f"{rest} นาที", f"{rest} min")


def left(ms: int) -> Words:
    """Return how much time is left, or how much more than that has passed."""
    words = span(ms)
    if ms < 0:
        return Words(f"เกินกำหนด {words.th}", f"{words.en} overdue")
    return Words(f"เหลือ {words.th}", f"{words.en} left")


def moment(at_ms: int) -> Words:
    """Return a time in Bangkok, in Thai with the year of the Buddhist era."""
    at = datetime.fromtimestamp(at_ms // 1000, UTC) + _BANGKOK
    thai = f"{at.day} {_MONTHS_TH[at.month - 1]} {at.year + _BUDDHIST_YEARS} {at:%H:%M} น."
    return Words(thai, f"{at:%Y-%m-%d %H:%M}")


def day(number: int) -> str:
    """Return a day of Bangkok that is counted from 1970, as day/month."""
    at = datetime.fromtimestamp(number * 86_400, UTC)
    return f"{at.day}/{at.month}"


def _two(first: tuple[int, str, str], second: tuple[int, str, str]) -> Words:
    parts = [first, second] if second[0] else [first]
    return Words(
        " ".join(f"{count} {th}" for count, th, _ in parts),
        " ".join(f"{count} {en}" for count, _, en in parts),
    )


def _named(code: str, listed: tuple[Stage, ...] | tuple[Label, ...]) -> Words:
    for one in listed:
        if one.code == code:
            return Words(one.name_th, one.name_en)
    return plain(code)
