"""Payments without the ledger: a device's file is copied, both pay, and the second is caught."""

import shutil

from client.cbdc.device import (
    Device,
    check_voucher,
    double_spend_in,
    new_nonce,
    read_voucher,
    show_voucher,
)
from client.contract import ask
from commands.output import CheckFailed, say
from contracts.cbdc.contract import supply
from contracts.cbdc.offline.handlers import device_state
from contracts.cbdc.offline.messages import (
    OfflineLoad,
    OfflineReport,
    OfflineSettle,
    OfflineVoucher,
)
from contracts.sdk.calendar import HOUR_MS
from scenes.cbdc.cast import Customer, TownStory, baht, shown
from scenes.kit.calls import code_from, must

SOMCHAI = 4  # a citizen of tier T2, who has a device
_LOADED_BAHT, _PAID_BAHT = 2_000, 450
_HOURS = 71  # of the certificate, at most 72


async def spend_twice(story: TownStory) -> None:
    """Two copies of a device use one counter; the second payee proves it."""
    town = story.town
    say("a device pays offline; its owner copies it and pays again with the same counter")
    somchai, first, second = town.citizens[SOMCHAI], *town.merchants[6:8]
    device, copy = await _devices(story, somchai)
    honest = _pay(story, device, first)
    cheating = _pay(story, copy, second)
    await must("settling", first.actor.send(OfflineSettle((honest,))))
    seen = f"{shown(honest.amount)}, signed without the ledger"
    story.note("an offline payment is settled later", seen, is_kept=True)
    code = await code_from(second.actor.send(OfflineSettle((cheating,))))
    story.note_code("its counter is not settled twice", code, "DOUBLE_SPEND")

    pair = double_spend_in(town.chain_id, [honest, cheating])
    if pair is None:
        raise CheckFailed("the two vouchers prove nothing")
    await must("publishing the proof", second.actor.send(OfflineReport(*pair)))
    state = await ask(town.rpc, device_state, device.public_key)
    left, status = (0, "unknown") if state is None else (state.remaining, state.status)
    seen = f"counter {pair[0].counter} signed twice, {status}"
    story.note(
        "the two vouchers prove it: the device is revoked", seen, is_kept=status == "revoked"
    )
    late = OfflineSettle((_pay(story, device, first),))
    code = await code_from(first.actor.send(late))
    pool = (await ask(town.rpc, supply)).offline
    is_kept = code == "DEVICE_REVOKED" and left == pool == baht(_LOADED_BAHT - _PAID_BAHT)
    story.note("what it has left is frozen", f"{shown(left)}, {code}", is_kept=is_kept)


async def _devices(story: TownStory, owner: Customer) -> tuple[Device, Device]:
    """Return a device that is certified and loaded, and a copy that its owner made."""
    town, file = story.town, story.files / "device.json"
    device = Device.create(file, town.chain_id)
    expires_ms = town.calendar.now_ms() + _HOURS * HOUR_MS
    registration = device.registration(owner.address, expires_ms)
    await must("certifying a device", town.agent(owner.bank).send(registration))
    loading = OfflineLoad(device=device.public_key, amount=baht(_LOADED_BAHT))
    await must("loading it", owner.actor.send(loading))
    device.note_load(baht(_LOADED_BAHT))
    copied = story.files / "copy.json"
    shutil.copy2(file, copied)
    return device, Device(copied)


def _pay(story: TownStory, device: Device, payee: Customer) -> OfflineVoucher:
    """Pay a merchant, who reads the voucher's text and checks what can be checked offline."""
    nonce = new_nonce()
    text = show_voucher(device.pay(payee.address, baht(_PAID_BAHT), nonce))
    voucher = read_voucher(text)
    check_voucher(story.town.chain_id, voucher, payee.address, nonce)
    return voucher
