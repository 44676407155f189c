"""The law of tiers: who attests, what is checked, that nobody has a tier twice."""

import pytest

from contracts.cbdc.authority.messages import SetParams
from contracts.cbdc.core.messages import (
    PERSON,
    HoldingLimit,
    NotBank,
    UnknownWallet,
    WalletClosed,
    WrongTier,
)
from contracts.cbdc.payments.messages import Fund, Transfer
from contracts.cbdc.wallets.messages import (
    AttestationExpired,
    AttestationForged,
    AttestationNotYet,
    AttestationVoid,
    CloseWallet,
    IssuerInactive,
    IssuerLevel,
    IssuerNotIdp,
    NotIssuersKey,
    NotWalletsHolder,
    NullifierUsed,
    OpenWallet,
    PolicyTooOld,
    Proof,
    RevokeAttestation,
    SetTier,
    UnknownAttestation,
)
from contracts.identity.nodes.messages import SetNodeStatus
from primitives.errors import NotAllowed
from tests.contracts.cbdc.town import BAHT, DAY_MS, HOUR_MS, Town, admin, name_of, proof_for

ALICE, BOB = Town.address("alice"), Town.address("bob")
START_MS = 1_700_000_000_000


def tier(town, name="alice"):
    return town.ask("wallet", Town.address(name))[2]


def setting(ial=210, holder="alice", *, wallet=ALICE, fsp="kbank", **changes):
    return SetTier(fsp, wallet, name_of(holder), proof_for(holder, ial, **changes))


@pytest.mark.parametrize(
    ("ial", "wanted"),
    [(0, "T0"), (99, "T0"), (100, "T1"), (130, "T1"), (210, "T2"), (230, "T2"), (300, "T3")],
)
def test_the_level_of_an_attestation_gives_the_tier(town, ial, wanted):
    town.person("alice", 0)

    town.do("kbank", setting(ial))

    assert tier(town) == wanted
    assert town.fields("TierSet")[2] == wanted


