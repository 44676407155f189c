"""A namespace whose authority changes: one person stays one subject."""

from dataclasses import replace

from contracts.identity.core.messages import TagsLeft
from contracts.identity.nodes.messages import SetNamespace
from contracts.identity.subjects.messages import (
    BeginTagVersion,
    CorrectTag,
    DuplicateIdentity,
    new_tags_statement,
    possession_of_first_key,
    tag_statement,
)
from tests.contracts.identity.scenes import create
from tests.contracts.identity.signing import (
    CHAIN,
    CID,
    creation,
    name_of,
    public,
    renewing,
    signed,
)
from tests.contracts.identity.world import World

TO_PEA = SetNamespace(CID, "pea", True)


def handed_over():
    """A world where pea is the authority of the tags that dopa made."""
    world = World()
    create(world, "somchai")
    world.register("pea", namespaces=())
    world.do("etda", TO_PEA)
    return world


def certified_by_pea(who, tag, version):
    """The registration of a person with a tag of pea's key."""
    msg = replace(
        creation(who), uid_tag=name_of(tag), tag_version=version, tag_key=public("pea-node")
    )
    msg = signed(msg, possession_of_first_key(CHAIN, msg), f"{who}-1", "proof")
    return signed(msg, tag_statement(CHAIN, msg), "pea-node", "tag_signature")


def renewed_by_pea(tags):
    msg = replace(renewing(tags), agency="pea", key=public("pea-node"))
    return signed(msg, new_tags_statement(CHAIN, msg), "pea-node")


def test_a_new_authority_registers_nobody_before_every_tag_in_use_has_one_of_its_own():
    world = handed_over()
    again = certified_by_pea("again", "somchai-by-pea", 1)
    world.refuse("kbank", TagsLeft, again)
    world.refuse("pea", TagsLeft, CorrectTag("pea", name_of("somchai"), name_of("other"), 1))
    world.refuse("pea", TagsLeft, BeginTagVersion("pea", CID, 2))

    world.do("pea", renewed_by_pea({"somchai": "somchai-by-pea"}))
    world.do("pea", BeginTagVersion("pea", CID, 2))

    twice = certified_by_pea("again", "somchai-by-pea", 2)
    world.refuse("kbank", DuplicateIdentity, twice)
    world.do("kbank", certified_by_pea("malee", "malee-by-pea", 2))


def test_an_authority_that_comes_back_goes_on_with_its_own_tags():
    world = handed_over()

    world.do("etda", SetNamespace(CID, "dopa", True))

    create(world, "malee")


def test_no_authority_takes_over_amid_another_s_renewal():
    world = World()
    for who in ("somchai", "malee"):
        create(world, who)
    world.register("pea", namespaces=())
    world.do("dopa", renewing({"somchai": "somchai-new"}))

    world.refuse("etda", TagsLeft, TO_PEA)

    world.do("dopa", renewing({"malee": "malee-new"}))
    world.do("dopa", BeginTagVersion("dopa", CID, 2))
    world.do("etda", TO_PEA)


def test_a_namespace_without_tags_changes_its_authority_at_once():
    world = World()
    world.register("pea", namespaces=())

    world.do("etda", TO_PEA)

    world.do("kbank", certified_by_pea("malee", "malee-by-pea", 1))
