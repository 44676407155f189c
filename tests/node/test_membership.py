"""Who is in the network by the record of the head, as the node follows it."""

import asyncio

import pytest

from commands.devnet_files import DevnetPlan, open_devnet
from node.config import load_config
from node.files import read_self
from node.membership import Membership
from primitives.crypto import PublicKey
from primitives.validators import Validator, validator_set

KEY = b"\x01" + b"\x05" * 32
OTHER_KEY = b"\x01" + b"\x06" * 32


class Record:
    """A network record as governance answers for it, and a transport that is told of it."""

    def __init__(self, genesis):
        self.version = 0
        self.deciding = genesis.validators
        self.told = []
        self.nodes = {
            member.name: (
                member.name,
                member.name,
                member.public_key,
                member.certificate_der,
                member.host,
                member.port,
                member.is_validator,
                0,
                None,
            )
            for member in genesis.members
        }

    def query(self, contract, name, args):
        assert contract == "governance"
        if name == "network_version":
            return self.version
        if name == "node":
            return self.nodes.get(args[0])
        after, limit = args
        return tuple(self.nodes[one] for one in sorted(self.nodes) if one > after)[:limit]

    def set_members(self, members):
        self.told.append([member.name for member in members])

    def rotate(self, name):
        node = self.nodes[name]
        self.nodes[name] = (*node[:2], OTHER_KEY, *node[3:])
        self.deciding = validator_set([Validator(PublicKey(OTHER_KEY), name)])
        self.version += 1

    def admit(self, name):
        self.nodes[name] = (name, name, KEY, b"one", "10.0.0.1", 1, False, 5, None)
        self.version += 1


@pytest.fixture
def own(tmp_path):
    devnet = open_devnet(tmp_path / "net", DevnetPlan(validators=1, base_port=0))
    config = load_config(devnet.validators[0].directory)
    return config, read_self(config)


async def test_the_transport_and_the_hosts_of_contents_are_told_after_the_block_that_admits(own):
    record = Record(own[1].genesis)
    membership = Membership(*own, record.query, lambda: record.deciding)
    membership.serve(record)
    keys = membership.keys

    membership.on_committed()
    record.admit("newcomer")
    membership.on_committed()
    at_once = list(record.told)
    await asyncio.sleep(0.05)

    assert at_once == []
    assert record.told == [["newcomer", "observer", "validator-0"]]
    assert keys["newcomer"] == KEY
    newcomer = membership.members[0]
    assert newcomer.certificate_der == b"one"
    assert (newcomer.host, newcomer.port) == ("10.0.0.1", 1)


async def test_many_changes_at_once_are_told_together(own):
    record = Record(own[1].genesis)
    membership = Membership(*own, record.query, lambda: record.deciding)
    membership.serve(record)

    for number in range(30):
        record.admit(f"newcomer-{number}")
        membership.on_committed()
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)

    assert len(record.told) == 1
    assert len(membership.members) >= 3


async def test_a_validators_other_key_is_told_without_a_wait(own):
    record = Record(own[1].genesis)
    membership = Membership(*own, record.query, lambda: record.deciding)
    membership.serve(record)
    record.admit("newcomer")
    membership.on_committed()
    await asyncio.sleep(0.05)
    record.admit("another")  # waits for a second
    membership.on_committed()

    record.rotate("validator-0")
    membership.on_committed()
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert membership.keys["validator-0"] == OTHER_KEY
    assert len(record.told) == 2


async def test_a_node_that_the_record_does_not_have_yet_is_itself_all_the_same(own):
    record = Record(own[1].genesis)
    del record.nodes["validator-0"]

    membership = Membership(*own, record.query, lambda: record.deciding)

    assert membership.keys["validator-0"] == own[1].public_key
    assert [member.name for member in membership.founding] == ["validator-0", "observer"]
