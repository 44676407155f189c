"""The program as it is run: on a record that the client exported, from a folder of its own."""

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from client.voting.record import export
from genesis.schema import show_genesis
from tests.client.builders import make_genesis
from tests.client.voting.election import ID, VOTERS, Vote, tally
from verifier.__main__ import ACCEPTED, REFUSED, UNREADABLE, main
from verifier.refusal import Refused

PROGRAM = Path(__file__).parents[2] / "verifier"


async def held(folder: Path) -> Vote:
    vote = Vote(folder)
    await vote.found()
    await vote.prepare()
    await vote.issue(*VOTERS)
    for name, marks in (("anan", [(0,), (0, 1)]), ("busaba", [None, (2,)])):
        await vote.cast(name, marks)
    await vote.cast("anan", [(1,), (2,)])
    await tally(vote, "tru-1", "tru-3")
    return vote


async def written(folder: Path) -> Path:
    vote = await held(folder / "vaults")
    with (folder / "record.jsonl").open("w", encoding="ascii") as file:
        await export(vote.chain, vote.chain.genesis, ID, file)
    (folder / "genesis.json").write_text(show_genesis(vote.chain.genesis))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder with record.jsonl and genesis.json of an election by the clients."""
    return asyncio.run(written(tmp_path_factory.mktemp("election")))


def run(capsys, folder: Path, *more: str, record: str = "record.jsonl") -> tuple[int, str]:
    code = main([str(folder / record), str(folder / "genesis.json"), *more])
    return code, capsys.readouterr().out


def test_an_exported_record_is_accepted_in_plain_words(folder: Path, capsys):
    code, said = run(capsys, folder)

    assert code == ACCEPTED
    assert said.startswith(f"ACCEPTED: election {ID}, คณะกรรมการ / Board\n")
    assert "    1. ข / b: 1\n" in said


def test_programs_read_the_finding_as_json(folder: Path, capsys):
    code, said = run(capsys, folder, "--json")

    found = json.loads(said)
    assert (code, found["accepted"], found["stage"]) == (ACCEPTED, True, "tallied")
    assert [one["points"] for one in found["result"][1]["options"]] == [0, 0, 2]


def test_a_flipped_byte_is_refused_and_named(folder: Path, capsys):
    lines = (folder / "record.jsonl").read_text().splitlines(keepends=True)
    cast = lines[-7]
    lines[-7] = cast[:900] + ("0" if cast[900] != "0" else "1") + cast[901:]
    (folder / "flipped.json").write_text("".join(lines))

    code, said = run(capsys, folder, record="flipped.json")
    in_json = run(capsys, folder, "--json", record="flipped.json")

    assert (code, said[:15]) == (REFUSED, "REFUSED: entry ")
    assert json.loads(in_json[1])["accepted"] is False


def test_another_genesis_is_refused(folder: Path, tmp_path, capsys):
    shutil.copy(folder / "record.jsonl", tmp_path)
    (tmp_path / "genesis.json").write_text(show_genesis(make_genesis(time_ms=5)))

    assert run(capsys, tmp_path)[0] == REFUSED


def test_the_genesis_may_be_compared_with_what_is_published(folder: Path, capsys):
    hashed = json.loads(run(capsys, folder, "--json")[1])["genesis_hash"]

    assert run(capsys, folder, "--genesis-hash", hashed)[0] == ACCEPTED
    assert run(capsys, folder, "--genesis-hash", "0x00")[0] == REFUSED


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("record.jsonl", b"{}"),
        ("record.jsonl", b"\xff"),
        ("genesis.json", b"{}"),
        ("genesis.json", b"[" * 100_000),
        ("genesis.json", b'{"format":2,"parameters":[],"members":[],"contracts":[]}'),
        ("record.jsonl", None),
    ],
)
def test_a_file_that_is_something_else_is_unreadable(folder: Path, tmp_path, capsys, name, content):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)

    code, said = run(capsys, tmp_path)

    assert (code, said[:11]) == (UNREADABLE, "UNREADABLE:")


def test_the_folder_of_the_verifier_is_all_that_it_needs(folder: Path, tmp_path):
    shutil.copytree(PROGRAM, tmp_path / "verifier")
    probe = "import runpy, sys; runpy.run_module('verifier', run_name='__main__', alter_sys=True)"
    files = [str(folder / "record.jsonl"), str(folder / "genesis.json")]
    ours = ["contracts", "primitives", "client", "genesis", "consensus", "node", "p2p", "commands"]
    blocked = f"import sys; sys.modules.update(dict.fromkeys({ours!r})); "

    done = subprocess.run(
        [sys.executable, "-c", blocked + probe, *files],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (ACCEPTED, "")
    assert done.stdout.startswith("ACCEPTED")


HOSTILE_HEADS = {
    "no text of UTF-8": {"election_id": "\ud800"},
    "a header that is none": {"header": "0x94c0c0c0c0"},
}
HOSTILE_GENESIS = {
    "nested without end": "[" * 200_000,
    "a time beyond all integers": ("time_ms", 2**70),
    "a network of no UTF-8": ("network", "\ud800"),
    "contracts that are no table": ("contracts", [1]),
}


@pytest.mark.parametrize("head", HOSTILE_HEADS.values(), ids=HOSTILE_HEADS)
def test_a_hostile_record_makes_no_traceback(capsys, folder, head):
    first, *rest = (folder / "record.jsonl").read_text(encoding="ascii").splitlines(keepends=True)
    hostile = json.dumps(json.loads(first) | head) + "\n"
    (folder / "hostile.jsonl").write_text(hostile + "".join(rest), encoding="ascii")

    code, output = run(capsys, folder, record="hostile.jsonl")

    assert code in {REFUSED, UNREADABLE}
    assert output.startswith(("REFUSED: ", "UNREADABLE: "))


@pytest.mark.parametrize("change", HOSTILE_GENESIS.values(), ids=HOSTILE_GENESIS)
def test_a_hostile_genesis_makes_no_traceback(capsys, tmp_path, folder, change):
    shutil.copy(folder / "record.jsonl", tmp_path)
    document = json.loads((folder / "genesis.json").read_text(encoding="utf-8"))
    text = change if isinstance(change, str) else json.dumps(document | {change[0]: change[1]})
    (tmp_path / "genesis.json").write_text(text, encoding="utf-8")

    code, output = run(capsys, tmp_path)

    assert code in {REFUSED, UNREADABLE}
    assert output.startswith(("REFUSED: ", "UNREADABLE: "))


def test_what_a_record_holds_writes_nothing_of_its_own_on_a_terminal(capsys, folder, monkeypatch):
    lie = "\x1b[2J\nACCEPTED Mallory: 999\u202e" + "x" * 5_000

    def refusing(*_files: object) -> None:
        raise Refused(f"an entry of the method {lie}")

    monkeypatch.setattr("verifier.__main__.verify", refusing)

    code, output = run(capsys, folder)

    assert code == REFUSED
    assert output.count("\n") == 1
    assert output.strip().isprintable()
    assert "\\x1b[2J\\nACCEPTED" in output
    assert len(output) < 700
