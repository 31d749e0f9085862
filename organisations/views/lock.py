"""The lock of an idle session: what it shows, what it asks, and how it is lifted in place."""

from collections.abc import Iterator
from http import HTTPStatus

from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from organisations import security
from organisations.asking import person
from organisations.choices import SecurityEventKind
from organisations.forms.factors import SecondStepPasskeyForm
from organisations.links import leads_here
from organisations.services import lock

# Our own fields on the unlock page; whatever else it posts belongs to the interrupted form.
PASSWORD, CREDENTIAL, NEXT = "unlock-password", "unlock-credential", "unlock-next"
SUBMIT, FILE = "unlock-submit", "unlock-file"
OWN_FIELDS = frozenset({PASSWORD, CREDENTIAL, NEXT, SUBMIT, FILE, "csrfmiddlewaretoken"})
LOCKED = 423


@require_safe
@never_cache
def lock_state(request: HttpRequest) -> HttpResponse:
    """Whether the session is locked, and for how many seconds it is not."""
    if not request.user.is_authenticated:
        return JsonResponse({"state": "ended", "seconds": 0})
    left = lock.seconds_left(request.session, person(request), now=lock.clock())
    return JsonResponse({"state": "open" if left else "locked", "seconds": left})


@require_safe
@never_cache
@login_required
def unlock_passkey(request: HttpRequest) -> HttpResponse:
    """The question to the person's passkeys; the session remembers it until the answer."""
    return JsonResponse({"request_options": begin_authentication(person(request))})


@require_POST
@never_cache
@sensitive_post_parameters()
def unlock(request: HttpRequest) -> HttpResponse:
    """Lift the lock for a password or a passkey; five wrong answers end the session."""
    if not request.user.is_authenticated:  # ended meanwhile, by its time or from another browser
        return _ended(request, _("The session has ended. Sign in again."))
    user = person(request)
    key = str(request.session.session_key)
    left = lock.take_answer(user, session_key=key, address=security.address_of(request))
    if left is None:
        return _end(request)
    if _is_right(request):
        lock.lift(request.session, session_key=key, now=lock.clock())
        security.record(SecurityEventKind.UNLOCKED, request=request, user=user)
        return _go_on(request)
    security.record(
        SecurityEventKind.UNLOCK_FAILED, request=request, user=user, detail={"answers_left": left}
    )
    return _wrong(request, left) if left else _end(request)


def locked_page(request: HttpRequest, *, wrong: str = "") -> HttpResponse:
    """The unlock page for those without the script; it carries along what was posted."""
    context = {
        "carried": list(_carried(request)),
        "next": _next(request),
        "wrong": wrong,
        "lost_files": _lost_files(request),
        "is_submit": _is_submit(request),
        "has_password": person(request).has_usable_password(),
    }
    response = render(request, "organisations/locked.html", context, status=LOCKED)
    response["Cache-Control"] = "no-store"
    return response


def _is_right(request: HttpRequest) -> bool:
    user = person(request)
    if credential := request.POST.get(CREDENTIAL, ""):
        form = SecondStepPasskeyForm(data={"credential": credential}, user=user)  # type: ignore[call-arg]
        return form.is_valid()
    return user.check_password(request.POST.get(PASSWORD, ""))


def _go_on(request: HttpRequest) -> HttpResponse:
    """For the script a word; else to the page, with the interrupted post sent again (307)."""
    if _is_script(request):
        return JsonResponse({"state": "open"})
    response = HttpResponseRedirect(_next(request))
    if _is_submit(request):
        response.status_code = HTTPStatus.TEMPORARY_REDIRECT
    return response


def _wrong(request: HttpRequest, left: int) -> HttpResponse:
    sentence = ngettext(
        "That was not right. One answer is left; then the session ends.",
        "That was not right. %(left)d answers are left; then the session ends.",
        left,
    ) % {"left": left}
    if _is_script(request):
        return JsonResponse({"state": "locked", "detail": sentence}, status=HTTPStatus.FORBIDDEN)
    return locked_page(request, wrong=sentence)


def _end(request: HttpRequest) -> HttpResponse:
    key = request.session.session_key
    logout(request)  # first the session: while its count stands, nobody begins a new one
    UserSession.objects.filter(session_key=key).delete()
    return _ended(request, _("Five wrong answers: the session has ended. Sign in again."))


def _ended(request: HttpRequest, sentence: str) -> HttpResponse:
    """The same however the session ended: for the script a word, for people the way back in."""
    if _is_script(request):
        return JsonResponse({"state": "ended", "detail": sentence}, status=HTTPStatus.UNAUTHORIZED)
    messages.error(request, sentence)
    return redirect_to_login(_next(request) if NEXT in request.POST else "/")


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _carried(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Fields of the interrupted form; none that hold a secret."""
    for name, values in request.POST.lists():
        if name not in OWN_FIELDS and "password" not in name and name != "credential":
            yield from ((name, str(value)) for value in values)


def _lost_files(request: HttpRequest) -> list[str]:
    """Names of the files of the interrupted form, which no page can carry along."""
    if NEXT in request.POST:
        return request.POST.getlist(FILE)
    return [str(file.name) for _name, files in request.FILES.lists() for file in files]


def _is_submit(request: HttpRequest) -> bool:
    """Whether something was being sent. Without its file it comes back to be completed."""
    return SUBMIT in request.POST if NEXT in request.POST else request.method == "POST"


def _next(request: HttpRequest) -> str:
    """Where to go on: an address of ours, the interrupted one at first."""
    asked = request.POST.get(NEXT, "")
    if leads_here(asked):
        return asked
    return "/" if NEXT in request.POST else request.get_full_path()
