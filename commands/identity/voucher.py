"""`sapha id voucher`: keys of one voucher, and its answers to blinded keys.

Run it apart from any validator. The vault's password comes from SAPHA_PASSWORD or the terminal.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from client.contract import Actor
from client.hpke import SealingKey
from client.identity.vouching.service import LETTERS_A_SECOND_MAX, VoucherService
from client.identity.vouching.voucher import Voucher
from client.light import LightClient
from client.relay.door import Door, DoorParts, DoorPlace
from client.relay.key_file import RelayKeys, load_key_file
from client.relay.mailbox import Mailbox, MailboxPolicy
from client.vault import open_vault
from commands.keyring import ask_password
from commands.nodes import open_rpc
from commands.output import emit, say
from commands.sending import open_account
from commands.trust import look_twice, open_light
from contracts.identity.crypto.certificates import ALIVE, Round


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


async def run(  # noqa: PLR0913 - each is an option of the command
    agency: str,
    *,
    vault: Path,
    folder: Path,
    port: int,
    letters_key: Path | None,
    genesis: Path,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Do all of a voucher that is due, each when it is, and take what relays carry to it."""
    if letters_key is None:
        say("the key of letters is for this run alone; for one that lasts: sapha vote relay-key")
    keys = RelayKeys(SealingKey.generate()) if letters_key is None else load_key_file(letters_key)
    light = open_light(genesis)
    async with _voucher(agency, (vault, folder), (key, account), rpc, light) as voucher:
        await look_twice(light, voucher.actor.rpc)
        service = VoucherService(voucher, light.genesis)
        policy = MailboxPolicy(letters_a_second_max=LETTERS_A_SECOND_MAX)
        mailbox = Mailbox(keys.current, keys.retired, policy)
        door = Door(DoorParts(mailbox=mailbox, desk=service), DoorPlace(port=port))
        await door.start()
        try:
            address = str(door.address)
            text = f"letters of {agency} at {address}; have relays carry them: --carry"
            emit({"url": address, "agency": agency}, text, as_json=as_json)
            await service.run()
        finally:
            await door.stop()


async def answer(  # noqa: PLR0913 - each is an option of the command
    agency: str,
    period: int,
    *,
    vault: Path,
    folder: Path,
    inbox: Path,
    generation: int,
    edition: int,
    genesis: Path | None,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Take what wallets handed in for an epoch, answer and publish it, state how much it was."""
    asked = Round(kind=ALIVE, period=period, edition=edition, generation=generation)
    light = None if genesis is None else open_light(genesis)
    async with _voucher(agency, (vault, folder), (key, account), rpc, light) as voucher:
        taken = await voucher.take_all(inbox)
        counts = await voucher.answer(asked)
        await voucher.state(asked, counts)
    refused = {path.name: why for path, why in taken.items() if why is not None}
    lines = [f"{counts} blinded keys answered, by class", *map(": ".join, refused.items())]
    emit({"answered": list(counts), "refused": refused}, "\n".join(lines), as_json=as_json)


@asynccontextmanager
async def _voucher(
    agency: str,
    folders: tuple[Path, Path],
    signer: tuple[list[str], str | None],
    rpc: list[str] | None,
    light: LightClient | None = None,
) -> AsyncIterator[Voucher]:
    wallet = open_account(*signer)
    opened = open_vault(folders[0], ask_password("Password of the vault"))
    async with open_rpc(rpc) as client:
        chain_id = None if light is None else light.genesis.chain_id
        actor = await Actor.open(client, wallet, chain_id)
        yield Voucher(actor, opened, agency, folders[1], light)
