"""Who decides, as the separate verifier follows it from the genesis alone, by proofs of a node."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from genesis.schema import show_genesis
from primitives.codec import decode, encode
from primitives.ids import Height
from primitives.restart_proof import read_restart_proof
from tests.client.builders import KEYS, Link
from tests.client.changing import (
    ALL_KEYS,
    CHAIN,
    CHANGED,
    CHANGES,
    DECIDING,
    GENESIS,
    change_at,
    forged_above,
    sealed,
    set_with,
)
from tests.execution.agencies import applied, signed, statement
from tests.execution.agencies import founded as founded_with_administrators
from tests.execution.chain import VALIDATORS, Chain
from tests.execution.seated import chain_with_a_seat_by_vote
from verifier.ledger import Header, Network, noted, read_header, read_network
from verifier.refusal import Refused
from verifier.steps import Step, follow

NETWORK = read_network(show_genesis(GENESIS))
LAST = len(CHAIN) - 1


def steps_of(heights: Sequence[int]) -> list[Step]:
    return [Step("set", change_at(height).encode()) for height in heights]


def read(network: Network, link: Link) -> Header:
    return read_header(network, link.block.header.encode(), link.certificate.encode())


def forged(link: Link, following) -> Step:
    """The step that a forged block and a set would be."""
    parts = {"header": link.block.header.encode(), "certificate": link.certificate.encode()}
    return Step("set", change_at(CHANGED[0], **parts, following=following).encode())


def test_twenty_changes_are_followed_from_the_genesis_and_every_header_is_judged_by_its_own_set():
    followed = follow(NETWORK, steps_of(CHANGED))

    assert len(followed.sets) == 1 + CHANGES
    for height in range(1, len(CHAIN)):
        header = read(followed, CHAIN[height])
        assert (header.height, header.deciding) == (height, DECIDING[height].hash)


@pytest.mark.parametrize("missing", range(CHANGES))
def test_without_one_change_of_twenty_nothing_above_it_is_believed(missing):
    heights = [*CHANGED[:missing], *CHANGED[missing + 1 :]]
    is_last = missing == CHANGES - 1
    where = "" if is_last else f"step {missing + 1} from the genesis: "

    with pytest.raises(Refused, match=f"{where}header .*: decided by validators to whom no step"):
        read(follow(NETWORK, steps_of(heights)), CHAIN[LAST])


def test_a_set_that_the_block_does_not_announce_is_refused_and_the_step_named():
    forgery = Step("set", change_at(CHANGED[1], following=set_with(*KEYS)).encode())

    with pytest.raises(Refused, match=r"step 2 from the genesis: .* other validators than are"):
        follow(NETWORK, [*steps_of(CHANGED[:1]), forgery])


def test_a_change_that_those_seal_whom_it_seats_is_refused():
    thieves = set_with(*ALL_KEYS[10:14])
    header = replace(CHAIN[CHANGED[0]].block.header, next_validators_hash=thieves.hash)
    own = replace(header, validators_hash=thieves.hash)

    with pytest.raises(Refused, match=r"step 1 from the genesis: certificate .*: a seal is wrong"):
        follow(NETWORK, [forged(sealed(header, thieves, None), thieves)])
    with pytest.raises(Refused, match="decided by validators to whom no step"):
        follow(NETWORK, [forged(sealed(own, thieves, None), thieves)])


def test_a_change_that_a_past_set_seals_is_refused():
    thieves = set_with(*ALL_KEYS[10:14])
    header = replace(
        forged_above(CHANGED[2]).block.header,
        next_validators_hash=thieves.hash,
    )
    forgery = forged(sealed(header, GENESIS.validators, None), thieves)

    with pytest.raises(Refused, match=r"step 4 from the genesis: .* to whom no step"):
        follow(NETWORK, [*steps_of(CHANGED[:3]), forgery])


def test_two_seals_of_four_seat_nobody():
    change = change_at(CHANGED[0])
    height, view, block_hash, _bits, seals = decode(change.certificate, bytes_max=10_000)
    few = encode((height, view, block_hash, b"\x03", seals[:2]))

    with pytest.raises(Refused, match="2 seals, 3 are needed"):
        follow(NETWORK, [Step("set", replace(change, certificate=few).encode())])


def test_a_block_that_announces_nobody_is_no_change():
    above = CHANGED[0] + 1

    with pytest.raises(Refused, match="announces none"):
        follow(NETWORK, [*steps_of(CHANGED[:1]), *steps_of([above])])


@pytest.mark.parametrize("order", [(1, 0), (0, 2, 1), (0, 0), (0, 1, 0)])
def test_changes_out_of_their_order_or_twice_are_refused(order):
    with pytest.raises(Refused, match=f"step {len(order)} from|step 1 from|step 2 from"):
        follow(NETWORK, steps_of([CHANGED[number] for number in order]))


@pytest.mark.parametrize("height", [CHANGED[3] + 1, LAST])
def test_a_set_of_another_height_certifies_nothing(height):
    followed = follow(NETWORK, steps_of(CHANGED))
    header = CHAIN[height].block.header
    for other in (GENESIS.validators, DECIDING[height - 2], DECIDING[CHANGED[-3]]):
        if other == DECIDING[height]:
            continue
        named = replace(header, validators_hash=other.hash)
        for one, said in ((named, "to whom no step"), (header, "a seal is wrong|must be")):
            with pytest.raises(Refused, match=said):
                read(followed, sealed(one, other, None))


def test_a_header_that_announces_others_than_those_who_followed_is_refused():
    followed = follow(NETWORK, steps_of(CHANGED))
    at = CHANGED[2]
    header = replace(CHAIN[at].block.header, next_validators_hash=set_with(*KEYS).hash)

    with pytest.raises(Refused, match="announces others than those who decide the next block"):
        read(followed, sealed(header, DECIDING[at], None))


def test_above_a_header_that_announces_others_those_before_certify_nothing():
    first = read(NETWORK, CHAIN[CHANGED[0]])
    known = noted(NETWORK, first)

    with pytest.raises(Refused, match="to whom no step"):
        read(known, forged_above(CHANGED[0]))
    assert read(known, CHAIN[1]).height == 1
    assert read(follow(known, steps_of(CHANGED[:1])), CHAIN[CHANGED[0] + 1])


@pytest.mark.parametrize("kind", ["set", "restart"])
@pytest.mark.parametrize("proof", [b"", b"\xc0", b"\x93\xc0\xc0\xc0", b"\x94\xc0\xc0\xc0\xc0"])
def test_what_is_no_step_is_refused(kind, proof):
    with pytest.raises(Refused, match="step 1 from the genesis"):
        follow(NETWORK, [Step(kind, proof)])


def test_a_seat_by_vote_on_a_real_ledger_is_followed(tmp_path):
    chain = chain_with_a_seat_by_vote(tmp_path)
    block, deciding = chain.build(), chain.ledger.head().validators
    chain.ledger.commit(block, chain.seal(block, VALIDATORS, deciding))
    head = chain.ledger.head()
    at_first = read_network(show_genesis(chain.genesis))
    steps = [Step("set", proof) for _at, proof in chain.ledger.reads.set_changes(Height(0), 10)]
    certified = head.header.encode(), head.certificate.encode()

    followed = follow(at_first, steps)

    assert len(followed.deciding(read_header(followed, *certified).height)) == 5
    with pytest.raises(Refused, match="to whom no step"):
        read_header(at_first, *certified)
    chain.ledger.close()


def test_a_restart_below_a_change_that_is_known_is_refused(tmp_path):
    """The change would be of a block that the restart made void."""
    chain = Chain(tmp_path, document=founded_with_administrators())
    chain.commit()
    applied(chain, signed(statement(chain.ledger)))
    chain.commit()
    ((_height, proof),) = chain.ledger.reads.restart_proofs(Height(0), 10)
    network = read_network(show_genesis(chain.genesis))
    at = read_header(network, *_certified(proof)).height
    later = replace(network, sets=(*network.sets, (at + 2, network.deciding(0))))

    assert follow(network, [Step("restart", proof)]).restarts[0][1] == at + 1
    with pytest.raises(Refused, match="a change of validators above it is known"):
        follow(later, [Step("restart", proof)])
    chain.ledger.close()


def _certified(proof: bytes) -> tuple[bytes, bytes]:
    read_proof = read_restart_proof(proof)
    return read_proof.header, read_proof.certificate
