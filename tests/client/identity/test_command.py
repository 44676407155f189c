"""`sapha id`: what is asked, what is shown, which exit code."""

import json

import pytest

from client.identity.keys import CitizenKeys
from client.identity.payload import commitment
from client.keystore import write_secret
from commands.menu.identity import app
from contracts.tools.abi import abi
from primitives.transaction import decode_transaction
from tests.cli.network import json_of, node
from tests.cli.runner import invoke
from tests.client.identity.chain import CONTRACTS

KEYS = CitizenKeys(b"k" * 32)
ID, OTHER = "0x" + "11" * 32, "0x" + "22" * 32
THRESHOLDS = {
    "policy_id": "p1",
    "match_ppm": 400_000,
    "no_match_ppm": 300_000,
    "face_score_ppm": 900_000,
    "face_px_min": 80,
    "pad_level": 0,
}


def identity(*arguments: object):
    return invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def citizen(tmp_path):
    path = tmp_path / "citizen"
    write_secret(path, KEYS.seed.hex() + "\n")
    return path


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "office.key"
    write_secret(path, "22" * 32)
    return path


def ledger(**changes: object):
    def committed(transaction_id: str, **_params: object) -> dict:
        placed = {"transaction_id": transaction_id, "status": "committed", "height": 8}
        return placed | {"receipt": {"code": "OK", "message": "", "events": []}}

    table = {
        "chain_getStatus": {"chain_id": "devnet-1", "height": 7},
        "contract_getAbi": abi(CONTRACTS["identity"]),
        "state_query": lambda query, **_: {
            "value": [] if query == "sector_page" else None,
            "height": 7,
        },
        "tx_submit": {"transaction_id": "0x", "status": "pending"},
        "tx_wait": committed,
    }
    return node(**(table | changes))


def sent(peer):
    submitted = next(a for a in peer.asked if a["method"] == "tx_submit")
    return decode_transaction(bytes.fromhex(submitted["params"]["transaction"][2:])).body


def test_a_citizens_file_is_made_once_and_for_its_owner_only(tmp_path):
    path = tmp_path / "me"

    made = identity("citizen", path, "--json")
    again = identity("citizen", path)

    assert (made.exit_code, again.exit_code) == (0, 1)
    assert path.stat().st_mode & 0o777 == 0o600
    keys = CitizenKeys(bytes.fromhex(path.read_text().strip()))
    assert json_of(made)["subject_key"] == "0x" + keys.subject.public_key.hex()
    assert keys.seed.hex() not in made.output


def test_public_keys_are_shown_and_no_secret(citizen):
    with node(state_query={"value": [], "height": 7}) as peer:
        way = ("--rpc", peer.url, "--json")
        result = identity("keys", "--citizen", citizen, "--sector", "tax", *way)

    data = json_of(result)
    assert data["pairwise_key"] == "0x" + KEYS.pairwise("tax").public_key.hex()
    assert data["box_key"] == "0x" + KEYS.box.public.hex()
    assert KEYS.seed.hex() not in result.output


def test_a_damaged_citizens_file_is_wrong_usage(tmp_path):
    path = tmp_path / "damaged"
    write_secret(path, "no hex")

    assert identity("keys", "--citizen", path).exit_code == 2


def test_a_subjects_level_is_shown():
    found = {"namespace": "th.cid", "uid_tag": ID, "tag_version": 1, "majority_at": 0, "epoch": 0}
    policy = {"allows_idp": True, "guardians": []}
    found |= {"status": "active", "keys": [], "idps": ["first-bank"], "recovery": policy, "seq": 0}
    answers = {"effective_ial": 230, "is_person_unique": True, "usable_attestations": [ID]}
    answers |= {"subject": found, "recovery": None}
    with node(state_query=lambda query, **_: {"value": answers[query], "height": 7}) as peer:
        result = identity("show", "subject", ID, "--rpc", peer.url, "--json")

    assert json_of(result)["effective_ial"] == 230
    assert peer.asked[0]["params"]["args"] == [ID]


@pytest.mark.parametrize("what", ["request", "session", "consent"])
def test_a_record_is_shown_or_said_to_be_missing(what):
    with node(state_query={"value": {"state": "open"}}) as peer:
        shown = identity("show", what, ID, "--rpc", peer.url, "--json")
    with node(state_query={"value": None}) as peer:
        missing = identity("show", what, ID, "--rpc", peer.url)

    assert json_of(shown)[what] == {"state": "open"}
    assert (shown.exit_code, missing.exit_code) == (0, 2)


@pytest.mark.parametrize("text", ["", "0x", "11" * 31, "zz" * 32])
def test_what_is_no_identifier_is_wrong_usage(text):
    assert identity("show", "request", text).exit_code == 2


def ask(peer, key, out, *more: object):
    asked = ("--idp", "first-bank", "--words", "เข้าสู่ระบบ", "--claim", "given_name")
    ways = ("--key", key, "--rpc", peer.url, "--words-out", out)
    return identity("ask", "revenue", *asked, *ways, *more)


