"""No personal data: a citizen's number is refused in every text field, however it is written."""

from dataclasses import fields, replace
from hashlib import sha256
from unicodedata import digit, ucd_3_2_0

import pytest

from contracts.identity.attestations.messages import SetAttestation
from contracts.identity.consents.messages import RefuseData
from contracts.identity.core.messages import BadSlug, PersonalData, ServiceAsked
from contracts.identity.disputes.messages import ResolveDispute
from contracts.identity.nodes.messages import (
    RegisterNode,
    SetClient,
    SetContact,
    SetErrorCode,
    SetLevelTable,
    SetNamespace,
    SetNodeLimits,
    SetNodeStatus,
    SetPurpose,
    SetQuota,
    SetService,
    SetWhitelist,
)
from contracts.identity.recovery.messages import StopRecovery
from contracts.identity.subjects.messages import (
    BeginTagVersion,
    CloseSubject,
    SetSubjectStatus,
)
from contracts.identity.vouching.messages import AssignPlace, SetVouchers
from contracts.sdk.words import holds_citizen_number
from primitives.errors import ArgumentOutOfBounds, BadText, NotAllowed, Rejected, WrongArgumentType
from tests.contracts.identity.scenes import answer, keeping, opened, proofed, proofing
from tests.contracts.identity.signing import (
    CID,
    adding,
    allowing,
    asking,
    consenting,
    creation,
    disputing,
    guardianship,
    in_person,
    mandate,
    name_of,
    public,
    releasing,
    renewing,
    unlinking,
)
from tests.contracts.identity.test_clients import PORTAL
from tests.contracts.identity.world import CONTRACTS_HERE, World, admin, plain

VALID = "1101700230708"
INVALID = "1101700230700"

WRITTEN = [
    VALID,
    "1-1017-00230-70-8",
    "1 1017 00230 70 8",
    "1.1017.00230.70.8",
    "๑๑๐๑๗๐๐๒๓๐๗๐๘",
    "๑-๑๐๑๗-๐๐๒๓๐-๗๐-๘",
    "1101700๒๓๐๗๐๘",
    "１１０１７００２３０７０８",
    "1101700\u200d230708",
    "1101700\u200c230708",
    "1101700\u00a0230708",
    "1101700–230708",
    f"id{VALID}x",
    f"เลข {VALID} ครับ",
    "၁၁၀၁၇၀၀၂၃၀၇၀၈",
    "११०१७००२३०७०८",
    "1101700\u200b230708",
    "1_1017_(00230)+70~8",
    f"5 {VALID}, 081-234-5678",
    *[mark.join(VALID) for mark in "\ufe0f\u0301\u20e3\u0e31\u180b\u3164\u115f\uffa0\u2800"],
    *[mark.join(VALID) for mark in "’‘“”«»°★$£→=|`^~\u00b4\u02bc\u0e46\u2044©"],
    "①①⓪①⑦⓪⓪②③⓪⑦⓪⑧",
    "⑴⑴0⑴⑺00⑵⑶0⑺0⑻",
    "⒈⒈0⒈⒎00⒉⒊0⒎0⒏",
    "❶❶0❶❼00❷❸0❼0❽",
    "⓵⓵0⓵⓻00⓶⓷0⓻0⓼",
    "¹¹⁰¹⁷⁰⁰²³⁰⁷⁰⁸",
    "₁₁₀₁₇₀₀₂₃₀₇₀₈",
    "𝟏𝟏𝟎𝟏𝟕𝟎𝟎𝟐𝟑𝟎𝟕𝟎𝟖",
    f"{VALID}²",
    f"{VALID}๕",
    f"๕{VALID}",
]
HARMLESS = [
    "",
    "tax",
    "110170023070",
    INVALID,
    "00" + VALID,
    VALID + "5",
    "2026-11-29 10:42:17",
    "20261129104217",
    "1764412937000",
    "+66 2 123 4567, 081-234-5678",
    "1-1017-x-00230-70-8",
    "2026-11-23",
    "02-123-4567 ext 89",
    "a1b2c3d4e5f6g7h8i9j0k1l2m3",
    "a".join(VALID),
    "2026-11-29T10:42:17.123Z",
    "2026-11-29T10:42:17+07:00",
    "29/11/2569 10.42.17 น.",
    "๒๙/๑๑/๒๕๖๙ ๑๐.๔๒.๑๗ น.",
    "+66 (0)81 234 5678",
    "tel. 0-2123-4567 ext. 12; fax 0-2123-4568",
    "1234-5678-9012-3456",
    "๑๒๓,๔๕๖.๗๘ บาท",
    "一一〇一七〇〇二三〇七〇八",
]
NAMES = [
    VALID,
    "tax-" + VALID,
    "a" + VALID,
    "tax.1-1017-00230-70-8",
    "b".join(["a", *VALID]),
    f"x{VALID[:6]}and{VALID[6:]}",
    f"https://id.example/{VALID[0]}.{VALID[1:]}",
    f"https://id.example/{'a'.join(VALID)}",
    f"https://id{VALID}.example:8443/v1",
]
HARMLESS_NAMES = [
    "tax.2026-q1",
    "a1b2c3d4e5f6",
    "https://203.150.10.20:8443/v1",
    "https://id-2026.example.go.th:8443/2026-11/v2",
]
# Of every character the category and the digit, by the tables that the search goes by.
TABLES = "a6fbf9a59162191208dc948eeb0e8a70f8c93b686f82f5d554ed45eee067688f"


