"""What the kinds of strikes do: small functions over a machine; healing is the guide's."""

import asyncio
import shutil
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from node.config import SIGN_STATE, STORE
from node.files import WAL
from node.store.sign_state import LOCK, STATE
from tests.chaos.arena import Arena
from tests.chaos.healing import mend_what_check_finds, run
from tests.chaos.machine import Machine, NotPossibleHere
from tests.chaos.plan import POSITIONS, Companion, Kind, Strike

OLDER_BY_HEIGHTS = 20
Damage: TypeAlias = Callable[[Machine, Strike], None]
Act: TypeAlias = Callable[[Arena, Machine, Strike], Awaitable[None]]


async def perform(arena: Arena, strike: Strike) -> None:
    """Carry out a strike and what accompanies it; every struck process runs again afterwards.

    Raises:
        NotPossibleHere: the machine does not allow it, or there is nothing of the kind to damage.
    """
    acts = [_act(arena, strike.kind, strike.victim, strike)]
    joined: Companion | None = strike.companion
    if joined is not None:
        acts.append(_act(arena, joined.kind, joined.victim, strike))
    await asyncio.gather(*acts)


def _act(arena: Arena, kind: Kind, victim: int, strike: Strike) -> Awaitable[None]:
    return ACTS[kind](arena, arena.machines[victim], strike)


async def _kill(_arena: Arena, machine: Machine, strike: Strike) -> None:
    await asyncio.to_thread(machine.kill)
    await _hold(strike)
    machine.start()


async def _freeze(_arena: Arena, machine: Machine, strike: Strike) -> None:
    machine.freeze()
    await _hold(strike)
    machine.thaw()


async def _restart(_arena: Arena, machine: Machine, _strike: Strike) -> None:
    await asyncio.to_thread(machine.stop)
    machine.start()


async def _restart_all(arena: Arena, _machine: Machine, _strike: Strike) -> None:
    await asyncio.gather(*(asyncio.to_thread(each.stop) for each in arena.machines))
    for each in arena.machines:
        each.start()


async def _kill_all(arena: Arena, _machine: Machine, _strike: Strike) -> None:
    await asyncio.gather(*(asyncio.to_thread(each.kill) for each in arena.machines))
    for each in arena.machines:
        each.start()


async def _fill_disk(_arena: Arena, machine: Machine, strike: Strike) -> None:
    await asyncio.to_thread(machine.disk.fill)
    await _hold(strike)
    await asyncio.to_thread(machine.disk.free)


async def _jump_clock(_arena: Arena, machine: Machine, strike: Strike) -> None:
    machine.set_clock(strike.clock_ms)
    await _hold(strike)
    machine.set_clock(0)


def _losing(damage: Damage) -> Act:
    """Return the act that kills a node, damages what it wrote, and starts it."""

    async def act(arena: Arena, machine: Machine, strike: Strike) -> None:
        await asyncio.to_thread(machine.kill)
        await arena.read_log(machine)
        await asyncio.to_thread(damage, machine, strike)
        machine.start()

    return act


def _without(*names: str) -> Act:
    def remove(machine: Machine, _strike: Strike) -> None:
        for name in names:
            path = machine.data / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    return _losing(remove)


def _remove_data(machine: Machine, _strike: Strike) -> None:
    shutil.rmtree(machine.data)


def _flipping(name: str) -> Act:
    def flip(machine: Machine, strike: Strike) -> None:
        root = machine.data / name
        files = sorted(root.rglob("*")) if root.is_dir() else [root]
        flip_bits([path for path in files if path.is_file()], strike.positions)

    return _losing(flip)


async def _flip_store(arena: Arena, machine: Machine, strike: Strike) -> None:
    """Flip bits; once the node signs again, see that no damage waits to be found later."""
    await _flipping(STORE)(arena, machine, strike)
    await arena.until_signing([machine])
    await asyncio.to_thread(machine.stop)
    await asyncio.to_thread(mend_what_check_finds, machine)
    machine.start()


