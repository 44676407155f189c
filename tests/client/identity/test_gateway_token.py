"""A relying party compares a gateway's token with what a light client proves of the ledger."""

from dataclasses import replace

import pytest

from client.identity.assertion import sub_of
from client.identity.draft_file import opening_json
from client.identity.drafts import SignOn
from client.identity.errors import BadCredential, CommitMismatch
from client.identity.gateway_token import (
    Login,
    binding_code,
    bound_words,
    check_gateway_token,
    sign_in_words,
)
from client.identity.idp import Idp
from client.identity.keys import CitizenKeys
from client.identity.relying_party import RelyingParty
from client.identity.wallet import CitizenWallet, RequestShown
from client.light import LightClient
from contracts.identity.core.state import responses
from contracts.identity.nodes.messages import SetClient
from primitives.state_proof import BadProof
from tests.client.identity.chain import node_key
from tests.client.identity.test_flow import QUESTION
from tests.client.identity.test_trail import KEYS, SECTOR, certified, office_on
from tests.gateways.openid.world import PORTAL

NONCE = "a-nonce-of-the-portal"


async def state(chain, name: str, **changes: object) -> None:
    stated = SetClient("revenue", name, replace(PORTAL, **changes))
    assert (await office_on(chain, "revenue").send(stated)).is_ok


async def token_of(
    chain,
    keys: CitizenKeys = KEYS,
    nonce: str = NONCE,
    *,
    accepts=True,
    words: str = sign_in_words(PORTAL),
) -> dict:
    """The claims that an honest gateway makes of an answer with these words."""
    await state(chain, "portal")
    question = replace(QUESTION, words=bound_words(words, nonce))
    asking = RelyingParty(office_on(chain, "revenue")).ask(question)
    assert (await office_on(chain, "revenue").send(asking.request)).is_ok
    shown = RequestShown(
        sector=SECTOR, asked=asking.request, message=asking.message, scope=asking.scope
    )
    now = chain.blocks.time_ms // 1000
    drafts = Idp(office_on(chain, "first-bank"), node_key("first-bank")).drafts
    draft = drafts.answer(shown.req_id, SignOn(ial=230, aal=220, auth_time=now), accepts=accepts)
    wallet = CitizenWallet(keys, chain.genesis.chain_id)
    answer = wallet.answer(shown, draft, accepts=accepts)
    assert (await office_on(chain, "first-bank").send(answer)).is_ok
    return {
        "aud": "revenue.portal",
        "sub": sub_of(SECTOR, wallet.pairwise_key(SECTOR)),
        "auth_time": now,
        "acr": "th-ial2.3-aal2.2@v1",
        "sapha": {
            "chain_id": chain.genesis.chain_id,
            "req_id": shown.req_id.hex(),
            "idp": "first-bank",
            "ial": 230,
            "aal": 220,
            "words": opening_json(asking.message),
        },
    }


def login(chain, nonce: str = NONCE) -> Login:
    return Login(nonce=nonce, began_at=chain.blocks.time_ms // 1000 - 60)


async def check(chain, claims: dict, of: Login | None = None) -> None:
    await check_gateway_token(chain, LightClient(chain.genesis), claims, of or login(chain))


async def test_a_token_of_this_login_is_borne_out_by_the_ledger():
    chain = await certified()
    claims = await token_of(chain)

    assert await check(chain, claims) is None


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"sub": "A" * 43}, "sub is not"),
        ({"auth_time": 1}, "auth_time is not"),
        ({"aud": "first-bank.portal"}, "no such request"),
        ({"aud": "nobody.portal"}, "no such request"),
        ({"aud": "revenue.nobody"}, "no such request"),
        ({"acr": "th-ial3.0-aal2.2"}, "acr is not"),
        ({"acr": "th-ial2.3-aal3.0@v1"}, "acr is not"),
        ({"acr": "th-ial2.3-aal2.2@v2"}, "another level table"),
        ({"acr": "phr"}, "acr is not"),
        ({"acr": None}, "acr is not"),
        ({"sapha": None}, "no request of this chain"),
        ({"sapha.chain_id": "other"}, "no request of this chain"),
        ({"sapha.req_id": "00" * 32}, "no such request"),
        ({"sapha.req_id": "zz"}, "names no request"),
        ({"sapha.idp": "second-bank"}, "no such request"),
        ({"sapha.ial": 300}, "ial is not"),
        ({"sapha.aal": 300}, "aal is not"),
        ({"sapha.words": None}, "does not open the words"),
    ],
)
async def test_a_token_that_says_another_thing_than_the_ledger_is_noticed(changes, match):
    chain = await certified()
    claims = await token_of(chain)
    for name, value in changes.items():
        outer, _, inner = name.rpartition(".")
        (claims[outer] if outer else claims)[inner] = value

    with pytest.raises(BadCredential, match=match):
        await check(chain, claims)


