"""The demo as a whole: people, trials and the evaluations of 2024; loading and starting anew."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pghistory
from django.db import connection, transaction

from dti_tracker.shared.time import VIETNAM
from organisations.choices import Certainty, Role
from organisations.demo_people import (
    demo_people_and_their_jobs,
    load_people,
    require_demo_mode,
    require_reference,
)
from organisations.models import Job
from organisations.removal import remove
from programmes.demo.cast import Cast
from programmes.demo.changes import demo_changes, load_changes
from programmes.demo.content import Clock
from programmes.demo.evidence import demo_evidence, load_evidence
from programmes.demo.mandate import demo_mandates, load_mandate
from programmes.demo.trials import DemoTrial, demo_activity, is_loaded, load_trials
from programmes.demo.voices import demo_voices, load_voices
from programmes.models import Criterion, ProgrammeDuty, TrialPeriod
from reports.choices import EvaluationState, Origin
from reports.models import CriterionFinding, Evaluation, EvaluationMove, Snapshot

DATA = Path(__file__).resolve().parent / "data" / "demo" / "evaluations.json"
LOCK = 2023_08  # any number, the same for all loads
TEXTS = (
    "results",
    "shortcomings",
    "causes",
    "cost_vnd",
    "proposal_kind",
    "proposal",
    "outcome",
    "conclusion",
)


def load_demo(*, on: dt.date, reset: bool = False) -> dict[str, int]:
    """Load what is missing of the demo; a second run changes nothing and moves no day.

    Args:
        on: the day that current trials are dated from, if this is the first load.
        reset: remove all demo data first.

    Returns:
        How many people, mandates and trials were created, and how many rows a reset removed.

    Raises:
        DomainError: production mode, or the reference data are not loaded.
    """
    require_demo_mode()
    with pghistory.context(command="load_demo"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        require_reference()
        removed = _reset() if reset else 0
        people = load_people()
        mandates = load_mandate()
        found = [] if is_loaded() else _load_activity(on)
    return {"removed": removed, "people": people, "mandates": mandates, "trials": len(found)}


def _reset() -> int:
    evaluations = Evaluation.objects.filter(trial_period__certainty=Certainty.EXAMPLE)
    snapshots = Snapshot.objects.filter(evaluation__in=evaluations)
    jobs = Job.objects.filter(subject__in=snapshots.values("uid"))
    people = demo_people_and_their_jobs()
    made = [*demo_activity(), *demo_changes(), *demo_voices(), *demo_evidence()]
    roots = [*made, *demo_mandates(), *people, jobs]
    return sum(remove(roots).values())


def _load_activity(on: dt.date) -> list[DemoTrial]:
    cast = Cast.read()
    found = load_trials(cast, Clock(on))
    load_changes(found, cast, Clock(on))
    load_voices(found, cast, Clock(on))
    load_evidence(cast)
    _load_evaluations([trial for trial in found if trial.period.concluded_on], cast)
    return found


def _load_evaluations(found: list[DemoTrial], cast: Cast) -> None:
    """Finished evaluations of the past, entered as historical: no route, no lateness."""
    content: dict[str, dict[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))
    evaluations = Evaluation.objects.bulk_create(
        Evaluation(
            trial_period=trial.period,
            state=EvaluationState.CONCLUDED,
            origin=Origin.HISTORICAL,
            opened_on=_opened_on(trial.period),
            concluded_on=trial.period.concluded_on,
            **{name: content[trial.task.code][name] for name in TEXTS},
        )
        for trial in found
    )
    _load_findings(found, evaluations, content)
    _load_moves(found, evaluations, cast)


def _opened_on(period: TrialPeriod) -> dt.date:
    if period.evaluation_opened_on is None:
        raise ValueError(f"the demo's trial {period} was never evaluated")
    return period.evaluation_opened_on


def _load_moves(found: list[DemoTrial], evaluations: list[Evaluation], cast: Cast) -> None:
    """Who entered each evaluation for the coordinator, and who of the lead wrote it."""
    duties = ProgrammeDuty.objects.filter(role=Role.COORDINATOR, valid_to__isnull=True)
    coordinators = dict(duties.values_list("programme", "organisation"))
    author_of = Evaluation.authors.through
    moves, authors = [], []
    for trial, evaluation in zip(found, evaluations, strict=True):
        day = evaluation.concluded_on or evaluation.opened_on
        coordinator = coordinators[trial.task.programme_id]
        moves.append(
            EvaluationMove(
                evaluation=evaluation,
                to_state=EvaluationState.CONCLUDED,
                at=dt.datetime.combine(day, dt.time(16), tzinfo=VIETNAM),
                user=cast.reviewer,
                organisation=cast.successions.holder(coordinator, Role.COORDINATOR, on=day),
                comment="Nhập hồ sơ đánh giá đã kết thúc (dữ liệu minh họa).",
            )
        )
        author = cast.specialist(cast.lead(trial.task.pk, on=day))
        authors.append(author_of(evaluation_id=evaluation.pk, user_id=author.pk))
    EvaluationMove.objects.bulk_create(moves)
    author_of._base_manager.bulk_create(authors)


def _load_findings(
    found: list[DemoTrial], evaluations: list[Evaluation], content: dict[str, dict[str, Any]]
) -> None:
    programmes = {trial.task.programme_id for trial in found}
    criteria = {
        (c.programme_id, c.code): c for c in Criterion.objects.filter(programme__in=programmes)
    }
    CriterionFinding.objects.bulk_create(
        CriterionFinding(
            evaluation=evaluation,
            criterion=criteria[trial.task.programme_id, code],
            verdict=finding["verdict"],
            evidence=finding["evidence"],
        )
        for trial, evaluation in zip(found, evaluations, strict=True)
        for code, finding in content[trial.task.code]["findings"].items()
        if (trial.task.programme_id, code) in criteria
    )
