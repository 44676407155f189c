"""Why a step of vouching is refused or stopped on this side of the network.

Rejected
├── BadUpload        blinded keys that are not those under the subject's root
├── BadBucket        a file of answers that does not have the form of one
├── NoVoucher        the agency is no voucher of the round, or the ledger has no such round
├── AnswersAbsent    a voucher that signs has not answered this subject; names it
├── WrongAnswer      a voucher's answers are not its signatures; names it
├── NotJudged        the ledger has not said yet who stands in order for the epoch
├── OtherSeed        the ledger has a root of this citizen that another seed gave
├── BadFolder        the folder of a wallet's certificates is damaged, or another citizen's
└── NoCertificates   a key cannot act today, and why: said to the citizen in Thai and English
"""

from enum import Enum

from primitives.errors import Rejected


class BadUpload(Rejected):
    """The blinded keys are not those that the root on the ledger fixes."""


class BadBucket(Rejected):
    """The file is no bucket of answers, or of another round than was asked for."""


class NoVoucher(Rejected):
    """The agency is no voucher of the round's edition, or the ledger has no such round."""


class AnswersAbsent(Rejected):
    """A voucher that signs in the round has no answers for this subject; the message names it."""


class WrongAnswer(Rejected):
    """A voucher's answers are not what its key gives; the message names it."""


class NotJudged(Rejected):
    """The ledger has not said yet who stands in order for the epoch, as far as the node shows."""


class OtherSeed(Rejected):
    """The ledger has a root of this citizen and generation that this seed does not give."""


class BadFolder(Rejected):
    """The folder of a wallet's certificates is damaged, or of another citizen."""


class Reason(Enum):
    """Why there are no certificates for an act: what a citizen reads, English and Thai."""

    NO_PLACE = (
        "the agency's sector has no place in a list yet; the supervisor gives it one",
        "กลุ่มของหน่วยงานนี้ยังไม่มีลำดับในรายการ ผู้กำกับดูแลเป็นผู้กำหนด",
    )
    NO_ROUND = (
        "no agencies vouch for keys today",
        "วันนี้ไม่มีหน่วยงานรับรองกุญแจ",
    )
    NOT_SUMMED = (
        "the vouchers' keys are not added up yet; try again later",
        "ยังไม่ได้รวมกุญแจของผู้รับรอง โปรดลองอีกครั้งภายหลัง",
    )
    NOT_ENROLLED = (
        "this wallet is not enrolled; enrol first (sapha id certificates enrol)",
        "กระเป๋านี้ยังไม่ได้ลงทะเบียนกุญแจ โปรดลงทะเบียนก่อน (sapha id certificates enrol)",
    )
    NOT_ANSWERED = (
        "the vouchers have not answered the enrolment yet; try again later",
        "ผู้รับรองยังไม่ตอบการลงทะเบียน โปรดลองอีกครั้งภายหลัง",
    )
    NO_DEPOSIT = (
        "this year's keys are not deposited (sapha id certificates deposit)",
        "ยังไม่ได้ฝากกุญแจของปีนี้ (sapha id certificates deposit)",
    )
    NOT_YET = (
        "this year's deposit counts from a later day on",
        "การฝากกุญแจของปีนี้ยังไม่มีผล จะมีผลในวันถัดไป",
    )
    NOT_PUBLISHED = (
        "the vouchers have not published today's answers yet; try again later",
        "ผู้รับรองยังไม่เผยแพร่คำตอบของวันนี้ โปรดลองอีกครั้งภายหลัง",
    )
    LEFT_OUT = (
        "a voucher has not answered you today: you may be frozen or in recovery; ask your IdP",
        "วันนี้มีผู้รับรองที่ไม่ตอบท่าน ท่านอาจถูกระงับหรือกำลังกู้คืนกุญแจ โปรดถามผู้ให้บริการยืนยันตัวตนของท่าน",
    )
    CLASS_TOO_LOW = (
        "today you are vouched for at a lower level than this agency asks",
        "วันนี้ท่านได้รับการรับรองในระดับต่ำกว่าที่หน่วยงานนี้ขอ",
    )
    SLOTS_USED = (
        "today's eight keys serve other sectors; try again tomorrow",
        "กุญแจทั้งแปดของวันนี้ใช้กับกลุ่มอื่นแล้ว โปรดลองอีกครั้งพรุ่งนี้",
    )


class NoCertificates(Rejected):
    """There are no certificates for this act today; `reason` says why."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        english, thai = reason.value
        more = f" ({detail})" if detail else ""
        super().__init__(f"{english}{more}\n{thai}")
        self.reason = reason
