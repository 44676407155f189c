"""The first agencies of a network: who is in governance when it begins."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from commands.output import UsageFault
from genesis.schema import GenesisMember, Json
from primitives.ids import address_of, show_address

CENTRAL_BANK = "central-bank"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ID_CHARS_MAX = 32
_FIELDS = {"id", "name_th", "name_en", "kinds", "administrator"}


def agency(agency_id: str, names: tuple[str, str], kind: str, administrator: str) -> Json:
    """Return the genesis entry of an agency; `names` are those in Thai and in English."""
    return {
        "id": agency_id,
        "name_th": names[0],
        "name_en": names[1],
        "kinds": [kind],
        "administrator": administrator,
    }


def first_agencies(members: Sequence[GenesisMember]) -> list[Json]:
    """Return one agency for each validator, administered by its validator key until handed over.

    Raises:
        UsageFault: a member's name cannot be the id of an agency.
    """
    found = []
    for member in members:
        if not member.is_validator:
            continue
        if _SLUG.fullmatch(member.name) is None or len(member.name) > _ID_CHARS_MAX:
            raise UsageFault(
                f"member {member.name!r} cannot name an agency (lower-case letters, digits and "
                f"hyphens, at most {_ID_CHARS_MAX}): list the agencies with --agencies"
            )
        account = show_address(address_of(member.public_key))
        found.append(agency(member.name, (member.name, member.name), "validator", account))
    return found


def unrepresented(members: Sequence[GenesisMember], agencies: Sequence[Json]) -> list[str]:
    """Return the validators of which no agency of kind validator has the name as its id.

    Their agencies' administrators count for no validator of a restart statement.
    """
    voting = {
        entry["id"]
        for entry in agencies
        if isinstance(entry, dict) and "validator" in json.dumps(entry["kinds"])
    }
    return [member.name for member in members if member.is_validator and member.name not in voting]


def read_agencies(path: Path) -> list[Json]:
    """Return the agencies that a file lists. Raises UsageFault naming the place."""
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageFault(f"{path}: {error}") from error
    if not isinstance(listed, list) or not listed:
        raise UsageFault(f"{path}: must be a list of agencies")
    for index, entry in enumerate(listed):
        if not isinstance(entry, dict) or set(entry) != _FIELDS:
            raise UsageFault(f"{path}: [{index}]: an agency has {', '.join(sorted(_FIELDS))}")
    return listed


def with_bank(agencies: list[Json], bank: str) -> list[Json]:
    """Return the agencies with the central bank among them, administered by the account `bank`."""
    for entry in agencies:
        if isinstance(entry, dict) and CENTRAL_BANK in json.dumps(entry["kinds"]):
            return agencies
    names = ("ธนาคารกลาง", "Central bank")
    return [*agencies, agency(CENTRAL_BANK, names, CENTRAL_BANK, bank)]
