"""Bodies of requests of setting up, of the account and of administering, by their key.

A change begins with what the form shows as recorded, as a browser would send it.
"""

import datetime as dt
import uuid
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile

from dti_tracker.shared.time import today
from organisations.models import Document, Organisation, Succession, User
from organisations.services.people_import import COLUMNS, plan_import
from organisations.succession_preview import preview_of
from organisations.succession_undoing import undoing_of
from organisations.views.setup.people_import import SALT
from organisations.views.setup.successions import _fingerprint
from programmes.forms import set_up, tasks
from programmes.models import Programme
from programmes.services import mark_of
from tests.rights.oracle import HEADS, Actor, Target
from tests.rights.payloads import Payload, payload
from tests.rights.things import DOCUMENT, ENTERPRISE, HEIR, helper_in

WHY = {"reason": "Theo quyết định.", "confirmed": "on"}
TOKEN = {"name": "Bảng điều hành", "scope": "read", "days": "30"}
TASK = {"pillar": "digital_society", "name": "Nhiệm vụ mới"}


def in_days(number: int) -> str:
    return f"{today() + dt.timedelta(days=number):%Y-%m-%d}"


def fresh(target: Target) -> Any:
    """The object as the database has it now."""
    return type(target.key).objects.get(pk=target.key.pk)


def ground() -> dict[str, str]:
    """Why, and by which document."""
    return {**WHY, "document": str(Document.objects.get(key=DOCUMENT).pk)}


def changed(recorded: dict[str, Any], **new: Any) -> Payload:
    """A form as it stands, with some of it written anew, the reason and the document."""
    given = {**recorded, **new}
    typed = {name: "" if value is None else str(value) for name, value in given.items()}
    return Payload(ground() | typed)


def seen_duty(rows: Any, role: str) -> str:
    return mark_of(rows.filter(role=role, valid_to=None).get())


# Programmes ---------------------------------------------------------------------------------------
@payload("programme_new")
def programme_new(_target: Target, _actor: Actor) -> Payload:
    words = {"code": "MOI-2027", "name": "Chương trình mới", "kind": "trial"}
    duties = {"coordinator": HEIR, "duties_from": in_days(0)}
    return Payload({**words, **duties, "reporting": "quarterly", "due_working_days": "2"})


@payload("programme_change")
def programme_change(target: Target, _actor: Actor) -> Payload:
    return changed(set_up.ProgrammeForm.recorded(fresh(target)), name="Tên khác")


@payload("programme_coordinator")
def programme_coordinator(target: Target, _actor: Actor) -> Payload:
    return _handed_over(seen_duty(target.key.duties, "coordinator"))


@payload("programme_authority")
def programme_authority(target: Target, _actor: Actor) -> Payload:
    return _handed_over(seen_duty(target.key.duties, "authority"))


def _handed_over(seen: str) -> Payload:
    return changed({"organisation": HEIR, "valid_from": in_days(1), "seen": seen})


@payload("thresholds")
def thresholds(target: Target, _actor: Actor) -> Payload:
    return changed(set_up.ThresholdsForm.recorded(fresh(target)), due_soon_days=45)


@payload("thresholds_preview")
def thresholds_preview(target: Target, actor: Actor) -> Payload:
    return Payload({**thresholds(target, actor).data, "action": "preview"}, writes=False)


@payload("criterion_new")
def criterion_new(_target: Target, _actor: Actor) -> Payload:
    return Payload({"name": "Khả năng nhân rộng"})


@payload("criterion")
def criterion(target: Target, _actor: Actor) -> Payload:
    return changed(set_up.CriterionForm.recorded(fresh(target)), name="Lời khác")


@payload("criterion_retire")
def criterion_retire(target: Target, _actor: Actor) -> Payload:
    return changed(set_up.CriterionForm.recorded(fresh(target)), action="retire")


@payload("criterion_move")
def criterion_move(target: Target, _actor: Actor) -> Payload:
    seen = mark_of(*fresh(target).programme.criteria.order_by("order", "pk"))
    return Payload({"direction": "up", "seen": seen})


