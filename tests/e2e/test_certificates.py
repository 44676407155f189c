"""`sapha devnet up --with identity`: certificates from enrolment to a sign-on that needs them."""

import csv
import json
import time

import pytest

from commands.services.cast import cast_folder, citizens_file
from commands.services.vouchers import ways_to
from tests.e2e.network import running_network, sapha

pytestmark = pytest.mark.e2e

EPOCH_S = 60


def test_a_citizen_shows_certificates_by_sapha_id_alone(tmp_path):
    with running_network(tmp_path / "net", "--with", "identity") as network:
        folder, rpc = cast_folder(network.directory), ("--rpc", network.rpc[0])
        me = ("--citizen", folder / "somchai.citizen")
        carried = ("--key", folder / "dao.key")
        with citizens_file(network.directory).open(encoding="utf-8", newline="") as file:
            sid = next(csv.DictReader(file))["sid"]

        def run(*arguments):
            done = sapha("id", *arguments, *rpc, "--json", timeout_s=180)
            return done.returncode, json.loads(done.stdout or done.stderr)

        def until(*arguments):
            """Run a command until it succeeds, three epochs at most."""
            for _ in range(3 * EPOCH_S // 4):
                code, answer = run(*arguments)
                if code == 0:
                    return answer
                time.sleep(4)
            raise AssertionError(answer)

        ways = [f"--voucher={way}" for way in ways_to(network.directory)]
        enrolled = until("certificates", "enrol", sid, *ways, *me, *carried)
        deposited = until("certificates", "deposit", *me, *carried)
        until("certificates", "fetch", *me)
        own = until("keys", "--sector", "tax", *me)["pairwise_key"]

        words = tmp_path / "words.json"
        asked = ("--idp", "first-bank", "--words", "Sign in?", "--words-out", words)
        until("ask", "revenue", *asked, "--key", folder / "revenue.key")
        req_id = json.loads(words.read_text())["req_id"]
        path = tmp_path / "answer.json"
        for _ in range(
            3 * EPOCH_S // 4
        ):  # an epoch may end before the sending, or before the signing
            until("answer", "first-bank", req_id, "--ial", "230", "--out", path)
            until("sign", path, "--words", words, *me, "--agree")
            shown = json.loads(path.read_text()).get("certificates")
            if shown is None:
                time.sleep(4)
                continue
            code, sent = run("send", path, "--key", folder / "first-bank.key")
            if code == 0:
                break

        assert (enrolled["handed_in"], deposited["handed_in"]) == (3, 3)
        assert shown["key"] == own
        assert (code, sent["status"]) == (0, "committed")
        state = until("show", "request", req_id)["request"]["state"]
        assert state == "confirmed"
