"""`sapha network restart-statement`: going on when too few validators may sign."""

import time
from collections.abc import Sequence
from pathlib import Path

from client.keystore import load_signing_key, needs_password
from client.restart_file import (
    RestartFile,
    load_restart_file,
    remember_signing,
    save_restart_file,
)
from commands.field_text import time_text
from commands.keyring import ask_password, key_path
from commands.output import CheckFailed, UsageFault, emit, say
from commands.restart_view import look
from commands.table import show_table
from contracts.electorate import Count, check_place, check_signers, count
from contracts.registry import CONTRACTS
from node.restart import apply_restart
from primitives.restart import RestartStatement, SignedRestart
from primitives.validators import ValidatorSet

_HOUR_MS = 3_600_000


async def make(  # noqa: PLR0913 - each is an option of the command
    file: Path,
    *,
    reason: str,
    hours: int,
    suspend: list[str] | None,
    after: list[Path] | None,
    directory: Path | None,
    rpc: list[str] | None,
    genesis: Path | None,
    as_json: bool,
) -> None:
    """Write a statement above the head of a node, for the administrators to sign."""
    earlier = _named(after or [])
    async with look(directory, rpc, genesis) as view:
        head = view.head
    base = head.base
    for signed in earlier[:1]:
        check_place(signed, base, base.restart)
    head.require_named(earlier)
    lives = head.liveness(_now_ms())
    if lives is not None:
        say(f"warning: {lives}")
    statement = RestartStatement(
        chain_id=base.chain_id,
        previous=earlier[-1].digest if earlier else base.restart,
        height=base.height,
        block_hash=base.block_hash,
        validators=base.validators.hash,
        reason=reason,
        not_after_ms=_now_ms() + hours * _HOUR_MS,
        suspended=_hooked(suspend or []),
    )
    made = RestartFile((*earlier, SignedRestart(statement)))
    save_restart_file(file, made, is_new=True)
    load_restart_file(file)  # refuses what a block would refuse, as the reason's characters
    data = _facts(made, file) | {"warning": lives}
    emit(data, _words(statement) + f"\nwritten to {file}", as_json=as_json)


async def sign(  # noqa: PLR0913 - each is an option of the command
    file: Path,
    *,
    agency: str,
    key: list[str],
    directory: Path | None,
    rpc: list[str] | None,
    genesis: Path | None,
    without_node: bool,
    as_json: bool,
) -> None:
    """Sign that you go on above the block and that you know no certificate above it."""
    read = load_restart_file(file)
    say(_words(read.last.statement))
    if without_node and (directory is not None or rpc):
        raise UsageFault("--without-node excludes --dir and --rpc")
    paths = [key_path(name) for name in key]
    keys = [
        load_signing_key(path, ask_password(f"Password of {path.stem}") if sealed else None)
        for path in paths
        for sealed in (needs_password(path),)
    ]
    signers = [one.public_key for one in keys]
    if without_node:
        say(f"nothing here shows whether this is a key of agency {agency}: check will")
    else:
        async with look(directory, rpc, genesis) as view:
            view.head.require_head_of(read, now_ms=_now_ms())
            await view.ask(lambda state: check_signers(agency, signers, state))
    for path in paths:
        remember_signing(path, read.last.statement, now_ms=_now_ms())
    signed = read.with_last(read.last.signed_by(agency, keys))
    save_restart_file(file, signed, is_new=False)
    emit(_facts(signed, file), f"signed for agency {agency} in {file}", as_json=as_json)


