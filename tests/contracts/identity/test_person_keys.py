"""Keys that people have: P-256 and passkeys as subject keys, and where passkeys may not sign."""

from dataclasses import replace

import pytest

from contracts.accounts.messages import SetPasskey, passkey_statement
from contracts.identity.core.messages import UNSIGNED, BadCitizenSignature, NoProof
from contracts.identity.requests.messages import response_statement, terms_digest
from contracts.identity.subjects.messages import (
    AddKey,
    LinkIdp,
    add_key_statement,
    link_statement,
    possession_of_added_key,
    possession_of_first_key,
    tag_statement,
)
from primitives.errors import ForeignSite
from primitives.keys import P256Key
from tests.contracts.identity.scenes import answer, create, opened, state_of
from tests.contracts.identity.signing import CHAIN, creation, name_of, public, signed
from tests.contracts.identity.world import World
from tests.passkeys import ORIGIN, RP_ID_HASH, SoftPasskey

CARD = P256Key(b"\x31" * 32)
ELSEWHERE = {"origin": "https://evil.sapha.go.th"}


@pytest.fixture
def world():
    return World()


def passkey_in(world, number=0x32):
    """A passkey whose record is on the ledger."""
    passkey = SoftPasskey(bytes([number]) * 32)
    stated = SetPasskey(
        key=passkey.public_key,
        version=1,
        rp_id_hash=RP_ID_HASH,
        origins=(ORIGIN,),
        proof=UNSIGNED,
    )
    proof = passkey.sign(*passkey_statement(CHAIN, stated))
    world.ledger.as_("anyone").execute(replace(stated, proof=proof))
    return passkey


def created_by(signer, who="somchai"):
    msg = replace(creation(who), key=signer.public_key)
    msg = replace(msg, proof=signer.sign(*possession_of_first_key(CHAIN, msg)))
    return signed(msg, tag_statement(CHAIN, msg), "dopa-node", "tag_signature")


def added(signer, who="somchai", seq=1):
    """The message that adds a key of any kind, by the subject's first."""
    keys = (signer.public_key, "passkey", 210, UNSIGNED, public(f"{who}-1"), UNSIGNED)
    msg = AddKey("kbank", name_of(who), seq, *keys)
    msg = replace(msg, proof=signer.sign(*possession_of_added_key(CHAIN, msg)))
    return signed(msg, add_key_statement(CHAIN, msg), f"{who}-1")


def linked_by(signer, who="somchai", seq=2):
    msg = LinkIdp("paotang", name_of(who), seq, signer.public_key, UNSIGNED)
    return replace(msg, signature=signer.sign(*link_statement(CHAIN, msg)))


def test_a_p_256_key_is_a_subject_s_first_and_signs_its_acts(world):
    world.do("kbank", created_by(CARD))

    world.do("paotang", linked_by(CARD, seq=1))

    assert world.ask("subject", name_of("somchai"))[5][0][0] == CARD.public_key


def test_a_passkey_is_added_and_signs_the_subject_s_acts_at_its_home(world):
    create(world, "somchai")
    passkey = passkey_in(world)

    world.do("kbank", added(passkey))
    world.do("paotang", linked_by(passkey))

    assert "paotang" in world.ask("subject", name_of("somchai"))[6]


def test_a_passkey_without_a_record_is_no_subject_key(world):
    create(world, "somchai")
    unknown = SoftPasskey(b"\x33" * 32)

    world.refuse("kbank", ForeignSite, added(unknown))
    world.refuse("kbank", ForeignSite, created_by(unknown, "somsri"))


def test_what_a_passkey_signed_elsewhere_is_no_act_of_the_subject(world):
    create(world, "somchai")
    passkey = passkey_in(world)
    world.do("kbank", added(passkey))
    passkey.facts = ELSEWHERE

    world.refuse("paotang", ForeignSite, linked_by(passkey))


def test_an_assertion_over_another_act_is_refused(world):
    create(world, "somchai")
    passkey = passkey_in(world)
    world.do("kbank", added(passkey))
    right = linked_by(passkey)

    world.refuse("paotang", BadCitizenSignature, replace(right, seq=3))
    world.refuse("kbank", NoProof, replace(added(passkey, "somsri"), proof=right.signature))


def test_a_passkey_is_no_pairwise_key(world):
    asked = opened(world, "login")
    passkey = passkey_in(world)
    msg = replace(answer(world, asked), citizen_key=passkey.public_key)
    statement = response_statement(CHAIN, terms_digest(CHAIN, asked), msg)

    msg = replace(msg, citizen_signature=passkey.sign(*statement))

    world.refuse("kbank", BadCitizenSignature, msg)


def test_a_p_256_key_is_a_pairwise_key(world):
    asked = opened(world, "login")
    msg = replace(answer(world, asked), citizen_key=CARD.public_key)
    statement = response_statement(CHAIN, terms_digest(CHAIN, asked), msg)

    world.do("kbank", replace(msg, citizen_signature=CARD.sign(*statement)))

    assert state_of(world, "login") == "confirmed"
