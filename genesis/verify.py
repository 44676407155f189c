"""Reads and checks genesis documents and member files; every refusal names its place."""

import ipaddress
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from genesis.errors import (
    GenesisContradiction,
    GenesisFault,
    GenesisNotSigned,
    GenesisUnreadable,
)
from genesis.fields import Fields, Parsed, parse_object
from genesis.files import read_text
from genesis.schema import (
    CLASS_SIZE_MIN,
    DEVELOPMENT,
    FORMAT,
    MEMBER_TAG,
    PRODUCTION,
    PRODUCTION_VALIDATORS_MIN,
    Genesis,
    GenesisContract,
    GenesisMember,
    Parameters,
)
from primitives.codec import encode
from primitives.crypto import (
    DIGEST_BYTES,
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    Digest,
    PublicKey,
    Signature,
    verify,
)
from primitives.errors import BadShape
from primitives.keys import node_key_of
from primitives.limits import BLOCK_TRANSACTIONS_MAX, VALIDATORS_MAX

_T = TypeVar("_T", bound=Hashable)

__all__ = [
    "is_host",
    "load_genesis",
    "load_member",
    "load_signed_member",
    "network_problem",
    "parameter_faults",
    "read_genesis",
    "read_member",
    "read_members",
    "validators_problem",
]

MEMBERS_MAX = 2 * VALIDATORS_MAX
CONTRACTS_MAX = 64
CERTIFICATE_BYTES_MAX = 4096
_TIMEOUT_MS_MIN = 10
_TIMEOUT_MS_MAX = 3_600_000
_CALENDAR_RATE_MAX = 1_000_000
_TIME_MS_MAX = 2**53 - 1
_VERSION_MAX = 2**32 - 1

_NETWORK = re.compile(r"[a-z][a-z0-9-]{0,39}")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}")
_KIND = re.compile(f"{DEVELOPMENT}|{PRODUCTION}")
_NETWORK_MEANING = "1 to 40 lower-case letters, digits, hyphens, a letter first"
_HOST_MEANING = "a host name or address, without a port"
_NAME_MEANING = "1 to 64 lower-case letters, digits, hyphens or underscores"

_TOP_FIELDS = ("format", "network", "kind", "time_ms", "parameters", "members", "contracts")
# Lowest and highest of each parameter.
PARAMETER_BOUNDS = {
    "heartbeat_ms": (_TIMEOUT_MS_MIN, _TIMEOUT_MS_MAX),
    "view_timeout_ms": (_TIMEOUT_MS_MIN, _TIMEOUT_MS_MAX),
    "view_timeout_cap_ms": (_TIMEOUT_MS_MIN, _TIMEOUT_MS_MAX),
    "block_transactions_max": (1, BLOCK_TRANSACTIONS_MAX),
    "calendar_rate": (1, _CALENDAR_RATE_MAX),
}
_MEMBER_FIELDS = ("name", "public_key", "certificate", "host", "port", "is_validator")
_CONTRACT_FIELDS = ("name", "version", "code_hash", "config")


def load_genesis(path: Path) -> Genesis:
    """Return the genesis of the file at `path`. Raises GenesisFault, which names the file."""
    text = _text_of(path)
    try:
        return read_genesis(text)
    except GenesisFault as fault:
        raise type(fault)(f"{path}: {fault.place}", fault.reason) from fault


def read_genesis(text: str) -> Genesis:
    """Return the genesis that the JSON `text` says.

    Raises:
        GenesisUnreadable: not a JSON object.
        GenesisFieldMissing, GenesisFieldUnknown, GenesisFieldWrong: one field.
        GenesisContradiction: two fields that cannot both hold.
    """
    fields = Fields(parse_object(text, place="genesis"), "", _TOP_FIELDS)
    fields.integer("format", FORMAT, FORMAT)
    members = tuple(
        _read_member(item, place) for place, item in fields.items("members", 1, MEMBERS_MAX)
    )
    contracts = tuple(
        _read_contract(item, place) for place, item in fields.items("contracts", 1, CONTRACTS_MAX)
    )
    kind = fields.text("kind", _KIND, f"{DEVELOPMENT} or {PRODUCTION}")
    _check_members(members)
    problem = validators_problem(sum(member.is_validator for member in members), kind)
    if problem is not None:
        raise GenesisContradiction("members", problem)
    _check_distinct("contracts", [contract.name for contract in contracts], "name", repr)
    _check_groups(contracts, kind)
    return Genesis(
        network=fields.text("network", _NETWORK, _NETWORK_MEANING),
        kind=kind,
        time_ms=fields.integer("time_ms", 1, _TIME_MS_MAX),
        parameters=_read_parameters(fields.child("parameters", tuple(PARAMETER_BOUNDS)), kind),
        members=members,
        contracts=contracts,
    )