def flip_bits(files: Sequence[Path], positions: Sequence[int]) -> None:
    """Flip one bit for each position, a fraction in 2^-32 of all bytes of `files`."""
    sizes = [path.stat().st_size for path in files]
    if not sum(sizes):
        raise NotPossibleHere("flipping bits where nothing was written")
    for position in positions:
        place = position * sum(sizes) // POSITIONS
        for path, size in zip(files, sizes, strict=True):
            if place < size:
                _flip_bit(path, place, bit=position % 8)
                break
            place -= size


def _flip_bit(path: Path, place: int, *, bit: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1 << bit]))


async def _restore(arena: Arena, machine: Machine, strike: Strike) -> None:
    """Back the node up, let the network go on, lose the machine, restore what was backed up."""
    home, file = (
        str(machine.node.directory),
        str(machine.node.directory / f"backup-{strike.number}"),
    )
    await asyncio.to_thread(machine.stop)
    await asyncio.to_thread(run, "node", "backup", file, "--dir", home)
    machine.start()
    await arena.until_signing([machine])
    await arena.until_height(arena.height + OLDER_BY_HEIGHTS)
    await asyncio.to_thread(machine.kill)
    await arena.read_log(machine)
    await asyncio.to_thread(_remove_all, machine)
    await asyncio.to_thread(run, "node", "restore", file, "--dir", home)
    machine.start()


def _remove_all(machine: Machine) -> None:
    shutil.rmtree(machine.data)
    for folder in ("keys", "tls"):
        shutil.rmtree(machine.node.directory / folder)
    for file in ("node.toml", "genesis.json"):
        (machine.node.directory / file).unlink()


async def _put_back_running(arena: Arena, machine: Machine, _strike: Strike) -> None:
    await asyncio.to_thread(_copy, machine.data, _copy_of(machine))
    await _put_back(arena, machine)


async def _put_back_stopped(arena: Arena, machine: Machine, _strike: Strike) -> None:
    await asyncio.to_thread(machine.stop)
    await asyncio.to_thread(_copy, machine.data, _copy_of(machine))
    machine.start()
    await arena.until_signing([machine])
    await _put_back(arena, machine)


async def _put_back(arena: Arena, machine: Machine) -> None:
    """Let the network go on, and put the copy of the whole directory back."""
    await arena.until_height(arena.height + OLDER_BY_HEIGHTS)
    await asyncio.to_thread(machine.kill)
    await arena.read_log(machine)
    await asyncio.to_thread(_replace, _copy_of(machine), machine.data)
    machine.start()


def _copy_of(machine: Machine) -> Path:
    return machine.node.directory / "older"


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    # Files that vanish under the copy are no fault: that is what copying a running node gives.
    subprocess.run(["cp", "-a", str(source), str(target)], check=False, capture_output=True)


def _replace(copy: Path, data: Path) -> None:
    shutil.rmtree(data)
    shutil.move(copy, data)


async def _hold(strike: Strike) -> None:
    await asyncio.sleep(strike.hold_ms / 1000)


ACTS: dict[Kind, Act] = {
    Kind.KILL: _kill,
    Kind.STOP: _freeze,
    Kind.RESTART: _restart,
    Kind.ALL_RESTART: _restart_all,
    Kind.ALL_KILL: _kill_all,
    Kind.DISK_FULL: _fill_disk,
    Kind.CLOCK: _jump_clock,
    Kind.FLIP_STORE: _flip_store,
    Kind.FLIP_WAL: _flipping(WAL),
    Kind.FLIP_SIGN_STATE: _flipping(f"{SIGN_STATE}/{STATE}"),
    Kind.FLIP_LOCK: _flipping(f"{SIGN_STATE}/{LOCK}"),
    Kind.NO_STORE: _without(STORE),
    Kind.NO_WAL: _without(WAL),
    Kind.NO_SIGN_STATE: _without(SIGN_STATE),
    Kind.NO_DATA: _losing(_remove_data),
    Kind.RESTORED: _restore,
    Kind.OLDER_STOPPED: _put_back_stopped,
    Kind.OLDER_RUNNING: _put_back_running,
}
