"""`sapha id` over the real contract: each party's part by hand, with files between them."""

import json

import pytest

from tests.cli.identity_node import CITIZEN_ID, town


@pytest.fixture
def here(tmp_path):
    with town(tmp_path) as made:
        yield made


def test_a_person_is_registered_by_three_parties_with_one_file(here):
    sid = here.registered()

    shown = here.json("show", "subject", sid)

    assert (shown["effective_ial"], shown["is_unique"]) == (0, True)
    files = [path for path in here.folder.iterdir() if path.name.startswith("draft")]
    assert all(CITIZEN_ID not in path.read_text(encoding="utf-8") for path in files)


def test_a_person_who_is_registered_already_is_refused(here):
    here.registered()
    key = here.json("keys", citizen="malee")["subject_key"]
    path, _ = here.draft("register", "second-bank", "--subject-key", key)
    keys = ("--node-key", here.file("registry.node"), "--tag-key", here.file("tags"))
    here.json("certify", path, CITIZEN_ID, *keys)
    here.sign(path, "malee")

    twice = here.run("send", path, by="second-bank")

    assert twice.exit_code == 1
    assert "DUPLICATE_IDENTITY" in twice.stdout


def test_a_citizen_sees_the_claims_and_signs_their_proofing(here):
    sid = here.registered()
    claims = here.file("claims.json")
    claims.write_text(json.dumps({"given_name": "สมชาย"}), encoding="utf-8")
    path, _ = here.draft("proof", "first-bank", sid, claims)

    looked = here.run("sign", path, citizen="somchai")
    unsigned = here.run("send", path, by="first-bank")
    here.sign(path, "somchai")
    here.send(path, "first-bank")

    assert "สมชาย" in looked.stderr
    assert "--agree" in looked.stderr
    assert "BAD_CITIZEN_SIGNATURE" in unsigned.stdout
    assert here.json("show", "subject", sid)["effective_ial"] == 210


def test_the_whole_way_from_registration_to_consent_is_walked_by_hand(here):
    sid = here.registered()
    here.proofed(sid)
    req_id, words = here.asked("revenue", "--service", "address:province")

    here.answered(req_id, words)
    path, fields = here.draft("consent", "first-bank", req_id)
    here.sign(path, "somchai", "--words", words)
    here.send(path, "first-bank")

    assert here.json("show", "subject", sid)["effective_ial"] == 230
    assert here.state_of(req_id) == "data_pending"
    assert here.json("show", "consent", fields["con_id"])["consent"]["state"] == "granted"
    here.json("withdraw", fields["con_id"], "--sector", "revenue", by="faces", citizen="somchai")
    assert here.json("show", "consent", fields["con_id"])["consent"]["state"] == "withdrawn"
    assert [line["rp"] for line in here.json("trail", citizen="somchai")["trail"]] == ["revenue"]


def test_every_term_of_a_request_is_shown_before_it_is_signed(here):
    here.registered()
    req_id, words = here.asked()
    path, _ = here.draft("answer", "first-bank", req_id)

    looked = here.run("sign", path, "--words", words, citizen="somchai")
    blind = here.run("sign", path, "--agree", citizen="somchai")

    assert "เข้าสู่ระบบ" in looked.stderr
    assert "revenue (sector revenue)" in looked.stderr
    assert blind.exit_code == 2
    assert "--words" in blind.stderr


def test_words_of_another_request_are_not_signed_for(here):
    here.registered()
    req_id, _ = here.asked()
    _, others = here.asked()
    path, _ = here.draft("answer", "first-bank", req_id)

    wrong = here.run("sign", path, "--words", others, "--agree", citizen="somchai")

    assert wrong.exit_code == 1


def test_a_citizen_says_no(here):
    here.registered()
    req_id, words = here.asked()

    here.answered(req_id, words, "somchai", "--reject")

    assert here.state_of(req_id) == "rejected"


def test_a_sign_on_is_kept_used_again_and_ended(here):
    sid = here.registered()
    here.proofed(sid)
    path, kept = here.draft("sessions", "keep", "first-bank", "social", "--hours", "2")
    here.sign(path, "somchai")
    here.send(path, "first-bank")
    req_id, words = here.asked("social")
    path, _ = here.draft("sessions", "reuse", "first-bank", kept["ses_id"], req_id)
    here.sign(path, "somchai", "--words", words)
    here.send(path, "first-bank")

    ended = ("sessions", "sign-off", kept["ses_id"], "--sector", "social")
    here.json(*ended, by="faces", citizen="somchai")

    assert here.state_of(req_id) == "confirmed"
    assert here.json("show", "session", kept["ses_id"])["session"]["is_live"] is False


def test_a_lost_key_is_reported_and_replaced_after_the_hold(here):
    sid = here.registered()
    lost = here.json("keys", citizen="somchai")["subject_key"]
    here.json("report-lost", "registry", sid, lost, by="registry")
    evidence = here.matched(sid, citizen="malee", purpose="recovery")
    path, _ = here.draft("recover", "start", "first-bank", sid, "--evidence", evidence)
    here.sign(path, "malee")  # whose file stands for the citizen's new one
    here.send(path, "first-bank")
    early = here.run("recover", "finish", sid, by="faces")
    here.chain.ledger.next_block(time_ms=72 * 3_600_000)

    here.json("recover", "finish", sid, by="faces")

    assert "HOLD_OPEN" in early.stdout
    assert here.json("show", "recovery", sid)["recovery"]["status"] == "done"


