"""A voucher: posts its keys ahead, answers blinded keys for everybody at once, publishes answers.

A registrar's brother: its own light work, its own vault, apart from any validator. Nothing is
answered for one person on demand. Whether somebody stands in order is what its own node says when
it answers an epoch; vouchers that look at different last blocks answer different people, and who
is left out by one of those that sign has no certificate that day.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from client.contract import Actor, ask
from client.errors import LedgerRefused, RpcRefused
from client.files import write_whole
from client.identity.vouching.errors import BadUpload, NoVoucher
from client.identity.vouching.files import (
    Bucket,
    Upload,
    bucket_name,
    bucket_of,
    read_upload,
    write_bucket,
    write_upload,
)
from client.identity.vouching.signer import VoucherSigner
from client.identity.vouching.tree import ENROL_DEPTH, tree_of
from client.vault import Vault
from contracts.identity.crypto.certificates import SLOTS, Round
from contracts.identity.vouching import handlers, roots
from contracts.identity.vouching.messages import (
    KEYS_POSTED_MAX,
    OpenRound,
    PostKeys,
    StateAnswers,
    SumKeys,
    VoucherKey,
)
from contracts.identity.vouching.state import ANSWERABLE_PAGE, Answerable, RoundPlan
from contracts.sdk.bls import BadElement

log = logging.getLogger("sapha.voucher")

_DONE = frozenset({"ROUND_OPEN", "VOUCHER_KEY_EXISTS"})


class Voucher:
    """One voucher of one chain; `folder` keeps what wallets hand in and what is published."""

    def __init__(self, actor: Actor, vault: Vault, agency: str, folder: Path) -> None:
        self.actor = actor
        self.agency = agency
        self._vault = vault
        self._folder = folder

    async def post(self, asked: Round) -> int:
        """Begin a round unless it is begun, post all keys of it; return how many were new.

        Raises:
            NoVoucher: the agency is none of the round's edition.
            RpcRefused, LedgerRefused: such as EPOCH_NOT_AHEAD, ROUND_CLOSED.
        """
        signer = await self._signer(asked)
        plan = await self._plan(asked)
        if plan is None:
            with _or_done():
                await self.actor.do(OpenRound(agency=self.agency, asked=asked))
            plan = await self._plan(asked)
        if plan is None:
            raise NoVoucher(f"the ledger has no round {asked}")
        new = 0
        for first in range(0, plan.count, KEYS_POSTED_MAX):
            places = range(first, min(plan.count, first + KEYS_POSTED_MAX))
            keys = await asyncio.to_thread(_proven, signer, asked, places)
            message = PostKeys(agency=self.agency, asked=asked, first=first, keys=keys)
            with _or_done():
                await self.actor.do(message)
                new += len(keys)
        return new

    async def sum(self, asked: Round, places: tuple[int, ...]) -> None:
        """Have it fixed who signs in a round, and its keys of these places added up."""
        await self.actor.do(SumKeys(asked=asked, places=places))

    async def enrol(self, asked: Round, sid: bytes, elements: Sequence[bytes]) -> list[bytes]:
        """Return the answers to a subject's blinded pairwise keys of a list, all places together.

        Raises:
            NoVoucher: the agency is none of the round's edition.
            BadUpload: they are not under the subject's root, or it does not stand in order now.
            BadElement: one hides no key.
        """
        signer = await self._signer(asked)
        before = (int.from_bytes(sid, "big") - 1).to_bytes(len(sid), "big")
        named = (asked.period, asked.generation, before)
        page = await ask(self.actor.rpc, roots.enrolled_page, *named)
        if not page or page[0].sid != sid or not page[0].is_answerable:
            raise BadUpload("the subject has no root in the list, or does not stand in order")
        if tree_of(asked.period, elements, ENROL_DEPTH).root != page[0].root:
            raise BadUpload("the keys are not those under the subject's root")
        return await asyncio.to_thread(_enrolled, signer, asked, elements)

    async def take(self, data: bytes) -> Upload:
        """Keep what a wallet hands in, if it stands under the root of its deposit.

        Raises:
            BadUpload: it is of no form, of no deposit, or of another root.
        """
        upload = read_upload(data)
        page = await ask(self.actor.rpc, roots.answerable_page, upload.epoch, upload.number)
        if not page or page[0].number != upload.number:
            raise BadUpload(f"there is no deposit {upload.number} of that year")
        upload.check(page[0].root)
        path = self._upload_path(upload.epoch, upload.number)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, write_upload(upload))
        return upload

    async def answer(self, asked: Round) -> tuple[int, ...]:
        """Answer all that was handed in for an epoch, publish it; return how many, by class.

        A depositor is answered in each class up to its level now, or not at all.

        Raises:
            NoVoucher: the agency is none of the round's edition, or there is no such round.
            RpcRefused, LedgerRefused: such as ROUND_OPEN, while keys are taken.
        """
        signer = await self._signer(asked)
        plan = await self._plan(asked)
        if plan is None:
            raise NoVoucher(f"the ledger has no round {asked}")
        await self.sum(asked, tuple(range(plan.count)))
        counts = [0] * plan.count
        first = 0
        rows: dict[int, list[Answerable]] = {}
        while page := await ask(self.actor.rpc, roots.answerable_page, asked.period, first):
            first = page[-1].number + 1
            for row in page:
                rows.setdefault(bucket_of(row.number), []).append(row)
            if len(page) < ANSWERABLE_PAGE:
                break
        for bucket, members in rows.items():
            uploads = [(row, self._handed_in(asked, row)) for row in members]
            present = [(row, upload) for row, upload in uploads if upload is not None]
            for class_id, level in enumerate(plan.classes):
                wanted = [upload for row, upload in present if row.level >= level]
                answers = await asyncio.to_thread(_answered, signer, asked, class_id, wanted)
                counts[class_id] += SLOTS * len(answers)
                self._publish(
                    Bucket(
                        asked=asked,
                        class_id=class_id,
                        voucher=signer.number,
                        bucket=bucket,
                        answers=answers,
                    )
                )
        return tuple(counts)

    async def state(self, asked: Round, counts: tuple[int, ...]) -> None:
        """Put on the ledger how many blinded keys were answered; again changes nothing."""
        with _or_done():
            await self.actor.do(StateAnswers(agency=self.agency, asked=asked, counts=counts))

    async def _plan(self, asked: Round) -> RoundPlan | None:
        return await ask(self.actor.rpc, handlers.plan_of, *handlers.round_key(asked))

    async def _signer(self, asked: Round) -> VoucherSigner:
        vouchers = await ask(self.actor.rpc, handlers.vouchers_of, asked.edition)
        if vouchers is None or self.agency not in vouchers.agencies:
            raise NoVoucher(f"{self.agency} is no voucher of edition {asked.edition}")
        number = vouchers.agencies.index(self.agency) + 1
        return VoucherSigner(self._vault, self.actor.chain_id, number=number, agency=self.agency)

    def _handed_in(self, asked: Round, row: Answerable) -> Upload | None:
        """Return what a depositor handed in, None where there is nothing to answer."""
        path = self._upload_path(asked.period, row.number)
        if row.level == 0 or row.generation != asked.generation or not path.is_file():
            return None
        try:
            upload = read_upload(path.read_bytes())
            upload.check(row.root)
        except BadUpload as error:
            log.warning("deposit %d is not answered: %s", row.number, error)
            return None
        return upload

    def _publish(self, bucket: Bucket) -> None:
        place = (bucket.class_id, bucket.voucher, bucket.bucket)
        path = self._folder / "answers" / bucket_name(bucket.asked, *place)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, write_bucket(bucket))

    def _upload_path(self, epoch: int, number: int) -> Path:
        return self._folder / "uploads" / str(epoch) / f"{number}.bin"


@contextmanager
def _or_done() -> Iterator[None]:
    """Let pass that the ledger has it already."""
    try:
        yield
    except (RpcRefused, LedgerRefused) as refused:
        if refused.code not in _DONE:
            raise


def _proven(signer: VoucherSigner, asked: Round, places: range) -> tuple[VoucherKey, ...]:
    return tuple(signer.proven(asked, place) for place in places)


def _enrolled(signer: VoucherSigner, asked: Round, elements: Sequence[bytes]) -> list[bytes]:
    return [signer.answer(asked, place, (each,))[0] for place, each in enumerate(elements)]


def _answered(
    signer: VoucherSigner, asked: Round, class_id: int, uploads: Iterable[Upload]
) -> dict[int, tuple[bytes, ...]]:
    """Return the answers by number of the deposit; who handed in no elements has none."""
    found = {}
    for upload in uploads:
        try:
            found[upload.number] = signer.answer(asked, class_id, upload.elements)
        except BadElement:
            log.warning("deposit %d is not answered: it hides no key", upload.number)
    return found
