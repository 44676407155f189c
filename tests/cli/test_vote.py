"""`sapha vote`: one election by commands, over HTTP, against the real contracts."""

import asyncio
import json
from pathlib import Path

import pytest

from client.keystore import write_secret
from client.voting import voter
from commands.field_text import time_text
from commands.menu.vote import app
from tests.cli.runner import invoke
from tests.cli.vote_desk import Desk, serving
from tests.client.voting.election import ID, REGISTRARS, TRUSTEES, VOTERS, Vote, master
from tests.client.voting.identities import citizen_keys

MARKS = ("--mark", "2", "--mark", "1,3")


def voter_files(desk: Desk, name: str) -> tuple[object, ...]:
    """Return the options of a voter whose words follow from the name."""
    words = desk.folder / f"{name}.words"
    if not words.exists():
        write_secret(words, seed_words(name) + "\n")
        write_secret(desk.folder / f"{name}.citizen", citizen_keys(name).seed.hex() + "\n")
    return ("--words", words)


def seed_words(name: str) -> str:
    from tests.client.voting.election import seed_of

    return seed_of(name).words


def token_of(desk: Desk, name: str) -> Path:
    """Return the file of a voter's token, once it is fixed who signs."""
    path = desk.folder / f"{name}.token"
    sid = "0x" + desk.vote.sids[name].hex()
    chain, windows = desk.vote.chain, desk.vote.windows
    if chain.blocks.time_ms < windows["issue_until_ms"]:
        chain.to_time(windows["issue_until_ms"])
        desk.ok("close", ID, "--key", desk.key("anybody"), trust=False)
    desk.ok("token", ID, *voter_files(desk, name), "--sid", sid, "--out", path)
    return path


def prepared(desk: Desk, name: str, *marks: str) -> tuple[Path, dict]:
    """Return the file of a prepared ballot and what was shown of it."""
    ballot, tokens = desk.folder / f"{name}.ballot", token_of(desk, name)
    desk.vote.chain.to_time(desk.vote.windows["cast_from_ms"])
    ways = ("--ballot", ballot, "--token", tokens, "--direct")
    shown = desk.ok("prepare", ID, *(marks or MARKS), *voter_files(desk, name), *ways)
    return ballot, shown


def cast(desk: Desk, name: str, *marks: str) -> tuple[Path, dict]:
    ballot, _ = prepared(desk, name, *marks)
    receipt = desk.folder / f"{name}.receipt"
    files = ("--ballot", ballot, "--receipt", receipt, "--direct", "--now")
    return receipt, desk.ok("cast", ID, *files, *voter_files(desk, name))