def read_members(paths: Sequence[Path]) -> tuple[list[GenesisMember], list[GenesisFault]]:
    """Return the members of these files, each signed by its key, and every fault of the others.

    A fault names the file, and of two files that cannot both be a member's the other one.
    """
    members: list[GenesisMember] = []
    faults: list[GenesisFault] = []
    first: dict[tuple[str, Hashable], tuple[str, Path]] = {}
    for path in paths:
        try:
            member = load_member(path)
        except GenesisFault as fault:
            faults.append(fault)
            continue
        facts = [(what, of(member)) for what, of in _DISTINCT.items()]
        same = next((fact for fact in facts if fact in first), None)
        if same is not None:
            name, other = first[same]
            reason = f"{member.name} has the {same[0]} of {name} in {other}"
            faults.append(GenesisContradiction(str(path), reason))
            continue
        members.append(member)
        first |= dict.fromkeys(facts, (member.name, path))
    return members, faults


def load_member(path: Path) -> GenesisMember:
    """Return the member of the file at `path`. Raises GenesisFault."""
    return read_member(_text_of(path), f"{path}: member")


def load_signed_member(path: Path) -> tuple[GenesisMember, Signature]:
    """Return the member of the file at `path`, and its key's signature. Raises GenesisFault."""
    return _read_signed(_text_of(path), f"{path}: member")


def read_member(text: str, place: str = "member") -> GenesisMember:
    """Return the member that the JSON `text` says and its key has signed.

    Raises:
        GenesisNotSigned: no signature of the member's key over what the text says.
        GenesisFault: another fault of the text.
    """
    return _read_signed(text, place)[0]


def _read_signed(text: str, place: str) -> tuple[GenesisMember, Signature]:
    document = parse_object(text, place=place)
    if "signature" not in document:
        raise GenesisNotSigned(place, "is not signed; make it with: sapha member new")
    fields = Fields(document, place, (*_MEMBER_FIELDS, "signature"))
    signature = Signature(fields.hex_bytes("signature", SIGNATURE_BYTES))
    plain = {name: value for name, value in document.items() if name != "signature"}
    member = _read_member(plain, place)
    if not verify(member.public_key, MEMBER_TAG, encode(member.to_value()), signature):
        reason = f"the signature is not that of {member.name}'s key: the file was changed"
        raise GenesisNotSigned(place, reason)
    return member, signature


