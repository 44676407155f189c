"""The headings of the guide whose commands are run, in order, and what befalls before each."""

from collections.abc import Callable

from tests.e2e.guide import accidents
from tests.e2e.guide.world import World

PROCEDURES: dict[str, Callable[[World], None]] = {
    "Each agency makes its node": accidents.nothing,
    "The coordinator writes the plan and the genesis": accidents.nothing,
    "Everybody verifies, then starts": accidents.nothing,
    "Licence, money, wallets, payment": accidents.nothing,
    "Settings": accidents.nothing,
    "Is my node well?": accidents.nothing,
    "Looking at money": accidents.nothing,
    "A certificate is about to run out": accidents.old_certificate,
    "Another TLS key": accidents.nothing,
    "Another consensus key": accidents.nothing,
    "A consensus key was stolen": accidents.nothing,
    "Backup": accidents.nothing,
    "Snapshots and old blocks": accidents.nothing,
    "The store is lost": accidents.store_lost,
    "The database is damaged": accidents.database_damaged,
    "The sign-state is lost": accidents.sign_state_lost,
    "The machine is lost": accidents.machine_lost,
    "The disk is full": accidents.disk_full,
    "The night when nobody can sign": accidents.two_sign_states_lost,
    "Somebody else shall look at it": accidents.nothing,
    "Agencies and officers": accidents.nothing,
    "Several keys for an account": accidents.nothing,
    "The key in a signer": accidents.nothing,
    "The key in a token": accidents.token_at_hand,
}
