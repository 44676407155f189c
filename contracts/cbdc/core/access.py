"""Who may call, as governance says: the central bank, banks, supervisors, courts and issuers."""

from contracts.cbdc.authority.messages import (
    AcknowledgeRedeem,
    ApproveFreeze,
    Freeze,
    Issue,
    Pause,
    RefuseRedeem,
    RegisterFsp,
    ReinstateFsp,
    Resume,
    Seize,
    SetFspKeys,
    SetParams,
    SuspendFsp,
    Unfreeze,
)
from contracts.cbdc.core.limits import ROLE, acts_for_fsp
from contracts.cbdc.core.messages import TooFewSigners
from contracts.cbdc.core.state import signers_min
from contracts.cbdc.payments.messages import AcceptLink, ConfirmPayout, Fund
from contracts.cbdc.wallets.messages import (
    CloseWallet,
    OpenWallet,
    OpenWallets,
    RecoverApprove,
    RecoverFinish,
    RecoverStart,
    RevokeAttestation,
    SetTier,
)
from contracts.sdk import Context, require
from contracts.sdk.roles import administers, administers_kind, has_role, is_of_kind

OPERATOR_ROLE = "cbdc-operator"
ISSUER_ROLE = "identity"  # of those who attest citizens

ByIssuer = Issue | SetParams | Pause | Resume
ByOperator = RegisterFsp | SuspendFsp | ReinstateFsp | AcknowledgeRedeem | RefuseRedeem
ByWalletsBank = OpenWallet | OpenWallets | CloseWallet | SetTier | RecoverStart | RecoverFinish
ByFsp = ByWalletsBank | Fund | ConfirmPayout | AcceptLink
BySupervisor = Freeze | ApproveFreeze | Unfreeze | RecoverApprove


def by_central_bank(ctx: Context, _msg: ByIssuer) -> bool:
    """Only the administrator of the central bank, by enough signatures, may call."""
    return _administers_by_many(ctx, "central-bank")


def by_court(ctx: Context, _msg: Seize) -> bool:
    """Only the administrator of a court, by enough signatures, may call."""
    return _administers_by_many(ctx, "court")


def by_operator(ctx: Context, msg: ByOperator) -> bool:
    """Only who has the role cbdc-operator in the central bank may call."""
    return _acts_in(ctx, msg.agency, "central-bank", OPERATOR_ROLE)


def by_supervisor(ctx: Context, msg: BySupervisor) -> bool:
    """Only who has the role cbdc in an agency of kind supervisor may call."""
    return _acts_in(ctx, msg.agency, "supervisor", ROLE)


def by_attestation_issuer(ctx: Context, msg: RevokeAttestation) -> bool:
    """Only who has the role identity in the agency that issued may call."""
    return _acts_in(ctx, msg.agency, "idp", ISSUER_ROLE)


def by_fsp(ctx: Context, msg: ByFsp) -> bool:
    """Only who has the role cbdc in the bank or payment provider may call."""
    return acts_for_fsp(ctx, msg.fsp)


def by_fsp_administrator(ctx: Context, msg: SetFspKeys) -> bool:
    """Only the administrator of the bank or payment provider may call."""
    return administers(ctx, ctx.sender, msg.fsp)


def _acts_in(ctx: Context, agency: str, kind: str, role: str) -> bool:
    return is_of_kind(ctx, agency, kind) and has_role(ctx, ctx.sender, agency, role)


def _administers_by_many(ctx: Context, kind: str) -> bool:
    """Whether the sender administers such an agency. Rejects: TooFewSigners."""
    if not administers_kind(ctx, ctx.sender, kind):
        return False
    account = ctx.call("accounts").account(ctx.sender)
    have = 1 if account is None else account[1]
    need = signers_min.load(ctx)
    require(have >= need, TooFewSigners, have=have, need=need)
    return True
