"""`sapha cbdc`: the digital baht. Amounts are baht with at most two decimals, or --satang."""

import typer

from commands.cbdc import (
    audit,
    authority,
    banks,
    disputes,
    holds,
    money,
    offline,
    payout,
    requests,
    schedules,
    show,
    statement,
    topup,
    vouchers,
    wallets,
)

app = typer.Typer(no_args_is_help=True, help="The digital baht: pay, ask, hold, supervise, audit.")

_FLAT = (
    money.app,
    requests.app,
    holds.app,
    schedules.app,
    banks.app,
    wallets.attestation,
    authority.app,
    payout.app,
    statement.app,
    audit.app,
)
_GROUPS = {
    "fsp": banks.fsp,
    "wallet": wallets.app,
    "recover": wallets.recovery,
    "redemption": authority.redemption,
    "params": authority.params,
    "topup": topup.app,
    "voucher": vouchers.app,
    "dispute": disputes.app,
    "offline": offline.app,
    "show": show.app,
    "export": statement.export,
}

authority.params.command("list")(audit.list_params)
for flat in _FLAT:
    app.registered_commands += flat.registered_commands
for name, group in _GROUPS.items():
    app.add_typer(group, name=name)
