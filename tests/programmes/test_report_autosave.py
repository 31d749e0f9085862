"""Saving while typing: only what was sent, nothing recorded by half, faults told field by field."""

import pytest

from organisations.models import Document
from programmes.models import ProgressUpdate
from programmes.services import open_update
from tests.programmes.asking import signed_in, writing
from tests.programmes.test_entered_reports import entry

pytestmark = pytest.mark.usefixtures("at_today")


def test_a_field_that_was_not_sent_is_not_emptied(cast):
    cast.save(fields={"percent": "40", "narrative": "Một", "difficulties": "Thiếu người"})
    person = signed_in(cast.staff)

    answer = person.post(writing(cast), {"action": "autosave", "version": "1", "narrative": "Hai"})

    assert answer.json()["version"] == 2
    draft = open_update(cast.task, cast.sct)
    assert (draft.narrative, draft.difficulties, draft.percent) == ("Hai", "Thiếu người", 40)


def test_a_field_that_was_emptied_is_empty(cast):
    cast.save(fields={"percent": "40", "narrative": "Một"})

    signed_in(cast.staff).post(
        writing(cast), {"action": "autosave", "version": "1", "narrative": "", "percent": ""}
    )

    draft = open_update(cast.task, cast.sct)
    assert (draft.narrative, draft.percent) == ("", None)


def test_half_a_document_is_recorded_nowhere_while_typing(cast):
    person = signed_in(cast.reviewer)
    given = {"action": "autosave", "narrative": "Theo công văn", "new_kind": "CV"}
    known = Document.objects.count()

    for version, subject in enumerate(["", "B", "Báo", "Báo cáo"]):
        sent = given | {"new_subject": subject, "version": version or ""}
        assert person.post(entry(cast), sent | {"narrative": f"Lần {version}"}).status_code == 200

    assert Document.objects.count() == known
    assert ProgressUpdate.objects.get().version == 4


def test_what_is_wrong_is_told_and_the_rest_is_saved(cast):
    answer = signed_in(cast.staff).post(
        writing(cast), {"action": "autosave", "narrative": "Đã họp", "percent": "nhiều"}
    )

    assert "percent" in answer.json()["faults"]
    assert open_update(cast.task, cast.sct).narrative == "Đã họp"


def test_an_older_version_is_told_as_data(cast):
    cast.save()
    cast.save(by=cast.colleague, version=1, fields={"narrative": "Bản khác"})

    answer = signed_in(cast.staff).post(
        writing(cast), {"action": "autosave", "version": "1", "narrative": "Bản của tôi"}
    )

    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