async def check(  # noqa: PLR0913 - each is an option of the command
    files: list[Path],
    *,
    out: Path | None,
    directory: Path | None,
    rpc: list[str] | None,
    genesis: Path | None,
    as_json: bool,
) -> None:
    """Show who has signed and who is missing; exit 1 while it is not carried."""
    joined = load_restart_file(files[0])
    for path in files[1:]:
        joined = joined.joined(load_restart_file(path), path)
    async with look(directory, rpc, genesis) as view:
        view.head.require_head_of(joined, now_ms=_now_ms())
        validators = view.head.base.validators
        counts = [
            await view.ask(lambda state, signed=signed: count(signed, state, validators))  # type: ignore[misc]
            for signed in joined.statements
        ]
        members = await view.members()
    joined = RestartFile(tuple(counted.signed for counted in counts))
    dropped = [pair for counted in counts for pair in counted.foreign]
    if out is not None:
        save_restart_file(out, joined, is_new=True)
    counted = counts[-1]
    problem = next((one.problem for one in counts if one.problem is not None), None)
    data = _facts(joined, files[0]) | {
        "carried": problem is None,
        "problem": problem,
        "agencies": list(counted.agencies),
        "dropped": _dropped(dropped),
        "missing": [name for name in members if name not in counted.agencies],
        "members": counted.members,
        "validators": list(counted.validators),
        "quorum": counted.quorum,
    }
    for agency, reason in dropped:
        say(f"dropped: agency {agency}: {reason}")
    text = _table(members, counted, validators)
    emit(data, f"{_words(joined.last.statement)}\n{text}", as_json=as_json)
    if problem is not None:
        raise CheckFailed(problem)


def apply(file: Path, *, directory: Path, as_json: bool) -> None:
    """Make a stopped node go on above the statement's block; start it afterwards."""
    read = load_restart_file(file)
    done = apply_restart(directory, read.statements, now_ms=_now_ms())
    statement = read.last.statement
    if done.is_new:
        text = f"{directory}: goes on above block {statement.height}"
    else:
        text = f"{directory}: had applied this statement already; nothing is changed"
    next_step = f"next: sapha node start --dir {directory}"
    for agency, reason in done.foreign:
        say(f"dropped: agency {agency}: {reason}")
    data = _facts(read, file) | {"is_new": done.is_new, "dropped": _dropped(done.foreign)}
    emit(data, f"{text}\n{next_step}", as_json=as_json)


def _named(after: Sequence[Path]) -> tuple[SignedRestart, ...]:
    """Return the statements of the file of --after, which holds those before them."""
    if len(after) > 1:
        raise UsageFault(
            f"--after is given {len(after)} times: a statement names one before it; give the file"
            " of the newest, which holds those that it names"
        )
    return load_restart_file(after[0]).statements if after else ()


def _dropped(foreign: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"agency": agency, "reason": reason} for agency, reason in foreign]


def _hooked(names: Sequence[str]) -> tuple[str, ...]:
    known = sorted(name for name in CONTRACTS if "end_block" in CONTRACTS[name].hooks)
    for name in names:
        if name not in known:
            raise UsageFault(
                f"--suspend {name}: no contract with an end-of-block hook; {', '.join(known)} have"
            )
    return tuple(sorted(set(names)))


def _words(statement: RestartStatement) -> str:
    """Return what who signs the statement says, for people."""
    until = time_text(statement.not_after_ms)
    suspended = ", ".join(statement.suspended) or "none"
    return (
        f"We go on above block {statement.height} of {statement.chain_id}.\n"
        f"We know no certificate of a block above {statement.height}. What such blocks held is"
        " void.\n"
        f"block hash  0x{statement.block_hash.hex()}\n"
        f"previous    0x{statement.previous.hex()}\n"
        f"validators  0x{statement.validators.hex()}\n"
        f"reason      {statement.reason}\n"
        f"not after   {until}\n"
        f"suspended   {suspended}\n"
        f"digest      0x{statement.digest.hex()}"
    )


def _facts(file: RestartFile, path: Path) -> dict[str, object]:
    statement = file.last.statement
    return {
        "file": str(path),
        "digest": "0x" + statement.digest.hex(),
        "height": statement.height,
        "block_hash": "0x" + statement.block_hash.hex(),
        "not_after_ms": statement.not_after_ms,
        "suspended": list(statement.suspended),
        "statements": len(file.statements),
    }


def _table(members: Sequence[str], counted: Count, validators: ValidatorSet) -> str:
    unfit = dict(counted.unfit)
    seats = {member.name for member in validators.members}
    rows = [
        (
            name,
            "yes" if name in seats else "",
            "signed" if name in counted.agencies else unfit.get(name, "MISSING"),
        )
        for name in sorted({*members, *unfit})
    ]
    table = show_table("Agencies", ["agency", "validator", ""], rows)
    have = f"{len(counted.agencies)} of {counted.members} agencies"
    of_validators = f"{len(counted.validators)} of validators, needed {counted.quorum}"
    return f"{table}\n{have}; {of_validators}: {counted.problem or 'carried'}"


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
