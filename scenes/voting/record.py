"""The election record: exported, believed by the separate verifier, and refused once changed.

Record and genesis stay on this machine, so that anybody may run the verifier on them again.
"""

import asyncio
import shutil
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from client.files import whole_file, write_whole
from client.voting.record import export, read_record
from commands.output import CheckFailed, say
from primitives.transaction import decode_transaction
from scenes.voting.cast import ElectionStory

RECORD, FLIPPED, GENESIS = "record.jsonl", "record-flipped.jsonl", "genesis.json"
_VERIFIER = "verifier"
_ACCEPTED, _REFUSED = 0, 1
_VERIFY_S = 180.0


async def check_record(story: ElectionStory, folder: Path) -> Path:
    """Export the record, have the verifier accept it and refuse a changed one; return its file."""
    genesis = story.hall.devnet.genesis
    whole, flipped = folder / RECORD, folder / FLIPPED
    whole.unlink(missing_ok=True)
    with whole_file(whole) as file:
        record = await export(story.hall.rpc, genesis, story.election_id, file)
    write_whole(flipped, _with_flipped_byte(whole).encode())
    story.measured(f"record of {record.entries} transactions exported and proven whole")
    say("the verifier, which shares no code with the ledger, checks the record")
    trusted = Path(shutil.copy(story.hall.devnet.genesis_path, folder / GENESIS))
    (code, line), (bad_code, bad_line) = await asyncio.gather(
        _verify(whole, trusted), _verify(flipped, trusted)
    )
    story.note("the independent verifier accepts the record", line, is_kept=code == _ACCEPTED)
    is_kept = bad_code == _REFUSED
    story.note("a record with one flipped byte is refused", bad_line, is_kept=is_kept)
    story.measured("both records checked by the verifier")
    return whole


def _with_flipped_byte(path: Path) -> str:
    """Return the record with one bit of a voter's request changed."""
    first, *lines = path.read_text(encoding="ascii").splitlines(keepends=True)
    head, following, _keys = read_record([first, *lines])
    entries = list(following)
    methods = [decode_transaction(entry.raw).body.method for entry in entries]
    number = methods.index("request_token")
    raw = bytearray(entries[number].raw)
    raw[len(raw) // 2] ^= 1
    lines[len(head.steps) + number] = replace(entries[number], raw=bytes(raw)).line()
    return first + "".join(lines)


async def _verify(record: Path, genesis: Path) -> tuple[int, str]:
    """Return the verifier's exit code and its first line."""
    package = find_spec(_VERIFIER)
    if package is None or package.origin is None:
        raise CheckFailed(f"the package {_VERIFIER} is not installed here")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", _VERIFIER, str(record), str(genesis)),
        cwd=Path(package.origin).parents[1],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_VERIFY_S):
            out, err = await process.communicate()
    except TimeoutError as error:
        raise CheckFailed(f"the verifier has not ended after {_VERIFY_S:.0f} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    lines = (out or err).decode(errors="replace").strip().splitlines() or ["nothing said"]
    return process.returncode or 0, lines[0] if out else lines[-1]
