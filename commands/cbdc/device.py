"""`sapha cbdc offline nonce, pay, check`: what a device and a payee do without any node."""

from pathlib import Path

from client.amount import show_baht
from client.cbdc.device import (
    NONCE_BYTES,
    Device,
    check_voucher,
    new_nonce,
    read_voucher,
    show_voucher,
)
from commands.output import emit
from commands.values import hex_bytes
from primitives.ids import Address


def nonce(*, as_json: bool) -> None:
    """Print what a payee gives a device, so that a voucher serves this payment alone."""
    fresh = "0x" + new_nonce().hex()
    emit({"nonce": fresh}, fresh, as_json=as_json)


def pay(file: Path, payee: Address, amount: int, nonce: str, *, as_json: bool) -> None:
    """Print the voucher to hand to the payee. Raises UsageFault."""
    device = Device(file)
    voucher = device.pay(payee, amount, hex_bytes(nonce, NONCE_BYTES))
    line = show_voucher(voucher)
    data = {"voucher": line, "counter": voucher.counter, "left_satang": device.left}
    emit(data, line, as_json=as_json)


def check(voucher: str, payee: Address, nonce: str, *, chain_id: str, as_json: bool) -> None:
    """Check what can be checked offline; a double spend cannot."""
    found = read_voucher(voucher)
    check_voucher(chain_id, found, payee, hex_bytes(nonce, NONCE_BYTES))
    data = {"device": "0x" + found.device.hex(), "counter": found.counter, "satang": found.amount}
    text = f"signed by its device; settle it soon: {show_baht(found.amount)} baht"
    emit(data, text, as_json=as_json)
