"""The demo's files are honest ones, and go with it when it is taken away."""

import datetime as dt
import io

import pytest

from programmes.evidence.judging import judged
from programmes.models import Evidence, EvidenceChunk, EvidenceContent, Task
from programmes.reference import load_reference
from programmes.services.evidence import stored_bytes
from reports.demo import load_demo
from tests.builders import make_organisation, make_user

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _demo():
    load_reference()
    load_demo(on=DAY)


def test_several_tasks_have_files_that_would_be_taken():
    shown = Evidence.objects.filter(is_example=True)

    assert shown.values("task").distinct().count() >= 5
    assert {judged(io.BytesIO(b"".join(stored_bytes(e.content)))).code for e in shown} == {
        "text",
        "png",
    }
    assert shown.filter(milestone__isnull=False).exists()
    assert shown.filter(commitment__isnull=False, update=None).exists()


def test_loading_again_adds_nothing():
    before = Evidence.objects.count()
    load_demo(on=DAY)

    assert Evidence.objects.count() == before


def test_a_reset_takes_the_files_away_and_leaves_what_a_real_one_shares():
    shared = Evidence.objects.filter(is_example=True).first().content
    real = Evidence.objects.create(
        task=Task.objects.first(),
        organisation=make_organisation(),
        content=shared,
        title="Thật",
        file_name="that.csv",
        uploaded_by=make_user(),
    )
    old = set(EvidenceContent.objects.exclude(pk=shared.pk).values_list("pk", flat=True))

    load_demo(on=DAY, reset=True)

    assert Evidence.objects.get(is_example=False) == real
    assert b"".join(stored_bytes(shared))
    assert not EvidenceContent.objects.filter(pk__in=old).exists()
    assert not EvidenceChunk.objects.exclude(content__evidence__isnull=False).exists()
