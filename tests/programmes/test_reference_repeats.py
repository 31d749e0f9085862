"""Loading again: nothing happens twice, files follow files, people's values stay."""

from io import StringIO

import pytest
from django.core.management import call_command

from indicators.models import MainIndicator
from organisations.models import Organisation, ReferenceRow
from organisations.reference import loading
from programmes.models import Task, TaskDuty
from programmes.reference import load_reference
from tests.builders import make_organisation
from tests.programmes.reference_files import copy_files, event_count, rewrite, set_cell

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    return copy_files(tmp_path)


def tally(tallies: list[loading.Tally], table: str) -> loading.Tally:
    return next(t for t in tallies if t.table == table)


def test_a_second_run_changes_nothing():
    load_reference()
    before = (
        event_count(),
        list(Task.objects.values_list("updated_at", flat=True)),
        list(ReferenceRow.objects.order_by("pk").values_list("loaded_at", flat=True)),
    )
    tallies = load_reference()
    after = (
        event_count(),
        list(Task.objects.values_list("updated_at", flat=True)),
        list(ReferenceRow.objects.order_by("pk").values_list("loaded_at", flat=True)),
    )
    assert after == before
    assert [t for t in tallies if t.changed or t.kept or t.absent] == []


def test_the_command_says_what_it_did(folder):
    out = StringIO()
    call_command("load_reference", folder=folder, stdout=out)
    call_command("load_reference", folder=folder, stdout=out)
    assert (
        "organisations.organisation: 44 created, 0 updated, 0 unchanged, 0 kept" in out.getvalue()
    )
    assert out.getvalue().splitlines()[-1] == "0 changed"


def test_a_second_run_asks_little_of_the_database(django_assert_max_num_queries):
    load_reference()
    with django_assert_max_num_queries(45):
        load_reference()


def test_each_change_is_recorded_with_the_command_as_its_cause():
    load_reference()
    event = Task.pgh_event_models["insert"].objects.first()
    assert event.pgh_context.metadata == {"command": "load_reference"}


def test_a_changed_file_updates_what_came_from_files(folder):
    load_reference(folder)
    before = Organisation.objects.get(code="sct").updated_at
    set_cell(folder / "organisations.csv", "sct", "short_name", "Sở CT")
    tallies = load_reference(folder)
    changed = Organisation.objects.get(code="sct")
    assert changed.short_name == "Sở CT"
    assert changed.updated_at > before
    assert tally(tallies, "organisations.organisation").updated == 1


def test_a_corrected_lead_replaces_the_old_one(folder):
    load_reference(folder)
    set_cell(folder / "tasks.csv", "GL-2023-09", "lead", "skhcn")
    load_reference(folder)
    assert TaskDuty.objects.get(task__code="GL-2023-09", role="lead").organisation.code == "skhcn"


def test_what_a_person_entered_stays(folder):
    load_reference(folder)
    Organisation.objects.filter(code="sct").update(short_name="Công Thương", place_name="Quy Nhơn")
    set_cell(folder / "organisations.csv", "sct", "short_name", "Sở CT")
    set_cell(folder / "organisations.csv", "sct", "head_title", "Q. GIÁM ĐỐC")
    for _run in range(2):
        tallies = load_reference(folder)
        body = Organisation.objects.get(code="sct")
        assert (body.short_name, body.place_name) == ("Công Thương", "Quy Nhơn")
        assert body.head_title == "Q. GIÁM ĐỐC"
        assert tally(tallies, "organisations.organisation").kept == 1


def test_without_the_check_a_persons_value_would_be_lost(folder, monkeypatch):
    load_reference(folder)
    Organisation.objects.filter(code="sct").update(short_name="Công Thương")
    monkeypatch.setattr(loading, "entered_by_a_person", lambda *_args: False)
    load_reference(folder)
    assert Organisation.objects.get(code="sct").short_name == "Sở Công Thương"


def test_a_foreign_key_that_a_person_set_stays(folder):
    load_reference(folder)
    own = make_organisation("own-body")
    Organisation.objects.filter(code="bcd-cds").update(parent=own)
    load_reference(folder)
    assert Organisation.objects.get(code="bcd-cds").parent == own


def test_pillars_that_a_person_chose_stay(folder):
    load_reference(folder)
    main = MainIndicator.objects.get(framework__code="DTI-922-2022", code="8")
    main.pillars.clear()
    main.pillars.add(*main.framework.pillars.filter(code__in=["CQS", "KTS"]))
    load_reference(folder)
    assert {pillar.code for pillar in main.pillars.all()} == {"CQS", "KTS"}


def test_pillars_that_only_files_set_follow_the_file(folder):
    load_reference(folder)
    path = folder / "frameworks.json"
    text = path.read_text(encoding="utf-8")
    one = '"pillars": [\n      "CQS",\n      "KTS",\n      "XHS"\n     ]'
    assert one in text
    path.write_text(text.replace(one, '"pillars": ["CQS"]', 1), encoding="utf-8")
    tallies = load_reference(folder)
    main = MainIndicator.objects.get(framework__code="DTI-922-2022", code="1")
    assert [pillar.code for pillar in main.pillars.all()] == ["CQS"]
    assert tally(tallies, "indicators.mainindicator").updated == 1


def test_a_row_with_another_code_is_still_the_files_row(folder):
    load_reference(folder)
    Organisation.objects.filter(code="sct").update(code="so-cong-thuong")
    tallies = load_reference(folder)
    assert tally(tallies, "organisations.organisation").created == 0
    assert TaskDuty.objects.get(task__code="GL-2023-09", role="lead").organisation.code == (
        "so-cong-thuong"
    )


def test_a_row_that_a_person_took_away_stays_away(folder):
    load_reference(folder)
    TaskDuty.objects.get(task__code="GL-2023-04", organisation__code="haiquan").delete()
    tallies = load_reference(folder)
    assert not TaskDuty.objects.filter(organisation__code="haiquan").exists()
    assert tally(tallies, "programmes.taskduty").kept == 1


def test_a_row_that_left_its_file_is_left_alone_and_named(folder):
    load_reference(folder)
    rewrite(folder / "figures.csv", lambda records: records.remove(records[-1]))
    out = StringIO()
    call_command("load_reference", folder=folder, stdout=out)
    assert "left alone, not in the files: 5g-b" in out.getvalue()


def test_a_body_that_people_entered_before_the_first_load_is_taken_over(folder):
    own = make_organisation("sct", name="Sở Công Thương", short_name="Công Thương", place_name="")
    load_reference(folder)
    own.refresh_from_db()
    assert (own.short_name, own.place_name) == ("Công Thương", "Gia Lai")
    assert Organisation.objects.filter(code="sct").count() == 1


def test_a_field_that_files_begin_to_fill_follows_them_where_nobody_wrote(folder):
    load_reference(folder)
    for reference in ReferenceRow.objects.filter(table="organisations.organisation"):
        del reference.values["is_office"]
        reference.save()
    Organisation.objects.update(is_office=False)
    load_reference(folder)
    assert Organisation.objects.get(code="vp-ubnd").is_office
