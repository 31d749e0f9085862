"""People: the list, one person, and each act on them as a page of its own."""

import datetime as dt
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.pages import page_number, page_of
from dti_tracker.shared.time import today
from organisations.asking import person as asking
from organisations.choices import AccountState
from organisations.directory import people_found, rows_of
from organisations.forms.setup import (
    ChangedPersonForm,
    EndForm,
    MembershipForm,
    NewPersonForm,
    PersonFilter,
    ReasonForm,
)
from organisations.models import Membership, User
from organisations.services import dormancy, people
from organisations.services.invitations import invite
from organisations.services.people import ONE_DAY, Place
from organisations.standstill import standing_still
from organisations.views.setup.pages import ask_first, done, form_page, setting_up
from organisations.views.tokens import asking_again

FORM_METHODS = ["GET", "HEAD", "POST"]


@setting_up(people.ACTION)
@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    """People in Vietnamese order; a wrong filter is named, never ignored."""
    on = today()
    form = PersonFilter(request.GET, on=on)
    found = people_found(on=on, **form.cleaned_data) if form.is_valid() else []
    page = page_of(found, page_number(request.GET.get("page")))
    context = {
        "form": form,
        "page": page,
        "rows": page.rows,
        "total": len(found),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.BAD_REQUEST
    return render(request, "organisations/setup/people.html", context, status=status)


@setting_up(people.ACTION)
@require_http_methods(FORM_METHODS)
@asking_again  # type: ignore[untyped-decorator]
def person_new(request: HttpRequest) -> HttpResponse:
    """A new person with a first position; then the invitation is shown, once."""
    on = today()
    form = NewPersonForm(
        request.POST if request.method == "POST" else None, on=on, initial={"valid_from": on}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = done(
            form,
            lambda: people.create_person(
                by=asking(request),
                on=on,
                place=_place(given) if given["organisation"] else None,
                **{name: given[name] for name in ("username", *people.CONTACT)},
            ),
        )
        if made is not None:
            return _invited(request, made)
    return form_page(
        request,
        form,
        heading=_("New person"),
        crumb=_("People"),
        crumb_url=reverse("organisations:setup_people"),
        submit=_("Create person"),
    )


@setting_up(people.ACTION)
@require_http_methods(FORM_METHODS)
def person_detail(request: HttpRequest, username: str) -> HttpResponse:
    """One person: what they are, were and will be; name and contact can be corrected here."""
    on, user = today(), _person(username)
    posted = request.POST if request.method == "POST" else None
    form = ChangedPersonForm(posted, on=on, initial=people.written(user))
    if posted is not None and form.is_valid():
        given = {name: form.cleaned_data[name] for name in (*people.CONTACT, "reason")}
        if done(form, lambda: people.change_person(by=asking(request), on=on, user=user, **given)):
            messages.success(request, _("Saved."))
            return redirect("organisations:setup_person", user.username)
    (row,) = rows_of(User.objects.filter(pk=user.pk), on=on)
    memberships = user.memberships.select_related("organisation").order_by("-valid_from", "-pk")
    return form_page(
        request,
        form,
        template="organisations/setup/person.html",
        person=user,
        state=row.state,
        is_disabled=row.state == AccountState.DISABLED,
        is_dormant=row.state == AccountState.DORMANT,
        has_password=user.has_usable_password(),
        held=[m for m in memberships if m.valid_to is None or m.valid_to >= on],
        past=[m for m in memberships if m.valid_to is not None and m.valid_to < on],
        is_self=user == request.user,
        on=on,
    )


@setting_up(people.ACTION)
@require_http_methods(FORM_METHODS)
def person_disable(request: HttpRequest, username: str) -> HttpResponse:
    """Close an account; says first what then stands still."""
    on, user = today(), _person(username)
    held = list(user.memberships.select_related("organisation"))
    warnings = standing_still(user, held, on=on)
    form = ReasonForm(request.POST or None, on=on)
    if form.is_valid() and not ask_first(form, warnings):
        verb = people.disable_person
        reason = form.cleaned_data["reason"]
        if done(form, lambda: verb(by=asking(request), on=on, user=user, reason=reason)):
            messages.success(request, _("The account is disabled; all sessions and tokens ended."))
            return redirect("organisations:setup_person", user.username)
    return form_page(
        request,
        form,
        heading=_("Disable the account"),
        **_crumb(user),
        submit=_("Disable"),
        note=_("Every right, session and token ends at once. Positions and history stay."),
        warnings=warnings,
    )


@setting_up(people.ACTION)
@require_http_methods(FORM_METHODS)
def person_enable(request: HttpRequest, username: str) -> HttpResponse:
    """Open a closed account again."""
    on, user = today(), _person(username)
    form = ReasonForm(request.POST or None, on=on)
    if form.is_valid():
        verb = people.enable_person
        reason = form.cleaned_data["reason"]
        if done(form, lambda: verb(by=asking(request), on=on, user=user, reason=reason)):
            messages.success(request, _("The account is open again."))
            return redirect("organisations:setup_person", user.username)
    return form_page(
        request,
        form,
        heading=_("Enable the account"),
        **_crumb(user),
        submit=_("Enable"),
        note=_("The person signs in with the password they had. Tokens stay revoked."),
    )


@setting_up(people.ACTION)
@require_http_methods(FORM_METHODS)
def membership_new(request: HttpRequest, username: str) -> HttpResponse:
    """A further position."""
    on, user = today(), _person(username)
    form = MembershipForm(request.POST or None, on=on, initial={"valid_from": on})
    if form.is_valid():
        given = form.cleaned_data
        made = done(
            form,
            lambda: people.begin_membership(
                by=asking(request), on=on, user=user, place=_place(given), reason=given["reason"]
            ),
        )
        if made is not None:
            messages.success(
                request, _("The position begins on %s.") % f"{made.valid_from:%d/%m/%Y}"
            )
            return redirect("organisations:setup_person", user.username)
    return form_page(
        request, form, heading=_("Add a position"), **_crumb(user), submit=_("Add position")
    )


@setting_up(people.ACTION)
@require_http_methods(FORM_METHODS)
def membership_end(request: HttpRequest, username: str, pk: int) -> HttpResponse:
    """The last day of a position; says first what then stands still."""
    on, user = today(), _person(username)
    membership = _membership(user, pk)
    form = EndForm(request.POST or None, on=on, initial={"last_day": on})
    first_without = _day(form, "last_day", on) + ONE_DAY
    warnings = standing_still(user, [membership], on=first_without)
    if form.is_valid() and not ask_first(form, warnings):
        given = form.cleaned_data
        ended = done(
            form,
            lambda: people.end_membership(
                by=asking(request),
                on=on,
                membership=membership,
                last_day=given["last_day"],
                reason=given["reason"],
            ),
        )
        if ended is not None:
            messages.success(
                request, _("The position ends after %s.") % f"{given['last_day']:%d/%m/%Y}"
            )
            return redirect("organisations:setup_person", user.username)
    return form_page(
        request,
        form,
        heading=_("End the position"),
        **_crumb(user),
        submit=_("End position"),
        note=_described(membership),
        warnings=warnings,
    )


@setting_up(people.ACTION)
@require_http_methods(FORM_METHODS)
def membership_withdraw(request: HttpRequest, username: str, pk: int) -> HttpResponse:
    """Take back a position that has not begun; says first what then stands still."""
    on, user = today(), _person(username)
    membership = _membership(user, pk)
    form = ReasonForm(request.POST or None, on=on)
    warnings = standing_still(user, [membership], on=membership.valid_from)
    if form.is_valid() and not ask_first(form, warnings):
        reason = form.cleaned_data["reason"]

        def act() -> bool:
            people.withdraw_membership(
                by=asking(request), on=on, membership=membership, reason=reason
            )
            return True

        if done(form, act):
            messages.success(request, _("The position is withdrawn; the history keeps it."))
            return redirect("organisations:setup_person", user.username)
    return form_page(
        request,
        form,
        heading=_("Withdraw the position"),
        **_crumb(user),
        submit=_("Withdraw position"),
        note=_("%s does not begin. A position that ends before it ends all the same.")
        % _described(membership),
        warnings=warnings,
    )


@setting_up(people.ACTION)
@require_http_methods(FORM_METHODS)
def membership_move(request: HttpRequest, username: str, pk: int) -> HttpResponse:
    """Another body or position as one act; says first what then stands still."""
    on, user = today(), _person(username)
    membership = _membership(user, pk)
    initial = {"position": membership.position, "title": membership.title, "valid_from": on}
    form = MembershipForm(request.POST or None, on=on, initial=initial)
    warnings = standing_still(user, [membership], on=_day(form, "valid_from", on))
    if form.is_valid() and not ask_first(form, warnings):
        given = form.cleaned_data
        moved = done(
            form,
            lambda: people.move_person(
                by=asking(request),
                on=on,
                membership=membership,
                place=_place(given),
                reason=given["reason"],
            ),
        )
        if moved is not None:
            messages.success(request, _("Moved to %s.") % moved.organisation.name)
            return redirect("organisations:setup_person", user.username)
    return form_page(
        request,
        form,
        heading=_("Move to another body or position"),
        **_crumb(user),
        submit=_("Move"),
        note=_("%s: ends the day before the new one begins.") % _described(membership),
        warnings=warnings,
    )


@setting_up(people.ACTION)
@require_POST
@asking_again  # type: ignore[untyped-decorator]
def person_invite(request: HttpRequest, username: str) -> HttpResponse:
    """A new link for choosing a password; earlier ones of a new person die."""
    return _invited(request, _person(username))


@setting_up(people.ACTION)
@require_POST
def person_reactivate(request: HttpRequest, username: str) -> HttpResponse:
    """Open an account that was locked because nobody used it."""
    user = _person(username)
    try:
        dormancy.reactivate(user=user, by=asking(request), on=today())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The account is open again."))
    return redirect("organisations:setup_person", user.username)


def _invited(request: HttpRequest, user: User) -> HttpResponse:
    """The page that shows the link, once: it is kept nowhere."""
    had_password = user.has_usable_password()
    try:
        link = invite(user=user, by=asking(request), on=today())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("organisations:setup_person", user.username)
    context = {
        "person": user,
        "link": link,
        "days": settings.INVITATION_DAYS,
        "minutes": settings.RESET_LINK_MINUTES if had_password else 0,
    }
    answer = render(request, "organisations/setup/invited.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _person(username: str) -> User:
    """A person; service accounts have pages of their own."""
    return get_object_or_404(User, username=username, is_service=False)


def _membership(user: User, pk: int) -> Membership:
    return get_object_or_404(user.memberships.select_related("organisation", "user"), pk=pk)


def _place(given: dict[str, object]) -> Place:
    return Place(**{n: given[n] for n in ("organisation", "position", "valid_from", "title")})  # type: ignore[arg-type]


def _crumb(user: User) -> dict[str, str]:
    url = reverse("organisations:setup_person", args=[user.username])
    return {"crumb": user.full_name, "crumb_url": url}


def _described(membership: Membership) -> str:
    title = membership.title or membership.get_position_display()
    return f"{membership.organisation.name} · {title}"


def _day(form: EndForm | MembershipForm, name: str, default: dt.date) -> dt.date:
    """The day that was typed, if one was."""
    if not form.is_bound or not form.is_valid():
        return default
    day: dt.date = form.cleaned_data[name]
    return day
