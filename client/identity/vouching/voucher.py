"""A voucher: posts its keys ahead, answers blinded keys for everybody at once, publishes answers.

A registrar's brother: its own light client, its own vault, apart from any validator. Nothing is
answered for one person on demand. Who stands in order for an epoch the ledger says, once for all
vouchers, and what it says is read with proofs: a voucher that a node lies to
answers nobody whom the ledger does not name.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from client.contract import Actor, ask
from client.errors import LedgerRefused, RpcRefused
from client.identity.vouching.errors import BadUpload, NotJudged, NoVoucher
from client.identity.vouching.files import (
    PLACES_BYTES_MAX,
    Bucket,
    PlaceAnswers,
    PlacesUpload,
    Upload,
    bucket_name,
    bucket_of,
    places_name,
    read_places,
    read_upload,
    write_bucket,
    write_place_answers,
)
from client.identity.vouching.intake import Intake, Levels
from client.identity.vouching.proofs import Proofs
from client.identity.vouching.signer import VoucherSigner
from client.light import LightClient
from client.vault import Vault
from contracts.identity.core.access import HELD
from contracts.identity.core.messages import ACTIVE
from contracts.identity.core.state import recoveries, subjects
from contracts.identity.crypto.certificates import SLOTS, Round
from contracts.identity.vouching.handlers import duties_of, round_key
from contracts.identity.vouching.messages import (
    JUDGED_ROWS_MAX,
    KEYS_POSTED_MAX,
    PLACES_SUMMED_MAX,
    JudgeDepositors,
    OpenRound,
    PostKeys,
    StateAnswers,
    SumKeys,
    VoucherKey,
)
from contracts.identity.vouching.state import (
    JUDGED_ROW,
    Deposit,
    Duty,
    RoundPlan,
    depositors,
    deposits,
    editions,
    enrolment_roots,
    judged,
    rounds,
    stated_counts,
    year_of,
)
from contracts.sdk.bls import BadElement, decode_g1
from genesis.files import read_bytes

log = logging.getLogger("sapha.voucher")

_DONE = frozenset({"ROUND_OPEN", "VOUCHER_KEY_EXISTS"})
_TOO_DEAR = "BUDGET_EXCEEDED"


class Voucher:
    """One voucher of one chain; `folder` keeps what wallets hand in and what is published.

    Without a light client its node is believed.
    """

    def __init__(
        self,
        actor: Actor,
        vault: Vault,
        agency: str,
        folder: Path,
        light: LightClient | None = None,
    ) -> None:
        self.actor = actor
        self.agency = agency
        self.intake = Intake(folder)
        self._vault = vault
        self._proofs = Proofs(actor.rpc, light)

    async def duties(self) -> tuple[Duty, ...]:
        """Return what is to be done now, as the node says: a lie costs work, and nobody a key."""
        return await ask(self.actor.rpc, duties_of, self.agency)

    async def post(self, asked: Round) -> int:
        """Begin a round unless it is begun, post all keys of it; return how many were new.

        Raises:
            NoVoucher: the agency is none of the round's edition.
            RpcRefused, LedgerRefused: such as EPOCH_NOT_AHEAD, ROUND_CLOSED.
        """
        signer = await self._signer(asked)
        plan = await self._plan_or_none(asked)
        if plan is None:
            with _or_done():
                await self.actor.do(OpenRound(agency=self.agency, asked=asked))
            plan = await self._plan(asked)
        new = 0
        for first in range(0, plan.count, KEYS_POSTED_MAX):
            places = range(first, min(plan.count, first + KEYS_POSTED_MAX))
            keys = await asyncio.to_thread(_proven, signer, asked, places)
            message = PostKeys(agency=self.agency, asked=asked, first=first, keys=keys)
            with _or_done():
                await self.actor.do(message)
                new += len(keys)
        return new

    async def sum(self, asked: Round, places: Sequence[int]) -> None:
        """Have it fixed who signs in a round, and its keys of these places added up."""
        for first in range(0, len(places), PLACES_SUMMED_MAX):
            part = tuple(places[first : first + PLACES_SUMMED_MAX])
            await self.actor.do(SumKeys(asked=asked, places=part))

    async def take(self, data: bytes, epochs: range | None = None) -> Upload | PlacesUpload:
        """Keep what a wallet hands in, if it stands under its root on the ledger.

        Only of these epochs, if they are given.

        Raises:
            BadUpload: it is of no form, of no deposit or subject, or of another root; or the
                epoch is answered.
        """
        try:
            upload = read_upload(data)
        except BadUpload:
            places = read_places(data)
            await self._check_places(places)
            self.intake.keep_places(places)
            return places
        if epochs is not None and upload.epoch not in epochs:
            raise BadUpload(f"keys of epoch {upload.epoch} are not taken now")
        (deposit,) = await self._deposits(upload.epoch, [upload.number])
        if deposit is None:
            raise BadUpload(f"there is no deposit {upload.number} of that year")
        upload.check(deposit.root)
        self.intake.keep(upload)
        return upload

    async def take_all(self, inbox: Path) -> dict[Path, str | None]:
        """Take the files of a folder; return of each why it was refused, None where it was not."""
        refused: dict[Path, str | None] = {}
        for path in await asyncio.to_thread(_handed_in, inbox):
            try:
                await self.take(await asyncio.to_thread(read_bytes, path, PLACES_BYTES_MAX))
            except (BadUpload, OSError) as error:
                refused[path] = str(error)
            else:
                refused[path] = None
        return refused

    async def answer(self, asked: Round) -> tuple[int, ...]:
        """Answer all that was handed in for an epoch, publish it; return how many, by class.

        A depositor is answered in each class up to its level as the ledger judged it, or not at
        all. Who is answered is written down before the first answer: again, also after a fall,
        publishes the same.

        Raises:
            NoVoucher: the agency is none of the round's edition, or there is no such round.
            RpcRefused, LedgerRefused: such as ROUND_OPEN, while keys are taken; WRONG_EPOCH more
                than six hours before the epoch.
            NotJudged, StaleAnswer: the node is behind; nothing is decided yet.
        """
        signer = await self._signer(asked)
        plan = await self._plan(asked)
        levels = self.intake.closed(asked)
        if levels is None:
            await self.sum(asked, range(plan.count))
            levels = await self._close(asked)
        await asyncio.to_thread(_publish, self.intake, signer, (asked, plan), levels)
        return tuple(
            SLOTS * sum(level >= least for level in levels.values()) for least in plan.classes
        )

    async def answer_places(self, asked: Round) -> int:
        """Answer what was handed in of a list and is not answered yet; return for how many.

        Raises as `answer`.
        """
        signer = await self._signer(asked)
        await self._plan(asked)
        new = 0
        for upload in self.intake.places(asked.period, asked.generation):
            name = places_name(asked, signer.number, upload.sid)
            if self.intake.published(name) is not None:
                continue
            try:
                answers = await asyncio.to_thread(_enrolled, signer, asked, upload.elements)
            except BadElement:
                log.warning("0x%s is not answered: an element hides no key", upload.sid.hex())
                continue
            given = PlaceAnswers(
                asked=asked, voucher=signer.number, sid=upload.sid, answers=tuple(answers)
            )
            self.intake.publish(name, write_place_answers(given))
            new += 1
        return new

    async def state(self, asked: Round, counts: tuple[int, ...]) -> None:
        """Put on the ledger how many blinded keys were answered; again changes nothing."""
        signer = await self._signer(asked)
        place = (*round_key(asked), signer.number)
        if await self._proofs.value(stated_counts, *place) is None:
            with _or_done():
                await self.actor.do(StateAnswers(agency=self.agency, asked=asked, counts=counts))

    async def _close(self, asked: Round) -> Levels:
        """Have the ledger judge who handed in, and write down who of them is answered."""
        epoch, numbers = asked.period, self.intake.numbers(asked.period)
        rows = await self._judged(epoch, sorted({number // JUDGED_ROW for number in numbers}))
        found = await self._deposits(epoch, numbers)
        levels: Levels = {}
        for number, deposit in zip(numbers, found, strict=True):
            of_row = rows[number // JUDGED_ROW]
            place = number % JUDGED_ROW
            level = of_row[place] if place < len(of_row) else 0
            is_due = deposit is not None and deposit.generation == asked.generation and level > 0
            if deposit is not None and is_due and _is_whole(self.intake, asked, number, deposit):
                levels[number] = level
        self.intake.close(asked, levels)
        return levels

    async def _judged(self, epoch: int, rows: list[int]) -> dict[int, tuple[int, ...]]:
        """Return the levels of rows of depositors, after having the ledger judge them.

        Raises NotJudged: a node that is behind must not decide that nobody is answered.
        """
        year = year_of(epoch)
        for size in (JUDGED_ROWS_MAX, 1):  # a row alone where together they cost too much
            found = await self._proofs.values(judged, [(year, row) for row in rows])
            open_rows = [
                row
                for row, one in zip(rows, found, strict=True)
                if one is None or one.epoch < epoch
            ]
            for first, count in _runs(open_rows, size):
                try:
                    await self.actor.do(JudgeDepositors(epoch=epoch, first=first, rows=count))
                except (RpcRefused, LedgerRefused) as refused:
                    if refused.code != _TOO_DEAR or size == 1:
                        raise
        found = await self._proofs.values(judged, [(year, row) for row in rows])
        levels = {}
        for row, one in zip(rows, found, strict=True):
            if one is None or one.epoch < epoch:
                raise NotJudged(f"row {row} is not judged for epoch {epoch}")
            levels[row] = one.levels if one.epoch == epoch else ()  # it is too late for this one
        return levels

    async def _deposits(self, epoch: int, numbers: Sequence[int]) -> list[Deposit | None]:
        """Return the deposits with these numbers that count in an epoch, None for none."""
        year = year_of(epoch)
        sids = await self._proofs.values(depositors, [(year, number) for number in numbers])
        keys = [(sid, year) for sid in sids if sid is not None]
        rows = await self._proofs.values(deposits, keys)
        found = iter(rows)
        given = [None if sid is None else next(found) for sid in sids]
        return [None if one is None or one.since > epoch else one for one in given]

    async def _check_places(self, upload: PlacesUpload) -> None:
        """Raise BadUpload unless a subject that is active and in no recovery has this root."""
        place = (upload.list_id, upload.generation, upload.sid)
        root = await self._proofs.value(enrolment_roots, *place)
        subject = await self._proofs.value(subjects, upload.sid)
        recovery = await self._proofs.value(recoveries, upload.sid)
        is_in_hold = recovery is not None and recovery.status == HELD
        if root is None or subject is None or subject.status != ACTIVE or is_in_hold:
            raise BadUpload("the subject has no root in the list, or does not stand in order")
        upload.check(root)

    async def _plan(self, asked: Round) -> RoundPlan:
        plan = await self._plan_or_none(asked)
        if plan is None:
            raise NoVoucher(f"the ledger has no round {asked}")
        return plan

    async def _plan_or_none(self, asked: Round) -> RoundPlan | None:
        return await self._proofs.value(rounds, *round_key(asked))

    async def _signer(self, asked: Round) -> VoucherSigner:
        vouchers = await self._proofs.value(editions, asked.edition)
        if vouchers is None or self.agency not in vouchers.agencies:
            raise NoVoucher(f"{self.agency} is no voucher of edition {asked.edition}")
        number = vouchers.agencies.index(self.agency) + 1
        return VoucherSigner(self._vault, self.actor.chain_id, number=number, agency=self.agency)


def _handed_in(inbox: Path) -> list[Path]:
    return sorted(inbox.glob("*.bin"))


@contextmanager
def _or_done() -> Iterator[None]:
    """Let pass that the ledger has it already."""
    try:
        yield
    except (RpcRefused, LedgerRefused) as refused:
        if refused.code not in _DONE:
            raise


def _runs(rows: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """Yield first and count of rows that follow each other, at most `size` together."""
    start = 0
    for at in range(1, len(rows) + 1):
        is_end = at == len(rows) or rows[at] != rows[at - 1] + 1 or at - start == size
        if is_end:
            yield rows[start], at - start
            start = at


def _is_whole(intake: Intake, asked: Round, number: int, deposit: Deposit) -> bool:
    """Whether what a deposit's wallet handed in can be answered."""
    try:
        upload = intake.upload(asked.period, number)
        upload.check(deposit.root)
        for element in upload.elements:
            decode_g1(element)
    except (BadUpload, BadElement) as error:
        log.warning("deposit %d is not answered: %s", number, error)
        return False
    return True


