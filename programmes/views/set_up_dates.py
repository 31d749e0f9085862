"""Pages of a trial's days: those nobody knew so far, and an early end."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from organisations.asking import person, relations_to_set_up, standing_of
from organisations.choices import Role
from organisations.relations import holders
from organisations.rights import allowed
from organisations.selectors import Standing
from programmes import services
from programmes.changes import tasks_without_dates
from programmes.forms.changes import EndTrialForm, KnownDatesForm
from programmes.models import Task, TrialPeriod
from programmes.views.asking import Sheet, answered, require_page, task_of, typed
from programmes.views.set_up_tasks import EDITED, at, sheet_of


@login_required
@require_safe
def unknown_dates(request: HttpRequest) -> HttpResponse:
    """The tasks of which nobody knows yet when they are tried."""
    standing = standing_of(request)
    require_page(allowed("change_set_up", relations_to_set_up(request)))
    context = {"tasks": tasks_without_dates(standing)}
    return render(request, "programmes/setup/unknown_dates.html", context)


@login_required
@require_http_methods(EDITED)
def known_dates(request: HttpRequest, code: str) -> HttpResponse:
    """Enter the trial dates of a task for which none were known."""
    standing = standing_of(request)
    task, rights = task_of(request, code)
    require_page(rights.change)
    undated = task.trial_periods.filter(starts_on__isnull=True).order_by("number").first()
    initial = {
        "document": undated.document_id if undated else task.document_id,
        "territory": (undated and undated.territory) or _committee(task, standing),
        "seen": services.mark_of(undated) if undated else services.mark_of(),
    }
    form = KnownDatesForm(typed(request), on=standing.on, initial=initial)

    def act(form: KnownDatesForm) -> object:
        return services.enter_dates(
            task=task,
            by=person(request),
            on=standing.on,
            values=form.written,
            ground=form.ground,
            seen=form.cleaned_data["seen"],
        )

    back = reverse("programmes:unknown_dates")
    name = f"{task.code} {task.name}"
    sheet = Sheet(
        _("Trial dates"), back, _("Tasks without trial dates"), _("Enter the dates"), name
    )
    done = _("The dates of %(task)s are recorded.") % {"task": task.code}
    return answered(request, sheet, form, act, to=back, done=done)


@login_required
@require_http_methods(EDITED)
def trial_end(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """End a trial before its last day."""
    standing = standing_of(request)
    found = get_object_or_404(TrialPeriod.objects.select_related("task"), uid=uid)
    task, rights = task_of(request, found.task.code)
    require_page(rights.change)
    form = EndTrialForm(typed(request), on=standing.on, initial=EndTrialForm.recorded(found))

    def act(form: EndTrialForm) -> TrialPeriod:
        ended = services.end_trial(
            period=found,
            ended_on=form.cleaned_data["ended_on"],
            by=person(request),
            on=standing.on,
            ground=form.ground,
            seen=form.cleaned_data["seen"],
        )
        _tell_milestones(request, ended)
        return ended

    sheet = sheet_of(
        task,
        _("End trial period %(number)s early") % {"number": found.number},
        _("End the trial"),
        _(
            "Its evaluation opens on the day after. Milestones that lie later stay and are marked "
            "as lying outside of the trial."
        ),
    )
    done = _("The end of the trial is recorded.")
    return answered(request, sheet, form, act, to=at(task, "periods"), done=done)


def _tell_milestones(request: HttpRequest, period: TrialPeriod) -> None:
    outside = [m for m in period.milestones.all() if m.lies_outside]
    if outside:
        count = len(outside)
        sentence = ngettext(
            "%(count)s milestone now lies outside of the trial: %(names)s.",
            "%(count)s milestones now lie outside of the trial: %(names)s.",
            count,
        ) % {"count": count, "names": "; ".join(m.title for m in outside)}
        messages.warning(request, sentence)


def _committee(task: Task, standing: Standing) -> object:
    """The committee that governs the task's territory today, as a proposal."""
    duties = task.programme.duties.all()
    held = holders(duties, Role.AUTHORITY, successions=standing.successions, on=standing.on)
    return next(iter(held), None)
