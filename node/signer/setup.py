"""A signer's directory: made once; its chain installed; its sign-state shown, or made anew.

A signer makes its own key, so that no file ever held a token's. Each command holds the folder of
the sign-state, so the signer must be stopped.
"""

import json
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from consensus import SignMark, SignState, Standing, born
from consensus.messages import Kind
from consensus.wire import VIEW_MAX
from genesis.schema import show_genesis
from genesis.verify import load_genesis
from node.config import load_config
from node.files import installed_genesis, read_key, stopped
from node.secret_files import private_files
from node.setup import DirectoryInUse, write_new
from node.signer.devices import make_token_key, open_device
from node.signer.faults import SignerFault, SignerMismatch
from node.signer.server import opened
from node.signer.settings import (
    CERTIFICATE_FILE,
    GENESIS_FILE,
    KEY_FILE,
    SIGNER_FILE,
    TLS_KEY_FILE,
    load_signer_config,
)
from node.store.sign_state import held, show_mark
from p2p.tls import make_certificate
from primitives.crypto import DIGEST_BYTES, SEED_BYTES, Digest, PublicKey, SigningKey
from primitives.errors import LocalFault


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerPlan:
    """What a new signer is: `module` empty keeps the key in a file."""

    host: str = ""
    port: int = 0
    node_certificate: str = ""
    module: str = ""
    label: str = ""
    key: str = "sapha-validator"
    pin_file: str = ""
    curve: str = "oid"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerFinding:
    """What `check_signer` sees; `silent` says why it would sign nothing, None when it would."""

    public_key: PublicKey
    chain_id: str | None
    last: str
    silent: str | None


@private_files()
def make_signer(directory: Path, plan: SignerPlan) -> PublicKey:
    """Make a signer's directory with a new key, a TLS certificate, and a sign-state "born".

    Raises:
        DirectoryInUse: there is a signer in `directory`.
        BadConfig: the plan is none.
        TokenFault: the token cannot be used, or has a key of that label.
        LocalFault: the disk refuses.
    """
    if (directory / SIGNER_FILE).exists():
        raise DirectoryInUse(f"{directory}: there is already a signer here")
    _write_directory(directory, plan)
    try:
        config = load_signer_config(directory)
        public_key = make_token_key(config) if plan.module else _make_file_key(directory)
    except BaseException:
        for name in (SIGNER_FILE, TLS_KEY_FILE, CERTIFICATE_FILE):
            (directory / name).unlink()
        raise
    with held(config.sign_state_dir) as files:
        files.start(born(public_key))
    return public_key


@private_files()
def take_key(directory: Path, node_directory: Path) -> PublicKey:
    """Make a signer of a stopped node: key, sign-state and genesis go there, and the key from here.

    Raises:
        StoreLocked: the node runs.
        DirectoryInUse: there is a signer in `directory`.
        LocalFault: the node has no key, sign-state or genesis to give, or the disk refuses.
    """
    if (directory / SIGNER_FILE).exists():
        raise DirectoryInUse(f"{directory}: there is already a signer here")
    node = load_config(node_directory)
    genesis, path = installed_genesis(node), node.path(node.node.key)
    key = read_key(path)
    with stopped(node) as files:
        state = files.state
        if state is None or state.key != key.public_key or state.standing is Standing.LISTENER:
            raise SignerFault(f"{node.sign_state_dir} does not say all that this key has signed")
        _write_directory(directory, SignerPlan())
        write_new(directory / GENESIS_FILE, show_genesis(genesis).encode(), mode=0o644)
        _write_key(directory, key)
        with held(load_signer_config(directory).sign_state_dir) as taken:
            taken.start(state)
        path.unlink()
    return key.public_key


@private_files()
def join_chain(directory: Path, genesis_file: Path, *, is_joining: bool = False) -> str:
    """Install the genesis of the chain that the signer signs for; return its chain id.

    The node of one that `is_joining` is in no genesis: the agencies admit it later.

    Raises:
        GenesisFault: it cannot be read.
        SignerMismatch: none of its members has the signer's key.
        DirectoryInUse: the signer is of another chain.
    """
    config = load_signer_config(directory)
    genesis = load_genesis(genesis_file)
    text = show_genesis(genesis).encode()
    with opened(config) as found:
        key = found.signer.public_key
        is_named = key in {member.public_key for member in genesis.members}
        if not is_named and not is_joining:
            raise SignerMismatch(
                f"{genesis_file}: no member has the signer's key 0x{key.hex()}; if its node joins"
                " by vote: --joining"
            )
        if config.genesis.exists() and config.genesis.read_bytes() != text:
            raise DirectoryInUse(f"{config.genesis}: a signer never changes its chain")
        if not config.genesis.exists():
            write_new(config.genesis, text, mode=0o644)
    return genesis.chain_id


