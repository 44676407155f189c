"""docs/settings.md, made from the settings themselves."""

import json
from typing import get_args, get_origin

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from node.settings import AMOUNT_MAX, COUNT_MAX
from node.sources import Settings

HEAD = """\
# Settings of a node

Every setting of `node.toml`, made from `node/settings.py` by
`SAPHA_WRITE_SETTINGS=1 pytest tests/docs/test_settings.py`. A variable of the environment wins:
`[p2p.session] ping_s` is `SAPHA__P2P__SESSION__PING_S`; lists and tables are JSON in it. Secrets
are never settings: settings name their files. `sapha node config` shows what is in force.
Units are in the names: `_s` seconds, `_ms` milliseconds. What all nodes must agree on, such as the
largest transaction, is in [protocol.md](protocol.md), and is no setting. No count may be above 2^48
and no amount above 1,000,000,000.
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *_sections(Settings, ())])


def _sections(model: type[BaseModel], above: tuple[str, ...]) -> list[str]:
    lines = []
    for name, field in model.model_fields.items():
        section = field.annotation
        assert isinstance(section, type)
        assert issubclass(section, BaseModel)
        lines += _section(section, (*above, name))
    return lines


def _section(section: type[BaseModel], place: tuple[str, ...]) -> list[str]:
    rows, inner = [], []
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            inner += _section(kind, (*place, name))
        else:
            rows.append(
                f"| `{name}` | {_default(field)} | {_allowed(field)} | {field.description} |"
            )
    doc = (section.__doc__ or "").strip()
    head = [f"## [{'.'.join(place)}]", "", doc, ""]
    table = ["| Setting | Default | Allowed | Meaning |", "|---|---|---|---|", *rows, ""]
    return [*head, *table, *inner]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "none: must be set"
    value = field.default
    if isinstance(value, int | float):
        return f"{value:,}"
    return f"`{json.dumps(value)}`" if value else "empty"


def _allowed(field: FieldInfo) -> str:
    kind = field.annotation
    if kind is str and not field.metadata:
        return "text"
    if get_origin(kind) is list:
        return "list of texts"
    if get_origin(kind) is dict:
        return "table of texts"
    bounds = [text for text in map(_bound, field.metadata) if text]
    if not bounds:
        return ", ".join(f"`{value}`" for value in get_args(kind))
    unit = {int: "", float: "", str: " characters"}[kind]
    return " ".join(bounds) + unit


def _bound(entry: object) -> str:
    match entry:
        case Ge(ge=least) | MinLen(min_length=least):
            return f"from {least:,}"
        case Gt(gt=below):
            return f"above {below:,}"
        case Le(le=most) if most in {COUNT_MAX, AMOUNT_MAX}:
            return ""  # the head says so
        case Le(le=most) | MaxLen(max_length=most):
            return f"to {most:,}"
    return ""
