"""My work: what waits for a person and what they wait for, of reports and evaluations alike."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dti_tracker.shared.time import day_of
from organisations.selectors import Standing
from organisations.templatetags.ui import named
from programmes.owing import Owed, reports_owed
from programmes.work import Debt, WorkItem, debts, own_tasks, to_do, waited_words, waiting_for
from reports.choices import EvaluationState
from reports.selectors import lists
from reports.selectors.desks import EvaluationRow


@dataclass(frozen=True)
class Work:
    """What the first page shows; `next_due` is the report that comes next where nothing is due."""

    items: list[WorkItem]
    later: list[WorkItem]
    waiting: list[WorkItem]
    debts: list[Debt]
    takes_part: bool
    next_due: Owed | None


def work_of(standing: Standing) -> Work:
    """Everything for one person on a day; the number of queries does not depend on how much it is."""
    tasks = own_tasks(standing)
    owed = reports_owed(tasks, standing)
    evaluations = [_item(row) for row in (*lists.review_queue(standing), *lists.own_work(standing))]
    found = sorted([*evaluations, *to_do(tasks, owed, standing)], key=lambda item: item.urgency)
    handed_in = [_waiting(row) for row in lists.handed_in(standing)]
    return Work(
        items=[item for item in found if not item.is_later],
        later=[item for item in found if item.is_later],
        waiting=[*handed_in, *waiting_for(tasks, standing)],
        debts=debts(owed, standing),
        takes_part=bool(tasks),
        next_due=next(iter(owed), None),
    )


def _item(row: EvaluationRow) -> WorkItem:
    came_back = row.state == EvaluationState.RETURNED
    return WorkItem(
        capfirst(_("evaluation: %(purpose)s") % {"purpose": row.desk.purpose if row.desk else ""}),
        named(row.task),
        reverse("reports:evaluation", args=[row.evaluation.uid]),
        _("Review") if row.state == EvaluationState.SUBMITTED else _("Open"),
        code=row.task.code,
        since=day_of(row.desk.since) if row.desk and row.desk.since else None,
        why=_lain(row),
        rank=0 if came_back else 1,
    )


def _waiting(row: EvaluationRow) -> WorkItem:
    body = named(row.desk.body) if row.desk and row.desk.body else "–"
    return WorkItem(
        capfirst(_("evaluation sent, waiting for %(body)s") % {"body": body}),
        named(row.task),
        reverse("reports:evaluation", args=[row.evaluation.uid]),
        _("See"),
        code=row.task.code,
        since=day_of(row.desk.since) if row.desk and row.desk.since else None,
        why=_lain(row),
    )


def _lain(row: EvaluationRow) -> str:
    """How long it has lain there."""
    return waited_words(row.desk.days or 0) if row.desk else ""
