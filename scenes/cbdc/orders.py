"""What authorities do: a freeze by order, a seizure by the court, the recovery of lost keys."""

from dataclasses import dataclass

from client.answers import text_field, uint_field
from client.cbdc.asking import ask
from client.cbdc.people import HolderWallet
from client.wallet import Wallet
from commands.output import CheckFailed, say
from contracts.sdk.calendar import DAY_MS
from primitives.crypto import Digest, digest
from scenes.cbdc.cast import Customer, TownStory, baht, shown
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
    freeze_order, court_order = _paper("freeze 12/2569"), _paper("judgment 34/2569")
    until_ms = town.calendar.now_ms() + 3 * DAY_MS
    unordered = town.supervisor.freeze(prasert.address, Digest(bytes(32)), until_ms)
    story.note_code("nothing is frozen without an order", await code_from(unordered), "NO_ORDER")
    freezing = town.supervisor.freeze(prasert.address, freeze_order, until_ms)
    await must("freezing", freezing)
    code = await code_from(prasert.wallet.transfer(shop, baht(_PAID_BAHT)))
    story.note_code("a frozen wallet pays nobody", code, "FROZEN")
    victim = town.citizens[PRASERT + 6]
    seizing = town.court.seize(prasert.address, baht(_SEIZED_BAHT), court_order, victim.address)
    await must("seizing", seizing)
    await must("lifting the freeze", town.supervisor.unfreeze(prasert.address))
    code = await code_from(prasert.wallet.transfer(shop, baht(_PAID_BAHT)))
    story.note_code("after the freeze it pays again", code, "OK")
    seizing = town.court.seize(prasert.address, 1, _paper("judgment 35/2569"), victim.address)
    story.note_code(
        "the court takes only from a frozen wallet", await code_from(seizing), "NOT_FROZEN"
    )


async def start_recovery(story: TownStory) -> Recovery:
    """The bank proposes new keys, the supervisor approves, and time begins to pass."""
    town = story.town
    say("a citizen has lost her keys: her bank proposes new ones, the supervisor approves")
    wanida, new_keys, case = town.citizens[WANIDA], Wallet.generate(), _paper("case 56/2569")
    bank = town.banks[wanida.bank]
    await must("proposing", bank.start_recovery(wanida.address, new_keys.address, case))
    await must("approving", town.supervisor.approve_recovery(wanida.address, case))
    code = await code_from(wanida.wallet.transfer(town.merchants[5].address, baht(_PAID_BAHT)))
    story.note_code("nothing leaves the wallet meanwhile", code, "IN_RECOVERY")
    code = await code_from(bank.finish_recovery(wanida.address))
    story.note_code("a recovery is not finished early", code, "RECOVERY_TOO_EARLY")
    state = await ask(town.rpc, "recovery_state", wanida.address)
    return Recovery(
        customer=wanida,
        new_keys=new_keys,
        ends_ms=uint_field(state, "ends_ms"),
        hours=await _hours(story),
    )


async def finish_recovery(story: TownStory, recovery: Recovery) -> None:
    """After the waiting time the new keys act for the wallet, and the old ones no more."""
    town, customer = story.town, recovery.customer
    say(f"waiting until {recovery.hours} h of the ledger's calendar have passed")
    await town.calendar.until(recovery.ends_ms)
    before = await story.satang_of(customer)
    await must("finishing", town.banks[customer.bank].finish_recovery(customer.address))
    renewed = HolderWallet(town.actor(recovery.new_keys))
    await must(
        "paying with the new keys", renewed.transfer(town.merchants[5].address, baht(_PAID_BAHT))
    )
    lost = before - await story.satang_of(customer)
    seen = f"{shown(before)} kept, {shown(lost)} paid, after {recovery.hours} h of block time"
    story.note("the new keys have the same wallet", seen, is_kept=lost == baht(_PAID_BAHT))
    code = await code_from(customer.wallet.transfer(town.merchants[5].address, baht(_PAID_BAHT)))
    story.note_code("and the old keys none", code, "KEY_REPLACED")


async def _hours(story: TownStory) -> int:
    """Return the waiting time that is in force."""
    for row in await ask(story.town.rpc, "parameters_now"):
        if text_field(row, "name") == "recovery-hours":
            return uint_field(row, "value")
    raise CheckFailed("the ledger names no waiting time of recoveries")


def _paper(name: str) -> Digest:
    """Return the hash of a document that is not on the ledger."""
    return digest("demo/paper", name.encode())
