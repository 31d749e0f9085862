"""What the tests of changes share: a document, indicators, values, requests for more time."""

import datetime as dt
from decimal import Decimal
from typing import Any

from organisations.models import Document
from programmes import services
from programmes.choices import LinkValueKind
from programmes.models import ExtensionRequest, IndicatorLink, LinkValue, TrialPeriod
from tests.builders import make_link
from tests.programmes.cast import TODAY, Cast

TARGET, BASELINE = LinkValueKind.TARGET, LinkValueKind.BASELINE
AMOUNT: dict[str, Any] = {
    "value": Decimal(60),
    "numerator": None,
    "denominator": None,
    "unit": "%",
    "on": dt.date(2027, 1, 31),
    "source": "",
    "certainty": "entered",
}
NEW_END = dt.date(2027, 6, 30)


def a_document(key: str = "qd-1") -> Document:
    found, _made = Document.objects.get_or_create(
        key=key,
        defaults={
            "kind": "QĐ",
            "number_code": f"{key}/QĐ-UBND",
            "subject": "Điều chỉnh",
            "issued_on": TODAY,
            "issued_on_precision": "day",
        },
    )
    return found


def a_ground(reason: str = "Theo đề nghị của Sở") -> services.Ground:
    return services.Ground(reason, a_document())


def set_value(
    cast: Cast, link: IndicatorLink, *, kind: LinkValueKind = TARGET, **changes: Any
) -> LinkValue:
    """A baseline or target of the cast's trial, as recorded by the coordinator."""
    given: dict[str, Any] = {
        "link": link,
        "period": cast.period,
        "kind": kind,
        "by": cast.reviewer,
        "on": TODAY,
        "ground": a_ground(),
        "seen": seen(link, cast.period, kind),
    }
    fields = {name: changes.pop(name) for name in list(changes) if name in AMOUNT and name != "on"}
    if "holds_on" in changes:
        fields["on"] = changes.pop("holds_on")
    return services.set_link_value(**given | changes, values=AMOUNT | fields)


def seen(link: IndicatorLink, period: TrialPeriod, kind: LinkValueKind) -> str:
    return services.mark_of(
        *LinkValue.objects.filter(
            link=link, trial_period=period, kind=kind, replaced_at__isnull=True
        )
    )


def linked(cast: Cast, **fields: Any) -> IndicatorLink:
    return make_link(cast.task, **fields)


def ask(cast: Cast, **changes: Any) -> ExtensionRequest:
    """More time for the cast's trial, asked by staff of the lead."""
    given: dict[str, Any] = {
        "period": cast.period,
        "ends_on": NEW_END,
        "reason": "Cửa khẩu đóng ba tháng",
        "by": cast.staff,
        "on": TODAY,
    }
    return services.ask_extension(**given | changes)


def grant(cast: Cast, request: ExtensionRequest, **changes: Any) -> TrialPeriod:
    """The coordinator's yes."""
    given: dict[str, Any] = {
        "request": request,
        "ends_on": request.ends_on,
        "by": cast.reviewer,
        "on": TODAY,
        "document": a_document(),
        "seen": services.mark_of(request, TrialPeriod.objects.get(pk=request.trial_period_id)),
    }
    return services.grant_extension(**given | changes)


def refuse(cast: Cast, request: ExtensionRequest, **changes: Any) -> ExtensionRequest:
    """The coordinator's no."""
    given: dict[str, Any] = {
        "request": request,
        "remarks": "Đủ thời gian",
        "by": cast.reviewer,
        "on": TODAY,
        "seen": services.mark_of(request, TrialPeriod.objects.get(pk=request.trial_period_id)),
    }
    return services.refuse_extension(**given | changes)
