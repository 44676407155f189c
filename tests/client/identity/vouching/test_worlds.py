"""Worlds that swap the persons behind two pairwise keys look alike to everything public.

In one world somchai's subject has somchai's keys, in the other malee's, and the other way round.
What differs between them is what hides: the roots, the blinded keys and the answers to those. That
these tell nothing is the blinding's: for each pair of blinded key and key there is one factor.
"""

import asyncio

import pytest

from client.identity.vouching.certificates import Answers
from client.identity.vouching.files import Upload, bucket_name, read_bucket, write_upload
from client.identity.vouching.proofs import Proofs
from client.identity.vouching.seed import slot_index
from client.light import LightClient
from contracts.identity.crypto.certificates import alive_hash
from contracts.identity.vouching.handlers import round_key
from contracts.identity.vouching.state import voucher_keys
from contracts.sdk.bls import BASE_G2, are_pairings_equal, decode_g1, decode_g2
from primitives.errors import PeerFault, Rejected
from tests.client.identity.vouching.proven import LyingNode, ProvenNode
from tests.client.identity.vouching.test_voucher import ASKED, EPOCH, tree_of, voucher
from tests.contracts.identity.signing import CHAIN, name_of
from tests.contracts.identity.vouching import (
    LIST,
    Vouching,
    enrolment,
    maker,
    short_lists,
    signer,
    wallet,
)

PEOPLE = ("somchai", "malee")
SLOT = 3


class Lived:
    """A world in which persons enrolled, deposited, were answered, and both keys acted."""

    def __init__(self, vouching, vouchers, shown):
        self.vouching = vouching
        self.vouchers = vouchers
        self.shown = shown  # whose key -> the transaction that shows its certificates

    def bucket(self, number, class_id=0):
        """What a voucher publishes of a class."""
        name = bucket_name(ASKED, class_id, number, 0)
        return self.vouchers[number].intake.published(name)


async def lived(folder, behind):
    """Live a day in a world; `behind` says whose keys each person has."""
    vouching = Vouching(*PEOPLE)
    with short_lists():
        for who in PEOPLE:
            vouching.enrol(who, root=wallet(behind[who]).list_tree(1, 0).root)
            vouching.deposit(who, root=tree_of(behind[who]).root)
    vouching.post(LIST)
    vouching.go_to(EPOCH, hours=-48)
    vouching.sum(LIST)
    vouching.post(ASKED)
    vouching.go_to(EPOCH, hours=-6)
    vouchers = {number: voucher(vouching, number, folder) for number in (1, 2, 3, 4)}
    vouching.sum(ASKED)
    for number in vouching.chosen(ASKED):
        for at, who in enumerate(PEOPLE):
            await vouchers[number].take(write_upload(handed_in(behind[who], at)))
        await vouchers[number].state(ASKED, await vouchers[number].answer(ASKED))
    found = Lived(vouching, vouchers, {})
    vouching.go_to(EPOCH, hours=9)
    for key in PEOPLE:
        number = next(at for at, who in enumerate(PEOPLE) if behind[who] == key)
        found.shown[key] = showing(found, key, number)
        vouching.do_as("anyone", found.shown[key])
    return found


def handed_in(key, number):
    """What the wallet with somebody's keys hands in of a deposit."""
    path = tree_of(key).path(slot_index(EPOCH, 0), 3)
    elements = wallet(key).hidden_slots(EPOCH, 0)
    return Upload(epoch=EPOCH, number=number, elements=elements, path=path)


def showing(world, key, number):
    """What shows a key's certificates, made of the buckets that were published."""
    vouching = world.vouching
    answers, keys = {}, {}
    for one in vouching.chosen(ASKED):
        answers[one] = read_bucket(world.bucket(one)).answers[number][SLOT]
        keys[one] = decode_g2(vouching.ask("voucher_key", *round_key(ASKED), 0, one))
    given = Answers(keys=keys, answers=answers)
    alive = maker(key).alive(ASKED, 0, SLOT, given)
    return maker(key).show(enrolment(vouching, key), alive, SLOT)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    """Both worlds, each lived through once."""
    own, swapped = (dict(zip(PEOPLE, keys, strict=True)) for keys in (PEOPLE, PEOPLE[::-1]))
    folder = tmp_path_factory.mktemp("worlds")
    return [
        asyncio.run(lived(folder / name, behind))
        for name, behind in (("own", own), ("swapped", swapped))
    ]


def public(world):
    """All of the state but the roots that hide."""
    hidden = (b"identity\0deposits\0", b"identity\0enrolment_roots\0")
    stored = world.vouching.ledger.state.committed.items()
    return {key: value for key, value in stored if not key.startswith(hidden)}


def test_worlds_that_swap_the_persons_behind_two_keys_look_alike(worlds):
    one, other = worlds

    assert one.shown == other.shown
    assert public(one) == public(other)
    for number in one.vouching.chosen(ASKED):
        sizes = [len(world.bucket(number)) for world in worlds]
        rows = [set(read_bucket(world.bucket(number)).answers) for world in worlds]
        assert (sizes[0], rows[0]) == (sizes[1], rows[1])


def test_what_differs_between_the_worlds_is_what_hides(worlds):
    one, other = (world.vouching.ledger.state.committed for world in worlds)

    differing = {key for key in one if one[key] != other.get(key)}

    assert one.keys() == other.keys()
    assert len(differing) == 2 * len(PEOPLE)
    assert all(any(name_of(who) in key for who in PEOPLE) for key in differing)


def test_every_blinded_key_fits_every_key(worlds):
    """What could be seen without logarithms, that an answer is a signature, is so for all alike."""
    key = signer(1).key(ASKED, 0).public
    keys = [wallet(who).slot(EPOCH, SLOT, 0).public_key for who in PEOPLE]
    hashed = {alive_hash(CHAIN, EPOCH, one).encoded for one in keys}

    for who in PEOPLE:
        element = wallet(who).hidden_slots(EPOCH, 0)[SLOT]
        answer = decode_g1(signer(1).answer(ASKED, 0, (element,))[0])
        assert are_pairings_equal((answer, BASE_G2), (decode_g1(element), key))
        assert element not in hashed
        assert answer.encoded not in {worlds[0].shown[each].alive for each in PEOPLE}


async def test_identity_7_a_list_of_keys_that_is_served_to_one_wallet_only_is_refused(worlds):
    vouching = worlds[0].vouching.copied()
    place = (*round_key(ASKED), 0, 1)
    true = vouching.ask("voucher_key", *place)
    other = signer(1).key(ASKED, 1).public.encoded
    lying = LyingNode(vouching, {b"identity\0voucher_keys\0": lie(other)})
    honest = ProvenNode(vouching)

    assert await Proofs(honest, LightClient(honest.genesis)).value(voucher_keys, *place) == true
    assert await Proofs(lying, None).value(voucher_keys, *place) == other
    with pytest.raises((PeerFault, Rejected)):
        await Proofs(lying, LightClient(lying.genesis)).value(voucher_keys, *place)


def lie(key):
    """A voucher's key as a node writes the entry."""
    return "0x" + voucher_keys.schema.pack(key).hex()
