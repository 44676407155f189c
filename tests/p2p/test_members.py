"""Members that come, go, move and have other certificates while the node runs."""

from dataclasses import replace

import pytest

from p2p.peers import Members
from p2p.ports import Channel
from p2p.tls import BadIdentity, certificate_der, make_certificate
from p2p.trust import certificate_fault, trusted
from primitives.crypto import PublicKey
from tests.p2p.builders import actor, certificate_issued_by, free_port


def records(*actors):
    return [each.member for each in actors]


@pytest.mark.parametrize("newcomer", [0, 1])
async def test_who_is_admitted_is_dialled_or_let_in_without_a_restart(start, pair, log, newcomer):
    here, there = pair[1 - newcomer], pair[newcomer]
    node = await start(here, records(here))
    other = await start(there, records(*pair))

    node.transport.set_members(records(*pair))

    await node.until_connected()
    await other.until_connected()


async def test_who_is_retired_is_cut_off_and_not_let_in_again(start, trio, log):
    nodes = [await start(each, records(*trio)) for each in trio]
    for node in nodes:
        await node.until_connected(2)

    for node in nodes[1:]:
        node.transport.set_members(records(*trio[1:]))

    for node in nodes[1:]:
        await node.seen.until(lambda seen: len(seen.disconnected) == 1)
    await log.until("peer_refused")  # it dials
    assert nodes[1].seen.disconnected == [(trio[0].member.public_key, "retired from the network")]
    assert nodes[1].transport.connected() == (trio[2].member.public_key,)
    assert nodes[0].transport.connected() == ()
    assert [peer.name for peer in nodes[1].transport.peers()] == ["agency-2"]


async def test_who_moved_is_dialled_at_the_new_address(start, pair):
    gone = replace(pair[1].member, port=free_port())
    node = await start(pair[0], [pair[0].member, gone])
    await start(pair[1], records(*pair))

    node.transport.set_members(records(*pair))

    await node.until_connected()


async def test_who_has_another_certificate_now_is_cut_off_with_the_one_before(start, pair, log):
    node = await start(pair[1], records(*pair))
    await start(pair[0], records(*pair))
    await node.until_connected()
    other = replace(pair[0].member, certificate_der=named(make_certificate("agency-0")))

    node.transport.set_members([other, pair[1].member])

    await node.seen.until(lambda seen: len(seen.disconnected) == 1)
    assert node.seen.disconnected[0][1] == "its certificate is another now"
    await log.until("peer_refused")


async def test_a_key_changes_under_a_session_and_the_session_goes_on(start, pair):
    node, other = [await start(each, records(*pair)) for each in pair]
    await node.until_connected()
    await other.until_connected()
    before = pair[1].member.public_key
    rotated = replace(pair[1].member, public_key=PublicKey(b"\x01" + b"\x07" * 32))

    for each in (node, other):
        each.transport.set_members([pair[0].member, rotated])
    other.transport.broadcast(Channel.CONSENSUS, b"by the new key")
    assert node.transport.send(before, Channel.CONSENSUS, b"to the key of before")
    assert node.transport.send(rotated.public_key, Channel.CONSENSUS, b"to the new key")

    await node.seen.until(lambda seen: len(seen.frames) == 1)
    await other.seen.until(lambda seen: len(seen.frames) == 2)
    assert node.seen.rekeyed == [(before, rotated.public_key)]
    assert node.seen.frames[0][0] == rotated.public_key
    assert node.transport.connected() == (rotated.public_key,)
    assert node.seen.disconnected == other.seen.disconnected == []


async def test_a_second_certificate_of_another_key_counts_beside_the_first(start, pair, log):
    node = await start(pair[1], records(*pair))
    other = await start(pair[0], records(*pair))
    await node.until_connected()
    certificate_pem, key_pem = make_certificate("agency-0", is_second=True)
    both = replace(pair[0].member, second_der=certificate_der(certificate_pem))
    for each in (node, other):
        each.transport.set_members([both, pair[1].member])
    pair[0].identity.key_path.write_bytes(key_pem)
    pair[0].identity.certificate_path.write_bytes(certificate_pem)
    assert node.seen.disconnected == []

    await other.transport.stop()
    again = await start(pair[0], [both, pair[1].member])
    await again.until_connected()
    left = replace(both, certificate_der=both.second_der, second_der=None)
    for each in (node, again):
        each.transport.set_members([left, pair[1].member])

    assert len(node.seen.disconnected) == 1
    assert "certificate" not in node.seen.disconnected[0][1]
    assert len(node.transport.connected()) == 1


