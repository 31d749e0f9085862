"""Which addresses the site has, and what the table `routes.csv` says about each.

The table holds a line for each address × method (HEAD goes with GET; what one address does by
several verbs has a line for each). Whoever adds an address adds its lines; the columns:

`route`
    The name with its namespaces, as `reverse` takes it (`reports:evaluation`, `api:task`,
    `account_login`); Django's admin is the one line `admin:*`; an address without a name is given
    by its pattern.
`method`
    GET, POST, PATCH, PUT or DELETE; `*` for all that Django's admin does.
`action`
    A row of `organisations/data/rights.csv`, or one of the :data:`WORDS`; several rows with `|`
    between them where any of them is enough.
`object`
    What the address names, a kind of `cast.py`: none, task, programme, update, evaluation, report,
    job, notice … What a person does not see answers 404, what they see and may not do 403.
`state`
    With which state the table is asked where the object has none of its own (`draft` for a new
    update). Else empty: the object's own.
`arguments`
    What else stands in the address, `name=value` with `;` between them (`verb=accept`).
`payload`
    Key in `payloads.py` of a body that is right, so that whoever may do it gets 2xx or a redirect.
    Empty: nothing is sent; whoever may is then told what is missing (400, 422, 428 or the form),
    never 401, 403 or 404.
`refused`
    What is answered to who may not, if not 403 (`404` where a page does not exist for them).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

TABLE = Path(__file__).parent / "routes.csv"
COLUMNS = ("route", "method", "action", "object", "state", "arguments", "payload", "refused")
WORDS = {
    "public": "Everybody, also who is not signed in.",
    "signed_in": "Everybody who is signed in, by session or token; also the moved.",
    "session_only": "Everybody who is signed in with a session; a token is answered 401 or 403.",
    "province": "Who has a position in a body of the province, or inspects; not the enterprises.",
    "administrator": "Administrators, whatever else they are.",
    "emergency": "Superusers after a fresh second factor and a reason; nobody of the cast.",
    "own": "Who the object belongs to (a notice, a job, a token); to others it does not exist.",
    "not_walked": "Needs a ceremony the walk cannot play (sign-in by a key, a mailed link); it "
    "names in `refused` the test file that tries it.",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ADMIN = "admin:*"


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    route: str
    method: str
    action: str
    object: str = "none"
    state: str = ""
    arguments: str = ""
    payload: str = ""
    refused: str = ""

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api:")

    @property
    def actions(self) -> list[str]:
        """The rows of the table of which any one is enough."""
        return self.action.split("|")

    @property
    def kwargs(self) -> dict[str, str]:
        """What stands in the address beside the object's key."""
        pairs = (pair.partition("=") for pair in self.arguments.split(";") if pair)
        return {name.strip(): value.strip() for name, _is, value in pairs}

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.route, self.arguments)))


@cache
def table() -> tuple[Line, ...]:
    """Every line of `routes.csv`."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(Line(**row) for row in csv.DictReader(file))


@dataclass(frozen=True)
class Address:
    """An address of the site: its name, its pattern, and the methods that its view takes."""

    route: str
    pattern: str
    methods: frozenset[str]
    parameters: tuple[str, ...]


def addresses() -> tuple[Address, ...]:
    """Every address, from all resolvers; Django's admin is one."""
    return tuple(_walk(get_resolver(), "", ()))


def _walk(resolver: URLResolver, prefix: str, names: tuple[str, ...]) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield _address(entry, pattern, names)
        elif entry.app_name == "admin":
            yield Address(ADMIN, pattern, frozenset({"*"}), ())
        else:
            inner = (*names, entry.namespace) if entry.namespace else names
            yield from _walk(entry, pattern, inner)


def _address(entry: URLPattern, pattern: str, names: tuple[str, ...]) -> Address:
    route = ":".join((*names, entry.name)) if entry.name else pattern
    parameters = tuple(entry.pattern.regex.groupindex)
    return Address(route, pattern, methods_of(entry.callback), parameters)


def methods_of(view: Any) -> frozenset[str]:
    """What a view takes: by its class's handlers, else by Django's decorators; all if neither."""
    cls = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if cls is not None:
        named = [m for m in METHODS if m.lower() in cls.http_method_names]
        taken = frozenset(m for m in named if hasattr(cls, m.lower()))
    else:
        taken = frozenset(METHODS)
    limited = _limits(view)
    return taken & limited if limited else (taken if cls else frozenset({"GET", "POST"}))


def _limits(view: Any) -> frozenset[str]:
    """The methods that `require_http_methods` lets through, wherever in the decorators it stands."""
    while view is not None:
        code, cells = getattr(view, "__code__", None), getattr(view, "__closure__", None) or ()
        if code and "request_method_list" in code.co_freevars:
            listed = cells[code.co_freevars.index("request_method_list")].cell_contents
            return frozenset(listed) & frozenset(METHODS)
        view = getattr(view, "__wrapped__", None)
    return frozenset()