@pytest.mark.parametrize("text", WRITTEN)
def test_a_citizen_s_number_is_found_however_it_is_written(text):
    assert holds_citizen_number(text) is True


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_citizen_s_number_is_left_alone(text):
    assert holds_citizen_number(text) is False


@pytest.mark.parametrize("text", NAMES)
def test_in_a_name_or_an_address_letters_hide_no_number(text):
    assert holds_citizen_number(text, is_name=True) is True


@pytest.mark.parametrize("text", HARMLESS_NAMES)
def test_a_name_or_an_address_of_other_digits_is_left_alone(text):
    assert holds_citizen_number(text, is_name=True) is False


def test_the_search_goes_by_the_tables_of_unicode_3_2_in_every_python():
    found = sha256()
    for point in range(0x110000):
        one = chr(point)
        found.update(ucd_3_2_0.category(one).encode() + bytes([ucd_3_2_0.decimal(one, 255)]))

    assert ucd_3_2_0.unidata_version == "3.2.0"
    assert found.hexdigest() == TABLES


def test_every_digit_that_is_no_decimal_one_is_known():
    """By this Python's own table, of which those that a text may have are the same everywhere."""
    others = [
        chr(point)
        for point in range(0x110000)
        if ucd_3_2_0.category(chr(point)) != "Cn"
        and ucd_3_2_0.decimal(chr(point), -1) < 0 <= digit(chr(point), -1)
    ]

    assert len(others) == 64
    for one in others:
        written = "".join(one if int(each) == digit(one) else each for each in VALID)
        assert holds_citizen_number(written) is True


def test_no_time_has_room_for_a_citizen_s_number():
    world = World()
    asked = opened(world, "R")
    error = answer(world, asked, decision="error")

    with pytest.raises(ArgumentOutOfBounds):
        world.do("kbank", replace(error, auth_time=1_012_345_678_907))

    assert world.ask("response", asked.req_id, "kbank") is None


@pytest.mark.parametrize("text", NAMES[-3:])
def test_an_address_that_names_a_citizen_is_refused(text):
    world = World()

    world.refuse("rd", PersonalData, SetContact("rd", text, bytes(32)))

    assert world.ask("contact", "rd") is None


@pytest.mark.parametrize("text", WRITTEN)
def test_a_reason_that_names_a_citizen_is_refused(text):
    world = World()

    world.refuse("etda", PersonalData, SetNodeStatus("kbank", "suspended", text))

    assert world.ask("node", "kbank")[1] == "active"


def messages(world):
    """One message of each kind that has a text, with the agency that may send it."""
    asked = opened(world, "R", services=("address",))
    end = world.now + 60
    return [
        ("etda", RegisterNode("etda", "state", 0, 0, (), (public("etda-node"),))),
        ("etda", SetNodeStatus("kbank", "suspended", "")),
        ("etda", SetNodeLimits("kbank", 230, 220, (CID,))),
        ("kbank", SetContact("kbank", "https://id.kbank.example", bytes(32))),
        ("kbank", SetWhitelist("kbank", ("rd",))),
        ("rd", SetClient("rd", "portal", PORTAL)),
        ("etda", SetNamespace("th.tax", "dopa", True)),
        ("etda", SetService("income", 210, 210, ("dopa",))),
        ("etda", SetPurpose("library", True)),
        ("etda", SetErrorCode("idp", "closed", True)),
        ("etda", SetQuota("kbank", 10)),
        ("dopa", CloseSubject("dopa", name_of("somchai"), "death")),
        ("dopa", renewing({"somchai": "somchai-new-tag"})),
        ("dopa", BeginTagVersion("dopa", CID, 2)),
        ("anyone", unlinking("somchai", "kbank")),
        ("dopa", RefuseData("dopa", asked.req_id, "address", "no-record")),
        ("kbank", consenting("C", asked, answer(world, asked), end)),
        ("dopa", in_person("somchai", "new")),
        ("dopa", StopRecovery("dopa", name_of("somchai"), "")),
        ("kbank", keeping(world, "S")),
        ("kbank", allowing("C9", end)),
        ("kbank", creation("malee")),
        ("kbank", adding("somchai", "somchai-2")),
        ("etda", SetSubjectStatus(name_of("somchai"), "frozen", "")),
        ("kbank", proofing(world, "somchai", "kbank", 210, label="other")),
        ("kbank", SetAttestation("kbank", name_of("somchai-proofing"), "revoked", "")),
        ("rd", asking("R2")),
        ("kbank", answer(world, asked)),
        ("kbank", answer(world, asked, decision="error")),
        ("dopa", releasing(asked)),
        ("kbank", mandate("D", "somchai", "malee", end)),
        ("dopa", guardianship("D", "somchai", "malee", end)),
        ("kbank", disputing(asked)),
        ("etda", ResolveDispute(asked.req_id, name_of("somchai"), "")),
        ("etda", SetVouchers(1, ("dopa", "facelab"), 2, 1)),
        ("etda", AssignPlace(1, 1, "state")),
    ]


