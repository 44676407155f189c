"""`sapha account` and `sapha tx`: one account, several keys, people at different desks."""

import pytest

from client.keystore import write_secret
from contracts.tools.testing import Ledger, key_of
from primitives.ids import show_address
from tests.cli.cbdc_node import cbdc_node
from tests.cli.network import json_of, sapha

NAMES = ("one", "two", "three")


def public_key(name):
    return "0x" + key_of(name).public_key.hex()


@pytest.fixture
def desk(tmp_path):
    """A node, and a runner of commands with key files and options by name."""
    with cbdc_node() as (_served, url):

        def run(*arguments, by=(), exits=0, asks=True):
            keys = []
            for name in by:
                path = tmp_path / f"{name}.key"
                if not path.exists():
                    write_secret(path, key_of(name).seed.hex())
                keys += ["--key", path]
            result = sapha(*arguments, *keys, *(("--rpc", url) if asks else ()))
            assert result.exit_code == exits, (arguments, result.stdout, result.stderr)
            return result

        run.address = show_address(Ledger.address("kbank"))
        yield run


def share(desk):
    """Put the bank's account under two of three keys."""
    keys = [public_key(name) for name in NAMES]
    desk("account", "set-keys", *keys, "--threshold", 2, by=["kbank"])


def test_an_account_is_put_under_several_keys_and_shown(desk):
    before = json_of(desk("account", "show", desk.address, "--json"))

    share(desk)

    after = json_of(desk("account", "show", desk.address, "--json"))
    assert (before["threshold"], before["keys"]) == (1, None)
    assert (after["threshold"], after["keys"]) == (2, sorted(public_key(name) for name in NAMES))
    assert "2 of 3 keys" in desk("account", "show", desk.address).stdout


def test_a_key_of_a_shared_account_is_rotated_by_those_that_sign(desk):
    share(desk)
    change = ("account", "rotate", public_key("three"), public_key("four"))

    alone = desk(*change, "--account", desk.address, by=["one"], exits=1)
    desk(*change, "--account", desk.address, by=["one", "two"])

    keys = json_of(desk("account", "show", desk.address, "--json"))["keys"]
    assert "MISSING_SIGNATURE" in alone.stdout
    assert keys == sorted(public_key(name) for name in ("one", "two", "four"))


def test_a_transaction_is_made_at_one_desk_signed_at_two_and_sent_from_a_fourth(desk, tmp_path):
    share(desk)
    file = tmp_path / "officer.json"
    fields = ("agency_id=kbank", f"officer={desk.address}", 'roles=["cbdc"]')

    made = desk(
        "tx", "make", "governance", "add_officer", *fields,
        "--account", desk.address, "--out", file, "--json",
    )  # fmt: skip
    unsigned = desk("tx", "send", file, exits=1)
    first = json_of(desk("tx", "sign", file, "--json", by=["two"], asks=False))
    too_few = desk("tx", "send", file, exits=1)
    second = desk("tx", "sign", file, by=["three"], asks=False)
    sent = desk("tx", "send", file)

    assert json_of(made)["signatures"] == 0
    assert first["signed_by"] == [public_key("two")]
    assert "MISSING_SIGNATURE: 0 of the 2 signatures" in unsigned.stderr
    assert "MISSING_SIGNATURE: 1 of the 2 signatures" in too_few.stderr
    assert f"next: sapha tx sign {file} --key NAME" in too_few.stderr
    assert second.stderr.splitlines()[:4] == [
        "governance.add_officer",
        "  agency_id  'kbank'",
        f"  officer    {desk.address}",
        "  roles      ['cbdc']",
    ]
    assert "with 2 signatures" in second.stdout
    assert f"sapha tx send {file}" in second.stdout
    assert sent.stdout.startswith("OK")


def passed_on(desk, tmp_path, *, by, asks=True):
    """A change of keys of the shared account, made by its first key and signed by another."""
    share(desk)
    file = tmp_path / "rotate.json"
    change = ("account", "rotate", public_key("three"), public_key("four"))
    desk(*change, "--account", desk.address, "--out", file, by=["one"])
    before = file.read_bytes()
    exits = 1 if by == "stranger" and asks else 0
    return file, before, desk("tx", "sign", file, by=[by], asks=asks, exits=exits)


