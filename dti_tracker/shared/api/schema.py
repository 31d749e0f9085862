"""The OpenAPI description: what every operation shares is written once, here."""

from collections.abc import Iterator, Mapping
from typing import Any

import django_filters
from drf_spectacular.authentication import SessionScheme as FrameworkSessionScheme
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from dti_tracker.shared.api.paging import DEFAULT_SIZE, MAX_SIZE
from dti_tracker.shared.api.problems import MEDIA_TYPE


class SessionScheme(FrameworkSessionScheme):  # type: ignore[no-untyped-call]
    """How the schema names the browser's session."""

    target_class = "dti_tracker.shared.api.authentication.SessionAuthentication"


METHODS = ("get", "post", "patch", "delete")
PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string", "description": "Dotted path; empty: the whole."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
EVERYWHERE = {
    "400": "A parameter, header or part of the body is unknown or has a bad value.",
    "401": "Not signed in, or the token is not valid.",
    "403": "Visible, but not for you to do; the token's scope does not reach so far; or the CSRF "
    "token of a session is missing.",
    "405": "Another method is meant.",
    "406": "Only application/json is answered.",
    "429": "Too many requests; see Retry-After.",
    "503": "The database is away; see Retry-After.",
}
OF_OBJECTS = {"404": "There is nothing here, or nothing that you may see."}
OF_WRITES = {
    "409": "Not in this state, or the Idempotency-Key was used for another request.",
    "412": "The version in If-Match is not the present one.",
    "413": "More than 1 MiB.",
    "415": "Only application/json is read.",
    "422": "A rule refuses; `detail` and `errors` say which.",
}
OF_CHANGES = {"428": "If-Match is missing."}


def add_what_all_share(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Post-processing hook: problems, conditional headers and idempotency for every operation."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for path, operations in result["paths"].items():
        for method in METHODS:
            if method in operations:
                _complete(operations[method], path, method)
    return result


def _complete(operation: dict[str, Any], path: str, method: str) -> None:
    for status, meaning in _problems(path, method).items():
        operation["responses"].setdefault(status, _problem(meaning))
    parameters = operation.setdefault("parameters", [])
    parameters.extend(_headers(method))
    if method == "get":
        operation["responses"]["304"] = {
            "description": "Unchanged since the ETag in If-None-Match."
        }
        operation["responses"]["200"].setdefault("headers", {})["ETag"] = {
            "schema": {"type": "string"},
            "description": "Changes whenever the answer does.",
        }


def _problems(path: str, method: str) -> Mapping[str, str]:
    return (
        EVERYWHERE
        | (OF_OBJECTS if "{" in path else {})
        | (OF_WRITES if method != "get" else {})
        | (OF_CHANGES if method in {"patch", "delete"} else {})
    )


def _problem(meaning: str) -> dict[str, Any]:
    return {
        "description": meaning,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _headers(method: str) -> Iterator[dict[str, Any]]:
    yield _header("Accept-Language", "`vi` (default) or `en`, for labels and problems.")
    if method == "get":
        yield _header("If-None-Match", "The ETag of the answer you have.")
    if method == "post":
        yield _header(
            "Idempotency-Key",
            "The same key and body answer the first result again, for seven days.",
        )
        yield _header("If-Match", "The ETag of the object you read, where it has a version.")
    if method in {"patch", "delete"}:
        yield _header("If-Match", "The ETag of the object you read.", required=True)


def _header(name: str, meaning: str, *, required: bool = False) -> dict[str, Any]:
    return {
        "in": "header",
        "name": name,
        "description": meaning,
        "required": required,
        "schema": {"type": "string"},
    }


AS_OF = OpenApiParameter("as_of", OpenApiTypes.DATE, description="Figures as of a day; today.")


def list_parameters(
    filters: type[django_filters.FilterSet],
    orderings: Mapping[str, str],
    default: str,
    meanings: Mapping[str, str] | None = None,
) -> list[OpenApiParameter]:
    """The query parameters of a list: its filters, and those that every list has."""
    names = [*orderings, *(f"-{name}" for name in orderings)]
    return [
        *(_of_filter(n, f, (meanings or {}).get(n)) for n, f in filters.base_filters.items()),
        OpenApiParameter(
            "updated_since", OpenApiTypes.DATETIME, description="Changed at this time or later."
        ),
        OpenApiParameter(
            "ordering",
            description=f"Comma-separated, default `{default}`: {', '.join(names)}.",
        ),
        OpenApiParameter("page_size", int, description=f"1 to {MAX_SIZE}, default {DEFAULT_SIZE}."),
        OpenApiParameter("cursor", description="From `next` or `previous`."),
    ]


def _of_filter(name: str, filter_: django_filters.Filter, meaning: str | None) -> OpenApiParameter:
    kinds: dict[type[django_filters.Filter], Any] = {
        django_filters.DateFilter: OpenApiTypes.DATE,
        django_filters.BooleanFilter: bool,
        django_filters.UUIDFilter: OpenApiTypes.UUID,
    }
    kind = next((k for c, k in kinds.items() if isinstance(filter_, c)), str)
    codes = [str(code) for code, _label in filter_.extra.get("choices") or ()]
    description = str(filter_.label) if meaning is None else meaning
    return OpenApiParameter(name, kind, description=description, enum=codes or None)


def page_of(item: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The shape of a page of a list."""
    name = item.__name__.removesuffix("Serializer")
    fields: dict[str, Any] = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "data_as_of": serializers.DateField(),
        "results": item(many=True),
    }
    return type(f"{name}PageSerializer", (serializers.Serializer,), fields)
