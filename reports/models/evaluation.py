"""The evaluation of a trial, its findings and its history."""

import uuid
from typing import Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseTextField
from organisations.choices import Capacity, Position, Role
from organisations.models import Document, Organisation
from organisations.models.organisation import Timestamped
from organisations.selectors import Standing
from programmes.models import Criterion, ProgrammeDuty, Task, TaskDuty, TrialPeriod
from reports.choices import (
    EvaluationState,
    Origin,
    Outcome,
    ProposalKind,
    Verb,
    Verdict,
)

BEFORE_THE_COMMITTEE = (EvaluationState.FORWARDED, EvaluationState.CONCLUDED)


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, standing: Standing) -> Self:
        """The lead's own, the coordinator's programmes, the committee's once forwarded."""
        if standing.is_inspector:
            return self.filter(trial_period__task__in=Task.objects.visible_to(standing))
        return self.filter(
            Q(pk__in=self.model.objects.led_by(standing).values("pk"))
            | Q(pk__in=self.model.objects.coordinated_by(standing).values("pk"))
            | Q(pk__in=self.model.objects.before(standing).values("pk"))
        )

    def led_by(self, standing: Standing, *, bodies: set[int] | None = None) -> Self:
        """Evaluations of tasks that the person's bodies, or some of them, lead that day."""
        served = standing.bodies_served(but=Position.INSPECTOR) if bodies is None else bodies
        duties = TaskDuty.objects.valid(on=standing.on).filter(
            role=Role.LEAD,
            organisation__in=standing.successions.origins(served, Role.LEAD, on=standing.on),
        )
        return self.filter(trial_period__task__in=duties.values("task"))

    def coordinated_by(self, standing: Standing, *, bodies: set[int] | None = None) -> Self:
        """Evaluations of programmes that the person's bodies, or some of them, coordinate."""
        served = standing.bodies_served(but=Position.INSPECTOR) if bodies is None else bodies
        origins = standing.successions.origins(served, Role.COORDINATOR, on=standing.on)
        return self._of_programmes(standing, Role.COORDINATOR, origins)

    def before(self, standing: Standing) -> Self:
        """Evaluations that lie before the person's committee or its Office."""
        bodies = standing.successions.origins(
            standing.bodies_served(but=Position.INSPECTOR) | standing.superiors_of_offices(),
            Role.AUTHORITY,
            on=standing.on,
        )
        return self._of_programmes(standing, Role.AUTHORITY, bodies).filter(
            state__in=BEFORE_THE_COMMITTEE
        )

    def _of_programmes(self, standing: Standing, role: Role, bodies: set[int]) -> Self:
        duties = ProgrammeDuty.objects.valid(on=standing.on).filter(
            role=role, organisation__in=bodies
        )
        return self.filter(trial_period__task__programme__in=duties.values("programme"))

    def awaiting_review(self) -> Self:
        """Drafts on the coordinator's desk, longest waiting first."""
        return self.filter(state=EvaluationState.SUBMITTED).order_by("submitted_at", "pk")