# Tasks --------------------------------------------------------------------------------------------
@payload("task_new")
def task_new(_target: Target, _actor: Actor) -> Payload:
    place = {
        "number": "9990",
        "code": "GL-2023-9990",
        "lead": HEIR,
        "valid_from": in_days(0),
    }
    return Payload({**TASK, **place})


@payload("task_change")
def task_change(target: Target, _actor: Actor) -> Payload:
    return changed(tasks.TaskForm.recorded(fresh(target)), **TASK)


@payload("task_state")
def task_state(target: Target, _actor: Actor) -> Payload:
    return changed(tasks.TaskStateForm.recorded(fresh(target)), state="suspended")


@payload("task_lead")
def task_lead(target: Target, _actor: Actor) -> Payload:
    return _handed_over(seen_duty(target.key.duties, "lead"))


@payload("partner_new")
def partner_new(_target: Target, _actor: Actor) -> Payload:
    return changed({"organisation": ENTERPRISE, "valid_from": in_days(0)})


@payload("cooperating_new")
def cooperating_new(_target: Target, _actor: Actor) -> Payload:
    return changed({"organisation": "hdnd", "valid_from": in_days(0)})


@payload("duty_end")
def duty_end(target: Target, _actor: Actor) -> Payload:
    return changed(tasks.EndForm.recorded(fresh(target)), last_day=in_days(0))


@payload("period_new")
def period_new(_target: Target, _actor: Actor) -> Payload:
    return Payload({"starts_on": in_days(400), "ends_on": in_days(500)})


@payload("period_change")
def period_change(target: Target, _actor: Actor) -> Payload:
    return changed(tasks.PeriodForm.recorded(fresh(target)), ends_on=in_days(320))


@payload("milestone_new")
def milestone_new(_target: Target, _actor: Actor) -> Payload:
    return Payload({"title": "Mốc mới", "due_on": in_days(220)})


@payload("milestone_change")
def milestone_change(target: Target, _actor: Actor) -> Payload:
    return changed(tasks.MilestoneForm.recorded(fresh(target)), title="Mốc khác")


@payload("commitment_new")
def commitment_new(_target: Target, _actor: Actor) -> Payload:
    given = {"content": "Hứa thêm", "organisation": "vnpt"}
    return Payload({**ground(), **given})


@payload("commitment_change")
def commitment_change(target: Target, _actor: Actor) -> Payload:
    return changed(tasks.CommitmentForm.recorded(fresh(target)), content="Hứa khác")


@payload("mandate_new")
def mandate_new(_target: Target, _actor: Actor) -> Payload:
    inspector = User.objects.get(username="inspector_without").pk
    programme = Programme.objects.get(code="GL-2023").pk
    days = {"valid_from": in_days(0), "valid_to": in_days(20)}
    return Payload({**ground(), **days, "inspector": inspector, "programme": programme})


@payload("reason")
def reason(_target: Target, _actor: Actor) -> Payload:
    return Payload(WHY)


@payload("nothing_else")
def nothing_else(_target: Target, _actor: Actor) -> Payload:
    """The button alone."""
    return Payload()


# People -------------------------------------------------------------------------------------------
@payload("person_new")
def person_new(_target: Target, _actor: Actor) -> Payload:
    place = {"organisation": "sct", "position": "staff", "valid_from": in_days(0)}
    return Payload({"username": "moi.den", "full_name": "Nguyễn Mới Đến", **place})


@payload("person_change")
def person_change(_target: Target, _actor: Actor) -> Payload:
    return Payload({"full_name": "Tên Khác", "phone": "0269 3824 123"})


@payload("position_new")
def position_new(_target: Target, _actor: Actor) -> Payload:
    return _placed(HEIR)


@payload("position_move")
def position_move(_target: Target, _actor: Actor) -> Payload:
    return _placed(HEIR)


