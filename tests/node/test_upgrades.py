"""A node announces by itself what it carries of the upgrades that wait, and says what it lacks."""

from types import SimpleNamespace

import pytest

from contracts.governance.network.messages import Carries
from contracts.sdk import Contract
from node.upgrades import UpgradeParts, Upgrades
from primitives.crypto import Digest
from primitives.errors import NotAllowed, UnknownQuery
from primitives.ids import address_of
from primitives.transaction import decode_transaction
from tests.builders import TIME_MS, key

OWN = key(5)
CODE = Digest(b"\x02" * 32)


class Node:
    """What the ledger answers, which code is here, and what was submitted."""

    def __init__(self, *, carries=True, key=OWN):
        self.waiting = [self.upgrade("cbdc", 2)]
        self.carried = carries
        self.submitted, self.lacking, self.now_ms = [], [], TIME_MS
        self.outcome = object()
        self.upgrades = Upgrades(
            UpgradeParts(
                reads=self,
                name="v0",
                key=lambda: key,
                submit=self.submit,
                now_ms=lambda: self.now_ms,
                lacking=self.lacking.append,
            )
        )

    @staticmethod
    def upgrade(contract, version, carried_by=(), accepted=9):
        facts = (version, CODE, "0.2.0", TIME_MS, TIME_MS + 1, accepted)
        return (contract, facts, carried_by, ("v0",))

    def contracts(self):
        return {"governance": None}

    def query(self, _contract, _name, _args):
        return tuple(self.waiting)

    def find_contract(self, contract, version, code_hash):
        assert code_hash == CODE
        return Contract(contract, version=version) if self.carried else None

    def head(self):
        return SimpleNamespace(header=SimpleNamespace(chain_id="test-1", time_ms=TIME_MS))

    async def submit(self, raws):
        self.submitted += [decode_transaction(raw) for raw in raws]
        return [self.outcome]


async def test_a_node_that_has_the_code_says_so_by_its_own_key():
    node = Node()

    await node.upgrades.look()

    (sent,) = node.submitted
    sent.check_signatures()
    assert sent.body.sender == address_of(OWN.public_key)
    assert (sent.body.contract, sent.body.method) == ("governance", "carries")
    assert Carries(*sent.body.args) == Carries("v0", "cbdc", 2, CODE)
    assert node.upgrades.finding() is None
    assert node.lacking == [0]


async def test_it_says_so_again_only_when_no_block_took_it_in_a_minute():
    node = Node()
    for _ in range(3):
        await node.upgrades.look()
    once = len(node.submitted)
    node.now_ms += 60_000
    await node.upgrades.look()

    assert (once, len(node.submitted)) == (1, 2)


async def test_of_an_upgrade_that_is_agreed_on_again_it_says_so_at_once():
    node = Node()
    await node.upgrades.look()

    node.waiting = [node.upgrade("cbdc", 2, accepted=20)]
    await node.upgrades.look()

    assert len(node.submitted) == 2


async def test_what_is_known_is_not_said_again():
    node = Node()
    node.waiting = [node.upgrade("cbdc", 2, carried_by=("v0",))]

    await node.upgrades.look()

    assert node.submitted == []


async def test_a_refused_announcement_is_said_in_the_log(caplog):
    node = Node()
    node.outcome = NotAllowed("not you")

    await node.upgrades.look()

    assert [record.message for record in caplog.records] == ["announcement_refused"]


async def test_a_node_whose_key_a_signer_holds_announces_nothing_by_itself():
    node = Node(key=None)

    await node.upgrades.look()

    assert node.submitted == []


async def test_a_node_that_lacks_the_code_warns_from_the_acceptance_on(caplog):
    node = Node(carries=False)

    await node.upgrades.look()
    await node.upgrades.look()

    found = node.upgrades.finding()
    assert found.is_warning
    assert "version 2 of cbdc" in found.seen
    assert found.mend == "install release 0.2.0 before then"
    assert node.lacking == [1, 1]
    assert node.submitted == []
    assert [record.message for record in caplog.records] == ["code_missing"]


async def test_nothing_is_lacking_any_more_once_nothing_waits():
    node = Node(carries=False)
    await node.upgrades.look()

    node.waiting = []
    await node.upgrades.look()

    assert node.upgrades.finding() is None
    assert node.lacking == [1, 0]


@pytest.mark.parametrize("what", ["another governance", "none"])
async def test_a_network_without_upgrades_is_left_alone(what, monkeypatch):
    node = Node()

    def refuse(*_):
        raise UnknownQuery("no such query", query="upgrades_awaited")

    monkeypatch.setattr(node, "query", refuse)
    if what == "none":
        monkeypatch.setattr(node, "contracts", dict)
        await Upgrades(node.upgrades._parts).run()
    else:
        await node.upgrades.look()

    assert node.submitted == []
