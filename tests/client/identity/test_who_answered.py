"""The relying party learns who answered, the source whose data is meant; both check the ledger."""

from dataclasses import replace

import pytest

from client.errors import BadAnswer
from client.identity import ledger
from client.identity.assertion import ASSERTION, issue_assertion, sub_of
from client.identity.errors import (
    BadCredential,
    MoreThanAsked,
    NotForUs,
)
from client.identity.idp import Told
from client.identity.jose import key_named_in, sign_json, unverified_json
from client.identity.keys import CitizenKeys
from client.identity.nodes import contact_of
from client.identity.permissions import Permissions
from client.identity.sealed import RP, BoxPurpose, seal_bytes
from contracts.identity.nodes.messages import (
    RotateNodeKey,
    SetContact,
    SetNodeLimits,
    SetNodeStatus,
    possession_of_node_key,
)
from primitives.crypto import PublicKey, SigningKey
from tests.client.identity.chain import (
    Chain,
    bank,
    box_of,
    node_key,
    other_bank,
    party,
    with_nodes,
)
from tests.client.identity.test_flow import (
    CITIZEN_ID,
    NAME,
    WALLET,
    asked_with_words,
    signed_on,
)

NEW_KEY = SigningKey(b"q" * 32)
TOLD = {"given_name": NAME}


def told(asking, con_id: bytes, **more: object) -> Told:
    """What the bank tells under a consent."""
    return Told(claims=TOLD | more, con_id=con_id, scope=asking.scope)


async def answered(chain: Chain, rp="revenue", by=bank, name="first-bank", **changes: object):
    """A confirmed request: its words, and the answer as the ledger holds it."""
    asking, shown = await asked_with_words(chain, rp, idps=(name,), **changes)
    await signed_on(chain, shown, by)
    return asking, shown, await ledger.answered(chain, shown.req_id, name)


async def consented(chain: Chain, asking, shown):
    """The name of a consent to the request's scope."""
    answer = await ledger.answered(chain, shown.req_id, "first-bank")
    draft = bank(chain).drafts.consent(answer.handle, shown.asked, chain.now + 600)
    assert (await bank(chain).office.send(WALLET.consent(shown, draft))).is_ok
    return draft.con_id


async def rotate(chain: Chain, agency: str, key: SigningKey, overlap_s: int) -> None:
    chain.ledger.next_block(time_ms=1_000)
    draft = RotateNodeKey(agency, key.public_key, overlap_s, bytes(64))
    proof = key.sign(*possession_of_node_key("test-chain", draft))
    assert (await chain.office(agency).send(replace(draft, proof=proof))).is_ok


async def sub_at(chain: Chain, rp: str, by=bank, name="first-bank") -> str:
    asking, _, answer = await answered(chain, rp, by, name)
    sealed = await by(chain).assertion(answer, chain.now)
    return (await party(chain, rp).signed_on(sealed, asking, name, chain.now)).sub


async def test_the_relying_party_learns_who_answered_and_how_surely():
    chain = await with_nodes()
    asking, shown, answer = await answered(chain)
    con_id = await consented(chain, asking, shown)

    sealed = await bank(chain).assertion(answer, chain.now, told(asking, con_id))
    known = await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)

    assert known.sub == sub_of("revenue", WALLET.pairwise_key("revenue"))
    assert (known.idp, known.ial, known.aal, known.claims) == ("first-bank", 230, 220, TOLD)


async def test_a_person_has_one_name_in_a_sector_whatever_idp_and_whatever_key_signs():
    chain = await with_nodes()

    first = await sub_at(chain, "revenue")
    elsewhere = await sub_at(chain, "revenue", other_bank, "second-bank")
    await rotate(chain, "first-bank", NEW_KEY, 0)
    chain.ledger.next_block(time_ms=2_000)
    asking, _, answer = await answered(chain, "revenue")
    token = issue_assertion(NEW_KEY, answer, {}, chain.now)
    sealed = await to_revenue(chain, asking.request.req_id, token)
    later = await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)

    assert first == elsewhere == later.sub
    assert first != await sub_at(chain, "social", other_bank, "second-bank")


async def to_revenue(chain: Chain, req_id: bytes, token: str) -> bytes:
    contact = await contact_of(chain, "revenue")
    purpose = BoxPurpose(chain_id="test-chain", about=req_id, role=RP)
    return seal_bytes(token.encode(), contact.box_key, purpose)


def test_the_name_of_a_person_is_what_the_protocol_says():
    assert sub_of("tax", PublicKey(b"\x01" + bytes(range(32)))) == (
        "hMy3EloaM43l8-zAKW4v8jjko1uY4HPEEManJVUfgfI"
    )


async def test_claims_are_told_only_under_a_consent_that_is_granted_now():
    chain = await with_nodes()
    asking, shown, answer = await answered(chain)
    with pytest.raises(BadCredential, match="no such consent"):
        await bank(chain).assertion(answer, chain.now, told(asking, bytes(32)))
    con_id = await consented(chain, asking, shown)

    await chain.office("faces").send(WALLET.permissions.withdraw(con_id, shown.sector))

    with pytest.raises(BadCredential, match="no such consent"):
        await bank(chain).assertion(answer, chain.now, told(asking, con_id))


