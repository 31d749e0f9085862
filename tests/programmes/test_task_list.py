"""The list of tasks: searching, filtering, paging."""

import unicodedata

import pytest

from tests.builders import make_task
from tests.programmes.asking import LIST, names_in, signed_in


@pytest.mark.parametrize("words", ["ngành công thương", "nganh cong thuong", "CÔNG  THƯƠNG", "-09"])
def test_search_finds_with_and_without_marks(cast, words):
    make_task(cast.programme, code="GL-2023-04", name="Triển khai Nền tảng cửa khẩu số")
    person = signed_in(cast.staff)

    for form in ("NFC", "NFD"):
        assert names_in(person, search=unicodedata.normalize(form, words)) == {"GL-2023-09"}


def test_search_tells_d_and_dj_together_and_other_words_apart(cast):
    make_task(cast.programme, code="GL-2023-07", name="Chữ ký điện tử của người dân Đức Cơ")
    person = signed_in(cast.staff)

    assert names_in(person, search="duc co") == {"GL-2023-07"}
    assert names_in(person, search="không có gì") == set()


@pytest.mark.parametrize(
    "query",
    [
        {"search": "a\x00b"},
        {"search": "x" * 201},
        {"health": "blue"},
        {"state": "x"},
        {"ends_before": "31/31/2026"},
        {"lead_organisation": "\x00"},
        {"programme": "không-có"},
    ],
)
def test_a_wrong_filter_is_named_and_lists_nothing(cast, query):
    answer = signed_in(cast.staff).get(LIST, query)

    assert answer.status_code == 400
    assert cast.task.name not in answer.text


@pytest.mark.parametrize(
    "query", ["page=x", "page=99", "page=-1", "unknown=1", "%00=1", "search=%"]
)
def test_odd_addresses_never_break_the_list(cast, query):
    assert signed_in(cast.staff).get(f"{LIST}?{query}").status_code in (200, 400)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"health": "grey"}, {"GL-2023-09", "GL-2023-10"}),
        ({"health": "red"}, set()),
        ({"state": "on_trial"}, {"GL-2023-09"}),
        ({"state": "planned"}, {"GL-2023-10"}),
        ({"lead_organisation": "sct"}, {"GL-2023-09"}),
        ({"partner": "vnpt-gl"}, {"GL-2023-09"}),
        ({"programme": "GL-2023"}, {"GL-2023-09", "GL-2023-10"}),
        ({"pillar": "digital_society"}, {"GL-2023-10"}),
        ({"ends_before": "2027-02-01"}, {"GL-2023-09"}),
        ({"ends_before": "2027-01-31"}, set()),
        ({"state": "on_trial", "partner": "viettel-gl"}, {"GL-2023-09"}),
    ],
)
def test_filters_find_what_they_name(cast, query, found):
    make_task(cast.programme, code="GL-2023-10", number=10, pillar="digital_society")

    assert names_in(signed_in(cast.staff), **query) == found


def test_a_long_list_has_pages_that_keep_the_filters(cast, monkeypatch):
    monkeypatch.setattr("dti_tracker.shared.pages.PAGE_SIZE", 1)
    make_task(cast.programme, code="GL-2023-10")
    person = signed_in(cast.staff)

    first = person.get(LIST, {"programme": "GL-2023"}).text
    second = person.get(LIST, {"programme": "GL-2023", "page": "2"}).text

    assert "?programme=GL-2023&amp;page=2" in first
    assert "?programme=GL-2023&amp;page=1" in second


@pytest.mark.parametrize("page", ["99", "0", "-1", "x", "²", "100000000"])
def test_a_page_that_is_not_there_is_the_first(cast, page):
    assert names_in(signed_in(cast.staff), page=page) == {cast.task.code}