def test_words_are_made_once_and_recovered(desk, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"

    made = desk.ok("words", first, rpc=False, trust=False)
    again = desk.run("words", first, rpc=False, trust=False)
    recovered = invoke(app, ["words", str(second), "--recover"], input=made["words"])

    assert (again.exit_code, recovered.exit_code) == (1, 0)
    assert first.read_text() == second.read_text()
    assert first.stat().st_mode & 0o777 == 0o600
    assert made["words"] not in recovered.output


def test_a_voter_asks_and_a_registrar_answers(desk):
    vote = desk.vote
    vote.chain.to_time(vote.windows["issue_from_ms"])
    vault = vote.folder / "reg-1"
    who = ("--sid", "0x" + vote.sids["anan"].hex(), "--citizen", desk.folder / "anan.citizen")

    asked = desk.ok("request", ID, *voter_files(desk, "anan"), *who, "--key", desk.key("anybody"))
    few = desk.run("token", ID, *voter_files(desk, "anan"), *who[:2], "--out", desk.folder / "t")
    served = [
        desk.ok(
            *("registrar", "serve", ID, name, "--once"),
            *("--vault", vault.parent / name, "--key", desk.key(name)),
        )
        for name in REGISTRARS[:2]
    ]

    assert asked["receipt"]["code"] == "OK"
    assert (few.exit_code, json.loads(few.stderr)["error"]["code"]) == (1, "NOT_OPEN")
    assert served == [{"issued": 1, "refused": 0, "waiting": 0}] * 2
    assert token_of(desk, "anan").exists()


def test_a_registrar_refuses_whom_it_was_told_to(desk):
    vote, refuse = desk.vote, desk.folder / "refuse"
    vote.chain.to_time(vote.windows["issue_from_ms"])
    sid = "0x" + vote.sids["anan"].hex()
    refuse.write_text(f"{sid} court-order\n")
    who = ("--sid", sid, "--citizen", desk.folder / "anan.citizen")
    desk.ok("request", ID, *voter_files(desk, "anan"), *who, "--key", desk.key("anybody"))

    ways = ("--vault", vote.folder / "reg-1", "--key", desk.key("reg-1"), "--refuse", refuse)
    served = desk.ok("registrar", "serve", ID, "reg-1", "--once", *ways)

    assert served == {"issued": 0, "refused": 1, "waiting": 0}


def test_a_ballot_is_cast_and_its_receipt_holds_without_a_network(desk, monkeypatch):
    monkeypatch.setattr(voter, "ATTEMPTS", 64)
    receipt, shown = cast(desk, "busaba")

    checked = desk.ok("receipt", receipt, rpc=False)
    voted = desk.ok("voted", ID, *voter_files(desk, "busaba"), "--direct", *MARKS)

    assert checked["tracker"] == shown["tracker"] == voted["tracker"]
    assert (voted["voted"], voted["holds"]) == (True, True)
    assert not (desk.folder / "busaba.ballot").exists()


def test_after_the_token_nothing_that_is_asked_names_the_voter(desk):
    ref = asyncio.run(desk.vote.facts.election(ID)).voter_ref(desk.vote.sids["busaba"])
    token_of(desk, "busaba")
    asked_before = len(desk.server.asked)
    (desk.folder / "busaba.token").rename(desk.folder / "kept")
    desk.vote.chain.to_time(desk.vote.windows["cast_from_ms"])

    ways = ("--ballot", desk.folder / "b", "--token", desk.folder / "kept", "--direct")
    desk.ok("prepare", ID, *MARKS, *voter_files(desk, "busaba"), *ways)
    files = ("--ballot", desk.folder / "b", "--receipt", desk.folder / "r", "--direct", "--now")
    desk.ok("cast", ID, *files, *voter_files(desk, "busaba"))

    named = (ref.hex(), desk.vote.sids["busaba"].hex())
    asked = desk.server.asked[asked_before:]
    assert len(asked) > 5
    assert not any(name in params for _, params in asked for name in named)


def test_a_ballot_needs_a_relay_or_the_word_that_none_is_wanted(desk):
    for way in ((), ("--direct", "--relay", desk.url)):
        result = desk.run("voted", ID, *voter_files(desk, "busaba"), *way)
        assert result.exit_code == 2
        assert "--relay" in result.stderr


@pytest.mark.parametrize("address", ["https://portal.example", "https://portal.example#0x5a"])
def test_a_relay_is_asked_only_by_an_address_with_its_key(desk, address):
    result = desk.run("voted", ID, *voter_files(desk, "busaba"), "--relay", address)

    assert result.exit_code == 1
    assert json.loads(result.stderr)["error"]["code"] == "BAD_RELAY_ADDRESS"
    assert desk.server.asked == []


@pytest.mark.parametrize("mark", ["0", "x", "1,-2", "²"])
def test_marks_are_numbers_from_one_or_blank(desk, mark):
    tokens = token_of(desk, "busaba")

    ways = ("--ballot", desk.folder / "b", "--token", tokens, "--direct")
    result = desk.run("prepare", ID, "--mark", mark, *voter_files(desk, "busaba"), *ways)

    assert result.exit_code == 2


def test_other_words_than_those_of_the_token_make_no_ballot(desk):
    tokens = token_of(desk, "busaba")

    ways = ("--ballot", desk.folder / "b", "--token", tokens, "--direct")
    result = desk.run("prepare", ID, *MARKS, *voter_files(desk, "chai"), *ways)

    assert result.exit_code == 2
    assert "other words" in result.stderr


def test_a_ballot_is_audited_on_another_device(desk):
    ballot, shown = prepared(desk, "busaba")

    desk.ok("spoil", ID, "--ballot", ballot, "--direct", *voter_files(desk, "busaba"))
    found = desk.ok("audit", ID, shown["tracker"])
    unknown = desk.run("audit", ID, "0x" + "11" * 64)

    assert found["marked"] == [["ข"], ["ก", "ค"]]
    assert unknown.exit_code == 1
    assert not ballot.exists()


def test_from_the_box_to_the_record(desk):
    cast(desk, "busaba")
    cast(desk, "chai", "--mark", "blank", "--mark", "2")
    desk.vote.chain.to_time(desk.vote.windows["cast_until_ms"])
    anybody, out = ("--key", desk.key("anybody")), desk.folder / "record.jsonl"

    early = desk.run("result", ID)
    desk.ok("count", ID, *anybody)
    acts = [deliver(desk, name) for name in TRUSTEES[:2]]
    desk.ok("tally", ID, *anybody)
    result = desk.ok("result", ID)
    told = desk.run("result", ID, how="").stdout
    exported = desk.ok("export", ID, "--out", out)
    checked = desk.ok("check-record", out, rpc=False)
    verified = desk.ok("verify", out, rpc=False)

    assert json.loads(early.stderr)["error"]["code"] == "NOT_OPEN"
    assert acts == [{"act": "delivered"}] * 2
    assert told.startswith(f"{ID}: tallied in block {result['height']}, by shares of the trustees ")
    assert "ข      │ 1\n" in told
    assert "blank  │ 1\n" in told
    assert result["contests"][0]["points"] == {"ก": 0, "ข": 1, "ค": 0}
    assert result["contests"][0]["blank"] == 1
    assert result["contests"][1]["points"] == {"ก": 1, "ข": 1, "ค": 1}
    assert [(one["how"], one["why"]) for one in result["classes"]] == [("own", "")]
    assert checked["entries"] == exported["entries"] > 20
    assert (verified["accepted"], verified["stage"]) == (True, "tallied")
    assert desk.run("export", ID, "--out", out).exit_code == 2


def deliver(desk: Desk, name: str) -> dict:
    secret = trustee_secret(desk, name)
    who = ("--secret", secret, "--key", desk.key(name))
    return desk.ok("trustee", "step", ID, name, *who)


def trustee_secret(desk: Desk, name: str) -> Path:
    from client.voting.seed import VoterSeed

    path = desk.folder / f"{name}.secret"
    if not path.exists():
        write_secret(path, VoterSeed(master(name)).words + "\n")
    return path


def test_a_damaged_record_is_refused(desk):
    out = desk.folder / "record.jsonl"
    desk.ok("export", ID, "--out", out)
    out.write_text("".join(out.read_text().splitlines(keepends=True)[:-2]))

    result = desk.run("check-record", out, rpc=False)
    verdict = desk.run("verify", out, rpc=False)
    other = desk.run("verify", out, "--genesis-hash", "0x" + "5a" * 32, rpc=False)

    assert result.exit_code == 1
    assert "log head" in json.loads(result.stderr)["error"]["message"]
    assert (verdict.exit_code, json.loads(verdict.stdout)["accepted"]) == (1, False)
    assert "missing from entry" in json.loads(verdict.stdout)["reason"]
    assert (other.exit_code, "not 0x5a5a" in other.stdout) == (1, True)


def test_an_election_is_founded_and_prepared_by_commands(tmp_path):
    vote = Vote(tmp_path / "vaults")
    asyncio.run(vote.found())  # registers the voters; its election is not the one of this test
    with serving(vote.chain) as server:
        desk = Desk(tmp_path, vote, server)
        manifest, roll = tmp_path / "manifest.json", tmp_path / "roll"
        manifest.write_text(json.dumps(new_manifest(desk)))
        roll.write_text("".join(f"0x{vote.sids[name].hex()} 1\n" for name in VOTERS[:2]))
        council, official = ("--key", desk.key("council")), ("--key", desk.key("supervisor"))

        created = desk.ok("create", "new-1", "council", manifest, *council, trust=False)
        added = desk.ok("add-voters", "new-1", roll, *council)
        again = desk.ok("add-voters", "new-1", roll, *council)
        windows = vote.windows
        vote.chain.to_time(windows["roll_until_ms"])
        third = "0x" + vote.sids["chai"].hex()
        desk.ok("admit", "new-1", third, "--reason", "moved in", *official, trust=False)
        desk.ok("strike", "new-1", third, "--reason", "moved out", *official, trust=False)
        vote.chain.to_time(windows["objections_until_ms"])
        desk.ok("freeze", "new-1", *council)
        vault = ("--vault", tmp_path / "vault", "--key", desk.key("reg-1"))
        keys = desk.ok("registrar", "keys", "new-1", "reg-1", *vault)
        shown = desk.ok("show", "new-1", trust=False)["election"]
        told = desk.run("show", "new-1", trust=False, how="").stdout
        cancelled = desk.ok("cancel", "new-1", "--reason", "no trustees", *council, trust=False)

    assert created["receipt"]["code"] == cancelled["receipt"]["code"] == "OK"
    assert added == again == {"voters": 2}
    assert keys == {"registered": 1}
    assert shown["reconciliation"]["classes"][0]["eligible"] == 2
    assert shown["parts"]["right_to_vote"] == list(REGISTRARS)
    assert shown["parts"]["box"] == list(TRUSTEES)
    roll_until = time_text(shown["windows"]["roll_until_ms"])
    assert f"roll until │ {roll_until}" in " ".join(told.split())
    assert "'0x" not in told
    assert "Trustees" in told
    assert "{" not in told


def new_manifest(desk: Desk) -> dict:
    """Return a manifest made from the template, as an officer edits it."""
    official = ("--official", desk.key("supervisor"), "--step", "60s", "--rpc", desk.url)
    made = invoke(app, ["template", *map(str, official)])
    manifest = json.loads(made.stdout)
    manifest["class_size_min"] = 2
    desk.vote.windows = manifest["windows"]
    return manifest


def test_a_trustees_secret_is_made_for_its_owner_only(tmp_path):
    path = tmp_path / "secret"

    made = invoke(app, ["trustee", "secret", str(path), "--json"])

    assert made.exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_text().split()) == 24


@pytest.mark.parametrize("content", ["0x11 1", "x", "0x" + "11" * 32, "0x" + "11" * 32 + " 0"])
def test_a_roll_of_another_form_is_wrong_usage(desk, content):
    roll = desk.folder / "roll"
    roll.write_text(content + "\n")

    result = desk.run("add-voters", ID, roll, "--key", desk.key("council"))

    assert result.exit_code == 2
