"""Upgrades that wait: the node announces by itself what it carries, and says early what it lacks.

The announcement is a transaction by the node's own key, which the contract takes for the node. A
node whose key is elsewhere (`sapha signer`) cannot make one: its agency's administrator does.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from contracts.governance.network.messages import Carries
from contracts.governance.upgrades.queries import UpgradeStanding
from contracts.tools.refusals import refusals
from contracts.tools.source_form import forget_trees
from node.execution.network_record import GOVERNANCE
from node.execution.reads import LedgerReads
from node.execution.versions import upgrades_in
from node.mempool.admission import Outcome
from node.observe import Finding
from primitives.crypto import Digest, SigningKey
from primitives.errors import Rejected
from primitives.ids import address_of
from primitives.names import method_name
from primitives.transaction import Body, sign_body

log = logging.getLogger("sapha.node")

Submit = Callable[[Sequence[bytes]], Awaitable[list[Outcome]]]

_LOOK_S = 2.0
_SAY_AGAIN_S = 3_600.0
_ANNOUNCE_AGAIN_MS = 60_000  # an announcement that no block took by then is made anew


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeParts:
    """What is asked, and how an announcement is sent; no key where a signer holds it."""

    reads: LedgerReads
    name: str
    key: Callable[[], SigningKey | None]  # the one of now
    submit: Submit
    now_ms: Callable[[], int]
    lacking: Callable[[float], None]  # told how many upgrades this node lacks


class Upgrades:
    """Looks at what waits every few seconds; `run` is its one task."""

    def __init__(self, parts: UpgradeParts) -> None:
        self._parts = parts
        self._has_governance = GOVERNANCE in parts.reads.contracts()
        self._lacking: tuple[UpgradeStanding, ...] = ()
        # By contract and the height at which the upgrade was accepted.
        self._said_s: dict[tuple[str, int], float] = {}
        self._announced_ms: dict[tuple[str, int], int] = {}
        self._carried: set[tuple[str, int, Digest]] = set()

    async def run(self) -> None:
        """Look, announce and warn, until cancelled."""
        while self._has_governance:
            await self.look()
            await asyncio.sleep(_LOOK_S)

    async def look(self) -> None:
        """Look once at all that waits."""
        parts = self._parts
        try:
            waiting = upgrades_in(parts.reads.query)
        except Rejected:
            return  # governance of another form answers otherwise; the node goes on
        lacking = []
        for one in waiting:
            if not await self._carries(one):
                lacking.append(one)
                self._warn(one)
                continue
            key = parts.key()
            if key is not None and parts.name not in one.carried_by:
                await self._announce(one, key)
        self._lacking = tuple(lacking)
        parts.lacking(len(lacking))

    def finding(self) -> Finding | None:
        """Return what this node lacks for an upgrade that waits, None when it is ready."""
        if not self._lacking:
            return None
        seen = "; ".join(_sentence(one) for one in self._lacking)
        releases = ", ".join(sorted({one.upgrade.release for one in self._lacking}))
        return Finding(seen, f"install release {releases} before then", is_warning=True)

    async def _carries(self, one: UpgradeStanding) -> bool:
        """Return whether this node has the code: loaded beside the loop, and known from then on."""
        facts = (one.contract, one.upgrade.version, one.upgrade.code_hash)
        if facts not in self._carried and await asyncio.to_thread(self._load, *facts):
            self._carried.add(facts)
        return facts in self._carried

    def _load(self, name: str, version: int, code_hash: Digest) -> bool:
        """Load a contract, and read of it what its ABI says: the loop finds both at hand."""
        contract = self._parts.reads.find_contract(name, version, code_hash)
        if contract is not None:
            refusals(contract)
            forget_trees()
        return contract is not None

    def _warn(self, one: UpgradeStanding) -> None:
        name, now_s = (one.contract, one.upgrade.accepted), asyncio.get_running_loop().time()
        said_s = self._said_s.get(name)
        if said_s is None or now_s - said_s >= _SAY_AGAIN_S:
            self._said_s[name] = now_s
            log.warning("code_missing", extra={"reason": _sentence(one)})

    async def _announce(self, one: UpgradeStanding, key: SigningKey) -> None:
        name, now_ms = (one.contract, one.upgrade.accepted), self._parts.now_ms()
        if now_ms - self._announced_ms.get(name, 0) < _ANNOUNCE_AGAIN_MS:
            return
        self._announced_ms[name] = now_ms
        message = Carries(
            node=self._parts.name,
            contract=one.contract,
            version=one.upgrade.version,
            code_hash=one.upgrade.code_hash,
        )
        header = self._parts.reads.head().header
        body = Body(
            chain_id=header.chain_id,
            sender=address_of(key.public_key),
            nonce=secrets.randbits(64),
            expires_at_ms=max(now_ms, header.time_ms) + _ANNOUNCE_AGAIN_MS,
            contract=GOVERNANCE,
            method=method_name(Carries),
            args=(message.node, message.contract, message.version, message.code_hash),
        )
        (outcome,) = await self._parts.submit([sign_body(body, [key]).raw])
        if isinstance(outcome, Rejected):
            log.warning("announcement_refused", extra={"reason": outcome})
        else:
            log.info("code_announced", extra={"reason": f"{one.contract} {one.upgrade.version}"})


def _sentence(one: UpgradeStanding) -> str:
    upgrade = one.upgrade
    time = datetime.fromtimestamp(upgrade.activate_at_ms / 1000, UTC).isoformat(timespec="seconds")
    return (
        f"version {upgrade.version} of {one.contract} is to run from {time} on, and this node"
        " lacks its code: it stops then"
    )
