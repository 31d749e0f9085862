"""Programmes: what binds tasks or targets together, with its duties and thresholds."""

from decimal import Decimal
from typing import Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseCharField
from indicators.choices import Comparator
from organisations.choices import DatePrecision, Role
from organisations.models import Document, Duty
from organisations.models.organisation import Sourced, Timestamped
from organisations.selectors import Standing
from programmes.choices import PillarCode, ProgrammeKind, Reporting
from programmes.models.mandate import InspectionMandate


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, standing: Standing) -> Self:
        """All for whoever sees all tasks; an inspector's by decision; an enterprise's as partner."""
        if standing.is_provincial_staff or standing.is_administrator:
            return self
        if standing.is_inspector:
            mandates = InspectionMandate.objects.held_by(standing)
            return self.filter(pk__in=mandates.values("programme"))
        as_partner = Programme.objects.filter(
            Q(tasks__duties__valid_to__isnull=True) | Q(tasks__duties__valid_to__gte=standing.on),
            tasks__duties__valid_from__lte=standing.on,
            tasks__duties__role=Role.PARTNER,
            tasks__duties__organisation__in=standing.duties_of(Role.PARTNER),
        )
        return self.filter(pk__in=as_partner.values("pk"))

    def coordinated_or_governed_by(self, standing: Standing) -> Self:
        """Programmes whose coordinator or authority the person's bodies are, Offices included."""
        coordinated = standing.duties_of(Role.COORDINATOR)
        governing = standing.organisation_ids | standing.superiors_of_offices()
        governed = standing.successions.origins(governing, Role.AUTHORITY, on=standing.on)
        duties = ProgrammeDuty.objects.valid(on=standing.on).filter(
            Q(role=Role.COORDINATOR, organisation__in=coordinated)
            | Q(role=Role.AUTHORITY, organisation__in=governed)
        )
        return self.filter(pk__in=duties.values("programme"))


@pghistory.track()
class Programme(Sourced, Timestamped):
    """Chương trình: the 2023 trials, plan 3015, Resolution 04, an agreement. A new one is a row.

    The thresholds of health are data of the programme (decisions of day one).
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = VietnameseCharField(_("name"), max_length=400)
    name_en = models.CharField(_("English name"), max_length=400, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=ProgrammeKind.choices)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    starts_on_precision = models.CharField(
        max_length=7, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    legal_basis = VietnameseCharField(_("legal basis"), max_length=255, blank=True)
    document = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="programmes",
    )
    reporting = models.CharField(
        _("reporting"), max_length=12, choices=Reporting.choices, default=Reporting.QUARTERLY
    )
    due_working_days = models.PositiveSmallIntegerField(
        _("working days after the cut-off until a report is due"), default=2
    )
    red_days_late = models.PositiveSmallIntegerField(_("days late that make red"), default=30)
    red_points_behind = models.PositiveSmallIntegerField(
        _("points behind that make red"), default=25
    )
    amber_points_behind = models.PositiveSmallIntegerField(
        _("points behind that make amber"), default=10
    )
    amber_pace = models.DecimalField(
        _("pace below which amber"), max_digits=4, decimal_places=2, default=Decimal("0.60")
    )
    stale_periods = models.DecimalField(
        _("reporting periods after which a figure is stale"),
        max_digits=3,
        decimal_places=1,
        default=Decimal("1.5"),
    )
    due_soon_days = models.PositiveSmallIntegerField(_("days that count as due soon"), default=14)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                name="one_programme_for_each_code_in_any_case",
                violation_error_message=_("A programme has this code already."),
            ),
            models.CheckConstraint(
                name="programme_ends_after_it_begins",
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="red_lies_behind_amber",
                condition=Q(red_points_behind__gte=F("amber_points_behind")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ProgrammeDuty(Duty):
    """Vai trò trong chương trình: coordinator (đơn vị đầu mối) and authority (UBND tỉnh)."""

    ROLES = frozenset({Role.COORDINATOR, Role.AUTHORITY})

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="duties")

    class Meta(Duty.Meta):
        verbose_name = _("programme duty")
        verbose_name_plural = _("programme duties")
        constraints = [
            *Duty.Meta.constraints,
            models.CheckConstraint(
                name="programme_duty_is_coordinator_or_authority",
                condition=Q(role__in=["coordinator", "authority"]),
            ),
            models.UniqueConstraint(
                name="one_current_holder_for_each_programme_duty",
                fields=["programme", "role"],
                condition=Q(valid_to__isnull=True),
            ),
        ]


@pghistory.track()
class ProgrammeItem(Sourced):
    """Mục tiêu, nội dung của chương trình: a target with its bounds, or a content of an agreement."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="items")
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = VietnameseCharField(_("name"), max_length=400)
    pillar = models.CharField(_("pillar"), max_length=24, choices=PillarCode.choices)
    unit = VietnameseCharField(_("unit"), max_length=20, blank=True)
    comparator_2025 = models.CharField(max_length=10, choices=Comparator.choices, blank=True)
    min_2025 = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    max_2025 = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    comparator_2030 = models.CharField(max_length=10, choices=Comparator.choices, blank=True)
    min_2030 = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    max_2030 = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)

    class Meta:
        verbose_name = _("programme item")
        verbose_name_plural = _("programme items")
        ordering = ["programme", "code"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Criterion(Sourced):
    """Tiêu chí đánh giá: a condition the programme's letter sets for its trials."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="criteria")
    code = models.SlugField(_("code"), max_length=40)
    name = VietnameseCharField(_("name"), max_length=255)
    name_en = models.CharField(_("English name"), max_length=255, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["programme", "order"]
        constraints = [
            models.UniqueConstraint(
                name="one_criterion_for_each_code", fields=["programme", "code"]
            )
        ]

    def __str__(self) -> str:
        return self.name
