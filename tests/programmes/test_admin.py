"""Administrators set up; they neither change what runs nor judge anybody."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import make_user

pytestmark = pytest.mark.django_db
SET_UP_ONLY = ["task", "taskduty", "trialperiod", "milestone", "commitment"]


@pytest.fixture
def administrator() -> Client:
    client = Client()
    client.force_login(make_user(is_administrator=True, is_staff=True, is_superuser=True))
    client.post(reverse("organisations:emergency"), {"reason": "Dữ liệu nạp sai"})
    return client


@pytest.mark.parametrize("model", SET_UP_ONLY)
def test_what_runs_is_made_here_and_never_changed_or_deleted(administrator, cast, model):
    row = {
        "task": cast.task,
        "taskduty": cast.task.duties.first(),
        "trialperiod": cast.period,
        "milestone": cast.period.milestones.create(
            number=1, title="Mốc", due_on=cast.period.ends_on
        ),
        "commitment": cast.period.commitments.first(),
    }[model]
    name = f"admin:programmes_{model}"

    assert administrator.get(reverse(f"{name}_add")).status_code == 200
    page = administrator.get(reverse(f"{name}_change", args=[row.pk]))
    assert page.status_code == 200
    assert 'name="_save"' not in page.text
    assert administrator.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403
    assert administrator.post(reverse(f"{name}_delete", args=[row.pk])).status_code == 403


def test_an_administrator_judges_no_commitment(administrator, cast):
    page = administrator.get(reverse("admin:programmes_commitment_add")).text

    assert "fulfilment" not in page
    assert "finding" not in page
