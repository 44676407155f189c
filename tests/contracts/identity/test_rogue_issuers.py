"""Issuers that cheat: none fills another's room, none restores what a supervisor suspended."""

from dataclasses import replace

from contracts.identity.attestations.messages import (
    Barred,
    IssueAttestation,
    SetAttestation,
    TooManyAttestations,
)
from contracts.identity.core.messages import (
    StatusUnchanged,
)
from tests.contracts.identity.scenes import (
    attest,
    create,
    face_match,
    for_proofing,
    proofed,
    set_attestation,
)
from tests.contracts.identity.signing import name_of
from tests.contracts.identity.world import World

SOMCHAI = name_of("somchai")


def with_citizen():
    """A world where kbank has registered somchai."""
    world = World()
    create(world, "somchai")
    return world


def junk(world, label, kind="attribute", *, agency="pea"):
    """An attribute that anybody of its kind may attest of anybody."""
    end = world.now + 5 * 366 * 86_400
    what = (name_of("somchai"), kind, 0, "x", name_of("c"), end, None, 0, None, None, None)
    return IssueAttestation(agency, name_of(label), *what)


def test_no_issuer_fills_the_room_of_another_or_of_another_kind():
    world = with_citizen()
    world.register("pea", namespaces=())
    for index in range(16):
        world.do("pea", junk(world, f"junk-{index}"))
    world.refuse("pea", TooManyAttestations, junk(world, "junk-16"))
    world.do("pea", junk(world, "guardian", "guardian"))
    world.do("dopa", junk(world, "province", agency="dopa"))

    face_match(world, "somchai", **for_proofing("somchai"))
    attest(world, "somchai", ial=230, evidence="somchai-face", label="strong")

    assert world.ask("effective_ial", SOMCHAI) == 230
    shown = world.ask("usable_attestations", SOMCHAI)
    assert shown[:3] == (name_of("strong"), name_of("somchai-face"), name_of("guardian"))
    assert len(shown) == 20
    assert world.ask("has_active_attestation", SOMCHAI, "attribute", 0) is True


def bar(world, status="suspended"):
    """Change a proofing of kbank as the supervisor."""
    world.do("etda", SetAttestation("kbank", name_of("somchai-proofing"), status, ""))


def test_what_a_supervisor_suspended_no_issuer_restores():
    world = World()
    proofed(world, "somchai")

    bar(world)

    restored = SetAttestation("kbank", name_of("somchai-proofing"), "active", "")
    world.refuse("kbank", Barred, restored)
    assert world.ask("effective_ial", SOMCHAI) == 0
    bar(world, "active")
    assert world.ask("effective_ial", SOMCHAI) == 230
    set_attestation(world, "somchai-proofing", "suspended")
    set_attestation(world, "somchai-proofing", "active")


def test_a_supervisor_bars_what_its_issuer_suspended_before():
    world = World()
    proofed(world, "somchai")
    set_attestation(world, "somchai-proofing", "suspended")

    bar(world)

    again = SetAttestation("kbank", name_of("somchai-proofing"), "suspended", "")
    world.refuse("etda", StatusUnchanged, again)
    world.refuse("kbank", Barred, replace(again, status="active"))


def test_an_issuer_may_revoke_what_a_supervisor_suspended():
    world = World()
    proofed(world, "somchai")
    bar(world)

    set_attestation(world, "somchai-proofing", "revoked")

    assert world.ask("attestation", name_of("somchai-proofing"))[11] == "revoked"