@private_files()
def check_signer(directory: Path) -> SignerFinding:
    """Return what a stopped signer would do; its key signs once, for a proof.

    Raises:
        LocalFault: the first thing that is wrong: settings, token, key, genesis, sign-state.
    """
    config = load_signer_config(directory)
    with opened(config) as found:
        signer, state = found.signer, found.files.state
        signer.prove()
        return SignerFinding(
            public_key=signer.public_key,
            chain_id=signer.chain_id,
            last="nothing" if state is None else show_mark(state.mark),
            silent=signer.why_silent(),
        )


@private_files()
def recover_signer(directory: Path, *, above: int, restart: str | None) -> str:
    """Have a signer sign again, above a height only, after its sign-state was lost.

    `restart` is the digest of a restart statement in hex (R2.9): only by a new one may the mark
    go down. Returns where it stands now.

    Raises:
        SignerFault: the sign-state knows more than that, or the restart is no digest.
    """
    config = load_signer_config(directory)
    with open_device(config) as device:
        key = device.public_key
    with held(config.sign_state_dir) as files:
        state = files.state
        before = state if state is not None and state.key == key else born(key)
        mark = SignMark(above, VIEW_MAX, int(Kind.COMMIT))
        chosen = _restart_of(restart, before)
        if mark < before.mark and chosen == before.restart:
            raise SignerFault(
                f"{config.sign_state_dir} holds {show_mark(before.mark)}: choose a height of at"
                f" least {before.mark.height}"
            )
        files.start(_explained(before, mark, chosen))
    return show_mark(mark)


def _explained(before: SignState, mark: SignMark, restart: Digest | None) -> SignState:
    return replace(
        before,
        standing=Standing.EXPLAINED,
        mark=mark,
        digest=None,
        signature=None,
        committed=None,
        restart=restart,
    )


def _restart_of(text: str | None, before: SignState) -> Digest | None:
    if text is None:
        return before.restart
    try:
        found = Digest(bytes.fromhex(text.removeprefix("0x")))
    except ValueError as error:
        raise SignerFault(f"--restart {text!r:.80} is not {DIGEST_BYTES} bytes in hex") from error
    if len(found) != DIGEST_BYTES:
        raise SignerFault(f"--restart has {len(found)} bytes, a digest has {DIGEST_BYTES}")
    return found


def _make_file_key(directory: Path) -> PublicKey:
    key = SigningKey(secrets.token_bytes(SEED_BYTES))
    _write_key(directory, key)
    return key.public_key


def _write_key(directory: Path, key: SigningKey) -> None:
    write_new(directory / KEY_FILE, key.seed.hex().encode() + b"\n", mode=0o600)


def _write_directory(directory: Path, plan: SignerPlan) -> None:
    """Write the settings and a TLS certificate. Raises LocalFault."""
    certificate_pem, tls_key_pem = make_certificate("signer")
    try:
        write_new(directory / SIGNER_FILE, _signer_toml(plan).encode(), mode=0o644)
        write_new(directory / TLS_KEY_FILE, tls_key_pem, mode=0o600)
        write_new(directory / CERTIFICATE_FILE, certificate_pem, mode=0o644)
    except OSError as error:
        raise LocalFault(f"{directory}: {error.strerror}: {error.filename}") from error


def _signer_toml(plan: SignerPlan) -> str:
    lines = [
        "# Every setting: docs/operator.md. Relative paths start at this file's directory.",
        "",
    ]
    lines += ["[listen]"]
    if plan.host:
        lines += [
            f"host = {json.dumps(plan.host)}",
            f"port = {plan.port}",
            f"node_certificate = {json.dumps(plan.node_certificate)}",
        ]
    else:
        lines += ['socket = "signer.sock"']
    if plan.module:
        lines += [
            "",
            "[token]",
            f"module = {json.dumps(plan.module)}",
            f"label = {json.dumps(plan.label)}",
            f"key = {json.dumps(plan.key)}",
            f"pin_file = {json.dumps(plan.pin_file)}",
            f"curve = {json.dumps(plan.curve)}",
        ]
    return "\n".join(lines) + "\n"
