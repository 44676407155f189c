"""`sapha chain`: export blocks to a file, and verify such a file from the genesis alone."""

from collections.abc import Iterator
from pathlib import Path

from client.answers import Answer, field_of, hex_field, list_field, text_field, uint_field
from client.chain_file import LINE_CHARS_MAX, ChainVerifier, block_line, first_line
from client.errors import BadAnswer
from client.files import whole_file
from client.rpc import RpcClient
from commands.nodes import open_rpc
from commands.output import emit, require_new
from commands.progress import progress
from commands.table import show_table
from commands.trust import look_twice, open_light
from genesis.verify import load_genesis
from primitives.block import decode_header
from primitives.errors import BadShape, LocalFault, Rejected


async def export(file: Path, *, genesis: Path, rpc: list[str] | None, as_json: bool) -> None:
    """Write every block with its certificate to a file, verifying each on the way."""
    require_new(file, "blocks")
    verifier = ChainVerifier(load_genesis(genesis))
    async with open_rpc(rpc) as client:
        height = uint_field(await client.call("chain_getStatus"), "height")
        with whole_file(file) as out, progress("exporting blocks") as told:
            line = first_line(load_genesis(genesis))
            verifier.take_first(line)
            out.write(line + "\n")
            for at in range(height + 1):
                answer = await client.call("chain_getBlock", {"at": at})
                change = await _set_change(client, answer)
                line = block_line(answer, await _restart_proof(client, answer), change)
                verifier.take_block(line)
                out.write(line + "\n")
                told(at + 1, height + 1)
    _show(verifier, file, "exported", as_json=as_json)


def verify(file: Path, *, genesis: Path, as_json: bool) -> None:
    """Verify certificates, parent links and transactions; trusts only the genesis."""
    verifier = ChainVerifier(load_genesis(genesis))
    lines = _lines(file)
    with progress("verifying blocks") as told:
        verifier.take_first(next(lines, ""))
        for number, line in enumerate(lines, start=2):
            try:
                verifier.take_block(line)
            except Rejected as error:
                raise BadShape(f"{file} line {number}: {error.message}") from error
            told(number - 1)
    if verifier.last is None:
        raise BadShape(f"{file} holds no block")
    _show(verifier, file, "verified", as_json=as_json)


async def head(
    *,
    genesis: Path,
    head_file: Path | None,
    second_rpc: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Show the last block, proven from the genesis; remember it, and ask a second node too."""
    light = open_light(genesis, head_file)
    async with open_rpc(rpc) as client:
        header = (await light.head(client)).header
        opinion = await look_twice(light, client, second_rpc)
    data: dict[str, object] = {
        "height": header.height,
        "block_hash": "0x" + header.hash.hex(),
        "time_ms": header.time_ms,
        "compared_at_height": None if opinion is None else opinion.height,
        "stale": None if opinion is None else opinion.stale,
        "behind_blocks": None if opinion is None else opinion.behind_blocks,
    }
    text = f"height {header.height}\nhead {data['block_hash']}"
    if opinion is not None:
        text += f"\nsame chain at {opinion.second}, height {opinion.height}"
    emit(data, text, as_json=as_json)


async def evidence(*, limit: int, after: str | None, rpc: list[str] | None, as_json: bool) -> None:
    """List which validators signed two different things, the newest first (of two weeks)."""
    params: dict[str, object] = {"limit": limit} | ({} if after is None else {"after": after})
    async with open_rpc(rpc) as client:
        answer = await client.call("chain_getEvidence", params)
    columns = ["validator", "what", "height", "view", "in block"]
    rows = [
        [str(field_of(item, name)) for name in ("validator", "kind", "height", "view")]
        + [str(field_of(item, "recorded_height"))]
        for item in list_field(answer, "evidence")
    ]
    goes_on = field_of(answer, "next")
    text = show_table("Signed twice", columns, rows) if rows else "no evidence against anybody"
    if goes_on is not None:
        text += f"\nmore: sapha chain evidence --after {goes_on}"
    emit(dict(answer), text, as_json=as_json)


async def _restart_proof(client: RpcClient, answer: Answer) -> str | None:
    """Return the proof of a block's restart statements as the node gives it, if it has any."""
    if not list_field(answer, "restarts"):
        return None
    found = await client.call("chain_getRestarts", {"above": uint_field(answer, "height") - 1})
    if not isinstance(found, list) or not found:
        raise BadAnswer("chain_getRestarts knows nothing of a block that carries one")
    return text_field(found[0], "proof")


async def _set_change(client: RpcClient, answer: Answer) -> str | None:
    """Return the proof of who decides after a block as the node gives it, if others do."""
    header = decode_header(hex_field(answer, "header_bytes"))
    if header.next_validators_hash == header.validators_hash:
        return None
    found = await client.call("chain_getValidatorChanges", {"above": header.height - 1})
    if not isinstance(found, list) or not found:
        raise BadAnswer("chain_getValidatorChanges knows nothing of a block that changes the set")
    return text_field(found[0], "proof")


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
