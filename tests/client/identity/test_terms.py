"""The whole request is shown to the citizen, and all of it is under their signature."""

from dataclasses import fields, replace

import pytest

from client.identity.errors import NotWhatWasAsked
from client.identity.wallet import draft_lines
from contracts.identity.core.messages import ServiceAsked
from contracts.identity.requests.messages import OpenRequest, terms_digest
from primitives.crypto import PublicKey
from tests.client.identity.test_wallet import ASKING, CHAIN, CITIZEN, IDP, ask, draft_answer, shown

TERMS = {
    "agency": "social",
    "req_id": bytes(32),
    "namespace": "th.passport",
    "min_ial": 130,
    "min_aal": 100,
    "max_age_s": 0,
    "purpose": "login",
    "scope_commit": bytes(32),
    "msg_hash": bytes(32),
    "idps": ("second-bank",),
    "min_idp": 2,
    "services": (ServiceAsked("income", 1, ()),),
    "retention_days": 91,
    "mode": "fresh",
    "ttl_s": 601,
    "on_behalf_of": PublicKey(bytes(32)),
}


@pytest.mark.parametrize("field", [each.name for each in fields(OpenRequest)])
def test_every_field_of_a_request_is_under_the_citizens_signature(field):
    changed = replace(ASKING.request, **{field: TERMS[field]})

    assert terms_digest(CHAIN, changed) != terms_digest(CHAIN, ASKING.request)
    assert terms_digest("other-chain", ASKING.request) != terms_digest(CHAIN, ASKING.request)


@pytest.mark.parametrize("field", sorted(TERMS.keys() - {"scope_commit", "msg_hash", "services"}))
def test_every_term_of_a_request_is_shown(field):
    changed = shown(asked=replace(ASKING.request, **{field: TERMS[field]}))

    assert changed.lines() != shown().lines()


def test_the_words_claims_services_and_retention_are_shown():
    asking = ask(services={"income": ("baht",)}, min_as={"income": 2}, claims=("name", "born"))

    said = dict(shown(asking).lines())

    assert said["words"] == "ยื่นภาษีหรือไม่"
    assert said["claims of the IdP"] == "name, born"
    assert said["data of sources"] == "income: baht (from 2 of any source)"
    assert said["kept for"] == "90 days"


def test_words_and_claims_are_shown_in_one_line_each_whatever_they_hold():
    words = "Sign in?\nclaims of the IdP none\n\x1b[8m\u202e"
    claims = ("given_name\x1b[2K\x1b[1A", "citizen_id")

    request = shown(ask(words=words, claims=claims, services={"income": ("a\nb",)}))

    texts = [f"{name} {value}" for name, value in request.lines()]
    assert all(text.isprintable() for text in texts)
    assert "words Sign in?\\nclaims of the IdP none\\n\\u001b[8m\\u202e" in texts


def test_what_a_draft_adds_to_the_request_is_shown():
    request = shown()
    consent = IDP.drafts.consent(bytes(32), request.asked, 1_800_000_000)

    assert dict(draft_lines(consent))["consent until"] == "2027-01-15T08:00:00+00:00"
    assert dict(draft_lines(replace(consent, expires_at=10**12)))["consent until"] == f"{10**12} s"
    said = dict(draft_lines(draft_answer()))
    assert (said["answer"], said["levels stated"]) == ("accept", "IAL 230, AAL 220")
    assert said["time stated"].startswith("20")
    reuse = IDP.drafts.reuse(b"\x05" * 32, request.req_id)
    assert dict(draft_lines(reuse))["by the sign-on"] == "0x" + "05" * 32


@pytest.mark.parametrize(
    "change", [{"agency": "social"}, {"purpose": "login"}, {"services": TERMS["services"]}]
)
def test_a_scope_for_other_ends_than_the_ledgers_request_is_not_signed_for(change):
    request = shown(asked=replace(ASKING.request, **change))

    with pytest.raises(NotWhatWasAsked, match=r"other ends|words are of"):
        CITIZEN.answer(request, draft_answer(), accepts=True)
