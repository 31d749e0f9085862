"""What changed in the demo's current trials: a last day, a target, and a wish for more time."""

import datetime as dt
from decimal import Decimal

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from organisations.choices import Certainty, DatePrecision, DocumentKind
from organisations.models import Document, User
from organisations.trail.channels import acting
from programmes.choices import LinkValueKind
from programmes.demo.cast import Cast
from programmes.demo.content import Clock
from programmes.demo.trials import DemoTrial
from programmes.models import ExtensionRequest, LinkValue, TrialPeriod

CHANGED, ASKING = "GL-2023-08", "GL-2023-10"
LETTER, WISH = "demo-cv-dieu-chinh", "demo-cv-gia-han"
LONGER, MORE_TIME = dt.timedelta(days=30), dt.timedelta(days=90)
RAISED = Decimal("1.2")
WHY_LONGER = (
    "Chờ hướng dẫn kỹ thuật về kết nối Cổng dữ liệu quốc gia, cần thêm 30 ngày (dữ liệu minh họa)."
)
WHY_RAISED = "Các sở đăng ký bổ sung danh mục, đề nghị nâng chỉ tiêu (dữ liệu minh họa)."
WHY_MORE_TIME = (
    "Còn hai đơn vị chưa hoàn thành kết nối do thay thiết bị đầu cuối; cần thêm ba tháng để thử "
    "nghiệm đủ quy trình và lấy ý kiến người dùng (dữ liệu minh họa)."
)


def load_changes(found: list[DemoTrial], cast: Cast, clock: Clock) -> None:
    """Change what was loaded just now, so that there is an old and a new to look at."""
    current = {trial.task.code: trial for trial in found if trial.period.concluded_on is None}
    if CHANGED in current:
        letter = _document(LETTER, "Điều chỉnh thời gian và chỉ tiêu thử nghiệm", clock)
        _end_later(current[CHANGED].period, letter, cast)
        _raise_target(current[CHANGED].period, letter, cast)
    if ASKING in current:
        _ask(current[ASKING], cast, clock)


def demo_changes() -> list[QuerySet[Model]]:
    """What a reset removes: the wish, its documents, and periods that demo people granted."""
    people = User.objects.filter(is_demo=True)
    of_demo = Q(decided_by__in=people) | Q(asked_by__in=people)
    requests = ExtensionRequest.objects.filter(of_demo)
    return [
        TrialPeriod.objects.filter(granted_by__in=requests),
        requests,
        Document.objects.filter(key__in=(LETTER, WISH)),
    ]


def _document(key: str, subject: str, clock: Clock) -> Document:
    found, _made = Document.objects.get_or_create(
        key=key,
        defaults={
            "kind": DocumentKind.LETTER,
            "issued_on": clock.no_later_than_yesterday(clock.first_load, days_ago=3),
            "issued_on_precision": DatePrecision.DAY,
            "subject": f"{subject} (dữ liệu minh họa)",
            "certainty": Certainty.EXAMPLE,
        },
    )
    return found


def _end_later(period: TrialPeriod, letter: Document, cast: Cast) -> None:
    """A change with a context of its own: its reason is no other row's."""
    if period.ends_on is None:
        return
    about = {"reason": WHY_LONGER, "document": letter.key, "user": cast.reviewer.pk}
    with acting("command", command="load_demo", **about):
        period.ends_on += LONGER
        period.document = letter
        period.save()


def _raise_target(period: TrialPeriod, letter: Document, cast: Cast) -> None:
    target = period.link_values.filter(kind=LinkValueKind.TARGET).order_by("pk").first()
    if target is None:
        return
    target.replaced_at = timezone.now()
    target.save()
    LinkValue.objects.create(
        link=target.link,
        trial_period=period,
        kind=target.kind,
        value=(target.value * RAISED).quantize(Decimal(1)),
        unit=target.unit,
        on=period.ends_on or target.on,
        document=letter,
        reason=WHY_RAISED,
        entered_by=cast.reviewer,
        certainty=Certainty.EXAMPLE,
        source=letter.as_source,
    )


def _ask(trial: DemoTrial, cast: Cast, clock: Clock) -> None:
    lead = cast.lead(trial.task.pk, on=clock.first_load)
    if trial.period.ends_on is None:
        return
    ExtensionRequest.objects.create(
        trial_period=trial.period,
        organisation=lead,
        ends_on=trial.period.ends_on + MORE_TIME,
        reason=WHY_MORE_TIME,
        document=_document(WISH, "Đề nghị gia hạn thời gian thử nghiệm", clock),
        asked_by=cast.specialist(lead),
    )