def test_a_key_of_another_account_does_not_sign_and_spoils_nothing(desk, tmp_path):
    file, before, refused = passed_on(desk, tmp_path, by="stranger")

    assert f"the key {public_key('stranger')} is none of the account {desk.address}" in (
        refused.stderr
    )
    assert "2 of 3 keys sign" in refused.stderr
    assert all(public_key(name) in refused.stderr for name in NAMES)
    assert file.read_bytes() == before


def test_a_foreign_signature_that_no_node_could_refuse_is_named_before_it_is_sent(desk, tmp_path):
    file, _, signed = passed_on(desk, tmp_path, by="stranger", asks=False)

    sent = desk("tx", "send", file, exits=1)

    assert "the key is not checked" in signed.stderr
    assert f"FOREIGN_SIGNATURE: {file} is signed by the key {public_key('stranger')}" in sent.stderr
    assert "make the file anew" in sent.stderr


def test_a_foreign_key_writes_no_file(desk, tmp_path):
    share(desk)
    file = tmp_path / "rotate.json"
    change = ("account", "rotate", public_key("three"), public_key("four"))

    refused = desk(*change, "--account", desk.address, "--out", file, by=["stranger"], exits=1)

    assert public_key("stranger") in refused.stderr
    assert not file.exists()


def test_who_signs_last_is_told_that_it_is_enough(desk, tmp_path):
    _, _, signed = passed_on(desk, tmp_path, by="two")

    assert "2 of the 2 signatures that its account needs; anyone sends" in signed.stdout
    assert "tx sign" not in signed.stdout


def test_a_file_that_is_not_there_is_said_in_words(desk, tmp_path):
    (tmp_path / "other.json").write_text("{}")

    missing = desk("tx", "send", tmp_path / "none.json", exits=1)
    other = desk("tx", "send", tmp_path / "other.json", exits=1)

    assert "none.json: cannot be read (No such file or directory)" in missing.stderr
    assert other.stderr.strip().endswith("other.json: is no transaction file of sapha tx or --out")


def test_a_call_by_several_keys_at_one_desk_names_their_account(desk):
    share(desk)
    call = ("tx", "call", "governance", "add_officer")
    fields = ("agency_id=kbank", f"officer={desk.address}", 'roles=["cbdc"]')

    nameless = desk(*call, *fields, by=["one", "two"], exits=1)
    desk(*call, *fields, "--account", desk.address, by=["one", "two"])

    assert "needs its address" in nameless.stderr


def test_a_change_of_keys_is_passed_on_as_a_file(desk, tmp_path):
    share(desk)
    file = tmp_path / "rotate.json"
    change = ("account", "rotate", public_key("three"), public_key("four"))

    desk(*change, "--account", desk.address, "--out", file, by=["one"])
    desk("tx", "sign", file, by=["two"], asks=False)
    desk("tx", "send", file)

    assert public_key("four") in desk("account", "show", desk.address).stdout


def test_the_address_of_a_shared_account_does_not_depend_on_the_order_of_keys(desk):
    keys = [public_key(name) for name in NAMES]
    of = ("account", "address", "--threshold", 2)

    there = json_of(desk(*of, *keys, "--json", asks=False))
    back = desk(*of, *reversed(keys), asks=False).stdout.strip()

    assert there == {"address": back, "threshold": 2, "keys": 3}


@pytest.mark.parametrize("key", ["0x12", "0xzz", "nobody"])
def test_a_text_that_is_no_key_is_refused_by_name(desk, key):
    result = sapha("account", "address", key, "--threshold", 1)

    assert result.exit_code in {1, 2}
    assert key in result.stderr


def test_keys_that_can_be_no_account_are_refused(desk):
    one = public_key("one")

    assert (
        "REPEATED_KEY"
        in desk(
            "account", "address", one, one, "--threshold", 1, "--json", asks=False, exits=1
        ).stderr
    )
    assert (
        "THRESHOLD_TOO_HIGH"
        in desk("account", "address", one, "--threshold", 2, "--json", asks=False, exits=1).stderr
    )
