"""`sapha signer`: the process that holds a validator's key, and guards it by itself."""

from functools import partial
from pathlib import Path

from commands.output import CheckFailed, emit
from commands.restoring import backup_bytes, write_backup
from node.backups import read_backup
from node.signer.backups import SIGNER, make_signer_backup, restore_signer
from node.signer.setup import (
    SignerPlan,
    check_signer,
    join_chain,
    make_signer,
    recover_signer,
    take_key,
)


def start(*, directory: Path) -> None:
    """Run the signer of a directory until Ctrl-C or SIGTERM."""
    from node.signer.server import run  # noqa: PLC0415 - the other commands start faster without it

    raise SystemExit(run(directory))


def init(  # noqa: PLR0913 - each is an option of the command
    *,
    directory: Path,
    host: str,
    port: int,
    node_certificate: str,
    module: str,
    token: str,
    token_key: str,
    pin_file: str,
    curve: str,
    as_json: bool,
) -> None:
    """Make a signer's directory with a new key, in a file or in a PKCS#11 token."""
    plan = SignerPlan(
        host=host,
        port=port,
        node_certificate=node_certificate,
        module=module,
        label=token,
        key=token_key,
        pin_file=pin_file,
        curve=curve,
    )
    key = make_signer(directory, plan).hex()
    place = f"key {token_key!r} in token {token!r}" if module else "keys/validator.key"
    emit(
        {"public_key": f"0x{key}", "dir": str(directory), "key": place},
        f"signer made in {directory}; its key is {place}\n"
        f"public key 0x{key}\n"
        f"next: sapha signer start --dir {directory}, then sapha member new --signer",
        as_json=as_json,
    )


def take(node_directory: Path, *, directory: Path, as_json: bool) -> None:
    """Make a signer of a stopped node's key: it goes there with its sign-state, and from here."""
    key = take_key(directory, node_directory).hex()
    socket = directory.absolute() / "signer.sock"
    emit(
        {"public_key": f"0x{key}", "dir": str(directory), "socket": str(socket)},
        f"signer made in {directory}; the key 0x{key} is there and no longer at the node\n"
        f'next: in node.toml, [signer] socket = "{socket}"',
        as_json=as_json,
    )


def join(genesis_file: Path, *, directory: Path, joining: bool, as_json: bool) -> None:
    """Install the genesis of the chain that a stopped signer signs for, once."""
    chain_id = join_chain(directory, genesis_file, is_joining=joining)
    emit({"chain_id": chain_id}, f"{directory} signs for {chain_id}", as_json=as_json)


def check(*, directory: Path, as_json: bool) -> None:
    """Check a stopped signer: its settings, key or token, chain and sign-state."""
    found = check_signer(directory)
    key, chain = found.public_key.hex(), found.chain_id or "none yet"
    emit(
        {
            "public_key": f"0x{key}",
            "chain_id": found.chain_id,
            "last": found.last,
            "silent": found.silent,
        },
        f"public key 0x{key}\nchain {chain}\nlast signed {found.last}",
        as_json=as_json,
    )
    if found.silent is not None:
        raise CheckFailed(f"it signs nothing: {found.silent}; see sapha signer recover")


def recover(*, directory: Path, above: int, restart: str | None, as_json: bool) -> None:
    """Have a stopped signer sign again above a height, after its sign-state was lost."""
    mark = recover_signer(directory, above=above, restart=restart)
    emit({"above": mark}, f"{directory} signs above {mark} and nothing below", as_json=as_json)


def backup(file: Path, *, directory: Path, encrypt: bool, as_json: bool) -> None:
    """Write a stopped signer's settings, key file and genesis into one file."""
    made = write_backup(file, partial(make_signer_backup, directory), encrypt=encrypt)
    has_key = "key" in made.files
    key = "whoever reads it can sign: keep it locked away" if has_key else "its key is in the token"
    emit(
        {"file": str(file), "files": len(made.files), "key": has_key, "encrypted": encrypt},
        f"{len(made.files)} files in {file}; {key}\n"
        "what is restored from it signs nothing until sapha signer recover --above HEIGHT",
        as_json=as_json,
    )


def restore(file: Path, *, directory: Path, as_json: bool) -> None:
    """Put a signer's backup into a directory; it signs nothing until it is recovered."""
    done = restore_signer(directory, read_backup(backup_bytes(file), str(file), SIGNER))
    emit(
        {"written": [str(path) for path in done.written], "sign_state": str(done.sign_state)},
        f"{len(done.written)} files written in {directory}\n"
        "next: make sure that no other copy of this signer runs, then, with a height that all "
        f"have decided: sapha signer recover --above HEIGHT --dir {directory}",
        as_json=as_json,
    )
