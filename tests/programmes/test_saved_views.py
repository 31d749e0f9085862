"""Views of the task list that a person keeps."""

import pytest
from django.urls import reverse

from dti_tracker.shared.errors import DomainError
from programmes.models import SavedView
from programmes.services.views import MOST_VIEWS, keep_view
from tests.programmes.asking import LIST, signed_in

KEEP, VIEWS = reverse("programmes:view_keep"), reverse("programmes:saved_views")


def verb(view: SavedView, name: str) -> str:
    return reverse(f"programmes:view_{name}", args=[view.uid])


def test_a_view_is_kept_as_what_the_list_knows_of_its_address(cast):
    query = "page=3&as_of=2026-01-01&evil=1&order=-name&search=+c%C3%B4ng+th%C6%B0%C6%A1ng&health="

    answer = signed_in(cast.staff).post(KEEP, {"name": " Của  tôi ", "query": query})

    view = SavedView.objects.get()
    assert view.name == "Của tôi"
    assert view.query == "search=c%C3%B4ng+th%C6%B0%C6%A1ng&order=-name"
    assert answer["Location"] == f"{LIST}?{view.query}"


def test_the_list_leads_to_the_person_s_own_views_alone(cast):
    keep_view(user=cast.staff, name="Của tôi", query="state=on_trial")

    own, other = signed_in(cast.staff), signed_in(cast.colleague)

    assert (
        f'href="{LIST}?state=on_trial" aria-current="true"'
        in own.get(LIST, {"state": "on_trial"}).text
    )
    assert "Của tôi" not in other.get(LIST).text
    assert "Của tôi" not in other.get(VIEWS).text
    assert "Của tôi" in own.get(VIEWS).text


def test_the_same_name_keeps_the_new_filters_and_a_view_gets_another_name(cast):
    person = signed_in(cast.staff)
    person.post(KEEP, {"name": "Của tôi", "query": "state=on_trial"})
    person.post(KEEP, {"name": "Của tôi", "query": "state=planned"})
    view = SavedView.objects.get()
    assert view.query == "state=planned"

    person.post(verb(view, "rename"), {"name": "Đang chờ"})
    view.refresh_from_db()
    assert view.name == "Đang chờ"

    person.post(verb(view, "delete"))
    assert not SavedView.objects.exists()


def test_two_views_never_have_one_name(cast):
    first = keep_view(user=cast.staff, name="Một", query="")
    keep_view(user=cast.staff, name="Hai", query="")

    answer = signed_in(cast.staff).post(verb(first, "rename"), {"name": "Hai"})

    assert answer.status_code == 422
    assert "Đã có bộ lọc khác mang tên này." in answer.text


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "Sở\u200b", "a\x00b"])
def test_a_view_without_a_readable_name_is_refused_in_words(cast, name):
    answer = signed_in(cast.staff).post(KEEP, {"name": name, "query": ""})

    assert answer.status_code == 422
    assert not SavedView.objects.exists()


def test_nobody_keeps_more_than_twenty(cast):
    for number in range(MOST_VIEWS):
        keep_view(user=cast.staff, name=f"{number}", query="")

    with pytest.raises(DomainError, match="20"):
        keep_view(user=cast.staff, name="một nữa", query="")
    keep_view(user=cast.staff, name="0", query="state=planned")
    keep_view(user=cast.colleague, name="một nữa", query="")


@pytest.mark.parametrize("name", ["rename", "delete"])
def test_another_s_view_does_not_exist(cast, name):
    view = keep_view(user=cast.staff, name="Của tôi", query="")

    answer = signed_in(cast.colleague).post(verb(view, name), {"name": "Lấy"})

    assert answer.status_code == 404
    assert SavedView.objects.get().name == "Của tôi"


def test_an_enterprise_keeps_no_filter_by_its_rival(cast):
    person = signed_in(cast.liaison_vnpt)

    answer = person.post(KEEP, {"name": "Đối thủ", "query": "partner=viettel-gl"})

    assert answer.status_code == 400
    assert not SavedView.objects.exists()


def test_a_view_whose_task_is_no_longer_visible_shows_nothing_of_it(cast):
    """Also when it was kept by somebody who could see the task then."""
    keep_view(user=cast.liaison_viettel, name="Cũ", query="search=cong+thuong")
    cast.task.duties.filter(organisation=cast.viettel).update(valid_to="2026-11-01")

    answer = signed_in(cast.liaison_viettel).get(LIST, {"search": "cong thuong"})

    assert cast.task.name not in answer.text


@pytest.mark.parametrize("query", ["lead_organisation=sct&x=%00", "&&&=", "search=" + "x" * 400])
def test_odd_filters_never_break_the_page(cast, query):
    answer = signed_in(cast.staff).post(KEEP, {"name": "Lạ", "query": query})

    assert answer.status_code in (302, 400, 422)


def test_reading_and_writing_ask_for_the_right_method_and_a_log_in(cast, client):
    view = keep_view(user=cast.staff, name="Của tôi", query="")

    assert signed_in(cast.staff).get(verb(view, "delete")).status_code == 405
    assert client.post(verb(view, "delete")).status_code == 302
    assert SavedView.objects.exists()
