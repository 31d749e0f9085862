"""Numbers, days, marks and the navigation as every page shows them.

Presentation alone: nothing here decides what a value is, only how it reads. An unknown value
(None) reads "–", never 0.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from django import template
from django.templatetags.static import static
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.pages import Page
from dti_tracker.shared.time import VIETNAM, day_of
from organisations.asking import relations_to_pages
from organisations.rights import Relation

register = template.Library()

UNKNOWN = "–"
Number = int | Decimal
Words = str | Promise


@register.filter
def number(value: Number | None, places: int | None = None, language: str | None = None) -> str:
    """`1.028` or `62,5` in Vietnamese, `1,028` or `62.5` in English; None is "–".

    With `places` exactly that many decimals, rounded half up; without, as many as the value has.
    Reports of record pass their own `language`; pages follow the reader's.
    """
    if value is None:
        return UNKNOWN
    exact = Decimal(value)
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{exact:,f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    text = text.replace("-", "−")
    if (language or get_language() or "vi").startswith("vi"):
        return text.translate(str.maketrans(",.", ".,"))
    return text


@register.filter
def percent(value: Number | None, places: int | None = None) -> str:
    """`62,5%`; None is "–"."""
    return UNKNOWN if value is None else f"{number(value, places)}%"


@register.filter
def day(value: dt.date | None) -> str:
    """`21/11/2026` in both languages; a moment is shown by its day in Vietnam; None is "–"."""
    if value is None:
        return UNKNOWN
    if isinstance(value, dt.datetime):
        value = day_of(value)
    return f"{value:%d/%m/%Y}"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """`10:42 21/11/2026`, the hour in Vietnam; None is "–"."""
    return UNKNOWN if value is None else f"{value.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


@register.filter
def named(thing: Any) -> str:
    """The full name of a body, task, programme or indicator in the reader's language.

    The Vietnamese one where nobody gave an English one; nothing is "–".
    """
    if not thing:
        return UNKNOWN
    is_english = (get_language() or "").startswith("en")
    return str((is_english and thing.name_en) or thing.name)


@register.filter
def initial(name: object) -> str:
    """The letter that stands for a person: of the given name, which comes last in Vietnamese."""
    words = str(name).split()
    return words[-1][0].upper() if words else ""


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon of the sprite (names: static/img/icons.txt); the word stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


HEALTH_WORDS: dict[str, Words] = {
    "green": _("On course"),
    "amber": _("Needs attention"),
    "red": _("At risk"),
    "grey": _("Cannot be judged yet"),
}
DIRECTIONS: dict[str, tuple[str, Words]] = {
    "up": ("arrow-up-right", _("better than the period before")),
    "level": ("arrow-right", _("as in the period before")),
    "down": ("arrow-down-right", _("worse than the period before")),
}


@register.inclusion_tag("components/state_mark.html")
def state_mark(
    health: str, reason: Words = "", direction: str = "", compact: bool = False
) -> dict[str, Any]:
    """● ▲ ■ ○ with its word; documented in the template."""
    arrow, arrow_words = DIRECTIONS.get(direction, ("", ""))
    return {
        "health": health,
        "word": HEALTH_WORDS[health],
        "reason": reason,
        "arrow": arrow,
        "arrow_words": arrow_words,
        "compact": compact,
    }


# What is sure needs no suffix: read, derived, entered and confirmed values stand by themselves.
CERTAINTY_MARKS: dict[str, tuple[Words, Words]] = {
    "inferred": ("≈", _("inferred, not read in a source")),
    "unverified": ("?", _("unverified")),
    "unknown": (UNKNOWN, _("unknown")),
    "example": (_("example"), _("example data, made up for the demonstration")),
}


@register.inclusion_tag("components/certainty.html")
def certainty(code: str) -> dict[str, Words]:
    """The small suffix after a figure that is not certain; documented in the template."""
    mark, words = CERTAINTY_MARKS.get(code, ("", ""))
    return {"mark": mark, "words": words}


class Entry(NamedTuple):
    """One line of the navigation."""

    path: str
    icon: str
    label: Words
    relations: frozenset[Relation] | None = None  # for whom alone
    also: tuple[str, ...] = ()  # where else pages lie that belong under it


# The calendar of working days, besides what administrators find there.
SETS_UP = frozenset(
    {
        Relation.ADMINISTRATOR,
        Relation.COORDINATOR_HEAD,
        Relation.COORDINATOR_DEPUTY,
        Relation.COORDINATOR_DELEGATE,
    }
)
ENTRIES = (
    Entry("/", "home", _("My work")),
    Entry("/dashboard/", "layout-dashboard", _("Overview")),
    Entry("/tasks/", "list-check", _("Tasks"), also=("/trail/task/", "/imports/", "/task-views/")),
    Entry("/indicators/", "chart-dots", _("DTI indicators")),
    Entry("/evaluations/", "clipboard-check", _("Evaluations"), also=("/trail/evaluation/",)),
    # The reports are all the documents that have a page so far.
    Entry("/reports/", "file-text", _("Documents")),
    Entry("/trail/", "history", _("Log"), frozenset({Relation.INSPECTOR})),
    Entry("/setup/", "settings", _("Administration"), SETS_UP, ("/trail/",)),
)
ON_A_PHONE = 5


@register.simple_tag
def page(path: str) -> str:
    """The path when the project serves it, else "": nothing leads to a page that is not there."""
    try:
        resolve(path)
    except Resolver404:
        return ""
    return path


def _current(entries: list[Entry], path: str) -> Entry | None:
    """The entry under which a page lies: the longest of those its path begins with."""
    holding = [
        (len(held), entry)
        for entry in entries
        for held in (entry.path, *entry.also)
        if path == held or (held != "/" and path.startswith(held))
    ]
    return max(holding, key=itemgetter(0), default=(0, None))[1]


@register.inclusion_tag("components/navigation.html", takes_context=True)
def navigation(context: Mapping[str, Any], phone: bool = False) -> dict[str, Any]:
    """Entries whose page exists and that the person may open.

    A view or context processor may name paths in `hidden_paths` that this person may not open.
    """
    request = context["request"]
    hidden = context.get("hidden_paths", ())
    is_signed_in = bool(getattr(getattr(request, "user", None), "is_authenticated", False))
    relations = relations_to_pages(request) if is_signed_in else frozenset()
    entries = [
        entry
        for entry in ENTRIES
        if (entry.relations is None or entry.relations & relations)
        and entry.path not in hidden
        and page(entry.path)
    ]
    shown = len(entries) if not phone or len(entries) <= ON_A_PHONE else ON_A_PHONE - 1
    return {
        "entries": entries[:shown],
        "more": entries[shown:],
        "current": _current(entries, request.path),
        "phone": phone,
    }


@register.inclusion_tag("components/pages.html", takes_context=True)
def list_pages(context: Mapping[str, Any], page: Page[Any]) -> dict[str, str]:
    """Forward and back in a list with the filters it has; documented in the template."""
    asked = context["request"].GET.copy()
    addresses = {"previous": "", "next": ""}
    for name, number in (("previous", page.previous), ("next", page.next)):
        if number is not None:
            asked["page"] = str(number)
            addresses[name] = f"?{asked.urlencode()}"
    return addresses
