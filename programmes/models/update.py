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
from organisations.models import Organisation
from organisations.models.organisation import Timestamped
from organisations.selectors import Standing
from programmes.choices import Health, UpdateState
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
        if standing.is_enterprise:
            # What one enterprise writes never reaches another.
            return self.filter(own | (public & ~Q(organisation__kind__in=ENTERPRISE_KINDS)))
        return self.filter(own | public)


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
            models.UniqueConstraint(
                name="one_draft_for_each_body_and_task",
                fields=["task", "organisation"],
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
