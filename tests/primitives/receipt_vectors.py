"""Examples of receipts: what every reader takes, each at a limit, and what every reader refuses."""

from primitives.codec import Value, encode
from primitives.errors import NotAllowed
from primitives.ids import address_of
from primitives.limits import NAME_CHARS_MAX, RECEIPT_DETAILS_MAX, TRANSACTION_DEPTH_MAX
from primitives.receipt import Event, accepted, refused
from tests.builders import key, transaction


def receipts() -> object:
    transaction_id = transaction().transaction_id
    holders = (address_of(key(0).public_key), address_of(key(1).public_key))
    event = Event("cbdc", "Transferred", (*holders, 2_500, ""))
    examples = [
        accepted(transaction_id, "cbdc", (event,)),
        refused(transaction_id, "cbdc", NotAllowed("only the central bank issues", limit=1)),
    ]
    fields = {
        "transaction_id": transaction_id,
        "code": "NOT_ALLOWED",
        "contract": "cbdc",
        "message": "no",
        "details": (),
        "events": (),
    }
    paid = fields | {"code": "OK", "message": "", "events": (event.to_value(),)}
    return {
        "accepted": [{"code": item.code, "receipt": item.encode().hex()} for item in examples]
        + [_receipt_row(fields | change) for change in _receipts_at_the_limits()]
        + [_receipt_row(paid | {"events": change}) for change in _events_at_the_limits()],
        "refused": [
            {"why": why, "field": field, "receipt": encode(tuple(value.values())).hex()}
            for why, field, value in _receipts_refused(fields, paid)
        ]
        + [
            {"why": "no array of six", "field": "receipt", "receipt": encode(value).hex()}
            for value in (tuple(fields.values())[:5], (*fields.values(), None), None)
        ],
    }


def _receipt_row(fields: dict[str, Value]) -> dict[str, str]:
    return {"code": str(fields["code"]), "receipt": encode(tuple(fields.values())).hex()}


def _receipts_at_the_limits() -> list[dict[str, Value]]:
    return [
        {"code": "C" * NAME_CHARS_MAX},
        {"code": "a code"},
        {"contract": "", "message": ""},
        {"message": "ไม่พอ"},
        {"details": (("a", -(2**63)), ("aa", 2**64 - 1), ("b", ""), ("ก", "ข"), ("😀", 0))},
        {"details": tuple((f"{number:02}", number) for number in range(RECEIPT_DETAILS_MAX))},
    ]


def _events_at_the_limits() -> list[Value]:
    deep: Value = ()
    for _ in range(TRANSACTION_DEPTH_MAX - 5):
        deep = (deep,)
    return [
        (),
        (("", "", ()),),
        (("cbdc", "Any", (1, b"", "", True, None, (2, (3,)))),),
        (("cbdc", "Deep", (deep,)),),
        (("cbdc", "Wide", (tuple(range(100)) * 120,)),),
    ]


def _receipts_refused(
    fields: dict[str, Value], paid: dict[str, Value]
) -> list[tuple[str, str, dict[str, Value]]]:
    many = tuple((f"{number:02}", number) for number in range(RECEIPT_DETAILS_MAX + 1))
    changes: list[tuple[str, str, Value]] = [
        ("another length", "transaction_id", bytes(31)),
        ("another type", "transaction_id", "x" * 32),
        ("empty", "code", ""),
        ("too long", "code", "C" * (NAME_CHARS_MAX + 1)),
        ("not ASCII", "code", "ÖK"),
        ("not printable", "code", "NOT\nALLOWED"),
        ("another type", "code", b"NOT_ALLOWED"),
        ("another type", "contract", None),
        ("another type", "message", 5),
        ("another type", "details", None),
        ("too many", "details", many),
        ("no pair", "details", (("limit",),)),
        ("a name that is no text", "details", ((1, 1),)),
        ("a boolean", "details", (("limit", True),)),
        ("bytes", "details", (("limit", b"1"),)),
        ("nothing", "details", (("limit", None),)),
        ("names that descend", "details", (("limit", 1), ("count", 1))),
        ("a name twice", "details", (("limit", 1), ("limit", 2))),
        ("names in the order of UTF-16", "details", (("😀", 1), ("\uff5e", 1))),
        ("another type", "events", "events"),
        ("events of a refusal", "events", (("cbdc", "Transferred", ()),)),
    ]
    of_paid: list[tuple[str, str, Value]] = [
        ("words with OK", "message", "fine"),
        ("details with OK", "details", (("limit", 1),)),
        ("an event without fields", "events", (("cbdc", "Transferred"),)),
        ("fields that are no array", "events", (("cbdc", "Transferred", 1),)),
        ("a contract that is no text", "events", ((b"cbdc", "Transferred", ()),)),
        ("a name that is no text", "events", (("cbdc", 1, ()),)),
    ]
    return [(why, name, fields | {name: value}) for why, name, value in changes] + [
        (why, name, paid | {name: value}) for why, name, value in of_paid
    ]
