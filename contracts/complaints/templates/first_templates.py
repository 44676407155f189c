"""The templates that genesis puts in force: reports to the police, and services of a city.

The deadlines are suggestions, not law: accept in 1 day, answer an offer in 2, resolve in 21 (as
CPGRAMS does), appeal within 30. A supervisor sets others with the next version.
Source: the steps of thaipoliceonline; the states of Bangkok's Traffy Fondue.
"""

from contracts.complaints.core.messages import (
    ACCOUNT,
    ANONYMOUS,
    INTAKE,
    VERIFIED,
    FormField,
    Label,
    Limits,
    Stage,
    Template,
)

_DAY_S = 86_400
_SENSITIVE, _OPEN = True, False
_REQUIRED, _LATER = True, False

POLICE = Template(
    "police-report",
    1,
    "การแจ้งความต่อตำรวจ",
    "Report to the police",
    _SENSITIVE,
    (VERIFIED, ANONYMOUS, INTAKE),
    110,
    Limits(_DAY_S, 2 * _DAY_S, 7 * _DAY_S, 21 * _DAY_S, 30 * _DAY_S, 7 * _DAY_S, 3, 4),
    (
        Stage("received", "รับแจ้ง", "Received", ("screened", "closed")),
        Stage("screened", "คัดกรองแล้ว", "Screened", ("assigned", "closed")),
        Stage("assigned", "มอบหมายสถานี", "Assigned to a station", ("statement", "closed")),
        Stage("statement", "นัดสอบปากคำ", "Statement, appointment", ("investigating", "settled")),
        Stage(
            "investigating",
            "สืบสวนสอบสวน",
            "Investigating",
            ("statement", "prosecutor", "suspended", "settled"),
        ),
        Stage("prosecutor", "ส่งสำนวนให้อัยการ", "File to the prosecutor", ("closed",)),
        Stage("suspended", "งดการสอบสวน", "Suspended", ("investigating", "closed")),
        Stage("settled", "ยุติโดยตกลงกัน", "Settled", ("closed",)),
        Stage("closed", "ปิดเรื่อง", "Closed", ()),
    ),
    "investigating",
    (
        Label("fraud-online", "หลอกลวงทางออนไลน์", "Fraud online"),
        Label("theft", "ลักทรัพย์", "Theft"),
        Label("assault", "ทำร้ายร่างกาย", "Assault"),
        Label("threat", "ข่มขู่ คุกคาม", "Threat or harassment"),
        Label("property-damage", "ทำให้เสียทรัพย์", "Damage to property"),
        Label("traffic", "อุบัติเหตุจราจร", "Traffic accident"),
        Label("officer-conduct", "พฤติกรรมเจ้าหน้าที่", "Conduct of an officer"),
        Label("other", "อื่น ๆ", "Other"),
    ),
    (
        Label("to-prosecutor", "ส่งอัยการแล้ว", "Sent to the prosecutor"),
        Label("settled", "ตกลงกันได้", "Settled between the parties"),
        Label("suspended", "งดการสอบสวน ไม่พบตัวผู้กระทำ", "Suspended, no offender found"),
        Label("no-offence", "ไม่เป็นความผิดอาญา", "No criminal offence"),
        Label("redressed", "แก้ไขเยียวยาแล้ว", "Redressed"),
    ),
    (
        FormField("incident", "เหตุที่เกิด", "What happened", _REQUIRED),
        FormField("incident-time", "วันเวลาเกิดเหตุ", "When", _REQUIRED),
        FormField("place", "สถานที่เกิดเหตุ", "Where", _REQUIRED),
        FormField("identity-check", "การยืนยันตัวตน", "Check of identity", _LATER),
        FormField("station-code", "รหัสสถานี", "Code of the station", _LATER),
        FormField("investigator", "พนักงานสอบสวน (นามแฝง)", "Investigator (pseudonym)", _LATER),
    ),
)

_ON_THE_WAY = ("in-progress", "study", "budget", "procurement", "legal", "done")

CITY = Template(
    "city-service",
    1,
    "เรื่องร้องเรียนบริการเมือง",
    "City services",
    _OPEN,
    (VERIFIED, ACCOUNT, ANONYMOUS, INTAKE),
    0,
    Limits(_DAY_S, 2 * _DAY_S, 7 * _DAY_S, 21 * _DAY_S, 30 * _DAY_S, 7 * _DAY_S, 3, 4),
    (
        Stage("waiting", "รอรับเรื่อง", "Waiting", ("forwarded", "in-progress", "done")),
        Stage("forwarded", "ส่งต่อ", "Forwarded", ("forwarded-again", "in-progress", "done")),
        Stage("forwarded-again", "ส่งต่อ(ใหม่)", "Forwarded again", ("in-progress", "done")),
        Stage("in-progress", "กำลังดำเนินการ", "In progress", ("forwarded-again", *_ON_THE_WAY[1:])),
        Stage("study", "ศึกษาปัญหา", "Study", ("in-progress", "budget", "procurement", "done")),
        Stage("budget", "ของบประมาณ", "Budget asked for", ("in-progress", "procurement", "done")),
        Stage("procurement", "จัดซื้อจัดจ้าง", "Procurement", ("in-progress", "done")),
        Stage("legal", "ดำเนินการทางกฎหมาย", "Legal steps", ("in-progress", "done")),
        Stage("done", "เสร็จสิ้น", "Done", ()),
    ),
    "in-progress",
    (
        Label("road", "ถนน", "Road"),
        Label("footpath", "ทางเท้า", "Footpath"),
        Label("safety", "ความปลอดภัย", "Safety"),
        Label("grievance", "ร้องเรียน", "Grievance"),
        Label("cleanliness", "ความสะอาด", "Cleanliness"),
        Label("lighting", "แสงสว่าง", "Lighting"),
        Label("obstruction", "กีดขวาง", "Obstruction"),
        Label("drain", "ท่อระบายน้ำ", "Drain"),
        Label("traffic", "จราจร", "Traffic"),
        Label("noise", "เสียงรบกวน", "Noise"),
        Label("sign", "ป้าย", "Sign"),
        Label("bridge", "สะพาน", "Bridge"),
        Label("tree", "ต้นไม้", "Tree"),
        Label("cable", "สายไฟ", "Cable"),
        Label("canal", "คลอง", "Canal"),
        Label("flood", "น้ำท่วม", "Flood"),
        Label("stray-animal", "สัตว์จรจัด", "Stray animal"),
        Label("pm25", "PM2.5", "PM2.5"),
        Label("question", "สอบถาม", "Question"),
        Label("homeless", "คนจรจัด", "Homeless person"),
        Label("suggestion", "เสนอแนะ", "Suggestion"),
        Label("travel", "การเดินทาง", "Travel"),
        Label("traffic-sign", "ป้ายจราจร", "Traffic sign"),
        Label("other", "อื่น ๆ", "Other"),
    ),
    (
        Label("fixed", "แก้ไขแล้ว", "Fixed"),
        Label("answered", "ชี้แจงแล้ว", "Answered"),
        Label("planned", "บรรจุในแผนงาน", "Planned, with a date"),
        Label("not-justified", "ไม่พบเหตุตามที่ร้อง", "Not found as reported"),
        Label("beyond-the-law", "ไม่มีอำนาจตามกฎหมายใด", "No law lets any agency act"),
    ),
    (FormField("description", "รายละเอียด", "Description", _REQUIRED),),
)

FIRST_TEMPLATES = (POLICE, CITY)
