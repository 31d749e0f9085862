"""A refusal in the form the caller reads: a problem for programs, a page for people."""

from django.http import HttpRequest, HttpResponse

from dti_tracker.shared.api.problems import Problem

API = "/api/"


def wants_problem(request: HttpRequest) -> bool:
    """Called by a program: the API, htmx, or a script that asks for JSON."""
    return (
        request.path.startswith(API)
        or request.headers.get("HX-Request") == "true"
        or request.headers.get("Accept", "").startswith("application/json")
    )


def problem(status: int, code: str, detail: str) -> HttpResponse:
    """Never kept by anybody on the way."""
    answer = Problem(status, code, detail, headers={"Cache-Control": "no-store"}).response()
    answer["Vary"] = "Cookie"
    return answer
