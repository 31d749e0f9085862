"""The bodies and people of the story: a fixed cast for the tests of this floor."""

import datetime as dt
from dataclasses import dataclass

from organisations.models import Membership, Organisation, User
from programmes.models import Criterion, Programme, Task, TrialPeriod
from reports.choices import Verb
from reports.models import Evaluation
from reports.services import move_evaluation, open_due_evaluations, write_evaluation
from reports.services.writing import Draft, Finding
from tests.builders import (
    LONG_AGO,
    make_link,
    make_link_value,
    make_measurement,
    make_member,
    make_milestone,
    make_organisation,
    make_programme,
    make_succession,
    make_task,
    make_trial_period,
)

HANDOVER = dt.date(2025, 3, 1)
LAST_DAY = dt.date(2024, 7, 31)
OPENING = dt.date(2024, 8, 1)


@dataclass
class Cast:
    """Who plays: Sở Công Thương leads, Sở TT&TT (later Sở KH&CN) coordinates."""

    committee: Organisation
    stttt: Organisation
    skhcn: Organisation
    sct: Organisation
    vnpt: Organisation
    viettel: Organisation
    programme: Programme
    task: Task
    period: TrialPeriod
    staff: User
    head: User
    reviewer: User
    colleague: User
    liaison: User

    def evaluation(self) -> Evaluation:
        return Evaluation.objects.get(trial_period=self.period)


def make_cast(*, lead_is_coordinator: bool = False) -> Cast:
    """One task whose trial ended on 31/7/2024, with everything around it."""
    committee = make_organisation(
        "ubnd-gl", kind="committee", name="Ủy ban nhân dân tỉnh Gia Lai", short_name="UBND tỉnh"
    )
    stttt = make_organisation(
        "stttt", name="Sở Thông tin và Truyền thông", valid_to=HANDOVER - dt.timedelta(days=1)
    )
    skhcn = make_organisation("skhcn", name="Sở Khoa học và Công nghệ")
    make_succession(stttt, skhcn, HANDOVER, certainty="inferred")
    sct = make_organisation("sct", name="Sở Công Thương")
    vnpt = make_organisation("vnpt-gl", kind="enterprise_unit", name="VNPT Gia Lai")
    viettel = make_organisation("viettel-gl", kind="enterprise_unit", name="Viettel Gia Lai")
    programme = make_programme("GL-2023", coordinator=stttt, authority=committee)
    lead = stttt if lead_is_coordinator else sct
    task = make_task(programme, code="GL-2023-09", lead=lead, partners=(vnpt, viettel))
    period = make_trial_period(task, dt.date(2023, 8, 1), LAST_DAY, certainty="example")
    make_milestone(period, dt.date(2023, 12, 31), state="reached", reached_on=dt.date(2024, 1, 9))
    link = make_link(task)
    make_link_value(link, period, "baseline", 5, certainty="example")
    make_link_value(link, period, "target", 30, certainty="example")
    make_measurement(
        link.sub_indicator,
        dt.date(2024, 6, 30),
        20,
        certainty="example",
        confirmed_at=dt.datetime(2024, 7, 5, tzinfo=dt.UTC),
    )
    cast = Cast(
        committee=committee,
        stttt=stttt,
        skhcn=skhcn,
        sct=sct,
        vnpt=vnpt,
        viettel=viettel,
        programme=programme,
        task=task,
        period=period,
        staff=make_member(lead, "staff", "staff"),
        head=make_member(lead, "head", "head"),
        reviewer=make_member(stttt, "staff", "reviewer", valid_to=HANDOVER - dt.timedelta(days=1)),
        colleague=make_member(stttt, "staff", "colleague"),
        liaison=make_member(vnpt, "staff", "liaison"),
    )
    Membership.objects.create(
        user=cast.reviewer, organisation=skhcn, position="staff", valid_from=HANDOVER
    )
    return cast


def opened(cast: Cast, on: dt.date = OPENING) -> Evaluation:
    open_due_evaluations(on=on)
    return cast.evaluation()


def written(cast: Cast, on: dt.date = OPENING, by: User | None = None) -> Evaluation:
    """An open evaluation in which nothing that blocks is missing."""
    evaluation = opened(cast, on)
    return write_evaluation(
        evaluation=evaluation,
        draft=full_draft(cast),
        by=by or cast.staff,
        on=on,
        version=evaluation.version,
    )


def full_draft(cast: Cast) -> Draft:
    return Draft(
        fields={
            "results": "Hệ thống đã vận hành tại 17 huyện.",
            "shortcomings": "Dữ liệu cập nhật còn chậm.",
            "causes": "Thiếu nhân lực chuyên trách.",
            "proposal_kind": "continue",
            "proposal": "Tiếp tục vận hành, bổ sung dữ liệu.",
        },
        findings=tuple(
            Finding(criterion.code, "met", "Biên bản nghiệm thu.")
            for criterion in Criterion.objects.filter(programme=cast.programme)
        ),
    )


def submitted(cast: Cast, on: dt.date = OPENING) -> Evaluation:
    evaluation = written(cast, min(on, OPENING) if on < OPENING else OPENING)
    evaluation = move_evaluation(
        evaluation=evaluation, verb=Verb.SEND_TO_HEAD, by=cast.staff, on=on
    )
    return move_evaluation(evaluation=evaluation, verb=Verb.SUBMIT, by=cast.head, on=on)


__all__ = ["HANDOVER", "LAST_DAY", "LONG_AGO", "OPENING", "Cast", "make_cast"]
