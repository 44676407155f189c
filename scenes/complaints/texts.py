"""What the people of the scene write: short made-up sentences in Thai, with made-up names."""

from scenes.complaints.bangkok import Complaint

_SAYINGS = {
    "road": "ถนนเป็นหลุมลึก รถจักรยานยนต์ล้มหลายครั้ง",
    "footpath": "ทางเท้าแตก คนเข็นรถเข็นผ่านไม่ได้",
    "safety": "ทางเดินเปลี่ยว กลัวตอนกลับบ้านค่ำ",
    "grievance": "ร้านข้างบ้านตั้งเตาควันเข้าบ้านทุกเย็น",
    "cleanliness": "ขยะไม่ได้เก็บมาสามวัน ส่งกลิ่นเหม็น",
    "lighting": "ไฟส่องทางดับทั้งซอย",
    "obstruction": "มีกรวยวางกันที่จอดรถบนถนนสาธารณะ",
    "drain": "ท่อระบายน้ำอุดตัน น้ำเอ่อขึ้นมาหน้าบ้าน",
    "traffic": "รถติดเพราะจอดซ้อนคันหน้าตลาด",
    "noise": "เสียงก่อสร้างดังหลังสี่ทุ่ม",
    "sign": "ป้ายโฆษณาเอียงจะล้มลงมา",
    "bridge": "ราวสะพานลอยหลุด",
    "tree": "กิ่งไม้ใหญ่พาดสายไฟ",
    "cable": "สายสื่อสารห้อยต่ำเกี่ยวรถ",
    "canal": "น้ำในคลองดำและเหม็น",
    "flood": "น้ำท่วมขังทุกครั้งที่ฝนตก",
    "stray-animal": "สุนัขจรจัดไล่กัดเด็ก",
    "pm25": "เผาขยะกลางแจ้งทุกเช้า",
}
_OTHER = "ขอให้มาดูปัญหาหน้าบ้านด้วย"
_NAMES = ("สมหญิง รักถนนดี", "บุญมา ใจเย็นเสมอ", "วิไล ดาวเรืองรอง", "ประยูร ทองแท้จริง", "มาลี แสงจันทร์ใส")

POLICE_FORM = {
    "incident": "ถูกหลอกให้โอนเงินค่าห้องพัก 4,500 บาท ผู้แจ้งชื่อ กานดา เก็บหอมรอมริบ",
    "incident-time": "คืนวันเสาร์ เวลาประมาณสองทุ่มครึ่ง",
    "place": "ที่บ้าน ผ่านเพจที่พักปลอมแห่งหนึ่ง",
}
QUESTION = "ขอหลักฐานการโอนเงินเพิ่มเติม"
REPLY = "ส่งสลิปแล้ว โอนเข้าบัญชีเลขลงท้าย 7741"
GROUNDS = "ยังไม่ได้แก้ไขจริง มาดูแล้วกลับไปเฉย ๆ"
RESULT = "ดำเนินการแก้ไขเรียบร้อยแล้ว"
MARK = "ผู้แจ้ง"  # in every complaint's text


def words_of(complaint: Complaint) -> str:
    """Return what the citizen wrote; no two complaints say the same."""
    name = _NAMES[complaint.number % len(_NAMES)]
    sentence = _SAYINGS.get(complaint.category, _OTHER)
    house = f"บ้านเลขที่ {complaint.number * 7 + 13}/{complaint.number + 1}"
    return f"{sentence} {house} {MARK} {name}"


def secrets_of(complaint: Complaint) -> tuple[str, ...]:
    """Return what of a complaint must be nowhere in the clear."""
    return (words_of(complaint), _NAMES[complaint.number % len(_NAMES)])
