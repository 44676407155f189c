"""Messages between bytes and objects: bounded and without entities in, checked by the schema out.

xsdata reads and writes, but checks neither lengths, patterns nor choices; `check` does.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from importlib import import_module
from types import ModuleType
from typing import Any
from xml.parsers import expat

from client.cbdc.errors import BadMessage, ExtraMissing, UnsafeXml

XML_BYTES_MAX = 16 * 1024 * 1024
_DEPTH_MAX = 40
_ELEMENTS_MAX = 2_000_000
_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
_AMOUNT = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,17})?")

# A message as pyiso20022 types it, which has no type hints that a checker can follow.
Message = Any


def messages(kind: str) -> ModuleType:
    """Return the types of a message such as pacs.008.001.08. Raises ExtraMissing."""
    family, flat = kind.partition(".")[0], kind.replace(".", "_")
    return _import(f"pyiso20022.{family}.{flat}.{flat}")


def datatypes() -> ModuleType:
    """Return the types of dates and times that messages hold. Raises ExtraMissing."""
    return _import("xsdata.models.datatype")


def write(document: Message) -> bytes:
    """Return the XML of a document. Raises BadMessage when it breaks the schema's limits."""
    check(document)
    serializers = _import("xsdata.formats.dataclass.serializers")
    configs = _import("xsdata.formats.dataclass.serializers.config")
    namespace = vars(_import(type(document).__module__))["__NAMESPACE__"]
    serializer = serializers.XmlSerializer(config=configs.SerializerConfig(indent="  "))
    text: str = serializer.render(document, ns_map={None: namespace})
    return text.encode()


def kind_of(data: bytes) -> str:
    """Return the kind of message that `data` says it is, such as pain.001.001.09.

    Raises:
        UnsafeXml, BadMessage: as `refuse_unsafe`, which this does first.
    """
    found = refuse_unsafe(data)
    return found.removeprefix(_NAMESPACE) if found.startswith(_NAMESPACE) else found


def read(data: bytes, kind: str) -> Message:
    """Return the document that `data` holds.

    Raises:
        UnsafeXml: a document type, an entity, too deep or too large.
        BadMessage: not XML, not a message of this kind, or outside the schema's limits.
    """
    refuse_unsafe(data)
    parsers = _import("xsdata.formats.dataclass.parsers")
    handlers = _import("xsdata.formats.dataclass.parsers.handlers")
    configs = _import("xsdata.formats.dataclass.parsers.config")
    exceptions = _import("xsdata.exceptions")
    config = configs.ParserConfig(fail_on_unknown_attributes=True, fail_on_converter_warnings=True)
    parser = parsers.XmlParser(config=config, handler=handlers.XmlEventHandler)
    failures = (exceptions.ParserError, exceptions.ConverterError, exceptions.XmlContextError)
    try:
        document = parser.from_bytes(data, messages(kind).Document)
    except (*failures, ValueError, TypeError) as error:
        raise BadMessage(f"not a {kind}: {str(error)[:200]}") from error
    check(document)
    return document


def refuse_unsafe(data: bytes) -> str:
    """Read `data` through once and build nothing; return the root's namespace, "" for none.

    Raises:
        UnsafeXml: a document type, an entity, too deep, too many elements, or too large.
        BadMessage: not well-formed, or an amount with more than ASCII digits and a point.
    """
    if len(data) > XML_BYTES_MAX:
        raise UnsafeXml(f"the XML has {len(data)} bytes, at most {XML_BYTES_MAX}")
    scan = _Scan()
    parser = expat.ParserCreate()
    for name, handler in scan.handlers():
        setattr(parser, name, handler)
    try:
        parser.Parse(data, True)  # noqa: FBT003 - the C function takes no keyword
    except expat.ExpatError as error:
        raise BadMessage(f"not XML: {error}") from error
    return scan.namespace


