"""Enrolment and deposit: the roots that a citizen puts on the ledger, and what is handed in.

Once a list and once a year; then all that is under a root goes to every voucher at once, so that
what is handed in later tells nobody when the wallet was used. Nothing is kept that the seed does
not give back.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

from client.contract import ask
from client.identity.vouching import facts
from client.identity.vouching.errors import NoCertificates, OtherSeed, Reason
from client.identity.vouching.files import PlacesUpload, Upload, write_places, write_upload
from client.identity.vouching.folder import Holder
from client.identity.vouching.seed import first_epoch, slot_index
from client.identity.vouching.tree import YEAR_DEPTH, tree_of
from contracts.identity.core.messages import UNSIGNED
from contracts.identity.crypto.certificates import SLOTS
from contracts.identity.vouching.messages import (
    DepositRoot,
    EnrolRoot,
    deposit_statement,
    enrolment_root_statement,
)
from contracts.identity.vouching.roots import DEPOSIT_AHEAD, deposit_of, root_of
from contracts.identity.vouching.state import Deposit

_SLOT_LEVELS = SLOTS.bit_length() - 1


class Roots:
    """A citizen's roots on one chain, and what a wallet hands in under them."""

    def __init__(self, holder: Holder) -> None:
        self._holder = holder
        self._rpc = holder.rpc
        self._folder = holder.folder
        self._seed = holder.seed

    async def enrolment(self, list_id: int) -> EnrolRoot | None:
        """Return what enrols in a list, signed; anyone may carry it. None: it is done.

        Raises:
            NotInOrder: there is no such subject.
            OtherSeed: another seed has enrolled this citizen; the old words, or a recovery.
        """
        sid = self._folder.sid
        act = await facts.next_act(self._rpc, sid)
        root = (await asyncio.to_thread(self._seed.list_tree, list_id, act.generation)).root
        standing = await ask(self._rpc, root_of, list_id, act.generation, sid)
        if standing is not None:
            _check_own(standing, root)
            return None
        message = EnrolRoot(
            sid=sid,
            seq=act.seq,
            list_id=list_id,
            generation=act.generation,
            root=root,
            key=self._holder.keys.subject.public_key,
            signature=UNSIGNED,
        )
        statement = enrolment_root_statement(self._holder.chain_id, message)
        return replace(message, signature=self._holder.keys.subject.sign(*statement))

    async def is_enrolled(self, list_id: int, generation: int) -> bool:
        """Return whether this citizen has a root in a list, of a generation."""
        sid = self._folder.sid
        return await ask(self._rpc, root_of, list_id, generation, sid) is not None

    async def hand_in_list(self, list_id: int) -> int:
        """Hand the keys of a list to every voucher that has them not; return to how many."""
        act = await facts.next_act(self._rpc, self._folder.sid)
        upload = PlacesUpload(
            list_id=list_id,
            generation=act.generation,
            sid=self._folder.sid,
            elements=await asyncio.to_thread(self._seed.hidden_places, list_id, act.generation),
        )
        asked = await facts.list_round(self._rpc, list_id, act.generation)
        name = f"list-{list_id}-{asked.edition}-{act.generation}"
        return await self._hand_in(name, [write_places(upload)])

    async def deposited(self, year: int) -> Deposit | None:
        """Return this citizen's deposit of a year while it counts; None without one.

        It counts while the key that signed it is one of the subject's.
        """
        found = await ask(self._rpc, deposit_of, self._folder.sid, year)
        if found is None:
            return None
        act = await facts.next_act(self._rpc, self._folder.sid)
        return found if found.key in act.keys and found.generation == act.generation else None

    async def deposit(self, year: int) -> DepositRoot | None:
        """Return what deposits a year, signed; anyone may carry it. None: it is done.

        Raises:
            NotInOrder: there is no such subject.
            OtherSeed: another seed has deposited for this citizen.
        """
        sid = self._folder.sid
        act = await facts.next_act(self._rpc, sid)
        tree = await asyncio.to_thread(self._seed.year_tree, year, act.generation)
        standing = await self.deposited(year)
        if standing is not None:
            _check_own(standing.root, tree.root)
            return None
        message = DepositRoot(
            sid=sid,
            seq=act.seq,
            year=year,
            generation=act.generation,
            root=tree.root,
            key=self._holder.keys.subject.public_key,
            signature=UNSIGNED,
        )
        statement = deposit_statement(self._holder.chain_id, message)
        return replace(message, signature=self._holder.keys.subject.sign(*statement))

    def deposit_day(self, year: int) -> int:
        """Return the epoch on which a year's root is to be put on the ledger.

        It is one of the 60 before the year, drawn from the seed, so that it tells nothing.
        """
        return first_epoch(year) - DEPOSIT_AHEAD + self._seed.drawn(year) % DEPOSIT_AHEAD

    async def hand_in_year(self, year: int) -> int:
        """Hand the keys of every epoch of a year to every voucher; return to how many.

        Raises:
            NoCertificates: the year is not deposited.
        """
        deposit = await self.deposited(year)
        if deposit is None:
            raise NoCertificates(Reason.NO_DEPOSIT)
        now = await facts.now_of(self._rpc)
        first = max(now.epoch, deposit.since)
        name = f"year-{year}-{deposit.generation}-{deposit.number}"
        uploads = await asyncio.to_thread(list, self._uploads(year, deposit, first))
        return await self._hand_in(name, uploads)

    def _uploads(self, year: int, deposit: Deposit, first: int) -> Iterator[bytes]:
        elements = self._seed.year_elements(year, deposit.generation)
        tree = tree_of(year, elements, YEAR_DEPTH)
        for epoch in range(first, first_epoch(year + 1)):
            index = slot_index(epoch, 0)
            upload = Upload(
                epoch=epoch,
                number=deposit.number,
                elements=tuple(elements[index : index + SLOTS]),
                path=tree.path(index, _SLOT_LEVELS),
            )
            yield write_upload(upload)

    async def _hand_in(self, name: str, uploads: list[bytes]) -> int:
        """Hand uploads to every voucher of the last edition to whom there is a way."""
        count = 0
        for voucher in sorted(self._folder.ways):
            mark = f"{name}-to-{voucher}"
            if mark in self._folder.handed_in:
                continue
            for upload in uploads:
                await self._holder.carrier.hand_in(voucher, upload)
            self._folder.handed_in.add(mark)
            self._folder.save()
            count += 1
        return count


def _check_own(standing: bytes, own: bytes) -> None:
    if standing != own:
        raise OtherSeed("the ledger has another root of this citizen: its seed is another one")
