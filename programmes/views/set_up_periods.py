"""Pages of setting up trial periods, milestones and commitments."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organisations.asking import person, standing_of
from programmes import services
from programmes.forms.tasks import (
    CommitmentForm,
    MilestoneForm,
    NewCommitmentForm,
    NewMilestoneForm,
    NewPeriodForm,
    PeriodForm,
)
from programmes.models import Commitment, Milestone, Task, TrialPeriod
from programmes.set_up import SetUpRights
from programmes.views.asking import answered, require_page, task_of, typed
from programmes.views.set_up_tasks import EDITED, at, sheet_of


@login_required
@require_http_methods(EDITED)
def period_new(request: HttpRequest, code: str) -> HttpResponse:
    """Add a trial period to a task."""
    standing = standing_of(request)
    task, _rights = task_of(request, code)
    form = NewPeriodForm(typed(request), on=standing.on, initial={"document": task.document_id})

    def act(form: NewPeriodForm) -> object:
        return services.plan_period(
            task=task,
            by=person(request),
            on=standing.on,
            values=form.written,
            document=form.chosen_document,
        )

    sheet = sheet_of(task, _("New trial period"), _("Add the period"))
    done = _("The trial period was added.")
    return answered(request, sheet, form, act, to=at(task, "periods"), done=done)


@login_required
@require_http_methods(EDITED)
def period(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Change the days or the territory of a trial period."""
    standing = standing_of(request)
    task, rights, found = _period_of(request, uid)
    require_page(rights.change)
    form = PeriodForm(typed(request), on=standing.on, initial=PeriodForm.recorded(found))

    def act(form: PeriodForm) -> object:
        return services.change_period(
            period=found,
            by=person(request),
            on=standing.on,
            values=form.written,
            ground=form.ground,
            seen=form.cleaned_data["seen"],
        )

    title = _("Change trial period %(number)s") % {"number": found.number}
    sheet = sheet_of(task, title, _("Save the change"))
    done = _("The change is recorded.")
    return answered(request, sheet, form, act, to=at(task, "periods"), done=done)


@login_required
@require_http_methods(EDITED)
def milestone_new(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Add a milestone to a trial period."""
    standing = standing_of(request)
    task, _rights, found = _period_of(request, uid)
    form = NewMilestoneForm(typed(request), on=standing.on)

    def act(form: NewMilestoneForm) -> object:
        return services.plan_milestone(
            period=found, by=person(request), on=standing.on, values=form.written
        )

    title = _("New milestone of trial period %(number)s") % {"number": found.number}
    sheet = sheet_of(task, title, _("Add the milestone"))
    done = _("The milestone was added.")
    return answered(request, sheet, form, act, to=at(task, "periods"), done=done)


@login_required
@require_http_methods(EDITED)
def milestone(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Change the title, day or proof of a milestone."""
    standing = standing_of(request)
    found = get_object_or_404(Milestone.objects.select_related("trial_period__task"), uid=uid)
    task, rights = task_of(request, found.trial_period.task.code)
    require_page(rights.change)
    form = MilestoneForm(typed(request), on=standing.on, initial=MilestoneForm.recorded(found))

    def act(form: MilestoneForm) -> object:
        return services.change_milestone(
            milestone=found,
            by=person(request),
            on=standing.on,
            values=form.written,
            ground=form.ground,
            seen=form.cleaned_data["seen"],
        )

    title = _("Change milestone %(number)s") % {"number": found.number}
    sheet = sheet_of(task, title, _("Save the change"))
    done = _("The change is recorded.")
    return answered(request, sheet, form, act, to=at(task, "periods"), done=done)


@login_required
@require_http_methods(EDITED)
def commitment_new(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Record what an enterprise promised for a trial."""
    standing = standing_of(request)
    task, rights, found = _period_of(request, uid)
    require_page(rights.change)
    partners = services.partners_of(task, on=standing.on)
    form = NewCommitmentForm(typed(request), on=standing.on, partners=partners)

    def act(form: NewCommitmentForm) -> object:
        return services.add_commitment(
            period=found,
            organisation=form.cleaned_data["organisation"],
            by=person(request),
            on=standing.on,
            values=form.written,
            document=form.chosen_document,
        )

    title = _("New commitment for trial period %(number)s") % {"number": found.number}
    sheet = sheet_of(task, title, _("Add the commitment"))
    done = _("The commitment was added.")
    return answered(request, sheet, form, act, to=at(task, "periods"), done=done)


@login_required
@require_http_methods(EDITED)
def commitment(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Change the words, day or worth of a promise."""
    standing = standing_of(request)
    visible = Commitment.objects.visible_to(standing).select_related(
        "trial_period__task", "organisation"
    )
    found = get_object_or_404(visible, uid=uid)
    task, rights = task_of(request, found.trial_period.task.code)
    require_page(rights.change)
    form = CommitmentForm(typed(request), on=standing.on, initial=CommitmentForm.recorded(found))

    def act(form: CommitmentForm) -> object:
        return services.change_commitment(
            commitment=found,
            by=person(request),
            on=standing.on,
            values=form.written,
            ground=form.ground,
            seen=form.cleaned_data["seen"],
        )

    words = {"number": found.number, "body": found.organisation.short_name}
    title = _("Change commitment %(number)s of %(body)s") % words
    sheet = sheet_of(task, title, _("Save the change"))
    done = _("The change is recorded.")
    return answered(request, sheet, form, act, to=at(task, "periods"), done=done)


def _period_of(request: HttpRequest, uid: uuid.UUID) -> tuple[Task, SetUpRights, TrialPeriod]:
    """A trial period with its task and what the person may set up; 404 or 403 where nothing."""
    found = get_object_or_404(TrialPeriod.objects.select_related("task"), uid=uid)
    task, rights = task_of(request, found.task.code)
    return task, rights, found
