"""A command whose wait ends early says what is open, and a second try pays nobody twice."""

import json
import os
import signal
import threading
import time

import pytest

from client.keystore import write_secret
from client.wallet import Wallet
from primitives.ids import show_address
from primitives.transaction import decode_transaction
from tests.cli.network import CLOSED, Refusal, json_of, node, sapha

RECEIVER = show_address(Wallet.from_seed(bytes(32)).address)
OTHER = show_address(Wallet.from_seed(b"\x01" * 32).address)
RECEIPT = {"code": "OK", "message": "", "contract": "cbdc", "details": {}, "events": []}
SOON_MS = 600_000


class Bank:
    """A node that commits when it is told to; `on_wait` is called by each tx_wait."""

    def __init__(self, on_wait=lambda: None):
        self.on_wait = on_wait
        self.is_committing = False
        self.taken = {}
        self.time_ms = int(time.time() * 1000)
        self.missing = []
        self.receipt = RECEIPT

    def table(self):
        return {
            "chain_getStatus": self.status,
            "tx_submit": self.submit,
            "tx_wait": self.wait,
            "tx_get": self.outcome,
        }

    def status(self):
        signing = {"may_sign": True, "waits_for": None}
        return {
            "chain_id": "devnet-1",
            "height": 7,
            "time_ms": str(self.time_ms),
            "validators": 4,
            "missing": self.missing,
            "syncing": False,
            "signing": signing,
            "node": "dopa",
        }

    def submit(self, transaction):
        found = decode_transaction(bytes.fromhex(transaction[2:]))
        self.taken["0x" + found.transaction_id.hex()] = found
        return {"transaction_id": "0x" + found.transaction_id.hex(), "status": "pending"}

    def wait(self, transaction_id, timeout_ms):
        self.on_wait()
        return self.outcome(transaction_id)

    def outcome(self, transaction_id):
        if transaction_id not in self.taken:
            return {"transaction_id": transaction_id, "status": "unknown"}
        if not self.is_committing:
            return {"transaction_id": transaction_id, "status": "pending"}
        placed = {"status": "committed", "height": 8, "receipt": self.receipt}
        return {"transaction_id": transaction_id} | placed


@pytest.fixture
def bank():
    return Bank()


@pytest.fixture
def served(bank):
    with node(**bank.table()) as server:
        yield server


@pytest.fixture
def pay(tmp_path, served):
    path = tmp_path / "payer.key"
    write_secret(path, "22" * 32)

    def run(*more, to=RECEIVER, url=served.url, wait_s="0.1"):
        key = ("--key", path, "--rpc", url)
        return sapha("cbdc", "transfer", to, "0.25", *key, *more, SAPHA_WAIT_S=wait_s)

    return run


def interrupt(number=signal.SIGINT):
    os.kill(os.getpid(), number)


def interrupted(bank, pay, **how):
    """Pay, and press Ctrl-C while it waits."""
    bank.on_wait = interrupt
    result = pay(wait_s="60", **how)
    bank.on_wait = lambda: None
    return result


def test_the_id_and_the_end_are_told_before_the_wait(bank, pay):
    told = {}

    bank.on_wait = lambda: told.setdefault("open", list(bank.taken))
    result = pay()

    [name] = told["open"]
    assert f"transaction {name} can take effect until " in result.stderr.splitlines()[0]


def test_with_json_the_id_and_the_end_are_a_line_of_their_own_on_standard_error(bank, pay):
    bank.is_committing = True

    result = pay("--json")

    [name] = bank.taken
    expires_at_ms = str(bank.taken[name].body.expires_at_ms)
    sending = json.loads(result.stderr.splitlines()[0])["sending"]
    assert sending == {"transaction_id": name, "expires_at_ms": expires_at_ms}
    assert json_of(result)["transaction_id"] == name


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_wait_says_what_may_still_happen_and_exits_4(bank, pay, number):
    bank.on_wait = lambda: interrupt(number)

    result = pay(wait_s="60")

    [name] = bank.taken
    assert result.exit_code == 4
    assert f"{name} may still take effect until " in result.stderr
    asked = f"cbdc.transfer(to {RECEIVER}, amount 0.25 baht, memo '')"
    assert asked in result.stderr
    assert f"to ask: sapha tx get {name}; to go on: sapha tx resume {name}" in result.stderr
    assert "the same command here, which makes no second payment" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_interrupts_before_anything_is_signed_is_told_that_nothing_was_sent(
    bank, served, pay, number
):
    ended = threading.Event()

    def interrupting():
        interrupt(number)
        ended.wait(10)  # nothing is answered before the command has ended
        return bank.status()

    served.table["chain_getStatus"] = interrupting
    result, machine = pay(), pay("--json")
    ended.set()

    assert (result.exit_code, machine.exit_code) == (130, 130)
    assert "error: interrupted; nothing was sent" in result.stderr
    assert json.loads(machine.stderr)["error"]["code"] == "INTERRUPTED"
    assert bank.taken == {}


def test_a_wait_that_ran_out_says_the_same_and_why_no_block_came(bank, pay):
    bank.missing = ["bot", "oag"]

    result = pay()

    assert result.exit_code == 4
    assert "2 of 4 validators missing: bot, oag" in result.stderr
    assert "may still take effect until " in result.stderr
    assert "which makes no second payment" in result.stderr


