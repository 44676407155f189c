"""The complaints scene reads the data right, and its steps are ways through the template."""

from itertools import pairwise

import pytest

from contracts.complaints.core.rules import require_slugs
from contracts.complaints.reviews.messages import Rate, Reopen
from contracts.complaints.templates.first_templates import CITY
from contracts.complaints.work.messages import SetStage
from scenes.complaints.bangkok import ANYWHERE, COMPLAINTS, DONE, complaints, offices
from scenes.complaints.cast import city_agencies
from scenes.complaints.days import steps_of

FOLLOWING = {stage.code: stage.following for stage in CITY.stages}


def stages_of(complaint):
    """The stages that a complaint goes through, a reopening's among them."""
    passed = [CITY.stages[0].code]
    for step in steps_of(complaint):
        if step.message is None:
            passed.append(DONE)
        elif isinstance(step.message, SetStage):
            passed.append(step.message.stage)
        elif isinstance(step.message, Reopen):
            passed.append(CITY.reopen_stage)
    return passed


def test_the_complaints_are_in_the_order_of_their_filing():
    told = complaints()

    filed = [one.filed_s for one in told]
    assert len(told) == len({one.case_id for one in told}) == COMPLAINTS
    assert filed == sorted(filed)
    assert all(one.last_s >= one.filed_s for one in told)


def test_every_agency_and_area_of_the_data_is_known():
    told, agencies = complaints(), set(city_agencies().wallets)

    areas = set(offices().values())
    assert len(areas) == 50
    assert {one.area for one in told} <= areas | {ANYWHERE}
    assert {one.agency for one in told} | {one.bureau for one in told} <= agencies
    assert all(one.bureau != one.agency for one in told)
    require_slugs((*agencies, *areas), "agencies")


@pytest.mark.parametrize("stage", sorted({one.stage for one in complaints()}))
def test_steps_lead_along_the_template_to_the_stage_of_the_data(stage):
    told = [one for one in complaints() if one.stage == stage and not one.reopened]

    for one in told:
        passed = stages_of(one)
        assert passed[-1] == stage
        assert all(later in FOLLOWING[earlier] for earlier, later in pairwise(passed))


def test_stars_and_reopenings_are_those_of_the_data():
    for one in complaints():
        messages = [step.message for step in steps_of(one)]

        stars = [message.stars for message in messages if isinstance(message, Rate)]
        assert stars == ([one.stars] if one.stars else [])
        assert sum(isinstance(message, Reopen) for message in messages) == one.reopened