async def test_a_relying_party_that_was_suspended_since_is_told_nothing():
    chain = await with_nodes()
    asking, shown, answer = await answered(chain)
    con_id = await consented(chain, asking, shown)

    suspended = SetNodeStatus("revenue", "suspended", "")
    assert (await chain.office("supervisor").send(suspended)).is_ok

    for more in (told(asking, con_id), None):
        with pytest.raises(BadCredential, match="revenue does not act now"):
            await bank(chain).assertion(answer, chain.now, more)


async def test_who_answered_is_believed_while_its_idp_may_give_the_levels_that_were_asked():
    chain = await with_nodes()
    asking, _, answer = await answered(chain)
    sealed = await bank(chain).assertion(answer, chain.now)

    lower = SetNodeLimits("first-bank", 130, 220, ("th.cid",))
    assert (await chain.office("supervisor").send(lower)).is_ok

    with pytest.raises(BadCredential, match="counts no more"):
        await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)
    with pytest.raises(BadCredential, match="counts no more"):
        await bank(chain).assertion(answer, chain.now)


async def test_who_answered_for_another_is_believed_while_the_mandate_stands():
    chain = await with_nodes()
    mother = Permissions(CitizenKeys(b"m" * 32), "test-chain")
    taker = WALLET.pairwise_key("revenue")
    draft = bank(chain).drafts.mandate("revenue", ("tax",), chain.now + 3_600, taker)
    given = WALLET.permissions.accept_mandate(mother.give_mandate(draft))
    assert (await bank(chain).office.send(given)).is_ok
    asking, _, answer = await answered(chain, on_behalf_of=given.principal_key)
    sealed = await bank(chain).assertion(answer, chain.now)
    found = await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)
    assert found.on_behalf_of == sub_of("revenue", given.principal_key)

    await chain.office("faces").send(mother.end_mandate(given.man_id, "revenue"))

    with pytest.raises(BadCredential, match="a mandate fell"):
        await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)


async def test_a_claim_that_nobody_asked_for_is_refused_by_its_receiver():
    chain = await with_nodes()
    asking, shown, answer = await answered(chain)
    con_id = await consented(chain, asking, shown)

    more = TOLD | {"citizen_id": CITIZEN_ID}
    token = issue_assertion(node_key("first-bank"), answer, more, chain.now, con_id)
    sealed = await to_revenue(chain, shown.req_id, token)

    with pytest.raises(MoreThanAsked, match="citizen_id"):
        await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)


async def test_an_assertion_of_a_request_that_is_not_confirmed_is_not_made():
    chain = await with_nodes()
    asking, shown = await asked_with_words(
        chain, "revenue", idps=("first-bank", "second-bank"), min_idp=2
    )
    await signed_on(chain, shown)
    answer = await ledger.answered(chain, shown.req_id, "first-bank")

    with pytest.raises(BadCredential, match="not confirmed"):
        await bank(chain).assertion(answer, chain.now)
    assert await ledger.answered(chain, asking.request.req_id, "second-bank") is None


FORGERIES = {
    "another person": {"citizen_key": SigningKey(b"x" * 32).public_key},
    "a higher level": {"ial": 300},
    "another time": {"auth_time": 1},
    "another answer": {"handle": bytes(32)},
    "another relying party": {"rp": "social"},
    "another IdP": {"idp": "second-bank"},
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_an_assertion_that_is_not_what_the_ledger_holds_is_refused(forgery):
    chain = await with_nodes()
    asking, _, answer = await answered(chain)
    forged = replace(answer, **FORGERIES[forgery])

    token = issue_assertion(node_key("first-bank"), forged, {}, chain.now)

    sealed = await to_revenue(chain, asking.request.req_id, token)
    with pytest.raises(BadCredential, match="is not what the ledger holds"):
        await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)


async def test_an_assertion_is_good_for_its_request_and_its_receiver_alone():
    chain = await with_nodes()
    first, _, answer = await answered(chain)
    second, _, _ = await answered(chain)
    sealed = await bank(chain).assertion(answer, chain.now)

    with pytest.raises(NotForUs):
        await party(chain, "revenue").signed_on(sealed, second, "first-bank", chain.now)
    with pytest.raises(NotForUs):
        await party(chain, "social").signed_on(sealed, first, "first-bank", chain.now)
    with pytest.raises(BadCredential, match="expired"):
        await party(chain, "revenue").signed_on(sealed, first, "first-bank", chain.now + 86_400)


@pytest.mark.parametrize("signer", ["second-bank", "nobody"])
async def test_an_assertion_by_another_key_than_the_idps_is_refused(signer):
    chain = await with_nodes()
    asking, _, answer = await answered(chain)
    token = issue_assertion(node_key(signer), answer, {}, chain.now)
    sealed = await to_revenue(chain, asking.request.req_id, token)

    with pytest.raises(BadCredential, match="key"):
        await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)


