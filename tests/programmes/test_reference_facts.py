"""What the first run loads from the project's own files."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from indicators.models import (
    AssessmentResult,
    Framework,
    MainIndicator,
    Pillar,
    PublishedFigure,
    SubIndicator,
)
from organisations.models import Document, Organisation, Succession
from programmes.models import (
    Criterion,
    IndicatorLink,
    Programme,
    ProgrammeDuty,
    ProgrammeItem,
    Task,
    TaskDuty,
    TrialPeriod,
)
from programmes.reference import load_reference

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded():
    load_reference()


def test_every_row_of_every_file_is_loaded():
    counts = {
        Organisation: 44,
        Succession: 7,
        Document: 21,
        Framework: 3,
        Pillar: 9,
        MainIndicator: 31,
        SubIndicator: 84,
        AssessmentResult: 264,
        PublishedFigure: 15,
        Programme: 6,
        ProgrammeDuty: 12,
        ProgrammeItem: 36,
        Criterion: 5,
        Task: 10,
        TaskDuty: 36,
        IndicatorLink: 8,
    }
    assert {model: model._base_manager.count() for model in counts} == counts


@pytest.mark.parametrize(
    ("code", "mains", "subs"),
    [("DTI-1726-2020", 14, 27), ("DTI-922-2022", 9, 46), ("DTI-405-2025", 8, 11)],
)
def test_each_edition_has_the_indicators_known_so_far(code, mains, subs):
    assert MainIndicator.objects.filter(framework__code=code).count() == mains
    assert SubIndicator.objects.filter(main_indicator__framework__code=code).count() == subs


def test_the_foundation_indicators_of_922_count_in_all_three_pillars():
    edition = Framework.objects.get(code="DTI-922-2022")
    for main in edition.main_indicators.filter(code__in=["1", "2", "3", "4", "5"]):
        assert set(main.pillars.values_list("code", flat=True)) == {"CQS", "KTS", "XHS"}
    activity = edition.main_indicators.get(code="8")
    assert [pillar.code for pillar in activity.pillars.all()] == ["KTS"]


def test_what_no_source_says_is_null():
    assert not SubIndicator.objects.filter(max_points__isnull=False).exists()
    assert not SubIndicator.objects.exclude(official_code="").exists()
    assert Framework.objects.get(code="DTI-405-2025").total_weights is None


def test_the_weights_of_922_add_up_to_the_scale():
    weights: Any = Framework.objects.get(code="DTI-922-2022").total_weights
    assert weights["basis"] == "main"
    assert sum(weights["weights"].values()) == weights["scale"] == 1000


def test_old_and_new_gia_lai_are_two_provinces():
    results = AssessmentResult.objects.values_list("territory__code", "rank", "ranked_units")
    assert {row[0] for row in results.filter(province="Gia Lai")} == {"ubnd-gl"}
    assert results.get(province="Gia Lai (mới)") == ("ubnd-gl-2025", 31, 34)


def test_a_rank_that_was_not_found_is_loaded_as_unknown():
    result = AssessmentResult.objects.get(province="Gia Lai", assessment_year=2023)
    assert (result.rank, result.score, result.certainty) == (None, None, "unknown")


def test_means_and_the_nation_are_no_provinces():
    means = AssessmentResult.objects.filter(is_mean=True)
    national = AssessmentResult.objects.filter(measure="national")
    assert (means.count(), national.count()) == (8, 2)
    assert not (means | national).exclude(province="").exists()


def test_a_duty_from_a_month_holds_from_its_first_day():
    lead = TaskDuty.objects.get(task__code="GL-2023-04", role="lead")
    assert lead.organisation.code == "bqlkkt"
    assert (lead.valid_from, lead.valid_from_precision) == (dt.date(2023, 8, 1), "month")
    assert (lead.certainty, str(lead.document)[:10]) == ("inferred", "/UBND-KGVX")


def test_tasks_without_a_known_sub_indicator_say_why():
    unlinked = Task.objects.filter(indicator_links__isnull=True)
    assert {task.number for task in unlinked} == {4, 9, 10}
    assert all(task.link_note for task in unlinked)


def test_the_letter_sets_five_inferred_conditions():
    criteria = Criterion.objects.filter(programme__code="GL-2023")
    assert [c.code for c in criteria] == ["feasibility", "effect", "situation", "plan", "legality"]
    assert {c.certainty for c in criteria} == {"inferred"}


def test_no_trial_dates_are_loaded_because_no_source_has_any():
    assert not TrialPeriod.objects.exists()


def test_only_the_office_prepares_for_its_superior():
    assert [o.code for o in Organisation.objects.filter(is_office=True)] == ["vp-ubnd"]


def test_a_figure_keeps_its_precision_and_comparator():
    figure = PublishedFigure.objects.get(key="acc-2024-07")
    assert (figure.value, figure.as_of) == (Decimal("87.08"), dt.date(2024, 7, 31))
    assert (figure.as_of_precision, figure.territory) == ("month", None)
