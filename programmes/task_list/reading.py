"""Which tasks a person is shown for an address, in which order: for page, CSV and XLSX alike."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dti_tracker.shared.text import sort_key
from organisations.relations import general_relations
from organisations.rights import allowed
from organisations.selectors import Standing
from organisations.templatetags.ui import named
from programmes.choices import HEALTH_ORDER
from programmes.filters import TaskFilter
from programmes.selectors import TaskSummary

Asked = Mapping[str, Any]  # as a request has it: one text for each name
Key = Callable[[TaskSummary], Any]

# By what a column orders; None: unknown, which comes last in either direction.
ORDERS: dict[str, Key] = {
    "state": lambda s: HEALTH_ORDER.index(s.health),
    "name": lambda s: sort_key(named(s.task)),
    "lead": lambda s: sort_key(s.lead.short_name) if s.lead else None,
    "ends": lambda s: s.trial_end,
    "percent": lambda s: s.percent,
}
ORDER_WORDS: dict[str, Promise] = {
    "state": _("State"),
    "name": _("Task"),
    "lead": _("Lead"),
    "ends": _("Last day of the trial"),
    "percent": pgettext_lazy("column", "Done"),
}
OF_PROGRESS = frozenset({"state", "percent"})


@dataclass(frozen=True)
class TaskList:
    """Tasks as an address asks for them, for a person on a day.

    `order` is a key of :data:`ORDERS`, "-" before it for downwards, "" where the list keeps its own
    order: most urgent first, by number for whoever may not see progress. `query` is what of the
    address the list knows, the day and the page left out.
    """

    filter: TaskFilter
    summaries: list[TaskSummary]
    on: dt.date
    order: str
    shows_progress: bool
    query: str

    @property
    def is_valid(self) -> bool:
        return bool(self.filter.is_valid())

    @property
    def is_filtered(self) -> bool:
        return any(self.filter.data.get(name) for name in self.filter.filters)


def task_list_of(asked: Asked, standing: Standing, *, on: dt.date) -> TaskList:
    """The visible tasks that pass the filters of an address, in its order."""
    shows_progress = bool(allowed("view_progress", general_relations(standing)))
    chosen = TaskFilter(asked, standing=standing, on=on)
    if not shows_progress:
        # Who may not see colour and state may not ask for them either, nor read them from the order.
        del chosen.filters["health"], chosen.filters["state"]
    order = order_asked(asked.get("order", ""), shows_progress=shows_progress)
    found = chosen.summaries()
    if not shows_progress:
        found.sort(key=lambda s: (s.task.programme.code, s.task.number))
    return TaskList(
        filter=chosen,
        summaries=in_order(found, order) if order else found,
        on=on,
        order=order,
        shows_progress=shows_progress,
        query=known_query(asked, [*chosen.filters, "order"]),
    )


def order_asked(text: str, *, shows_progress: bool) -> str:
    """What `?order=` asks for; anything odd, or what would tell progress, is the list's own order."""
    name = text.removeprefix("-")
    return text if name in ORDERS and (shows_progress or name not in OF_PROGRESS) else ""


def in_order(summaries: list[TaskSummary], order: str) -> list[TaskSummary]:
    """By a column, the unknown last; what is equal keeps its place."""
    key = ORDERS[order.removeprefix("-")]
    known = [s for s in summaries if key(s) is not None]
    unknown = [s for s in summaries if key(s) is None]
    return sorted(known, key=key, reverse=order.startswith("-")) + unknown


def known_query(asked: Asked, names: list[str]) -> str:
    """What an address asks of the list, in a fixed order and without what is empty."""
    given = {name: asked.get(name, "").strip() for name in names}
    return urlencode({name: value for name, value in given.items() if value})
