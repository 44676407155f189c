"""The invariants of a run: what must hold while it lasts and when it is over.

Each check returns what is wrong, in words; nothing when all is well.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from client.answers import field_of, hex_field, list_field, uint_field
from client.cbdc.audit import audit
from client.contract import ask
from client.errors import RpcRefused
from client.rpc import Request, RpcClient
from consensus import misdeed_of
from contracts.cbdc.wallets.handlers import balance
from primitives.ids import Address, show_address
from primitives.receipt import OK
from scenes.kit.chain import batched
from tests.chaos.arena import Arena
from tests.chaos.machine import Machine
from tests.chaos.payments import Payments

SAMPLE = 500
COUNTS_MAX = 20


@dataclass(slots=True)
class Chain:
    """The blocks of one validator: each transaction with (height, code), and repeated ones.

    `accused` are the keys against which blocks hold evidence.
    """

    height: int = 0
    placed: dict[bytes, tuple[int, str]] = field(default_factory=dict)
    repeated: list[bytes] = field(default_factory=list)
    accused: set[bytes] = field(default_factory=set)


def signed_twice(arena: Arena) -> list[str]:
    """Return what was found since the last call that keys signed and no key may sign.

    Only the key whose whole older directory is just put back may (R2.7): that is kept apart, and
    `undetected` looks at the end whether somebody said so.
    """
    names = {machine.key: machine for machine in arena.machines}
    found = arena.record.broken[arena.judged :]
    arena.judged += len(found)
    wrong = []
    for key, broken in found:
        machine = names[key]
        if machine is arena.restored:
            arena.excused.append((machine.name, broken))
        else:
            wrong.append(f"{machine.name}: {broken}")
    return wrong


def undetected(arena: Arena, chain: Chain) -> list[str]:
    """Return who signed twice in R2.7's case unnoticed, and against whom there is evidence else."""
    excused = {name for name, _ in arena.excused}
    accused = {machine.name for machine in arena.machines if machine.key in chain.accused}
    return [
        *(f"{name} signed twice, and no block says so" for name in sorted(excused - accused)),
        *(f"evidence against {name}" for name in sorted(accused - excused)),
    ]


def seen_by_clients(arena: Arena) -> list[str]:
    """Return what the followed blocks contradict: two blocks at a height, a payment twice."""
    follower = arena.follower
    return [
        *follower.differences,
        *(f"transaction 0x{each.hex()} is in two blocks" for each in follower.repeated),
    ]


async def same_blocks(machines: Iterable[Machine], height: int) -> list[str]:
    """Return where block hashes or state roots differ, of all heights up to `height`."""
    first: dict[int, tuple[bytes, bytes]] = {}
    wrong = []
    for machine in machines:
        async with RpcClient([machine.node.url]) as rpc:
            requests = [Request("chain_getHeader", {"at": at}) for at in range(height + 1)]
            for at, answer in enumerate(await batched(rpc, requests)):
                if isinstance(answer, RpcRefused):
                    wrong.append(f"{machine.name} has no block {at}: {answer}")
                    continue
                root = hex_field(field_of(answer, "header"), "state_root")
                found = (hex_field(answer, "hash"), root)
                if first.setdefault(at, found) != found:
                    wrong.append(f"{machine.name} has another block {at} than the others")
    return wrong


async def read_on(chain: Chain, url: str) -> None:
    """Read one validator's blocks from the last that was read up to its head."""
    async with RpcClient([url]) as rpc:
        head = uint_field(await rpc.call("chain_getStatus"), "height")
        for at in range(chain.height + 1, head + 1):
            block = await rpc.call("chain_getBlock", {"at": at})
            chain.accused |= {accused_by(str(one)) for one in list_field(block, "evidence")}
            for receipt in list_field(block, "receipts"):
                identifier = hex_field(receipt, "transaction_id")
                if identifier in chain.placed:
                    chain.repeated.append(identifier)
                chain.placed[identifier] = (at, str(field_of(receipt, "code")))
    chain.height = max(chain.height, head)


def accused_by(shown: str) -> bytes:
    """Return the key of the validator that an evidence, shown as hex, is against."""
    return misdeed_of(bytes.fromhex(shown.removeprefix("0x"))).validator


def nothing_lost(arena: Arena, chain: Chain) -> list[str]:
    """Return the receipts that a client has seen and the chain does not hold, or holds twice."""
    lost = [
        f"receipt of 0x{identifier.hex()} at height {placed.height} is lost"
        for identifier, placed in arena.follower.placed.items()
        if placed.height <= chain.height
        and chain.placed.get(identifier) != (placed.height, placed.code)
    ]
    return lost + [f"transaction 0x{each.hex()} took effect twice" for each in chain.repeated]


async def money_conserved(arena: Arena, payments: Payments, chain: Chain) -> list[str]:
    """Return where a validator's money is not what was issued and moved.

    Payments that still waited when the last was sent may come while it is counted: then anew.
    """
    wrong: list[str] = []
    for _ in range(COUNTS_MAX):
        placed = len(chain.placed)
        expected = payments.balances(
            identifier
            for identifier, (_height, code) in chain.placed.items()
            if code == OK and payments.is_ours(identifier)
        )
        wrong = [fault for one in arena.machines for fault in await _count(one, expected)]
        await read_on(chain, arena.machines[0].node.url)
        if len(chain.placed) == placed:
            return wrong
    return [*wrong, f"payments came during each of {COUNTS_MAX} counts"]


async def _count(machine: Machine, expected: dict[Address, int]) -> list[str]:
    async with RpcClient([machine.node.url]) as rpc:
        wrong = [f"{machine.name}: {fault}" for fault in (await audit(rpc)).faults]
        for address, satang in expected.items():
            found = await ask(rpc, balance, address)
            if found != satang:
                account = show_address(address)
                wrong.append(f"{machine.name}: {account} has {found}, not {satang} satang")
    return wrong


async def receipts_everywhere(machines: Iterable[Machine], chain: Chain) -> list[str]:
    """Return validators that do not find a transaction by its id (a sample of the latest)."""
    sample = list(chain.placed)[-SAMPLE:]
    wrong = []
    for machine in machines:
        async with RpcClient([machine.node.url]) as rpc:
            for identifier in sample:
                found = await rpc.call("tx_get", {"transaction_id": "0x" + identifier.hex()})
                if field_of(found, "status") != "committed":
                    wrong.append(f"{machine.name} does not find 0x{identifier.hex()}")
    return wrong


def no_traceback(machines: Iterable[Machine]) -> list[str]:
    """Return the logs that hold a traceback of ours."""
    return [
        f"a traceback in {machine.log_path}"
        for machine in machines
        if "Traceback" in machine.log_path.read_text(encoding="utf-8", errors="replace")
    ]


def no_process_left(directory: Path) -> list[str]:
    """Return the processes that still run on the network's directory."""
    left = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if f"--dir {directory}/" in command:
            left.append(f"process {entry.parent.name} was left: {command}")
    return left
