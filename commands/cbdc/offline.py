"""`sapha cbdc offline ...`: devices that pay without the ledger, and what settles them.

Nobody can see offline whether a device has paid twice; docs and README say who bears that loss.
"""

from pathlib import Path

from client.cbdc.device import Device, double_spend_in, read_voucher
from client.contract import Actor
from commands.nodes import open_rpc
from commands.output import CheckFailed, UsageFault, emit
from commands.sending import Make, open_account, show_outcome
from contracts.cbdc.offline.messages import (
    OfflineCompensate,
    OfflineLoad,
    OfflineReport,
    OfflineSettle,
    OfflineVoucher,
)
from genesis.files import read_text
from primitives.ids import Address

_FILE_BYTES_MAX = 1024 * 1024


async def new_device(file: Path, *, rpc: list[str], as_json: bool) -> None:
    """Make a device's key for the node's chain, and print the public one."""
    async with open_rpc(rpc) as client:
        chain_id = str((await client.call("chain_getStatus"))["chain_id"])
    device = Device.create(file, chain_id)
    data = {"device": "0x" + device.public_key.hex(), "file": str(file)}
    emit(data, f"device {data['device']}\nfile   {file}", as_json=as_json)


def register(file: Path, wallet: Address, *, expires_ms: int) -> Make:
    """Return what certifies as a wallet's bank that a device may pay from it."""
    device = Device(file)

    async def make(_actor: Actor) -> object:
        return device.registration(wallet, expires_ms)

    return make


async def load(  # noqa: PLR0913 - each is an option of the command
    file: Path,
    amount: int,
    *,
    key: list[str],
    account: str | None,
    rpc: list[str],
    as_json: bool,
) -> None:
    """Move money of the account to its device, and note it in the device's file."""
    wallet, device = open_account(key, account), Device(file)
    async with open_rpc(rpc) as client:
        actor = await Actor.open(client, wallet)
        outcome = await actor.send(OfflineLoad(device=device.public_key, amount=amount))
    if outcome.is_ok:
        device.note_load(amount)
    show_outcome(outcome, as_json=as_json)


def settle(vouchers: list[str]) -> OfflineSettle:
    """Return the message that has the ledger pay vouchers, all or nothing."""
    return OfflineSettle(vouchers=tuple(_vouchers(vouchers)))


def report(vouchers: list[str]) -> Make:
    """Return what publishes a double spend that is among these vouchers."""
    found = _vouchers(vouchers)

    async def make(actor: Actor) -> OfflineReport:
        pair = double_spend_in(actor.chain_id, found)
        if pair is None:
            raise CheckFailed("no two of the vouchers are a double spend")
        first, second = pair
        return OfflineReport(first=first, second=second)

    return make


def compensate(voucher: str) -> OfflineCompensate:
    """Return the message that pays a voucher of a revoked device, as its bank."""
    return OfflineCompensate(voucher=read_voucher(voucher))


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
