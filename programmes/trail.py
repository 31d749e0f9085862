"""What this floor says of its models to the trail: what is set-up, who reads which lines."""

import datetime as dt

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from organisations.choices import Position, Role
from organisations.rights import Belonging, Decision, Relation, allowed
from organisations.selectors import Standing
from organisations.templatetags.ui import day, named
from organisations.trail import registry
from organisations.trail.registry import Deed, Part, Row, Seen, Subject
from programmes.choices import ExtensionState, UpdateState
from programmes.models import (
    Commitment,
    Criterion,
    Evidence,
    ExtensionRequest,
    IndicatorLink,
    InspectionMandate,
    LinkValue,
    Milestone,
    Programme,
    ProgrammeDuty,
    ProgrammeItem,
    ProgressUpdate,
    ReportedMilestone,
    ReportedValue,
    Spreadsheet,
    Task,
    TaskDuty,
    TrialPeriod,
)
from programmes.relations import programme_relations, task_relations
from programmes.selectors import prepared

HANDED_IN = Seen("state", frozenset(UpdateState.values) - {UpdateState.DRAFT})


def may_read_history(relations: frozenset[Relation]) -> Decision:
    """By the table; `own`, because the parts hold nothing but what is of the own body anyway."""
    return allowed("view_history", relations, belonging=Belonging.OWN)


def parts_of_task(standing: Standing, task: Task) -> list[Part]:
    """The set-up of a task whole; promises and reports only those the person sees today."""
    periods = TrialPeriod.objects.filter(task=task).values("pk")
    return [
        Part(Task, [task.pk]),
        *_duties(standing, task),
        registry.ever(TrialPeriod, task_id=task.pk),
        registry.ever(Milestone, trial_period__in=periods),
        registry.ever(IndicatorLink, task_id=task.pk),
        *([] if standing.is_enterprise else [registry.ever(LinkValue, trial_period__in=periods)]),
        Part(
            Commitment,
            Commitment.objects.visible_to(standing).filter(trial_period__task=task).values("pk"),
        ),
        Part(Evidence, Evidence.objects.visible_to(standing).filter(task=task).values("pk")),
        Part(
            ExtensionRequest,
            ExtensionRequest.objects.visible_to(standing)
            .filter(trial_period__task=task)
            .values("pk"),
        ),
        *_updates(standing, task),
    ]


def _duties(standing: Standing, task: Task) -> list[Part]:
    """An enterprise reads nothing of how its rival joined or left."""
    if not standing.is_enterprise:
        return [registry.ever(TaskDuty, task_id=task.pk)]
    own = standing.duties_of(Role.PARTNER)
    return [
        registry.ever(TaskDuty, task_id=task.pk, role__in=(Role.LEAD, Role.COOPERATING)),
        registry.ever(TaskDuty, task_id=task.pk, organisation_id__in=own),
    ]


def _updates(standing: Standing, task: Task) -> list[Part]:
    """Of the own body whole; what others reported only from the day they handed it in."""
    visible = ProgressUpdate.objects.visible_to(standing).filter(task=task)
    served = standing.bodies_served(but=Position.INSPECTOR)
    led = standing.successions.origins(served, Role.LEAD, on=standing.on)
    own = visible.filter(organisation__in=served | led)
    others = visible.exclude(pk__in=own.values("pk"))
    return [
        Part(ProgressUpdate, own.values("pk")),
        registry.ever(ReportedMilestone, update__in=own.values("pk")),
        registry.ever(ReportedValue, update__in=own.values("pk")),
        Part(ProgressUpdate, others.values("pk"), seen=HANDED_IN),
    ]


def _parts_of_programme(_standing: Standing, programme: Programme) -> list[Part]:
    return [
        Part(Programme, [programme.pk]),
        registry.ever(ProgrammeDuty, programme_id=programme.pk),
        registry.ever(ProgrammeItem, programme_id=programme.pk),
        registry.ever(Criterion, programme_id=programme.pk),
        registry.ever(InspectionMandate, programme_id=programme.pk),
    ]


def _find_task(standing: Standing, key: str) -> Task | None:
    return prepared(Task.objects.visible_to(standing)).filter(code=key).first()


def _find_programme(standing: Standing, key: str) -> Programme | None:
    visible = Programme.objects.visible_to(standing).prefetch_related("duties")
    return visible.filter(code=key).first()


def _may_read_programme(standing: Standing, programme: Programme) -> Decision:
    """Who takes part in it, and the administrators, whose work its set-up is."""
    relations = programme_relations(programme, standing)
    return may_read_history(relations) or allowed("view_trail", relations)


DEEDS = {
    UpdateState.SUBMITTED: lambda: pgettext("trail", "sent the report for the period to %(day)s"),
    UpdateState.ACCEPTED: lambda: pgettext(
        "trail", "accepted the report for the period to %(day)s"
    ),
    UpdateState.RETURNED: lambda: pgettext(
        "trail", "returned the report for the period to %(day)s"
    ),
    UpdateState.DRAFT: lambda: pgettext("trail", "began the report for the period to %(day)s"),
}

BEGINNINGS = (UpdateState.DRAFT, UpdateState.SUBMITTED)  # nobody decided on what came decided


