"""What the digital baht remembers. Amounts are satang."""

from contracts.sdk import Address, Counter, Item, Map

supply_max = Item[int]("supply_max")
paused_at = Item[int]("paused_at")  # height of the block whose supply equation failed

balances = Map[Address, int]("balances")
issued = Counter("issued")
redeemed = Counter("redeemed")
accounted = Counter("accounted")  # sum of all balances, kept from their changes

issue_references = Map[str, int]("issue_references")  # reference -> height
redeem_references = Map[tuple[Address, str], int]("redeem_references")  # (holder, reference)
