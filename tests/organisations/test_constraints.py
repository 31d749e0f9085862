"""What the database itself refuses, whoever writes."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from organisations.models import ApiToken, CalendarDay, CorrectionRequest
from tests.builders import make_token, make_user

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 20)


def refused(constraint, act):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        act()


@pytest.mark.parametrize(
    "given", [{"state": "answered"}, {"state": "lost"}, {"answer": "Đã sửa"}], ids=str
)
def test_a_correction_is_open_or_answered_by_somebody(given):
    user = make_user()
    asked = {"user": user, "text": "Sai tên", "due_on": DAY}
    refused(
        "correction_is_open_or_answered_by_somebody",
        lambda: CorrectionRequest.objects.create(**asked | given),
    )
    answer = {"state": "answered", "answer": "Đã sửa", "answered_by": user}
    CorrectionRequest.objects.create(**asked, **answer, answered_at=timezone.now())


def test_a_token_is_revoked_by_somebody():
    owner = make_user()
    token, _secret = make_token(owner)
    row = ApiToken.objects.filter(pk=token.pk)
    for half in ({"revoked_at": timezone.now()}, {"revoked_by": owner}):
        refused("token_is_revoked_by_somebody", lambda half=half: row.update(**half))


def test_a_day_of_the_calendar_says_where_it_comes_from():
    refused(
        "day_has_a_document_or_a_source",
        lambda: CalendarDay.objects.create(day=DAY, name="Nghỉ do bão"),
    )
