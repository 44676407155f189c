"""A node's consensus files: WAL and sign-state, with what a crash may lose.

A `Persist` passes through phases; a crash in a phase decides which of its writes survive:
the WAL entry is buffered, then durable; the sign-state is renamed, then durable.
"""

from dataclasses import dataclass, field
from random import Random

from consensus.effects import Persist, SignMark, SignRecord
from tests.simulation.world import Violation

_BUFFERED, _WAL_DURABLE, _RENAMED, _DURABLE = range(4)


class SignStateRefused(Violation):
    """The engine asked to sign below its mark, or something else at its mark."""


@dataclass(slots=True)
class _InFlight:
    persist: Persist
    begun_us: int
    takes_us: int

    def phase_at(self, now_us: int) -> int:
        """Return the phase reached; the four take equal parts of the time."""
        return min(_DURABLE, 4 * (now_us - self.begun_us) // max(1, self.takes_us))


@dataclass(slots=True)
class Disk:
    """WAL entries by height and the highest sign record; both durable except one in flight."""

    wal: dict[int, list[bytes]] = field(default_factory=dict)
    record: SignRecord | None = None
    history: dict[SignMark, SignRecord] = field(default_factory=dict)  # for checks only
    is_strict: bool = True  # a Byzantine node's sign-state refuses nothing
    _in_flight: _InFlight | None = None

    def begin(self, persist: Persist, *, now_us: int, takes_us: int) -> None:
        """Start to write; raises SignStateRefused as the real file would."""
        if persist.record is not None and self.is_strict:
            self._check(persist.record)
        self._in_flight = _InFlight(persist, now_us, takes_us)

    def finish(self) -> None:
        """Every byte of the persist in flight is durable."""
        if self._in_flight is not None:
            self._write_entry(self._in_flight.persist)
            self._write_record(self._in_flight.persist)
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
        is_record_kept = phase >= _DURABLE or (phase == _RENAMED and rng.random() < 0.5)
        if is_record_kept:
            self._write_record(flight.persist)
        return f"entry {'kept' if is_entry_whole else 'torn'}, record kept: {is_record_kept}"

    def entries(self, height: int) -> tuple[bytes, ...]:
        """Return the readable WAL entries of `height` in order."""
        return tuple(self.wal.get(height, ()))

    def start_height(self, height: int) -> None:
        """Drop the entries of lower heights."""
        for old in [known for known in self.wal if known < height]:
            del self.wal[old]

    def _check(self, record: SignRecord) -> None:
        last = self.record
        if last is None or record.mark > last.mark:
            return
        if record.mark == last.mark and record.digest == last.digest:
            return
        raise SignStateRefused(f"asked to sign {record.mark}, but has signed {last.mark}")

    def _write_entry(self, persist: Persist) -> None:
        self.wal.setdefault(persist.height, []).append(persist.entry)

    def _write_record(self, persist: Persist) -> None:
        record = persist.record
        if record is not None:
            self.record = record
            self.history[record.mark] = record
