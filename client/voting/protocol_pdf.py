"""Prints the protocol of an election as PDF: A4, Thai, to be signed on paper by the officials.

Thai marks are placed by HarfBuzz, by the font's own rules; the font is Sarabun (SIL OFL 1.1). The
same protocol gives the same bytes. Needs the libraries of the optional group office.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import category

import fontpkg_sarabun
import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from client.complaints.words import moment
from client.voting.protocol import Protocol
from client.voting.protocol_notices import notices_of
from contracts.voting.crypto.questions import Contest
from contracts.voting.tally.methods import Standing

_FONT = "Sarabun"
_FILES = Path(fontpkg_sarabun.ROOT) / "files"
_MARGIN_MM, _WIDTH_MM, _FOOT_MM = 20, 170, 18
_TITLE_PT, _HEAD_PT, _TEXT_PT, _SMALL_PT, _CODE_PT = 20, 15, 12, 10, 8
_LINE = 0.55  # mm a point
_QR_MM = 34
_PADDING_MM = 4
_TRACKER_CHARS = 32  # 128 bits
_TRACKERS_A_LINE = 3
_LEADING = "\u0e40\u0e41\u0e42\u0e43\u0e44"  # vowels that stand before their consonant
_FOLLOWING = "\u0e30\u0e32\u0e33\u0e45\u0e46\u0e2f"  # what no line of Thai begins with
_NOTHING_EN = "None: dates as planned, every class opened, no token beyond the requests."
_QR_PREFIX = "SAPHA:PROTOCOL:"


def protocol_pdf(protocol: Protocol) -> bytes:
    """Return the protocol as a PDF file."""
    sheet = _Sheet(protocol)
    sheet.head()
    sheet.turnout()
    for number in range(len(protocol.election.manifest.contests)):
        sheet.contest(number)
    sheet.notices()
    sheet.signatures()
    sheet.proofs()
    return sheet.bytes()


def qr_text(protocol: Protocol) -> str:
    """Return what the QR code says: chain, election, genesis hash and the tally's commitment."""
    election = protocol.election
    parts = (election.chain_id, election.election_id, protocol.genesis_hash.hex())
    return _QR_PREFIX + ":".join((*parts, protocol.result.tally.hex()))


