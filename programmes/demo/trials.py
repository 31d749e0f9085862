"""The demo's rows of this floor, made from its content."""

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Model, Q, QuerySet

from dti_tracker.shared.time import VIETNAM
from indicators.models import Measurement
from organisations.choices import Certainty
from organisations.models import User
from programmes.choices import LinkValueKind, MilestoneState, UpdateState
from programmes.demo.cast import Cast
from programmes.demo.content import Clock, LinkContent, TrialContent, UpdateContent, trials
from programmes.models import (
    Commitment,
    IndicatorLink,
    LinkValue,
    Milestone,
    ProgressUpdate,
    Task,
    TrialPeriod,
)

FIGURE_SOURCE = "Dữ liệu minh họa"
WORDS = (
    "narrative",
    "difficulties",
    "proposals",
    "remarks",
    "declared_health",
    "declared_reason",
)
SETTLING_DAYS = 14  # a quarter that ends sooner after a trial's first day has nothing to report


class DemoTrial(NamedTuple):
    """One trial with what its file says."""

    task: Task
    period: TrialPeriod
    content: TrialContent


def is_loaded() -> bool:
    """Whether the demo's trials are there; they are never dated anew."""
    return TrialPeriod.objects.filter(certainty=Certainty.EXAMPLE).exists()


def load_trials(cast: Cast, clock: Clock) -> list[DemoTrial]:
    """Create both trials of every task that has none yet, with all that happened in them."""
    found = _periods(cast, clock)
    _milestones(found, clock)
    _commitments(found, cast, clock)
    _updates(found, cast, clock)
    _figures(found, cast, clock)
    return found


def demo_activity() -> list[QuerySet[Model]]:
    """What a reset removes on this floor and the one below: examples, and what demo people wrote."""
    people = User.objects.filter(is_demo=True)
    is_demo = Q(certainty=Certainty.EXAMPLE) | Q(entered_by__in=people)
    return [
        TrialPeriod.objects.filter(certainty=Certainty.EXAMPLE),
        ProgressUpdate.objects.filter(Q(is_example=True) | Q(author__in=people)),
        LinkValue.objects.filter(is_demo),
        Measurement.objects.filter(is_demo),
    ]


def _periods(cast: Cast, clock: Clock) -> list[DemoTrial]:
    found = []
    tasks = Task.objects.filter(code__in=trials(), trial_periods__isnull=True)
    for task in tasks.select_related("programme").order_by("number"):
        for number, content in enumerate(trials()[task.code], start=1):
            starts_on, ends_on = clock.day(content["starts_on"]), clock.day(content["ends_on"])
            concluded_on = clock.day(content["concluded_on"])
            territory = cast.territory(task.programme_id, on=starts_on or clock.first_load)
            period = TrialPeriod(
                task=task,
                number=number,
                starts_on=starts_on,
                ends_on=ends_on,
                territory=territory,
                concluded_on=concluded_on,
                evaluation_opened_on=_day_after(ends_on) if concluded_on else None,
                certainty=Certainty.EXAMPLE,
            )
            found.append(DemoTrial(task, period, content))
    TrialPeriod.objects.bulk_create(trial.period for trial in found)
    return found


def _day_after(day: dt.date | None) -> dt.date | None:
    return None if day is None else day + dt.timedelta(days=1)


def _milestones(found: list[DemoTrial], clock: Clock) -> None:
    Milestone.objects.bulk_create(
        Milestone(
            trial_period=trial.period,
            number=number,
            title=content["title"],
            due_on=clock.known_day(content["due_on"]),
            reached_on=clock.day(content["reached_on"]),
            state=_milestone_state(dict(content)),
            means_of_verification=content["means"],
            certainty=Certainty.EXAMPLE,
        )
        for trial in found
        for number, content in enumerate(trial.content["milestones"], start=1)
    )


def _milestone_state(content: dict[str, Any]) -> str:
    reached = MilestoneState.REACHED if content["reached_on"] is not None else None
    return str(content.get("state") or reached or MilestoneState.PLANNED)


def _commitments(found: list[DemoTrial], cast: Cast, clock: Clock) -> None:
    rows = []
    for trial in found:
        numbers: Counter[str] = Counter()
        for content in trial.content["commitments"]:
            numbers[content["organisation"]] += 1
            rows.append(
                Commitment(
                    trial_period=trial.period,
                    organisation=cast.bodies[content["organisation"]],
                    number=numbers[content["organisation"]],
                    content=content["content"],
                    due_on=clock.day(content["due_on"]),
                    fulfilment=content["fulfilment"],
                    finding=content["finding"],
                    support_value_vnd=content["support_value_vnd"],
                    certainty=Certainty.EXAMPLE,
                )
            )
    Commitment.objects.bulk_create(rows)


def _updates(found: list[DemoTrial], cast: Cast, clock: Clock) -> None:
    rows = (
        _update(trial, content, cast, clock)
        for trial in found
        for content in trial.content["updates"]
    )
    ProgressUpdate.objects.bulk_create(row for row in rows if row)


