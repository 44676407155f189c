"""`sapha id voucher`: keys of one voucher, and its answers to blinded keys.

Run it apart from any validator. The vault's password comes from SAPHA_PASSWORD or the terminal.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from client.contract import Actor
from client.identity.vouching.errors import BadUpload
from client.identity.vouching.files import UPLOAD_BYTES_MAX
from client.identity.vouching.voucher import Voucher
from client.vault import open_vault
from commands.keyring import ask_password
from commands.nodes import open_rpc
from commands.output import emit
from commands.sending import open_account
from contracts.identity.crypto.certificates import ALIVE, Round
from genesis.files import read_bytes


async def post(  # noqa: PLR0913 - each is an option of the command
    agency: str,
    kind: str,
    period: int,
    *,
    vault: Path,
    folder: Path,
    generation: int,
    edition: int,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Begin a round of keys unless it is begun, and post this voucher's."""
    asked = Round(kind=kind, period=period, edition=edition, generation=generation)
    async with _voucher(agency, (vault, folder), (key, account), rpc) as voucher:
        new = await voucher.post(asked)
    emit({"posted": new}, f"{new} keys posted; back up {vault}", as_json=as_json)


async def answer(  # noqa: PLR0913 - each is an option of the command
    agency: str,
    period: int,
    *,
    vault: Path,
    folder: Path,
    inbox: Path,
    generation: int,
    edition: int,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Take what wallets handed in for an epoch, answer and publish it, state how much it was."""
    asked = Round(kind=ALIVE, period=period, edition=edition, generation=generation)
    refused = {}
    async with _voucher(agency, (vault, folder), (key, account), rpc) as voucher:
        for path in _handed_in(inbox):
            try:
                await voucher.take(read_bytes(path, UPLOAD_BYTES_MAX))
            except (BadUpload, OSError) as error:
                refused[path.name] = str(error)
        counts = await voucher.answer(asked)
        await voucher.state(asked, counts)
    lines = [f"{counts} blinded keys answered, by class", *map(": ".join, refused.items())]
    emit({"answered": list(counts), "refused": refused}, "\n".join(lines), as_json=as_json)


def _handed_in(inbox: Path) -> list[Path]:
    return sorted(inbox.glob("*.bin"))


@asynccontextmanager
async def _voucher(
    agency: str,
    folders: tuple[Path, Path],
    signer: tuple[list[str], str | None],
    rpc: list[str] | None,
) -> AsyncIterator[Voucher]:
    wallet = open_account(*signer)
    opened = open_vault(folders[0], ask_password("Password of the vault"))
    async with open_rpc(rpc) as client:
        yield Voucher(await Actor.open(client, wallet), opened, agency, folders[1])
