"""`sapha chain`: export blocks to a file, and verify such a file from the genesis alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from client.answers import uint_field
from client.chain_file import LINE_CHARS_MAX, ChainVerifier, block_line, first_line
from client.files import whole_file
from commands.options import GenesisPath, Rpc, open_rpc
from commands.output import AsJson, UsageFault, command, emit
from genesis.verify import load_genesis
from primitives.errors import BadShape, LocalFault, Rejected

app = typer.Typer(no_args_is_help=True, help="Export the chain and verify it independently.")

File = Annotated[Path, typer.Argument(help="The file of blocks.")]


@app.command("export")
@command
async def export(
    file: File, *, genesis: GenesisPath, rpc: Rpc = None, as_json: AsJson = False
) -> None:
    """Write every block with its certificate to a file, verifying each on the way."""
    if file.exists():
        raise UsageFault(f"{file} exists")
    verifier = ChainVerifier(load_genesis(genesis))
    async with open_rpc(rpc) as client:
        height = uint_field(await client.call("chain_getStatus"), "height")
        with whole_file(file) as out, _progress() as progress:
            task = progress.add_task("exporting", total=height + 1)
            line = first_line(load_genesis(genesis))
            verifier.take_first(line)
            out.write(line + "\n")
            for at in range(height + 1):
                line = block_line(await client.call("chain_getBlock", {"at": at}))
                verifier.take_block(line)
                out.write(line + "\n")
                progress.advance(task)
    _show(verifier, file, "exported", as_json=as_json)


@app.command("verify")
@command
def verify(file: File, *, genesis: GenesisPath, as_json: AsJson = False) -> None:
    """Verify certificates, parent links and transactions; trusts only the genesis."""
    verifier = ChainVerifier(load_genesis(genesis))
    lines = _lines(file)
    with _progress() as progress:
        task = progress.add_task("verifying", total=file.stat().st_size)
        verifier.take_first(next(lines, ""))
        for number, line in enumerate(lines, start=2):
            try:
                verifier.take_block(line)
            except Rejected as error:
                raise BadShape(f"{file} line {number}: {error.message}") from error
            progress.advance(task, len(line) + 1)
    if verifier.last is None:
        raise BadShape(f"{file} holds no block")
    _show(verifier, file, "verified", as_json=as_json)


def _lines(file: Path) -> Iterator[str]:
    try:
        with file.open(encoding="ascii") as lines:
            while line := lines.readline(LINE_CHARS_MAX + 1):
                yield line.rstrip("\n")
    except OSError as error:
        raise LocalFault(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadShape(f"{file} is not text") from error


def _show(verifier: ChainVerifier, file: Path, done: str, *, as_json: bool) -> None:
    last = verifier.last
    data: dict[str, object] = {
        "file": str(file),
        "blocks": verifier.blocks,
        "transactions": verifier.transactions,
        "height": verifier.height,
        "block_hash": None if last is None else "0x" + last.hash.hex(),
        "state_root": None if last is None else "0x" + last.state_root.hex(),
    }
    text = f"{done}: {verifier.blocks} blocks, {verifier.transactions} transactions,"
    emit(data, f"{text} height {verifier.height}\nhead {data['block_hash']}", as_json=as_json)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
