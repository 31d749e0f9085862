"""Pages of setting up tasks: texts, bodies, state."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisations.asking import person, standing_of
from organisations.choices import Role
from organisations.templatetags.ui import named
from programmes import services
from programmes.forms.set_up import HandOverForm
from programmes.forms.tasks import EndForm, JoinForm, NewTaskForm, TaskForm, TaskStateForm
from programmes.models import Programme, Task, TaskDuty
from programmes.set_up import next_number, task_duties, task_links, task_periods
from programmes.views.asking import Sheet, answered, programme_of, require_page, task_of, typed

EDITED = ["GET", "HEAD", "POST"]
JOINING = {"partners": Role.PARTNER, "cooperating": Role.COOPERATING}


def at(task: Task, anchor: str = "") -> str:
    """The set-up page of a task."""
    page = reverse("programmes:setup_task", args=[task.code])
    return f"{page}#{anchor}" if anchor else page


def sheet_of(task: Task, title: str, submit: str, intro: str = "") -> Sheet:
    """What stands around a form that hangs on a task."""
    return Sheet(title, at(task), f"{task.code} {named(task)}", submit, intro)


@login_required
@require_http_methods(EDITED)
def task_new(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a task of a programme."""
    standing = standing_of(request)
    programme, _rights = programme_of(request, code)
    initial = NewTaskForm.proposed(programme, next_number(programme))
    form = NewTaskForm(typed(request), on=standing.on, initial=initial)

    def act(form: NewTaskForm) -> Task:
        return services.create_task(
            programme=programme,
            by=person(request),
            on=standing.on,
            code=form.cleaned_data["code"],
            number=form.cleaned_data["number"],
            values=form.written,
            assignment=form.assignment,
            document=form.chosen_document,
        )

    sheet = Sheet(
        title=_("New task"),
        back=_page_of(programme),
        back_label=f"{programme.code} {named(programme)}",
        submit=_("Create the task"),
    )
    done = _("The task is there. Add its trial period next.")
    return answered(request, sheet, form, act, to=at, done=done)


@login_required
@require_safe
def task(request: HttpRequest, code: str) -> HttpResponse:
    """A task as it is set up."""
    standing = standing_of(request)
    found, rights = task_of(request, code)
    periods = list(task_periods(found, standing))
    context = {
        "task": found,
        "rights": rights,
        "duties": task_duties(found, standing),
        "periods": periods,
        "links": task_links(found, periods),
        "programme_label": named(found.programme),
    }
    return render(request, "programmes/setup/task.html", context)


@login_required
@require_http_methods(EDITED)
def task_change(request: HttpRequest, code: str) -> HttpResponse:
    """Change the texts of a task."""
    standing = standing_of(request)
    found, rights = task_of(request, code)
    require_page(rights.change)
    form = TaskForm(typed(request), on=standing.on, initial=TaskForm.recorded(found))

    def act(form: TaskForm) -> object:
        return services.change_task(
            task=found,
            by=person(request),
            on=standing.on,
            values=form.written,
            ground=form.ground,
            seen=form.cleaned_data["seen"],
        )

    sheet = sheet_of(found, _("Change the task"), _("Save the change"))
    return answered(request, sheet, form, act, to=at(found), done=_("The change is recorded."))


@login_required
@require_http_methods(EDITED)
def task_state(request: HttpRequest, code: str) -> HttpResponse:
    """Suspend or stop a task, or make it a regular duty."""
    standing = standing_of(request)
    found, rights = task_of(request, code)
    require_page(rights.change)
    form = TaskStateForm(typed(request), on=standing.on, initial=TaskStateForm.recorded(found))

    def act(form: TaskStateForm) -> object:
        return services.fix_task_state(
            task=found,
            by=person(request),
            on=standing.on,
            state=form.cleaned_data["state"],
            ground=form.ground,
            seen=form.cleaned_data["seen"],
        )

    sheet = sheet_of(
        found,
        _("State of the task"),
        _("Save the state"),
        _("A stopped, suspended or regular task is never late, and its colour is grey."),
    )
    return answered(request, sheet, form, act, to=at(found), done=_("The change is recorded."))


@login_required
@require_http_methods(EDITED)
def task_lead(request: HttpRequest, code: str) -> HttpResponse:
    """Let another body lead a task."""
    standing = standing_of(request)
    found, rights = task_of(request, code)
    require_page(rights.change)
    present = found.duties.filter(role=Role.LEAD, valid_to=None).first()
    form = HandOverForm(typed(request), on=standing.on, initial=HandOverForm.recorded(present))

    def act(form: HandOverForm) -> object:
        return services.change_lead(
            task=found,
            organisation=form.cleaned_data["organisation"],
            valid_from=form.cleaned_data["valid_from"],
            by=person(request),
            on=standing.on,
            ground=form.ground,
            seen=form.cleaned_data["seen"],
        )

    sheet = sheet_of(
        found,
        _("Next lead"),
        _("Record the hand-over"),
        _("What the present lead wrote stays under its name; the next one reports from its day."),
    )
    done = _("The hand-over is recorded.")
    return answered(request, sheet, form, act, to=at(found, "bodies"), done=done)


@login_required
@require_http_methods(EDITED)
def body_new(request: HttpRequest, code: str, role: str) -> HttpResponse:
    """Let a body co-operate, or an enterprise take part."""
    standing = standing_of(request)
    found, rights = task_of(request, code)
    require_page(rights.change)
    if role not in JOINING:
        raise Http404
    duty = JOINING[role]
    is_partner = duty == Role.PARTNER
    form = JoinForm(typed(request), on=standing.on, enterprises=is_partner)

    def act(form: JoinForm) -> object:
        return services.add_body(
            task=found,
            role=duty,
            organisation=form.cleaned_data["organisation"],
            valid_from=form.cleaned_data["valid_from"],
            by=person(request),
            on=standing.on,
            ground=form.ground,
        )

    title = _("Add an enterprise") if is_partner else _("Add a co-operating body")
    sheet = sheet_of(found, title, _("Add"))
    done = _("The body was added.")
    return answered(request, sheet, form, act, to=at(found, "bodies"), done=done)


@login_required
@require_http_methods(EDITED)
def body_end(request: HttpRequest, code: str, duty: int) -> HttpResponse:
    """End the part that a body takes in a task."""
    standing = standing_of(request)
    found, rights = task_of(request, code)
    require_page(rights.change)
    rows = TaskDuty.objects.filter(task=found, role__in=JOINING.values(), valid_to=None)
    present: TaskDuty = get_object_or_404(rows.select_related("organisation"), pk=duty)
    form = EndForm(typed(request), on=standing.on, initial=EndForm.recorded(present))

    def act(form: EndForm) -> object:
        return services.end_body(
            duty=present,
            last_day=form.cleaned_data["last_day"],
            by=person(request),
            on=standing.on,
            ground=form.ground,
            seen=form.cleaned_data["seen"],
        )

    title = _("%(body)s takes part no longer") % {"body": present.organisation.short_name}
    sheet = sheet_of(found, title, _("Record the end"))
    done = _("The end is recorded.")
    return answered(request, sheet, form, act, to=at(found, "bodies"), done=done)


def _page_of(programme: Programme) -> str:
    return reverse("programmes:setup_programme", args=[programme.code])
