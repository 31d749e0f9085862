"""Trial periods with what was planned and promised in them."""

import datetime as dt
import uuid
from typing import Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseCharField, VietnameseTextField
from organisations.choices import Role
from organisations.models import Document, Organisation
from organisations.models.organisation import Sourced, Timestamped
from organisations.models.people import DateSpan, IntegerSpan
from organisations.selectors import Standing
from programmes.choices import Fulfilment, MilestoneState
from programmes.models.task import Task


class TrialPeriodQuerySet(models.QuerySet["TrialPeriod"]):
    def ended(self, *, on: dt.date) -> Self:
        """Trials whose last day has passed; unknown dates never end."""
        return self.filter(ends_on__lt=on)

    def without_evaluation(self) -> Self:
        return self.filter(evaluation_opened_on__isnull=True)


@pghistory.track()
class TrialPeriod(Sourced, Timestamped):
    """Thời gian thử nghiệm: both days included; both empty while the dates are not known.

    `evaluation_opened_on` and `concluded_on` are written by the floor above when it opens and
    closes the evaluation; they are facts with dates, from which the task's state on any day follows.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.ForeignKey(
        Task, verbose_name=_("task"), on_delete=models.PROTECT, related_name="trial_periods"
    )
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    territory = models.ForeignKey(
        Organisation,
        verbose_name=_("territory"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The committee that governs it: old and new Gia Lai are two territories."),
    )
    document = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="trial_periods",
    )
    extends = models.OneToOneField(
        "self",
        verbose_name=_("extends"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="extension",
    )
    evaluation_opened_on = models.DateField(_("evaluation opened on"), null=True, blank=True)
    concluded_on = models.DateField(_("concluded on"), null=True, blank=True)

    objects = TrialPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("trial period")
        verbose_name_plural = _("trial periods")
        ordering = ["task", "number"]
        constraints = [
            models.UniqueConstraint(
                name="one_trial_period_for_each_number", fields=["task", "number"]
            ),
            models.CheckConstraint(
                name="trial_has_both_days_or_none",
                condition=Q(starts_on__isnull=True, ends_on__isnull=True)
                | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="evaluation_opens_after_the_last_day",
                condition=Q(evaluation_opened_on__isnull=True)
                | Q(evaluation_opened_on__gt=F("ends_on")),
            ),
            models.CheckConstraint(
                name="only_an_opened_evaluation_is_concluded",
                condition=Q(concluded_on__isnull=True)
                | Q(concluded_on__gte=F("evaluation_opened_on")),
            ),
            ExclusionConstraint(
                name="trials_of_one_task_never_overlap",
                expressions=[
                    (IntegerSpan("task_id"), RangeOperators.OVERLAPS),
                    (
                        DateSpan(
                            "starts_on",
                            "ends_on",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(starts_on__isnull=False, ends_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id}/{self.number}"

    @property
    def stands(self) -> bool:
        """Whether what is recorded stays as it is: from the day its evaluation was opened."""
        return self.evaluation_opened_on is not None

    @property
    def is_closed(self) -> bool:
        """Whether nothing is added any more: from its conclusion on."""
        return self.concluded_on is not None

    def runs_on(self, day: dt.date) -> bool:
        """Whether a day lies in the trial; while its days are unknown, any may."""
        if self.starts_on is None or self.ends_on is None:
            return True
        return self.starts_on <= day <= self.ends_on

    def days_left(self, *, on: dt.date) -> int | None:
        """Days until the last day; 0 on it, negative after it, None while unknown."""
        return None if self.ends_on is None else (self.ends_on - on).days


@pghistory.track()
class Milestone(Sourced, Timestamped):
    """Mốc: a dated step of a trial."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trial_period = models.ForeignKey(
        TrialPeriod, on_delete=models.PROTECT, related_name="milestones"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title = VietnameseCharField(_("title"), max_length=255)
    due_on = models.DateField(_("due on"))
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=MilestoneState.choices,
        default=MilestoneState.PLANNED,
    )
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    means_of_verification = VietnameseCharField(
        _("means of verification"), max_length=255, blank=True
    )

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["trial_period", "number"]
        constraints = [
            models.UniqueConstraint(
                name="one_milestone_for_each_number", fields=["trial_period", "number"]
            ),
            models.CheckConstraint(
                name="a_reached_milestone_has_its_day",
                condition=Q(state=MilestoneState.REACHED, reached_on__isnull=False)
                | (~Q(state=MilestoneState.REACHED) & Q(reached_on__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def lies_outside(self) -> bool:
        """Whether it is due on a day on which its trial does not run."""
        return not self.trial_period.runs_on(self.due_on)

    def days_late(self, *, on: dt.date) -> int:
        """Days by which it is or was late; 0 when in time or dropped."""
        if self.state == MilestoneState.DROPPED:
            return 0
        return max(((self.reached_on or on) - self.due_on).days, 0)


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, standing: Standing) -> Self:
        """Staff of the province see all promises, an enterprise its own, never its rival's."""
        if standing.is_enterprise:
            return self.filter(organisation__in=standing.duties_of(Role.PARTNER))
        if standing.is_provincial_staff:
            return self
        if standing.is_inspector:
            return self.filter(trial_period__task__in=Task.objects.visible_to(standing))
        return self.none()


@pghistory.track()
class Commitment(Sourced, Timestamped):
    """Cam kết của doanh nghiệp: what VNPT or Viettel promised for a trial, and what became of it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trial_period = models.ForeignKey(
        TrialPeriod, on_delete=models.PROTECT, related_name="commitments"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("enterprise"),
        on_delete=models.PROTECT,
        related_name="commitments",
    )
    number = models.PositiveSmallIntegerField(_("number"))
    content = VietnameseTextField(_("content"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    fulfilment = models.CharField(
        _("fulfilment"), max_length=8, choices=Fulfilment.choices, default=Fulfilment.UNKNOWN
    )
    finding = VietnameseTextField(_("finding"), blank=True)
    support_value_vnd = models.BigIntegerField(
        _("value of the support in đồng"), null=True, blank=True
    )

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["trial_period", "organisation", "number"]
        constraints = [
            models.UniqueConstraint(
                name="one_commitment_for_each_number",
                fields=["trial_period", "organisation", "number"],
            ),
            models.CheckConstraint(
                name="support_is_not_negative",
                condition=Q(support_value_vnd__isnull=True) | Q(support_value_vnd__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return self.content
