"""What each event of the contract moves between accounts, as the node's receipts show events.

Money that is held, bound in vouchers or loaded to a device is in no account: its end of a
movement is None. So is the central bank's, where money begins and ends. `other` is then who stands
on the other side, where the event says it: the payer of a hold that is captured.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from client.answers import Answer, field_of, text_field, uint_from
from client.errors import BadAnswer
from primitives.errors import BadAddress
from primitives.ids import Address, read_address

CONTRACT = "cbdc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """`satang` left `source` and reached `target`; None is what is in no account."""

    kind: str
    source: Address | None
    target: Address | None
    satang: int
    reference: str = ""
    text: str = ""
    other: Address | None = None

    @property
    def payer(self) -> Address | None:
        """Who pays: the source, or who stands for it."""
        return self.source or (self.other if self.target is not None else None)


@dataclass(frozen=True, slots=True)
class _Rule:
    """Which fields of an event say from whom, to whom, and how much: added, and taken off."""

    source: str | None
    target: str | None
    added: tuple[str, ...] = ("amount",)
    taken: tuple[str, ...] = ()
    other: str | None = None


_RULES: dict[str, tuple[_Rule, ...]] = {
    "Issued": (_Rule(None, "to"),),
    "Redeemed": (_Rule("holder", None),),
    "RedeemAsked": (_Rule("holder", None),),
    "RedeemRefused": (_Rule(None, "holder"),),
    "Paid": (_Rule("payer", "merchant", ("amount", "tip")),),
    "Refunded": (
        _Rule("payee", "payer", taken=("pending", "vouchers")),
        _Rule("payee", None, ("pending", "vouchers")),
    ),
    "RefundClaimed": (_Rule(None, "payer"),),
    "Held": (_Rule("payer", None, other="payee"),),
    "Captured": (_Rule(None, "payee", other="payer"), _Rule(None, "payer", ("returned",))),
    "Released": (_Rule(None, "payer", other="payee"),),
    "ScheduleRun": (_Rule("payer", "to"),),
    "VoucherIssued": (_Rule("issuer", None, other="holder"),),
    "VoucherSpent": (
        _Rule(None, "merchant", other="holder"),
        _Rule("holder", "merchant", ("cash",)),
    ),
    "VoucherReturned": (_Rule(None, "issuer", other="holder"),),
    "OfflineLoaded": (_Rule("wallet", None),),
    "OfflineSettled": (_Rule(None, "payee"),),
    "OfflineCompensated": (
        _Rule(None, "payee", ("from_device",)),
        _Rule("bank", "payee", ("from_bank",)),
    ),
    "DisputeHeld": (_Rule("payee", None),),
    "DisputeReleased": (_Rule(None, "payee"),),
    "OfflineReturned": (_Rule(None, "wallet"),),
}
# Every other event of the contract with these fields moves its amount from one to the other.
_BETWEEN_FIELDS = {"sender", "to", "amount"}
_BETWEEN = (_Rule("sender", "to"),)
_TEXTS = ("memo", "reason", "programme")
_REFERENCES = ("request_id", "reference", "bank_ref", "ref")


def movements_of(events: Sequence[Answer]) -> Iterator[Movement]:
    """Yield what the events of a receipt moved, in their order.

    Raises:
        BadAnswer: an event of the contract has not the fields that the contract gives it.
    """
    for event in events:
        if field_of(event, "contract") == CONTRACT:
            name, fields = text_field(event, "name"), field_of(event, "fields")
            for rule in _RULES.get(name, _BETWEEN if set(fields) >= _BETWEEN_FIELDS else ()):
                movement = _movement(name, rule, fields)
                if movement.satang > 0:
                    yield movement


def _movement(name: str, rule: _Rule, fields: Answer) -> Movement:
    added = sum(uint_from(field_of(fields, part), part) for part in rule.added)
    taken = sum(uint_from(field_of(fields, part), part) for part in rule.taken)
    return Movement(
        kind=name,
        source=_address(fields, rule.source),
        target=_address(fields, rule.target),
        satang=added - taken,
        reference=_first(fields, _REFERENCES),
        text=_first(fields, _TEXTS),
        other=_address(fields, rule.other),
    )


def _address(fields: Answer, name: str | None) -> Address | None:
    if name is None:
        return None
    try:
        return read_address(text_field(fields, name))
    except BadAddress as error:
        raise BadAnswer(f"{name} is not an address") from error


def _first(fields: Answer, names: tuple[str, ...]) -> str:
    """Return the first of the fields that the event has, as text."""
    return next((str(fields[name]) for name in names if name in fields), "")