def test_an_unknown_outcome_is_one_line_of_json_with_its_transactions(bank, pay):
    result = pay("--json")

    [name] = bank.taken
    error = json.loads(result.stderr.splitlines()[-1])["error"]
    assert result.exit_code == 4
    assert error["code"] == "OUTCOME_UNKNOWN"
    assert [one["transaction_id"] for one in error["transactions"]] == [name]


def test_a_node_that_falls_silent_after_the_submission_leaves_the_outcome_unknown(bank, pay):
    def fall_silent():
        raise ConnectionError

    bank.on_wait = fall_silent
    result = pay()

    assert result.exit_code == 4
    assert "may still take effect until" in result.stderr


def test_a_node_that_nobody_reached_has_nothing_to_settle(pay, own_outbox):
    result = pay(url=CLOSED)

    assert result.exit_code == 3
    assert "may still take effect" not in result.stderr
    assert not own_outbox.exists()


def test_a_refusal_leaves_nothing_open(served, pay, own_outbox):
    def refuse(transaction):
        raise Refusal("MEMPOOL_FULL")

    served.table["tx_submit"] = refuse

    result = pay()

    assert result.exit_code == 1
    assert list(own_outbox.iterdir()) == []


def test_the_signed_bytes_are_kept_for_their_owner_only_until_the_outcome_is_known(
    bank, pay, own_outbox
):
    modes = []
    bank.on_wait = lambda: modes.extend(
        path.stat().st_mode & 0o777 for path in own_outbox.iterdir()
    )
    bank.is_committing = True

    result = pay()

    assert result.exit_code == 0
    assert modes == [0o600]
    assert own_outbox.stat().st_mode & 0o777 == 0o700
    assert list(own_outbox.iterdir()) == []


def test_a_second_try_after_ctrl_c_pays_once_when_the_first_took_effect(bank, pay):
    interrupted(bank, pay)
    bank.is_committing = True

    result = pay("--json")

    [name] = bank.taken
    assert result.exit_code == 0
    assert json_of(result)["transaction_id"] == name
    assert "repeated" in result.stderr


def test_a_second_try_after_ctrl_c_sends_the_same_bytes_while_the_first_is_open(bank, pay):
    interrupted(bank, pay)

    second = pay()

    [name] = bank.taken
    assert second.exit_code == 4
    assert f"{name}: not known yet, it may still take effect until" in second.stderr
    assert "it asks for the same, so it is sent again, and nothing new" in second.stderr


def test_a_payment_to_another_is_a_new_one_and_tells_of_the_open_one(bank, pay):
    interrupted(bank, pay)
    [first] = bank.taken
    bank.is_committing = True

    second = pay(to=OTHER)

    assert second.exit_code == 0
    assert len(bank.taken) == 2
    assert f"{first}: it took effect in block 8" in second.stderr


def test_the_outcome_is_told_once_and_the_next_run_is_a_payment_of_its_own(bank, pay):
    interrupted(bank, pay)
    bank.is_committing = True
    pay()

    third = pay()

    assert third.exit_code == 0
    assert len(bank.taken) == 2


def test_one_that_no_block_can_hold_any_more_is_told_and_sent_anew(bank, pay):
    interrupted(bank, pay)
    [first] = bank.taken
    bank.time_ms += SOON_MS

    second = pay()

    assert f"{first}: it is expired and takes no effect" in second.stderr
    assert len(bank.taken) == 2


def test_one_that_was_refused_in_a_block_is_told_and_sent_anew(bank, pay):
    interrupted(bank, pay)
    bank.receipt, bank.is_committing = RECEIPT | {"code": "INSUFFICIENT_FUNDS"}, True

    second = pay()

    assert "without effect (INSUFFICIENT_FUNDS)" in second.stderr
    assert len(bank.taken) == 2


def test_nothing_is_signed_while_no_node_says_what_became_of_the_first(bank, pay):
    interrupted(bank, pay)

    second = pay(url=CLOSED)

    assert second.exit_code == 3
    assert len(bank.taken) == 1


def test_an_outbox_that_cannot_be_written_is_told_and_stops_no_payment(bank, pay, own_outbox):
    own_outbox.write_text("no folder")
    bank.is_committing = True

    result = pay()

    assert result.exit_code == 0
    assert "the outbox cannot be used" in result.stderr


def test_resume_lists_what_is_open_and_sends_the_same_bytes(bank, pay, served, own_outbox):
    interrupted(bank, pay)
    [name] = bank.taken
    first = bank.taken.pop(name)
    bank.is_committing = True

    listed = sapha("tx", "resume", "--json", "--rpc", served.url)
    resumed = sapha("tx", "resume", name, "--rpc", served.url)

    assert [one["transaction_id"] for one in json_of(listed)["open"]] == [name]
    assert resumed.exit_code == 0
    assert bank.taken == {name: first}
    assert list(own_outbox.iterdir()) == []


def test_forget_makes_the_same_payment_a_second_one(bank, pay):
    interrupted(bank, pay)
    [name] = bank.taken
    bank.is_committing = True

    forgotten = sapha("tx", "forget", name)
    again = pay()

    assert (forgotten.exit_code, again.exit_code) == (0, 0)
    assert len(bank.taken) == 2


@pytest.mark.parametrize("command", ["resume", "forget"])
def test_what_is_not_in_the_outbox_is_named(served, command):
    more = ("--rpc", served.url) if command == "resume" else ()

    result = sapha("tx", command, "0x" + "11" * 32, *more)

    assert result.exit_code == 1
    assert "0x" + "11" * 32 in result.stderr
