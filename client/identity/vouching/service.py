"""A voucher's service: does what is due by itself, and answers letters that others carry to it.

The ledger and the voucher's folder are its only memory: it may be killed at any point and started
again, and gives no second answer that differs. It listens for sealed letters alone, on the
loopback; relays carry them there, so it learns no address.
"""

import asyncio
import logging
from typing import Any

from client.contract import ask
from client.errors import LedgerRefused, RpcRefused
from client.identity.vouching.letters import FETCH, HAND_IN
from client.identity.vouching.voucher import Voucher
from client.relay.door import no_method
from client.transaction import wall_ms
from contracts.identity.crypto.certificates import ENROL, Round
from contracts.identity.vouching.handlers import epochs, last_vouchers, places_page
from contracts.identity.vouching.state import KEYS, SUMS, Duty, EpochClock, epoch_at
from genesis.schema import Genesis
from primitives.errors import BadShape, PeerFault, Rejected
from primitives.hex import read_hex

log = logging.getLogger("sapha.voucher")

LETTERS_A_SECOND_MAX = 50
UPLOADS_AHEAD = 40  # epochs
_POLL_S, _REST_S_MAX = 1.0, 300.0
_TOGETHER = 4  # uploads that are checked at once
_NAME_CHARS_MAX = 256


class VoucherService:
    """One voucher at work; it is the desk behind its own door for letters."""

    def __init__(self, voucher: Voucher, genesis: Genesis) -> None:
        self.voucher = voucher
        self._genesis = genesis
        self._clock: EpochClock | None = None  # of the genesis, so it stays
        self._room = asyncio.Semaphore(_TOGETHER)
        self._rests: dict[tuple[str, Round], tuple[float, float]] = {}  # refused: until, and next

    async def epoch(self) -> int:
        """Return the epoch of now, by this machine's clock. Raises PeerFault."""
        if self._clock is None:
            self._clock = await ask(self.voucher.actor.rpc, epochs)
        return epoch_at(self._clock, self._genesis.calendar_ms(wall_ms()))

    async def run(self) -> None:
        """Do what is due, each when it is, for ever."""
        while True:
            try:
                await self.step()
            except PeerFault as fault:
                log.warning("the node is not believed, or does not answer: %s", fault)
            await asyncio.sleep(_POLL_S)

    async def step(self) -> int:
        """Do what is due now; return how many acts were done. What is refused is said, and waits.

        Raises:
            PeerFault: no node answers, or one does not prove what it says.
        """
        done = 0
        due = await self.voucher.duties()
        for duty in due:
            done += await self._did(duty)
        edition = await ask(self.voucher.actor.rpc, last_vouchers)
        for list_id, generation in self.voucher.intake.lists():
            asked = Round(kind=ENROL, period=list_id, edition=edition, generation=generation)
            done += await self._did(Duty(asked=asked, act=ENROL, until_ms=0))
        await asyncio.to_thread(self.voucher.intake.forget, await self.epoch() - 1)
        self._rests = {
            name: rest
            for name, rest in self._rests.items()
            if name[0] == ENROL or any(name == (duty.act, duty.asked) for duty in due)
        }
        return done

    async def answer(self, method: str, params: dict[str, Any], *, is_alone: bool) -> object:
        """Return the result of a call in a letter, see `client.relay.door.Desk`."""
        del is_alone  # uploads and fetches may go together
        if method == HAND_IN:
            data = read_hex(params.get("upload"), name="upload")
            now = await self.epoch()
            async with self._room:
                await self.voucher.take(data, range(now, now + UPLOADS_AHEAD))
            return {"taken": True}
        if method == FETCH:
            name = params.get("name")
            if not isinstance(name, str) or len(name) > _NAME_CHARS_MAX:
                raise BadShape("must be the name of a published file", field="name")
            content = await asyncio.to_thread(self.voucher.intake.published, name)
            return {"content": None if content is None else "0x" + content.hex()}
        raise no_method(method)

    async def _did(self, duty: Duty) -> int:
        """Do one act, unless it was refused just now; return how much was done.

        What is refused again and again is tried ever more rarely: each trial may be a transaction.
        """
        name, now_s = (duty.act, duty.asked), asyncio.get_running_loop().time()
        until_s, pause_s = self._rests.get(name, (0.0, _POLL_S))
        if now_s < until_s:
            return 0
        try:
            done = await self._do(duty)
        except (Rejected, LedgerRefused, RpcRefused) as refused:
            log.warning("%s of %s waits %.0f s: %s", duty.act, duty.asked, pause_s, refused)
            self._rests[name] = (now_s + pause_s, min(2 * pause_s, _REST_S_MAX))
            return 0
        self._rests.pop(name, None)
        return done

    async def _do(self, duty: Duty) -> int:
        voucher, asked = self.voucher, duty.asked
        if duty.act == ENROL:
            return await voucher.answer_places(asked)
        if duty.act == KEYS:
            new = await voucher.post(asked)
            log.info("%d keys posted of %s %d", new, asked.kind, asked.period)
            return new
        if duty.act == SUMS:
            placed = await ask(voucher.actor.rpc, places_page, asked.period, None)
            await voucher.sum(asked, [one.place for one in placed])
            return len(placed)
        counts = await voucher.answer(asked)
        await voucher.state(asked, counts)
        log.info("epoch %d is answered: %s blinded keys, by class", asked.period, counts)
        return 1
