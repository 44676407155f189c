"""Vouched keys in processor time: what vouchers, wallets and the contract do for one citizen.

Run as `python -m bench.identity_vouching`. Four vouchers, of whom three sign; each figure is the
median of several rounds, on one thread.
"""

from collections.abc import Callable

from bench.machine import used_s
from client.bls_blind import SignerKey
from client.contract import call_of
from client.identity.vouching.certificates import (
    Answers,
    Certificate,
    CertificateMaker,
    combined,
)
from client.identity.vouching.files import (
    Bucket,
    PlacesUpload,
    Upload,
    write_bucket,
    write_places,
    write_upload,
)
from client.identity.vouching.seed import VouchingSeed, slot_index, year_of
from client.wallet import Wallet
from contracts.identity.crypto.certificates import (
    ALIVE,
    ENROL,
    PLACES,
    SLOTS,
    Held,
    Round,
    alive_hash,
    are_certificates,
    held,
)
from contracts.identity.vouching.messages import DepositRoot, EnrolRoot
from contracts.sdk.bls import add_g2, decode_g1
from primitives.crypto import SEED_BYTES, PublicKey, SigningKey
from primitives.errors import InvariantBroken

_CHAIN, _EPOCH, _BATCH = "bench-chain", 20_600, 200
_SIGNERS = {number: SignerKey.derive(b"bench", bytes([number])) for number in (1, 2, 3)}
_KEYS = {number: signer.public for number, signer in _SIGNERS.items()}
_SUM = add_g2(list(_KEYS.values())).encoded
_WALLET = Wallet.from_seed(b"w" * SEED_BYTES)
_ROUND = Round(kind=ALIVE, period=_EPOCH, edition=1, generation=0)


def show_vouching() -> None:
    """Print processor time of each part, and the bytes of what is sent and fetched."""
    seeds = [VouchingSeed(bytes([number]) * 32, _CHAIN) for number in range(_BATCH // SLOTS)]
    hidden = [element for seed in seeds for element in seed.hidden_slots(_EPOCH, 0)]
    keys = [seed.slot(_EPOCH, slot, 0).public_key for seed in seeds for slot in range(SLOTS)]
    hashed = [alive_hash(_CHAIN, _EPOCH, key) for key in keys]
    factors = [seed.hides_slot(_EPOCH, slot, 0) for seed in seeds for slot in range(SLOTS)]
    given = [_given(element) for element in hidden]
    made = [combined(*each) for each in zip(hashed, factors, given, strict=True)]
    seed = seeds[0]
    year = year_of(_EPOCH)
    rows: list[tuple[str, int, Callable[[], object]]] = [
        ("wallet: keys of an epoch", 1, lambda: seed.hidden_slots(_EPOCH, 0)),
        ("wallet: deposit of a year", 1, lambda: seed.year_tree(year, 0)),
        ("wallet: places of a list", 1, lambda: seed.list_tree(1, 0)),
        ("wallet: certificate of 3 answers", 1, lambda: combined(hashed[0], factors[0], given[0])),
        ("voucher: answer to a key", _BATCH, lambda: [_answered(each) for each in hidden]),
        ("contract: certificate alone", 1, lambda: _all_right(keys[:1], made[:1])),
        ("contract: 200 certificates", _BATCH, lambda: _all_right(keys, made)),
    ]
    print(f"\nvouched keys, processor time on one core ({_BATCH} keys)")
    for name, count, work in rows:
        each_s = used_s(work) / count
        print(f"{name:34} {1e6 * each_s:10.0f} us {1 / each_s:8.0f} a second")
    path = seed.year_tree(year, 0).path(slot_index(_EPOCH, 0), 3)
    elements = tuple(hidden[:SLOTS])
    upload = Upload(epoch=_EPOCH, number=0, elements=elements, path=path)
    answers = dict.fromkeys(range(256), elements)
    bucket = Bucket(asked=_ROUND, class_id=0, voucher=1, bucket=0, answers=answers)
    for name, message in _messages(seed, made[0]):
        body = call_of(message, sender=_WALLET.address, chain_id=_CHAIN, expires_at_ms=2**41)
        print(f"on the ledger, {name}: {len(_WALLET.sign(body).raw)} bytes, signed by its sender")
    places = PlacesUpload(list_id=1, generation=0, sid=bytes(32), elements=(hidden[0],) * PLACES)
    print(f"handed in for a list: {len(write_places(places))} bytes to each voucher")
    print(f"handed in for an epoch: {len(write_upload(upload))} bytes to each voucher")
    print(f"fetched for a class: {len(_KEYS)} buckets of {len(write_bucket(bucket))} bytes")


def _messages(seed: VouchingSeed, signature: bytes) -> list[tuple[str, object]]:
    """Return what a citizen puts on the ledger, of the sizes that it has."""
    subject = SigningKey(b"s" * SEED_BYTES)
    sid, root, by_subject = b"i" * 32, b"r" * 64, subject.sign("bench", b"")
    enrolled = Certificate(
        asked=Round(kind=ENROL, period=1, edition=1, generation=0), place=7, signature=signature
    )
    alive = Certificate(asked=_ROUND, place=2, signature=signature)
    year = year_of(_EPOCH)
    return [
        ("enrolment, once", EnrolRoot(sid, 9, 1, 0, root, subject.public_key, by_subject)),
        (
            "deposit, a year",
            DepositRoot(sid, 9, year, 0, root, subject.public_key, by_subject),
        ),
        ("certificates, a day and sector", CertificateMaker(seed, _CHAIN).show(enrolled, alive, 0)),
    ]


def _given(element: bytes) -> Answers:
    blinded = decode_g1(element)
    answers = {number: signer.sign(blinded).encoded for number, signer in _SIGNERS.items()}
    return Answers(keys=_KEYS, answers=answers)


def _answered(element: bytes) -> bytes:
    return _SIGNERS[1].sign(decode_g1(element)).encoded


def _all_right(keys: list[PublicKey], made: list[bytes]) -> None:
    shown: list[tuple[Held, ...]] = [
        (held(_SUM, alive_hash(_CHAIN, _EPOCH, key), decode_g1(one)),)
        for key, one in zip(keys, made, strict=True)
    ]
    if not are_certificates(tuple(shown)):
        raise InvariantBroken("a right certificate was refused")


if __name__ == "__main__":
    show_vouching()
