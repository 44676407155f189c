"""Rows of depositors: judged several at a time, one by one where they cost too much together."""

import pytest

from client.errors import LedgerRefused
from client.identity.vouching import voucher as voucher_module
from client.identity.vouching.files import write_upload
from client.identity.vouching.voucher import Voucher
from contracts.identity.subjects.messages import SetSubjectStatus
from contracts.identity.vouching import roots
from contracts.identity.vouching.messages import JudgeDepositors, UnknownDeposit
from contracts.sdk.errors import BudgetExceeded
from tests.client.identity.vouching.test_voucher import ASKED, EPOCH, tree_of, upload, voucher
from tests.contracts.identity.signing import name_of
from tests.contracts.identity.vouching import YEAR, Vouching

PEOPLE = ("somchai", "malee", "niran")
SIZE = 2  # of a row here


@pytest.fixture(autouse=True)
def _short_rows(monkeypatch):
    for module in (roots, voucher_module):
        monkeypatch.setattr(module, "JUDGED_ROW", SIZE)


@pytest.fixture(scope="module")
def due():
    """Three have deposited, so that there are two rows; an epoch is to be answered now."""
    vouching = Vouching(*PEOPLE)
    for who in PEOPLE:
        vouching.deposit(who, root=tree_of(who).root)
    vouching.go_to(EPOCH, hours=-48)
    vouching.post(ASKED)
    vouching.go_to(EPOCH, hours=-6)
    return vouching


async def at_work(vouching, folder) -> Voucher:
    found = voucher(vouching, 2, folder)
    for number, who in enumerate(PEOPLE):
        await found.take(write_upload(upload(who, number)))
    return found


def judged(vouching):
    """The levels of each row."""
    rows = [vouching.ask("judged", YEAR, row) for row in range(2)]
    return [None if row is None else row[1] for row in rows]


async def test_each_depositor_is_judged_at_its_place_of_its_row(due, tmp_path):
    vouching = due.copied()
    vouching.do("etda", SetSubjectStatus(name_of("malee"), "frozen", ""))

    counts = await (await at_work(vouching, tmp_path)).answer(ASKED)

    assert judged(vouching) == [(230, 0), (230,)]
    assert set(counts) == {16}


async def test_rows_that_cost_too_much_together_are_judged_one_by_one(due, tmp_path, monkeypatch):
    vouching = due.copied()
    found = await at_work(vouching, tmp_path)
    sent, do = [], type(found.actor).do

    async def dear(actor, message):
        if isinstance(message, JudgeDepositors):
            sent.append(message.rows)
            if message.rows > 1:
                raise LedgerRefused(BudgetExceeded.code, "too many reads")
        return await do(actor, message)

    monkeypatch.setattr(type(found.actor), "do", dear)

    assert set(await found.answer(ASKED)) == {24}
    assert sent == [2, 1, 1]


def test_a_row_that_nobody_is_in_is_not_judged(due):
    vouching = due.copied()

    vouching.refuse_as("anyone", UnknownDeposit, JudgeDepositors(EPOCH, 1, 2))

    assert judged(vouching) == [None, None]