class _Page(FPDF):
    """A page whose foot says which it is, and of what."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self._foot = foot
        for style, name in (("", "Regular"), ("B", "Bold")):
            self.add_font(_FONT, style, _FILES / f"Sarabun-{name}.ttf")
        self.set_text_shaping(use_shaping_engine=True, script="thai", language="th")
        self.set_margins(_MARGIN_MM, _MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=_FOOT_MM)
        self.set_creation_date(datetime.fromtimestamp(0, UTC))

    def footer(self) -> None:
        """Print the number of the page."""
        self.set_y(-_FOOT_MM + 4)
        self.set_font(_FONT, "", _CODE_PT)
        self.cell(0, 5, f"{self._foot} · หน้า {self.page_no()} จาก {{nb}}", align="C")


class _Sheet:
    """Prints the parts of a protocol, from top to bottom."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._election = protocol.election
        self._pdf = _Page(f"{self._election.chain_id} · {self._election.election_id}")
        self._pdf.add_page()

    def bytes(self) -> bytes:
        """Return the file."""
        return bytes(self._pdf.output())

    def head(self) -> None:
        """Print what was elected, by whom, and where."""
        manifest, election = self._election.manifest, self._election
        self._text("รายงานผลการเลือกตั้ง", _TITLE_PT, "B", align="C")
        self._text(manifest.title_th, _HEAD_PT, "B", align="C")
        self._text(manifest.title_en, _TEXT_PT, align="C")
        self._pdf.ln(3)
        registrars, trustees = manifest.registrars, manifest.trustees
        confirming = f"{', '.join(registrars.agencies)} ({registrars.needed} รายร่วมกัน)"
        if election.has_rings:
            confirming = "ไม่มี (ลายมือชื่อวงของผู้มีสิทธิ์)"
        self._pairs(
            [
                ("การเลือกตั้ง", f"{election.election_id} (ผู้จัด: {election.agency})"),
                ("ผู้รับรองสิทธิ์", confirming),
                ("ผู้ถือกุญแจหีบ", f"{', '.join(trustees.agencies)} ({trustees.needed} รายร่วมกัน)"),
                ("เปิดหีบ", moment(election.windows.cast_from_ms).th),
                ("ปิดหีบ", moment(election.windows.cast_until_ms).th),
                ("นับคะแนนในบล็อก", f"{self._protocol.result.tallied_at:,}"),
            ]
        )

    def turnout(self) -> None:
        """Print the public numbers of each class, and the quorum."""
        self._title("ผู้มีสิทธิ์และผู้ใช้สิทธิ์")
        classes = self._election.manifest.classes
        rows = [
            (
                found.name_th,
                f"{one.eligible:,}",
                f"{one.requested:,}",
                f"{one.pseudonyms:,}",
                f"{one.counted:,}",
                _percent(one.pseudonyms, one.eligible),
            )
            for found, one in zip(classes, self._protocol.totals, strict=True)
        ]
        head = ("กลุ่ม", "มีสิทธิ์", "ขอใช้สิทธิ์", "ลงคะแนน", "บัตรที่นับ", "ร้อยละ")
        self._table(head, rows, (50, 24, 24, 24, 24, 24))
        needed = self._election.manifest.seating.quorum_percent
        verdict = "ครบองค์ประชุม" if self._protocol.has_quorum else "ไม่ครบองค์ประชุม"
        self._text(f"องค์ประชุม: ต้องมีผู้ลงคะแนนร้อยละ {needed} ของผู้มีสิทธิ์ — {verdict}", _TEXT_PT)

    def contest(self, number: int) -> None:
        """Print the points and places of a contest, and who is elected."""
        contest = self._election.manifest.contests[number]
        standing, seats = self._protocol.standings[number], self._protocol.seats[number]
        count = self._election.manifest.seating.seats[number]
        self._title(f"{number + 1}. {contest.title} ({count} ที่นั่ง)")
        order = sorted(range(len(contest.options)), key=lambda at: (standing.places[at], at))
        rows = [
            (
                str(standing.places[at]),
                contest.options[at],
                _points(contest, standing, at),
                _verdict(at, seats.elected, seats.tied),
            )
            for at in order
        ]
        rows += [
            ("", "ไม่ประสงค์ลงคะแนน", f"{self._blank(contest, number):,}", "")
        ] * contest.has_blank
        points = "คะแนน (มัธยฐาน)" if standing.medians else "คะแนน"
        widths = (16, 72, 50, 32) if standing.medians else (16, 94, 28, 32)
        self._table(("ลำดับ", "ตัวเลือก", points, "ผล"), rows, widths)
        if seats.tied:
            self._text("คะแนนเท่ากัน ต้องจับสลากตามเลขสุ่มสาธารณะ", _TEXT_PT)
        if seats.lots:
            self._text(f"จับสลากด้วยเลขสุ่มสาธารณะ: {self._protocol.seed}", _TEXT_PT)
            source = self._election.manifest.seating.lots_from
            self._text(f"ที่มาที่ประกาศไว้: {source}", _SMALL_PT)
            for lot in seats.lots:
                name = contest.options[lot.option]
                self._text(f"{name}: {lot.value[:_TRACKER_CHARS]}…", _SMALL_PT)

    def notices(self) -> None:
        """Print what went another way than the manifest had it, also in English."""
        notices = notices_of(self._protocol)
        self._title("ข้อที่ต้องทราบ")
        if not notices:
            self._text("ไม่มี: กำหนดเวลาเป็นไปตามแผน ทุกกลุ่มถูกเปิดนับ และไม่มีโทเคนเกินจำนวนผู้ขอ", _TEXT_PT)
            self._text(_NOTHING_EN, _SMALL_PT)
        for notice in notices:
            self._text(notice.th, _TEXT_PT)
            self._text(notice.en, _SMALL_PT)

    def signatures(self) -> None:
        """Print a line to sign on for each official."""
        self._title("ลงนามรับรอง")
        for signer in self._protocol.signers:
            if self._pdf.will_page_break(22):
                self._pdf.add_page()
            self._pdf.ln(9)
            dots = "." * 60
            self._text(f"ลงชื่อ {dots} วันที่ {'.' * 28}", _TEXT_PT)
            self._text(f"( {signer} )", _TEXT_PT)

    def proofs(self) -> None:
        """Print what anybody checks the protocol with: hashes, QR code, trackers."""
        if self._pdf.will_page_break(_QR_MM + 60):
            self._pdf.add_page()
        self._title("การตรวจสอบ")
        top = self._pdf.get_y()
        self._qr(_MARGIN_MM + _WIDTH_MM - _QR_MM, top)
        self._pdf.set_right_margin(_MARGIN_MM + _QR_MM + 4)
        for name, value in (
            ("แฮชของ genesis", self._protocol.genesis_hash),
            ("แฮชของแผน (ctx_0)", self._election.setup),
            ("บริบทการเลือกตั้ง (ctx_E)", self._election.context),
            ("แฮชของบัตรที่นับ", self._protocol.result.counted),
            ("แฮชของผลคะแนน", self._protocol.result.tally),
        ):
            self._text(name, _SMALL_PT, "B")
            self._text(value.hex(), _CODE_PT)
        self._pdf.set_right_margin(_MARGIN_MM)
        self._pdf.set_y(max(self._pdf.get_y(), top + _QR_MM + 2))
        trackers = [tracker.hex()[:_TRACKER_CHARS] for tracker in self._protocol.trackers]
        self._text(
            f"รหัสติดตามของบัตรที่นับ {len(trackers):,} ใบ ({_TRACKER_CHARS} หลักแรก)", _SMALL_PT, "B"
        )
        for at in range(0, len(trackers), _TRACKERS_A_LINE):
            self._row(trackers[at : at + _TRACKERS_A_LINE], [_WIDTH_MM / _TRACKERS_A_LINE] * 3)

    def _blank(self, contest: Contest, number: int) -> int:
        return self._protocol.result.counts[number][-1] if contest.has_blank else 0

    def _title(self, text: str) -> None:
        if self._pdf.will_page_break(30):
            self._pdf.add_page()
        self._pdf.ln(4)
        self._text(text, _HEAD_PT, "B")

    def _text(self, text: str, points: float, style: str = "", align: str = "L") -> None:
        """Print a text, broken at spaces, or within a word between its cells."""
        self._pdf.set_font(_FONT, style, points)
        for line in broken(text, self._pdf.get_string_width, self._pdf.epw):
            self._pdf.cell(
                0, points * _LINE, line, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT
            )

    def _pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        for name, value in pairs:
            self._text(f"{name}: {value}", _TEXT_PT)

    def _table(
        self, head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]
    ) -> None:
        self._pdf.set_font(_FONT, "", _TEXT_PT)
        self._pdf.set_draw_color(120)
        with self._pdf.table(
            col_widths=tuple(widths), line_height=_TEXT_PT * 0.62, padding=0.6
        ) as table:
            for cells in (head, *rows):
                row = table.row()
                for cell, width in zip(cells, widths, strict=True):
                    lines = broken(cell, self._pdf.get_string_width, width - _PADDING_MM)
                    row.cell("\n".join(lines))

    def _row(self, cells: Sequence[str], widths: Sequence[float]) -> None:
        self._pdf.set_font("Courier", "", _CODE_PT)
        for cell, width in zip(cells, widths, strict=False):
            self._pdf.cell(width, _CODE_PT * _LINE, cell)
        self._pdf.ln(_CODE_PT * _LINE)

    def _qr(self, left: float, top: float) -> None:
        """Draw the QR code of `qr_text` as squares."""
        matrix = [list(row) for row in segno.make_qr(qr_text(self._protocol), error="m").matrix]
        side = _QR_MM / len(matrix)
        self._pdf.set_fill_color(0)
        for down, row in enumerate(matrix):
            for along, is_dark in enumerate(row):
                if is_dark:
                    self._pdf.rect(left + along * side, top + down * side, side, side, style="F")


