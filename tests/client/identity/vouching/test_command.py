"""`sapha id voucher`: keys are posted, what was handed in is answered, what is wrong is named."""

from contextlib import asynccontextmanager

import pytest

from client.identity.vouching.files import bucket_name, read_bucket, write_upload
from client.keystore import write_secret
from commands.identity import voucher
from commands.menu.identity import app
from contracts.tools.testing import key_of
from tests.cli.network import json_of
from tests.cli.runner import invoke
from tests.client.identity.vouching.test_voucher import (
    ASKED,
    EPOCH,
    OverLedger,
    tree_of,
    upload,
)
from tests.contracts.identity.signing import CHAIN
from tests.contracts.identity.vouching import Vouching, posting
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
    (inbox / "c.bin").write_bytes(bytes(10_000))
    folders = ["--vault", tmp_path / "vault", "--folder", tmp_path / "voucher", "--key", key]

    posted = run("post", "dopa", "alive", EPOCH, *folders, "--json")
    for number in (2, 3):
        vouching.do(*posting_of(vouching, number))
    vouching.go_to(EPOCH, hours=-20)
    answered = run("answer", "dopa", EPOCH, *folders, "--inbox", inbox, "--json")

    classes = vouching.plan(ASKED)[2]
    assert json_of(posted)["posted"] == classes
    assert json_of(answered)["answered"] == [8] * classes
    assert set(json_of(answered)["refused"]) == {"b.bin", "c.bin"}
    published = tmp_path / "voucher" / "answers" / bucket_name(ASKED, 0, 1, 0)
    assert set(read_bucket(published.read_bytes()).answers) == {0}


def run(*arguments):
    result = invoke(app, ["voucher", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result


def posting_of(vouching, number):
    """The agency and message of another voucher's keys."""
    message = posting(vouching, ASKED, number)
    return message.agency, message
