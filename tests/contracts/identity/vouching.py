"""A ledger with four vouchers of whom three sign, and citizens who enrol, deposit and show.

Lists have four places here, so that each voucher posts four keys and not 1,024; what is checked of
a key is the same. `NOW` is the epoch of the first block.
"""

from contextlib import contextmanager
from copy import copy

import pytest

from client.identity.keys import CitizenKeys
from client.identity.vouching import files as wallet_files
from client.identity.vouching import seed as wallet_seed
from client.identity.vouching.certificates import Answers, CertificateMaker
from client.identity.vouching.signer import VoucherSigner
from client.vault import Vault
from contracts.identity.core.messages import UNSIGNED
from contracts.identity.crypto.certificates import ALIVE, ENROL, Round
from contracts.identity.vouching import handlers
from contracts.identity.vouching.handlers import round_key
from contracts.identity.vouching.messages import (
    AssignPlace,
    DepositRoot,
    EnrolRoot,
    OpenRound,
    PostKeys,
    SetVouchers,
    SumKeys,
    deposit_statement,
    enrolment_root_statement,
)
from contracts.sdk.bls import decode_g2
from contracts.sdk.calendar import bangkok_day
from contracts.tools.testing import DictState
from primitives.crypto import digest
from tests.contracts.identity.scenes import proofed, subject_of
from tests.contracts.identity.signing import CHAIN, FIRST_S, name_of, public, signed
from tests.contracts.identity.world import World

VOUCHERS = ("dopa", "facelab", "mea", "pea")
NEEDED = 3
PLACES = 4
STATE, BANKING = 2, 3  # the places of two sectors in list 1
DAY_S = 86_400
NOW = bangkok_day(FIRST_S * 1000)
LIST = Round(kind=ENROL, period=1, edition=1, generation=0)
YEAR = 2023


@contextmanager
def short_lists():
    """Lists of four places, at the ledger and in wallets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handlers, "PLACES", PLACES)
        for module in (wallet_seed, wallet_files):
            patch.setattr(module, "PLACES", PLACES)
        yield


def day(epoch, generation=0):
    """The round of an epoch."""
    return Round(kind=ALIVE, period=epoch, edition=1, generation=generation)


def signer(number):
    """What a voucher signs with, by its number from 1."""
    vault = Vault(None, digest("test-voucher", bytes([number])))
    return VoucherSigner(vault, CHAIN, number=number, agency=VOUCHERS[number - 1])


def wallet(who):
    """The secrets of a citizen's vouched keys, from the citizen's seed."""
    return CitizenKeys(name_of(f"{who}-seed")).vouching(CHAIN)


class Vouching(World):
    """A world with vouchers, at the beginning of which nobody is enrolled."""

    def __init__(self, *people, holders_min=1, numbers=(1, 2, 3, 4)):
        super().__init__()
        for agency in ("mea", "pea"):
            self.register(agency, namespaces=())
        self.numbers = numbers  # of the vouchers that post keys
        self.do("etda", SetVouchers(1, VOUCHERS, NEEDED, holders_min))
        self.do("etda", AssignPlace(1, STATE, "state"))
        self.do("etda", AssignPlace(1, BANKING, "banking"))
        for who in people:
            proofed(self, who)

    def copied(self):
        """A world that begins as this one is now."""
        other = copy(self)
        other.ledger = copy(self.ledger)
        other.ledger.state = DictState()
        other.ledger.state.committed = dict(self.ledger.state.committed)
        return other

    @property
    def epoch(self):
        """The epoch of now."""
        return bangkok_day(self.ledger.block.time_ms)

    def go_to(self, epoch, hours=0):
        """Wait until so many hours after an epoch begins, or before it when negative."""
        start_ms = handlers.start_of(epoch) + round(hours * 3_600_000)
        self.ledger.next_block(time_ms=start_ms - self.ledger.block.time_ms)

    def enrol(self, who, **choices):
        """Put the root over a citizen's pairwise keys on the ledger."""
        self.do_as("anyone", enrolling(self, who, **choices))

    def deposit(self, who, **choices):
        """Put the root over a citizen's throwaway keys of a year on the ledger."""
        self.do_as("anyone", depositing(self, who, **choices))

    def post(self, asked, numbers=None):
        """Let vouchers post their keys of a round, which the first of them begins."""
        numbers = numbers or self.numbers
        with short_lists():
            self.do(VOUCHERS[numbers[0] - 1], OpenRound(VOUCHERS[numbers[0] - 1], asked))
            for number in numbers:
                self.do(VOUCHERS[number - 1], posting(self, asked, number))

    def plan(self, asked):
        """Until when a round takes keys, its classes, and how many keys it has."""
        return self.ask("round", *round_key(asked))

    def sum(self, asked):
        """Fix who signs in a round, and add their keys up."""
        places = tuple(range(self.plan(asked)[2]))
        self.do_as("anyone", SumKeys(asked, places))

    def chosen(self, asked):
        """Who signs in a round."""
        return self.ask("round_vouchers", *round_key(asked))

    def show(self, who, **changes):
        """Show a citizen's certificates of today."""
        self.do_as("anyone", showing(self, who, **changes))

    def level(self, who, place=STATE):
        """The level at which a citizen's key of a place is vouched for now."""
        sector = {STATE: "state", BANKING: "banking"}[place]
        return self.ask("vouched_level", sector, wallet(who).pairwise((1, place)).public_key)


