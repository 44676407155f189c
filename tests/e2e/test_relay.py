"""A ballot's way by real programs: a wallet, a relay that carries, the relay that opens."""

import asyncio
import json
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.cli.test_vote import MARKS, token_of, voter_files
from tests.cli.vote_desk import Desk, issued, serving
from tests.client.voting.election import ID

pytestmark = pytest.mark.e2e

SAPHA = (sys.executable, "-m", "sapha", "vote")


@pytest.fixture
def desk(tmp_path):
    vote = asyncio.run(issued(tmp_path / "vaults"))
    with serving(vote.chain) as server:
        yield Desk(tmp_path, vote, server)


@contextmanager
def relay(desk: Desk, *options: object):
    """A relay in a process of its own; gives its address."""
    ways = ("--port", "0", "--batch", "1", "--hold", "1", "--rpc", desk.url, "--json")
    command = [*SAPHA, "relay", *map(str, options), *ways]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        process.communicate()


def vote(desk: Desk, *words: object) -> dict:
    """Run a command of the wallet's in a process of its own."""
    command = [*SAPHA, *map(str, words), "--genesis", str(desk.genesis), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def test_a_ballot_is_cast_over_a_relay_that_another_one_carries_letters_for(desk):
    keyed, words = desk.folder / "far.key", voter_files(desk, "busaba")
    token, ballot, receipt = token_of(desk, "busaba"), desk.folder / "b", desk.folder / "r"
    desk.vote.chain.to_time(desk.vote.windows["cast_from_ms"])
    made = json.loads(subprocess.check_output([*SAPHA, "relay-key", str(keyed), "--json"]))

    with relay(desk, "--relay-key", keyed) as far, relay(desk, "--carry", far) as near:
        assert far.endswith("#" + made["key"])
        way = ("--relay", near.partition("#")[0] + "#" + made["key"])
        asked_before = len(desk.server.asked)
        files = ("--ballot", ballot, "--token", token)
        prepared = vote(desk, "prepare", ID, *MARKS, *words, *files, *way)
        cast = vote(
            desk, "cast", ID, *words, "--ballot", ballot, "--receipt", receipt, "--now", *way
        )
        voted = vote(desk, "voted", ID, *words, *way)

    assert prepared["tracker"] == cast["tracker"] == voted["tracker"]
    assert voted["voted"]
    frames = [data for method, data in desk.server.asked[asked_before:] if method == "frame"]
    assert len(frames) == 1  # the ballot reached the node once, in the relay's batch
    assert not any(method == "tx_submit" for method, _ in desk.server.asked[asked_before:])


def test_a_relay_without_a_key_file_has_a_key_for_its_run_and_an_old_one_is_named(desk):
    keyed = desk.folder / "far.key"
    old = json.loads(subprocess.check_output([*SAPHA, "relay-key", str(keyed), "--json"]))
    renewed = subprocess.check_output([*SAPHA, "relay-key", str(keyed), "--renew", "--json"])
    words = ("voted", ID, *map(str, voter_files(desk, "busaba")), "--genesis", str(desk.genesis))

    with relay(desk) as first, relay(desk, "--relay-key", keyed) as second:
        assert first.partition("#")[2] != second.partition("#")[2]
        assert second.endswith(json.loads(renewed)["key"])
        to_old = second.partition("#")[0] + "#" + old["key"]
        done = subprocess.run(
            [*SAPHA, *words, "--relay", to_old, "--json"],
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert json.loads(done.stderr.splitlines()[-1])["error"]["code"] == "OLD_RELAY_KEY"
