"""The complaints contract's own answers, as the store reads them."""

import pytest

from contracts.complaints.erasures.messages import Erase, RequestErasure
from contracts.complaints.transfers.messages import AcceptTransfer, OfferTransfer
from contracts.tools.testing import Ledger, key_of
from node.blobs import ContractPolicy
from node.blobs.policy import FIRST
from primitives.crypto import ZERO_DIGEST
from primitives.errors import InvariantBroken, Rejected, UnknownContract
from tests.contracts.complaints.world import World, admin, ident, item

PHOTO, NOTE = item("photo"), item("note", kind="internal")
CITIZEN, OUTSIDER = Ledger.address("anong"), Ledger.address("nobody")


@pytest.fixture
def world():
    world = World()
    world.file("c", contents=(PHOTO,))
    return world


def policy_of(world):
    return ContractPolicy(lambda contract, name, args: world.ledger.query(contract, name, *args))


def test_the_hosts_of_the_holder_keep_a_content_and_its_participants_read_it(world):
    policy = policy_of(world)

    assert policy.is_active()
    assert policy.content_hosts(PHOTO.digest) == ("khet-node", "dopa-node")
    assert policy.may_read(PHOTO.digest, CITIZEN)
    assert policy.may_read(PHOTO.digest, Ledger.address(admin("khet")))
    assert not policy.may_read(PHOTO.digest, OUTSIDER)
    assert not policy.is_erased(PHOTO.digest)


def test_what_the_ledger_does_not_name_is_kept_and_read_by_nobody(world):
    policy = policy_of(world)

    assert policy.content_hosts(NOTE.digest) == ()
    assert not policy.may_read(NOTE.digest, CITIZEN)
    assert not policy.is_erased(NOTE.digest)


def test_the_feed_lists_contents_once_and_again_when_their_hosts_change(world):
    policy = policy_of(world)
    first = policy.contents_since(FIRST, 100)
    nothing_more = policy.contents_since(first[-1], 100)

    world.wait(10)
    world.do("khet", OfferTransfer(ident("c"), "roads", "misrouted"))
    world.do("roads", AcceptTransfer(ident("c"), 1))
    again = policy.contents_since(first[-1], 100)

    assert [row.content for row in first] == [PHOTO.digest]
    assert nothing_more == ()
    assert {row.content for row in again} == {PHOTO.digest}
    assert policy.content_hosts(PHOTO.digest) == ("roads-node", "dopa-node")


def test_an_erased_content_has_neither_hosts_nor_readers_and_is_listed_again():
    world = World()
    world.resolved("c", contents=(PHOTO,))
    policy = policy_of(world)
    seen = policy.contents_since(FIRST, 100)
    world.wait(10)

    world.do_as("anong", RequestErasure(ident("c")))
    world.do("khet", Erase(ident("c"), "khet", "pdpa-33"))

    assert policy.is_erased(PHOTO.digest)
    assert policy.content_hosts(PHOTO.digest) == ()
    assert not policy.may_read(PHOTO.digest, CITIZEN)
    assert PHOTO.digest in {row.content for row in policy.contents_since(seen[-1], 100)}


def test_an_account_without_a_record_has_its_own_key_only(world):
    policy = policy_of(world)

    assert policy.is_key_of(CITIZEN, key_of("anong").public_key)
    assert not policy.is_key_of(CITIZEN, key_of("nobody").public_key)


def test_an_account_with_a_record_has_the_keys_in_it():
    keys = tuple(sorted(key_of(name).public_key for name in ("one", "two")))
    policy = ContractPolicy(lambda *_question: (keys, 2))

    assert policy.is_key_of(CITIZEN, keys[0])
    assert policy.is_key_of(CITIZEN, keys[1])
    assert not policy.is_key_of(CITIZEN, key_of("anong").public_key)


@pytest.mark.parametrize("refusal", [UnknownContract("no contract"), Rejected("too costly")])
def test_where_the_ledger_cannot_answer_nothing_is_named(refusal):
    def refuse(*_question):
        raise refusal

    policy = ContractPolicy(refuse)

    assert policy.is_active() is not isinstance(refusal, UnknownContract)
    assert policy.content_hosts(PHOTO.digest) == ()
    assert policy.contents_since(FIRST, 100) == ()
    assert not policy.may_read(PHOTO.digest, CITIZEN)
    assert not policy.is_erased(PHOTO.digest)


@pytest.mark.parametrize("row", [(), (1,), (1, b"short"), ("1", bytes(ZERO_DIGEST)), 7])
def test_a_contract_that_answers_something_else_is_our_own_fault(row):
    policy = ContractPolicy(lambda *_question: (row,))

    with pytest.raises(InvariantBroken):
        policy.contents_since(FIRST, 100)
