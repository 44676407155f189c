"""`sapha cbdc freeze, seize, pause, params ...`: the central bank, supervisors and courts."""

from client.amount import read_satang
from client.answers import uint_field
from client.cbdc.actor import Actor
from commands.cbdc.acting import (
    Make,
    identifier,
    now_ms,
    satang_of,
    span_ms,
)
from commands.keyring import address_argument
from contracts.cbdc.authority_messages import (
    AcknowledgeRedeem,
    ApproveFreeze,
    Freeze,
    Pause,
    RefuseRedeem,
    Resume,
    Seize,
    SetParams,
    Unfreeze,
)
from primitives.crypto import Digest


def freeze(wallet: str, order_hash: str, *, scope: str, lasts: str, agency: str) -> Make:
    """Stop what leaves a wallet, by an order, until a time; by a supervisor."""
    frozen, order, span = address_argument(wallet), Digest(identifier(order_hash)), span_ms(lasts)

    async def make(actor: Actor) -> Freeze:
        return Freeze(agency, frozen, scope, order, await now_ms(actor) + span)

    return make


def approve_freeze(wallet: str, order_hash: str, *, agency: str) -> ApproveFreeze:
    """Let a long freeze last as was asked; by a second person of a supervisor."""
    return ApproveFreeze(agency, address_argument(wallet), Digest(identifier(order_hash)))


def unfreeze(wallet: str, *, agency: str) -> Unfreeze:
    """End a freeze; by a supervisor."""
    return Unfreeze(agency, address_argument(wallet))


def seize(wallet: str, amount: str, order_hash: str, *, to: str, in_satang: bool) -> Seize:
    """Move money of a frozen wallet by an order; by the court's account of several keys."""
    return Seize(
        wallet=address_argument(wallet),
        amount=satang_of(amount, in_satang=in_satang),
        order_hash=Digest(identifier(order_hash)),
        to=address_argument(to),
    )


def pause(scope: str) -> Pause:
    """Stop a part of the contract; by the central bank's account."""
    return Pause(scope)


def resume(scope: str) -> Resume:
    """Let a paused part go on; by the central bank's account."""
    return Resume(scope)


def set_params(name: str, value: str, *, in_blocks: int) -> Make:
    """Change a number at a later height; by the central bank's account."""
    number = 0 if value == "0" else read_satang(value)

    async def make(actor: Actor) -> SetParams:
        height = uint_field(await actor.rpc.call("chain_getStatus"), "height")
        return SetParams(name, number, height + in_blocks)

    return make


def acknowledge(holder: str, reference: str, *, agency: str) -> AcknowledgeRedeem:
    """Destroy what a bank gave back, once it is settled; by an operator of the central bank."""
    return AcknowledgeRedeem(agency, address_argument(holder), reference)


def refuse(holder: str, reference: str, *, agency: str) -> RefuseRedeem:
    """Return what a bank wanted to give back; by an operator of the central bank."""
    return RefuseRedeem(agency, address_argument(holder), reference)
