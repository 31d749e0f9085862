"""The live style page: every component with made-up data, for those who build pages.

The names are those of the province's tasks; every figure is an example and says so.
"""

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

_STARTS, _ENDS = dt.date(2026, 2, 1), dt.date(2027, 1, 31)
_MOMENT = dt.datetime(2026, 11, 21, 10, 42, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def _milestones(*places: tuple[int, str]) -> list[dict[str, Any]]:
    """Milestones at places of the span in percent, with their state."""
    return [
        {"at": at, "state": state, "title": f"Mốc {position}"}
        for position, (at, state) in enumerate(places, start=1)
    ]


_TASKS: list[dict[str, Any]] = [
    {
        "code": "GL-2023-04",
        "name": "Triển khai Nền tảng cửa khẩu số",
        "lead": "BQL Khu kinh tế",
        "health": "red",
        "direction": "down",
        "reason": "mốc 2 quá hạn 34 ngày",
        "done": 41,
        "due": "Quá hạn 34 ngày",
        "milestones": _milestones((20, "reached"), (72, "late"), (96, "planned")),
    },
    {
        "code": "GL-2023-07",
        "name": "Số lượng dân số ở độ tuổi trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân",
        "lead": "Sở KH&CN",
        "health": "amber",
        "direction": "level",
        "reason": "chậm 12 điểm so với thời gian đã qua",
        "done": Decimal("55.5"),
        "due": "Còn 10 ngày",
        "milestones": _milestones((30, "reached"), (60, "reached"), (84, "planned")),
    },
    {
        "code": "GL-2023-06",
        "name": "Nâng cao số lượng người từ 15 tuổi trở lên có tài khoản giao dịch tại ngân hàng "
        "hoặc các tổ chức được phép khác",
        "lead": "NHNN chi nhánh Gia Lai",
        "health": "amber",
        "direction": "up",
        "reason": "tốc độ chỉ số dưới 0,60",
        "done": 68,
        "due": "Còn 31 ngày",
        "milestones": _milestones((25, "reached"), (50, "reached"), (90, "planned")),
    },
    {
        "code": "GL-2023-08",
        "name": "Cổng dữ liệu mở tỉnh Gia Lai",
        "lead": "Sở KH&CN",
        "health": "green",
        "direction": "up",
        "reason": "đạt 80% khi đã qua 80% thời gian",
        "done": 80,
        "due": "Còn 71 ngày",
        "milestones": _milestones(
            (15, "reached"), (45, "reached"), (75, "reached"), (95, "planned")
        ),
    },
    {
        "code": "GL-2023-10",
        "name": "Triển khai Hệ thống thông tin cơ sở dữ liệu ngành Nông nghiệp",
        "lead": "Sở NN&MT",
        "health": "grey",
        "direction": "",
        "reason": "chưa xác định thời gian thử nghiệm",
        "done": None,
        "due": "Chưa xác định",
        "milestones": [],
    },
]

_RANKS = [
    ("Thể chế số", 62),
    ("Nhận thức số", 63),
    ("Nhân lực số", 61),
    ("Hạ tầng số", 52),
    ("An toàn thông tin mạng", 45),
    ("Hoạt động chính quyền số", 57),
    ("Hoạt động kinh tế số", 58),
    ("Hoạt động xã hội số", 55),
]
_YEARS = [
    {"year": 2020, "rank": 43, "of": 63},
    {"year": 2021, "rank": 39, "of": 63},
    {"year": 2022, "rank": 62, "of": 63},
    {"year": 2023, "rank": None, "of": 63},
    {"year": 2024, "rank": 31, "of": 34},
]


class SampleForm(forms.Form):
    """One field of each kind, with help and an optional one."""

    percent_done = forms.DecimalField(label=_("Percent done"), min_value=0, max_value=100)
    narrative = forms.CharField(
        label=_("What was done"),
        widget=forms.Textarea,
        help_text=_("Two or three sentences; names and figures rather than adjectives."),
    )
    state = forms.ChoiceField(
        label=_("State"), choices=[("a", _("Under way")), ("b", _("Finished"))], required=False
    )
    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=[("1", _("Met")), ("2", _("Partly met")), ("3", _("Not met"))],
        widget=forms.RadioSelect,
    )
    unchanged = forms.BooleanField(label=_("No change"), required=False)


class SampleFilter(forms.Form):
    """The filters of the task list."""

    search = forms.CharField(
        label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    health = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), ("red", _("At risk"))]
    )
    lead = forms.ChoiceField(
        label=_("Lead"), required=False, choices=[("", _("All")), ("sct", "Sở Công Thương")]
    )


def _pieces() -> dict[str, Any]:
    """Sample values of the components that take lists."""
    return {
        "facts": [
            {"term": _("Who"), "value": "Sở Công Thương", "certainty": "inferred"},
            {"term": _("What"), "value": "Cơ sở dữ liệu ngành Công thương"},
            {"term": _("When"), "value": "01/02/2026 – 31/01/2027", "certainty": "example"},
            {"term": _("Responsibility"), "value": "Giám đốc Sở"},
            {"term": _("Product"), "value": ""},
            {"term": _("Authority"), "value": "UBND tỉnh", "certainty": "unverified"},
        ],
        "events": [
            {"at": _MOMENT, "what": "Trả lại dự thảo", "who": "Sở KH&CN", "text": "Thiếu mốc 3."},
            {"at": _MOMENT - dt.timedelta(days=3), "what": "Nộp dự thảo", "who": "Sở Công Thương"},
            {"on": _ENDS, "what": "Hết thời gian thử nghiệm"},
        ],
    }


class StyleGuide(LoginRequiredMixin, TemplateView):
    """Every component on one page, then the frames of the dashboard and of the task list."""

    template_name = "styleguide/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Sample data only; nothing of the database."""
        checked = SampleForm({"percent_done": "140", "narrative": "", "verdict": "2"})
        return super().get_context_data(
            **kwargs,
            **_pieces(),
            programme_label="Chương trình VNPT–Viettel 2023",
            tasks=_TASKS,
            red=_TASKS[0],
            amber=_TASKS[1],
            starts_on=_STARTS,
            ends_on=_ENDS,
            today=Decimal("80.3"),
            moment=_MOMENT,
            ranks=_RANKS,
            years=_YEARS,
            attainments=[41, Decimal("-9.5"), 108, 600, None],
            changed={"old_span": (0, 80), "new_span": (0, 100)},
            form=SampleForm(initial={"percent_done": 41}),
            checked=checked,
            filter_form=SampleFilter(prefix="filter"),
            sure=Decimal("1028.5"),
            page_sentence=lazystr(_("No task is waiting for you.")),
        )