async def test_an_assertion_is_believed_while_the_key_that_signed_it_is_in_force():
    chain = await with_nodes()
    asking, _, answer = await answered(chain)
    sealed = await bank(chain).assertion(answer, chain.now)
    await rotate(chain, "first-bank", NEW_KEY, 120)
    chain.ledger.next_block(time_ms=60_000)
    within = await bank(chain).assertion(answer, chain.now)
    for token in (sealed, within):
        assert await party(chain, "revenue").signed_on(token, asking, "first-bank", chain.now)

    chain.ledger.next_block(time_ms=60_000)

    for token in (sealed, within, await bank(chain).assertion(answer, chain.now)):
        with pytest.raises(BadCredential, match="did not sign"):
            await party(chain, "revenue").signed_on(token, asking, "first-bank", chain.now)


async def signed_on_by(chain: Chain, asking, token: str):
    sealed = await to_revenue(chain, asking.request.req_id, token)
    return await party(chain, "revenue").signed_on(sealed, asking, "first-bank", chain.now)


async def test_a_key_that_ended_dates_no_assertion_back():
    chain = await with_nodes()
    before = chain.now
    await rotate(chain, "first-bank", NEW_KEY, 0)
    chain.ledger.next_block(time_ms=400 * 86_400_000)
    asking, _, answer = await answered(chain)

    token = issue_assertion(node_key("first-bank"), answer, {}, before)
    dated_back = sign_json(
        node_key("first-bank"),
        ASSERTION,
        unverified_json(token) | {"claims": {"given_name": "F"}, "exp": chain.now + 60},
    )

    for forged in (token, dated_back):
        with pytest.raises(BadCredential):
            await signed_on_by(chain, asking, forged)


TIMES = {
    "made before the answer": ({"iat": -60, "exp": 600}, "the answer of"),
    "made more than a day after the answer": ({"iat": 86_500, "exp": 86_600}, "the answer of"),
    "made in the future": ({"iat": 3_600, "exp": 3_660}, "still to come"),
    "good for more than a day": ({"iat": 0, "exp": 86_401}, "at most"),
    "without a time": ({"iat": 0.5, "exp": 60}, "expired"),
}


@pytest.mark.parametrize("case", TIMES)
async def test_an_assertion_is_of_the_day_of_its_answer_as_the_ledger_dates_that(case):
    changes, message = TIMES[case]
    chain = await with_nodes()
    asking, _, answer = await answered(chain)
    honest = unverified_json(issue_assertion(node_key("first-bank"), answer, {}, chain.now))
    dated = {name: value if value == 0.5 else answer.at + value for name, value in changes.items()}

    token = sign_json(node_key("first-bank"), ASSERTION, honest | dated)

    with pytest.raises(BadCredential, match=message):
        await signed_on_by(chain, asking, token)


async def test_claims_are_believed_only_with_a_consent_that_is_granted_now():
    chain = await with_nodes()
    asking, shown, answer = await answered(chain)
    other, other_shown, _ = await answered(chain)
    con_id, elsewhere = (
        await consented(chain, asking, shown),
        await consented(chain, other, other_shown),
    )
    key = node_key("first-bank")
    with_consent = issue_assertion(key, answer, TOLD, chain.now, con_id)

    assert (await signed_on_by(chain, asking, with_consent)).claims == TOLD
    for forged in (None, elsewhere, bytes(32)):
        with pytest.raises(BadCredential, match="no such consent"):
            await signed_on_by(chain, asking, issue_assertion(key, answer, TOLD, chain.now, forged))
    await chain.office("faces").send(WALLET.permissions.withdraw(con_id, shown.sector))
    with pytest.raises(BadCredential, match="no such consent"):
        await signed_on_by(chain, asking, with_consent)


async def test_an_old_contact_stays_readable_and_the_new_one_is_used():
    chain = await with_nodes()
    moved = SetContact("revenue", "https://new.example", box_of("moved").public)

    assert (await chain.office("revenue").send(moved)).is_ok

    now, old = await contact_of(chain, "revenue"), await contact_of(chain, "revenue", 1)
    assert (now.version, now.endpoint, now.box_key) == (2, "https://new.example", moved.box_key)
    assert (old.endpoint, old.box_key) == ("https://revenue.example", box_of("revenue").public)
    with pytest.raises(BadAnswer, match="has not stated"):
        await contact_of(chain, "supervisor")


@pytest.mark.parametrize(
    "token", ["", "e30.e30.x", "W10.e30.x", "!.e30.x", "eyJraWQiOiJBQSJ9.e30.x"]
)
def test_a_token_without_a_key_is_refused(token):
    with pytest.raises(BadCredential):
        key_named_in(token)


async def test_without_a_box_key_nothing_is_read():
    chain = await with_nodes()
    asking, _, answer = await answered(chain)
    sealed = await bank(chain).assertion(answer, chain.now)
    reader = type(party(chain, "revenue"))(chain.office("revenue"))

    with pytest.raises(NotForUs, match="no box key"):
        await reader.signed_on(sealed, asking, "first-bank", chain.now)
