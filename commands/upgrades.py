"""`sapha network upgrades` and `propose upgrade`: versions of contracts, and who carries them."""

from client.contract import ask
from client.rpc import RpcClient
from client.transaction import wall_ms
from commands.field_text import time_text
from commands.nodes import open_rpc
from commands.output import emit
from commands.table import show_table
from contracts.governance.network.messages import ContractUpgrade
from contracts.governance.upgrades.queries import (
    UpgradeStanding,
    running_contracts,
    upgrades_awaited,
)


def upgrade(*, contract: str, release: str, begins: int, lasts: int) -> ContractUpgrade:
    """Return what lets a contract go on as this release has it, some time from now.

    Raises:
        UnknownContract: this release carries no such contract.
    """
    from contracts.registry import (  # noqa: PLC0415 - commands start faster without it
        CONTRACTS,
        code_hash,
    )

    hashed, begins_ms = code_hash(contract), wall_ms() + begins
    return ContractUpgrade(
        contract=contract,
        version=CONTRACTS[contract].version,
        code_hash=hashed,
        release=release,
        activate_at_ms=begins_ms,
        void_at_ms=begins_ms + lasts,
    )


async def show(*, rpc: list[str] | None, as_json: bool) -> None:
    """Show which version of each contract runs, what waits, and which validators lack it."""
    async with open_rpc(rpc) as client:
        running, waiting = await ask(client, running_contracts), await awaited(client)
    data = {
        "running": [
            {
                "contract": one.contract,
                "version": one.version,
                "code_hash": "0x" + one.code_hash.hex(),
                "since_height": one.since,
                "release": one.release,
            }
            for one in running
        ],
        "waiting": [upgrade_json(one) for one in waiting],
    }
    rows = [
        (one.contract, one.version, one.since, "0x" + one.code_hash.hex()[:16]) for one in running
    ]
    table = show_table("Contracts", ("contract", "version", "since height", "code"), rows)
    lines = [line for one in waiting for line in _lines(one)] or ["nothing waits"]
    emit(data, "\n".join([table, *lines]), as_json=as_json)


async def awaited(client: RpcClient) -> tuple[UpgradeStanding, ...]:
    """Return the upgrades that wait for their time."""
    return await ask(client, upgrades_awaited)


def upgrade_json(one: UpgradeStanding) -> dict[str, object]:
    """Return an upgrade that waits as JSON data."""
    return {
        "contract": one.contract,
        "version": one.upgrade.version,
        "code_hash": "0x" + one.upgrade.code_hash.hex(),
        "release": one.upgrade.release,
        "activate_at_ms": one.upgrade.activate_at_ms,
        "void_at_ms": one.upgrade.void_at_ms,
        "carried_by": list(one.carried_by),
        "lacking": list(one.lacking),
    }


def upgrade_text(one: UpgradeStanding) -> str:
    """Return in a line what waits, and which validators lack it."""
    lacking = ", ".join(one.lacking) or "no validator"
    when = time_text(one.upgrade.activate_at_ms)
    return (
        f"waits: {one.contract} goes on in version {one.upgrade.version} (release"
        f" {one.upgrade.release}) from {when}; lacking: {lacking}"
    )


def _lines(one: UpgradeStanding) -> list[str]:
    return [
        upgrade_text(one),
        f"       code 0x{one.upgrade.code_hash.hex()}",
        f"       void at {time_text(one.upgrade.void_at_ms)} if fewer than two thirds carry it;"
        f" carried by: {', '.join(one.carried_by) or 'nobody'}",
    ]
