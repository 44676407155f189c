"""The headings of the guide whose commands are run, in the order in which they are."""

PROCEDURES = (
    "Each agency makes its node",
    "The coordinator writes the plan and the genesis",
    "Everybody verifies, then starts",
    "Licence, money, wallets, payment",
)
