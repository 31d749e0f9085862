"""DTI editions: what is scored, with how many points, as far as it is known."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import SearchKey, VietnameseCharField, VietnameseTextField
from indicators.choices import Accumulation, Direction, ScoringRule
from organisations.choices import Role
from organisations.models import Duty
from organisations.models.organisation import Sourced, Timestamped


@pghistory.track()
class Framework(Sourced, Timestamped):
    """Bộ chỉ số (theo Quyết định): one edition of the provincial DTI.

    `total_weights` is the edition's own formula: `{"basis": "main" | "pillar", "weights": {code:
    points}, "scale": n}`; null where it was not published, and then no total is computed.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = VietnameseCharField(_("name"), max_length=255)
    name_en = models.CharField(_("English name"), max_length=255, blank=True)
    legal_basis = VietnameseCharField(_("legal basis"), max_length=120)
    issuer = VietnameseCharField(_("issuer"), max_length=160, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self",
        verbose_name=_("superseded by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="supersedes",
    )
    scale_points = models.PositiveIntegerField(_("points in all"), null=True, blank=True)
    main_indicator_count = models.PositiveSmallIntegerField(
        _("number of main indicators"), null=True, blank=True
    )
    sub_indicator_count = models.PositiveSmallIntegerField(
        _("number of sub-indicators"), null=True, blank=True
    )
    assessment_years = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("assessment years"), default=list
    )
    total_formula = VietnameseTextField(_("formula of the total"), blank=True)
    total_formula_certainty = models.CharField(max_length=12, blank=True)
    total_weights = models.JSONField(_("weights of the total"), null=True, blank=True)

    class Meta:
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")
        ordering = ["issued_on", "code"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Pillar(Sourced):
    """Trụ cột: digital government, economy or society."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="pillars")
    code = models.CharField(_("code"), max_length=20)
    name = VietnameseCharField(_("name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    max_points = models.DecimalField(
        _("maximum points"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    sub_indicator_count = models.PositiveSmallIntegerField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("pillar")
        verbose_name_plural = _("pillars")
        ordering = ["framework", "order"]
        constraints = [
            models.UniqueConstraint(name="one_pillar_for_each_code", fields=["framework", "code"])
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class MainIndicator(Sourced):
    """Chỉ số chính. In edition 922 the foundation indicators count in all three pillars."""

    framework = models.ForeignKey(
        Framework, on_delete=models.PROTECT, related_name="main_indicators"
    )
    pillars = models.ManyToManyField(
        Pillar, verbose_name=_("pillars"), related_name="main_indicators"
    )
    code = models.CharField(_("code"), max_length=20)
    name = VietnameseCharField(_("name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    max_points = models.DecimalField(
        _("maximum points"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    sub_indicator_count = models.PositiveSmallIntegerField(
        _("number of sub-indicators"), null=True, blank=True
    )
    is_scored = models.BooleanField(_("scored"), default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("main indicator")
        verbose_name_plural = _("main indicators")
        ordering = ["framework", "order"]
        constraints = [
            models.UniqueConstraint(
                name="one_main_indicator_for_each_code", fields=["framework", "code"]
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(exclude=["search_key"])
class SubIndicator(Sourced, Timestamped):
    """Chỉ số thành phần, addressed by a stable key made of edition and place.

    The official code and maximum arrive later as fields; links, values and history stay.
    """

    key = models.CharField(_("key"), max_length=40, unique=True)
    main_indicator = models.ForeignKey(
        MainIndicator,
        verbose_name=_("main indicator"),
        on_delete=models.PROTECT,
        related_name="sub_indicators",
    )
    official_code = models.CharField(_("official code"), max_length=20, blank=True)
    name = VietnameseCharField(_("name"), max_length=400)
    name_en = models.CharField(_("English name"), max_length=400, blank=True)
    max_points = models.DecimalField(
        _("maximum points"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    unit = VietnameseCharField(_("unit"), max_length=60, blank=True)
    rule = models.CharField(
        _("scoring rule"), max_length=12, choices=ScoringRule.choices, blank=True
    )
    direction = models.CharField(
        _("direction"), max_length=8, choices=Direction.choices, default=Direction.RISING
    )
    accumulation = models.CharField(
        _("accumulation"),
        max_length=10,
        choices=Accumulation.choices,
        default=Accumulation.CUMULATIVE,
    )
    note = VietnameseTextField(_("note"), blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    search_key = models.GeneratedField(
        expression=SearchKey(F("name")), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        verbose_name = _("sub-indicator")
        verbose_name_plural = _("sub-indicators")
        ordering = ["main_indicator", "order", "key"]
        constraints = [
            models.CheckConstraint(
                name="maximum_points_are_not_negative",
                condition=Q(max_points__isnull=True) | Q(max_points__gte=0),
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class IndicatorDuty(Duty):
    """Phân công chủ trì chỉ số: who reports a sub-indicator's value, task or no task (plan 3015)."""

    ROLES = frozenset({Role.LEAD})

    sub_indicator = models.ForeignKey(SubIndicator, on_delete=models.PROTECT, related_name="duties")

    class Meta(Duty.Meta):
        verbose_name = _("indicator duty")
        verbose_name_plural = _("indicator duties")
