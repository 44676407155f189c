"""A key that is being replaced asks for no token: its owner has said that it is lost."""

from contracts.identity.attestations.messages import IssueAttestation
from contracts.identity.core.messages import MatchUse
from contracts.voting.tokens.messages import NotVoterKey
from tests.contracts.identity.signing import CID, name_of, public, recovering
from tests.contracts.voting import scenes
from tests.contracts.voting.acts import requesting

DAY_S = 86_400


def test_while_a_recovery_is_held_neither_key_takes_the_voters_only_token():
    world = scenes.opened()
    world.register_node("facelab", (0, 0), (CID,))
    until = world.ledger.block.time_ms // 1_000 + DAY_S
    use = MatchUse("kbank", "recovery", public("a4-new"))
    match = (name_of("a4"), "fvs", 0, "face-1to1", name_of("commit"), until, None, 2, use)
    world.do("facelab", IssueAttestation("facelab", name_of("a4-face"), *match, None, None))
    world.do("kbank", recovering("a4", "a4-new"))

    world.refuse("nobody", NotVoterKey, requesting(world, "a4"))
