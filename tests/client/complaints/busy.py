"""A ledger on which agencies have worked on complaints for some days, without contents."""

from contracts.complaints.reviews.messages import Appeal, Rate
from contracts.complaints.transfers.messages import AcceptTransfer, OfferTransfer, RejectTransfer
from contracts.complaints.work.messages import Accept, Resolve, SetStage
from tests.contracts.complaints.world import HOUR_MS, ident, item

CASES = 24
_HOUR_S = HOUR_MS // 1000


def work(world):
    """File two dozen cases with "khet"; hand some on, resolve most, some late, rate a few."""
    for number in range(CASES):
        label = f"case-{number}"
        world.file(label, who=f"citizen-{number}")
        world.wait(5 * _HOUR_S)
        if number % 6 == 5:
            continue  # nobody takes it up
        world.do("khet", Accept(ident(label)))
        holder = "khet"
        if number % 4 == 1:
            holder = _handed_over(world, label)
        if number % 4 == 3:
            world.do("khet", OfferTransfer(ident(label), "water", "a-pipe"))
            world.do("water", RejectTransfer(ident(label), 1, "no-pipe"))
        world.do(holder, SetStage(ident(label), "in-progress", None))
        world.wait((number % 5) * 9 * _HOUR_S + 60)
        world.do(holder, Resolve(ident(label), "fixed", item(f"{label}-result")))
        if number % 3 == 0:
            world.do_as(f"citizen-{number}", Rate(ident(label), 1 + number % 5))
        elif number % 7 == 1:
            world.do_as(f"citizen-{number}", Appeal(ident(label), item(f"{label}-grounds")))


def _handed_over(world, label):
    world.do("khet", OfferTransfer(ident(label), "roads", "their-road"))
    world.do("roads", AcceptTransfer(ident(label), 1))
    return "roads"
