"""The contract that the parts of the digital baht declare their methods on."""

from contracts.cbdc.authority_events import (
    FspKeysSet,
    FspSet,
    ParamsChanged,
    ParamsSet,
    ScopePaused,
    ScopeResumed,
    Seized,
    WalletFrozen,
    WalletUnfrozen,
)
from contracts.cbdc.disputes_events import DisputeAnswered, DisputeDecided, DisputeOpened
from contracts.cbdc.events import (
    BatchDone,
    BatchRow,
    BatchRowRefused,
    Defunded,
    DelegatePaid,
    Funded,
    Issued,
    PayoutConfirmed,
    RedeemAsked,
    Redeemed,
    RedeemRefused,
    RedeemSettled,
    SupplyMismatch,
    Swept,
    ToppedUp,
    Transferred,
    TravelDataNamed,
)
from contracts.cbdc.holds_events import Captured, Held, Released
from contracts.cbdc.offline_events import (
    DeviceCertified,
    DeviceEnded,
    OfflineCompensated,
    OfflineLoaded,
    OfflineReturned,
    OfflineSettled,
)
from contracts.cbdc.requests_events import (
    Paid,
    RefundClaimed,
    Refunded,
    RequestCreated,
    RequestWithdrawn,
)
from contracts.cbdc.schedules_events import (
    ScheduleCancelled,
    ScheduleFailed,
    ScheduleRun,
    ScheduleSet,
)
from contracts.cbdc.vouchers_events import (
    MerchantProfileSet,
    VoucherIssued,
    VoucherReturned,
    VoucherSpent,
)
from contracts.cbdc.wallet_events import (
    AttestationRevoked,
    BankLinked,
    BankUnlinked,
    Delegated,
    DelegateRevoked,
    LinkAsked,
    Recovered,
    RecoveryApproved,
    RecoveryCancelled,
    RecoveryStarted,
    TierSet,
    WalletClosed,
    WalletOpened,
)
from contracts.sdk import Contract

MONEY = (
    Issued,
    Redeemed,
    RedeemAsked,
    RedeemSettled,
    RedeemRefused,
    Transferred,
    TravelDataNamed,
    DelegatePaid,
    BatchRow,
    BatchRowRefused,
    BatchDone,
    Funded,
    Defunded,
    ToppedUp,
    Swept,
    PayoutConfirmed,
    SupplyMismatch,
)
WALLETS = (
    WalletOpened,
    WalletClosed,
    TierSet,
    AttestationRevoked,
    LinkAsked,
    BankLinked,
    BankUnlinked,
    Delegated,
    DelegateRevoked,
    RecoveryStarted,
    RecoveryApproved,
    RecoveryCancelled,
    Recovered,
)
AUTHORITY = (
    ParamsSet,
    ParamsChanged,
    ScopePaused,
    ScopeResumed,
    FspSet,
    FspKeysSet,
    WalletFrozen,
    WalletUnfrozen,
    Seized,
)
FLOWS = (
    RequestCreated,
    Paid,
    RequestWithdrawn,
    Refunded,
    RefundClaimed,
    Held,
    Captured,
    Released,
    ScheduleSet,
    ScheduleRun,
    ScheduleFailed,
    ScheduleCancelled,
    VoucherIssued,
    VoucherSpent,
    VoucherReturned,
    MerchantProfileSet,
    DisputeOpened,
    DisputeAnswered,
    DisputeDecided,
    DeviceCertified,
    OfflineLoaded,
    OfflineSettled,
    DeviceEnded,
    OfflineCompensated,
    OfflineReturned,
)

contract = Contract("cbdc", version=1, events=(*MONEY, *WALLETS, *AUTHORITY, *FLOWS))
