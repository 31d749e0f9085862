"""On what a task rests: the "6 rõ" and the documents behind it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.choices import Role
from organisations.models import Document, Organisation
from organisations.relations import holders
from organisations.selectors import Standing
from organisations.templatetags.ui import day, named
from programmes.models import Task
from programmes.selectors import TaskSummary


@dataclass(frozen=True)
class Fact:
    """A term with its value and certainty, as `components/facts.html` takes it."""

    term: str
    value: str
    certainty: str = ""


@dataclass(frozen=True)
class Basis:
    """A document on which the task, its programme or its trial rests."""

    what: Promise | str
    document: Document


def six_clear(summary: TaskSummary, standing: Standing) -> list[Fact]:
    """ "6 rõ": clear person, work, time, responsibility, product and authority."""
    task, period = summary.task, summary.period
    time = ""
    if period is not None and period.starts_on:
        time = f"{day(period.starts_on)} – {day(period.ends_on)}"
    lead = named(summary.lead) if summary.lead else ""
    return [
        Fact(_("Clear person"), task.responsible_person),
        Fact(_("Clear work"), task.work),
        Fact(_("Clear time"), time, period.certainty if period and time else ""),
        Fact(_("Clear responsibility"), lead, summary.lead_certainty),
        Fact(_("Clear product"), task.product),
        Fact(_("Clear authority"), task.authority or _authority(task, standing)),
    ]


def documents(summary: TaskSummary) -> list[Basis]:
    """The documents behind a task, each once."""
    task, period = summary.task, summary.period
    named = (
        (gettext_lazy("assigns the task"), task.document),
        (gettext_lazy("sets the trial"), period.document if period else None),
        (gettext_lazy("founds the programme"), task.programme.document),
    )
    found: dict[int, Basis] = {}
    for what, document in named:
        if document is not None:
            found.setdefault(document.pk, Basis(what, document))
    return list(found.values())


def partners_shown(summary: TaskSummary, standing: Standing) -> tuple[Organisation, ...]:
    """The enterprises of a task; to an enterprise its own alone."""
    if not standing.is_enterprise:
        return summary.partners
    return tuple(body for body in summary.partners if body.pk in standing.organisation_ids)


def _authority(task: Task, standing: Standing) -> str:
    bodies = holders(
        task.programme.duties.all(),
        Role.AUTHORITY,
        successions=standing.successions,
        on=standing.on,
    )
    return named(bodies[0]) if bodies else ""