async def test_an_answer_to_another_login_is_noticed():
    chain = await certified()
    victim = await token_of(chain, nonce="the victim's")

    with pytest.raises(BadCredential, match="another login"):
        await check(chain, victim)


async def test_an_answer_to_another_application_of_the_agency_is_noticed():
    chain = await certified()
    claims = await token_of(chain)
    await state(chain, "refunds", name_en="Refunds")

    with pytest.raises(BadCredential, match="another application"):
        await check(chain, claims | {"aud": "revenue.refunds"})


@pytest.mark.parametrize(
    "words",
    [
        f"{sign_in_words(PORTAL)} [AAAAAAAA]",
        f"x {sign_in_words(PORTAL)}",
        f"{sign_in_words(PORTAL)} ",
        f"Pay 1 baht: {binding_code(NONCE)}] [",
    ],
)
async def test_words_that_only_end_in_the_letters_are_noticed(words):
    chain = await certified()

    with pytest.raises(BadCredential, match="another login"):
        await check(chain, await token_of(chain, words=words))


async def test_levels_below_the_answers_may_be_named():
    chain = await certified()
    claims = await token_of(chain)

    assert await check(chain, claims | {"acr": "th-ial2.1-aal2.1"}) is None


async def test_words_that_were_not_signed_are_noticed():
    chain = await certified()
    victim, own = await token_of(chain, nonce="the victim's"), await token_of(chain)
    victim["sapha"]["words"] = own["sapha"]["words"]

    with pytest.raises(CommitMismatch):
        await check(chain, victim)


async def test_an_answer_that_is_older_than_the_login_is_noticed():
    chain = await certified()
    claims = await token_of(chain)
    late = Login(nonce=NONCE, began_at=chain.blocks.time_ms // 1000 + 600)

    with pytest.raises(BadCredential, match="older than this login"):
        await check(chain, claims, late)


async def test_a_refusal_is_no_sign_on():
    chain = await certified()
    claims = await token_of(chain, accepts=False)

    with pytest.raises(BadCredential, match="nobody accepted"):
        await check(chain, claims)


async def test_a_node_that_makes_an_answer_up_does_not_prove_it():
    chain = await certified()
    claims, other = await token_of(chain), CitizenKeys(b"z" * 32)
    honest, wanted = chain.state_getProof, f"identity\0{responses.schema.name}\0".encode()

    def lying(key: str) -> dict:
        answer = honest(key)
        if not bytes.fromhex(key[2:]).startswith(wanted):
            return answer
        keys = (KEYS.pairwise(SECTOR).public_key, other.pairwise(SECTOR).public_key)
        return answer | {"value": answer["value"].replace(keys[0].hex(), keys[1].hex())}

    chain.state_getProof = lying

    with pytest.raises(BadProof):
        await check(chain, claims)


def test_the_letters_of_a_nonce_are_what_the_documents_say():
    assert binding_code("nonce-1") == "TQGY5RH6"
