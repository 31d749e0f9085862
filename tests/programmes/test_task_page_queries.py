"""Pages of tasks ask the database as often for many tasks as for one."""

import pytest

from programmes.models import Task
from tests.builders import make_organisation, make_task, make_trial_period, make_update
from tests.programmes.asking import LIST, detail, signed_in
from tests.programmes.cast import TODAY, Cast

# One of them asks which bodies coordinate: only those may begin another programme.
LIST_QUERIES = 18
TASK_QUERIES = 20


@pytest.fixture
def many_tasks(cast: Cast):
    def make(number: int) -> None:
        for _ in range(number):
            task = make_task(
                cast.programme, lead=make_organisation(), partners=(make_organisation(),)
            )
            make_trial_period(task)
            make_update(task, TODAY)

    return make


@pytest.mark.parametrize("number", [1, 10])
def test_the_list_asks_as_much_for_ten_tasks_as_for_one(
    cast, many_tasks, django_assert_num_queries, number
):
    many_tasks(number)
    person = signed_in(cast.staff)
    person.get(LIST)

    with django_assert_num_queries(LIST_QUERIES):
        person.get(LIST)

    assert Task.objects.count() == number + 1


@pytest.mark.parametrize("number", [1, 10])
def test_a_task_asks_as_much_for_ten_updates_as_for_one(cast, django_assert_num_queries, number):
    for month in range(1, number + 1):
        make_update(cast.task, TODAY.replace(month=month))
    person = signed_in(cast.reviewer)
    person.get(detail(cast))

    with django_assert_num_queries(TASK_QUERIES):
        person.get(detail(cast))
