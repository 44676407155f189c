"""A node's files of who may sign: sign-state, lock file, WAL and the store's note.

A `Persist` passes through phases; a crash in a phase decides which of its writes survive: the WAL
entry is buffered, then durable; then the lock file; the sign-state is renamed, then durable.
Every version of every file is kept with the moment of its writing, so that a loss can put an
older one back (tests.simulation.losses).
"""

from dataclasses import dataclass, field
from random import Random

from consensus import Found, Lock, Persist, SignMark, SignState, Stamp, Start, StoreNote, WalFound
from primitives.crypto import Digest
from tests.simulation.world import Violation

_BUFFERED, _WAL_DURABLE, _LOCK_DURABLE, _RENAMED, _DURABLE = range(5)


class SignStateRefused(Violation):
    """The engine asked to sign below its mark, or something else at its mark."""


@dataclass(frozen=True, slots=True)
class WalEntry:
    """One entry with its height and the moment of its writing."""

    moment: int
    height: int
    entry: bytes


@dataclass(frozen=True, slots=True)
class Wal:
    """The content of a WAL."""

    stamp: Stamp | None
    entries: tuple[WalEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store's last batch held: its height and its note."""

    height: int
    note: StoreNote


@dataclass(slots=True)
class _InFlight:
    persist: Persist
    begun_us: int
    takes_us: int

    def phase_at(self, now_us: int) -> int:
        """Return the phase reached; the five take equal parts of the time."""
        return min(_DURABLE, 5 * (now_us - self.begun_us) // max(1, self.takes_us))


@dataclass(slots=True)
class Disk:
    """All versions of the four files as (moment, content); the last is what is there. None: lost.

    `signed` holds, for checks only, every content ever made durable at a mark, over all lives.
    """

    sign_states: list[tuple[int, SignState | None]] = field(default_factory=list)
    locks: list[tuple[int, Lock | None]] = field(default_factory=list)
    wals: list[tuple[int, Wal | None]] = field(default_factory=list)
    stores: list[tuple[int, Stored | None]] = field(default_factory=list)
    signed: dict[SignMark, set[Digest]] = field(default_factory=dict)
    is_strict: bool = True  # a Byzantine node's sign-state refuses nothing
    is_versioned: bool = False  # whether older versions of WAL and lock file are kept
    unreadable: str | None = None
    is_put_back: bool = False  # the sign-state is an older one, and no start has written it since
    moment: int = 0
    _in_flight: _InFlight | None = None

    @property
    def sign_state(self) -> SignState | None:
        """The readable sign-state."""
        return self.sign_states[-1][1] if self.sign_states else None

    @property
    def mark(self) -> SignMark | None:
        """The mark of the sign-state."""
        return None if self.sign_state is None else self.sign_state.mark

    def found(self) -> Found:
        """Return what a start finds."""
        wal = self.wals[-1][1] if self.wals else None
        store = self.stores[-1][1] if self.stores else None
        entries = () if wal is None else tuple(entry.entry for entry in wal.entries)
        return Found(
            sign_state=self.sign_state,
            unreadable=self.unreadable,
            lock=self.locks[-1][1] if self.locks else None,
            wal=None if wal is None else WalFound(stamp=wal.stamp, entries=entries),
            store=None if store is None else store.note,
        )

    def write_start(self, start: Start, height: int, note: StoreNote, *, files: int = 3) -> None:
        """Write the stamp of a start to the first `files` of sign-state, store and WAL."""
        if files > 0:
            self.unreadable, self.is_put_back = None, False
            self.put(self.sign_states, start.state)
        if files > 1:
            self.write_note(height, note)
        if files > 2:
            wal = self.wals[-1][1] if self.wals else None
            entries = () if wal is None else wal.entries
            self._put_wal(Wal(start.state.stamp, entries))

    def write_note(self, height: int, note: StoreNote) -> None:
        """The store's batch of `height` is durable."""
        self.put(self.stores, Stored(height, note))

    def begin(self, persist: Persist, *, now_us: int, takes_us: int) -> None:
        """Start to write; raises SignStateRefused as the real file would."""
        if self.is_strict:
            self._check(persist.state)
        self._in_flight = _InFlight(persist, now_us, takes_us)

    def finish(self) -> None:
        """Every byte of the persist in flight is durable."""
        if self._in_flight is not None:
            self._write_entry(self._in_flight.persist)
            self._write_lock(self._in_flight.persist)
            self._write_sign_state(self._in_flight.persist.state)
            self._in_flight = None

    def crash(self, *, now_us: int, rng: Random) -> str:
        """Lose what is not durable, at random where the disk may do either; say what was kept."""
        flight, self._in_flight = self._in_flight, None
        if flight is None:
            return "idle"
        phase = flight.phase_at(now_us)
        # A torn entry fails its CRC and is dropped by the reader, so only a whole one counts.
        is_entry_whole = phase >= _WAL_DURABLE or rng.random() < 0.3
        if is_entry_whole:
            self._write_entry(flight.persist)
        is_lock_kept = phase >= _LOCK_DURABLE or (phase == _WAL_DURABLE and rng.random() < 0.5)
        if is_lock_kept:
            self._write_lock(flight.persist)
        is_state_kept = phase >= _DURABLE or (phase == _RENAMED and rng.random() < 0.5)
        if is_state_kept:
            self._write_sign_state(flight.persist.state)
        return f"entry {'kept' if is_entry_whole else 'torn'}, sign-state kept: {is_state_kept}"

    def start_height(self, height: int) -> None:
        """Drop the entries of lower heights."""
        wal = self.wals[-1][1] if self.wals else None
        if wal is not None and any(entry.height < height for entry in wal.entries):
            kept = tuple(entry for entry in wal.entries if entry.height >= height)
            self._put_wal(Wal(wal.stamp, kept))

    def put(self, versions: list[tuple[int, object]], content: object) -> None:
        """Make `content` the last version of a file."""
        self.moment += 1
        if not self.is_versioned:
            versions.clear()
        versions.append((self.moment, content))

    def _put_wal(self, wal: Wal) -> None:
        self.put(self.wals, wal)

    def _check(self, state: SignState) -> None:
        last = self.sign_state
        if last is None or state.mark > last.mark:
            return
        if state.mark == last.mark and state.digest in {None, last.digest}:
            return
        raise SignStateRefused(f"asked to sign {state.mark}, but has signed {last.mark}")

    def _write_entry(self, persist: Persist) -> None:
        if persist.entry is None:
            return
        wal = self.wals[-1][1] if self.wals else None
        stamp, entries = (None, ()) if wal is None else (wal.stamp, wal.entries)
        entry = WalEntry(self.moment + 1, persist.height, persist.entry)
        self._put_wal(Wal(stamp, (*entries, entry)))

    def _write_lock(self, persist: Persist) -> None:
        if persist.lock is not None:
            self.put(self.locks, persist.lock)

    def _write_sign_state(self, state: SignState) -> None:
        self.put(self.sign_states, state)
        if state.digest is not None:
            self.signed.setdefault(state.mark, set()).add(state.digest)
