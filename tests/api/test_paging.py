"""Pages neither skip nor repeat, whatever comes in between."""

from itertools import chain

import pytest

from tests.builders import make_member

TASKS = "/api/v1/tasks/"


@pytest.fixture
def ten(province):
    return [province.task(code=f"T-{number:02}", name=f"Việc {number % 3}") for number in range(10)]


def walk(client, address, link="next", between=None):
    """The codes of every page along a link, and the address of the last page."""
    pages = []
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.content
        body = answer.json()
        pages.append([task["code"] for task in body["results"]])
        last, address = address, body[link]
        if between:
            between()
    return pages, last


def joined(pages):
    return list(chain.from_iterable(pages))


ORDERINGS = ["code", "-code", "name", "-name,code", "updated_at", "health,name", "-trial_end"]


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_pages_together_are_the_list(ten, staff, ordering):
    whole = walk(staff, f"{TASKS}?ordering={ordering}")[0][0]

    pages, _last = walk(staff, f"{TASKS}?ordering={ordering}&page_size=3")

    assert [len(page) for page in pages] == [3, 3, 3, 1]
    assert joined(pages) == whole
    assert sorted(whole) == [task.code for task in ten]


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_the_way_back_shows_the_same_pages(ten, staff, ordering):
    pages, last = walk(staff, f"{TASKS}?ordering={ordering}&page_size=3")

    back, _first = walk(staff, last, "previous")

    assert joined(reversed(back[1:])) == joined(pages[:-1])


@pytest.mark.parametrize("ordering", ["code", "health,code"])
def test_rows_that_come_in_between_move_nothing(province, ten, staff, ordering):
    """Each page is followed by a new row before all others; an offset would repeat the last one."""
    numbers = iter(range(100))

    pages, _last = walk(
        staff,
        f"{TASKS}?ordering={ordering}&page_size=3",
        between=lambda: province.task(code=f"A-{next(numbers):02}"),
    )

    assert joined(pages) == [task.code for task in ten]


def test_rows_that_go_away_in_between_skip_nothing(ten, staff):
    def drop_the_first():
        first = ten.pop(0)
        first.duties.all().delete()
        first.updates.all().delete()
        for link in first.indicator_links.all():
            link.values.all().delete()
        first.indicator_links.all().delete()
        first.trial_periods.get().milestones.all().delete()
        first.trial_periods.all().delete()
        first.delete()

    expected = [task.code for task in ten]

    pages, _last = walk(staff, f"{TASKS}?page_size=3", between=drop_the_first)

    assert joined(pages) == expected


def test_filters_go_along_with_the_pages(province, ten, staff):
    pages, _last = walk(staff, f"{TASKS}?search=viec 1&page_size=2")

    assert joined(pages) == ["T-01", "T-04", "T-07"]


def test_unknown_days_come_last_in_either_order(province, staff):
    province.task(code="KNOWN")
    province.task(code="UNKNOWN").trial_periods.update(starts_on=None, ends_on=None)

    for ordering in ("trial_end", "-trial_end"):
        pages, last = walk(staff, f"{TASKS}?ordering={ordering}&page_size=1")
        assert joined(pages) == ["KNOWN", "UNKNOWN"]
        assert walk(staff, last, "previous")[0] == [["UNKNOWN"], ["KNOWN"]]


@pytest.mark.parametrize(
    "change", [lambda token: token[:-1] + "x", lambda token: token + "&ordering=name"]
)
def test_a_cursor_that_is_not_ours_is_refused(ten, staff, change):
    token = staff.get(f"{TASKS}?page_size=2").json()["next"].split("cursor=")[1].split("&")[0]

    answer = staff.get(f"{TASKS}?page_size=2&cursor={change(token)}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "cursor"


def test_a_cursor_opens_nothing_to_whoever_may_not_see_it(province, ten, staff, sign_in):
    following = staff.get(f"{TASKS}?page_size=2").json()["next"]

    stranger = sign_in(make_member(province.viettel))

    assert stranger.get(following).json()["results"] == []
