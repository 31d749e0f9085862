"""Every refusal of the API as `application/problem+json` (RFC 9457), in the caller's language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.exceptions import ErrorDetail

from dti_tracker.shared.api.encoding import dumps
from dti_tracker.shared.errors import DomainError

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:dti-tracker:problem:"

TITLES: dict[int, Promise] = {
    400: _("The request cannot be understood"),
    401: _("Not signed in"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("This address does not know the method"),
    406: _("No such form of answer"),
    409: _("Conflict with the present state"),
    412: _("Somebody else saved first"),
    413: _("Too large"),
    415: _("This type of content is not read"),
    422: _("A rule refuses"),
    423: _("Locked"),
    428: _("A version is needed"),
    429: _("Too many requests"),
}

# Sentences of our own where the framework's would be English for everybody.
DETAILS: dict[type[exceptions.APIException], Promise] = {
    exceptions.NotAuthenticated: _("Sign in first."),
    exceptions.AuthenticationFailed: _("The credentials are not valid; sign in again."),
    exceptions.MethodNotAllowed: _("Use one of the methods named in the header Allow."),
    exceptions.NotAcceptable: _("Ask for application/json in the header Accept."),
    exceptions.UnsupportedMediaType: _("Send the content as application/json in UTF-8."),
    exceptions.Throttled: _("Wait for the seconds named in the header Retry-After, then go on."),
    exceptions.NotFound: _("There is nothing here, or nothing that you may see."),
}


class BadValue(exceptions.ValidationError):
    """A parameter, header or part of the body is unknown or has a bad value; says which."""

    def __init__(self, name: str, detail: str | Promise, code: str = "invalid") -> None:
        super().__init__({name: [ErrorDetail(str(detail), code)]})


class PreconditionRequired(exceptions.APIException):
    """A change without the version it starts from could overwrite somebody else's (RFC 6585)."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = _("Send the ETag of what you read in the header If-Match.")
    default_code = "version_needed"


class PreconditionFailed(exceptions.APIException):
    """The version the caller started from is not the present one."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = _("Somebody else saved first: read again, then repeat your change.")
    default_code = "stale"


class TooLarge(exceptions.APIException):
    """The body is larger than any this API expects."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The content is larger than this address takes.")
    default_code = "too_large"


class KeyUsedOtherwise(exceptions.APIException):
    """One Idempotency-Key names one request; with another body it is a mistake."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("This Idempotency-Key was used for another request; take a new one.")
    default_code = "idempotency_key_reused"


class NotModified(Exception):
    """The caller already has what the answer would say."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


@dataclass(frozen=True)
class Problem:
    """One refusal, before it is written down."""

    status: int
    code: str
    detail: str
    errors: tuple[dict[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> HttpResponse:
        body: dict[str, Any] = {
            "type": TYPE_PREFIX + self.code,
            "title": str(TITLES.get(self.status, TITLES[400])),
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = list(self.errors)
        return HttpResponse(
            dumps(body), status=self.status, content_type=MEDIA_TYPE, headers=dict(self.headers)
        )


def answer_exception(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's exception handler; None leaves what nobody foresaw to `handler500`."""
    if isinstance(error, NotModified):
        return HttpResponse(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": error.etag})
    problem = describe(error)
    return problem.response() if problem else None


def describe(error: Exception) -> Problem | None:
    """The problem an exception stands for, or None."""
    if isinstance(error, DomainError):
        return _of_domain(error)
    if isinstance(error, exceptions.ValidationError):
        return _of_validation(error)
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    if isinstance(error, Http404):
        return _of_framework(exceptions.NotFound())
    if isinstance(error, PermissionDenied):
        return Problem(403, "not_allowed", str(TITLES[403]))
    return _of_transport(error)


def malformed() -> Problem:
    """What nobody can read; where, the client sees best."""
    return Problem(400, "malformed", str(TITLES[400]))


def _of_domain(error: DomainError) -> Problem:
    errors = tuple(
        {"field": name, "code": error.code, "detail": str(detail)}
        for name, detail in error.fields.items()
    )
    return Problem(error.status, error.code, error.message, errors)


def _of_validation(error: exceptions.ValidationError) -> Problem:
    errors = tuple(_flat(error.detail, ""))
    detail = "; ".join(
        f"{e['field']}: {e['detail']}" if e["field"] else e["detail"] for e in errors[:5]
    )
    return Problem(400, "invalid", detail, errors)


def _of_framework(error: exceptions.APIException) -> Problem:
    own = DETAILS.get(type(error))
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    code = str(error.get_codes()) if isinstance(error.detail, str) else error.default_code
    return Problem(error.status_code, code, str(own or error.detail), headers=headers)


def _of_transport(error: Exception) -> Problem | None:
    if isinstance(error, RequestDataTooBig):
        return _of_framework(TooLarge())
    if isinstance(error, BadRequest | SuspiciousOperation | MultiPartParserError):
        return malformed()
    return None


def _flat(detail: Any, path: str) -> Iterator[dict[str, str]]:
    """Nested messages as a list with dotted paths: `criteria.0.verdict`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = path if name == "non_field_errors" else f"{path}.{name}".strip(".")
            yield from _flat(inner, own)
    elif isinstance(detail, list | tuple):
        for place, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list | tuple)
            yield from _flat(inner, f"{path}.{place}".strip(".") if nested else path)
    else:
        yield {"field": path, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}
