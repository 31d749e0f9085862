"""What a person sees first, and what the application has told them."""

import uuid

import pytest
from django.urls import reverse

from organisations.models import Notice
from tests.builders import make_user
from tests.reports.web.conftest import client_of

NOTICES = reverse("reports:notices")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("leader", "/dashboard/"),
        ("office", "/dashboard/"),
        ("inspector", "/dashboard/"),
        ("administrator", "/setup/"),
    ],
)
def test_who_reads_or_sets_up_comes_first_to_that(people, waiting, name, first):
    assert client_of(people.by_name(name)).get("/")["Location"] == first


@pytest.mark.parametrize("name", ["reviewer", "staff", "head", "stranger", "liaison"])
def test_who_works_comes_first_to_their_work(people, waiting, name):
    answer = client_of(people.by_name(name)).get("/")

    assert answer.status_code == 200
    assert "Việc của tôi" in answer.text


def test_the_first_page_asks_for_a_log_in(client, db):
    assert client.get("/")["Location"].startswith("/login/")


def test_one_reads_ones_own_notices_alone(people, waiting):
    page = client_of(people.cast.reviewer).get(NOTICES).text

    assert "GL-2023-09" in page
    assert "GL-2023-09" not in client_of(people.stranger).get(NOTICES).text


def test_the_bell_counts_what_is_unread(people, waiting):
    unread = people.cast.reviewer.notices.count()

    assert f"{unread} thông báo chưa đọc" in client_of(people.cast.reviewer).get(NOTICES).text


def test_opening_a_notice_marks_it_and_leads_to_its_object(people, waiting):
    notice = people.cast.reviewer.notices.first()
    client = client_of(people.cast.reviewer)

    answer = client.post(reverse("reports:read_notice", args=[notice.uid]))
    first_read = Notice.objects.get(pk=notice.pk).read_at
    client.post(reverse("reports:read_notice", args=[notice.uid]))

    assert answer["Location"] == reverse("reports:evaluation", args=[waiting.uid])
    assert first_read is not None
    assert Notice.objects.get(pk=notice.pk).read_at == first_read


@pytest.mark.parametrize(
    "url", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""]
)
def test_a_notice_leads_nowhere_outside(people, url):
    notice = Notice.objects.create(user=people.stranger, cause="test", text="Xin chào", url=url)

    answer = client_of(people.stranger).post(reverse("reports:read_notice", args=[notice.uid]))

    assert answer["Location"] == NOTICES


def test_somebody_elses_notice_does_not_exist(people, waiting):
    notice = people.cast.reviewer.notices.first()
    client = client_of(people.cast.liaison)

    assert client.post(reverse("reports:read_notice", args=[notice.uid])).status_code == 404
    assert client.post(reverse("reports:read_notice", args=[uuid.uuid4()])).status_code == 404


def test_all_are_marked_at_once_for_oneself_alone(people, waiting):
    client_of(people.cast.reviewer).post(reverse("reports:read_all"))

    assert not people.cast.reviewer.notices.filter(read_at__isnull=True).exists()
    assert people.cast.staff.notices.filter(read_at__isnull=True).exists()


def test_marking_takes_a_post(people):
    assert client_of(people.stranger).get(reverse("reports:read_all")).status_code == 405


def test_without_notices_the_page_says_what_will_stand_here(db):
    page = client_of(make_user()).get(NOTICES)

    assert "Chưa có thông báo nào" in page.text
