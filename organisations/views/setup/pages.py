"""What all pages of setting up share: who may open them, and forms that lose nothing typed."""

from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, TypeVar

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.forms import refuse
from organisations.asking import relations_to_set_up
from organisations.rights import allowed

P = ParamSpec("P")
T = TypeVar("T")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def may(request: HttpRequest, action: str) -> bool:
    """Whether the signed-in person may set this up today."""
    return bool(allowed(action, relations_to_set_up(request)))


def setting_up(*actions: str) -> Callable[[View[P]], View[P]]:
    """Open a page to those alone who may do one of these actions; the others are told so (403)."""

    def wrap(view: View[P]) -> View[P]:
        @login_required
        @wraps(view)
        def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not any(may(request, action) for action in actions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return opened

    return wrap


def done(form: forms.Form, verb: Callable[[], T]) -> T | None:
    """Do it; what the rules refuse is said at the field, and the form remembers why."""
    try:
        return verb()
    except DomainError as refusal:
        refuse(form, refusal)
        form.status = refusal.status  # type: ignore[attr-defined]
        return None


def ask_first(form: Any, warnings: Sequence[str]) -> bool:
    """Whether something has to be read before: then the form asks to tick that it was."""
    if not warnings or form.data.get("confirmed"):
        return False
    form.ask_to_confirm()
    return True


def form_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    template: str = "organisations/setup/form.html",
    **context: Any,
) -> HttpResponse:
    """A form with everything typed, and the status of what is wrong with it.

    Context of the common template: heading, crumb_url, crumb, submit; optional note, warnings.
    """
    status = getattr(form, "status", HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else 200)
    return render(request, template, {"form": form, **context}, status=status)
