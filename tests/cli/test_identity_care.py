"""`sapha id` tells a citizen the truth: what ended, what is theirs, what is shown to whom."""

import json

import pytest

from contracts.identity.vouching.messages import AssignPlace
from tests.cli.identity_node import CITIZEN_ID, town

ID = "0x" + "11" * 32


@pytest.fixture
def here(tmp_path):
    with town(tmp_path) as made:
        yield made


def consented(here):
    here.proofed(here.registered())
    req_id, words = here.asked("revenue", "--service", "address:province")
    here.answered(req_id, words)
    path, fields = here.draft("consent", "first-bank", req_id)
    here.sign(path, "somchai", "--words", words)
    here.send(path, "first-bank")
    return fields["con_id"]


def test_a_withdrawal_with_another_sectors_key_or_by_another_is_refused_by_name(here):
    con_id = consented(here)

    sector = here.run("withdraw", con_id, "--sector", "social", by="faces", citizen="somchai")
    person = here.run("withdraw", con_id, "--sector", "revenue", by="faces", citizen="malee")

    for refused in (sector, person):
        assert refused.exit_code == 2
        assert "has not this citizen's key of the sector" in refused.stderr
    assert here.json("show", "consent", con_id)["consent"]["state"] == "granted"


@pytest.mark.parametrize("command", [("withdraw",), ("sessions", "sign-off"), ("mandates", "end")])
def test_what_is_not_on_the_ledger_is_said_to_be_taken_back_before_it_begins(here, command):
    done = here.run(*command, ID, "--sector", "revenue", by="faces", citizen="somchai")

    assert done.exit_code == 0
    assert "taken back before it begins" in done.stderr


def test_sessions_and_mandates_are_ended_by_their_own_key_alone(here):
    here.proofed(here.registered())
    here.registered("malee", "9999999999986")
    path, kept = here.draft("sessions", "keep", "first-bank", "social", "--hours", "2")
    here.sign(path, "somchai")
    here.send(path, "first-bank")
    taker = here.json("keys", "--sector", "revenue", citizen="malee")["pairwise_key"]
    path, given = here.draft(
        "mandates", "draft", "first-bank", "revenue", "tax", "--delegate", taker
    )
    here.sign(path, "somchai")
    here.sign(path, "malee")
    here.send(path, "first-bank")

    off = ("sessions", "sign-off", kept["ses_id"], "--sector", "revenue")
    end = ("mandates", "end", given["man_id"], "--sector", "social")
    for command in (off, end):
        assert here.run(*command, by="faces", citizen="somchai").exit_code == 2


def test_a_picture_of_a_draft_is_its_owners_and_claims_on_a_screen_are_warned_of(here):
    paper = here.proofed(here.registered())
    picture = here.file("draft.svg")

    drawn = here.run("qr", paper, "--picture", picture)
    shown = here.run("qr", paper)

    assert picture.stat().st_mode & 0o777 == 0o600
    assert "สมชาย" not in drawn.stdout
    assert "claims in clear" in shown.stderr


def test_a_proofing_of_somebody_elses_subject_is_refused_by_name(here):
    sid = here.registered()
    claims = here.file("claims.json")
    claims.write_text(json.dumps({"given_name": "สมชาย"}), encoding="utf-8")
    path, _ = here.draft("proof", "first-bank", sid, claims)

    refused = here.run("sign", path, "--agree", citizen="malee")

    assert refused.exit_code == 1
    assert f"{sid}, which has no key of this citizen file" in refused.stderr
    assert "สมชาย" not in refused.stderr


def test_a_refused_question_or_match_leaves_no_file(here):
    sid = here.registered()
    key = here.json("keys", citizen="somchai")["subject_key"]
    words, opening = here.file("words.json"), here.file("match.json")
    ask = ("ask", "revenue", "--idp", "nobody", "--words", "?", "--words-out", words)
    seen = ("--officer", "o", "--pad-level", "1", "--subject-key", key, "--opening-out", opening)

    asked = here.run(*ask, by="revenue")
    matched = here.run("match", "faces", sid, "first-bank", *seen, by="revenue")

    assert (asked.exit_code, matched.exit_code) == (1, 1)
    assert not words.exists()
    assert not opening.exists()


def test_a_holder_is_told_what_a_verifier_will_see(here):
    paper = here.proofed(here.registered())
    holder = here.json("keys", citizen="somchai")["subject_key"]
    held = here.file("credential")
    keys = ("--node-key", here.file("first-bank.node"), "--holder", holder)
    here.json("credential", "issue", paper, *keys, "--credential", held)
    asked = ("--verifier", "revenue", "--nonce", "n1")

    shown = here.run("credential", "show", held, "given_name", *asked, citizen="somchai")

    assert "revenue" in shown.stderr
    assert "given_name" in shown.stderr


def test_a_subject_is_shown_with_keys_idps_reports_and_the_recovery(here):
    sid = here.registered()
    key = here.json("keys", citizen="somchai")["subject_key"]
    before = here.json("show", "subject", sid)
    here.json("report-lost", "registry", sid, key, by="registry")
    path, _ = here.draft("recover", "in-person", "registry", sid, "first-bank")
    here.sign(path, "malee")
    here.json("recover", "vouch", path, "--node-key", here.file("first-bank.node"))
    here.send(path, "registry")

    shown = here.json("show", "subject", sid, "--subject-key", key)
    early = here.run("recover", "finish", sid, by="faces")

    assert (before["status"], before["idps"]) == ("active", ["first-bank"])
    assert before["keys"] == [key]
    assert before["recovery"] is None
    assert (shown["keys"], shown["reports"]) == ([], {key: ["registry"]})
    assert shown["recovery"]["status"] == "held"
    ends_at = shown["recovery"]["hold_ends_at"]
    assert ends_at == shown["recovery"]["started_at"] + 86_400
    assert "the hold ends" in early.stderr
    assert here.json("show", "recovery", sid)["recovery"]["hold_ends_at"] == ends_at


def test_a_tag_key_is_no_other_secret(here):
    key = here.json("keys", citizen="somchai")["subject_key"]
    path, _ = here.draft("register", "first-bank", "--subject-key", key)
    node = here.file("registry.node")

    refused = here.run("certify", path, CITIZEN_ID, "--node-key", node, "--tag-key", node)

    assert refused.exit_code == 2
    assert "is no tag key" in refused.stderr


def test_the_key_of_a_place_signs_and_what_the_name_s_key_kept_is_still_ended(here):
    here.proofed(here.registered())
    path, kept = here.draft("sessions", "keep", "first-bank", "social", "--hours", "2")
    here.sign(path, "somchai")
    here.send(path, "first-bank")
    before = here.json("keys", "--sector", "social", citizen="somchai")["pairwise_key"]

    here.chain.ledger.as_("supervisor").execute(AssignPlace(1, 5, "social"))
    here.chain.ledger.as_("supervisor").execute(AssignPlace(1, 9, "revenue"))
    after = here.json("keys", "--sector", "social", citizen="somchai")["pairwise_key"]
    req_id, words = here.asked("revenue")
    here.answered(req_id, words)
    off = ("sessions", "sign-off", kept["ses_id"], "--sector", "social")
    done = here.run(*off, by="faces", citizen="somchai")

    assert before != after
    assert done.exit_code == 0
    assert here.state_of(req_id) == "confirmed"
    trail = here.json("trail", "--sector", "revenue", citizen="somchai")["trail"]
    assert [line["rp"] for line in trail] == ["revenue"]