def spoiled(value, number):
    """`value` with the number in its text, or None where it holds none."""
    if isinstance(value, str):
        return number
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        return (number, *value[1:])
    return None


def test_a_citizen_s_number_is_refused_in_every_text_field_of_every_message():
    world = World()
    proofed(world, "somchai")
    tried = 0

    for agency, message in messages(world):
        for field in fields(message):
            bad = spoiled(getattr(message, field.name), VALID)
            if bad is None:
                continue
            with pytest.raises(Rejected):
                world.do(agency, replace(message, **{field.name: bad}))
            tried += 1

    assert tried > 40
    stored = b"".join(key + value for key, value in world.ledger.state.committed.items())
    assert VALID.encode() not in stored


@pytest.mark.parametrize(
    "change",
    [
        {"namespace": VALID},
        {"purpose": VALID},
        {"services": (VALID,)},
        {"services": (ServiceAsked("address", 1, (VALID,)),)},
        {"idps": (VALID,)},
        {"purpose": f"tax-{VALID}"},
        {"purpose": "tax-1-1017-00230-70-8"},
    ],
)
def test_a_request_that_names_a_citizen_is_refused_for_that(change):
    world = World()

    world.refuse("rd", PersonalData, asking("R", **change))

    assert world.ask("request", name_of("R")) is None


def test_every_message_with_a_text_is_tried():
    with_text = {
        method.schema.cls.__name__
        for method in CONTRACTS_HERE["identity"].methods.values()
        for field in method.schema.types
        if _holds_text(field)
    }
    world = World()
    proofed(world, "somchai")
    tried = {type(message).__name__ for _, message in messages(world)}

    # These have no text but the agency that must send them, which governance checks.
    by_agency_only = {
        "RotateNodeKey",
        "CorrectTag",
        "LinkIdp",
        "RevokeKey",
        "SetRecoveryPolicy",
        "StartRecovery",
        "AcknowledgeRequest",
        "CloseRequest",
        "CancelRequest",
        "ReleaseAgain",
        "ReportLost",
        "LiftReport",
        "ReuseSession",
        "EndSession",
        "SuspendPairwise",
        "ResumePairwise",
    }
    # These name a round too, whose kind has 8 characters at most.
    of_a_round = {"OpenRound", "PostKeys", "SumKeys", "StateAnswers", "ShowCertificates"}
    assert with_text - tried == by_agency_only | of_a_round


def _holds_text(field):
    described = str(field.describe())
    return "'text'" in described


def test_a_citizen_s_number_as_an_agency_is_nobody_s():
    world = World()

    world.refuse("kbank", NotAllowed, SetWhitelist(VALID, ()))

    assert world.ask("node", VALID) is None


BAD_TEXTS = {
    "not in NFC": ("e\u0301", BadText),
    "a control character": ("a\nb", BadText),
    "a right-to-left override": ("a\u202eb", BadText),
    "bytes": (b"tax", WrongArgumentType),
    "Thai not in NFC": ("\u0e4d\u0e32\u0301e\u0301", BadText),
}


@pytest.mark.parametrize("case", BAD_TEXTS)
def test_a_text_that_breaks_the_text_rule_is_refused(case):
    text, error = BAD_TEXTS[case]
    world = World()

    world.refuse("etda", error, SetNodeStatus("kbank", "suspended", text))

    assert world.ask("node", "kbank")[1] == "active"


@pytest.mark.parametrize("name", ["Tax", "1tax", "-tax", "ภาษี", "tax payer", "tax_payer", "tax/x"])
def test_a_name_is_of_small_letters_digits_hyphens_and_dots(name):
    world = World()

    world.refuse("etda", BadSlug, SetPurpose(name, True))
    world.do("etda", SetPurpose("tax.2026-q1", True))

    assert world.ask("level_table")[0] == 1


def test_levels_are_integers():
    world = World()
    table = plain(SetLevelTable(2, (110, 230), (100,), (), (), 99))

    for bad in (2.3, float("nan"), "230", True, None, -1.0):
        wrong = (table[0], (110, bad), *table[2:])
        sender = world.ledger.as_(admin("etda"))
        sender.rejects_call(WrongArgumentType, "identity", "set_level_table", wrong)

    assert world.ask("level_table")[0] == 1