BAD = {
    "expired": (AttestationExpired, setting(expires_ms=START_MS + 1)),
    "not yet issued": (AttestationNotYet, setting(issued_ms=START_MS + DAY_MS)),
    "of an agency that is no identity provider": (
        IssuerNotIdp,
        setting(issuer="welfare", signer="paotang-node"),
    ),
    "of a level above the issuer's": (IssuerLevel, setting(210, issuer="otheridp")),
    "signed by a key that is not the issuer's": (NotIssuersKey, setting(signer="mallory")),
    "signed by another issuer's key": (NotIssuersKey, setting(signer="otheridp-node")),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_attestation_is_refused_with_its_reason(town, case):
    error, msg = BAD[case]
    town.person("alice", 0)
    town.wait(1_000)

    refusal = town.refuse("kbank", error, msg)

    assert refusal.code == error.code
    assert tier(town) == "T0"


@pytest.mark.parametrize("field", ["ial", "expires_ms", "issued_ms", "policy_version", "nullifier"])
def test_a_field_that_was_changed_after_signing_is_noticed(town, field):
    town.person("alice", 0)
    good = proof_for("alice", 210)
    values = {name: getattr(good, name) for name in Proof.__dataclass_fields__}
    other = name_of("other") if field == "nullifier" else values[field] - 1

    changed = Proof(**(values | {field: other}))
    refusal = town.refuse(
        "kbank", AttestationForged, SetTier("kbank", ALICE, name_of("alice"), changed)
    )

    assert refusal.code == "ATTESTATION_FORGED"


def test_an_attestation_of_one_holder_serves_no_other(town):
    town.person("alice", 0)
    town.person("bob", 0)

    stolen = SetTier("kbank", BOB, name_of("bob"), proof_for("alice", 210))
    other = SetTier("kbank", BOB, name_of("alice"), proof_for("alice", 210))
    town.refuse("kbank", AttestationForged, stolen)
    refusal = town.refuse("kbank", NotWalletsHolder, other)

    assert refusal.code == "NOT_WALLETS_HOLDER"


def test_an_issuer_that_is_suspended_or_unknown_attests_nothing(town):
    town.person("alice", 0)
    town._call("etda", "identity", SetNodeStatus("paotang", "suspended", ""))

    refusal = town.refuse("kbank", IssuerInactive, setting())

    assert dict(refusal.details)["issuer"] == "paotang"


def test_without_a_node_of_the_issuer_nothing_is_attested():
    town = Town(with_identity=False)
    town.person("alice", 0)

    refusal = town.refuse("kbank", IssuerInactive, setting())

    assert dict(refusal.details)["issuer"] == "paotang"


def test_an_attestation_of_an_old_policy_is_refused(town):
    town.person("alice", 0)
    town.do("bot", SetParams("attestation-policy-min", 2, town.ledger.block.time_ms + 1_000))
    _ = town.wait(), town.wait()

    refusal = town.refuse("kbank", PolicyTooOld, setting(policy_version=1))
    town.do("kbank", setting(policy_version=2))

    assert dict(refusal.details)["least"] == 2


def test_one_person_has_one_tier_at_one_bank(town):
    town.person("alice", 210)
    second = proof_for("alice-at-scb", 210, person="alice")

    msg = OpenWallet("scb", BOB, PERSON, name_of("alice-at-scb"), second)
    town.refuse("scb", NullifierUsed, msg)
    town.do("kbank", CloseWallet("kbank", ALICE))
    town.do("scb", msg)

    assert tier(town, "bob") == "T2"


def test_a_new_nullifier_of_a_holder_frees_the_old_one(town):
    town.person("alice", 210)
    town.do("kbank", setting(210, nullifier=name_of("alice-2")))

    second = proof_for("alice-at-scb", 210, person="alice")
    town.do("scb", OpenWallet("scb", BOB, PERSON, name_of("alice-at-scb"), second))

    assert town.ask("attestation", name_of("alice-2"))[1:3] == ("kbank", name_of("alice"))
    assert town.ask("attestation", name_of("alice"))[1:3] == ("scb", name_of("alice-at-scb"))


def test_a_revoked_attestation_demotes_at_once_and_takes_nothing(town):
    town.person("alice", 210, money=90_000 * BAHT)
    town.person("bob", 110)

    town.do("paotang", RevokeAttestation("paotang", name_of("alice")))

    assert town.fields("AttestationRevoked") == ("paotang", name_of("alice"))
    assert (tier(town), town.balance("alice")) == ("T0", 90_000 * BAHT)
    town.refuse("alice", WrongTier, Transfer(BOB, 1, ""))
    town.refuse("kbank", HoldingLimit, Fund("kbank", ALICE, 1, "again"))


def test_what_was_issued_before_a_revocation_never_counts_again(town):
    town.person("alice", 210)
    town.wait(HOUR_MS)
    town.do("paotang", RevokeAttestation("paotang", name_of("alice")))
    town.wait(HOUR_MS)

    refusal = town.refuse("kbank", AttestationVoid, setting())
    fresh = setting(issued_ms=town.now - 1)
    town.do("kbank", fresh)
    town.refuse("kbank", AttestationVoid, setting(issued_ms=START_MS + 1_000))

    assert refusal.code == "ATTESTATION_VOID"
    assert tier(town) == "T2"


def test_an_attestation_is_revoked_before_it_is_shown(town):
    town.person("alice", 0)
    town.do("paotang", RevokeAttestation("paotang", name_of("alice")))

    refusal = town.refuse("kbank", AttestationVoid, setting())

    assert refusal.code == "ATTESTATION_VOID"


def test_only_the_issuer_revokes(town):
    town.person("alice", 210)

    town.refuse("otheridp", UnknownAttestation, RevokeAttestation("otheridp", name_of("alice")))
    town.refuse("kbank", NotAllowed, RevokeAttestation("paotang", name_of("alice")))
    town.refuse("kbank", NotAllowed, RevokeAttestation("kbank", name_of("alice")))

    assert tier(town) == "T2"


def test_only_the_wallets_bank_sets_its_tier(town):
    town.person("alice", 0)

    town.refuse("scb", NotBank, setting(fsp="scb"))
    town.refuse("kbank", UnknownWallet, setting(wallet=BOB))
    town.refuse("kbank", NotWalletsHolder, setting(wallet=admin("kbank")))
    town.do("kbank", CloseWallet("kbank", ALICE))
    town.refuse("kbank", WalletClosed, setting())
