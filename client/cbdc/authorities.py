"""The central bank, supervisors and courts. Amounts are satang, times are block time in ms.

The central bank and the court act by an account of several keys: give a wallet of enough of them,
or let `sign` and client.envelope collect their signatures.
"""

from client.cbdc.actor import Actor
from client.cbdc.holder import Holder
from client.outcome import Outcome, send
from client.rpc import RpcClient
from client.transaction import TransactionBuilder
from client.wallet import Wallet
from contracts.cbdc.authority.messages import (
    AcknowledgeRedeem,
    ApproveFreeze,
    Freeze,
    Pause,
    RefuseRedeem,
    RegisterFsp,
    ReinstateFsp,
    Resume,
    Seize,
    SetParams,
    SuspendFsp,
    Unfreeze,
)
from contracts.cbdc.wallets.messages import RecoverApprove
from primitives.crypto import Digest, PublicKey
from primitives.ids import Address


class CentralBank(Holder):
    """The account that may create money, and sets what the contract goes by."""

    def __init__(
        self,
        rpc: RpcClient,
        builder: TransactionBuilder,
        wallet: Wallet,
        agency: str = "central-bank",
    ) -> None:
        super().__init__(rpc, builder, wallet)
        self._actor = Actor(rpc, builder, wallet)
        self.agency = agency

    async def issue(self, to: Address, satang: int, reference: str) -> Outcome:
        """Create money in an account; a reference serves once."""
        call = self.sign("issue", to=to, amount=satang, reference=reference)
        return await send(self._rpc, call)

    async def set_parameter(self, name: str, value: int, effective_height: int) -> Outcome:
        """Let a number change at a later height; amounts are satang."""
        return await self._actor.send(SetParams(name, value, effective_height))

    async def pause(self, scope: str) -> Outcome:
        """Stop a part of the contract: all, issue, payments, vouchers or offline."""
        return await self._actor.send(Pause(scope))

    async def resume(self, scope: str) -> Outcome:
        """Let a paused part go on."""
        return await self._actor.send(Resume(scope))

    async def license_bank(self, fsp: str, keys: tuple[PublicKey, ...], licence: str) -> Outcome:
        """License a bank or payment provider, as an operator."""
        return await self._actor.send(RegisterFsp(self.agency, fsp, keys, licence))

    async def suspend_bank(self, fsp: str) -> Outcome:
        """Stop a bank, as an operator."""
        return await self._actor.send(SuspendFsp(self.agency, fsp))

    async def reinstate_bank(self, fsp: str) -> Outcome:
        """End a bank's suspension, as an operator."""
        return await self._actor.send(ReinstateFsp(self.agency, fsp))

    async def acknowledge_redemption(self, holder: Address, reference: str) -> Outcome:
        """Destroy what a bank gave back, as an operator."""
        return await self._actor.send(AcknowledgeRedeem(self.agency, holder, reference))

    async def refuse_redemption(self, holder: Address, reference: str) -> Outcome:
        """Return what a bank wanted to give back, as an operator."""
        return await self._actor.send(RefuseRedeem(self.agency, holder, reference))


class Supervisor:
    """Someone who acts for a supervisor agency: freezes, and approves recoveries."""

    def __init__(self, actor: Actor, agency: str) -> None:
        self.actor = actor
        self.agency = agency

    async def freeze(
        self, wallet: Address, order_hash: Digest, until_ms: int, scope: str = "out"
    ) -> Outcome:
        """Stop what leaves a wallet ("out"), or everything ("all"), by an order."""
        return await self.actor.send(Freeze(self.agency, wallet, scope, order_hash, until_ms))

    async def approve_freeze(self, wallet: Address, order_hash: Digest) -> Outcome:
        """Let a long freeze last as was asked, as a second person."""
        return await self.actor.send(ApproveFreeze(self.agency, wallet, order_hash))

    async def unfreeze(self, wallet: Address) -> Outcome:
        """End a freeze."""
        return await self.actor.send(Unfreeze(self.agency, wallet))

    async def approve_recovery(self, wallet: Address, case_hash: Digest) -> Outcome:
        """Approve a recovery that a bank proposed; the waiting time begins."""
        return await self.actor.send(RecoverApprove(self.agency, wallet, case_hash))


class Court:
    """The account of a court."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    async def seize(self, wallet: Address, satang: int, order_hash: Digest, to: Address) -> Outcome:
        """Move money of a frozen wallet by an order."""
        return await self.actor.send(Seize(wallet, satang, order_hash, to))
