"""From the read models to answers: plain dictionaries, no query."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from dti_tracker.shared.api.encoding import decimal, moment
from indicators.calculation import rounded
from indicators.models import SubIndicator
from organisations.api.serializers import organisation_body
from organisations.choices import Certainty
from organisations.selectors import Standing
from programmes.choices import Health, PillarCode
from programmes.figures import LinkSummary, Value
from programmes.models import Programme, ProgressUpdate, Task, TrialPeriod
from programmes.selectors import NextDeadline, TaskSummary
from programmes.task_page.basis import partners_shown
from programmes.words import PACE_LABELS

Address = Callable[..., str]
PLACES = 4


def programme_ref(programme: Programme, address: Address) -> dict[str, Any]:
    return {
        "url": address("programme", programme.code),
        "code": programme.code,
        "name": programme.name,
        "name_en": programme.name_en,
    }


def task_ref(task: Task, address: Address) -> dict[str, Any]:
    return {
        "url": address("task", task.code),
        "code": task.code,
        "name": task.name,
        "name_en": task.name_en,
    }


def trial_period_ref(period: TrialPeriod | None) -> dict[str, Any] | None:
    if period is None:
        return None
    return {
        "id": period.uid,
        "number": period.number,
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "territory": organisation_body(period.territory),
    }


def task_status(summary: TaskSummary, address: Address, *, shows_progress: bool) -> dict[str, Any]:
    """A task in brief. Without progress, what follows from reports of others is null."""
    task = summary.task
    return {
        **task_ref(task, address),
        **_progress(summary, shows_progress=shows_progress),
        "lead": organisation_body(summary.lead),
        "trial_start": summary.trial_start,
        "trial_end": summary.trial_end,
        "is_example": summary.is_example,
        "created_at": moment(task.created_at),
        "updated_at": moment(getattr(task, "changed_at", task.updated_at)),
    }


def task_body(
    summary: TaskSummary, address: Address, standing: Standing, *, shows_progress: bool
) -> dict[str, Any]:
    """A task with its bodies and indicators; of enterprises an enterprise is told itself alone."""
    task = summary.task
    return {
        **task_status(summary, address, shows_progress=shows_progress),
        "programme": programme_ref(task.programme, address),
        "number": task.number,
        "pillar": task.pillar,
        "pillar_label": PillarCode(task.pillar).label,
        "cooperating": [organisation_body(body) for body in summary.cooperating],
        "partners": [organisation_body(body) for body in partners_shown(summary, standing)],
        "trial_period": trial_period_ref(summary.period),
        "indicator_links": [
            link_body(link, task, shows_progress=shows_progress) for link in summary.links
        ],
    }


def _progress(summary: TaskSummary, *, shows_progress: bool) -> dict[str, Any]:
    if not shows_progress:
        return dict.fromkeys(
            (
                "state",
                "state_label",
                "days_left",
                "health",
                "health_label",
                "health_reason",
                "declared_health",
                "declared_health_label",
                "percent",
                "deadline_state",
                "deadline_state_label",
                "next_deadline",
                "last_update",
                "data_as_of",
            )
        )
    declared = Health(summary.declared_health) if summary.declared_health else None
    return {
        "state": summary.state,
        "state_label": summary.state.label,
        "days_left": summary.days_left,
        "health": summary.health,
        "health_label": summary.health.label,
        "health_reason": summary.health_reason,
        "declared_health": declared,
        "declared_health_label": declared.label if declared else None,
        "percent": decimal(summary.percent),
        "deadline_state": summary.deadline_state,
        "deadline_state_label": summary.deadline_state.label,
        "next_deadline": _deadline(summary.next_deadline),
        "last_update": _last_update(summary.last_update),
        "data_as_of": summary.data_as_of,
    }


def without_figures(summary: TaskSummary) -> dict[str, Any]:
    """What changes in a task's brief for who may know names, states, health and dates alone.

    The reason of a colour tells percentages and points.
    """
    update = _last_update(summary.last_update)
    return {
        "health_reason": None,
        "percent": None,
        "last_update": update and update | {"percent": None},
    }


def _last_update(update: ProgressUpdate | None) -> dict[str, Any] | None:
    if update is None:
        return None
    return {
        "id": update.uid,
        "organisation": organisation_body(update.organisation),
        "period_starts_on": update.period_starts_on,
        "period_ends_on": update.period_ends_on,
        "percent": decimal(update.percent),
        "submitted_at": moment(update.submitted_at),
        "accepted_at": moment(update.reviewed_at),
        "is_example": update.is_example,
    }


def _deadline(deadline: NextDeadline | None) -> dict[str, Any] | None:
    if deadline is None:
        return None
    return {"on": deadline.on, "what": deadline.what, "days_left": deadline.days_left}


def link_body(link: LinkSummary, task: Task, *, shows_progress: bool) -> dict[str, Any]:
    """An indicator of a task in its trial."""
    return {
        "id": link.link.uid,
        "task": task.code,
        "sub_indicator": _sub_indicator(link.sub_indicator),
        "direction": link.direction,
        "direction_label": link.direction.label,
        "baseline": _value(link.baseline),
        "target": _value(link.target),
        **_attained(link, shows_progress=shows_progress),
        "points_baseline": _figure(link.points_baseline),
        "points_target": _figure(link.points_target),
        "points_assumptions": list(link.points_assumption),
        "share": decimal(link.share),
        "created_at": moment(link.link.created_at),
        "updated_at": moment(link.link.updated_at),
    }


def _attained(link: LinkSummary, *, shows_progress: bool) -> dict[str, Any]:
    names = ("actual", "attainment", "pace_linear", "pace_growth", "pace_class", "points_actual")
    if not shows_progress:
        return dict.fromkeys((*names, "pace_class_label"))
    return {
        "actual": _value(link.actual),
        "attainment": _figure(link.attainment),
        "pace_linear": _figure(link.pace_linear),
        "pace_growth": _figure(link.pace_growth),
        "pace_class": link.pace_class,
        "pace_class_label": PACE_LABELS[link.pace_class],
        "points_actual": _figure(link.points_actual),
    }


def _sub_indicator(sub_indicator: SubIndicator) -> dict[str, Any]:
    main = sub_indicator.main_indicator
    return {
        "key": sub_indicator.key,
        "official_code": sub_indicator.official_code or None,
        "name": sub_indicator.name,
        "name_en": sub_indicator.name_en,
        "framework": main.framework.code,
        "main_indicator": main.code,
    }


def _value(value: Value | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {
        "value": _figure(value.value),
        "numerator": _figure(value.numerator),
        "denominator": _figure(value.denominator),
        "unit": value.unit,
        "on": value.on,
        "certainty": value.certainty,
        "certainty_label": Certainty(value.certainty).label,
        "source": value.source,
        "is_estimated": value.is_estimated,
    }


def _figure(number: Decimal | None) -> str | None:
    return decimal(rounded(number, PLACES))