def _placed(body: str) -> Payload:
    return Payload({**WHY, "organisation": body, "position": "staff", "valid_from": in_days(0)})


@payload("last_day")
def last_day(_target: Target, _actor: Actor) -> Payload:
    return Payload({**WHY, "last_day": in_days(0)})


PEOPLE = ",".join(COLUMNS) + "\nnhap.vao,Nguyễn Nhập Vào,,,sct,staff,,2026-01-01\n"


@payload("people_file")
def people_file(_target: Target, _actor: Actor) -> Payload:
    return Payload({"file": SimpleUploadedFile("people.csv", PEOPLE.encode())}, writes=False)


@payload("people_confirm")
def people_confirm(_target: Target, actor: Actor) -> Payload:
    """What the preview of the same person carries."""
    by = User.objects.filter(username=actor.name).values_list("pk", flat=True).first()
    carried = {"by": by, "text": PEOPLE, "shown": plan_import(PEOPLE).fingerprint}
    return Payload({"carried": signing.dumps(carried, salt=SALT, compress=True)})


@payload("delegation")
def delegation(_target: Target, actor: Actor) -> Payload:
    """For their own body where somebody heads one; who administers also says for which head."""
    is_head = actor.position in HEADS
    body = actor.body if is_head else "sct"
    people = {"delegate": f"{body}:{helper_in(body)}", "delegator": "sct:lead_head"}
    days = {"valid_from": in_days(0), "valid_to": in_days(9)}
    return Payload({**people, **days, "reason": "Đi công tác"})


@payload("contact")
def contact(_target: Target, _actor: Actor) -> Payload:
    return Payload({"phone": "0269 3824 999", "email": ""})


@payload("correction_asked")
def correction_asked(_target: Target, _actor: Actor) -> Payload:
    return Payload({"text": "Họ tên viết sai dấu."})


@payload("correction_answered")
def correction_answered(_target: Target, _actor: Actor) -> Payload:
    return Payload({"answer": "Đã sửa."})


@payload("token_new")
def token_new(_target: Target, _actor: Actor) -> Payload:
    return Payload({**TOKEN, "uid": str(uuid.uuid4())})


@payload("service_account_new")
def service_account_new(_target: Target, _actor: Actor) -> Payload:
    return Payload({"name": "Trung tâm mới", "organisation": "sct", "purpose": "Đọc số liệu"})


# Bodies and days ----------------------------------------------------------------------------------
@payload("body_new")
def body_new(_target: Target, _actor: Actor) -> Payload:
    names = {"name": "Sở Mới", "short_name": "SM", "kind": "department"}
    return Payload({"code": "so-moi", **names})


@payload("body_change")
def body_change(target: Target, _actor: Actor) -> Payload:
    body = fresh(target)
    names = {"name": body.name, "short_name": body.short_name, "kind": body.kind}
    return Payload({**WHY, **names, "place_name": "Pleiku"})


@payload("succession_withdraw")
def succession_withdraw(target: Target, _actor: Actor) -> Payload:
    return Payload({**WHY, "seen": undoing_of(target.key).fingerprint})


@payload("succession_new")
def succession_new(_target: Target, _actor: Actor) -> Payload:
    """Recorded after its preview was seen."""
    old, new = (Organisation.objects.get(code=code) for code in ("stp", HEIR))
    day, basis = today() + dt.timedelta(days=1), "Nghị quyết 5"
    planned = Succession(
        predecessor=old, successor=new, effective_on=day, legal_basis=basis, certainty="entered"
    )
    seen = _fingerprint(preview_of(planned, ends_predecessor=True))
    bodies = {"predecessor": old.code, "successor": new.code, "ends_predecessor": "on"}
    act = {"action": "record", "seen": seen, "effective_on": in_days(1), "legal_basis": basis}
    return Payload({**bodies, **act})


@payload("day_new")
def day_new(_target: Target, _actor: Actor) -> Payload:
    return Payload({**WHY, "day": in_days(8), "is_working": "0", "name": "Nghỉ thêm"})
