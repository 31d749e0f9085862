"""The base of every resource: checks before the work, ETag, headers, language."""

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import trans_real
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from dti_tracker.shared.api import conditional
from dti_tracker.shared.api.parsing import refuse_odd_request
from dti_tracker.shared.api.problems import BadValue, NotModified
from dti_tracker.shared.time import parsed_day, today

SAFE = frozenset({"GET", "HEAD"})


class ApiView(APIView):
    """What all views share.

    `parameters` are the query parameters an address knows; any other is a 400 that names it. `sources`
    are the tables an answer is made from: its ETag is known, and a 304 given, before the work.
    """

    parameters: ClassVar[frozenset[str]] = frozenset()
    sources: ClassVar[Sequence[type[models.Model]]] = ()
    etag: str = ""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what cannot be read, then who may not ask, then what has not changed."""
        follow_language(request._request)
        refuse_odd_request(request._request)
        super().initial(request, *args, **kwargs)
        self.refuse_unknown_parameters(request)
        if request.method in SAFE and self.sources:
            self.etag = self.make_etag(request)
            known = request.headers.get("If-None-Match", "")
            # "*" asks whether there is anything at all, which only the work can tell.
            if known.strip() != "*" and conditional.names(known, self.etag):
                raise NotModified(self.etag)

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Private answers that are asked for again each time, cheaply, by their ETag."""
        answer = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        if self.etag and answer.status_code == 200 and not answer.has_header("ETag"):
            answer["ETag"] = f"{self.etag}"
        if not answer.has_header("Cache-Control"):
            patch_cache_control(answer, private=True, no_cache=True)
        patch_vary_headers(answer, ("Accept-Language", "Authorization", "Cookie"))
        return answer

    def refuse_unknown_parameters(self, request: Request) -> None:
        """A misspelt filter must not give the full list; a doubled one is ambiguous."""
        for name, values in request.query_params.lists():
            if name not in self.known_parameters():
                raise BadValue(name, _("This address does not know the parameter."), "unknown")
            if len(values) > 1:
                raise BadValue(name, _("The parameter may come only once."), "repeated")
            if not values[0] and name != "search":
                raise BadValue(name, _("The parameter is empty."), "empty")

    def known_parameters(self) -> frozenset[str]:
        return self.parameters if self.request.method in SAFE else frozenset()

    def make_etag(self, request: Request) -> str:
        """The strong tag of the answer this request gets now."""
        return f'"{self.fingerprint(request)}"'

    def fingerprint(self, request: Request, *, path: str | None = None) -> str:
        """What the answer depends on besides the tables: address, day, language, who asks how."""
        parts = [
            request.get_full_path() if path is None else path,
            request.META.get("HTTP_HOST", ""),
            self.today,
            translation.get_language(),
            request.user.pk,
            getattr(request.user, "is_administrator", ""),
            getattr(request.auth, "scope", ""),
        ]
        return conditional.fingerprint(self.sources, parts)

    @cached_property
    def today(self) -> dt.date:
        """The day in Vietnam on which the request came."""
        return today()

    @cached_property
    def day(self) -> dt.date:
        """The day the figures are asked for: `as_of`, or today."""
        return day_from(self.request, default=self.today)


def day_from(request: Request, *, default: dt.date) -> dt.date:
    """`?as_of=YYYY-MM-DD`, from 2000 to today. Raises BadValue."""
    text = request.query_params.get("as_of")
    if text is None:
        return default
    try:
        return parsed_day(text, latest=default)
    except ValueError as error:
        raise BadValue("as_of", str(error)) from error


def updated_since(request: Request) -> dt.datetime | None:
    """`?updated_since=` as ISO 8601 with offset. Raises BadValue.

    A plus sign that was not escaped arrives as a blank; it is taken for what it was.
    """
    text = request.query_params.get("updated_since")
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text.strip().replace(" ", "+"))
        if moment.tzinfo is None:
            raise ValueError("no offset")
        return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise BadValue(
            "updated_since", _("A time with offset, such as 2026-07-01T08:00:00+07:00.")
        ) from error


def follow_language(request: HttpRequest) -> None:
    """`Accept-Language` decides here, also against the language chosen for the pages."""
    for code, _weight in trans_real.parse_accept_lang_header(
        request.headers.get("Accept-Language", "")
    ):
        try:
            language = trans_real.get_supported_language_variant(code)
        except LookupError:
            continue
        translation.activate(language)
        request.LANGUAGE_CODE = language
        return


class NothingHere(ApiView):
    """Every other address: a problem, not a page. A forgotten slash is put right."""

    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """308 to the same address with a slash, where there is one; 404 otherwise."""
        path = request.path + "/"
        if not request.path.endswith("/") and _leads_somewhere(path):
            location = request._request.get_full_path(force_append_slash=True)
            return HttpResponse(status=308, headers={"Location": location})
        raise Http404

    def refuse_unknown_parameters(self, request: Request) -> None:
        """Whatever the query: the address is the trouble."""

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """No address, so no method either."""
        raise Http404


def _leads_somewhere(path: str) -> bool:
    try:
        return getattr(resolve(path).func, "cls", None) is not NothingHere
    except Resolver404:
        return False
