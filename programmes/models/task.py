"""Tasks and who holds which duty in them."""

import uuid
from typing import Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import SearchKey, VietnameseCharField, VietnameseTextField, search_key
from organisations.choices import Role
from organisations.models import Document, Duty
from organisations.models.organisation import Sourced, Timestamped
from organisations.selectors import Standing
from programmes.choices import STORED_TASK_STATES, PillarCode
from programmes.models.programme import Programme


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, standing: Standing) -> Self:
        """Tasks a person may see: staff of the province all, an enterprise its own alone."""
        if standing.is_provincial_staff or standing.is_administrator:
            return self
        if standing.is_inspector:
            return self.filter(programme__in=Programme.objects.visible_to(standing))
        return self.with_duty(Role.PARTNER, held_by=standing)

    def with_duty(self, role: Role, *, held_by: Standing) -> Self:
        """Tasks in which the person's own bodies hold a role that day."""
        duties = TaskDuty.objects.valid(on=held_by.on).filter(
            role=role, organisation__in=held_by.duties_of(role)
        )
        return self.filter(pk__in=duties.values("task"))

    def with_enterprises_heard_by(self, standing: Standing) -> Self:
        """Tasks on which the person reads what enterprises say and show: who leads, coordinates,
        governs or inspects them.
        """
        if standing.is_inspector:
            return self.filter(programme__in=Programme.objects.visible_to(standing))
        if not standing.is_provincial_staff:
            return self.none()
        led = self.with_duty(Role.LEAD, held_by=standing).values("pk")
        followed = Programme.objects.coordinated_or_governed_by(standing)
        return self.filter(Q(pk__in=led) | Q(programme__in=followed))

    def without_dates(self) -> Self:
        """Tasks of which nobody knows yet when they are tried ("chưa xác định thời gian thử
        nghiệm"); stopped, suspended and regular ones wait for no dates.
        """
        unknown = Q(trial_periods__isnull=True) | Q(trial_periods__starts_on__isnull=True)
        return self.filter(unknown, stored_state="").distinct()

    def matching(self, words: str) -> Self:
        """Tasks whose code or name contains every word, with or without marks, in any case."""
        found = self
        for word in search_key(words).split():
            found = found.filter(Q(search_key__contains=word) | Q(code__icontains=word))
        return found


@pghistory.track(exclude=["search_key"])
class Task(Sourced, Timestamped):
    """Nhiệm vụ: one trial task with its "6 rõ" (person, work, time, responsibility, product,
    authority); time and responsibility come from trial periods and duties.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="tasks"
    )
    code = models.SlugField(_("code"), max_length=40, unique=True)
    number = models.PositiveSmallIntegerField(_("number"))
    name = VietnameseCharField(_("name"), max_length=400)
    name_en = models.CharField(_("English name"), max_length=400, blank=True)
    pillar = models.CharField(_("pillar"), max_length=24, choices=PillarCode.choices)
    stored_state = models.CharField(
        _("fixed state"),
        max_length=10,
        choices=[(s.value, s.label) for s in STORED_TASK_STATES],
        blank=True,
        help_text=_("Empty: the state follows from periods and evaluations."),
    )
    document = models.ForeignKey(
        Document,
        verbose_name=_("assigning document"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
    )
    responsible_person = VietnameseCharField(_("responsible person"), max_length=160, blank=True)
    work = VietnameseTextField(_("work"), blank=True)
    product = VietnameseTextField(_("product"), blank=True)
    authority = VietnameseTextField(_("authority"), blank=True)
    link_note = VietnameseTextField(
        _("note on indicators"),
        blank=True,
        help_text=_("Why no sub-indicator is linked, where none is known."),
    )
    search_key = models.GeneratedField(
        expression=SearchKey(F("name")), output_field=models.TextField(), db_persist=True
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(
                name="one_task_for_each_number", fields=["programme", "number"]
            ),
            models.UniqueConstraint(
                Lower("code"),
                name="one_task_for_each_code_in_any_case",
                violation_error_message=_("A task has this code already."),
            ),
            models.CheckConstraint(
                name="only_fixed_states_are_stored",
                condition=Q(stored_state="")
                | Q(stored_state__in=[s.value for s in STORED_TASK_STATES]),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class TaskDuty(Duty):
    """Phân công: lead (chủ trì), co-operating body (phối hợp) or enterprise (doanh nghiệp)."""

    ROLES = frozenset({Role.LEAD, Role.COOPERATING, Role.PARTNER})

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="duties")

    class Meta(Duty.Meta):
        verbose_name = _("task duty")
        verbose_name_plural = _("task duties")
        constraints = [
            *Duty.Meta.constraints,
            models.CheckConstraint(
                name="task_duty_is_lead_cooperating_or_partner",
                condition=Q(role__in=["lead", "cooperating", "partner"]),
            ),
            models.UniqueConstraint(
                name="one_current_lead",
                fields=["task"],
                condition=Q(valid_to__isnull=True, role="lead"),
            ),
            models.UniqueConstraint(
                name="one_current_duty_of_each_kind_for_a_body",
                fields=["task", "organisation", "role"],
                condition=Q(valid_to__isnull=True),
            ),
        ]
