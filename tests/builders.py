"""Plain builders: each makes one valid object, and whatever it cannot do without."""

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from indicators.models import Framework, MainIndicator, Measurement, SubIndicator
from organisations.models import ApiToken, Document, Membership, Organisation, Succession, User
from organisations.models.tokens import SHOWN, digest_of, new_secret
from organisations.selectors import Standing
from programmes.models import (
    Commitment,
    Criterion,
    IndicatorLink,
    InspectionMandate,
    LinkValue,
    Milestone,
    Programme,
    ProgrammeDuty,
    ProgressUpdate,
    Task,
    TaskDuty,
    TrialPeriod,
)

LONG_AGO = dt.date(2020, 1, 1)
_numbers = count(1)


def make_organisation(code: str = "", **fields: Any) -> Organisation:
    number = next(_numbers)
    code = code or f"org-{number}"
    defaults: dict[str, Any] = {
        "name": f"Sở {code.upper()}",
        "short_name": code.upper(),
        "kind": "department",
        "header_name": f"SỞ {code.upper()}",
        "superior_header": "UBND TỈNH GIA LAI",
        "issuer_code": code.upper(),
        "head_title": "GIÁM ĐỐC",
        "deputy_title": "PHÓ GIÁM ĐỐC",
        "place_name": "Gia Lai",
        "certainty": "read",
    }
    return Organisation.objects.create(code=code, **defaults | fields)


def make_succession(
    predecessor: Organisation, successor: Organisation, effective_on: dt.date, **fields: Any
) -> Succession:
    return Succession.objects.create(
        predecessor=predecessor, successor=successor, effective_on=effective_on, **fields
    )


def make_user(username: str = "", **fields: Any) -> User:
    username = username or f"person-{next(_numbers)}"
    return User.objects.create_user(username, **{"full_name": username.title()} | fields)


def make_member(
    organisation: Organisation, position: str = "staff", username: str = "", **fields: Any
) -> User:
    """A person with one open-ended position."""
    user = make_user(username)
    Membership.objects.create(
        user=user,
        organisation=organisation,
        position=position,
        **{"valid_from": LONG_AGO} | fields,
    )
    return user


def make_mandate(inspector: User, programme: Programme, **fields: Any) -> InspectionMandate:
    """A decision by which a person inspects a programme, from long ago until 2030."""
    number = next(_numbers)
    decision = Document.objects.create(
        key=f"decision-{number}",
        kind="QĐ",
        subject="Quyết định thanh tra",
        issued_on_precision="unknown",
    )
    return InspectionMandate.objects.create(
        inspector=inspector,
        programme=programme,
        document=decision,
        **{"valid_from": LONG_AGO, "valid_to": dt.date(2030, 12, 31)} | fields,
    )


def make_token(owner: User, **fields: Any) -> tuple[ApiToken, str]:
    """A `read` token for thirty days, and its secret."""
    secret = new_secret()
    now = timezone.now()
    token = ApiToken.objects.create(
        user=owner,
        digest=digest_of(secret),
        beginning=secret[:SHOWN],
        **{
            "name": f"Kết nối {next(_numbers)}",
            "scope": "read",
            "created_by": owner,
            "created_at": now,
            "expires_at": now + dt.timedelta(days=30),
        }
        | fields,
    )
    return token, secret


def make_inspector(
    organisation: Organisation, programme: Programme, username: str = "", **fields: Any
) -> User:
    """A person of an inspecting body with a mandate over one programme."""
    inspector = make_member(organisation, "inspector", username, **fields)
    make_mandate(inspector, programme)
    return inspector


def standing(user: User, *, on: dt.date) -> Standing:
    return Standing.of(user, on=on)


def make_programme(
    code: str = "",
    *,
    coordinator: Organisation | None = None,
    authority: Organisation | None = None,
    **fields: Any,
) -> Programme:
    code = code or f"P-{next(_numbers)}"
    programme = Programme.objects.create(
        code=code, **{"name": f"Chương trình {code}", "kind": "trial"} | fields
    )
    for role, body in (("coordinator", coordinator), ("authority", authority)):
        if body is not None:
            ProgrammeDuty.objects.create(
                programme=programme, role=role, organisation=body, valid_from=LONG_AGO
            )
    for order, name in enumerate(("Tính khả thi", "Hiệu quả thiết thực"), start=1):
        Criterion.objects.create(
            programme=programme, code=f"c{order}", name=name, order=order, certainty="inferred"
        )
    return programme


