"""Which certificates of a record count, so that no node can pass for another or block it.

The agencies vote on member files; the contract reads no certificate. One counts if it is signed by
its own key, names its node, and has neither key nor subject of another one; those with which
this node began count as they are. What counts is the same everywhere, whatever came when. No IO.
"""

import ssl
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

from p2p.ports import Member
from p2p.renewal import UNREADABLE, pin_of

_JUDGED_MAX = 1_024  # more certificates than there may be nodes
Known = tuple[str, bytes]  # a node's name, and a certificate of it


@dataclass(frozen=True, slots=True)
class Trusted:
    """The members whose certificates count; and why those of others do not."""

    members: tuple[Member, ...]
    left_out: tuple[tuple[str, str], ...]  # (name, reason)


def trusted(members: Iterable[Member], founding: Collection[Known]) -> Trusted:
    """Sort out certificates; those of `founding` are judged first, then by the order of names."""
    by_name = {one.name: one for one in sorted(members, key=lambda one: one.name)}
    ordered = [(name, der) for name, one in by_name.items() for der in one.certificates]
    ordered.sort(key=lambda known: known not in founding)
    taken: dict[bytes, str] = {}
    counted: dict[str, list[bytes]] = {name: [] for name in by_name}
    left_out = []
    for name, der in ordered:
        fault = None if (name, der) in founding else certificate_fault(name, der)
        marks = () if fault is not None else _marks(der)
        others = [taken[mark] for mark in marks if mark in taken]
        if others:
            fault = f"has the key or the subject of {others[0]}'s"
        if fault is not None:
            left_out.append((name, f"its certificate {fault}"))
            continue
        counted[name].append(der)
        taken |= dict.fromkeys(marks, name)
    kept = [_with(by_name[name], ders) for name, ders in counted.items() if ders]
    return Trusted(tuple(kept), tuple(left_out))


def _with(member: Member, ders: Sequence[bytes]) -> Member:
    """Return a member with those of its certificates that count, in the order of the record."""
    first, *others = (der for der in member.certificates if der in ders)
    return replace(member, certificate_der=first, second_der=others[0] if others else None)


@lru_cache(maxsize=_JUDGED_MAX)
def certificate_fault(name: str, der: bytes) -> str | None:
    """Return why no certificate in the record of this node counts if it is this one."""
    try:
        found = x509.load_der_x509_certificate(der)
        names = [each.value for each in found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        pin_of(der)
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=der)
    except (*UNREADABLE, ssl.SSLError):
        return "cannot be read"
    try:
        found.verify_directly_issued_by(found)
    except (ValueError, TypeError, InvalidSignature):
        return "is not signed by its own key"
    return None if names == [name] else f"does not name it alone: its common name must be {name}"


def _marks(der: bytes) -> tuple[bytes, bytes]:
    """Return what no two nodes may share: the key, and the subject."""
    subject = x509.load_der_x509_certificate(der).subject
    return b"key" + pin_of(der), b"subject" + subject.public_bytes()
