"""What went another way than an election's manifest had it, as its protocol says: Thai, English."""

from client.complaints.words import Words, moment
from client.voting.protocol import MovedDate, Protocol
from client.voting.secrecy import JOINED, UNOPENED, ClassOpening

_DATES_TH = {
    "roll_until_ms": "สิ้นสุดการบันทึกบัญชีรายชื่อ",
    "objections_until_ms": "สิ้นสุดการคัดค้าน",
    "keys_until_ms": "สิ้นสุดการส่งกุญแจ",
    "commit_until_ms": "สิ้นสุดพิธีกุญแจรอบที่ 1",
    "reveal_until_ms": "สิ้นสุดพิธีกุญแจรอบที่ 2",
    "deal_until_ms": "สิ้นสุดพิธีกุญแจรอบที่ 3",
    "complain_until_ms": "สิ้นสุดการร้องเรียนในพิธีกุญแจ",
    "answer_until_ms": "สิ้นสุดการตอบข้อร้องเรียน",
    "issue_from_ms": "เริ่มขอโทเคน",
    "request_until_ms": "สิ้นสุดการขอโทเคน",
    "issue_until_ms": "สิ้นสุดการออกโทเคน",
    "cast_from_ms": "เปิดหีบ",
    "cast_until_ms": "ปิดหีบ",
    "decrypt_until_ms": "สิ้นสุดการถอดรหัส",
}


def notices_of(protocol: Protocol) -> tuple[Words, ...]:
    """Return what a reader of the result must know: surplus tokens, small classes, moved dates."""
    least = protocol.election.manifest.class_size_min
    unlike = [one for one in protocol.classes if one.how in {JOINED, UNOPENED}]
    return (
        *(_surplus(protocol, class_id) for class_id in protocol.result.overissued),
        *(_small(one, least) for one in unlike),
        *(_moved(one) for one in protocol.moved),
    )


def _surplus(protocol: Protocol, class_id: int) -> Words:
    one, totals = protocol.election.manifest.classes[class_id], protocol.totals[class_id]
    asked, reason = totals.requested, protocol.accepted
    return Words(
        f"กลุ่ม {one.name_th}: มีโทเคนที่ใช้ได้เกินจำนวนผู้ขอ (ขอ {asked:,} ราย พบอย่างน้อย {asked + 1:,})"
        f" นายทะเบียนผู้ลงนามทุกรายของกลุ่มร่วมกันออกเกิน นับเฉพาะ {asked:,} นามแฝงแรก"
        f" ผู้จัดและผู้วินิจฉัยให้นับต่อ เหตุผล: {reason}",
        f"Class {one.name_en}: more valid tokens than requests ({asked:,} asked, at least"
        f" {asked + 1:,} shown); all who sign for it issued too many together. The first {asked:,}"
        f" pseudonyms are counted. Authority and official went on: {reason}",
    )


def _small(one: ClassOpening, least: int) -> Words:
    few_th = f"กลุ่ม {one.name_th}: บัตรที่มีน้ำหนัก {one.weight} มีไม่ถึง {least} ใบ"
    its = f"Class {one.name_en}: {one.ballots:,} ballots"
    if one.how == JOINED:
        weighed = f"จึงนับ {one.ballots:,} ใบด้วยน้ำหนัก {one.opened_weight}"
        return Words(f"{few_th} {weighed}", f"{its} of few: {one.why}")
    return Words(
        f"{few_th} จึงไม่เปิด {one.ballots:,} ใบ เพื่อรักษาความลับของผู้ลงคะแนน",
        f"{its} not opened, to keep votes secret: {one.why}",
    )


def _moved(one: MovedDate) -> Words:
    was, now = moment(one.was_ms), moment(one.is_ms)
    name = one.name.removesuffix("_ms").replace("_", " ")
    return Words(
        f"{_DATES_TH[one.name]}: ผู้จัดและผู้วินิจฉัยเลื่อนจาก {was.th} เป็น {now.th}",
        f"{name}: moved by authority and official from {was.en} to {now.en}",
    )
