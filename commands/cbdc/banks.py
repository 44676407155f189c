"""`sapha cbdc fsp ...` and money between banks and wallets: licences, funding, links."""

from typing import Annotated

import typer

from commands.cbdc.acting import Amount, InSatang, acts, identifier, satang_of
from commands.options import address_argument, public_key_argument
from contracts.cbdc.authority.messages import RegisterFsp, ReinstateFsp, SetFspKeys, SuspendFsp
from contracts.cbdc.payments.messages import (
    AcceptLink,
    ConfirmPayout,
    Defund,
    Fund,
    LinkBank,
    UnlinkBank,
)
from primitives.crypto import Digest

app = typer.Typer()
fsp = typer.Typer(no_args_is_help=True, help="Licences of banks and payment providers.")

FspId = Annotated[str, typer.Argument(help="Agency id of the bank or payment provider.")]
Operator = Annotated[str, typer.Option("--agency", help="Agency id of the central bank.")]
Wallet = Annotated[str, typer.Argument(help="Wallet: an address, or the name of a key.")]
BankRef = Annotated[str, typer.Option(help="The bank's own reference; once.")]
FspKeys = Annotated[
    list[str], typer.Argument(help="Keys that sign for the bank: 0x and 64 hex, or names.")
]


@acts(fsp, "register")
def register(
    fsp_id: FspId,
    fsp_keys: FspKeys,
    *,
    licence: Annotated[str, typer.Option(help="Number of the licence.")],
    agency: Operator = "central-bank",
) -> RegisterFsp:
    """License a bank or payment provider; by an operator of the central bank."""
    keys = tuple(map(public_key_argument, fsp_keys))
    return RegisterFsp(agency=agency, fsp=fsp_id, keys=keys, licence=licence)


@acts(fsp, "suspend")
def suspend(fsp_id: FspId, *, agency: Operator = "central-bank") -> SuspendFsp:
    """Stop a bank; by an operator of the central bank."""
    return SuspendFsp(agency, fsp_id)


@acts(fsp, "reinstate")
def reinstate(fsp_id: FspId, *, agency: Operator = "central-bank") -> ReinstateFsp:
    """End the suspension of a bank; by an operator of the central bank."""
    return ReinstateFsp(agency, fsp_id)


@acts(fsp, "keys")
def keys(fsp_id: FspId, fsp_keys: FspKeys) -> SetFspKeys:
    """Replace the keys that sign for the bank; by its administrator."""
    return SetFspKeys(fsp_id, tuple(map(public_key_argument, fsp_keys)))


@acts(app, "fund")
def fund(
    fsp_id: FspId, wallet: Wallet, amount: Amount, *, bank_ref: BankRef, in_satang: InSatang = False
) -> Fund:
    """Move money of the bank to a customer's wallet, for money that it took."""
    return Fund(
        fsp=fsp_id,
        wallet=address_argument(wallet),
        amount=satang_of(amount, in_satang=in_satang),
        bank_ref=bank_ref,
    )


@acts(app, "defund")
def defund(fsp_id: FspId, amount: Amount, *, in_satang: InSatang = False) -> Defund:
    """Give money of the wallet to the bank, which owes it to the bank account."""
    return Defund(fsp_id, satang_of(amount, in_satang=in_satang))


@acts(app, "confirm-payout")
def confirm_payout(
    fsp_id: FspId,
    payout: Annotated[int, typer.Argument(min=1, help="Number of the payout.")],
    *,
    bank_ref: BankRef,
) -> ConfirmPayout:
    """Say as the bank that it has paid what it owed."""
    return ConfirmPayout(fsp_id, payout, bank_ref)


@acts(app, "link")
def link(
    fsp_id: FspId,
    mandate: Annotated[str, typer.Argument(help="Hash of the mandate, 0x and 64 hex digits.")],
    max_auto: Annotated[str, typer.Argument(help="Baht that may move at once.")],
    *,
    in_satang: InSatang = False,
) -> LinkBank:
    """Let a bank take what the wallet may not keep and add what it lacks."""
    most = satang_of(max_auto, in_satang=in_satang)
    return LinkBank(fsp_id, Digest(identifier(mandate)), most)


@acts(app, "accept-link")
def accept_link(
    fsp_id: FspId,
    wallet: Wallet,
    mandate: Annotated[str, typer.Argument(help="Hash of the mandate, 0x and 64 hex digits.")],
) -> AcceptLink:
    """Accept a mandate as the bank that it names."""
    return AcceptLink(fsp_id, address_argument(wallet), Digest(identifier(mandate)))


@acts(app, "unlink")
def unlink(wallet: Wallet) -> UnlinkBank:
    """End a link; the holder or the bank may."""
    return UnlinkBank(address_argument(wallet))