def _update(
    trial: DemoTrial, content: UpdateContent, cast: Cast, clock: Clock
) -> ProgressUpdate | None:
    """One report of the lead; None for a quarter that ended before the trial was under way."""
    ends_on = trial.period.ends_on
    quarter = clock.quarter(content["quarter"], ends_on)
    starts_on = trial.period.starts_on
    if starts_on and quarter.ends_on < starts_on + dt.timedelta(days=SETTLING_DAYS):
        return None
    submitted_on = min(quarter.ends_on + dt.timedelta(days=3), ends_on or quarter.ends_on)
    submitted_on = clock.no_later_than_yesterday(submitted_on, days_ago=2)
    body = cast.lead(trial.task.pk, on=submitted_on)
    author = cast.specialist(body)
    update = ProgressUpdate(
        task=trial.task,
        organisation=body,
        period_starts_on=quarter.starts_on,
        period_ends_on=quarter.ends_on,
        percent=content["percent"],
        is_example=True,
        author=author,
        writers=[author.pk],
        **_words(dict(content)),
    )
    if update.state != UpdateState.DRAFT:
        update.submitted_by, update.submitted_at = author, at_hour(submitted_on, 9)
    if update.state in (UpdateState.ACCEPTED, UpdateState.RETURNED):
        reviewed_on = clock.no_later_than_yesterday(submitted_on + dt.timedelta(days=2))
        update.reviewed_by, update.reviewed_at = cast.reviewer, at_hour(reviewed_on, 15)
    return update


def _words(content: dict[str, Any]) -> dict[str, str]:
    """Texts of an update and its state, accepted unless the file says otherwise."""
    words = {name: str(content.get(name, "")) for name in WORDS}
    return words | {"state": str(content.get("state", UpdateState.ACCEPTED))}


def at_hour(day: dt.date, hour: int) -> dt.datetime:
    """A moment of a day in Vietnam."""
    return dt.datetime.combine(day, dt.time(hour), tzinfo=VIETNAM)


def _figures(found: list[DemoTrial], cast: Cast, clock: Clock) -> None:
    links = IndicatorLink.objects.filter(task__in=[trial.task for trial in found])
    by_key = {(link.task_id, link.sub_indicator.key): link for link in links.select_related()}
    values, measurements = [], []
    for trial in found:
        for content in trial.content["links"]:
            link = by_key.get((trial.task.pk, content["sub_indicator"]))
            if link is not None:  # links are people's to change
                values += _link_values(trial, link, content, cast, clock)
                measurements += _measurements(trial, link, content, cast, clock)
    LinkValue.objects.bulk_create(values)
    Measurement.objects.bulk_create(measurements)


def _link_values(
    trial: DemoTrial, link: IndicatorLink, content: LinkContent, cast: Cast, clock: Clock
) -> list[LinkValue]:
    """Baseline, dated the day before the trial unless the file says another, and target."""
    starts_on, ends_on = trial.period.starts_on, trial.period.ends_on
    before = starts_on - dt.timedelta(days=1) if starts_on else None
    rows = []
    for kind, figure, day in (
        (LinkValueKind.BASELINE, content["baseline"], before),
        (LinkValueKind.TARGET, content["target"], ends_on),
    ):
        if figure is not None:
            on = clock.day(figure.get("on")) or day or clock.first_load
            rows.append(
                LinkValue(
                    link=link,
                    trial_period=trial.period,
                    kind=kind,
                    on=on,
                    entered_by=cast.specialist(cast.lead(trial.task.pk, on=on)),
                    **_amount(figure),
                )
            )
    return rows


def _measurements(
    trial: DemoTrial, link: IndicatorLink, content: LinkContent, cast: Cast, clock: Clock
) -> list[Measurement]:
    rows = []
    for figure in content["measurements"]:
        on = clock.known_day(figure["on"])
        reporter = cast.lead(trial.task.pk, on=on)
        confirmed_on = clock.no_later_than_yesterday(on + dt.timedelta(days=5))
        rows.append(
            Measurement(
                sub_indicator=link.sub_indicator,
                territory=trial.period.territory,
                reporter=reporter,
                measured_on=on,
                entered_by=cast.specialist(reporter),
                confirmed_by=cast.reviewer,
                confirmed_at=at_hour(confirmed_on, 15),
                **_amount(figure),
            )
        )
    return rows


def _amount(figure: dict[str, Any]) -> dict[str, Any]:
    """A value with its parts: a percentage is computed from numerator and denominator."""
    amount: dict[str, Any] = {
        "unit": figure["unit"],
        "certainty": Certainty.EXAMPLE,
        "source": FIGURE_SOURCE,
    }
    if "value" in figure:
        return amount | {"value": Decimal(figure["value"])}
    numerator, denominator = Decimal(figure["numerator"]), Decimal(figure["denominator"])
    share = (numerator * 100 / denominator).quantize(Decimal("0.0001"))
    return amount | {"numerator": numerator, "denominator": denominator, "value": share}
