"""`sapha cbdc` of the central bank, banks, supervisors and courts, over the real contract."""

import json

import pytest

from contracts.accounts.messages import Configure
from contracts.tools.testing import key_of
from tests.cli.cbdc_node import town

HOLDER = "0x" + "11" * 32
PERSON = "0x" + "22" * 32
ORDER = "0x" + "33" * 32
WRIT = "0x" + "44" * 32
HOUR_MS = 3_600_000


@pytest.fixture
def here(tmp_path):
    """A town where only registered wallets hold money, and both banks are licensed."""
    with town(tmp_path, unregistered_accounts=0) as made:
        for bank in ("kbank", "scb"):
            node_key = "0x" + key_of(f"{bank}-node").public_key.hex()
            made.act("fsp", "register", bank, node_key, "--licence", f"L-{bank}", by="central-bank")
        made.act("issue", made.key("kbank"), "1000000", "--reference", "rtgs-1", by="central-bank")
        yield made


@pytest.fixture
def alice(here):
    """Alice's wallet at kbank, of tier T2, with 1,000 baht."""
    proof = attest(here)
    here.act("wallet", "open", "kbank", here.key("alice"), "--proof", proof, by="kbank")
    here.act("fund", "kbank", here.key("alice"), "1000", "--bank-ref", "b-1", by="kbank")
    return here


def attest(here, ial=230, person=PERSON, holder=HOLDER):
    """An attestation file of the identity provider."""
    out = here.folder / f"proof-{ial}-{person[-4:]}.json"
    signing = ("--issuer", "first-idp", "--ial", ial, "--nullifier", person, "--out", out)
    here.run("attest", holder, *signing, by="first-idp-node")
    return out


def share_account(here, name, keys=("one", "two", "three"), threshold=2):
    """Put an account under several keys."""
    message = Configure(tuple(key_of(key).public_key for key in keys), threshold)
    here.node.ledger.as_(name).execute(message)


def test_money_is_made_by_two_of_three_who_sign_a_file_one_after_another(tmp_path):
    with town(tmp_path, issuer_signers_min=2) as here:
        share_account(here, "central-bank")
        account, file = here.address("central-bank"), tmp_path / "issue.json"
        order = ("issue", here.key("alice"), "500", "--reference", "r-1", "--account", account)
        here.run(*order, "--out", file, by="one")
        too_few = here.pass_on("send", file, exits=1)
        shown = json.loads(here.pass_on("sign", file, "--json", by="two").stdout)

        here.pass_on("send", file)

        assert shown["signatures"] == 2
        assert here.satang("alice") == 50_000
        assert "MISSING_SIGNATURE: 1 of the 2 signatures" in too_few.stderr


def test_who_co_signs_is_shown_what_is_asked_for(tmp_path):
    with town(tmp_path) as here:
        file = tmp_path / "issue.json"
        order = ("issue", here.key("alice"), "500", "--reference", "r-1", "--out", file)
        here.run(*order, by="central-bank")

        said = here.pass_on("sign", file, by="central-bank").stderr

    lines = said.splitlines()
    assert lines[:2] == ["cbdc.issue", f"  to         {here.address('alice')}"]
    assert lines[2:4] == ["  amount     500.00 baht", "  reference  'r-1'"]


def test_a_person_without_a_holder_is_refused_with_what_is_missing(here):
    refused = here.raw(
        "wallet", "open", "kbank", here.key("alice"), "--key", here.key("kbank"), "--rpc", here.url
    )

    assert refused.exit_code == 2
    assert "a person's wallet needs --holder" in refused.stderr


def test_one_of_three_makes_no_money(tmp_path):
    with town(tmp_path, issuer_signers_min=2) as here:
        share_account(here, "central-bank", threshold=1)
        order = ("issue", here.key("alice"), "5", "--reference", "r")

        result = here.run(*order, "--account", here.address("central-bank"), by="one", exits=1)

    assert "TOO_FEW_SIGNERS" in result.stdout


