"""Strangers attack four real validators beside honest payments: what must hold, by counts."""

import pytest

from bench.storm import RSS_MB_MAX, Storm, storm_field

pytestmark = pytest.mark.e2e

ATTACKS = ("headers", "search", "simulate", "keys", "sockets", "waits", "hoards", "absent")
SECONDS, RATE = 6.0, 10.0


async def test_under_attack_every_payment_is_committed_and_no_view_is_lost():
    storms = []
    async with storm_field(ATTACKS) as field:
        quiet = await field.phase(None, seconds=SECONDS, rate=RATE)
        for name in ATTACKS:
            during = await field.phase(name, seconds=SECONDS, rate=RATE)
            storms.append(Storm(name=name, before=quiet, during=during))

    due = int(SECONDS * RATE)
    assert [(s.name, s.during.payments.committed) for s in storms] == [(n, due) for n in ATTACKS]
    assert {s.name: s.during.refused for s in storms} == dict.fromkeys(ATTACKS, 0)
    assert {s.name: s.during.view_max for s in storms} == dict.fromkeys(ATTACKS, 0)
    assert all(s.during.rss_mb < RSS_MB_MAX for s in storms)
    assert all(s.during.filed_s for s in storms)  # contents of real filings came to both hosts
    answers = {s.name: s.during.answers for s in storms}
    assert all(answers.values()), answers  # shed requests are answered, as the served ones are
    assert not any("TimeoutError" in given for given in answers.values()), answers
