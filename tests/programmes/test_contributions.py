"""What co-operating bodies and enterprises have to say on a task: their own words, seen by whom."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from dti_tracker.shared.errors import NotAllowed
from organisations.selectors import Standing
from programmes.choices import UpdateKind
from programmes.models import ProgressUpdate, Task
from programmes.selectors import task_summary
from programmes.services import accept_update, save_update_draft, submit_update
from tests.programmes.asking import detail, signed_in
from tests.programmes.cast import TODAY

pytestmark = pytest.mark.usefixtures("english", "at_today")


def begun(cast, who="liaison_vnpt", **changes):
    by = getattr(cast, who)
    given = {
        "task": cast.task,
        "organisation": by.memberships.get().organisation,
        "by": by,
        "on": TODAY,
        "fields": {"narrative": f"Lời của {who}"},
        "version": None,
        "kind": UpdateKind.CONTRIBUTION,
    }
    return save_update_draft(**given | changes)


def contributed(cast, who="liaison_vnpt"):
    return submit_update(update=begun(cast, who), by=getattr(cast, who), on=TODAY)


@pytest.mark.parametrize("who", ["liaison_vnpt", "liaison_viettel", "cooperator"])
def test_who_takes_part_contributes_and_the_coordinator_accepts(cast, who):
    update = contributed(cast, who)

    accepted = accept_update(update=update, by=cast.reviewer, on=TODAY)

    assert (accepted.kind, accepted.state) == ("contribution", "accepted")
    assert task_summary(cast.task, on=TODAY).last_update is None


@pytest.mark.parametrize("who", ["staff", "reviewer", "stranger", "office", "inspector"])
def test_nobody_else_contributes(cast, who):
    with pytest.raises(NotAllowed):
        begun(cast, who)


def test_nobody_contributes_for_the_rival(cast):
    with pytest.raises(NotAllowed):
        begun(cast, organisation=cast.viettel)


def test_a_contribution_has_words_alone(cast):
    with pytest.raises(TypeError, match="percent"):
        begun(cast, fields={"percent": "40"})
    update = begun(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgressUpdate.objects.filter(pk=update.pk).update(percent=3)


READERS = {
    "liaison_vnpt": True,
    "liaison_viettel": False,
    "staff": True,
    "clerk": True,
    "reviewer": True,
    "office": True,
    "leader": True,
    "inspector": True,
    "cooperator": False,
    "stranger": False,
    "administrator": False,
}


@pytest.mark.parametrize(("who", "reads"), READERS.items())
def test_what_an_enterprise_says_is_read_by_whom_it_concerns(cast, who, reads):
    contributed(cast)
    page = signed_in(getattr(cast, who)).get(detail(cast))

    assert ("Lời của liaison_vnpt" in page.text) == reads


def test_without_the_rule_everybody_of_the_province_would_read_it(cast, monkeypatch):
    contributed(cast)
    monkeypatch.setattr(
        type(Task.objects.all()), "with_enterprises_heard_by", lambda self, standing: self
    )
    seen = ProgressUpdate.objects.visible_to(Standing.of(cast.stranger, on=TODAY))

    assert seen.exists()


@pytest.mark.parametrize(
    ("who", "reads"), [("stranger", True), ("staff", True), ("liaison_vnpt", True)]
)
def test_what_a_department_says_is_read_by_the_province(cast, who, reads):
    contributed(cast, "cooperator")
    page = signed_in(getattr(cast, who)).get(detail(cast))

    assert ("Lời của cooperator" in page.text) == reads


@pytest.mark.parametrize("who", ["liaison_vnpt", "staff", "reviewer"])
def test_a_draft_is_for_its_own_body(cast, who):
    begun(cast)
    page = signed_in(getattr(cast, who)).get(detail(cast))

    assert ("Lời của liaison_vnpt" in page.text) == (who == "liaison_vnpt")


def test_the_form_asks_for_words_and_no_figures(cast):
    person = signed_in(cast.liaison_vnpt)
    address = reverse("programmes:contribution_new", args=[cast.task.code])
    page = person.get(address).text
    assert 'name="narrative"' in page
    assert 'name="percent"' not in page

    answer = person.post(address, {"action": "submit", "narrative": "Đã bàn giao máy chủ"})

    assert answer.status_code == 302
    update = ProgressUpdate.objects.get()
    assert (update.organisation, update.state) == (cast.vnpt, "submitted")


def test_the_lead_finds_its_own_form_and_no_other(cast):
    person = signed_in(cast.staff)
    address = reverse("programmes:contribution_new", args=[cast.task.code])

    assert person.get(address).status_code == 403