def test_a_request_is_sent_and_its_words_are_kept_in_a_file(key, tmp_path):
    out = tmp_path / "words.json"
    with ledger() as peer:
        result = ask(peer, key, out, "--purpose", "tax", "--json")

    body = sent(peer)
    words = json.loads(out.read_text())
    named = dict(zip(names_of("open_request"), body.args, strict=True))
    commits = [
        commitment(part["namespace"], bytes.fromhex(part["salt"][2:]), part["payload"])
        for part in (words["message"], words["scope"])
    ]
    assert result.exit_code == 0
    assert (named["agency"], named["purpose"], named["idps"]) == ("revenue", "tax", ("first-bank",))
    assert [named["msg_hash"], named["scope_commit"]] == commits
    assert "0x" + named["req_id"].hex() == words["req_id"]


def names_of(method: str) -> list[str]:
    methods = abi(CONTRACTS["identity"])["methods"]
    fields = next(m["fields"] for m in methods if m["name"] == method)
    return [field["name"] for field in fields]


def test_words_are_never_written_over_others(key, tmp_path):
    out = tmp_path / "words.json"
    out.write_text("mine")

    with ledger() as peer:
        result = ask(peer, key, out)

    assert result.exit_code == 1
    assert out.read_text() == "mine"
    assert all(asked["method"] != "tx_submit" for asked in peer.asked)


def test_an_attestation_is_revoked(key):
    with ledger() as peer:
        result = identity(
            "revoke", "first-bank", ID, "--reason", "lost", "--key", key, "--rpc", peer.url
        )

    assert result.exit_code == 0
    assert sent(peer).args == ("first-bank", b"\x11" * 32, "revoked", "lost")


def test_a_consent_is_withdrawn_with_the_sectors_key(key, citizen):
    with ledger() as peer:
        ways = ("--citizen", citizen, "--key", key, "--rpc", peer.url)
        result = identity("withdraw", ID, "--sector", "tax", *ways)

    con_id, pairwise, _signature = sent(peer).args
    assert result.exit_code == 0
    assert (con_id, pairwise) == (b"\x11" * 32, KEYS.pairwise("tax").public_key)


def trail_of(sector: str):
    """Answers as a node whose ledger has answers of the citizen in a sector, of which two went."""
    key = KEYS.pairwise(sector).public_key
    tag = KEYS.viewer().tag(sector, bytes.fromhex(ID[2:]))
    who = {"req_id": ID, "idp": "first-bank", "rp": "revenue", "purpose": "tax"}
    entry = who | {"is_reuse": False, "trail_tag": "0x" + tag.hex(), "at": 1_800_000_000}
    foreign = entry | {"trail_tag": ID}

    def answer(query: str, args: list, **_params: object) -> dict:
        if query == "sector_place":
            value: object = None
        elif query == "sector_page":
            value = [{"agency": name, "sector": name} for name in ("health", sector)]
        elif query == "trail_count":
            value = 4 * int(args[0] == "0x" + key.hex())
        else:
            assert args[0] == "0x" + key.hex()
            value = [{"number": 0, "entry": entry}, {"number": 2, "entry": foreign}]
        return {"value": value, "height": 7}

    return answer


def test_the_trail_lists_the_citizens_entries_of_every_sector(citizen):
    with node(state_query=trail_of("tax")) as peer:
        result = identity("trail", "--citizen", citizen, "--rpc", peer.url, "--json")
        shown = identity("trail", "--citizen", citizen, "--rpc", peer.url)

    found = json_of(result)["trail"]
    assert [(each["sector"], each["number"], each["is_foreign"]) for each in found] == [
        ("tax", 0, False),
        ("tax", 2, True),
    ]
    assert json_of(result)["gone"] == {"tax": 2}
    assert "2 more of sector tax are on the ledger no more" in shown.stdout
    assert "1 by another wallet with your key" in shown.stdout


def test_the_trail_of_one_sector_asks_about_no_other(citizen):
    with node(state_query=trail_of("tax")) as peer:
        result = identity(
            "trail", "--citizen", citizen, "--sector", "health", "--rpc", peer.url, "--json"
        )

    assert json_of(result)["trail"] == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        json.dumps(THRESHOLDS | {"more": 1}),
        json.dumps(THRESHOLDS | {"pad_level": 1.0}),
    ],
)
def test_a_policy_of_another_form_is_wrong_usage(tmp_path, content):
    path = tmp_path / "policy.json"
    path.write_text(content)

    assert compare(tmp_path, path).exit_code == 2


def compare(folder, policy, *more: object):
    models = ("--detector", folder / "absent.onnx", "--embedder", folder / "absent.onnx")
    pictures = (folder / "document.png", folder / "seen.png")
    return identity("compare", *pictures, *models, "--policy", policy, *more)


def test_without_models_the_comparison_refuses_and_leaves_the_pictures(tmp_path):
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps(THRESHOLDS))
    for name in ("document.png", "seen.png"):
        (tmp_path / name).write_bytes(b"picture")

    result = compare(tmp_path, policy)

    assert result.exit_code == 1
    assert "absent.onnx" in result.stderr or "pip install 'sapha[fvs]'" in result.stderr
    assert (tmp_path / "seen.png").exists()