def _reported(kind: str, before: Row | None, now: Row | None) -> Deed | None:
    """A report by what became of it; other changes are told field by field alone."""
    if now is None or (before is not None and before["state"] == now["state"]):
        return None
    if kind == "insert" and now["state"] not in BEGINNINGS:
        return None
    words = DEEDS.get(now["state"])
    until = dt.date.fromisoformat(now["period_ends_on"])
    return Deed(words() % {"day": day(until)}) if words else None


EXTENSION_DEEDS = {
    ExtensionState.OPEN: lambda: pgettext("trail", "asked for more time until %(day)s"),
    ExtensionState.GRANTED: lambda: pgettext("trail", "granted more time (asked: until %(day)s)"),
    ExtensionState.REFUSED: lambda: pgettext("trail", "refused more time until %(day)s"),
    ExtensionState.WITHDRAWN: lambda: pgettext(
        "trail", "withdrew the request for more time until %(day)s"
    ),
}


def _extended(_kind: str, before: Row | None, now: Row | None) -> Deed | None:
    """A request for more time by what became of it."""
    if now is None or (before is not None and before["state"] == now["state"]):
        return None
    until = dt.date.fromisoformat(now["ends_on"])
    return Deed(EXTENSION_DEEDS[now["state"]]() % {"day": day(until)})


def _fields() -> None:
    """What the tables leave without words."""
    registry.fields(
        Programme,
        starts_on_precision=_("precision of the first day"),
    )
    registry.fields(
        ProgrammeItem,
        comparator_2025=_("comparison in 2025"),
        min_2025=_("at least in 2025"),
        max_2025=_("at most in 2025"),
        comparator_2030=_("comparison in 2030"),
        min_2030=_("at least in 2030"),
        max_2030=_("at most in 2030"),
    )
    registry.fields(
        LinkValue,
        numerator=_("numerator"),
        denominator=_("denominator"),
        entered_by=_("entered by"),
        on=pgettext_lazy("value", "as of"),
    )
    registry.fields(
        ProgressUpdate,
        submitted_by=_("submitted by"),
        submitted_for=_("submitted for"),
        reviewed_by=_("reviewed by"),
        reviewed_for=_("reviewed for"),
    )
    registry.fields(ReportedValue, link=_("indicator link"))


def _tasks(standing: Standing) -> QuerySet[Task]:
    return Task.objects.visible_to(standing)


def _periods(standing: Standing) -> QuerySet[TrialPeriod]:
    return TrialPeriod.objects.filter(task__in=_tasks(standing))


def _handed_in(standing: Standing) -> QuerySet[ProgressUpdate]:
    return ProgressUpdate.objects.visible_to(standing).exclude(state=UpdateState.DRAFT)


def _programmes(standing: Standing) -> QuerySet[Programme]:
    return Programme.objects.visible_to(standing)


def _scopes() -> None:
    """What an inspector reads of the whole trail: everything of the inspected programmes."""
    registry.inspected(Programme, _programmes)
    registry.inspected(Task, _tasks)
    registry.inspected(TrialPeriod, _periods)
    registry.inspected_under(
        "programme", _programmes, ProgrammeDuty, ProgrammeItem, Criterion, InspectionMandate
    )
    registry.inspected(ProgressUpdate, ProgressUpdate.objects.visible_to, HANDED_IN)
    registry.inspected_under("update", _handed_in, ReportedMilestone, ReportedValue)
    registry.inspected(Evidence, Evidence.objects.visible_to)
    registry.inspected(ExtensionRequest, ExtensionRequest.objects.visible_to)
    registry.inspected(Spreadsheet, Spreadsheet.objects.visible_to)
    registry.inspected_under("task", _tasks, TaskDuty, IndicatorLink)
    registry.inspected_under("trial_period", _periods, Milestone, Commitment, LinkValue)


registry.set_up(
    Criterion,
    IndicatorLink,
    InspectionMandate,
    LinkValue,
    Milestone,
    Programme,
    ProgrammeDuty,
    ProgrammeItem,
    Task,
    TaskDuty,
    TrialPeriod,
)
_scopes()
_fields()
registry.tells(ProgressUpdate, _reported)
registry.tells(ExtensionRequest, _extended)
registry.called(
    ProgressUpdate, lambda sent: f"{named(sent.task)} ({day(sent.period_ends_on)})", "task"
)
registry.called(IndicatorLink, lambda link: named(link.sub_indicator), "sub_indicator")
registry.called(TrialPeriod, lambda period: f"{named(period.task)} ({period.number})", "task")
registry.subject(
    Subject(
        slug="task",
        model=Task,
        find=_find_task,
        key=lambda task: task.code,
        may=lambda standing, task: may_read_history(task_relations(task, standing)),
        parts=parts_of_task,
        title=named,
        address=lambda task: reverse("programmes:task_detail", args=[task.code]),
    )
)
registry.subject(
    Subject(
        slug="programme",
        model=Programme,
        find=_find_programme,
        key=lambda programme: programme.code,
        may=_may_read_programme,
        parts=_parts_of_programme,
        title=named,
        address=lambda _programme: reverse("programmes:task_list"),
    )
)
