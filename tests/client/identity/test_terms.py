"""The whole request is shown to the citizen, and all of it is under their signature."""

from dataclasses import fields, replace

import pytest

from client.identity.errors import NotWhatWasAsked
from contracts.identity.core.messages import ServiceAsked
from contracts.identity.requests.messages import OpenRequest, terms_digest
from primitives.crypto import PublicKey
from tests.client.identity.test_wallet import ASKING, CHAIN, CITIZEN, ask, draft_answer, shown

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


@pytest.mark.parametrize(
    "change", [{"agency": "social"}, {"purpose": "login"}, {"services": TERMS["services"]}]
)
def test_a_scope_for_other_ends_than_the_ledgers_request_is_not_signed_for(change):
    request = shown(asked=replace(ASKING.request, **change))

    with pytest.raises(NotWhatWasAsked, match="other ends"):
        CITIZEN.answer(request, draft_answer(), accepts=True)
