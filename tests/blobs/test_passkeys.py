"""A citizen's passkey asks for contents: by its record in accounts, at its own home alone."""

import pytest

from client.complaints.asking import BlobAccount, Question, signed_params
from node.blobs import ContractPolicy
from node.blobs.auth import RequestGuard, SignedRequest
from node.rpc.blob_schemas import GetBlobParams, signed_request
from primitives.errors import BadSignature, ForeignSite, KeyNotInAccount, Replayed
from primitives.ids import address_of
from primitives.keys import WEBAUTHN_ED25519, WEBAUTHN_P256
from tests.blobs.builders import NOW_MS, content
from tests.builders import CHAIN_ID
from tests.contracts.ledgers import empty_ledger
from tests.contracts.test_passkeys import ELSEWHERE, OTHER_RP, stated
from tests.passkeys import PRESENT, SoftPasskey

MADE = content(parts=1)
KINDS = [WEBAUTHN_P256, WEBAUTHN_ED25519]


def asked_by(signer, account=None, **facts) -> SignedRequest:
    """What a node reads of a request over RPC that a passkey signed."""
    signer.facts = facts
    asking = BlobAccount(CHAIN_ID, signer, account or address_of(signer.public_key))
    params = signed_params(asking, Question("blob_get", MADE.digest, {"index": 1}, 1), NOW_MS)
    return signed_request(CHAIN_ID, "blob_get", GetBlobParams.model_validate(params))


def guard(*recorded) -> RequestGuard:
    """Lets requests pass by the accounts contract, in which these passkeys have records."""
    ledger = empty_ledger()
    for signer in recorded:
        ledger.as_("anyone").execute(stated(signer))
    policy = ContractPolicy(lambda contract, name, args: ledger.query(contract, name, *args))
    return RequestGuard(policy.is_key_of, policy.is_site_of, nonces_max=10)


@pytest.mark.parametrize("kind", KINDS)
def test_a_passkey_signs_a_request_for_a_content_once(kind):
    signer = SoftPasskey(b"\x07" * 32, kind)
    asked, guarding = asked_by(signer), guard(signer)

    guarding.check(asked, NOW_MS)

    assert (asked.request.content, asked.request.index) == (MADE.digest, 1)
    with pytest.raises(Replayed):
        guarding.check(asked, NOW_MS)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"origin": ELSEWHERE}, ForeignSite),
        ({"rp_id": OTHER_RP}, ForeignSite),
        ({"flags": PRESENT}, BadSignature),
        ({"kind": "webauthn.create"}, BadSignature),
        ({"is_high": True}, BadSignature),
    ],
)
def test_an_assertion_of_another_place_or_without_its_owner_asks_for_nothing(facts, error):
    signer = SoftPasskey(b"\x07" * 32)

    with pytest.raises(error):
        guard(signer).check(asked_by(signer, **facts), NOW_MS)


def test_a_passkey_without_a_record_asks_for_nothing():
    signer, other = SoftPasskey(b"\x07" * 32), SoftPasskey(b"\x08" * 32)

    with pytest.raises(ForeignSite):
        guard(other).check(asked_by(signer), NOW_MS)


def test_a_passkey_asks_for_no_other_account():
    signer, other = SoftPasskey(b"\x07" * 32), SoftPasskey(b"\x08" * 32)
    asked = asked_by(signer, account=address_of(other.public_key))

    with pytest.raises(KeyNotInAccount):
        guard(signer, other).check(asked, NOW_MS)
