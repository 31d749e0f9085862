"""The list of tasks as CSV and XLSX: what the page shows, with every reason, day and certainty."""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from dti_tracker.shared.spreadsheet import fill, safe_text
from organisations.choices import Certainty
from organisations.selectors import Standing
from organisations.templatetags.ui import HEALTH_WORDS, day, named, number
from programmes.choices import PillarCode
from programmes.selectors import TaskSummary
from programmes.task_list.reading import ORDER_WORDS, TaskList
from programmes.task_page.basis import partners_shown

Value = str | int | Decimal | dt.date | None
DAY_FORMAT, NUMBER_FORMAT = "dd/mm/yyyy", "#,##0.##"
BOLD, WRAPPED = Font(bold=True), Alignment(wrap_text=True, vertical="top")


@dataclass(frozen=True)
class Column:
    """A column of the table; `unknown` is what stands where nobody knows the value."""

    head: Promise | str
    value: Callable[[TaskSummary], Value]
    width: int = 16
    unknown: Promise | str = ""
    is_progress: bool = False


def columns_of(standing: Standing, *, shows_progress: bool) -> list[Column]:
    """The columns a person may see; an enterprise's table names no other enterprise."""
    return [
        column
        for column in (*PLACE, _partners(standing), *TRIAL, *PROGRESS)
        if shows_progress or not column.is_progress
    ]


def _certain(code: str) -> str:
    """In words, where a value is not simply certain."""
    sure = (Certainty.READ, Certainty.DERIVED, Certainty.ENTERED, Certainty.CONFIRMED)
    return "" if not code or code in sure else str(Certainty(code).label)


def _period_certainty(summary: TaskSummary) -> str:
    return _certain(summary.period.certainty) if summary.period and summary.trial_end else ""


def _progress_certainty(summary: TaskSummary) -> str:
    is_example = summary.last_update is not None and summary.last_update.is_example
    return _certain(Certainty.EXAMPLE) if is_example else ""


def _declared(summary: TaskSummary) -> str:
    return str(HEALTH_WORDS[summary.declared_health]) if summary.declared_health else ""


def _partners(standing: Standing) -> Column:
    def names(summary: TaskSummary) -> str:
        return "; ".join(named(body) for body in partners_shown(summary, standing))

    return Column(gettext_lazy("Enterprises"), names, 28)


NOT_KNOWN = gettext_lazy("not yet known")
PLACE = (
    Column(gettext_lazy("Code"), lambda s: s.task.code, 14),
    Column(gettext_lazy("Task"), lambda s: named(s.task), 60),
    Column(gettext_lazy("Programme"), lambda s: named(s.task.programme), 40),
    Column(gettext_lazy("Field"), lambda s: capfirst(str(PillarCode(s.task.pillar).label)), 18),
    Column(
        gettext_lazy("Lead"),
        lambda s: named(s.lead) if s.lead else None,
        30,
        gettext_lazy("no lead"),
    ),
    Column(gettext_lazy("Certainty of the lead"), lambda s: _certain(s.lead_certainty)),
    Column(gettext_lazy("Co-operating"), lambda s: "; ".join(named(b) for b in s.cooperating), 28),
)
TRIAL = (
    Column(gettext_lazy("First day of the trial"), lambda s: s.trial_start, 14, NOT_KNOWN),
    Column(gettext_lazy("Last day of the trial"), lambda s: s.trial_end, 14, NOT_KNOWN),
    Column(gettext_lazy("Certainty of the dates"), _period_certainty),
)
PROGRESS = (
    Column(gettext_lazy("State"), lambda s: str(HEALTH_WORDS[s.health]), 20, is_progress=True),
    Column(gettext_lazy("Why"), lambda s: capfirst(s.health_reason), 44, is_progress=True),
    Column(gettext_lazy("Stage"), lambda s: capfirst(str(s.state.label)), 20, is_progress=True),
    Column(
        gettext_lazy("Done (%)"),
        lambda s: s.percent,
        12,
        gettext_lazy("not reported"),
        is_progress=True,
    ),
    Column(gettext_lazy("Figures of"), lambda s: s.data_as_of, 14, is_progress=True),
    Column(gettext_lazy("Certainty of the figures"), _progress_certainty, is_progress=True),
    Column(gettext_lazy("Declared by the department"), _declared, 20, is_progress=True),
    Column(
        gettext_lazy("Next due"),
        lambda s: capfirst(s.next_deadline.what) if s.next_deadline else None,
        24,
        is_progress=True,
    ),
    Column(
        gettext_lazy("Due on"),
        lambda s: s.next_deadline.on if s.next_deadline else None,
        14,
        is_progress=True,
    ),
    Column(
        gettext_lazy("Days left (negative: late)"),
        lambda s: s.next_deadline.days_left if s.next_deadline else None,
        14,
        is_progress=True,
    ),
)