def enrolling(vouching, who, *, generation=0, key=None, root=None, list_id=1):
    """The message that enrols a citizen, signed by a subject key."""
    with short_lists():
        root = root or wallet(who).list_tree(list_id, generation).root
    named = (name_of(who), seq_of(vouching, who), list_id, generation, root)
    label = key or f"{who}-1"
    msg = EnrolRoot(*named, public(label), UNSIGNED)
    return signed(msg, enrolment_root_statement(CHAIN, msg), label)


def depositing(vouching, who, *, year=YEAR, generation=0, key=None, root=None):
    """The message that deposits a year; the root is of no tree, which the ledger cannot see."""
    root = root or name_of(f"{who}-{year}") * 2
    named = (name_of(who), seq_of(vouching, who), year, generation, root)
    label = key or f"{who}-1"
    msg = DepositRoot(*named, public(label), UNSIGNED)
    return signed(msg, deposit_statement(CHAIN, msg), label)


def seq_of(vouching, who):
    """The number of a citizen's next act."""
    return subject_of(vouching, who)[8] + 1


def posting(vouching, asked, number, *, by=None, signs=None):
    """The message with a voucher's keys of a round; `by` sends it, `signs` makes the keys."""
    count = vouching.plan(asked)[2]
    made = signs or signer(number)
    keys = tuple(made.proven(asked, place) for place in range(count))
    return PostKeys(by or VOUCHERS[number - 1], asked, 0, keys)


def answers(vouching, asked, place, element):
    """What the vouchers that sign answer to one blinded key, with the ledger's keys."""
    chosen = vouching.chosen(asked)
    named = (*round_key(asked), place)
    keys = {one: decode_g2(vouching.ask("voucher_key", *named, one)) for one in chosen}
    given = {one: signer(one).answer(asked, place, (element,))[0] for one in chosen}
    return Answers(keys=keys, answers=given)


def enrolment(vouching, who, place=STATE, asked=LIST):
    """A citizen's certificate of enrolment in a place."""
    with short_lists():
        element = wallet(who).hidden_places(asked.period, asked.generation)[place]
    return maker(who).enrolment(asked, place, answers(vouching, asked, place, element))


def alive(vouching, who, asked, *, class_id=0, slot=0):
    """A citizen's certificate of a slot in a class."""
    element = wallet(who).hidden_slots(asked.period, asked.generation)[slot]
    given = answers(vouching, asked, class_id, element)
    return maker(who).alive(asked, class_id, slot, given)


def showing(vouching, who, *, asked=None, place=STATE, class_id=0, slot=0, listed=LIST):
    """The message that shows a citizen's certificates; of today if no other round is named."""
    asked = asked or day(vouching.epoch)
    enrolled = enrolment(vouching, who, place, listed)
    day_s = alive(vouching, who, asked, class_id=class_id, slot=slot)
    return maker(who).show(enrolled, day_s, slot)


def maker(who):
    """What makes and shows a citizen's certificates."""
    return CertificateMaker(wallet(who), CHAIN)


def running(*people, days=10, **choices):
    """A world on the morning of an epoch whose keys, and those of the list, are summed up."""
    vouching = Vouching(*people, **choices)
    for who in people:
        vouching.enrol(who)
        vouching.deposit(who)
    vouching.post(LIST)
    vouching.go_to(NOW + 8)
    vouching.sum(LIST)
    begin(vouching, NOW + days)
    return vouching


def begin(vouching, epoch, generation=0):
    """Have an epoch's keys posted and summed up in time, and go to its morning."""
    asked = day(epoch, generation)
    vouching.post(asked)
    vouching.go_to(epoch, hours=-24)
    vouching.sum(asked)
    vouching.go_to(epoch, hours=8)
    return asked