def broken(text: str, width_of: Callable[[str], float], room: float) -> list[str]:
    """Return the lines of a text that fit: broken at spaces, or in a long word between cells.

    Thai writes no spaces between words, and a mark never leaves its consonant.
    """
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if width_of(joined) <= room:
            line = joined
            continue
        if line:
            lines.append(line)
        line = ""
        for cell in cells_of(word):
            if line and width_of(line + cell) > room:
                lines.append(line)
                line = ""
            line += cell
    return [*lines, line]


def cells_of(text: str) -> list[str]:
    """Return the parts of a text that a line may end between: a letter with all its marks."""
    cells: list[str] = []
    for letter in text:
        follows = category(letter) in {"Mn", "Me", "Cf"} or letter in _FOLLOWING
        if cells and (follows or cells[-1][-1] in _LEADING):
            cells[-1] += letter
        else:
            cells.append(letter)
    return cells


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}" if whole else "—"


def _points(contest: Contest, standing: Standing, option: int) -> str:
    """Return an option's points, and of a contest with grades its median grade beside them."""
    points = f"{standing.points[option]:,}"
    if not standing.medians:
        return points
    return f"{points} ({contest.grades[standing.medians[option]]})"


def _verdict(option: int, elected: Sequence[int], tied: Sequence[int]) -> str:
    if option in elected:
        return "ได้รับเลือก"
    return "คะแนนเท่ากัน" if option in tied else ""
