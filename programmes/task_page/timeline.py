"""The time of a task across its page: every trial, its milestones, what was reported, today.

Trials stand side by side, each as wide as it is long; the time between two of them, in which
nothing is measured, is a break of fixed width. Places are percentages of the drawing, heights
pixels.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from dti_tracker.shared.time import day_of
from indicators.calculation import elapsed_share, percent
from organisations.selectors import Standing
from organisations.templatetags.plots import place
from organisations.templatetags.ui import day
from organisations.templatetags.ui import percent as percent_words
from programmes.choices import UpdateKind, UpdateState
from programmes.models import ProgressUpdate, TrialPeriod
from programmes.pictures import PlacedMilestone, milestones_on_bar
from programmes.selectors import TaskSummary, lead_bodies
from programmes.state import stands_for, trial_of

FIRST, LAST, BREAK = Decimal(1), Decimal(98), Decimal(4)
LEAST_WIDTH = Decimal(14)  # of a short trial beside long ones
TOP, BOTTOM = 16, 64  # where 100 % and 0 % done stand
COUNTED = frozenset({UpdateState.ACCEPTED, UpdateState.SUPERSEDED})
SENT = frozenset({*COUNTED, UpdateState.SUBMITTED})


@dataclass(frozen=True)
class Event:
    """Something in the picture, in words."""

    on: dt.date
    what: str


@dataclass(frozen=True)
class Dot:
    """What was reported: where its day stands, how high its percentage; hollow until accepted."""

    x: str
    y: int
    title: str
    is_counted: bool


@dataclass(frozen=True)
class Diamond:
    """A milestone."""

    x: str
    state: str
    title: str


@dataclass(frozen=True)
class Stretch:
    """One trial with its place, what was done of it, and everything in it in words."""

    period: TrialPeriod
    left: str
    right: str
    width: str
    done: str
    is_current: bool
    diamonds: list[Diamond]
    dots: list[Dot]
    lines: list[tuple[Dot, Dot]]
    events: list[Event]

    @property
    def label(self) -> str:
        if self.period.extends_id:
            return _("Trial %(number)s, extension") % {"number": self.period.number}
        return _("Trial %(number)s") % {"number": self.period.number}


@dataclass(frozen=True)
class Timeline:
    """The whole picture; `today` is where the day asked stands, `breaks` where time is left out."""

    stretches: list[Stretch]
    breaks: list[str]
    today: str

    @property
    def label(self) -> str:
        """The picture in one sentence, for who does not see it."""
        trials = [
            _("%(trial)s from %(start)s to %(end)s")
            % {
                "trial": stretch.label,
                "start": day(stretch.period.starts_on),
                "end": day(stretch.period.ends_on),
            }
            for stretch in self.stretches
        ]
        return "; ".join(trials)


@dataclass(frozen=True)
class _Piece:
    """A trial's place on the axis."""

    period: TrialPeriod
    start: dt.date
    end: dt.date
    left: Decimal
    width: Decimal

    def at(self, asked: dt.date) -> Decimal:
        share = percent(elapsed_share(self.start, self.end, asked)) or Decimal(0)
        return self.left + self.width * min(max(share, Decimal(0)), Decimal(100)) / 100


def timeline_of(
    summary: TaskSummary, updates: Iterable[ProgressUpdate], standing: Standing
) -> Timeline | None:
    """The picture of a task on its day; None while no trial has days."""
    pieces = _pieces(summary)
    if not pieces:
        return None
    reported = _by_trial(summary, updates, standing)
    return Timeline(
        stretches=[_stretch(p, summary, reported.get(p.period.pk, [])) for p in pieces],
        breaks=[place(later.left - BREAK / 2) for _one, later in pairwise(pieces)],
        today=place(_today(pieces, summary.on)),
    )


def _pieces(summary: TaskSummary) -> list[_Piece]:
    dated = sorted(
        (p.starts_on, p.ends_on, p.number, p)
        for p in summary.task.trial_periods.all()
        if p.starts_on and p.ends_on
    )
    if not dated:
        return []
    # Room for a day after the last trial or before the first.
    first = FIRST + (BREAK if summary.on < dated[0][0] else 0)
    last = LAST - (BREAK if summary.on > dated[-1][1] else 0)
    room = last - first - BREAK * (len(dated) - 1)
    widths = _widths([(end - start).days + 1 for start, end, _number, _period in dated], room)
    pieces: list[_Piece] = []
    left = first
    for (start, end, _number, period), width in zip(dated, widths, strict=True):
        pieces.append(_Piece(period, start, end, left, width))
        left += width + BREAK
    return pieces


