"""`sapha cbdc fsp ...` and money between banks and wallets: licences, funding, links."""

from commands.cbdc.acting import identifier, satang_of
from commands.keyring import address_argument, public_key_argument
from contracts.cbdc.bank_messages import (
    AcceptLink,
    ConfirmPayout,
    Defund,
    Fund,
    LinkBank,
    RegisterFsp,
    ReinstateFsp,
    SetFspKeys,
    SuspendFsp,
    UnlinkBank,
)
from primitives.crypto import Digest


def register(fsp_id: str, fsp_keys: list[str], *, licence: str, agency: str) -> RegisterFsp:
    """License a bank or payment provider; by an operator of the central bank."""
    keys = tuple(map(public_key_argument, fsp_keys))
    return RegisterFsp(agency=agency, fsp=fsp_id, keys=keys, licence=licence)


def suspend(fsp_id: str, *, agency: str) -> SuspendFsp:
    """Stop a bank; by an operator of the central bank."""
    return SuspendFsp(agency, fsp_id)


def reinstate(fsp_id: str, *, agency: str) -> ReinstateFsp:
    """End the suspension of a bank; by an operator of the central bank."""
    return ReinstateFsp(agency, fsp_id)


def keys(fsp_id: str, fsp_keys: list[str]) -> SetFspKeys:
    """Replace the keys that sign for the bank; by its administrator."""
    return SetFspKeys(fsp_id, tuple(map(public_key_argument, fsp_keys)))


def fund(fsp_id: str, wallet: str, amount: str, *, bank_ref: str, in_satang: bool) -> Fund:
    """Move money of the bank to a customer's wallet, for money that it took."""
    return Fund(
        fsp=fsp_id,
        wallet=address_argument(wallet),
        amount=satang_of(amount, in_satang=in_satang),
        bank_ref=bank_ref,
    )


def defund(fsp_id: str, amount: str, *, in_satang: bool) -> Defund:
    """Give money of the wallet to the bank, which owes it to the bank account."""
    return Defund(fsp_id, satang_of(amount, in_satang=in_satang))


def confirm_payout(fsp_id: str, payout: int, *, bank_ref: str) -> ConfirmPayout:
    """Say as the bank that it has paid what it owed."""
    return ConfirmPayout(fsp_id, payout, bank_ref)


def link(fsp_id: str, mandate: str, max_auto: str, *, in_satang: bool) -> LinkBank:
    """Let a bank take what the wallet may not keep and add what it lacks."""
    most = satang_of(max_auto, in_satang=in_satang)
    return LinkBank(fsp_id, Digest(identifier(mandate)), most)


def accept_link(fsp_id: str, wallet: str, mandate: str) -> AcceptLink:
    """Accept a mandate as the bank that it names."""
    return AcceptLink(fsp_id, address_argument(wallet), Digest(identifier(mandate)))


def unlink(wallet: str) -> UnlinkBank:
    """End a link; the holder or the bank may."""
    return UnlinkBank(address_argument(wallet))
