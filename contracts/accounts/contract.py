"""Accounts: keys, m-of-n thresholds and rotation; an account keeps its address for ever."""

from contracts.accounts.errors import (
    AccountExists,
    KeyAbsent,
    KeyPresent,
    UnusableKey,
)
from contracts.accounts.events import AccountConfigured, KeyRotated
from contracts.accounts.messages import Configure, RotateKey
from contracts.accounts.rules import (
    account_of,
    address_of_account,
    check_signers,
    check_single_key,
)
from contracts.accounts.state import accounts
from contracts.sdk import (
    SIGNATURES_MAX,
    Address,
    Config,
    Context,
    Contract,
    PublicKey,
    address_of,
    anyone,
    emit,
    require,
)
from contracts.sdk.crypto import PUBLIC_KEY_BYTES, is_usable_key

contract = Contract("accounts", version=1)


@contract.genesis
def open_accounts(ctx: Context, config: Config) -> None:
    """Create each listed account at the address that its keys and threshold give."""
    for entry in config.objects("accounts"):
        keys = tuple([PublicKey(key) for key in entry.blobs("keys", length=PUBLIC_KEY_BYTES)])
        threshold = entry.integer("threshold", low=1, high=SIGNATURES_MAX)
        entry.finish()
        account = account_of(keys, threshold)
        address = address_of_account(account)
        require(not accounts.has(ctx, address), AccountExists)
        accounts.save(ctx, address, account)


@contract.authorise
def authorise(ctx: Context, sender: Address, signers: tuple[PublicKey, ...]) -> None:
    """Check that `signers` may act for `sender`.

    Rejects: MissingSignature, KeyNotInAccount, ForeignSignature.
    """
    account = accounts.get(ctx, sender, None)
    if account is None:
        check_single_key(sender, signers)
    else:
        check_signers(account, signers)


@contract.execute(Configure, allow=anyone)
def configure(ctx: Context, msg: Configure) -> None:
    """Put the sender's account under these keys and threshold."""
    account = account_of(msg.keys, msg.threshold)
    accounts.save(ctx, ctx.sender, account)
    emit(ctx, AccountConfigured(ctx.sender, account.keys, account.threshold))


@contract.execute(RotateKey, allow=anyone)
def rotate_key(ctx: Context, msg: RotateKey) -> None:
    """Replace one key of the sender's account by another."""
    account = accounts.get(ctx, ctx.sender, None)
    if account is None:
        require(address_of(msg.old_key) == ctx.sender, KeyAbsent)
        keys: tuple[PublicKey, ...] = (msg.old_key,)
        threshold = 1
    else:
        keys = account.keys
        threshold = account.threshold
    require(msg.old_key in keys, KeyAbsent)
    require(msg.new_key not in keys, KeyPresent)
    require(is_usable_key(msg.new_key), UnusableKey)
    kept = tuple([key for key in keys if key != msg.old_key])
    accounts.save(ctx, ctx.sender, account_of((*kept, msg.new_key), threshold))
    emit(ctx, KeyRotated(ctx.sender, msg.old_key, msg.new_key))
