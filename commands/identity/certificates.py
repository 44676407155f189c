"""`sapha id certificates`: a citizen's vouched keys. What is kept lies beside the citizen's file.

Nothing in the folder is worth a copy: seed, ledger and vouchers give it back.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from client.contract import Actor, ask
from client.identity.keys import CitizenKeys
from client.identity.vouching import facts
from client.identity.vouching.carrier import Carrier, FolderCarrier
from client.identity.vouching.daily import DailyCertificates
from client.identity.vouching.errors import BadFolder, NoCertificates, Reason
from client.identity.vouching.folder import Holder, WalletFolder
from client.identity.vouching.roots import Roots
from client.rpc import RpcClient
from commands.citizen import open_citizen, placed
from commands.field_text import time_text
from commands.identity.desk import Desk
from commands.nodes import open_rpc
from commands.output import UsageFault, emit, lines
from commands.sending import open_account
from contracts.identity.attestations.handlers import effective_ial
from contracts.identity.vouching.handlers import certificates_from
from contracts.identity.vouching.messages import ShowCertificates
from contracts.identity.vouching.state import NEVER, year_of

_LATE = (
    "deposited within its year: who reads the ledger sees that you began now; it counts from {}\n"
    "ฝากภายในปีของกุญแจ ผู้อ่านบัญชีเห็นว่าท่านเริ่มใช้ตอนนี้ มีผลตั้งแต่ {}"
)
_AHEAD = "deposited; it counts from {}\nฝากแล้ว มีผลตั้งแต่ {}"
_LATER = (
    "nothing to do now; deposit the keys of {year} on {day}, a day drawn for you: run this again\n"
    "ยังไม่ต้องทำอะไร ให้ฝากกุญแจของปี {year} ในวันที่ {day} ซึ่งสุ่มไว้ให้ท่าน แล้วเรียกคำสั่งนี้อีกครั้ง"
)


async def enrol(  # noqa: PLR0913 - each is an option of the command
    sid: bytes,
    *,
    citizen: Path,
    voucher: Sequence[str],
    list_id: int,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Enrol in a list, and hand its keys to the vouchers; again does what is missing."""
    wallet = open_account(key, account)
    folder = WalletFolder(path=_folder_of(citizen), sid=sid, ways=_ways(voucher))
    if folder.is_there:
        folder = _joined(WalletFolder.open(folder.path), folder)
    folder.save()
    async with _holder(citizen, rpc) as holder:
        roots = Roots(holder)
        message = await roots.enrolment(list_id)
        if message is not None:
            await (await Actor.open(holder.rpc, wallet)).do(message)
        handed = await roots.hand_in_list(list_id)
    data: dict[str, object] = {"enrolled": message is not None, "handed_in": handed}
    emit(data | {"folder": str(folder.path)}, lines(data), as_json=as_json)