def _widths(days: Sequence[int], room: Decimal) -> list[Decimal]:
    """As wide as long, but none too narrow to be read."""
    least = min(LEAST_WIDTH, room / len(days))
    free, total = room - least * len(days), sum(days)
    return [least + free * length / total for length in days]


def _today(pieces: Sequence[_Piece], on: dt.date) -> Decimal:
    for piece in pieces:
        if on < piece.start:
            return piece.left - BREAK / 2
        if on <= piece.end:
            return piece.at(on)
    return pieces[-1].left + pieces[-1].width + BREAK / 2


def _by_trial(
    summary: TaskSummary, updates: Iterable[ProgressUpdate], standing: Standing
) -> dict[int, list[ProgressUpdate]]:
    """What the lead reported in percent, by the trial to which it belongs, in order of its days."""
    bodies = lead_bodies(summary.task, standing.successions, summary.on)
    found: dict[int, list[ProgressUpdate]] = {}
    for update in sorted(updates, key=_turn):
        if not _is_drawn(update) or update.organisation_id not in bodies:
            continue
        trial = trial_of(
            summary.task.trial_periods.all(),
            update.period_starts_on,
            update.period_ends_on,
            _stands_for(update),
        )
        if trial is not None:
            found.setdefault(trial.pk, []).append(update)
    return found


def _is_drawn(update: ProgressUpdate) -> bool:
    is_report = update.kind != UpdateKind.CONTRIBUTION
    return is_report and update.state in SENT and update.percent is not None


def _turn(update: ProgressUpdate) -> tuple[dt.date, dt.datetime, int]:
    """A correction stands for the day of what it corrects, and comes after it."""
    settled = update.reviewed_at or update.submitted_at or update.updated_at
    return _stands_for(update), settled, update.pk


def _stands_for(update: ProgressUpdate) -> dt.date:
    sent = day_of(update.submitted_at) if update.submitted_at else update.period_ends_on
    return stands_for(update, sent)


def _stretch(piece: _Piece, summary: TaskSummary, updates: list[ProgressUpdate]) -> Stretch:
    period = piece.period
    placed = milestones_on_bar(
        replace(
            summary,
            milestones=tuple(period.milestones.all()),
            trial_start=piece.start,
            trial_end=piece.end,
        )
    )
    dots = [_dot(update, piece) for update in updates]
    counted = [update.percent for update in updates if update.state in COUNTED]
    done = (counted[-1] if counted else None) or Decimal(0)
    kept = [dot for dot in dots if dot.is_counted]
    return Stretch(
        period=period,
        left=place(piece.left),
        right=place(piece.left + piece.width),
        width=place(piece.width),
        done=place(piece.width * done / 100),
        is_current=period == summary.period,
        diamonds=[
            Diamond(place(piece.left + piece.width * m.at / 100), m.state, m.title) for m in placed
        ],
        dots=dots,
        lines=list(pairwise(kept)),
        events=_events(placed, updates),
    )


def _dot(update: ProgressUpdate, piece: _Piece) -> Dot:
    share = (update.percent or Decimal(0)) / 100
    return Dot(
        x=place(piece.at(_stands_for(update))),
        y=round(BOTTOM - (BOTTOM - TOP) * share),
        title=_reported_words(update),
        is_counted=update.state in COUNTED,
    )


def _reported_words(update: ProgressUpdate) -> str:
    return _("%(day)s: %(percent)s done, %(state)s") % {
        "day": day(_stands_for(update)),
        "percent": percent_words(update.percent),
        "state": update.get_state_display(),
    }


def _events(placed: Iterable[PlacedMilestone], updates: Iterable[ProgressUpdate]) -> list[Event]:
    words = {"reached": _("reached"), "late": _("late"), "planned": _("planned")}
    found = [Event(m.milestone.due_on, f"{m.title} – {words[m.state]}") for m in placed]
    found += [Event(_stands_for(update), _reported_words(update)) for update in updates]
    return sorted(found, key=lambda event: event.on)
