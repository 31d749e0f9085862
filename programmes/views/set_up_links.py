"""Pages of setting up a task's indicators: links, and the baselines and targets of its trials."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organisations.asking import person, standing_of
from organisations.templatetags.ui import named
from programmes import services
from programmes.choices import LinkValueKind
from programmes.forms.links import LinkForm, LinkValueForm, NewLinkForm, NewLinkValueForm
from programmes.models import IndicatorLink, LinkValue, Task
from programmes.set_up import SetUpRights
from programmes.views.asking import answered, require_page, task_of, typed
from programmes.views.set_up_tasks import EDITED, at, sheet_of

TITLES = {
    LinkValueKind.BASELINE: lambda: _("Baseline of trial period %(number)s"),
    LinkValueKind.TARGET: lambda: _("Target of trial period %(number)s"),
}


@login_required
@require_http_methods(EDITED)
def link_new(request: HttpRequest, code: str) -> HttpResponse:
    """Link a sub-indicator that the task should raise."""
    standing = standing_of(request)
    task, rights = task_of(request, code)
    require_page(rights.change)
    form = NewLinkForm(typed(request), on=standing.on)

    def act(form: NewLinkForm) -> object:
        return services.link_indicator(
            task=task,
            sub_indicator=form.cleaned_data["sub_indicator"],
            by=person(request),
            on=standing.on,
            values=form.written,
            ground=form.ground,
        )

    sheet = sheet_of(task, _("Link an indicator"), _("Add the link"))
    done = _("The link was added. Record its baseline and target next.")
    return answered(request, sheet, form, act, to=at(task, "indicators"), done=done)


@login_required
@require_http_methods(EDITED)
def link(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Change the share that a task claims, or take a link away on which nothing hangs."""
    standing = standing_of(request)
    task, rights, found = _link_of(request, uid)
    require_page(rights.change)
    form = LinkForm(typed(request), on=standing.on, initial=LinkForm.recorded(found))
    unlinks = request.POST.get("action") == "unlink"

    def act(form: LinkForm) -> object:
        asked: dict[str, Any] = {
            "link": found,
            "by": person(request),
            "on": standing.on,
            "ground": form.ground,
            "seen": form.cleaned_data["seen"],
        }
        if unlinks:
            return services.unlink_indicator(**asked)
        return services.change_link(values=form.written, **asked)

    sheet = sheet_of(task, named(found.sub_indicator), _("Save the change"))
    done = _("The link was taken away.") if unlinks else _("The change is recorded.")
    return answered(
        request,
        sheet,
        form,
        act,
        to=at(task, "indicators"),
        done=done,
        template="programmes/setup/link.html",
        share_left=services.share_left(found.sub_indicator, but=found),
        can_unlink=not found.values.exists(),
    )


@login_required
@require_http_methods(EDITED)
def link_value(request: HttpRequest, uid: uuid.UUID, number: int, kind: str) -> HttpResponse:
    """Record a baseline or target of a trial, or another in its place."""
    standing = standing_of(request)
    task, rights, found = _link_of(request, uid)
    require_page(rights.change)
    if kind not in LinkValueKind.values:
        raise Http404
    period = get_object_or_404(task.trial_periods, number=number)
    which = LinkValueKind(kind)
    rows = _values_of(found, number)
    mine = [row for row in rows if row.kind == kind]
    present = next((row for row in mine if row.replaced_at is None), None)
    form: NewLinkValueForm | LinkValueForm
    if present is None:
        unit = next((row.unit for row in rows if row.replaced_at is None), "")
        initial = NewLinkValueForm.proposed(found, period, which, unit)
        form = NewLinkValueForm(typed(request), on=standing.on, initial=initial)
    else:
        initial = LinkValueForm.recorded(present)
        form = LinkValueForm(typed(request), on=standing.on, initial=initial)

    def act(form: NewLinkValueForm | LinkValueForm) -> object:
        return services.set_link_value(
            link=found,
            period=period,
            kind=which,
            by=person(request),
            on=standing.on,
            values=form.written,
            ground=form.ground,
            seen=form.cleaned_data["seen"],
        )

    sheet = sheet_of(
        task,
        TITLES[which]() % {"number": number},
        _("Record the value"),
        named(found.sub_indicator),
    )
    done = _("The value is recorded.") if present is None else _("The new value is recorded.")
    return answered(
        request,
        sheet,
        form,
        act,
        to=at(task, "indicators"),
        done=done,
        template="programmes/setup/link_value.html",
        earlier=mine,
        other=next((row for row in rows if row.kind != kind and row.replaced_at is None), None),
    )


def _link_of(request: HttpRequest, uid: uuid.UUID) -> tuple[Task, SetUpRights, IndicatorLink]:
    """A link with its task and what the person may set up; 404 or 403 where nothing."""
    found: IndicatorLink = get_object_or_404(
        IndicatorLink.objects.select_related("task", "sub_indicator"), uid=uid
    )
    task, rights = task_of(request, found.task.code)
    return task, rights, found


def _values_of(link: IndicatorLink, number: int) -> list[LinkValue]:
    """The baselines and targets of a trial, the one in force first of its kind."""
    rows = link.values.filter(trial_period__number=number).select_related("document", "entered_by")
    return list(rows.order_by("kind", "-pk"))