def _text_of(path: Path) -> str:
    try:
        return read_text(path)
    except OSError as error:
        raise GenesisUnreadable(str(path), f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise GenesisUnreadable(str(path), "is not UTF-8 text") from error


def network_problem(network: str) -> str | None:
    """Return what is wrong with a network's name, None when nothing is."""
    return (
        None if _NETWORK.fullmatch(network) else f"is {network!r:.80}, must be {_NETWORK_MEANING}"
    )


def parameter_faults(found: Mapping[str, int], kind: str) -> list[GenesisFault]:
    """Return what no network may have although each parameter is within its bounds."""
    faults: list[GenesisFault] = []
    timeout_ms, cap_ms = found["view_timeout_ms"], found["view_timeout_cap_ms"]
    if cap_ms < timeout_ms:
        reason = f"{cap_ms} is below view_timeout_ms {timeout_ms}"
        faults.append(GenesisContradiction("parameters.view_timeout_cap_ms", reason))
    calendar_rate = found["calendar_rate"]
    if calendar_rate > 1 and kind != DEVELOPMENT:
        reason = f"is {calendar_rate}; only development networks hurry"
        faults.append(GenesisContradiction("parameters.calendar_rate", reason))
    return faults


def validators_problem(count: int, kind: str) -> str | None:
    """Return why no network of this kind has so many validators, None when it may."""
    if count == 0:
        return "no member is a validator"
    if count > VALIDATORS_MAX:
        return f"{count} validators, at most {VALIDATORS_MAX}"
    if kind == PRODUCTION and count < PRODUCTION_VALIDATORS_MIN:
        return (
            f"{count} validators tolerate no fault; {PRODUCTION} needs at least"
            f" {PRODUCTION_VALIDATORS_MIN}"
        )
    return None


def _read_parameters(fields: Fields, kind: str) -> Parameters:
    found = {name: fields.integer(name, *bounds) for name, bounds in PARAMETER_BOUNDS.items()}
    for fault in parameter_faults(found, kind):
        raise fault
    return Parameters(**found)


def _read_member(value: Parsed, place: str) -> GenesisMember:
    fields = Fields(value, place, _MEMBER_FIELDS)
    return GenesisMember(
        name=fields.text("name", _NAME, _NAME_MEANING),
        public_key=_node_key(fields),
        certificate_der=_read_certificate(fields),
        host=_read_host(fields),
        port=fields.integer("port", 1, 65535),
        is_validator=fields.boolean("is_validator"),
    )


def _node_key(fields: Fields) -> PublicKey:
    try:
        return node_key_of(fields.hex_bytes("public_key", PUBLIC_KEY_BYTES), name="public_key")
    except BadShape as error:
        raise fields.wrong("public_key", error.message.removeprefix("public_key ")) from error


def _read_host(fields: Fields) -> str:
    host = fields.text("host", _HOST, _HOST_MEANING)
    if not is_host(host):
        raise fields.wrong("host", f"must be {_HOST_MEANING}, not {host!r:.80}")
    return host


def is_host(text: str) -> bool:
    """Whether a text is a host name or an address, and nothing beside it, such as a port."""
    if ":" not in text:
        return _HOST.fullmatch(text) is not None
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _read_certificate(fields: Fields) -> bytes:
    der = fields.base64_bytes("certificate", CERTIFICATE_BYTES_MAX)
    try:
        _subject_of(der)  # its parts are parsed when they are asked for
    except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm) as error:
        raise fields.wrong("certificate", "is not a DER X.509 certificate") from error
    return der


def _read_contract(value: Parsed, place: str) -> GenesisContract:
    fields = Fields(value, place, _CONTRACT_FIELDS)
    return GenesisContract(
        name=fields.text("name", _NAME, _NAME_MEANING),
        version=fields.integer("version", 1, _VERSION_MAX),
        code_hash=Digest(fields.hex_bytes("code_hash", DIGEST_BYTES)),
        config=fields.plain_object("config"),
    )


def _check_groups(contracts: tuple[GenesisContract, ...], kind: str) -> None:
    """Refuse groups of voters that are too small to hide in, but in a development network."""
    for contract in contracts:
        least = contract.config.get("class_size_min", CLASS_SIZE_MIN)
        is_small = isinstance(least, int) and least < CLASS_SIZE_MIN
        if contract.name == "voting" and kind != DEVELOPMENT and is_small:
            reason = f"is {least}, below {CLASS_SIZE_MIN}; only development networks have less"
            raise GenesisContradiction("contracts.voting.class_size_min", reason)


def _check_members(members: tuple[GenesisMember, ...]) -> None:
    _check_distinct("members", [m.name for m in members], "name", repr)
    _check_distinct("members", [m.public_key for m in members], "public_key", bytes.hex)
    _check_distinct("members", [m.certificate_der for m in members], "certificate", lambda _: "")
    _check_distinct(
        "members", [_subject_of(m.certificate_der) for m in members], "certificate", str
    )
    _check_distinct("members", [(m.host, m.port) for m in members], "port", str)


def _subject_of(der: bytes) -> str:
    """Return whom a certificate names: a renewal names its issuer so (p2p.renewal)."""
    return x509.load_der_x509_certificate(der).subject.rfc4514_string()


_DISTINCT: dict[str, Callable[[GenesisMember], Hashable]] = {
    "name": lambda member: member.name,
    "key": lambda member: member.public_key,
    "certificate": lambda member: member.certificate_der,
    "host and port": lambda member: (member.host, member.port),
}


def _check_distinct(place: str, values: list[_T], name: str, show: Callable[[_T], str]) -> None:
    first: dict[_T, int] = {}
    for index, value in enumerate(values):
        if value in first:
            where = f"{place}[{index}].{name}"
            same = f"{place}[{first[value]}].{name}"
            raise GenesisContradiction(where, f"the same as {same} {show(value)}".rstrip())
        first[value] = index
