"""What is signed is shown, what is shown is chosen, and what is told was asked for."""

from dataclasses import replace

import pytest

from client.identity.assertion import issue_assertion
from client.identity.credential import (
    Audience,
    Credential,
    issue_credential,
    present,
    told_by,
    verify_presentation,
)
from client.identity.disclosures import Hidden, conceal
from client.identity.draft_file import Draft, draft_from, draft_text
from client.identity.errors import (
    BadCredential,
    BadDraft,
    BadPayload,
    MoreThanAsked,
    NotWhatWasAsked,
)
from client.identity.jose import jwk_of, read_id, sign_json
from client.identity.payload import open_new
from client.identity.scope import check_asked, scope_in
from client.identity.wallet import CitizenWallet, terms_of
from client.identity.words import Words
from contracts.identity.core.messages import ServiceAsked
from primitives.plain import plain_line
from tests.client.identity.chain import bank, node_key, party, registry, with_nodes
from tests.client.identity.test_flow import ADDRESS, NAME, WALLET, referring
from tests.client.identity.test_wallet import (
    ASKING,
    CHAIN,
    CITIZEN,
    IDP,
    KEYS,
    NODE_KEY,
    NOW,
    attested,
    draft_answer,
    shown,
)
from tests.client.identity.test_who_answered import answered, consented, to_revenue, told

SPOOFS = {
    "another member": (
        "message",
        {"rp": "revenue", "text": "?", "terms": "I owe"},
        BadPayload,
        "terms",
    ),
    "another party": ("message", {"rp": "social", "text": "?"}, NotWhatWasAsked, "social"),
    "no party": ("message", {"text": "?"}, NotWhatWasAsked, "words are of"),
    "no text": ("message", {"rp": "revenue"}, BadPayload, "no text"),
    "an empty text": ("message", {"rp": "revenue", "text": " "}, BadPayload, "no text"),
    "text of another kind": ("message", {"rp": "revenue", "text": ["?"]}, BadPayload, "no text"),
    "another namespace": ("data", {"rp": "revenue", "text": "?"}, BadPayload, "'data'"),
}


@pytest.mark.parametrize("case", SPOOFS)
def test_words_that_hold_more_or_less_than_is_shown_are_not_signed(case):
    namespace, payload, error, named = SPOOFS[case]
    message = open_new(namespace, payload)
    request = replace(ASKING.request, msg_hash=message.commit)

    with pytest.raises(error, match=named):
        CITIZEN.answer(shown(asked=request, message=message), draft_answer(), accepts=True)


def test_a_relying_party_asks_nothing_without_words():
    with pytest.raises(BadPayload, match="no text"):
        Words(rp="revenue", text="\n").commit_to()


def test_services_are_the_requests_in_whatever_order():
    asked = tuple(ServiceAsked(name, 1, ()) for name in ("zeta", "address"))
    scope = replace(scope_in(ASKING.scope), services={"address": ("a",), "zeta": ("b",)})

    check_asked(scope, replace(ASKING.request, services=asked))
    with pytest.raises(NotWhatWasAsked):
        check_asked(scope, replace(ASKING.request, services=asked[:1]))


def test_a_draft_travels_with_no_opening_but_of_what_it_commits_to():
    message, opening = attested()
    sound = draft_text(Draft(message=message, opening=opening))
    other = draft_text(Draft(message=message, opening=open_new("proofing", {"name": "ข"})))
    beside = draft_text(Draft(message=draft_answer(), opening=open_new("x", {"words": "renew?"})))

    assert draft_from(sound).opening == opening
    with pytest.raises(BadDraft, match="not what it commits to"):
        draft_from(other)
    with pytest.raises(BadDraft, match="Respond opens nothing"):
        draft_from(beside)


@pytest.mark.parametrize("char", "\u3164\u115f\uffa0\u2800\u034f\ufe0f\U000e0100\u180b")
def test_letters_that_are_drawn_as_nothing_are_shown_as_escapes(char):
    assert plain_line("given_name" + char).startswith("given_name\\u")
    assert plain_line("ผู้รับมอบอำนาจ") == "ผู้รับมอบอำนาจ"


def wrong_credential(case: str) -> Credential:
    message, opening = ATTESTED
    terms = terms_of(message, CITIZEN.subject_key, NOW)
    if case == "another key":
        return issue_credential(KEYS.subject, terms, opening.payload)
    if case == "other claims":
        return issue_credential(NODE_KEY, terms, {"name": "THIEF"})
    if case == "a claim in clear":
        concealed, disclosures = conceal({"name": Hidden("ก")})
        stated = {
            "iss": terms.issuer,
            "vct": terms.kind,
            "iat": NOW,
            "exp": terms.expires_at,
            "cnf": {"jwk": jwk_of(terms.holder)},
            "_sd_alg": "sha-256",
            "att_id": message.att_id.hex(),
            "citizen_id": "9999999999994",
        }
        return Credential(sign_json(NODE_KEY, "dc+sd-jwt", stated | concealed), disclosures)
    changes: dict[str, object] = {
        "another holder": {"holder": NODE_KEY.public_key},
        "another kind": {"kind": "sapha/fvs"},
        "another attestation": {"att_id": bytes(32)},
        "another issuer": {"issuer": "second-bank"},
        "a later end": {"expires_at": terms.expires_at + 1},
    }[case]
    return issue_credential(NODE_KEY, replace(terms, **changes), opening.payload)


