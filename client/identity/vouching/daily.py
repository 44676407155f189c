"""Today's certificates: whole buckets are fetched, and both certificates shown before an act.

A wallet shows them once a day and sector, with the lowest class that bears the act. A throwaway key
serves one sector; which one is free the ledger is asked, so that a wallet that was restored, or a
second device, shows none twice.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from client.contract import ask
from client.identity.vouching import facts
from client.identity.vouching.certificates import Answers, Certificate, CertificateMaker
from client.identity.vouching.errors import (
    AnswersAbsent,
    BadBucket,
    NoCertificates,
    Reason,
    WrongAnswer,
)
from client.identity.vouching.files import (
    bucket_name,
    bucket_of,
    places_name,
    read_bucket,
    read_place_answers,
)
from client.identity.vouching.folder import Holder
from client.identity.vouching.roots import Roots
from contracts.identity.crypto.certificates import SLOTS, Round
from contracts.identity.vouching.handlers import certificates_from
from contracts.identity.vouching.messages import ShowCertificates
from contracts.identity.vouching.shown import slot_of, vouched_level
from contracts.identity.vouching.state import Deposit, year_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What a wallet has for today: the round, the levels of its classes, its deposit."""

    asked: Round
    levels: tuple[int, ...]
    deposit: Deposit


class DailyCertificates:
    """A citizen's certificates of the present epoch."""

    def __init__(self, holder: Holder) -> None:
        self._roots = Roots(holder)
        self._keys = holder.keys
        self._rpc = holder.rpc
        self._folder = holder.folder
        self._carrier = holder.carrier
        self._seed = holder.seed
        self._maker = CertificateMaker(holder.seed, holder.chain_id)

    async def today(self) -> Today:
        """Return what today's certificates are of. Raises NoCertificates, and says why."""
        epoch = (await facts.now_of(self._rpc)).epoch
        self._folder.begin(epoch)
        deposit = await self._roots.deposited(year_of(epoch))
        if deposit is None:
            raise NoCertificates(Reason.NO_DEPOSIT)
        if epoch < deposit.since:
            raise NoCertificates(Reason.NOT_YET, f"{deposit.since - epoch}")
        asked = await facts.day_round(self._rpc, epoch, deposit.generation)
        plan = await facts.plan(self._rpc, asked)
        return Today(asked=asked, levels=plan.classes, deposit=deposit)

    async def fetch(self, level: int) -> int:
        """Fetch the buckets of all classes up to a level; return how many bytes they have.

        Whole buckets of every class, whatever is needed of them: what is fetched tells no visit.

        Raises:
            NoCertificates: there are none today, and why.
        """
        today = await self.today()
        count = 0
        for class_id in range(len(today.levels)):
            if today.levels[class_id] <= level:
                for voucher in await facts.signers(self._rpc, today.asked, class_id):
                    count += len(await self._bucket(today, class_id, voucher))
        return count

    async def for_act(self, sector: str, level: int) -> ShowCertificates | None:
        """Return what is to be shown before an act in a sector at a level; None: nothing is.

        Nothing is where the ledger has seen it today, or where none can be had and none is needed.

        Raises:
            NoCertificates: they are required, and there are none; says why.
            WrongAnswer: names a voucher that answered wrongly.
        """
        key = self._keys.pairwise(sector).public_key
        if 0 < await ask(self._rpc, vouched_level, sector, key) >= level:
            return None
        required = await ask(self._rpc, certificates_from)
        try:
            return await self._made(sector, level)
        except NoCertificates:
            if (await facts.now_of(self._rpc)).epoch >= required:
                raise
            return None

    async def _made(self, sector: str, level: int) -> ShowCertificates:
        place = self._keys.places.get(sector)
        if place is None:
            raise NoCertificates(Reason.NO_PLACE, sector)
        today = await self.today()
        enrolled = await self._enrolment(place, today.deposit.generation)
        fitting = [number for number, of in enumerate(today.levels) if of >= level]
        if not fitting:
            raise NoCertificates(Reason.CLASS_TOO_LOW)
        slot = await self._slot(sector, today)
        alive = await self._alive(today, fitting[0], slot)
        return self._maker.show(enrolled, alive, slot)

    async def _enrolment(self, place: tuple[int, int], generation: int) -> Certificate:
        list_id, number = place
        asked = await facts.list_round(self._rpc, list_id, generation)
        if not await self._roots.is_enrolled(list_id, generation):
            raise NoCertificates(Reason.NOT_ENROLLED)
        keys = await facts.signers(self._rpc, asked, number)
        answers = {}
        for voucher in keys:
            name = places_name(asked, voucher, self._folder.sid)
            data = await self._folder.fetched(self._carrier, voucher, name)
            if data is None:
                raise NoCertificates(Reason.NOT_ANSWERED, f"{voucher}")
            with self._verified({voucher: name}):
                answers[voucher] = read_place_answers(data).answers[number]
        given = Answers(keys=keys, answers=answers)
        names = {voucher: places_name(asked, voucher, self._folder.sid) for voucher in keys}
        with self._verified(names):
            return self._maker.enrolment(asked, number, given)

    async def _alive(self, today: Today, class_id: int, slot: int) -> Certificate:
        keys = await facts.signers(self._rpc, today.asked, class_id)
        names = {voucher: _name(today, class_id, voucher) for voucher in keys}
        answers = {}
        for voucher in keys:
            data = await self._bucket(today, class_id, voucher)
            with self._verified({voucher: names[voucher]}):
                row = read_bucket(data).answers.get(today.deposit.number)
            if row is not None:
                answers[voucher] = row[slot]
        given = Answers(keys=keys, answers=answers)
        try:
            with self._verified(names):
                return self._maker.alive(today.asked, class_id, slot, given)
        except AnswersAbsent as absent:
            raise NoCertificates(Reason.LEFT_OUT, absent.message) from absent

    @contextmanager
    def _verified(self, names: Mapping[int, str]) -> Iterator[None]:
        """Remove vouchers' files that turn out to be wrong, so that they are fetched anew."""
        try:
            yield
        except (BadBucket, WrongAnswer):
            for voucher, name in names.items():
                self._folder.forget(voucher, name)
            raise

    async def _bucket(self, today: Today, class_id: int, voucher: int) -> bytes:
        name = _name(today, class_id, voucher)
        data = await self._folder.fetched(self._carrier, voucher, name)
        if data is None:
            raise NoCertificates(Reason.NOT_PUBLISHED, f"{voucher}")
        return data

    async def _slot(self, sector: str, today: Today) -> int:
        """Return the slot that serves a sector today, or the next that serves none."""
        folder, asked = self._folder, today.asked
        own = self._keys.pairwise(sector).public_key
        for slot in range(SLOTS):
            if folder.slots.get(slot, sector) != sector:
                continue
            key = self._seed.slot(asked.period, slot, asked.generation).public_key
            used = await ask(self._rpc, slot_of, asked.period, key)
            is_free = used is None or used.key == own
            folder.take(slot, sector if is_free else "")
            if is_free:
                return slot
        raise NoCertificates(Reason.SLOTS_USED)


def _name(today: Today, class_id: int, voucher: int) -> str:
    return bucket_name(today.asked, class_id, voucher, bucket_of(today.deposit.number))