async def test_a_session_with_a_withdrawn_certificate_ends_and_another_is_dialled(start, pair, log):
    node = await start(pair[1], records(*pair))
    other = await start(pair[0], records(*pair))
    await node.until_connected()
    certificate_pem, key_pem = make_certificate("agency-0", is_second=True)
    pair[0].identity.key_path.write_bytes(key_pem)
    pair[0].identity.certificate_path.write_bytes(certificate_pem)
    left = replace(pair[0].member, certificate_der=certificate_der(certificate_pem))

    for each in (other, node):
        each.transport.set_members([left, pair[1].member])

    await node.seen.until(lambda seen: len(seen.disconnected) == 1)
    assert node.seen.disconnected[0][1] == "its certificate is another now"
    await node.until_connected()


def test_of_two_certificates_of_a_node_those_count_that_are_its_own(tmp_path):
    own, other = actor(tmp_path, 0), actor(tmp_path, 1)
    second = named(make_certificate("agency-0", is_second=True))
    namesake = named(make_certificate("agency-0"))
    wanted = replace(own.member, second_der=second)

    assert trusted([wanted], frozenset()).members == (wanted,)
    for wrong in (other.member.certificate_der, namesake, b"\x30\x00"):
        found = trusted([replace(own.member, second_der=wrong), other.member], frozenset())
        assert found.members == (own.member, other.member)
        assert [name for name, _reason in found.left_out] == ["agency-0"]
    swapped = replace(own.member, certificate_der=b"\x30\x00", second_der=second)
    assert trusted([swapped], frozenset()).members[0].certificates == (second,)


async def test_a_node_stays_itself_when_the_record_leaves_it_out(start, pair):
    node = await start(pair[0], records(*pair))
    other = await start(pair[1], records(*pair))
    await node.until_connected()

    node.transport.set_members(records(pair[1]))

    assert node.transport.connected() == (pair[1].member.public_key,)
    assert other.transport.connected() == (pair[0].member.public_key,)


def named(pems):
    return certificate_der(pems[0])


def test_a_certificate_counts_for_the_node_that_it_names_and_whose_key_signed_it(tmp_path):
    own, other = actor(tmp_path, 0), actor(tmp_path, 1)
    issued = certificate_der(certificate_issued_by(own.identity)[0])

    assert certificate_fault("agency-0", own.member.certificate_der) is None
    assert "must be agency-0" in certificate_fault("agency-0", other.member.certificate_der)
    assert "its own key" in certificate_fault("issued", issued)
    assert "cannot be read" in certificate_fault("agency-0", b"\x30\x00")


def test_no_node_passes_for_another_by_its_certificate_or_blocks_it(tmp_path):
    own, other = actor(tmp_path, 0), actor(tmp_path, 1)
    copy = replace(own.member, name="aaa", public_key=bytes(33))
    namesake = replace(copy, name="bbb", certificate_der=named(make_certificate("agency-0")))

    found = trusted([copy, namesake, own.member, other.member], frozenset())

    assert found.members == (own.member, other.member)
    assert [name for name, _reason in found.left_out] == ["aaa", "bbb"]


def test_who_shows_no_certificate_that_counts_is_no_member(tmp_path):
    own, other = actor(tmp_path, 0), actor(tmp_path, 1)
    members = Members(records(own), own.member.name)
    junk = replace(other.member, certificate_der=b"\x30\x00")

    left_out = members.replace([own.member, junk])

    assert left_out == (("agency-1", "its certificate cannot be read"),)
    assert members.others == ()


def test_certificates_with_which_a_node_began_count_first(tmp_path):
    own, other = actor(tmp_path, 0), actor(tmp_path, 1)
    founder = replace(own.member, name="of-old")
    copy = replace(own.member, name="agency-0", public_key=other.member.public_key)

    members = Members([founder], founder.name)
    left_out = members.replace([copy, founder])

    assert [name for name, _reason in left_out] == ["agency-0"]
    assert members.all == (founder,)


def test_two_founders_with_one_certificate_are_refused(tmp_path):
    own, other = actor(tmp_path, 0), actor(tmp_path, 1)
    twin = replace(other.member, certificate_der=own.member.certificate_der)

    with pytest.raises(BadIdentity, match="one certificate key"):
        Members([own.member, twin], own.member.name)