async def deposit(
    *,
    citizen: Path,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Deposit the keys of this year, or of the next on the day that is drawn; says which."""
    wallet = open_account(key, account)
    async with _holder(citizen, rpc) as holder:
        roots, now = Roots(holder), await facts.now_of(holder.rpc)
        year = year_of(now.epoch)
        is_late = await roots.deposited(year) is None
        due = now.epoch if is_late else roots.deposit_day(year + 1)
        year += not is_late
        if due > now.epoch:
            day = time_text(now.start_of(due))
            text = _LATER.format(year=year, day=day)
            emit({"year": year, "deposit_on": day}, text, as_json=as_json)
            return
        message = await roots.deposit(year)
        if message is not None:
            await (await Actor.open(holder.rpc, wallet)).do(message)
        handed = await roots.hand_in_year(year)
        found = await roots.deposited(year)
    since = "" if found is None else time_text(now.start_of(found.since))
    data: dict[str, object] = {"year": year, "handed_in": handed, "counts_from": since}
    text = (_LATE if is_late else _AHEAD).format(since, since)
    emit(data, f"{lines(data)}\n{text}", as_json=as_json)


async def fetch(*, citizen: Path, rpc: list[str] | None, as_json: bool) -> None:
    """Fetch today's answers: whole buckets of every class, which tells nobody what for."""
    async with _holder(citizen, rpc) as holder:
        level = await ask(holder.rpc, effective_ial, holder.folder.sid)
        count = await DailyCertificates(holder).fetch(level)
    emit({"bytes": count}, f"{count} bytes of answers", as_json=as_json)


async def status(*, citizen: Path, rpc: list[str] | None, as_json: bool) -> None:
    """Show how a citizen's keys are vouched for: deposits, today's answers, what is missing."""
    async with _holder(citizen, rpc) as holder:
        roots, now = Roots(holder), await facts.now_of(holder.rpc)
        year = year_of(now.epoch)
        found = await roots.deposited(year)
        required = await ask(holder.rpc, certificates_from)
        data: dict[str, object] = {
            "sid": "0x" + holder.folder.sid.hex(),
            "epoch": now.epoch,
            "required_from": "never" if required == NEVER else time_text(now.start_of(required)),
            "deposit_counts_from": "none"
            if found is None
            else time_text(now.start_of(found.since)),
            "next_deposit": time_text(now.start_of(roots.deposit_day(year + 1))),
            "today": await _today(DailyCertificates(holder)),
            "sectors_today": sorted({of for of in holder.folder.slots.values() if of}),
        }
    emit(data, lines(data), as_json=as_json)


async def certificates_for(
    desk: Desk, keys: CitizenKeys, citizen: Path, act: tuple[str, int] | None
) -> ShowCertificates | None:
    """Return what is to be shown before an act in a sector at a level; None: nothing is.

    Raises:
        NoCertificates: they are required, and there are none; says why, in Thai and English.
    """
    if act is None:
        return None
    folder = _folder_of(citizen)
    if not folder.is_dir():
        now = await facts.now_of(desk.rpc)
        if now.epoch >= await ask(desk.rpc, certificates_from):
            raise NoCertificates(Reason.NOT_ENROLLED)
        return None
    holder = _held(keys, desk.chain_id, desk.rpc, WalletFolder.open(folder))
    return await DailyCertificates(holder).for_act(*act)


async def _today(daily: DailyCertificates) -> str:
    try:
        today = await daily.today()
    except NoCertificates as refused:
        return refused.message
    return f"levels {', '.join(map(str, today.levels))}"


@asynccontextmanager
async def _holder(citizen: Path, rpc: list[str] | None) -> AsyncIterator[Holder]:
    keys = open_citizen(citizen)
    path = _folder_of(citizen)
    if not path.is_dir():
        raise NoCertificates(Reason.NOT_ENROLLED)
    folder = WalletFolder.open(path)
    async with open_rpc(rpc) as client:
        chain_id = (await Desk.open(client)).chain_id
        yield _held(await placed(client, keys), chain_id, client, folder)


def _held(keys: CitizenKeys, chain_id: str, rpc: RpcClient, folder: WalletFolder) -> Holder:
    return Holder(
        keys=keys, chain_id=chain_id, rpc=rpc, folder=folder, carrier=carrier_of(folder.ways)
    )


def carrier_of(ways: dict[int, str]) -> Carrier:
    """Return what carries to vouchers by these ways: a folder each."""
    return FolderCarrier({voucher: Path(way) for voucher, way in ways.items()})


def _joined(kept: WalletFolder, given: WalletFolder) -> WalletFolder:
    """Return a folder with more ways. Raises BadFolder: it is another subject's."""
    if kept.sid != given.sid:
        raise BadFolder(f"{kept.path}: is of the subject 0x{kept.sid.hex()}")
    kept.ways |= given.ways
    return kept


def _folder_of(citizen: Path) -> Path:
    return citizen.with_name(citizen.name + ".certificates")


def _ways(given: Sequence[str]) -> dict[int, str]:
    """Return the ways to vouchers from NUMBER=FOLDER each. Raises UsageFault."""
    found = {}
    for text in given:
        number, _, way = text.partition("=")
        if not number.isdecimal() or not way:
            raise UsageFault(f"--voucher {text}: write NUMBER=FOLDER, such as 1=/srv/voucher-1")
        found[int(number)] = str(Path(way).absolute())
    return found