def test_a_wallet_opens_with_the_tier_of_an_attestation(alice):
    shown = alice.json("show", "wallet", alice.key("alice"))["wallet"]

    assert (shown["tier"], shown["available"], shown["refusal"]) == ("T2", 100_000, "")
    limits = alice.json("limits", alice.key("alice"))
    assert (limits["tier"], limits["day_satang"]) == ("T2", 10_000_000)
    assert "100,000.00" in alice.run("limits", alice.key("alice")).stdout


def test_a_new_attestation_changes_the_tier(alice):
    alice.act("wallet", "tier", "kbank", alice.key("alice"), attest(alice, ial=110), by="kbank")

    assert alice.json("limits", alice.key("alice"))["tier"] == "T1"


def test_an_attestation_that_is_revoked_demotes(alice):
    alice.act("revoke-attestation", "first-idp", PERSON, by="first-idp")

    assert alice.json("limits", alice.key("alice"))["tier"] == "T0"


def test_an_attestation_is_of_the_holder_it_names(here):
    result = here.run(
        "wallet", "open", "kbank", here.key("bob"), "--proof", attest(here), "--holder", ORDER,
        by="kbank", exits=2,
    )  # fmt: skip

    assert "another holder" in result.stderr


def test_a_wallet_of_nobody_known_is_opened_without_an_attestation(here):
    here.act("wallet", "open", "scb", here.key("bob"), "--holder", ORDER, by="scb")

    assert here.json("limits", here.key("bob"))["tier"] == "T0"


def test_an_empty_wallet_is_closed_and_another_is_not(alice):
    alice.refused("NOT_EMPTY", "wallet", "close", "kbank", alice.key("alice"), by="kbank")
    alice.act("defund", "kbank", "1000", by="alice")

    alice.act("wallet", "close", "kbank", alice.key("alice"), by="kbank")

    assert alice.json("show", "wallet", alice.key("alice"))["wallet"]["refusal"] == "WALLET_CLOSED"


def test_what_a_bank_owes_is_confirmed_by_its_reference(alice):
    alice.act("defund", "kbank", "10", by="alice")

    alice.act("confirm-payout", "kbank", "1", "--bank-ref", "b-9", by="kbank")

    (line,) = alice.json("show", "payouts")["payouts"]
    assert (line["number"], line["payout"]["bank_ref"]) == (1, "b-9")


def test_a_bank_links_a_wallet_and_either_ends_the_link(alice):
    alice.act("link", "kbank", ORDER, "5000", by="alice")
    alice.act("accept-link", "kbank", alice.key("alice"), ORDER, by="kbank")
    linked = alice.json("show", "link", alice.key("alice"))["link"]

    alice.act("unlink", alice.key("alice"), by="kbank")

    assert linked["is_active"] is True
    assert "no such link" in alice.run("show", "link", alice.key("alice"), exits=2).stderr


def test_a_linked_bank_adds_what_a_payment_lacks(alice):
    alice.act("wallet", "open", "kbank", alice.key("bob"), "--holder", ORDER, by="kbank")
    alice.act("link", "kbank", ORDER, "5000", by="alice")
    alice.act("accept-link", "kbank", alice.key("alice"), ORDER, by="kbank")
    alice.act("defund", "kbank", "900", by="alice")
    file = alice.folder / "topup.json"
    bank = ("--fsp", "kbank", "--bank-ref", "b-2", "--out", file)
    parties = (alice.key("alice"), alice.key("bob"))
    alice.run("topup", "sign", *parties, "250", "150", *bank, by="kbank-node")

    alice.act("topup", "pay", file, by="alice")

    assert (alice.satang("alice"), alice.satang("bob")) == (0, 25_000)


def test_money_given_back_waits_for_the_central_bank(here):
    here.act("redeem", "100", "--reference", "rtgs-2", by="kbank")
    (waiting,) = here.json("show", "redemptions")["redemptions"]

    here.act("redemption", "acknowledge", here.key("kbank"), "rtgs-2", by="central-bank")

    assert waiting["amount"] == 10_000
    assert here.json("supply")["redeemed"] == 10_000


def test_a_refused_redemption_returns(here):
    here.act("redeem", "100", "--reference", "rtgs-2", by="kbank")

    here.act("redemption", "refuse", here.key("kbank"), "rtgs-2", by="central-bank")

    assert here.satang("kbank") == 100_000_000


