"""Calls as people read them before they sign: field names, baht, dates, whole addresses.

Names and types are those of the contracts that this release ships, never what a node says of
them: who signs is shown what his own release would do.
"""

from collections.abc import Sequence

from commands.field_text import MONEY, Described, FieldText, bare_text
from primitives.errors import Rejected
from primitives.transaction import Body

_UNIT_OF_ITS_OWN = "set_params"  # its value is in the parameter's unit
_VALUE_CHARS_MAX = 200  # of one field in a line of text


def fields_of(body: Body) -> list[tuple[str, str]]:
    """Return each field's name and its value in words; numbers stand for names of unknown calls."""
    described = _described(body)
    if described is None:
        return [(str(index), bare_text(value)) for index, value in enumerate(body.args, start=1)]
    is_money = body.contract == MONEY and body.method != _UNIT_OF_ITS_OWN
    return FieldText(is_money=is_money).pairs(described, body.args)


def call_text(body: Body) -> str:
    """Return a call in one line; a value that is long, such as a list, is cut."""
    fields = ", ".join(f"{name} {_cut(value)}" for name, value in fields_of(body))
    return f"{body.contract}.{body.method}({fields})"


def call_lines(body: Body) -> list[str]:
    """Return a call in full, a line for each field."""
    fields = fields_of(body)
    width = max((len(name) for name, _ in fields), default=0)
    return [f"{body.contract}.{body.method}", *(f"  {n:{width}}  {v}" for n, v in fields)]


def _described(body: Body) -> Sequence[Described] | None:
    """Return the fields of the called method; None: no such method here, or other arguments."""
    from contracts.registry import CONTRACTS  # noqa: PLC0415 - commands start faster without it

    contract = CONTRACTS.get(body.contract)
    method = None if contract is None else contract.methods.get(body.method)
    if method is None:
        return None
    try:
        method.schema.parse_arguments(body.args)
    except Rejected:
        return None
    return method.schema.describe_fields()


def _cut(text: str) -> str:
    return text if len(text) <= _VALUE_CHARS_MAX else f"{text[:_VALUE_CHARS_MAX]}..."