class _Scan:
    """Counts elements and their depth, and reads amounts as they are written.

    A decimal type reads exponents and the digits of every script; the schema allows neither.
    """

    def __init__(self) -> None:
        self.namespace = ""
        self._depth = 0
        self._elements = 0
        self._amount: list[str] | None = None

    def handlers(self) -> Iterator[tuple[str, Callable[..., None]]]:
        """Yield what the parser calls, by the parser's names."""
        yield "StartElementHandler", self.begin
        yield "EndElementHandler", self.end
        yield "CharacterDataHandler", self.add_text
        yield "StartDoctypeDeclHandler", self.refuse
        yield "EntityDeclHandler", self.refuse

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """Enter an element."""
        if self._elements == 0:
            prefix = name.rpartition(":")[0]
            self.namespace = attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
        self._depth += 1
        self._elements += 1
        if self._depth > _DEPTH_MAX or self._elements > _ELEMENTS_MAX:
            raise UnsafeXml(f"deeper than {_DEPTH_MAX}, or more than {_ELEMENTS_MAX} elements")
        is_amount = "Ccy" in attributes or name.rpartition(":")[2] == "CtrlSum"
        self._amount = [] if is_amount else None

    def add_text(self, text: str) -> None:
        """Keep a piece of an amount."""
        if self._amount is not None:
            self._amount.append(text)

    def end(self, _name: str) -> None:
        """Leave an element."""
        self._depth -= 1
        if self._amount is not None and not _AMOUNT.fullmatch("".join(self._amount)):
            raise BadMessage(f"{''.join(self._amount)[:40]!r} is not an amount such as 1250.50")
        self._amount = None

    def refuse(self, *_parts: object) -> None:
        """Refuse what may hold entities."""
        raise UnsafeXml("the XML declares a document type or an entity")


def check(document: Message) -> None:
    """Raise BadMessage, naming the place, for the first limit of the schema that is broken."""
    for problem in _problems(document, type(document).__name__):
        raise BadMessage(problem)


def _problems(part: Message, place: str) -> Iterator[str]:
    """Yield what is wrong in a part of a message: choices, occurrences, lengths, patterns."""
    chosen = [field.name for field in fields(part) if getattr(part, field.name) is not None]
    if type(part).__name__.endswith("Choice") and len(chosen) != 1:
        yield f"{place} holds {len(chosen)} alternatives, must hold one"
    for field in fields(part):
        name = f"{place}/{field.metadata.get('name', field.name)}"
        value = getattr(part, field.name)
        values = value if isinstance(value, list) else [] if value is None else [value]
        yield from _count_problems(field.metadata, value, name)
        for item in values:
            if is_dataclass(item):
                yield from _problems(item, name)
            else:
                yield from _value_problems(field.metadata, item, name)


def _count_problems(rules: Mapping[str, Any], value: object, name: str) -> Iterator[str]:
    if value is None and rules.get("required"):
        yield f"{name} is missing"
    if isinstance(value, list):
        low, high = rules.get("min_occurs", 0), rules.get("max_occurs")
        if len(value) < low or (high is not None and len(value) > high):
            yield f"{name} is there {len(value)} times, must be {low} to {high or 'any'}"


def _value_problems(rules: Mapping[str, Any], value: object, name: str) -> Iterator[str]:
    if isinstance(value, str):
        low, high = rules.get("min_length", 0), rules.get("max_length")
        if len(value) < low or (high is not None and len(value) > high):
            yield f"{name} has {len(value)} characters, must have {low} to {high}"
        pattern = rules.get("pattern")
        if pattern is not None and not re.fullmatch(pattern, value):
            yield f"{name} is {value[:40]!r}, must be {pattern}"
    if isinstance(value, Decimal):
        yield from _number_problems(rules, value, name)


def _number_problems(rules: Mapping[str, Any], value: Decimal, name: str) -> Iterator[str]:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        yield f"{name} is {value}, not a number"
        return
    digits = max(len(value.as_tuple().digits), -exponent)
    if -exponent > rules.get("fraction_digits", -exponent):
        yield f"{name} is {value}, at most {rules['fraction_digits']} decimals"
    if digits > rules.get("total_digits", digits):
        yield f"{name} is {value}, at most {rules['total_digits']} digits"
    if value < rules.get("min_inclusive", value):
        yield f"{name} is {value}, at least {rules['min_inclusive']}"


def _import(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise ExtraMissing(
            f"ISO 20022 messages need {error.name}; install pyiso20022 and xsdata"
        ) from error
