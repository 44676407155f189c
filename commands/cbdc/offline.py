"""`sapha cbdc offline ...`: devices that pay without the ledger, and what settles them.

Nobody can see offline whether a device has paid twice; docs and README say who bears that loss.
"""

from pathlib import Path
from typing import Annotated

import typer

from client.cbdc.actor import Actor
from client.cbdc.device import (
    NONCE_BYTES,
    Device,
    check_voucher,
    double_spend_in,
    new_nonce,
    read_voucher,
    show_voucher,
)
from commands.cbdc.acting import (
    Amount,
    InSatang,
    Make,
    acts,
    as_command,
    how_of,
    identifier,
    now_ms,
    perform,
    satang_of,
    span_ms,
)
from commands.options import Rpc, address_argument, open_rpc
from commands.output import AsJson, CheckFailed, UsageFault, command, emit
from contracts.cbdc.offline.messages import (
    OfflineCompensate,
    OfflineLoad,
    OfflineReport,
    OfflineRevokeDevice,
    OfflineSettle,
    OfflineVoucher,
)
from genesis.files import read_text
from primitives.crypto import PublicKey

app = typer.Typer(no_args_is_help=True, help="Payments by devices without the ledger.")

DeviceFile = Annotated[Path, typer.Argument(help="The device's secret file.")]
DeviceKey = Annotated[str, typer.Argument(help="The device's public key, 0x and 64 hex digits.")]
Vouchers = Annotated[list[str], typer.Argument(help="Vouchers: their lines, or files of lines.")]
_FILE_BYTES_MAX = 1024 * 1024


@app.command("new-device")
@command
async def new_device(file: DeviceFile, *, rpc: Rpc = None, as_json: AsJson = False) -> None:
    """Make a device's key for the node's chain, and print the public one."""
    async with open_rpc(rpc) as client:
        chain_id = str((await client.call("chain_getStatus"))["chain_id"])
    device = Device.create(file, chain_id)
    data = {"device": "0x" + device.public_key.hex(), "file": str(file)}
    emit(data, f"device {data['device']}\nfile   {file}", as_json=as_json)


@app.command("nonce")
@command
def nonce(*, as_json: AsJson = False) -> None:
    """Print what a payee gives a device, so that a voucher serves this payment alone."""
    fresh = "0x" + new_nonce().hex()
    emit({"nonce": fresh}, fresh, as_json=as_json)


@acts(app, "register")
def register(
    file: DeviceFile,
    wallet: Annotated[str, typer.Argument(help="Wallet: an address, or the name of a key.")],
    *,
    expires_in: Annotated[str, typer.Option(help="Such as 72h.")] = "72h",
) -> Make:
    """Certify as a wallet's bank that a device may pay from it."""
    device, owner, span = Device(file), address_argument(wallet), span_ms(expires_in)

    async def make(actor: Actor) -> object:
        return device.registration(owner, await now_ms(actor) + span)

    return make


def _load_options(file: DeviceFile, amount: Amount, *, in_satang: InSatang = False) -> None:
    """Move money of the account to its device, and note it in the device's file."""


async def _load(**given: object) -> None:
    how = how_of(given)
    if how.out is not None:
        raise UsageFault("a device is loaded at once: --out cannot be given")
    device = Device(Path(str(given["file"])))
    satang = satang_of(str(given["amount"]), in_satang=given["in_satang"] is True)

    async def make(_actor: Actor) -> OfflineLoad:
        return OfflineLoad(device.public_key, satang)

    await perform(how, make)  # exits here unless the ledger has moved the money
    device.note_load(satang)


as_command(app, "load", _load, _load_options)


@app.command("pay")
@command
def pay(  # noqa: PLR0913 - each is an option of the command
    file: DeviceFile,
    payee: Annotated[str, typer.Argument(help="Payee: an address, or the name of a key.")],
    amount: Amount,
    nonce: Annotated[str, typer.Argument(help="What the payee gave: 0x and 32 hex digits.")],
    *,
    in_satang: InSatang = False,
    as_json: AsJson = False,
) -> None:
    """Pay without any node: print the voucher to hand to the payee."""
    satang = satang_of(amount, in_satang=in_satang)
    device = Device(file)
    voucher = device.pay(address_argument(payee), satang, _nonce(nonce))
    line = show_voucher(voucher)
    data = {"voucher": line, "counter": voucher.counter, "left_satang": device.left}
    emit(data, line, as_json=as_json)


@app.command("check")
@command
def check(
    voucher: Annotated[str, typer.Argument(help="The voucher's line.")],
    payee: Annotated[str, typer.Argument(help="Payee: an address, or the name of a key.")],
    nonce: Annotated[str, typer.Argument(help="What was given: 0x and 32 hex digits.")],
    *,
    chain_id: Annotated[str, typer.Option(help="Id of the chain that it must be for.")],
    as_json: AsJson = False,
) -> None:
    """Check what can be checked offline; a double spend cannot."""
    found = read_voucher(voucher)
    check_voucher(chain_id, found, address_argument(payee), _nonce(nonce))
    data = {"device": "0x" + found.device.hex(), "counter": found.counter, "satang": found.amount}
    text = f"signed by its device; settle it soon: {found.amount} satang"
    emit(data, text, as_json=as_json)


@acts(app, "settle")
def settle(vouchers: Vouchers) -> OfflineSettle:
    """Have the ledger pay vouchers, all or nothing."""
    return OfflineSettle(tuple(_vouchers(vouchers)))


@acts(app, "report")
def report(vouchers: Vouchers) -> Make:
    """Publish a double spend that is among these vouchers; it revokes the device."""
    found = _vouchers(vouchers)

    async def make(actor: Actor) -> OfflineReport:
        pair = double_spend_in(actor.chain_id, found)
        if pair is None:
            raise CheckFailed("no two of the vouchers are a double spend")
        return OfflineReport(*pair)

    return make


@acts(app, "revoke")
def revoke(
    device: DeviceKey,
    *,
    reason: Annotated[str, typer.Option(help="Public text; no personal data.")] = "",
) -> OfflineRevokeDevice:
    """End a lost or broken device as the bank that certified it."""
    return OfflineRevokeDevice(PublicKey(identifier(device)), reason)


@acts(app, "compensate")
def compensate(
    voucher: Annotated[str, typer.Argument(help="The voucher's line.")],
) -> OfflineCompensate:
    """Pay a voucher of a revoked device as the bank that certified it."""
    return OfflineCompensate(read_voucher(voucher))


def _vouchers(given: list[str]) -> list[OfflineVoucher]:
    """Return the vouchers of lines and of files of lines. Raises UsageFault, BadVoucher."""
    found: list[OfflineVoucher] = []
    for one in given:
        if one.startswith("SAPHA-OFFLINE-"):
            found.append(read_voucher(one))
        else:
            found += [read_voucher(line) for line in _file_lines(Path(one))]
    return found


def _file_lines(path: Path) -> list[str]:
    try:
        text = read_text(path, _FILE_BYTES_MAX)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault(f"{path}: is no readable file of vouchers ({error})") from error
    return [line for line in text.splitlines() if line.strip()]


def _nonce(text: str) -> bytes:
    try:
        data = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        data = b""
    if len(data) != NONCE_BYTES:
        raise UsageFault(f"{text[:80]!r} is no nonce: 0x and {2 * NONCE_BYTES} hex digits")
    return data