def test_a_suspended_bank_opens_nothing_until_it_is_reinstated(here):
    opening = ("wallet", "open", "scb", here.key("bob"), "--holder", ORDER)
    here.act("fsp", "suspend", "scb", by="central-bank")
    here.refused("FSP_SUSPENDED", *opening, by="scb")

    here.act("fsp", "reinstate", "scb", by="central-bank")

    here.act(*opening, by="scb")
    assert here.json("show", "fsp", "scb")["fsp"]["status"] == "active"


def test_a_frozen_wallet_pays_nothing_until_it_is_unfrozen(alice):
    alice.act("freeze", alice.key("alice"), ORDER, "--for", "24h", by="supervisor")
    alice.refused("FROZEN", "transfer", alice.key("kbank"), "1", by="alice")
    frozen = alice.json("show", "frozen")["frozen"]

    alice.act("unfreeze", alice.key("alice"), by="supervisor")

    alice.act("transfer", alice.key("kbank"), "1", by="alice")
    assert [line["is_running"] for line in frozen] == [True]


def test_a_court_seizes_from_a_frozen_wallet_only(alice):
    seizure = ("seize", alice.key("alice"), "100", WRIT, "--to", alice.key("kbank"))
    alice.refused("NOT_FROZEN", *seizure, by="court")
    alice.act("freeze", alice.key("alice"), ORDER, by="supervisor")

    alice.act(*seizure, by="court")

    assert alice.satang("alice") == 90_000


def test_a_lost_wallet_is_recovered_after_the_waiting_time(alice):
    new = alice.address("alice-again")
    alice.act("recover", "start", "kbank", alice.key("alice"), new, ORDER, by="kbank")
    alice.act("recover", "approve", alice.key("alice"), ORDER, by="supervisor")
    finish = ("recover", "finish", "kbank", alice.key("alice"))
    alice.refused("RECOVERY_TOO_EARLY", *finish, by="kbank")
    alice.wait(72 * HOUR_MS)

    alice.act(*finish, by="kbank")

    alice.refused("KEY_REPLACED", "transfer", alice.key("kbank"), "1", by="alice")
    alice.act("transfer", alice.key("kbank"), "1", by="alice-again")


def test_the_old_key_cancels_a_recovery(alice):
    new = alice.address("alice-again")
    alice.act("recover", "start", "kbank", alice.key("alice"), new, ORDER, by="kbank")

    alice.act("recover", "cancel", alice.key("alice"), by="alice")

    assert "no such recovery" in alice.run("show", "recovery", alice.key("alice"), exits=2).stderr


def test_a_delegate_pays_within_its_bounds(alice):
    alice.act("delegate", alice.key("son"), "10", "15", "--for", "7d", by="alice")
    pay = ("transfer", alice.key("kbank"), "10", "--wallet", alice.key("alice"))
    alice.act(*pay, by="son")

    alice.refused("DELEGATE_DAY_LIMIT", *pay, by="son")
    alice.act("revoke-delegate", alice.key("son"), by="alice")

    assert alice.satang("alice") == 99_000
    assert alice.json("show", "delegates", alice.key("alice"))["delegates"] == []


def test_a_parameter_changes_at_its_height(here):
    here.act("params", "set", "t1-day", "123400", "--at", "3s", by="central-bank")
    waiting = here.json("params", "list")["changes"]
    for _ in range(4):
        here.node.next_block()

    values = {row["name"]: row["value"] for row in here.json("params", "list")["parameters"]}

    assert [change["key"] for change in waiting] == ["t1-day"]
    assert values["t1-day"] == 123_400
    assert "t1-day" in here.run("params", "list").stdout


def test_a_pause_stops_payments_and_is_shown(alice):
    alice.act("pause", "payments", by="central-bank")
    alice.refused("PAUSED", "transfer", alice.key("kbank"), "1", by="alice")
    shown = alice.run("supply").stdout

    alice.act("resume", "payments", by="central-bank")

    assert "PAUSED by the central bank: payments" in shown
    assert alice.json("supply")["is_paused"] is False
