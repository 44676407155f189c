"""Makes snapshots by itself while the node runs: aside, in one thread that gives way.

What is read was frozen at a commit; votes never wait for it. A fault of it is said in the log,
and the node goes on: the next multiple is another try.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from node.ports import CommittedBlock
from node.retention import SnapshotsSection
from node.snapshots.folder import SnapshotFolder
from node.snapshots.making import Moment, making, moment_of
from node.store.opening import NodeStore
from primitives.errors import LocalFault
from primitives.ids import Height

log = logging.getLogger("sapha.snapshots")

_PIECE_S = 0.002  # worked for in one go; a piece of the work may be longer


class SnapshotKeeper:
    """One a node. `on_committed` is called with every block; `run` is its one task."""

    def __init__(
        self,
        store: NodeStore,
        folder: SnapshotFolder,
        settings: SnapshotsSection,
        is_behind: Callable[[], bool],
    ) -> None:
        self.folder = folder
        self._store = store
        self._settings = settings
        self._is_behind = is_behind
        self._moment: Moment | None = None
        self._wanted = asyncio.Event()
        self._is_stopping = False

    def on_committed(self, committed: CommittedBlock) -> None:
        """Freeze what a snapshot of this height is made of, if one is due."""
        every, height = self._settings.every, committed.block.height
        if every and height % every == 0 and self._moment is None and not self._is_behind():
            self._moment = moment_of(self._store)
            self._wanted.set()

    async def run(self) -> None:
        """Make what was frozen, until cancelled; then nothing reads the store any more."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="snapshot") as thread:
            while True:
                await self._wanted.wait()
                self._wanted.clear()
                work = asyncio.get_running_loop().run_in_executor(thread, self._make)
                try:
                    await asyncio.shield(work)
                except asyncio.CancelledError:
                    self._is_stopping = True  # the thread ends with its piece
                    raise
                newest = self.folder.newest_height()
                if newest is not None:
                    self._store.kept_from = Height(newest)

    def _make(self) -> None:
        moment = self._moment
        if moment is None:
            return
        began_s, height = time.monotonic(), moment.header.height
        try:
            pieces = making(moment, self.folder)
            if gently(pieces, self._settings.load_percent, lambda: self._is_stopping):
                self.folder.keep(self._settings.kept)
                seconds = round(time.monotonic() - began_s, 1)
                log.info("snapshot_made", extra={"height": height, "seconds": seconds})
        except LocalFault as fault:
            log.error("snapshot_not_made", extra={"height": height, "reason": fault})  # noqa: TRY400 - no bug
        finally:
            moment.kv.close()
            self._moment = None


def gently(pieces: Iterator[None], load_percent: int, is_over: Callable[[], bool]) -> bool:
    """Do the pieces, asleep for the rest of the time; return whether all were done."""
    rest = 100 / load_percent - 1
    began_s = time.monotonic()
    for _piece in pieces:
        if is_over():
            return False
        worked_s = time.monotonic() - began_s
        if worked_s >= _PIECE_S:
            time.sleep(worked_s * rest)
            began_s = time.monotonic()
    return True
