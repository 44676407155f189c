"""`sapha cbdc freeze, seize, pause, params ...`: the central bank, supervisors and courts."""

from typing import Annotated

import typer

from client.amount import read_satang
from client.answers import uint_field
from client.cbdc.actor import Actor
from commands.cbdc.acting import (
    Amount,
    InSatang,
    Make,
    acts,
    identifier,
    now_ms,
    satang_of,
    span_ms,
)
from commands.options import address_argument
from contracts.cbdc.authority.messages import (
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

app = typer.Typer()
params = typer.Typer(no_args_is_help=True, help="Limits, delays and other numbers.")
redemption = typer.Typer(no_args_is_help=True, help="Money that banks give back.")

Wallet = Annotated[str, typer.Argument(help="Wallet: an address, or the name of a key.")]
OrderHash = Annotated[str, typer.Argument(help="Salted hash of the order, 0x and 64 hex digits.")]
Supervisor = Annotated[str, typer.Option("--agency", help="Agency id of the supervisor.")]
Operator = Annotated[str, typer.Option("--agency", help="Agency id of the central bank.")]
Scope = Annotated[str, typer.Argument(help="all, issue, payments, vouchers or offline.")]
Reference = Annotated[str, typer.Argument(help="The holder's reference of the redemption.")]


@acts(app, "freeze")
def freeze(
    wallet: Wallet,
    order_hash: OrderHash,
    *,
    scope: Annotated[str, typer.Option(help="out, or all.")] = "out",
    lasts: Annotated[str, typer.Option("--for", help="Such as 72h or 30d.")] = "72h",
    agency: Supervisor = "supervisor",
) -> Make:
    """Stop what leaves a wallet, by an order, until a time; by a supervisor."""
    frozen, order, span = address_argument(wallet), Digest(identifier(order_hash)), span_ms(lasts)

    async def make(actor: Actor) -> Freeze:
        return Freeze(agency, frozen, scope, order, await now_ms(actor) + span)

    return make


@acts(app, "approve-freeze")
def approve_freeze(
    wallet: Wallet, order_hash: OrderHash, *, agency: Supervisor = "supervisor"
) -> ApproveFreeze:
    """Let a long freeze last as was asked; by a second person of a supervisor."""
    return ApproveFreeze(agency, address_argument(wallet), Digest(identifier(order_hash)))


@acts(app, "unfreeze")
def unfreeze(wallet: Wallet, *, agency: Supervisor = "supervisor") -> Unfreeze:
    """End a freeze; by a supervisor."""
    return Unfreeze(agency, address_argument(wallet))


@acts(app, "seize")
def seize(
    wallet: Wallet,
    amount: Amount,
    order_hash: OrderHash,
    *,
    to: Annotated[str, typer.Option(help="Who receives it: an address, or the name of a key.")],
    in_satang: InSatang = False,
) -> Seize:
    """Move money of a frozen wallet by an order; by the court's account of several keys."""
    return Seize(
        wallet=address_argument(wallet),
        amount=satang_of(amount, in_satang=in_satang),
        order_hash=Digest(identifier(order_hash)),
        to=address_argument(to),
    )


@acts(app, "pause")
def pause(scope: Scope) -> Pause:
    """Stop a part of the contract; by the central bank's account."""
    return Pause(scope)


@acts(app, "resume")
def resume(scope: Scope) -> Resume:
    """Let a paused part go on; by the central bank's account."""
    return Resume(scope)


@acts(params, "set")
def set_params(
    name: Annotated[str, typer.Argument(help="Name, such as t1-day; amounts are satang.")],
    value: Annotated[str, typer.Argument(help="Whole number.")],
    *,
    in_blocks: Annotated[int, typer.Option(min=1, help="In force so many blocks from now.")] = 20,
) -> Make:
    """Change a number at a later height; by the central bank's account."""
    number = 0 if value == "0" else read_satang(value)

    async def make(actor: Actor) -> SetParams:
        height = uint_field(await actor.rpc.call("chain_getStatus"), "height")
        return SetParams(name, number, height + in_blocks)

    return make


@acts(redemption, "acknowledge")
def acknowledge(
    holder: Wallet, reference: Reference, *, agency: Operator = "central-bank"
) -> AcknowledgeRedeem:
    """Destroy what a bank gave back, once it is settled; by an operator of the central bank."""
    return AcknowledgeRedeem(agency, address_argument(holder), reference)


@acts(redemption, "refuse")
def refuse(
    holder: Wallet, reference: Reference, *, agency: Operator = "central-bank"
) -> RefuseRedeem:
    """Return what a bank wanted to give back; by an operator of the central bank."""
    return RefuseRedeem(agency, address_argument(holder), reference)
