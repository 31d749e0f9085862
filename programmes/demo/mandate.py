"""The decision by which the demo's inspector may read the trials."""

import datetime as dt

from django.db.models import Model, QuerySet

from organisations.choices import Certainty, DatePrecision, DocumentKind
from organisations.models import Document, User
from programmes.models import InspectionMandate, Programme

INSPECTOR = "inspector"
PROGRAMME = "GL-2023"
DECISION = "demo-qd-thanh-tra"
DAYS = {"valid_from": dt.date(2026, 1, 1), "valid_to": dt.date(2030, 12, 31)}


def load_mandate() -> int:
    """Create the mandate where it is missing; how many there were to create."""
    inspector = User.objects.get(username=INSPECTOR)
    if inspector.mandates.exists():
        return 0
    decision, _made = Document.objects.get_or_create(
        key=DECISION,
        defaults={
            "kind": DocumentKind.DECISION,
            "issued_on_precision": DatePrecision.UNKNOWN,
            "subject": "Thanh tra chương trình thử nghiệm (dữ liệu minh họa)",
            "certainty": Certainty.EXAMPLE,
        },
    )
    InspectionMandate.objects.create(
        inspector=inspector,
        programme=Programme.objects.get(code=PROGRAMME),
        document=decision,
        **DAYS,
    )
    return 1


def demo_mandates() -> list[QuerySet[Model]]:
    """What a reset removes."""
    return [
        InspectionMandate.objects.filter(document__key=DECISION),
        Document.objects.filter(key=DECISION),
    ]
