"""A device that pays without the ledger: it signs vouchers, and counts what it has signed.

The counter and what is left are on disk before a voucher is given away, so a crash loses at most
one number and never signs one twice. Nothing here stops an owner who copies the file: two devices
with one key can pay two payees with one number. Settlement finds that, and the pair is the proof.
"""

import json
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from client.cbdc.errors import BadVoucher, DeviceSpent
from client.keystore import KeystoreDamaged, read_secret, write_secret
from contracts.cbdc.offline.messages import (
    OfflineRegisterDevice,
    OfflineVoucher,
    device_statement,
    offline_voucher_statement,
    voucher_digest,
)
from primitives.codec import decode, encode
from primitives.crypto import SEED_BYTES, SIGNATURE_BYTES, PublicKey, Signature, SigningKey, verify
from primitives.errors import Rejected
from primitives.ids import ADDRESS_BYTES, Address
from primitives.keys import key_of
from primitives.limits import AMOUNT_SATANG_MAX
from primitives.shape import bytes_of, fields_of, uint_of

NONCE_BYTES = 16
_FORMAT = 1
_TEXT_PREFIX = "SAPHA-OFFLINE-1:"
_TEXT_CHARS_MAX = 1_000
_UNSIGNED = Signature(bytes(SIGNATURE_BYTES))


@dataclass(frozen=True, slots=True)
class _Contents:
    """What a device's file holds."""

    seed: bytes
    chain_id: str
    counter: int  # of the last voucher, 0 before the first
    left: int  # satang that the device may still pay, as it knows


class Device:
    """One device and its file. Never prints its key."""

    def __init__(self, path: Path) -> None:
        """Open the file of a device. Raises KeystoreFault."""
        self._path = path
        self._contents = _read(path)
        self._key = SigningKey(self._contents.seed)

    @classmethod
    def create(cls, path: Path, chain_id: str) -> "Device":
        """Make the file of a device with a fresh key. Raises KeystoreExists."""
        write_secret(path, _text(_Contents(secrets.token_bytes(SEED_BYTES), chain_id, 0, 0)))
        return cls(path)

    def __repr__(self) -> str:
        return f"Device({self.public_key.hex()})"

    @property
    def public_key(self) -> PublicKey:
        """What names the device on the ledger."""
        return self._key.public_key

    @property
    def counter(self) -> int:
        """The number of the last voucher."""
        return self._contents.counter

    @property
    def left(self) -> int:
        """The satang that the device may still pay, as it knows."""
        return self._contents.left

    def registration(self, wallet: Address, expires_ms: int) -> OfflineRegisterDevice:
        """Return what the wallet's bank sends to certify this device."""
        draft = OfflineRegisterDevice(self.public_key, wallet, expires_ms, _UNSIGNED)
        statement = device_statement(self._contents.chain_id, draft)
        return replace(draft, proof=self._key.sign(*statement))

    def note_load(self, satang: int) -> None:
        """Remember that the ledger has loaded the device with this much more."""
        self._save(replace(self._contents, left=self._contents.left + satang))

    def pay(self, payee: Address, satang: int, nonce: bytes) -> OfflineVoucher:
        """Return a signed voucher for a payee that gave this nonce of 16 bytes.

        Raises:
            DeviceSpent: more than is left.
            BadVoucher: the amount or the nonce cannot be.
        """
        if not 1 <= satang <= AMOUNT_SATANG_MAX or len(nonce) != NONCE_BYTES:
            raise BadVoucher(f"{satang} satang, nonce of {len(nonce)} bytes: cannot be paid")
        if satang > self.left:
            raise DeviceSpent(f"{satang} satang are wanted, the device has {self.left} left")
        counter = self.counter + 1
        self._save(replace(self._contents, counter=counter, left=self.left - satang))
        draft = OfflineVoucher(self.public_key, counter, payee, satang, nonce, _UNSIGNED)
        statement = offline_voucher_statement(self._contents.chain_id, draft)
        return replace(draft, signature=self._key.sign(*statement))

    def _save(self, contents: _Contents) -> None:
        """Replace the file, durably, before anything that depends on it leaves the device."""
        beside = self._path.with_name(self._path.name + ".new")
        beside.unlink(missing_ok=True)
        write_secret(beside, _text(contents))
        beside.replace(self._path)
        directory = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
        self._contents = contents


