"""Progress as the departments report it."""

import uuid
from typing import Self

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseTextField
from organisations.capacity import capacity_words
from organisations.choices import ENTERPRISE_KINDS, Capacity, Position, Role
from organisations.models import Document, Organisation
from organisations.models.organisation import Timestamped
from organisations.selectors import Standing
from programmes.choices import Health, OwnerAnswer, UpdateKind, UpdateState
from programmes.models.task import Task


class ProgressUpdateQuerySet(models.QuerySet["ProgressUpdate"]):
    def visible_to(self, standing: Standing) -> Self:
        """Submitted progress for all who see the task; a draft for its own organisation alone.

        Who inspects inside that organisation takes no part in its drafts.
        """
        bodies = standing.bodies_served(but=Position.INSPECTOR)
        led = standing.successions.origins(bodies, Role.LEAD, on=standing.on)
        own = Q(organisation__in=led | bodies)
        public = Q(task__in=Task.objects.visible_to(standing)) & ~Q(state=UpdateState.DRAFT)
        if standing.is_administrator and not standing.positions:
            return self.none()
        by_enterprise = Q(organisation__kind__in=ENTERPRISE_KINDS)
        if standing.is_enterprise:
            # What one enterprise writes never reaches another.
            return self.filter(own | (public & ~by_enterprise))
        heard = Q(task__in=Task.objects.with_enterprises_heard_by(standing))
        return self.filter(own | (public & (~by_enterprise | heard)))


@pghistory.track()
class ProgressUpdate(Timestamped):
    """Cập nhật tiến độ: what a body reports on a task for one reporting period.

    A draft until submitted, then history; a correction, also of what was returned, is a new update
    that names the old one.
    `version` counts the saves of a draft, so that two people never overwrite each other.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.ForeignKey(
        Task, verbose_name=_("task"), on_delete=models.PROTECT, related_name="updates"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("reporter"),
        on_delete=models.PROTECT,
        related_name="progress_updates",
    )
    period_starts_on = models.DateField(_("period from"))
    period_ends_on = models.DateField(_("period to"))
    kind = models.CharField(
        _("kind"), max_length=12, choices=UpdateKind.choices, default=UpdateKind.REPORT
    )
    state = models.CharField(
        _("state"), max_length=10, choices=UpdateState.choices, default=UpdateState.DRAFT
    )
    is_unchanged = models.BooleanField(_("no change"), default=False)
    percent = models.DecimalField(
        _("percent done"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    narrative = VietnameseTextField(_("what was done"), blank=True)
    difficulties = VietnameseTextField(_("difficulties"), blank=True)
    proposals = VietnameseTextField(_("proposals"), blank=True)
    declared_health = models.CharField(
        _("declared colour"), max_length=5, choices=Health.choices, blank=True
    )
    declared_reason = VietnameseTextField(_("reason for the declared colour"), blank=True)
    is_example = models.BooleanField(_("example data"), default=False)
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="progress_updates",
    )
    writers = ArrayField(
        models.BigIntegerField(),
        verbose_name=_("people who wrote in it"),
        default=list,
        blank=True,
        help_text=_("Keys of everybody who saved a draft: none of them reviews it."),
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_as = models.CharField(
        _("submitted as"), max_length=8, choices=Capacity.choices, blank=True
    )
    submitted_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_as = models.CharField(
        _("reviewed as"), max_length=8, choices=Capacity.choices, blank=True
    )
    reviewed_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    remarks = VietnameseTextField(_("remarks"), blank=True)
    received_document = models.ForeignKey(
        Document,
        verbose_name=_("received document"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("What the coordinator typed the report from, when it did so for the lead."),
    )
    owner_answer = models.CharField(
        _("answer of the lead"), max_length=10, choices=OwnerAnswer.choices, blank=True
    )
    owner_note = VietnameseTextField(_("what the lead disputes"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ProgressUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress update")
        verbose_name_plural = _("progress updates")
        ordering = ["-period_ends_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="percent_done_is_a_percentage",
                condition=Q(percent__isnull=True) | Q(percent__gte=0, percent__lte=100),
            ),
            models.CheckConstraint(
                name="update_period_ends_after_it_begins",
                condition=Q(period_ends_on__gte=F("period_starts_on")),
            ),
            models.CheckConstraint(
                name="only_a_draft_was_never_submitted",
                condition=Q(state=UpdateState.DRAFT) | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_returned_update_says_why",
                condition=~Q(state=UpdateState.RETURNED) | ~Q(remarks=""),
            ),
            models.CheckConstraint(
                name="a_delegate_submits_on_behalf_of_somebody",
                condition=Q(submitted_as=Capacity.DELEGATE, submitted_for__isnull=False)
                | (~Q(submitted_as=Capacity.DELEGATE) & Q(submitted_for__isnull=True)),
            ),
            models.CheckConstraint(
                name="a_delegate_reviews_on_behalf_of_somebody",
                condition=Q(reviewed_as=Capacity.DELEGATE, reviewed_for__isnull=False)
                | (~Q(reviewed_as=Capacity.DELEGATE) & Q(reviewed_for__isnull=True)),
            ),
            models.CheckConstraint(
                name="only_an_entered_report_has_a_received_document",
                condition=Q(kind=UpdateKind.ENTERED, received_document__isnull=False)
                | Q(kind=UpdateKind.ENTERED, state=UpdateState.DRAFT)
                | (~Q(kind=UpdateKind.ENTERED) & Q(received_document__isnull=True)),
            ),
            models.CheckConstraint(
                name="the_lead_answers_what_was_entered_for_it",
                condition=Q(owner_answer="", answered_at__isnull=True)
                | Q(
                    ~Q(owner_answer=""),
                    kind=UpdateKind.ENTERED,
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="who_disputes_says_what",
                condition=~Q(owner_answer=OwnerAnswer.DISPUTED) | ~Q(owner_note=""),
            ),
            models.CheckConstraint(
                name="a_contribution_reports_no_percentage",
                condition=~Q(kind=UpdateKind.CONTRIBUTION)
                | Q(percent__isnull=True, declared_health=""),
            ),
            models.UniqueConstraint(
                name="one_draft_of_each_kind_for_a_body_and_task",
                fields=["task", "organisation", "kind"],
                condition=Q(state=UpdateState.DRAFT),
            ),
        ]
        indexes = [
            models.Index(name="update_latest", fields=["task", "state", "-period_ends_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.period_ends_on} {self.state}"

    @property
    def submitted_how(self) -> str:
        """In what capacity it was sent, as histories say it; "" where not recorded."""
        return capacity_words(self.submitted_as, self.submitted_for)

    @property
    def reviewed_how(self) -> str:
        """In what capacity it was decided on, as histories say it; "" where not recorded."""
        return capacity_words(self.reviewed_as, self.reviewed_for)

    @property
    def author_ids(self) -> frozenset[int]:
        """Everybody who had a hand in the text: who began it, saved it or sent it."""
        return frozenset({self.author_id, *self.writers, self.submitted_by_id or self.author_id})