def _publish(
    intake: Intake, signer: VoucherSigner, at: tuple[Round, RoundPlan], levels: Levels
) -> None:
    """Publish what is not published yet: a bucket of each class for who handed in."""
    asked, plan = at
    for bucket in sorted({bucket_of(number) for number in levels}):
        members = [number for number in levels if bucket_of(number) == bucket]
        for class_id, least in enumerate(plan.classes):
            name = bucket_name(asked, class_id, signer.number, bucket)
            if intake.published(name) is None:
                wanted = [number for number in members if levels[number] >= least]
                answers = _answered(intake, signer, (asked, class_id), wanted)
                made = Bucket(
                    asked=asked,
                    class_id=class_id,
                    voucher=signer.number,
                    bucket=bucket,
                    answers=answers,
                )
                intake.publish(name, write_bucket(made))


def _answered(
    intake: Intake, signer: VoucherSigner, at: tuple[Round, int], numbers: Iterable[int]
) -> dict[int, tuple[bytes, ...]]:
    asked, class_id = at
    found = {}
    for number in numbers:
        elements = intake.upload(asked.period, number).elements
        found[number] = signer.answer(asked, class_id, elements)
    return found


def _proven(signer: VoucherSigner, asked: Round, places: range) -> tuple[VoucherKey, ...]:
    return tuple(signer.proven(asked, place) for place in places)


def _enrolled(signer: VoucherSigner, asked: Round, elements: Iterable[bytes]) -> list[bytes]:
    return [signer.answer(asked, place, (each,))[0] for place, each in enumerate(elements)]
