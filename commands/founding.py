"""The first agencies of a development network: who is in governance when it begins."""

import json

from genesis.schema import Json

CENTRAL_BANK = "central-bank"


def agency(agency_id: str, names: tuple[str, str], kind: str, administrator: str) -> Json:
    """Return the genesis entry of an agency; `names` are those in Thai and in English."""
    return {
        "id": agency_id,
        "name_th": names[0],
        "name_en": names[1],
        "kinds": [kind],
        "administrator": administrator,
    }


def with_bank(agencies: list[Json], bank: str) -> list[Json]:
    """Return the agencies with the central bank among them, administered by the account `bank`."""
    for entry in agencies:
        if isinstance(entry, dict) and CENTRAL_BANK in json.dumps(entry["kinds"]):
            return agencies
    names = ("ธนาคารกลาง", "Central bank")
    return [*agencies, agency(CENTRAL_BANK, names, CENTRAL_BANK, bank)]
