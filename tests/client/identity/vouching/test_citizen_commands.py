"""`sapha id certificates`: enrol, deposit, fetch; certificates travel with what is signed."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest

from client.identity.draft_file import Draft, read_draft, write_draft
from client.identity.vouching.seed import VouchingSeed
from client.keystore import write_secret
from commands import citizen as citizen_commands
from commands import sending
from commands.identity import certificates, papers
from commands.menu.identity import app
from contracts.identity.sessions.messages import OpenSession
from contracts.identity.vouching.messages import RequireCertificates
from contracts.tools.testing import key_of
from tests.cli.network import json_of
from tests.cli.runner import invoke
from tests.client.identity.vouching.citizens import (
    EPOCH,
    Node,
    keys_of,
    quick,
    vouchers_of,
)
from tests.contracts.identity.scenes import keeping
from tests.contracts.identity.signing import name_of
from tests.contracts.identity.vouching import LIST, Vouching
from tests.contracts.identity.world import admin

SID = "0x" + name_of("somchai").hex()


class Here:
    """Somchai's files, a ledger with vouchers, and the commands over both."""

    def __init__(self, world, vouchers, folder):
        self.world = world
        self.vouchers = vouchers
        self.folder = folder
        write_secret(folder / "me", keys_of("somchai").seed.hex())
        write_secret(folder / "any.key", key_of("anyone").seed.hex())
        write_secret(folder / "bank.key", key_of(admin("kbank")).seed.hex())

    def run(self, *arguments, key="any.key", signs=True):
        me = ("--citizen", self.folder / "me")
        keyed = ("--key", self.folder / key) if signs else ()
        return invoke(app, [str(each) for each in ("certificates", *arguments, *me, *keyed)])

    def enrol(self):
        ways = [f"--voucher={number}={path}" for number, path in self.vouchers.folders.items()]
        return self.run("enrol", SID, *ways, "--json")

    def draft(self):
        """A draft that keeps a sign-on in the sector of the state's agencies."""
        path = self.folder / "draft.json"
        message = keeping(self.world, "S")
        write_draft(path, Draft(message=message))
        return path

    def sign(self, path):
        me = ("--citizen", str(self.folder / "me"), "--agree")
        return invoke(app, ["sign", str(path), *me])

    def send(self, path):
        return invoke(app, ["send", str(path), "--key", str(self.folder / "bank.key")])


@pytest.fixture
def here(tmp_path, monkeypatch):
    world = Vouching("somchai")

    @asynccontextmanager
    async def opened(_addresses):
        yield Node(world)

    for module in (certificates, citizen_commands, papers, sending):
        monkeypatch.setattr(module, "open_rpc", opened)
    for module in (certificates, papers):
        monkeypatch.setattr(module, "open_citizen", lambda _path: keys_of("somchai"))
    with quick():
        vouchers = vouchers_of(world, tmp_path)
        for each in vouchers.vouchers.values():
            asyncio.run(each.post(LIST))
        yield Here(world, vouchers, tmp_path)


def morning(here):
    """Enrol, deposit, and go to a morning whose answers are there."""
    enrolled, deposited = here.enrol(), here.run("deposit", "--json")
    assert (enrolled.exit_code, deposited.exit_code) == (0, 0), (enrolled, deposited)
    asyncio.run(here.vouchers.take())
    here.world.go_to(EPOCH, hours=-48)
    here.world.sum(LIST)
    asyncio.run(here.vouchers.begin(EPOCH))
    return enrolled, deposited


def test_a_citizen_enrols_and_deposits_once_and_is_told_when_the_next_is_due(here, monkeypatch):
    monkeypatch.setattr(VouchingSeed, "drawn", lambda _seed, _year: 59)
    enrolled, deposited = morning(here)
    again, later = here.enrol(), here.run("deposit", "--json")
    fetched = here.run("fetch", "--json", signs=False)
    status = here.run("status", "--json", signs=False)

    assert json_of(enrolled) == {
        "enrolled": True,
        "handed_in": 4,
        "folder": str(here.folder / "me.certificates"),
    }
    assert json_of(deposited)["handed_in"] == 4
    assert (json_of(again)["enrolled"], json_of(again)["handed_in"]) == (False, 0)
    assert json_of(later)["deposit_on"].startswith("2023-12-31")
    assert json_of(fetched)["bytes"] > 0
    found = json_of(status)
    assert (found["sid"], found["epoch"], found["today"]) == (SID, EPOCH, "levels 110, 230")


def test_what_is_signed_carries_the_certificates_and_they_are_sent_before_it(here):
    morning(here)
    here.world.do("etda", RequireCertificates(EPOCH + 2))
    asyncio.run(here.vouchers.begin(EPOCH + 2))
    path = here.draft()

    signed = here.sign(path)
    sent = here.send(path)
    found = here.world.level("somchai")
    here.sign(path)

    assert (signed.exit_code, sent.exit_code) == (0, 0), (signed.output, sent.output)
    assert isinstance(read_draft(path).message, OpenSession)
    assert found >= read_draft(path).message.ial
    assert "certificates" not in json.loads(path.read_text())  # shown once a day and sector


def test_without_certificates_nothing_is_signed_and_the_citizen_reads_why(here):
    morning(here)
    here.world.do("etda", RequireCertificates(EPOCH + 2))
    here.world.go_to(EPOCH + 2)

    refused = here.sign(here.draft())

    assert refused.exit_code == 1
    assert "no agencies vouch for keys today" in refused.stderr
    assert "วันนี้ไม่มีหน่วยงานรับรองกุญแจ" in refused.stderr


def test_who_never_enrolled_signs_until_certificates_are_required(here):
    assert here.sign(here.draft()).exit_code == 0

    here.world.do("etda", RequireCertificates(here.world.epoch + 2))
    here.world.go_to(here.world.epoch + 2)

    assert "sapha id certificates enrol" in here.sign(here.draft()).stderr
    refused = here.run("status", "--json", signs=False)
    assert json.loads(refused.stderr)["error"]["code"] == "NO_CERTIFICATES"


@pytest.mark.parametrize("way", ["one=/tmp", "1", "=", "1="])
def test_a_way_to_a_voucher_of_another_form_is_wrong_usage(here, way):
    assert here.run("enrol", SID, "--voucher", way).exit_code == 2
