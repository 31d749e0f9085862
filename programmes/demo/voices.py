"""Who else speaks in the demo: enterprises that contribute, the coordinator that enters for a lead,
and the values that a report brings before it is accepted."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet

from organisations.choices import Certainty, DatePrecision, DocumentKind, Position
from organisations.models import Document, Membership, Organisation, User
from programmes.choices import OwnerAnswer, UpdateKind, UpdateState
from programmes.demo.cast import Cast
from programmes.demo.content import Clock
from programmes.demo.trials import DemoTrial, at_hour
from programmes.models import IndicatorLink, ProgressUpdate, ReportedValue

RECEIVED = "demo-cv-nhap-thay"
SOURCE = "Danh sách doanh nghiệp của Sở (dữ liệu minh họa)"
ENTERED_BY = "staff.doic"
# What the coordinator typed for whom: quarter from the present one, and whether the lead confirmed.
ENTERED = {("GL-2023-09", -1): True, ("GL-2023-10", 0): False}
CONTRIBUTIONS: tuple[dict[str, Any], ...] = (
    {
        "task": "GL-2023-05",
        "body": "vnpt-gl",
        "quarter": -1,
        "state": UpdateState.ACCEPTED,
        "narrative": "Đã cấp chữ ký số và hóa đơn điện tử cho 612 doanh nghiệp thành lập mới.",
        "difficulties": "Một số doanh nghiệp chưa phản hồi hồ sơ.",
    },
    {
        "task": "GL-2023-05",
        "body": "viettel-gl",
        "quarter": 0,
        "state": UpdateState.SUBMITTED,
        "narrative": "Đã hỗ trợ phần mềm bán hàng cho 540 hộ kinh doanh và doanh nghiệp.",
        "difficulties": "",
    },
)
REPORTED_ON = "GL-2023-05"
NUMERATOR, DENOMINATOR = Decimal(3420), Decimal(9000)


def load_voices(found: list[DemoTrial], cast: Cast, clock: Clock) -> None:
    """Add them to the current trials that were loaded just now."""
    current = {t.task.code: t for t in found if t.period.concluded_on is None}
    for (code, quarter), is_confirmed in ENTERED.items():
        if code in current:
            _enter(current[code], quarter, cast, clock, is_confirmed=is_confirmed)
    for content in CONTRIBUTIONS:
        if content["task"] in current:
            _contribute(current[content["task"]], content, cast, clock)
    if REPORTED_ON in current:
        _bring_value(current[REPORTED_ON])


def demo_voices() -> list[QuerySet[Model]]:
    """What a reset removes beside the reports themselves."""
    return [Document.objects.filter(key=RECEIVED)]


def _enter(trial: DemoTrial, quarter: int, cast: Cast, clock: Clock, *, is_confirmed: bool) -> None:
    """Let a report be one that the coordinator typed from a letter of the lead."""
    period = clock.quarter(quarter, trial.period.ends_on)
    update = ProgressUpdate.objects.get(task=trial.task, period_ends_on=period.ends_on)
    typist = cast.people[ENTERED_BY]
    update.kind, update.author, update.writers = UpdateKind.ENTERED, typist, [typist.pk]
    update.submitted_by = typist
    update.received_document = _letter(clock)
    if is_confirmed and update.reviewed_at:
        update.owner_answer = OwnerAnswer.CONFIRMED
        update.answered_by = _head(update.organisation, on=clock.first_load)
        update.answered_at = update.reviewed_at
    update.save()


def _letter(clock: Clock) -> Document:
    found, _made = Document.objects.get_or_create(
        key=RECEIVED,
        defaults={
            "kind": DocumentKind.LETTER,
            "issued_on": clock.no_later_than_yesterday(clock.first_load, days_ago=4),
            "issued_on_precision": DatePrecision.DAY,
            "subject": "Báo cáo tiến độ nhiệm vụ gửi bằng văn bản (dữ liệu minh họa)",
            "certainty": Certainty.EXAMPLE,
        },
    )
    return found


def _head(body: Organisation, *, on: dt.date) -> User:
    heads = Membership.objects.current(on=on).filter(
        organisation=body, position=Position.HEAD, user__is_demo=True
    )
    return heads.select_related("user")[0].user


def _contribute(trial: DemoTrial, content: dict[str, Any], cast: Cast, clock: Clock) -> None:
    period = clock.quarter(content["quarter"], trial.period.ends_on)
    sent_on = clock.no_later_than_yesterday(period.ends_on, days_ago=3)
    is_accepted = content["state"] == UpdateState.ACCEPTED
    body = cast.bodies[content["body"]]
    author = Membership.objects.select_related("user").get(
        organisation=body, user__is_demo=True, valid_to__isnull=True
    )
    ProgressUpdate.objects.create(
        task=trial.task,
        organisation=body,
        kind=UpdateKind.CONTRIBUTION,
        state=content["state"],
        period_starts_on=period.starts_on,
        period_ends_on=period.ends_on,
        narrative=content["narrative"],
        difficulties=content["difficulties"],
        is_example=True,
        author=author.user,
        writers=[author.user.pk],
        submitted_by=author.user,
        submitted_at=at_hour(sent_on, 10),
        reviewed_by=cast.reviewer if is_accepted else None,
        reviewed_at=at_hour(sent_on + dt.timedelta(days=1), 15) if is_accepted else None,
    )


def _bring_value(trial: DemoTrial) -> None:
    """A value in the report that waits for the coordinator; it counts once that is accepted."""
    waiting = ProgressUpdate.objects.filter(
        task=trial.task, state=UpdateState.SUBMITTED, kind=UpdateKind.REPORT
    ).first()
    link = IndicatorLink.objects.filter(task=trial.task).first()
    if waiting is None or link is None or waiting.submitted_at is None:
        return
    ReportedValue.objects.create(
        update=waiting,
        link=link,
        numerator=NUMERATOR,
        denominator=DENOMINATOR,
        value=NUMERATOR * 100 / DENOMINATOR,
        unit="%",
        measured_on=(waiting.submitted_at - dt.timedelta(days=2)).date(),
        source=SOURCE,
        certainty=Certainty.EXAMPLE,
    )
