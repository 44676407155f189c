"""Identity 5: a year of certificates, as whoever reads all blocks sees it.

Twenty citizens for real, on a day a fortnight; a thousand by counting, every day.
"""

import datetime
import random
from functools import cache

from primitives.crypto import digest
from tests.contracts.identity.signing import name_of
from tests.contracts.identity.vouching import (
    BANKING,
    LIST,
    STATE,
    Vouching,
    begin,
    day,
    showing,
    wallet,
)

PEOPLE = tuple(f"citizen-{number}" for number in range(20))
EARLY, LATE = PEOPLE[:15], PEOPLE[15:]
YEAR = 2024
FIRST = (datetime.date(YEAR, 1, 1) - datetime.date(1970, 1, 1)).days
WEEKS = 22  # every second week has a day of acts, while the proofings last
WEEK_OF = {who: 4 * (number + 1) for number, who in enumerate(LATE)}  # when the late ones deposit
KEYS = {
    (place, who): wallet(who).pairwise((1, place)).public_key
    for place in (STATE, BANKING)
    for who in PEOPLE
}


def acts(who, week, place):
    """Whether a citizen acts in a sector in a week: the first always, the second never."""
    if who == PEOPLE[0] or who == PEOPLE[1]:
        return who == PEOPLE[0]
    return digest("acts", f"{who} {week} {place}".encode())[0] < 100


class Observer:
    """Reads every event; for each pairwise key, who may it be?"""

    def __init__(self):
        self.candidates = {}  # (sector, key) -> subjects that it may be
        self.at_first = {}
        self.uses = {}
        self.asked = {}  # the same, were it known who asked on which day

    def see(self, events, standing, askers):
        """Take what happened in an epoch; `standing` are subjects and the levels they have."""
        for event in events:
            if event.name != "CertificatesShown":
                continue
            key, sector, _epoch, level = event.fields
            may = {sid for sid, of in standing.items() if of >= level}
            place = (sector, key)
            self.candidates[place] = self.candidates.get(place, may) & may
            self.at_first.setdefault(place, may)
            self.asked[place] = self.asked.get(place, askers) & askers
            self.uses[place] = self.uses.get(place, 0) + 1


def standing_in(vouching, epoch):
    """Whom the vouchers answer in an epoch, and up to which level; the ledger says it to all."""
    rows = vouching.ask("answerable_page", epoch, 0)
    return {row[1]: row[4] for row in rows if row[4] > 0}


@cache
def year():
    """The ledger at the end of the year, what the observer learned, and all events by kind."""
    vouching, observer, events = Vouching(*PEOPLE), Observer(), []
    for who in PEOPLE:
        vouching.enrol(who)
    for who in EARLY:
        vouching.deposit(who, year=YEAR)
    vouching.post(LIST)
    vouching.go_to(FIRST - 1)
    vouching.sum(LIST)
    for week in range(WEEKS):
        for who in [late for late in LATE if WEEK_OF[late] == week]:
            vouching.deposit(who, year=YEAR)
        epoch = FIRST + 14 * week + 9
        vouching.go_to(epoch - 5)
        begin(vouching, epoch)
        top = vouching.plan(day(epoch))[2] - 1
        shown = []
        askers = set()
        standing = standing_in(vouching, epoch)
        for who in [each for each in PEOPLE if name_of(each) in standing]:
            for slot, place in enumerate((STATE, BANKING)):
                if acts(who, week, place):
                    choice = {"place": place, "slot": slot, "class_id": top * (week % 2)}
                    shown += vouching.do_as("anyone", showing(vouching, who, **choice))
                    askers.add(name_of(who))
        observer.see(shown, standing, askers)
        events += shown
    return vouching, observer, events


def test_of_a_subject_the_ledger_shows_its_roots_and_nothing_that_use_changes():
    vouching, _, events = year()

    assert len(events) > 200
    stored = vouching.ledger.state.committed.items()
    for who in PEOPLE:
        sid = name_of(who)
        assert vouching.ask("deposit", sid, YEAR) is not None
        assert vouching.ask("subject", sid)[8] == 2  # what the subject's key signed: two roots
        named = [key + value for key, value in stored if sid in key + value]
        assert not any(KEYS[place, who] in each for place in (STATE, BANKING) for each in named)


def test_the_intersection_of_all_days_of_a_key_names_nobody():
    _, observer, _ = year()
    places = {"state": STATE, "banking": BANKING}

    owner = {(sector, KEYS[place, who]): who for sector, place in places.items() for who in PEOPLE}
    assert max(observer.uses.values()) == WEEKS
    for key, candidates in observer.candidates.items():
        assert name_of(owner[key]) in candidates
        assert candidates == observer.at_first[key]  # it shrinks by no use
        assert len(candidates) >= len(EARLY)


def test_the_same_attack_on_who_asks_for_certificates_day_by_day_names_most():
    """What fell on paper: vouchers that are asked on the day of use."""
    _, observer, _ = year()
    often = [key for key, uses in observer.uses.items() if uses >= 12]

    named = sum(len(observer.asked[key]) <= 2 for key in often)

    assert named > len(often) // 2


def test_a_thousand_by_counting_keep_the_set_of_who_had_deposited_at_their_first_use():
    chance = random.Random(5)
    since = [0 if chance.random() < 0.85 else chance.randrange(1, 366) for _ in range(1_000)]
    level = [chance.choice((0, 1, 1, 2)) for _ in range(1_000)]
    rate = [chance.random() for _ in range(1_000)]
    found, first = {}, {}
    for epoch in range(366):
        present = [who for who in range(1_000) if since[who] <= epoch]
        standing = [sum(1 << who for who in present if level[who] >= of) for of in range(3)]
        for who in present:
            if chance.random() < rate[who]:
                first.setdefault(who, standing[level[who]])
                found[who] = found.get(who, standing[level[who]]) & standing[level[who]]

    assert len(found) > 990
    assert found == first  # it shrinks by no use
    assert min(each.bit_count() for each in found.values()) > 150  # of the highest class
