"""Accounts: keys, m-of-n thresholds and rotation; an account keeps its address for ever."""

from contracts.accounts.errors import (
    AccountExists,
    BadPasskeyProof,
    BadPasskeyVersion,
    KeyAbsent,
    KeyPresent,
    NoPasskey,
    PasskeyUnknown,
    UnusableKey,
)
from contracts.accounts.events import AccountConfigured, KeyRotated, PasskeySet
from contracts.accounts.messages import (
    AccountKeys,
    Configure,
    Origin,
    RotateKey,
    SetPasskey,
    passkey_statement,
)
from contracts.accounts.rules import (
    account_of,
    address_of_account,
    check_signers,
    check_single_key,
    is_home,
    require_origins,
)
from contracts.accounts.state import Passkey, accounts, passkeys
from contracts.sdk import (
    SIGNATURES_MAX,
    Address,
    Config,
    Context,
    Contract,
    Digest,
    ForeignSite,
    PublicKey,
    address_of,
    anyone,
    emit,
    require,
)
from contracts.sdk.crypto import Site, is_passkey, is_usable_key, site_of, verify_any

contract = Contract("accounts", version=1)


@contract.genesis
def open_accounts(ctx: Context, config: Config) -> None:
    """Create each listed account at the address that its keys and threshold give."""
    for entry in config.objects("accounts"):
        keys = entry.public_keys("keys")
        _require_records(ctx, keys)
        threshold = entry.integer("threshold", low=1, high=SIGNATURES_MAX)
        entry.finish()
        account = account_of(keys, threshold)
        address = address_of_account(account)
        require(not accounts.has(ctx, address), AccountExists)
        accounts.save(ctx, address, account)


@contract.authorise
def authorise(
    ctx: Context,
    sender: Address,
    signers: tuple[PublicKey, ...],
    sites: tuple[tuple[PublicKey, Site | None], ...],
) -> None:
    """Check that `signers` may act for `sender`; `sites` says where its passkeys signed.

    Rejects: MissingSignature, KeyNotInAccount, ForeignSignature, ForeignSite.
    """
    account = accounts.get(ctx, sender, None)
    if account is None:
        check_single_key(sender, signers)
    else:
        check_signers(account, signers)
    for key, site in sites:
        passkey = passkeys.load(ctx, key, absent=ForeignSite)
        require(is_home(passkey, site), ForeignSite)


@contract.execute(Configure, allow=anyone)
def configure(ctx: Context, msg: Configure) -> None:
    """Put the sender's account under these keys and threshold."""
    account = account_of(msg.keys, msg.threshold)
    _require_records(ctx, account.keys)
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
    _require_records(ctx, (msg.new_key,))
    kept = tuple([key for key in keys if key != msg.old_key])
    accounts.save(ctx, ctx.sender, account_of((*kept, msg.new_key), threshold))
    emit(ctx, KeyRotated(ctx.sender, msg.old_key, msg.new_key))


@contract.execute(SetPasskey, allow=anyone)
def set_passkey(ctx: Context, msg: SetPasskey) -> None:
    """Record where a passkey signs, or replace the record: by the passkey itself, at its home."""
    require_origins(msg.origins)
    before = passkeys.get(ctx, msg.key, None)
    expected = 1 if before is None else before.version + 1
    require(msg.version == expected, BadPasskeyVersion, expected=expected)
    after = Passkey(version=msg.version, rp_id_hash=msg.rp_id_hash, origins=msg.origins)
    site = site_of(msg.proof)
    require(is_home(after if before is None else before, site), ForeignSite)
    passkeys.save(ctx, msg.key, after)
    emit(ctx, PasskeySet(msg.key, after.version, after.rp_id_hash, after.origins))


@contract.precheck(SetPasskey)
def check_passkey(ctx: Context, msg: SetPasskey) -> None:
    """Check that the key is a passkey that can sign, and has signed this."""
    require(is_passkey(msg.key), NoPasskey)
    require(is_usable_key(msg.key), UnusableKey)
    statement = passkey_statement(ctx.chain_id, msg)
    require(verify_any(msg.key, *statement, msg.proof), BadPasskeyProof)


def _require_records(ctx: Context, keys: tuple[PublicKey, ...]) -> None:
    """Reject with PasskeyUnknown a passkey of which nobody knows where it signs."""
    without = [key for key in keys if is_passkey(key) and not passkeys.has(ctx, key)]
    require(len(without) == 0, PasskeyUnknown)


@contract.query
def keys_of(ctx: Context, address: Address) -> AccountKeys:
    """The keys of an account that has several, or others than at first; else nothing."""
    account = accounts.get(ctx, address, None)
    return () if account is None else account.keys


@contract.query
def is_site_of(ctx: Context, key: PublicKey, rp_id_hash: Digest, origin: Origin) -> bool:
    """Whether the passkey's record says that it signs there; False when there is no record."""
    passkey = passkeys.get(ctx, key, None)
    site = Site(rp_id_hash=rp_id_hash, origin=origin)
    return passkey is not None and is_home(passkey, site)