def new_nonce() -> bytes:
    """Return the 16 random bytes that a payee gives, so that a voucher serves it once."""
    return secrets.token_bytes(NONCE_BYTES)


def check_voucher(chain_id: str, voucher: OfflineVoucher, payee: Address, nonce: bytes) -> None:
    """Check what a payee can check without the ledger.

    Not checked, because nobody can offline: that the device is certified, not revoked, has the
    money, and has not signed the same number for another.

    Raises:
        BadVoucher: for another payee or nonce, or not signed by its device.
    """
    if (voucher.payee, voucher.nonce) != (payee, nonce):
        raise BadVoucher("the voucher was made for another payee, or for another payment")
    statement = offline_voucher_statement(chain_id, voucher)
    if not verify(voucher.device, *statement, voucher.signature):
        raise BadVoucher("the voucher is not signed by its device")


def double_spend_in(
    chain_id: str, vouchers: Iterable[OfflineVoucher]
) -> tuple[OfflineVoucher, OfflineVoucher] | None:
    """Return the first two different vouchers of one device and number, None when there are none.

    Only vouchers that their device has signed count: they are the proof that revokes it.
    """
    seen: dict[tuple[bytes, int], OfflineVoucher] = {}
    for voucher in vouchers:
        if not verify(
            voucher.device, *offline_voucher_statement(chain_id, voucher), voucher.signature
        ):
            continue
        first = seen.setdefault((voucher.device, voucher.counter), voucher)
        if voucher_digest(chain_id, first) != voucher_digest(chain_id, voucher):
            return first, voucher
    return None


def show_voucher(voucher: OfflineVoucher) -> str:
    """Return a voucher as one line of text, for a QR, a message or a file."""
    fields = (
        voucher.device,
        voucher.counter,
        voucher.payee,
        voucher.amount,
        voucher.nonce,
        voucher.signature,
    )
    return _TEXT_PREFIX + urlsafe_b64encode(encode(fields)).decode()


def read_voucher(text: str) -> OfflineVoucher:
    """Return the voucher of a line of text; its signature is not checked. Raises BadVoucher."""
    line = text.strip()
    if not line.startswith(_TEXT_PREFIX) or len(line) > _TEXT_CHARS_MAX:
        raise BadVoucher(f"{line[:40]!r} is not a voucher: {_TEXT_PREFIX}...")
    try:
        data = urlsafe_b64decode(line.removeprefix(_TEXT_PREFIX).encode("ascii"))
        device, counter, payee, amount, nonce, signature = fields_of(
            decode(data, bytes_max=_TEXT_CHARS_MAX), name="voucher", count=6
        )
        return OfflineVoucher(
            device=key_of(device, name="device"),
            counter=uint_of(counter, name="counter"),
            payee=Address(bytes_of(payee, name="payee", length=ADDRESS_BYTES)),
            amount=uint_of(amount, name="amount"),
            nonce=bytes_of(nonce, name="nonce", length=NONCE_BYTES),
            signature=Signature(bytes_of(signature, name="signature", length=SIGNATURE_BYTES)),
        )
    except (Rejected, Base64Error, UnicodeError) as error:
        raise BadVoucher(f"not a voucher: {error}") from error


def _text(contents: _Contents) -> str:
    document = {
        "format": _FORMAT,
        "seed": contents.seed.hex(),
        "chain_id": contents.chain_id,
        "counter": contents.counter,
        "left": contents.left,
    }
    return json.dumps(document) + "\n"


def _read(path: Path) -> _Contents:
    try:
        document = json.loads(read_secret(path))
        seed, chain_id = bytes.fromhex(document["seed"]), str(document["chain_id"])
        counter, left, version = (document[name] for name in ("counter", "left", "format"))
    except (ValueError, KeyError, TypeError) as error:
        raise KeystoreDamaged(f"{path}: is no device's file") from error
    numbers_are_whole = all(type(n) is int and n >= 0 for n in (counter, left))
    if version != _FORMAT or len(seed) != SEED_BYTES or not numbers_are_whole:
        raise KeystoreDamaged(f"{path}: is no device's file of format {_FORMAT}")
    return _Contents(seed, chain_id, counter, left)
