"""`sapha id voucher`: keys are posted, what was handed in is answered, what is wrong is named."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest

from client.identity.vouching import service
from client.identity.vouching.files import bucket_name, read_bucket, write_upload
from client.identity.vouching.letters import LetterCarrier
from client.keystore import write_secret
from client.light import LightClient
from client.relay.address import read_address
from client.state_keys import state_key
from commands.identity import voucher, vouchers
from commands.menu.identity import app
from contracts.identity.vouching.handlers import round_key
from contracts.identity.vouching.messages import StateAnswers
from contracts.identity.vouching.state import shown_counts
from contracts.tools.testing import key_of
from tests.cli.network import json_of
from tests.cli.runner import invoke
from tests.client.identity.vouching.proven import ProvenNode
from tests.client.identity.vouching.test_voucher import (
    ASKED,
    EPOCH,
    OverLedger,
    tree_of,
    upload,
)
from tests.contracts.identity.signing import CHAIN
from tests.contracts.identity.vouching import BANKING, VOUCHERS, Vouching, posting, short_lists
from tests.contracts.identity.world import admin


class Node(OverLedger):
    """A node that says which chain it is on."""

    async def call(self, method, params=None, *, timeout_s=None):
        return await super().call(method, params or {}, timeout_s=timeout_s)

    def chain_getStatus(self):  # noqa: N802 - the method's name
        return {"chain_id": CHAIN, "height": 1}


@pytest.fixture
def vouching(monkeypatch):
    world = Vouching("somchai")
    world.deposit("somchai", root=tree_of("somchai").root)
    world.go_to(EPOCH, hours=-48)

    @asynccontextmanager
    async def opened(_addresses):
        yield Node(world)

    monkeypatch.setattr(voucher, "open_rpc", opened)
    monkeypatch.setenv("SAPHA_PASSWORD", "secret")
    return world


def test_a_voucher_posts_its_keys_and_answers_an_epoch(vouching, tmp_path):
    key, inbox = tmp_path / "dopa.key", tmp_path / "inbox"
    write_secret(key, key_of(admin("dopa")).seed.hex())
    inbox.mkdir()
    (inbox / "a.bin").write_bytes(write_upload(upload("somchai", 0)))
    (inbox / "b.bin").write_bytes(b"nothing")
    (inbox / "c.bin").write_bytes(bytes(100_000))
    folders = ["--vault", tmp_path / "vault", "--folder", tmp_path / "voucher", "--key", key]

    posted = run("post", "dopa", "alive", EPOCH, *folders, "--json")
    for number in (2, 3):
        vouching.do(*posting_of(vouching, number))
    vouching.go_to(EPOCH, hours=-6)
    answered = run("answer", "dopa", EPOCH, *folders, "--inbox", inbox, "--json")

    classes = vouching.plan(ASKED)[2]
    assert json_of(posted)["posted"] == classes
    assert json_of(answered)["answered"] == [8] * classes
    assert set(json_of(answered)["refused"]) == {"b.bin", "c.bin"}
    published = tmp_path / "voucher" / "answers" / bucket_name(ASKED, 0, 1, 0)
    assert set(read_bucket(published.read_bytes()).answers) == {0}


async def test_the_service_runs_until_it_is_stopped(vouching, tmp_path, monkeypatch, capsys):
    node = ProvenNode(vouching)
    key = tmp_path / "dopa.key"
    write_secret(key, key_of(admin("dopa")).seed.hex())

    @asynccontextmanager
    async def opened(_addresses):
        yield node

    async def alone(_light, _client):
        return None

    monkeypatch.setattr(voucher, "open_rpc", opened)
    monkeypatch.setattr(voucher, "look_twice", alone)
    monkeypatch.setattr(voucher, "open_light", lambda _path: LightClient(node.genesis))
    monkeypatch.setattr(service, "wall_ms", lambda: vouching.ledger.block.time_ms)
    running = asyncio.create_task(
        voucher.run(
            "dopa",
            vault=tmp_path / "vault",
            folder=tmp_path / "voucher",
            port=0,
            letters_key=None,
            genesis=tmp_path / "genesis.json",
            key=[str(key)],
            account=None,
            rpc=None,
            as_json=True,
        )
    )
    with short_lists():
        await _seen_at_work(vouching, running, capsys)


async def _seen_at_work(vouching, running, capsys):
    """Ask a service that runs for what is not published yet, once it has begun a round."""
    async with asyncio.timeout(60):
        while vouching.ask("round", *round_key(ASKED)) is None:  # noqa: ASYNC110 - of the ledger
            await asyncio.sleep(0.05)
        (said,) = capsys.readouterr().out.splitlines()
        async with LetterCarrier({1: read_address(json.loads(said)["url"])}) as way:
            published = await way.fetch(1, bucket_name(ASKED, 0, 1, 0))
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    assert published is None


@pytest.fixture
def looked_at(vouching, monkeypatch):
    @asynccontextmanager
    async def opened(_addresses):
        yield Node(vouching)

    monkeypatch.setattr(vouchers, "open_rpc", opened)
    return vouching


def seen(*arguments):
    return invoke(app, ["vouchers", *map(str, arguments)])


def test_anybody_sees_who_vouches_and_who_shares_a_place(looked_at):
    shown, placed = json_of(seen("show", "--json")), json_of(seen("places", 1, "--json"))

    assert (shown["vouchers"], shown["needed"]) == (list(VOUCHERS), 3)
    by_sector = {one["sector"]: one for one in placed["places"]}
    assert by_sector["banking"] == {"place": BANKING, "sector": "banking", "agencies": ["kbank"]}
    assert {"nhso", "rd"} <= set(by_sector["state"]["agencies"])
    assert "dopa" in seen("show").output
    assert "kbank" in seen("places", 1).output
    assert seen("show", "--edition", 2).exit_code == 2


def test_what_a_voucher_has_to_do_is_said_with_its_time(looked_at):
    due = json_of(seen("due", "mea", "--json"))["due"]

    assert {("keys", "alive", EPOCH), ("keys", "enrol", 1)} <= {
        (one["do"], one["kind"], one["period"]) for one in due
    }
    assert f"keys of alive {EPOCH}" in seen("due", "mea").output
    assert "nothing is due" in seen("due", "rd").output


def test_certificates_are_required_only_by_who_says_that_it_is_for_good(looked_at, tmp_path):
    key = tmp_path / "etda.key"
    write_secret(key, key_of(admin("etda")).seed.hex())

    refused = seen("require", EPOCH + 2, "--key", key)

    assert refused.exit_code == 2
    assert "nobody can take it back" in refused.output


def test_more_keys_than_were_answered_fail_the_check(looked_at):
    for number in (1, 2, 3):
        looked_at.do(*posting_of(looked_at, number)) if number > 1 else looked_at.post(ASKED, (1,))
    looked_at.go_to(EPOCH, hours=-6)
    looked_at.sum(ASKED)
    counts = (0,) * looked_at.plan(ASKED)[2]
    for number in looked_at.chosen(ASKED):
        agency = VOUCHERS[number - 1]
        looked_at.do(agency, StateAnswers(agency, ASKED, counts))

    fine = seen("surplus", EPOCH, "--json")
    looked_at.ledger.state.committed[shown_key()] = shown_counts.schema.pack(1)
    cheated = seen("surplus", EPOCH)

    assert (fine.exit_code, json_of(fine)["alive"]) == (0, list(counts))
    assert cheated.exit_code == 1
    assert "they cheat" in cheated.output


def shown_key():
    """Where the ledger counts the keys that were shown in the lowest class."""
    return state_key("identity", shown_counts.schema.name, *round_key(ASKED), 0)


def run(*arguments):
    result = invoke(app, ["voucher", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result


def posting_of(vouching, number):
    """The agency and message of another voucher's keys."""
    message = posting(vouching, ASKED, number)
    return message.agency, message
