"""Who may call, as governance says: the central bank, banks, supervisors, courts and issuers."""

from contracts.cbdc.attestation_messages import RevokeAttestation
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
from contracts.cbdc.bank_messages import (
    AcceptLink,
    ConfirmPayout,
    Fund,
    RegisterFsp,
    ReinstateFsp,
    SetFspKeys,
    SuspendFsp,
)
from contracts.cbdc.errors import FspSuspended, NotBank, TooFewSigners, UnknownFsp
from contracts.cbdc.fields import ACTIVE
from contracts.cbdc.messages import Issue
from contracts.cbdc.state import Fsp, Party, fsps, signers_min
from contracts.cbdc.wallet_messages import (
    CloseWallet,
    OpenWallet,
    OpenWallets,
    RecoverApprove,
    RecoverFinish,
    RecoverStart,
    SetTier,
)
from contracts.sdk import Context, require
from contracts.sdk.roles import administers, administers_kind, has_role, is_of_kind

ROLE = "cbdc"
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


def acts_for_fsp(ctx: Context, fsp: str) -> bool:
    """Whether the sender has the role cbdc in the agency `fsp`, which must be active."""
    return has_role(ctx, ctx.sender, fsp, ROLE)


def active_fsp(ctx: Context, fsp: str) -> Fsp:
    """Return a bank that may act. Rejects: UnknownFsp, FspSuspended."""
    found = fsps.load(ctx, fsp, absent=UnknownFsp)
    require(found.status == ACTIVE, FspSuspended)
    return found


def is_bank_of(ctx: Context, party: Party) -> bool:
    """Whether the sender acts for the bank of a wallet, and the bank is not suspended."""
    wallet = party.wallet
    if wallet is None:
        return False
    found = fsps.get(ctx, wallet.fsp, None)
    return found is not None and found.status == ACTIVE and acts_for_fsp(ctx, wallet.fsp)


def require_bank_of(ctx: Context, party: Party) -> str:
    """Return the id of the wallet's bank, for which the sender acts. Rejects: NotBank."""
    wallet = party.wallet
    require(is_bank_of(ctx, party), NotBank)
    return "" if wallet is None else wallet.fsp


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
