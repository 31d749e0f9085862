"""The person's own account: who they are here, how they come in, and their sessions."""

from dataclasses import dataclass
from http import HTTPStatus

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.forms import refuse
from dti_tracker.shared.time import today
from organisations.asking import person, standing_of
from organisations.forms.account import ContactForm
from organisations.models import Membership
from organisations.relations import body_relations
from organisations.rights import allowed
from organisations.selectors import Standing
from organisations.services import profile, sessions
from organisations.templatetags.ui import page


@dataclass(frozen=True)
class Section:
    """A page that hangs on the account page; where it names an action, for those who may do it."""

    path: str
    icon: str
    title: str | Promise
    text: str | Promise
    action: str = ""


SECTIONS = (
    Section(
        "/account/password/",
        "password",
        gettext_lazy("Password"),
        gettext_lazy("Choose another one."),
    ),
    Section(
        "/account/mfa/",
        "shield-lock",
        gettext_lazy("Second factors"),
        gettext_lazy("Passkeys, the app on your telephone, recovery codes."),
    ),
    Section(
        "/account/sessions/",
        "device-desktop",
        gettext_lazy("Sessions"),
        gettext_lazy("Where you are signed in now; end what you do not know."),
    ),
    Section(
        "/account/tokens/",
        "key",
        gettext_lazy("Access tokens"),
        gettext_lazy("For programs that read or report in your name."),
    ),
    Section(
        "/account/data/",
        "file-export",
        gettext_lazy("Data about me"),
        gettext_lazy("Everything kept about you, and asking for a correction."),
    ),
    Section(
        "/account/delegations/",
        "user-check",
        gettext_lazy("Delegations"),
        gettext_lazy("Who acts for you, and for how long."),
        action="manage_delegations",
    ),
    Section(
        "/account/colleagues/",
        "users",
        gettext_lazy("Colleagues"),
        gettext_lazy("People of your body; open an account that fell asleep."),
        action="reactivate_person",
    ),
)


def sections_for(standing: Standing) -> list[Section]:
    """Sections whose page exists and concerns the person."""
    relations = body_relations(standing.organisation_ids, standing)
    return [
        section
        for section in SECTIONS
        if page(section.path) and (not section.action or allowed(section.action, relations))
    ]


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Who the person is here, and what they can change."""
    standing = standing_of(request)
    positions = Membership.objects.current(on=standing.on).filter(user=person(request))
    context = {
        "positions": positions.select_related("organisation"),
        "sections": sections_for(standing),
    }
    return render(request, "organisations/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required()  # type: ignore[untyped-decorator]
def contact(request: HttpRequest) -> HttpResponse:
    """Office telephone and e-mail; who changes where links go confirms who they are first."""
    user = person(request)
    form = ContactForm(request.POST or None, initial={"phone": user.phone, "email": user.email})
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(request, "organisations/account_contact.html", {"form": form}, status=status)
    try:
        profile.change_contact(user=user, on=today(), **form.cleaned_data)
    except DomainError as refusal:
        refuse(form, refusal)
        context = {"form": form}
        return render(request, "organisations/account_contact.html", context, status=refusal.status)
    messages.success(request, _("Your contact was saved."))
    return redirect("organisations:account")


@require_safe
@login_required
def session_list(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in."""
    lines = sessions.sessions_of(
        person(request), this=str(request.session.session_key), now=timezone.now()
    )
    context = {"lines": lines, "others": sum(not line.is_this_one for line in lines)}
    return render(request, "usersessions/usersession_list.html", context)


@require_POST
@login_required
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one other session."""
    return _ended(request, only=pk)


@require_POST
@login_required
def sessions_end(request: HttpRequest) -> HttpResponse:
    """End all other sessions."""
    return _ended(request)


def _ended(request: HttpRequest, only: int | None = None) -> HttpResponse:
    key = str(request.session.session_key)
    count = sessions.end_sessions(by=person(request), this=key, only=only)
    if count:
        sentence = ngettext("%(count)d session has ended.", "%(count)d sessions have ended.", count)
        messages.success(request, sentence % {"count": count})
    else:
        messages.info(request, _("There was no such session any more."))
    return HttpResponseRedirect(reverse("organisations:sessions"))
