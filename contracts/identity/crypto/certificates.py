"""Certificates of pairwise keys, signed blindly by vouchers, so that they name nobody.

A certificate is one blind BLS signature of k vouchers, made as a token of an election is. One of
enrolment says that a pairwise key P is the only one of its owner in a sector; one of a day says
that the owner of a throwaway key Q stands in order, and at which level. What says whose P it is
stays with its owner. Rules by number: docs/adr/0042-vouched-keys.md.
"""

from typing import Annotated

from contracts.identity.core.messages import AgencyId, Statement
from contracts.sdk import Chars, CountMax, Length, PublicKey, Range, record
from contracts.sdk.bls import G1, G1_BYTES, G2, unchecked_g2
from contracts.sdk.bls_blind import Purpose, Signed, are_signatures, hash_message
from contracts.sdk.transcript import hash_fields, lp, uint

ENROL = "enrol"
ALIVE = "alive"

PLACES = 1_024  # of a list; a sector has one of them
SLOTS = 8  # throwaway keys of a subject in an epoch
VOUCHERS_MAX = 10

ListId = Annotated[int, Range(1, 2**16)]
Place = Annotated[int, Range(0, PLACES - 1)]
Epoch = Annotated[int, Range(0, 2**20)]  # days since 1970 in Bangkok
Generation = Annotated[int, Range(0, 2**16)]  # 0 until a recovery; then a quarter of a year
Edition = Annotated[int, Range(1, 2**31)]
VoucherNumber = Annotated[int, Range(1, VOUCHERS_MAX)]
Element = Annotated[bytes, Length(G1_BYTES)]


@record
class Round:
    """Which keys of vouchers these are: of a list or an epoch (`period`), edition, generation."""

    kind: Annotated[str, Chars(1, 8)]
    period: Annotated[int, Range(0, 2**20)]
    edition: Edition
    generation: Generation


def enrolment_hash(chain_id: str, place: tuple[int, int], key: PublicKey) -> G1:
    """Return h1(M), of which a certificate of enrolment is the signature; `place` is list, number.

    The chain id ends with the beginning of the genesis hash, so it stands for both.
    """
    return hash_message(Purpose.ENROL, enrolment_message(chain_id, place, key))


def enrolment_message(chain_id: str, place: tuple[int, int], key: PublicKey) -> bytes:
    """Return M of an enrolment: P in a place of a list."""
    list_id, number = place
    return _joined((b"sapha/id/v2/enrol", chain_id.encode(), uint(list_id), uint(number), key))


def alive_hash(chain_id: str, epoch: int, slot_key: PublicKey) -> G1:
    """Return h1(M), of which the certificate of a day is the signature; it names no P."""
    return hash_message(Purpose.ALIVE, alive_message(chain_id, epoch, slot_key))


def alive_message(chain_id: str, epoch: int, slot_key: PublicKey) -> bytes:
    """Return M of a day: Q in an epoch."""
    return _joined((b"sapha/id/v2/alive", chain_id.encode(), uint(epoch), slot_key))


def key_labels(
    chain_id: str, asked: Round, place: int, voucher: tuple[int, AgencyId]
) -> tuple[bytes, ...]:
    """Return the leading fields of a key's proof; `place` is a list's place or a class.

    `voucher` is the number in the edition, and the agency.
    """
    named = (
        chain_id.encode(),
        asked.kind.encode(),
        uint(asked.period),
        uint(place),
        uint(asked.generation),
        uint(asked.edition),
    )
    return (hash_fields("sapha/id/v2/keys", named), uint(voucher[0]), voucher[1].encode())


def use_statement(chain_id: str, epoch: int, key: PublicKey) -> Statement:
    """Return what Q signs: that it serves P in this epoch, and no other key."""
    fields = (b"sapha/id/v2/use", chain_id.encode(), uint(epoch), key)
    return "identity/use", _joined(fields)


def show_statement(
    chain_id: str, epoch: int, place: tuple[int, int], slot_key: PublicKey
) -> Statement:
    """Return what P signs: that Q serves it in this epoch, in a place of a list."""
    where = (uint(epoch), uint(place[0]), uint(place[1]), slot_key)
    return "identity/show", _joined((b"sapha/id/v2/show", chain_id.encode(), *where))


_Keys = Annotated[tuple[Annotated[bytes, Length(96)], ...], CountMax(VOUCHERS_MAX, low=1)]
Held = tuple[G2, Signed]  # what is said to be a certificate, and the key that it is under


def held(key: bytes, hashed: G1, signature: G1) -> Held:
    """Return a certificate as it is checked; `key` is the vouchers' sum that the ledger has."""
    return unchecked_g2(key), Signed(hashed=hashed, signature=signature)


def are_certificates(shown: tuple[tuple[Held, ...], ...]) -> bool:
    """Whether all of all are certificates: those under one key by one equation."""
    groups: dict[bytes, list[Held]] = {}
    for each in shown:
        for one in each:
            groups.setdefault(one[0].encoded, []).append(one)
    return all([_are_under(tuple(group)) for group in groups.values()])


def certificates_seed(key: bytes, shown: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """Return the hash that coefficients come from; `shown` are h1(M) and signature of each."""
    flat = tuple([field for pair in shown for field in pair])
    return hash_fields("sapha/bls/v1/certificates", (key, uint(len(shown)), *flat))


def _are_under(group: tuple[Held, ...]) -> bool:
    key = group[0][0]
    pairs = tuple([(one.hashed.encoded, one.signature.encoded) for _, one in group])
    seed = certificates_seed(key.encoded, pairs)
    return are_signatures(key, seed, [one for _, one in group])


def _joined(fields: tuple[bytes, ...]) -> bytes:
    return b"".join([lp(field) for field in fields])