def file_name(listed: TaskList, ending: str) -> str:
    """A name under which a clerk can file it: `danh-sach-nhiem-vu_2026-11-22_loc.xlsx`."""
    filtered = "_loc" if listed.is_filtered else ""
    return f"danh-sach-nhiem-vu_{listed.on:%Y-%m-%d}{filtered}.{ending}"


def csv_rows(listed: TaskList, standing: Standing) -> Iterator[list[str]]:
    """The heading, then a row for each task; numbers and days as a Vietnamese spreadsheet reads them."""
    columns = columns_of(standing, shows_progress=listed.shows_progress)
    yield [str(column.head) for column in columns]
    for summary in listed.summaries:
        yield [_written(column, summary) for column in columns]


def _written(column: Column, summary: TaskSummary) -> str:
    value = column.value(summary)
    if value is None or value == "":
        return str(column.unknown)
    if isinstance(value, dt.date):
        return day(value)
    if isinstance(value, int | Decimal):
        return number(value).replace("−", "-")
    return safe_text(value)


def workbook(listed: TaskList, standing: Standing) -> bytes:
    """An XLSX with one sheet of tasks and one that says what was asked, and for which day."""
    book = Workbook(write_only=True)
    book.properties.creator = ""
    book.properties.title = _("List of tasks")
    columns = columns_of(standing, shows_progress=listed.shows_progress)
    page = book.create_sheet(_("Tasks"))
    page.freeze_panes = "C2"
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToHeight = 0
    page.print_title_rows = "1:1"
    for at, column in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(at)].width = column.width
    page.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(listed.summaries) + 1}"
    page.append([_cell(page, str(column.head), BOLD) for column in columns])
    for summary in listed.summaries:
        page.append([_cell(page, _known(column, summary)) for column in columns])
    _append_terms(book, listed)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _known(column: Column, summary: TaskSummary) -> Value:
    value = column.value(summary)
    return str(column.unknown) if value is None else value


def _cell(page: Any, value: Value, font: Font | None = None) -> Any:
    cell = WriteOnlyCell(page)
    fill(cell, value)
    cell.alignment = WRAPPED
    if font is not None:
        cell.font = font
    if isinstance(value, dt.date):
        cell.number_format = DAY_FORMAT
    elif isinstance(value, Decimal):
        cell.number_format = NUMBER_FORMAT
    return cell


def _append_terms(book: Workbook, listed: TaskList) -> None:
    """What was asked, so that a sheet found later still says what it holds."""
    page = book.create_sheet(_("What was asked"))
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 28, 60
    for term, value in terms_of(listed):
        page.append([_cell(page, term, BOLD), _cell(page, value)])


def terms_of(listed: TaskList) -> Iterator[tuple[str, Value]]:
    """Day, number, filters and order in words."""
    yield _("As recorded by the end of"), listed.on
    total = len(listed.summaries)
    yield _("Number of tasks"), total
    for field in listed.filter.form:
        if value := field.value():
            choices = dict(getattr(field.field, "choices", ()))
            yield str(field.label), str(choices.get(value, value))
    if listed.order:
        downwards = _("downwards") if listed.order.startswith("-") else _("upwards")
        yield _("Ordered by"), f"{ORDER_WORDS[listed.order.removeprefix('-')]}, {downwards}"