@pghistory.track()
class Evaluation(Timestamped):
    """Đánh giá kết quả thử nghiệm: exactly one for each trial period.

    `version` counts the saves of the text, so that two people never overwrite each other.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trial_period = models.OneToOneField(
        TrialPeriod,
        verbose_name=_("trial period"),
        on_delete=models.PROTECT,
        related_name="evaluation",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=EvaluationState.choices, default=EvaluationState.OPEN
    )
    origin = models.CharField(
        _("origin"), max_length=10, choices=Origin.choices, default=Origin.OPENED
    )
    opened_on = models.DateField(_("opened on"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    results = VietnameseTextField(_("results"), blank=True)
    shortcomings = VietnameseTextField(_("shortcomings"), blank=True)
    causes = VietnameseTextField(_("causes"), blank=True)
    cost_vnd = models.BigIntegerField(_("cost in đồng"), null=True, blank=True)
    proposal_kind = models.CharField(
        _("proposal"), max_length=8, choices=ProposalKind.choices, blank=True
    )
    proposal = VietnameseTextField(_("plan for the next period"), blank=True)
    proposal_starts_on = models.DateField(_("next period from"), null=True, blank=True)
    proposal_ends_on = models.DateField(_("next period to"), null=True, blank=True)
    proposal_cost_vnd = models.BigIntegerField(
        _("cost of the next period in đồng"), null=True, blank=True
    )
    submitted_snapshot = models.ForeignKey(
        "reports.Snapshot",
        verbose_name=_("submitted version"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome.choices, blank=True)
    concluded_on = models.DateField(_("concluded on"), null=True, blank=True)
    conclusion = VietnameseTextField(_("conclusion"), blank=True)
    conclusion_document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("authors"), related_name="evaluations_written"
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["-opened_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="evaluation_state_is_known", condition=Q(state__in=EvaluationState.values)
            ),
            models.CheckConstraint(
                name="a_submitted_evaluation_pins_its_snapshot",
                condition=~Q(origin=Origin.OPENED)
                | ~Q(state__in=["submitted", "accepted", "issued", "forwarded", "concluded"])
                | Q(submitted_snapshot__isnull=False, submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_concluded_evaluation_has_outcome_and_day",
                condition=Q(state="concluded", concluded_on__isnull=False) & ~Q(outcome="")
                | ~Q(state="concluded"),
            ),
            models.CheckConstraint(
                name="evaluation_costs_are_not_negative",
                condition=(Q(cost_vnd__isnull=True) | Q(cost_vnd__gte=0))
                & (Q(proposal_cost_vnd__isnull=True) | Q(proposal_cost_vnd__gte=0)),
                violation_error_message=_("A cost in đồng cannot be below zero."),
            ),
            models.CheckConstraint(
                name="next_period_ends_after_it_begins",
                condition=Q(proposal_starts_on__isnull=True)
                | Q(proposal_ends_on__isnull=True)
                | Q(proposal_ends_on__gte=F("proposal_starts_on")),
                violation_error_message=_(
                    "The next period ends before it begins: correct one of the two days."
                ),
            ),
        ]
        indexes = [models.Index(name="evaluation_queue", fields=["state", "submitted_at"])]

    def __str__(self) -> str:
        return str(self.uid)


@pghistory.track()
class CriterionFinding(Timestamped):
    """Kết quả theo tiêu chí: how the lead department judges one condition, with its evidence."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="findings")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="findings")
    verdict = models.CharField(_("verdict"), max_length=7, choices=Verdict.choices)
    evidence = VietnameseTextField(_("evidence"), blank=True)

    class Meta:
        verbose_name = _("finding on a criterion")
        verbose_name_plural = _("findings on criteria")
        ordering = ["criterion__order"]
        constraints = [
            models.UniqueConstraint(
                name="one_finding_for_each_criterion", fields=["evaluation", "criterion"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.verdict}"


class EvaluationMove(models.Model):
    """Lịch sử đánh giá: who moved it when, from where to where, and why. Append-only."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(
        _("verb"), max_length=14, choices=[("open", _("opened")), *Verb.choices], default="open"
    )
    from_state = models.CharField(max_length=10, choices=EvaluationState.choices, blank=True)
    to_state = models.CharField(max_length=10, choices=EvaluationState.choices)
    at = models.DateTimeField(_("at"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    capacity = models.CharField(
        _("capacity"),
        max_length=8,
        choices=Capacity.choices,
        blank=True,
        help_text=_("As what the person did it; empty: the application itself, or not recorded."),
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("on behalf of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    comment = VietnameseTextField(_("comment"), blank=True)
    snapshot = models.ForeignKey(
        "reports.Snapshot", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("evaluation move")
        verbose_name_plural = _("evaluation moves")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_delegate_moves_on_behalf_of_somebody",
                condition=Q(capacity=Capacity.DELEGATE, on_behalf_of__isnull=False)
                | (~Q(capacity=Capacity.DELEGATE) & Q(on_behalf_of__isnull=True)),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="moves_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} → {self.to_state}"
