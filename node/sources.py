"""Reads the settings of a node from node.toml and the environment; a variable wins.

Owns naming every mistake, all at once, and saying where each value came from. The variable of
`[rpc] port` is SAPHA__RPC__PORT; lists and tables are JSON in it. Secrets are in files, which
settings name.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from node.retention import RetentionSection, SnapshotsSection
from node.settings import (
    AuditSection,
    BadConfig,
    BlobsSection,
    LogSection,
    MempoolSection,
    NodeSection,
    OperatorSection,
    P2pSection,
    RpcSection,
    SignStateSection,
    StoreSection,
    SyncSection,
    parse_toml,
)
from node.signer.settings import SignerSection

PREFIX = "SAPHA__"
_DELIMITER = "__"
_VALUE_CHARS_MAX = 80


class Settings(BaseSettings):
    """All sections; a required one is in every node.toml."""

    model_config = SettingsConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        env_prefix=PREFIX,
        env_nested_delimiter=_DELIMITER,
    )

    node: NodeSection
    p2p: P2pSection
    rpc: RpcSection
    operator: OperatorSection = OperatorSection()
    audit: AuditSection = AuditSection()
    mempool: MempoolSection = MempoolSection()
    store: StoreSection = StoreSection()
    blobs: BlobsSection = BlobsSection()
    sync: SyncSection = SyncSection()
    retention: RetentionSection = RetentionSection()
    snapshots: SnapshotsSection = SnapshotsSection()
    sign_state: SignStateSection = SignStateSection()
    signer: SignerSection = SignerSection()
    log: LogSection = LogSection()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, the strongest first."""
        return env_settings, init_settings


class _OfFile(Settings):
    """The same, where a variable cannot even be parsed: the file's mistakes are named too."""

    model_config = SettingsConfigDict(env_prefix=f"{PREFIX}(none){_DELIMITER}")


@dataclass(frozen=True, slots=True)
class Effective:
    """A setting as it is in force: `source` is a file, a variable, or "default"."""

    section: str
    key: str
    value: object
    source: str


def read(text: str, place: str) -> Settings:
    """Return the settings that `text`, the node.toml at `place`, and the environment give.

    Raises:
        BadConfig: names each setting that is missing, unknown or out of bounds, in a line each,
            with where it stands, its value and what is allowed.
    """
    data = _tables(text, place)
    known = {name: table for name, table in data.items() if name in Settings.model_fields}
    lines = [_unknown(place, (name,)) for name in data if name not in known]
    lines += _bad_variables()
    try:
        try:
            found = Settings(**known)
        except SettingsError:  # a variable that is no JSON: named already
            found = _OfFile(**known)
    except ValidationError as error:
        lines += [_line(detail, place) for detail in error.errors(include_url=False)]
    if lines:
        raise BadConfig("\n".join(lines))
    return found


def effective(text: str, place: str) -> list[Effective]:
    """Return every setting with its value and where it came from. Raises BadConfig as `read`."""
    found, data = read(text, place), _tables(text, place)

    def source(where: tuple[str, ...]) -> str:
        name = _variable(where)
        if name is not None:
            return name
        table: Any = data
        for part in where:
            table = table.get(part) if isinstance(table, Mapping) else None
        return "default" if table is None else place

    return [
        Effective(".".join(where[:-1]), where[-1], value, source(where))
        for where, _field, value in settings_of(found)
    ]


def settings_of(
    found: BaseModel, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], FieldInfo, object]]:
    """Yield every setting of a section and those in it: its place, what it is, its value."""
    for name, field in type(found).model_fields.items():
        value = getattr(found, name)
        if isinstance(value, BaseModel):
            yield from settings_of(value, (*above, name))
        else:
            yield (*above, name), field, value


def _tables(text: str, place: str) -> dict[str, Any]:
    try:
        return parse_toml(text)
    except ValueError as error:
        raise BadConfig(f"{place}: {error}") from error


def _line(error: ErrorDetails, place: str) -> str:
    where = tuple(map(str, error["loc"]))
    source = _variable(where) or place
    if error["type"] == "extra_forbidden":
        return _unknown(source, where)
    shown, message = ".".join(where), error["msg"].removeprefix("Value error, ")
    if error["type"] == "missing":
        return f"{source}: {shown}: missing; it has no default"
    value = error["input"]
    if isinstance(value, Mapping):
        return f"{source}: {shown}: {message}"
    return f"{source}: {shown} = {repr(value)[:_VALUE_CHARS_MAX]}: {message}"


def _unknown(source: str, where: tuple[str, ...]) -> str:
    model: Any = Settings
    for part in where[:-1]:
        model = model.model_fields[part].annotation
    near = get_close_matches(where[-1], model.model_fields, n=1)
    mend = f"did you mean {near[0]}?" if near else f"known are {', '.join(model.model_fields)}"
    return f"{source}: {'.'.join(where)}: no such setting; {mend}"


def _variables() -> dict[tuple[str, ...], str]:
    """Return the names of our variables by the setting that each gives."""
    return {
        tuple(name.upper().removeprefix(PREFIX).lower().split(_DELIMITER)): name
        for name in os.environ
        if name.upper().startswith(PREFIX)
    }


def _variable(where: tuple[str, ...]) -> str | None:
    """Return the variable that gives a setting, or a table that it is in."""
    names = _variables()
    places = (where[:length] for length in range(len(where), 0, -1))
    return next((names[place] for place in places if place in names), None)


def _bad_variables() -> list[str]:
    lines = []
    for where, name in _variables().items():
        if where[0] not in Settings.model_fields:
            lines.append(_unknown(name, where[:1]))
            continue
        model: Any = Settings
        for part in where:
            field = getattr(model, "model_fields", {}).get(part)
            model = None if field is None else field.annotation
        if model is not None and _is_json(model) and not _parses(os.environ[name]):
            kind = "a list" if get_origin(model) is list else "a table"
            lines.append(f"{name}: {'.'.join(where)}: is no JSON; {kind} is given as JSON")
    return lines


def _is_json(kind: Any) -> bool:  # noqa: ANN401 - a type as pydantic has it
    return get_origin(kind) in {list, dict} or hasattr(kind, "model_fields")


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
