"""Strangers attack four real validators beside honest payments: what must hold, by counts."""

import pytest

from bench.storm import RSS_MB_MAX, Storm, storm_field

pytestmark = [pytest.mark.e2e, pytest.mark.alone]

ATTACKS = ("headers", "search", "simulate", "keys", "sockets", "waits")
ON_DISK = ("hoards", "absent")  # also a slow disk's: `make storm` counts their views
SECONDS, RATE = 4.0, 10.0


async def test_under_attack_every_payment_is_committed_and_no_view_is_lost():
    storms = []
    async with storm_field() as field:
        quiet = await field.phase(None, seconds=SECONDS, rate=RATE)
        for name in ATTACKS:
            during = await field.phase(name, seconds=SECONDS, rate=RATE)
            storms.append(Storm(name=name, before=quiet, during=during))

    due = int(SECONDS * RATE)
    assert [(s.name, s.during.payments.committed) for s in storms] == [(n, due) for n in ATTACKS]
    assert {s.name: s.during.refused for s in storms} == dict.fromkeys(ATTACKS, 0)
    assert {s.name: s.during.view_max for s in storms} == dict.fromkeys(ATTACKS, 0)
    assert all(s.during.rss_mb < RSS_MB_MAX for s in storms)
    answers = {s.name: s.during.answers for s in storms}
    assert all(answers.values()), answers  # shed requests are answered, as the served ones are
    assert not any("TimeoutError" in given for given in answers.values()), answers


async def test_while_disks_are_written_every_payment_is_committed_and_real_contents_arrive():
    async with storm_field(ON_DISK) as field:
        phases = [await field.phase(name, seconds=SECONDS, rate=RATE) for name in ON_DISK]

    assert [phase.payments.committed for phase in phases] == [int(SECONDS * RATE)] * len(ON_DISK)
    assert [phase.refused for phase in phases] == [0] * len(ON_DISK)
    assert all(phase.filed_s for phase in phases)  # real contents came to both of their hosts
    assert all(phase.answers for phase in phases)
