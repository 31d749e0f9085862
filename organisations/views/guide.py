"""The guide: who may do what, as the rights table says."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organisations.forms.guide import RelationForm
from organisations.guide import relation_words, themes_of


@require_safe
@login_required
def rights(request: HttpRequest) -> HttpResponse:
    """The whole table, or what one relation may do; the same for everybody."""
    form = RelationForm(request.GET)
    is_understood = form.is_valid()
    relation = form.chosen if is_understood else None
    context = {
        "form": form,
        "relation": relation,
        "relation_words": relation_words(relation) if relation else "",
        "themes": themes_of(relation) if is_understood else [],
    }
    status = HTTPStatus.OK if is_understood else HTTPStatus.BAD_REQUEST
    return render(request, "organisations/guide_rights.html", context, status=status)