ATTESTED = attested()
WRONG = {
    "another key": "does not verify",
    "other claims": "not those that were attested",
    "a claim in clear": "shows to all: citizen_id",
    "another holder": "cnf",
    "another kind": "vct",
    "another attestation": "att_id",
    "another issuer": "iss",
    "a later end": "ends at",
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wallet_keeps_no_credential_but_of_what_it_signed(case):
    message, opening = ATTESTED
    wallet = CitizenWallet(KEYS, CHAIN)
    sealed = IDP.paper(message, opening, wallet.box_key)

    with pytest.raises(BadCredential, match=WRONG[case]):
        wallet.keep(wrong_credential(case), sealed, message, NODE_KEY.public_key)

    assert wallet.papers == []


def test_a_holder_is_told_what_a_presentation_shows_chosen_or_not():
    audience = Audience(verifier="revenue", nonce="n", at=NOW)

    told_of = told_by(
        present(wrong_credential("a claim in clear"), ("name",), KEYS.subject, audience)
    )

    assert told_of == {"name": "ก", "citizen_id": "9999999999994"}


def test_a_credential_names_what_says_whether_it_counts():
    audience = Audience(verifier="revenue", nonce="n", at=NOW)
    stated = {
        "iss": "first-bank",
        "vct": "sapha/proofing",
        "iat": NOW,
        "exp": NOW + 10,
        "cnf": {"jwk": jwk_of(CITIZEN.subject_key)},
    }
    for more in ({}, {"status": None}, {"att_id": "ab"}, {"att_id": 7}):
        made = Credential(sign_json(NODE_KEY, "dc+sd-jwt", stated | more), ())
        text = present(made, (), KEYS.subject, audience)
        with pytest.raises(BadCredential):
            verify_presentation(text, NODE_KEY.public_key, audience)


@pytest.mark.parametrize("text", ["", "ab", 7, "zz" * 32, "a " * 32, "00" * 33])
def test_an_identifier_in_a_token_is_32_bytes_in_hex(text):
    with pytest.raises(ValueError, match=r"identifier|hexadecimal"):
        read_id(text)


async def test_an_idp_refers_nobody_to_a_person_but_a_source_of_the_request_under_a_consent():
    chain = await with_nodes()
    asking, shown_, _ = await answered(chain, services=ADDRESS)
    con_id = await consented(chain, asking, shown_)
    reference = referring(asking, con_id, chain.now)

    for changes, named in (
        ({"source": "social"}, "source of no service"),
        ({"namespace": "th.passport"}, "not this namespace"),
        ({"con_id": bytes(32)}, "no such consent"),
    ):
        with pytest.raises(BadCredential, match=named):
            await bank(chain).reference(replace(reference, **changes))
    await bank(chain).reference(reference)
    await chain.office("social").send(WALLET.permissions.withdraw(con_id, "revenue"))
    with pytest.raises(BadCredential, match="no such consent"):
        await bank(chain).reference(reference)


async def test_an_idp_tells_no_claim_that_the_scope_does_not_name():
    chain = await with_nodes()
    asking, shown_, answer = await answered(chain)
    con_id = await consented(chain, asking, shown_)

    more = told(asking, con_id, citizen_id="9999999999994")

    with pytest.raises(MoreThanAsked, match="citizen_id"):
        await bank(chain).assertion(answer, chain.now, more)


async def test_nothing_is_told_or_released_once_the_relying_party_has_cancelled():
    chain = await with_nodes()
    asking, shown_, answer = await answered(chain, services=ADDRESS)
    con_id = await consented(chain, asking, shown_)
    reference = referring(asking, con_id, chain.now)
    revenue = party(chain, "revenue")
    assert (await revenue.office.send(revenue.cancel(shown_.req_id))).is_ok

    with pytest.raises(BadCredential, match="cancelled"):  # though it was fetched before
        await bank(chain).assertion(answer, chain.now, told(asking, con_id))
    with pytest.raises(BadCredential):
        await registry(chain).release(reference, "address", {"province": "น่าน"})


async def test_an_assertion_that_names_no_consent_of_32_bytes_is_refused_by_name():
    chain = await with_nodes()
    asking, shown_, answer = await answered(chain)
    token = issue_assertion(
        node_key("first-bank"), answer, {"given_name": NAME}, chain.now, b"short"
    )
    sealed = await to_revenue(chain, shown_.req_id, token)

    with pytest.raises(BadCredential, match="names no consent"):
        await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)
