"""What authorities do: a freeze by order, a seizure by the court, the recovery of lost keys."""

from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any

from client.cbdc.requests import transfer
from client.contract import Actor, ask
from client.outcome import Outcome
from client.wallet import Wallet
from commands.output import CheckFailed, say
from contracts.cbdc.authority.handlers import parameters_now
from contracts.cbdc.authority.messages import Freeze, Seize, Unfreeze
from contracts.cbdc.wallets.control import recovery_state
from contracts.cbdc.wallets.messages import RecoverApprove, RecoverFinish, RecoverStart
from contracts.sdk.calendar import DAY_MS
from primitives.crypto import Digest, digest
from primitives.ids import Address
from scenes.cbdc.cast import COURT, SUPERVISOR, Customer, TownStory, baht, shown
from scenes.kit.calls import code_from, must

PRASERT = 2  # a citizen of tier T3, whose wallet is frozen
WANIDA = 5  # a citizen of tier T3, whose keys are lost
_SEIZED_BAHT = 3_000
_PAID_BAHT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """A recovery under way: whose wallet, the new keys, and when it may be finished."""

    customer: Customer
    new_keys: Wallet
    ends_ms: int
    hours: int


async def freeze(story: TownStory) -> None:
    """A supervisor freezes a wallet by an order, the court takes from it, the freeze is lifted."""
    town = story.town
    say("the supervisor freezes a wallet by order; the court seizes; the freeze is lifted")
    prasert, shop = town.citizens[PRASERT], town.merchants[4].address
    supervisor, court = town.agent(SUPERVISOR), town.agent(COURT)
    freezing = Freeze(
        agency=SUPERVISOR,
        wallet=prasert.address,
        scope="out",
        order_hash=_paper("freeze 12/2569"),
        until_ms=town.calendar.now_ms() + 3 * DAY_MS,
    )
    unordered = replace(freezing, order_hash=Digest(bytes(32)))
    code = await code_from(supervisor.send(unordered))
    story.note_code("nothing is frozen without an order", code, "NO_ORDER")
    await must("freezing", supervisor.send(freezing))
    code = await code_from(_pay(prasert.actor, shop))
    story.note_code("a frozen wallet pays nobody", code, "FROZEN")
    victim = town.citizens[PRASERT + 6]
    seizing = Seize(
        wallet=prasert.address,
        amount=baht(_SEIZED_BAHT),
        order_hash=_paper("judgment 34/2569"),
        to=victim.address,
    )
    await must("seizing", court.send(seizing))
    lifting = Unfreeze(agency=SUPERVISOR, wallet=prasert.address)
    await must("lifting the freeze", supervisor.send(lifting))
    code = await code_from(_pay(prasert.actor, shop))
    story.note_code("after the freeze it pays again", code, "OK")
    code = await code_from(court.send(replace(seizing, order_hash=_paper("judgment 35/2569"))))
    story.note_code("the court takes only from a frozen wallet", code, "NOT_FROZEN")


async def start_recovery(story: TownStory) -> Recovery:
    """The bank proposes new keys, the supervisor approves, and time begins to pass."""
    town = story.town
    say("a citizen has lost her keys: her bank proposes new ones, the supervisor approves")
    wanida, new_keys, case = town.citizens[WANIDA], Wallet.generate(), _paper("case 56/2569")
    bank, wallet = town.agent(wanida.bank), wanida.address
    proposal = RecoverStart(
        fsp=wanida.bank, wallet=wallet, new_address=new_keys.address, case_hash=case
    )
    await must("proposing", bank.send(proposal))
    approval = RecoverApprove(agency=SUPERVISOR, wallet=wallet, case_hash=case)
    await must("approving", town.agent(SUPERVISOR).send(approval))
    code = await code_from(_pay(wanida.actor, town.merchants[5].address))
    story.note_code("nothing leaves the wallet meanwhile", code, "IN_RECOVERY")
    code = await code_from(bank.send(RecoverFinish(fsp=wanida.bank, wallet=wallet)))
    story.note_code("a recovery is not finished early", code, "RECOVERY_TOO_EARLY")
    state = await ask(town.rpc, recovery_state, wallet)
    if state is None:
        raise CheckFailed("the ledger knows no recovery that was approved")
    return Recovery(
        customer=wanida,
        new_keys=new_keys,
        ends_ms=state.ends_ms,
        hours=await _hours(story),
    )


async def finish_recovery(story: TownStory, recovery: Recovery) -> None:
    """After the waiting time the new keys act for the wallet, and the old ones no more."""
    town, customer = story.town, recovery.customer
    say(f"waiting until {recovery.hours} h of the ledger's calendar have passed")
    await town.calendar.until(recovery.ends_ms)
    before = await story.satang_of(customer)
    finishing = RecoverFinish(fsp=customer.bank, wallet=customer.address)
    await must("finishing", town.agent(customer.bank).send(finishing))
    shop = town.merchants[5].address
    await must("paying with the new keys", _pay(town.actor(recovery.new_keys), shop))
    lost = before - await story.satang_of(customer)
    seen = f"{shown(before)} kept, {shown(lost)} paid, after {recovery.hours} h of block time"
    story.note("the new keys have the same wallet", seen, is_kept=lost == baht(_PAID_BAHT))
    code = await code_from(_pay(customer.actor, shop))
    story.note_code("and the old keys none", code, "KEY_REPLACED")


async def _hours(story: TownStory) -> int:
    """Return the waiting time that is in force."""
    for row in await ask(story.town.rpc, parameters_now):
        if row.name == "recovery-hours":
            return row.value
    raise CheckFailed("the ledger names no waiting time of recoveries")


def _pay(payer: Actor, shop: Address) -> Coroutine[Any, Any, Outcome]:
    return payer.send(transfer(shop, baht(_PAID_BAHT)))


def _paper(name: str) -> Digest:
    """Return the hash of a document that is not on the ledger."""
    return digest("demo/paper", name.encode())
