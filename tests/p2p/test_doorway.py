"""Who may stand at the door of members, and how many strangers shake hands in all."""

from p2p.doorway import Doorway
from p2p.settings import TransportSettings

SETTINGS = TransportSettings(handshakes_per_s_max=10.0, handshakes_burst=20.0)


def handshakes(doorway, addresses, now_s):
    return [doorway.may_shake_hands(address, now_s) for address in addresses]


def test_strangers_of_many_addresses_together_shake_few_hands():
    doorway = Doorway(SETTINGS)
    strangers = [f"10.0.{number // 250}.{number % 250}" for number in range(1_000)]

    at_once = sum(handshakes(doorway, strangers, 0.0))
    a_second_later = sum(handshakes(doorway, strangers, 1.0))

    assert (at_once, a_second_later) == (20, 10)


def test_where_a_member_came_from_waits_behind_no_stranger():
    doorway = Doorway(SETTINGS)
    doorway.know("192.0.2.1")
    handshakes(doorway, map(str, range(100)), 0.0)

    assert doorway.may_shake_hands("192.0.2.1", 0.0)
    assert not doorway.may_shake_hands("192.0.2.2", 0.0)


def test_only_so_many_addresses_are_known_as_members():
    doorway = Doorway(SETTINGS)
    doorway.know("192.0.2.1")
    for number in range(256):
        doorway.know(f"10.1.0.{number}")
    handshakes(doorway, map(str, range(100)), 0.0)

    assert not doorway.may_shake_hands("192.0.2.1", 0.0)
    assert doorway.may_shake_hands("10.1.0.0", 0.0)
