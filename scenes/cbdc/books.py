"""The books: a citizen's statement, its camt.053, and the count of all money."""

import asyncio
import sys
import time

from client.amount import show_baht
from client.cbdc.audit import AVAILABLE, PARTS, Audit, audit
from client.cbdc.iso20022 import camt053
from client.cbdc.iso20022.camt053 import KIND
from client.cbdc.iso20022.schema import read
from client.cbdc.statement import Statement, read_statement
from client.files import write_whole
from commands.output import say
from scenes.cbdc.cast import TownStory, shown
from scenes.cbdc.shops import MALEE

_AUDIT_S = 60.0


async def read_books(story: TownStory) -> None:
    """A citizen's statement ends with the balance, and so does the bank's message of it."""
    town, citizen = story.town, story.town.citizens[MALEE]
    say("a citizen reads her statement")
    statement = await read_statement(town.rpc, citizen.address)
    balance = await story.satang_of(citizen)
    running = 0
    is_running = not statement.unexplained
    for entry in statement.entries:
        running += entry.satang
        is_running = is_running and entry.balance == running
    seen = f"{len(statement.entries)} entries, closing {shown(statement.closing)}"
    is_kept = is_running and running == statement.closing == balance
    story.note("a statement's running balance is the balance", seen, is_kept=is_kept)
    _tell_bank(story, statement, citizen.bank)


async def count_all(story: TownStory) -> None:
    """Count every account and pool, and compare with what the ledger states, term by term."""
    say("counting all money")
    result = await audit(story.town.rpc)
    _note_terms(story, result)
    await _run_command(story)


def _tell_bank(story: TownStory, statement: Statement, bank: str) -> None:
    data = camt053(statement, now_ms=time.time_ns() // 1_000_000, bank=bank)
    write_whole(story.files / "statement.xml", data)
    message = read(data, KIND).bk_to_cstmr_stmt.stmt[0]
    closing = int(message.bal[-1].amt.value * 100)
    is_kept = (len(message.ntry), closing) == (len(statement.entries), statement.closing)
    seen = f"{len(data):,} bytes, {len(message.ntry)} entries, closing {shown(closing)}"
    story.note("its camt.053 is read back the same", seen, is_kept=is_kept)


def _note_terms(story: TownStory, result: Audit) -> None:
    stated = result.stated
    story.note("issued", shown(stated.issued), is_kept=stated.issued > 0)
    story.note("- redeemed", shown(stated.redeemed), is_kept=stated.redeemed > 0)
    for name in PARTS:
        part, stated_satang = result.counted[name], getattr(stated, name)
        sign = "=" if name == AVAILABLE else "+"
        seen = f"{shown(part.satang)} in {part.entries:,} entries"
        story.note(f"{sign} {name}, counted", seen, is_kept=part.satang == stated_satang)
    created = stated.issued - stated.redeemed
    seen = f"{show_baht(created)} = {show_baht(result.total)}, at block {result.height}"
    is_kept = created == result.total and not result.faults
    story.note("issued - redeemed is all that was found", seen, is_kept=is_kept)


async def _run_command(story: TownStory) -> None:
    """Run the command that anyone runs, against one of the validators."""
    url = story.town.devnet.urls[0]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sapha", "cbdc", "audit", "--rpc", url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(_AUDIT_S):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    text = output.decode(errors="replace").strip()
    say(f"$ sapha cbdc audit --rpc {url}\n{text}")
    seen = f"exit {process.returncode}: {text.splitlines()[-1] if text else 'no output'}"
    story.note("sapha cbdc audit says the same", seen, is_kept=process.returncode == 0)