def make_task(
    programme: Programme | None = None,
    *,
    lead: Organisation | None = None,
    partners: tuple[Organisation, ...] = (),
    cooperating: tuple[Organisation, ...] = (),
    **fields: Any,
) -> Task:
    number = next(_numbers)
    programme = programme or make_programme()
    task = Task.objects.create(
        programme=programme,
        **{
            "code": f"T-{number}",
            "number": number % 30000,
            "name": f"Nhiệm vụ {number}",
            "pillar": "digital_government",
        }
        | fields,
    )
    bodies = [("lead", lead or make_organisation())]
    bodies += [("partner", body) for body in partners]
    bodies += [("cooperating", body) for body in cooperating]
    for role, body in bodies:
        TaskDuty.objects.create(
            task=task, role=role, organisation=body, valid_from=LONG_AGO, certainty="inferred"
        )
    return task


def make_trial_period(
    task: Task | None = None,
    starts_on: dt.date | None = dt.date(2026, 1, 1),
    ends_on: dt.date | None = dt.date(2026, 12, 31),
    **fields: Any,
) -> TrialPeriod:
    task = task or make_task()
    return TrialPeriod.objects.create(
        task=task,
        starts_on=starts_on,
        ends_on=ends_on,
        **{"number": task.trial_periods.count() + 1} | fields,
    )


def make_milestone(period: TrialPeriod, due_on: dt.date, **fields: Any) -> Milestone:
    number = period.milestones.count() + 1
    return Milestone.objects.create(
        trial_period=period, due_on=due_on, **{"number": number, "title": f"Mốc {number}"} | fields
    )


def make_commitment(period: TrialPeriod, organisation: Organisation, **fields: Any) -> Commitment:
    number = period.commitments.count() + 1
    return Commitment.objects.create(
        trial_period=period,
        organisation=organisation,
        **{"number": number, "content": f"Cam kết {number}"} | fields,
    )


def make_framework(code: str = "", **fields: Any) -> Framework:
    code = code or f"DTI-{next(_numbers)}"
    return Framework.objects.create(
        code=code, **{"name": f"Bộ chỉ số {code}", "legal_basis": "Quyết định"} | fields
    )


def make_sub_indicator(
    key: str = "", main_indicator: MainIndicator | None = None, **fields: Any
) -> SubIndicator:
    main_indicator = main_indicator or MainIndicator.objects.create(
        framework=make_framework(),
        code="7",
        name="Hoạt động chính quyền số",
        max_points=Decimal(200),
        sub_indicator_count=22,
    )
    key = key or f"key-{next(_numbers)}"
    return SubIndicator.objects.create(
        key=key, main_indicator=main_indicator, **{"name": f"Chỉ số {key}", "unit": "%"} | fields
    )


def make_link(
    task: Task, sub_indicator: SubIndicator | None = None, **fields: Any
) -> IndicatorLink:
    return IndicatorLink.objects.create(
        task=task, sub_indicator=sub_indicator or make_sub_indicator(), **fields
    )


def make_link_value(
    link: IndicatorLink, period: TrialPeriod, kind: str, value: str | int, **fields: Any
) -> LinkValue:
    day = period.starts_on if kind == "baseline" else period.ends_on
    return LinkValue.objects.create(
        link=link,
        trial_period=period,
        kind=kind,
        value=Decimal(value),
        **{"unit": "%", "on": day or LONG_AGO} | fields,
    )


def make_measurement(
    sub_indicator: SubIndicator, measured_on: dt.date, value: str | int, **fields: Any
) -> Measurement:
    """A confirmed value; pass `confirmed_at=None` for a claim."""
    return Measurement.objects.create(
        sub_indicator=sub_indicator,
        measured_on=measured_on,
        value=Decimal(value),
        **{"unit": "%", "confirmed_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)} | fields,
    )


def make_update(task: Task, period_ends_on: dt.date, **fields: Any) -> ProgressUpdate:
    """An accepted update of the lead for the quarter that ends on a day."""
    lead = task.duties.get(role="lead").organisation
    moment = dt.datetime.combine(period_ends_on, dt.time(9), tzinfo=dt.UTC)
    return ProgressUpdate.objects.create(
        task=task,
        period_ends_on=period_ends_on,
        **{
            "organisation": lead,
            "period_starts_on": period_ends_on - dt.timedelta(days=90),
            "state": "accepted",
            "percent": Decimal(50),
            "narrative": "Đã triển khai.",
            "author": fields.get("author") or make_user(),
            "submitted_at": moment,
            "reviewed_at": moment,
        }
        | fields,
    )
