"""The commented network.toml that `sapha network plan-example` prints: nobody starts from nothing.

Its numbers come from commands.output import emit
from commands.plan_numbers, so that it names all there are, as they are.
"""

from commands.output import emit
from commands.plan_numbers import SECTIONS, Number

_HEAD = """\
# Plan of a network: what its members decide before it begins.
# sapha network init dopa.json bot.json dga.json oag.json --plan network.toml

network = "th-pilot"            # the chain id starts with it
kind = "production"             # or "development": fewer than 4 validators, anyone holds money
# begins = 2027-01-04T08:00:00+07:00   # time of block 0; else the time of `network init`

# Accounts of several keys: any `threshold` of them sign together. Each person makes a key of
# their own (sapha keys new NAME) and reads out its public key (sapha keys show NAME).

[[account]]
name = "central-bank"
threshold = 2
keys = ["0x...", "0x...", "0x..."]   # anong, boonmi, chai

# Agencies: the administrator is an account of this file, or an address (sph1...) of one key.
# Those of kind validator vote. Name at least one bank, else no customer can have a wallet.

[[agency]]
id = "central-bank"
name_th = "ธนาคารกลาง"
name_en = "Central bank"
kinds = ["central-bank"]
administrator = "central-bank"

"""
_VOTERS = (
    ("dopa", "กรมการปกครอง", "Department of Provincial Administration", "validator"),
    ("bot", "ธนาคารแห่งประเทศไทย", "Bank of Thailand", "validator"),
    ("dga", "สำนักงานพัฒนารัฐบาลดิจิทัล", "Digital Government Agency", "validator"),
    ("oag", "สำนักงานอัยการสูงสุด", "Office of the Attorney General", "validator"),
    ("kbank", "ธนาคารกสิกรไทย", "Kasikornbank", "bank"),
)
_NUMBERS_HEAD = """\
# Numbers. A line that begins with # says what holds without it; the bounds are beside it.
# Amounts of money are in satang, 100 = 1 baht: 50000 is 500.00 baht.
"""


def plan_example() -> None:
    """Print a commented plan to begin from: who takes part, and every number."""
    emit({}, example_text().rstrip("\n"), as_json=False)


def example_text() -> str:
    """Return the file."""
    parts = [_HEAD]
    for agency_id, name_th, name_en, kind in _VOTERS:
        parts.append(
            f'[[agency]]\nid = "{agency_id}"\nname_th = "{name_th}"\nname_en = "{name_en}"\n'
            f'kinds = ["{kind}"]\nadministrator = "sph1..."   # {agency_id}-admin\n\n'
        )
    parts.append(_NUMBERS_HEAD)
    for place, numbers in SECTIONS.items():
        lines = "".join(_line(number) for number in numbers)
        parts.append(f"\n[{place}]\n{lines}")
    return "".join(parts)


def _line(number: Number) -> str:
    setting = f"# {number.name} = {number.default}"
    meaning = f"; {number.meaning}" if number.meaning else ""
    return f"{setting:<42} # {number.low} to {number.high}{meaning}\n"
