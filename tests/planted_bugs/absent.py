"""Bugs in whose turn it is (R3.1 to R3.3), as a programmer might have made them."""

from dataclasses import replace
from typing import Any

from consensus import turns
from consensus.turns import Turn
from primitives.block import Block
from primitives.certificate import Certificate
from primitives.ids import Height
from primitives.validators import ValidatorSet
from tests.planted_bugs.bugs import ROUGH, Patch, PlantedBug
from tests.simulation import ledger as sim_ledger
from tests.simulation import node as sim_node
from tests.simulation.ledger import Ledger as SimLedger
from tests.simulation.plan import Plan
from tests.simulation.world import MS, SECOND


def more_than_f_are_passed_over(patch: Patch) -> None:
    """Whoever missed two turns is passed over, however many are already."""

    def all_of_them(after: dict[str, Turn], height: int, _following: ValidatorSet) -> None:
        for name, turn in after.items():
            if turn.missed >= 2 and turn.until <= height:
                after[name] = replace(turn, until=height + 16)

    patch.setattr(turns, "_let_go", lambda *_: None)
    patch.setattr(turns, "_pass_over", all_of_them)


def turns_are_charged_by_the_own_certificates_view(patch: Patch) -> None:
    """Charged is by the view of the certificate in hand, which other nodes need not hold."""
    commit = SimLedger.commit

    def by_own_certificate(self: SimLedger, block: Block, certificate: Certificate) -> None:
        before, order = self.turns, self.head().order
        commit(self, block, certificate)
        rota = turns.Rota(height=block.height, validators=self.decided_by, turns=before)
        proposer = order[certificate.view % len(order)]
        self.turns = turns.charge(rota, proposer=proposer, following=self.validators)

    patch.setattr(SimLedger, "commit", by_own_certificate)


def missed_turns_are_forgotten_at_a_restart(patch: Patch) -> None:
    """Who starts again, or syncs, begins with nobody charged."""
    start = sim_node.Node.start

    def forgetful(self: sim_node.Node) -> None:
        self.ledger.turns = {}
        start(self)

    patch.setattr(sim_node.Node, "start", forgetful)


def the_order_is_not_rotated(patch: Patch) -> None:
    """The same validator proposes first at every height."""
    patch.setattr(turns, "_rotation", lambda validators, _height, _since: validators.members)


def who_is_passed_over_stands_first(patch: Patch) -> None:
    """The order is turned round."""

    def turned(
        validators: ValidatorSet, missed: turns.Turns, height: Height, since: turns.Since
    ) -> Any:
        over = turns.passed_over(validators, missed, height, since)
        rotation = [member.public_key for member in turns._rotation(validators, height, since)]
        return (*over, *(key for key in rotation if key not in over))

    for module in (sim_ledger, turns):
        patch.setattr(module, "order_of", turned)


def who_is_passed_over_never_comes_back(patch: Patch) -> None:
    """There is no way back."""
    pass_over = turns._pass_over

    def for_good(after: dict[str, Turn], height: int, following: ValidatorSet) -> None:
        before = dict(after)
        pass_over(after, height, following)
        for name, turn in after.items():
            if turn != before[name]:
                after[name] = replace(turn, until=2**50)

    patch.setattr(turns, "_pass_over", for_good)


_SILENT = replace(ROUGH, byzantine=("silent",))
_MANY_ABSENT = Plan(
    byzantine=("silent",),
    work_gap_us=20 * MS,
    nemeses=("isolate_proposer",),
    nemesis_gap_us=150 * MS,
    fault_heights=60,
    fault_us_max=40 * SECOND,
)

ABSENT_BUGS = tuple(
    PlantedBug(plant.__name__, plant, plan, seeds_max)
    for plant, plan, seeds_max in (
        (more_than_f_are_passed_over, _MANY_ABSENT, 20),
        (missed_turns_are_forgotten_at_a_restart, _SILENT, 5),
        (the_order_is_not_rotated, ROUGH, 1),
        (who_is_passed_over_stands_first, _SILENT, 10),
    )
)
