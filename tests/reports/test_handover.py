"""What the preview of a succession says of open evaluations."""

import datetime as dt

import pytest

from organisations.models import Succession
from organisations.selectors import Successions
from organisations.succession_preview import DeskChange, preview_of, with_succession
from reports.handover import evaluations_on_other_desks
from tests.builders import LONG_AGO, make_organisation, make_task, make_trial_period
from tests.reports.cast import HANDOVER, LAST_DAY, make_cast, opened, submitted

pytestmark = pytest.mark.django_db
DAY = HANDOVER + dt.timedelta(days=30)


def desks(predecessor, successor, *, duty="") -> list[DeskChange]:
    act = Succession(predecessor=predecessor, successor=successor, effective_on=DAY, duty=duty)
    return preview_of(act, ends_predecessor=False).desks


def test_what_the_old_body_has_to_do_lies_with_the_new_one():
    cast = make_cast()
    evaluation = opened(cast)
    heir = make_organisation("sct-moi")

    (change,) = desks(cast.sct, heir)

    assert change.subject.startswith(evaluation.trial_period.task.code)
    assert (change.before, change.after) == (cast.sct, heir)


def test_what_lies_with_another_body_stays_there():
    cast = make_cast()
    submitted(cast, on=HANDOVER)
    heir = make_organisation("sct-moi")

    assert desks(cast.sct, heir) == []
    assert [change.after for change in desks(cast.skhcn, heir)] == [heir]


def test_a_takeover_of_another_duty_moves_no_desk():
    cast = make_cast()
    opened(cast)

    assert desks(cast.sct, make_organisation("sct-moi"), duty="coordinator") == []


@pytest.mark.parametrize("more", [0, 3])
def test_three_questions_however_many_evaluations_are_open(django_assert_num_queries, more):
    cast = make_cast()
    for _ in range(more):
        make_trial_period(make_task(cast.programme, lead=cast.sct), LONG_AGO, LAST_DAY)
    opened(cast)
    now = Successions.load()
    act = Succession(predecessor=cast.sct, successor=make_organisation(), effective_on=DAY)
    then = with_succession(Successions.load(), act, ends_predecessor=False)

    with django_assert_num_queries(3):
        found = evaluations_on_other_desks(now, then, DAY)

    assert len(found) == 1 + more
