"""What a relay opens: its own letters, once, in time, and not too many; its key's file."""

import pytest

from client.keystore import KeystoreDamaged, KeystoreExists, KeystoreMissing, KeystoreOpenToOthers
from client.relay.errors import (
    BadLetterSize,
    LetterNotOpened,
    LetterOutOfDate,
    LetterRepeated,
    OldRelayKey,
    RelayBusy,
    WrongRelay,
)
from client.relay.key_file import load_key_file, make_key_file, renew_key_file
from client.relay.letter import LETTER_BYTES, write_letter
from client.relay.mailbox import LIFE_MS_MAX, Mailbox, MailboxPolicy
from tests.client.relay.acts import NOW, OTHER, RELAY


def letter(latest_ms: int = NOW + 60_000, key=RELAY) -> bytes:
    return write_letter(b"{}", key.public, latest_ms).raw


def test_a_letter_is_opened_once():
    mailbox, raw = Mailbox(RELAY), letter()

    assert mailbox.open(raw, NOW).body == b"{}"
    for later_ms in (0, 59_999):
        with pytest.raises(LetterRepeated):
            mailbox.open(raw, NOW + later_ms)


def test_no_letter_is_forgotten_before_it_is_out_of_date():
    mailbox = Mailbox(RELAY)
    first = letter(NOW + LIFE_MS_MAX)
    mailbox.open(first, NOW)
    for step in range(1, 5):  # others come all the time
        at_ms = NOW + step * LIFE_MS_MAX // 4 - 1
        mailbox.open(letter(at_ms + 1000), at_ms)

        with pytest.raises(LetterRepeated):
            mailbox.open(first, at_ms)

    with pytest.raises((LetterOutOfDate, LetterRepeated)):
        mailbox.open(first, NOW + LIFE_MS_MAX)
    with pytest.raises(LetterOutOfDate):
        mailbox.open(first, NOW + 3 * LIFE_MS_MAX)


@pytest.mark.parametrize("ahead_ms", [-1, 0, LIFE_MS_MAX + 1])
def test_a_letter_has_its_time(ahead_ms):
    with pytest.raises(LetterOutOfDate, match=f"in {ahead_ms} ms"):
        Mailbox(RELAY).open(letter(NOW + ahead_ms), NOW)


@pytest.mark.parametrize("length", [0, 7, LETTER_BYTES - 1, LETTER_BYTES + 1])
def test_every_other_length_is_refused(length):
    with pytest.raises(BadLetterSize, match=str(length)):
        Mailbox(RELAY).open(letter().ljust(length, b"\0")[:length], NOW)


def test_a_letter_to_another_relay_and_one_to_an_old_key_are_told_apart():
    with pytest.raises(WrongRelay):
        Mailbox(RELAY).open(letter(key=OTHER), NOW)
    with pytest.raises(OldRelayKey):
        Mailbox(RELAY, retired=[OTHER.public]).open(letter(key=OTHER), NOW)


def test_a_letter_that_was_readdressed_is_not_opened():
    readdressed = letter()[:8] + letter(key=OTHER)[8:]

    with pytest.raises(LetterNotOpened):
        Mailbox(RELAY).open(readdressed, NOW)


def test_a_flood_is_refused_until_the_next_second_and_says_so():
    mailbox = Mailbox(RELAY, policy=MailboxPolicy(letters_a_second_max=2))
    for _ in range(2):
        mailbox.open(letter(), NOW)

    with pytest.raises(RelayBusy) as busy:
        mailbox.open(letter(), NOW + 999)

    assert busy.value.details == (("retry_after_s", 1),)
    assert mailbox.open(letter(), NOW + 1000).body == b"{}"


def test_junk_uses_up_the_same_second_as_letters_do():
    mailbox = Mailbox(RELAY, policy=MailboxPolicy(letters_a_second_max=1))
    junk = letter()[:8].ljust(LETTER_BYTES, b"j")
    with pytest.raises(LetterNotOpened):
        mailbox.open(junk, NOW)

    with pytest.raises(RelayBusy):
        mailbox.open(letter(), NOW)


def test_a_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path):
    made = make_key_file(tmp_path / "relay.key")

    again = load_key_file(tmp_path / "relay.key")

    assert (again.current.public, again.retired) == (made.current.public, ())
    with pytest.raises(KeystoreExists):
        make_key_file(tmp_path / "relay.key")
    (tmp_path / "relay.key").chmod(0o644)
    with pytest.raises(KeystoreOpenToOthers):
        load_key_file(tmp_path / "relay.key")


def test_of_a_renewed_key_only_the_public_half_is_left(tmp_path):
    path = tmp_path / "relay.key"
    old = make_key_file(path)
    secret = path.read_text().split('"seed": "')[1][:64]

    renewed = renew_key_file(path)

    assert renewed.retired == load_key_file(path).retired == (old.current.public,)
    assert renewed.current.public != old.current.public
    assert secret not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "{}", '{"format":"x","seed":"00","retired":[]}', "ก"])
def test_a_file_of_something_else_is_no_key(tmp_path, text):
    path = tmp_path / "relay.key"
    path.write_text(text)
    path.chmod(0o600)

    with pytest.raises(KeystoreDamaged):
        load_key_file(path)
    with pytest.raises(KeystoreMissing):
        renew_key_file(tmp_path / "other.key")