def test_a_recovery_in_person_is_signed_by_three_and_vetoed_by_the_old_key(here):
    sid = here.registered()
    path, _ = here.draft("recover", "in-person", "registry", sid, "first-bank")
    early = here.run("recover", "vouch", path, "--node-key", here.file("first-bank.node"))
    here.sign(path, "malee")
    here.json("recover", "vouch", path, "--node-key", here.file("first-bank.node"))
    here.send(path, "registry")

    here.json("recover", "veto", sid, by="faces", citizen="somchai")

    assert early.exit_code == 1
    assert here.json("show", "recovery", sid)["recovery"]["status"] == "vetoed"


def test_a_mandate_is_given_accepted_used_and_ended(here):
    for name, number in (("somchai", CITIZEN_ID), ("malee", "9999999999986")):
        here.registered(name, number)
    keys = {
        name: here.json("keys", "--sector", "revenue", citizen=name)["pairwise_key"]
        for name in ("somchai", "malee")
    }
    given = ("mandates", "draft", "first-bank", "revenue", "tax", "--delegate", keys["malee"])
    path, fields = here.draft(*given)
    here.sign(path, "somchai")
    here.sign(path, "malee")
    here.send(path, "first-bank")
    req_id, words = here.asked("revenue", "--on-behalf-of", keys["somchai"])

    here.answered(req_id, words, "malee")
    ended = ("mandates", "end", fields["man_id"], "--sector", "revenue")
    here.json(*ended, by="faces", citizen="malee")

    assert here.state_of(req_id) == "confirmed"
    assert here.json("show", "mandate", fields["man_id"])["mandate"]["is_ended"] is True


def test_another_idp_is_linked_and_the_first_is_left(here):
    sid = here.registered()
    path, _ = here.draft("link", "second-bank", sid)
    here.sign(path, "somchai")
    here.send(path, "second-bank")

    here.json("unlink", sid, "first-bank", by="faces", citizen="somchai")
    path, _ = here.draft("link", "first-bank", sid)
    refused = here.run("send", path, by="first-bank")

    assert "BAD_CITIZEN_SIGNATURE" in refused.stdout


def test_a_draft_goes_by_qr_from_one_device_to_another(here, tmp_path):
    sid = here.registered()
    path, fields = here.draft("link", "second-bank", sid)

    drawn = here.json("qr", path, "--picture", tmp_path / "draft.svg")
    other = tmp_path / "scanned"
    scanned = here.json("scan", "--out", other, text=drawn["text"])

    assert (tmp_path / "draft.svg").stat().st_size > 1_000
    assert scanned["fields"] == fields
    here.sign(other, "somchai")
    here.send(other, "second-bank")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"draft": "Close"}', '{"draft": "LinkIdp", "fields": {}}']
)
def test_what_is_no_draft_is_refused_by_name(here, text):
    refused = here.run("scan", "--out", here.file("scanned"), text=text)

    assert refused.exit_code == 1
    assert "draft" in refused.stderr


def test_the_registry_closes_a_subject(here):
    sid = here.registered()

    here.json("close", "registry", sid, "death", by="registry")

    assert here.json("show", "subject", sid)["is_unique"] is False


def test_a_relying_party_lists_the_idps_that_may_answer(here):
    assert here.json("show", "idps", "revenue")["idps"] == ["first-bank", "second-bank"]
    assert here.json("show", "idps", "revenue", "--min-ial", "300")["idps"] == []


def test_a_second_device_joins_and_the_first_one_s_key_ends(here):
    sid = here.registered()
    first = here.json("keys", citizen="somchai")["subject_key"]
    path, _ = here.draft("devices", "add", "first-bank", sid)
    here.sign(path, "malee")  # whose file stands for the other device
    here.sign(path, "somchai")
    here.send(path, "first-bank")
    path, _ = here.draft("devices", "end", "first-bank", sid, first)
    here.sign(path, "malee")
    here.send(path, "first-bank")

    path, _ = here.draft("link", "second-bank", sid)
    here.sign(path, "somchai")
    refused = here.run("send", path, by="second-bank")
    here.sign(path, "malee")
    here.send(path, "second-bank")

    assert "NOT_SUBJECT_KEY" in refused.stdout


def test_a_credential_shows_what_its_holder_chose_until_it_is_revoked(here):
    paper = here.proofed(here.registered())
    holder = here.json("keys", citizen="somchai")["subject_key"]
    held, asked = here.file("credential"), ("--verifier", "revenue", "--nonce", "n1")
    keys = ("--node-key", here.file("first-bank.node"), "--holder", holder)
    here.json("credential", "issue", paper, *keys, "--credential", held)
    shown = here.json("credential", "show", held, "given_name", *asked, citizen="somchai")

    found = here.json("credential", "check", *asked, text=shown["presentation"])
    elsewhere = here.run(
        "credential", "check", "--verifier", "social", "--nonce", "n1", text=shown["presentation"]
    )
    att_id = json.loads(paper.read_text())["fields"]["att_id"]
    here.json("revoke", "first-bank", att_id, by="first-bank")
    late = here.run("credential", "check", *asked, text=shown["presentation"])

    assert (found["issuer"], found["claims"]) == ("first-bank", {"given_name": "สมชาย"})
    assert "another verifier" in elsewhere.stderr
    assert "revoked" in late.stderr
