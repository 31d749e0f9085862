"""Pages of setting up programmes: their list, one with its duties, thresholds and criteria."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.pages import page_number, page_of
from organisations.asking import person, relations_to_set_up, standing_of
from organisations.choices import Role
from organisations.relations import general_relations
from organisations.rights import allowed
from organisations.templatetags.ui import named
from programmes import services
from programmes.forms.set_up import (
    CriterionForm,
    HandOverForm,
    NewCriterionForm,
    NewProgrammeForm,
    ProgrammeForm,
    ThresholdsForm,
)
from programmes.models import Criterion, Programme
from programmes.set_up import (
    SetUpRights,
    lines,
    preview,
    programme_duties,
    task_line,
    task_lines,
)
from programmes.views.asking import (
    Sheet,
    answered,
    programme_of,
    require_page,
    shown,
    typed,
)

EDITED = ["GET", "HEAD", "POST"]


def at(programme: Programme, anchor: str = "") -> str:
    """The set-up page of a programme."""
    page = reverse("programmes:setup_programme", args=[programme.code])
    return f"{page}#{anchor}" if anchor else page


@login_required
@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """The programmes whose set-up the person may see."""
    standing = standing_of(request)
    require_page(allowed("create_set_up", relations_to_set_up(request)))
    page = page_of(lines(standing), page_number(request.GET.get("page")))
    context = {
        "page": page,
        "may_dates": allowed("change_set_up", relations_to_set_up(request)),
        "may_mandates": allowed("manage_mandates", general_relations(standing)),
    }
    return render(request, "programmes/setup/programmes.html", context)


@login_required
@require_http_methods(EDITED)
def programme_new(request: HttpRequest) -> HttpResponse:
    """Begin a programme."""
    standing = standing_of(request)
    require_page(allowed("create_set_up", relations_to_set_up(request)))
    form = NewProgrammeForm(typed(request), on=standing.on)
    sheet = Sheet(
        title=_("New programme"),
        back=reverse("programmes:setup_programmes"),
        back_label=_("Programmes"),
        submit=_("Create the programme"),
    )

    def act(form: NewProgrammeForm) -> Programme:
        given = form.cleaned_data
        return services.create_programme(
            by=person(request),
            on=standing.on,
            code=given["code"],
            values=form.written,
            coordinator=given["coordinator"],
            authority=given["authority"],
            duties_from=given["duties_from"],
            document=form.chosen_document,
        )

    done = _("The programme is there. Add its criteria and its tasks next.")
    return answered(request, sheet, form, act, to=at, done=done)


@login_required
@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """A programme as it is set up."""
    return _page(request, *programme_of(request, code))


def _page(
    request: HttpRequest, found: Programme, rights: SetUpRights, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    standing = standing_of(request)
    page = page_of(task_lines(found), page_number(request.GET.get("page")))
    criteria = list(services.with_judged(found.criteria.all()))
    context = {
        "programme": found,
        "rights": rights,
        "duties": programme_duties(found, standing),
        "criteria": criteria,
        "criteria_seen": services.mark_of(*criteria),
        "thresholds": ThresholdsForm(initial=ThresholdsForm.recorded(found), on=standing.on),
        "page": page,
        "tasks": [task_line(task, standing) for task in page.rows],
        "programme_label": named(found),
    }
    return render(request, "programmes/setup/programme.html", context, status=status)


@login_required
@require_http_methods(EDITED)
def programme_change(request: HttpRequest, code: str) -> HttpResponse:
    """Change what a programme is called, when it runs and how often is reported."""
    standing = standing_of(request)
    found, rights = programme_of(request, code)
    require_page(rights.change)
    form = ProgrammeForm(typed(request), on=standing.on, initial=ProgrammeForm.recorded(found))

    def act(form: ProgrammeForm) -> object:
        return services.change_programme(
            programme=found,
            by=person(request),
            on=standing.on,
            values=form.written,
            ground=form.ground,
            seen=form.cleaned_data["seen"],
        )

    sheet = _sheet(found, _("Change the programme"), _("Save the change"))
    return answered(request, sheet, form, act, to=at(found), done=_("The change is recorded."))


@login_required
@require_http_methods(EDITED)
def programme_duty(request: HttpRequest, code: str, role: str) -> HttpResponse:
    """Give the duty of coordinator or authority to another body."""
    standing = standing_of(request)
    found, rights = programme_of(request, code)
    require_page(rights.change)
    if role not in (Role.COORDINATOR, Role.AUTHORITY):
        raise Http404
    present = found.duties.filter(role=role, valid_to=None).first()
    form = HandOverForm(typed(request), on=standing.on, initial=HandOverForm.recorded(present))

    def act(form: HandOverForm) -> object:
        return services.change_programme_duty(
            programme=found,
            role=Role(role),
            organisation=form.cleaned_data["organisation"],
            valid_from=form.cleaned_data["valid_from"],
            by=person(request),
            on=standing.on,
            ground=form.ground,
            seen=form.cleaned_data["seen"],
        )

    sheet = _sheet(
        found,
        _("Next coordinator") if role == Role.COORDINATOR else _("Next authority"),
        _("Record the hand-over"),
        _("With this day the rights of the duty pass to the body that you choose.")
        if role == Role.COORDINATOR
        else "",
    )
    done = _("The hand-over is recorded.")
    return answered(request, sheet, form, act, to=at(found, "duties"), done=done)


@login_required
@require_http_methods(EDITED)
def thresholds(request: HttpRequest, code: str) -> HttpResponse:
    """Change the thresholds of health; what would change is shown before it is saved."""
    standing = standing_of(request)
    found, rights = programme_of(request, code)
    require_page(rights.thresholds)
    form = ThresholdsForm(typed(request), on=standing.on, initial=ThresholdsForm.recorded(found))
    sheet = _sheet(found, _("Thresholds"), _("Save the thresholds"))
    template = "programmes/setup/thresholds.html"
    if request.POST.get("action") == "preview" and form.is_valid():
        # Who does not see the colours is not told how many would change, either.
        would = preview(found, form.written, standing) if rights.progress else None
        return shown(request, sheet, form, template=template, preview=would, rights=rights)

    def act(form: ThresholdsForm) -> object:
        return services.change_thresholds(
            programme=found,
            by=person(request),
            on=standing.on,
            values=form.written,
            ground=services.Ground(form.cleaned_data["reason"], None),
            seen=form.cleaned_data["seen"],
        )

    done = _("The thresholds hold from now on.")
    to = at(found, "thresholds")
    return answered(request, sheet, form, act, to=to, done=done, template=template, rights=rights)


@login_required
@require_http_methods(EDITED)
def criterion_new(request: HttpRequest, code: str) -> HttpResponse:
    """Add a criterion after the others."""
    standing = standing_of(request)
    found, _rights = programme_of(request, code)
    form = NewCriterionForm(typed(request), on=standing.on)

    def act(form: NewCriterionForm) -> object:
        return services.add_criterion(
            programme=found, by=person(request), on=standing.on, values=form.written
        )

    sheet = _sheet(
        found,
        _("New criterion"),
        _("Add the criterion"),
        _("Evaluations that were not submitted yet have to judge by it, too."),
    )
    done = _("The criterion was added.")
    return answered(request, sheet, form, act, to=at(found, "criteria"), done=done)


@login_required
@require_http_methods(EDITED)
def criterion(request: HttpRequest, code: str, criterion: str) -> HttpResponse:
    """Word a criterion anew, or retire it, while nothing was judged by it."""
    standing = standing_of(request)
    programme, rights = programme_of(request, code)
    require_page(rights.change)
    found = get_object_or_404(programme.criteria, code=criterion)
    form = CriterionForm(typed(request), on=standing.on, initial=CriterionForm.recorded(found))
    retires = request.POST.get("action") == "retire"

    def act(form: CriterionForm) -> object:
        if retires:
            return services.retire_criterion(
                criterion=found,
                by=person(request),
                on=standing.on,
                ground=form.ground,
                seen=form.cleaned_data["seen"],
            )
        return services.reword_criterion(
            criterion=found,
            by=person(request),
            on=standing.on,
            values=form.written,
            ground=form.ground,
            seen=form.cleaned_data["seen"],
        )

    sheet = _sheet(programme, _("Change the criterion"), _("Save the new words"))
    done = _("The criterion was retired.") if retires else _("The criterion has its new words.")
    to = at(programme, "criteria")
    return answered(request, sheet, form, act, to=to, done=done, retires=True)


@login_required
@require_POST
def criterion_move(request: HttpRequest, code: str, criterion: str) -> HttpResponse:
    """Exchange a criterion with its neighbour."""
    programme, rights = programme_of(request, code)
    require_page(rights.change)
    found: Criterion = get_object_or_404(programme.criteria, code=criterion)
    if (direction := request.POST.get("direction")) not in ("up", "down"):
        raise BadRequest("direction is none of the form's buttons")
    try:
        services.move_criterion(
            criterion=found,
            by=person(request),
            on=standing_of(request).on,
            up=direction == "up",
            seen=request.POST.get("seen", ""),
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return _page(request, programme, rights, status=refusal.status)
    return redirect(at(programme, "criteria"))


def _sheet(programme: Programme, title: str, submit: str, intro: str = "") -> Sheet:
    back_label = f"{programme.code} {named(programme)}"
    return Sheet(title, at(programme), back_label, submit, intro)
