"""Values: what was measured, what was published, what can be cited."""

import datetime as dt
import uuid
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseCharField, VietnameseTextField
from indicators.choices import Comparator, FigureRole, ResultMeasure, ValueKind
from indicators.models.framework import Framework, SubIndicator
from organisations.choices import DatePrecision
from organisations.models import Document, Organisation
from organisations.models.organisation import Sourced, Timestamped


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def accepted(self, *, until: dt.date, known_at: dt.datetime) -> Self:
        """Confirmed values measured by a day, as known at a moment; unconfirmed ones are claims."""
        in_force = Q(replaced_at__isnull=True) | Q(replaced_at__gte=known_at)
        return self.filter(in_force, confirmed_at__lt=known_at, measured_on__lte=until)


@pghistory.track()
class Measurement(Sourced, Timestamped):
    """Số liệu: a dated value of a sub-indicator in a territory, from one reporter.

    `territory` is the committee that governed it (null: the nation): the old and the new Gia Lai
    are never one line. Not reported is no row; a reported 0 is a value.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sub_indicator = models.ForeignKey(
        SubIndicator,
        verbose_name=_("sub-indicator"),
        on_delete=models.PROTECT,
        related_name="measurements",
    )
    territory = models.ForeignKey(
        Organisation,
        verbose_name=_("territory"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    reporter = models.ForeignKey(
        Organisation,
        verbose_name=_("reporter"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="measurements",
    )
    measured_on = models.DateField(_("as of"))
    kind = models.CharField(
        _("kind"), max_length=15, choices=ValueKind.choices, default=ValueKind.MEASURED
    )
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4, null=True, blank=True)
    numerator = models.DecimalField(
        _("numerator"), max_digits=20, decimal_places=4, null=True, blank=True
    )
    denominator = models.DecimalField(
        _("denominator"), max_digits=20, decimal_places=4, null=True, blank=True
    )
    unit = VietnameseCharField(_("unit"), max_length=60, blank=True)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    replaced_at = models.DateTimeField(
        _("replaced at"),
        null=True,
        blank=True,
        help_text=_("When a correction took its place; it stays in the history."),
    )

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["sub_indicator", "measured_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_measurement_has_a_value_or_is_not_applicable",
                condition=Q(kind=ValueKind.NOT_APPLICABLE, value__isnull=True)
                | (~Q(kind=ValueKind.NOT_APPLICABLE) & Q(value__isnull=False)),
            ),
            models.CheckConstraint(
                name="numerator_and_denominator_come_together",
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | Q(numerator__isnull=False, denominator__gt=0),
            ),
            models.CheckConstraint(
                name="a_share_is_not_negative",
                condition=~Q(unit="%") | Q(value__isnull=True) | Q(value__gte=0),
            ),
        ]
        indexes = [
            models.Index(
                name="measurement_latest", fields=["sub_indicator", "territory", "-measured_on"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.sub_indicator_id} {self.measured_on}: {self.value}"


@pghistory.track()
class AssessmentResult(Sourced, Timestamped):
    """Kết quả công bố: a published score or rank, kept apart from our own estimates.

    Identified by edition, year, number of ranked units, province and measure: 2024 has a table of
    63 and one of 34.
    """

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="results")
    assessment_year = models.PositiveSmallIntegerField(_("assessment year"))
    province = VietnameseCharField(
        _("province"),
        max_length=80,
        blank=True,
        help_text=_("Empty: the mean of the provinces or the nation."),
    )
    territory = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="results"
    )
    ranked_units = models.PositiveSmallIntegerField(_("of how many"), null=True, blank=True)
    measure = models.CharField(_("measure"), max_length=10, choices=ResultMeasure.choices)
    measure_code = models.CharField(
        _("code of pillar or main indicator"), max_length=20, blank=True
    )
    is_mean = models.BooleanField(_("mean of all provinces"), default=False)
    score = models.DecimalField(_("score"), max_digits=8, decimal_places=4, null=True, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    published_on_precision = models.CharField(
        max_length=7, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    note = VietnameseTextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("published result")
        verbose_name_plural = _("published results")
        ordering = ["assessment_year", "ranked_units", "measure", "measure_code", "rank"]
        constraints = [
            models.UniqueConstraint(
                name="one_result_for_each_table_and_measure",
                fields=[
                    "framework",
                    "assessment_year",
                    "ranked_units",
                    "province",
                    "is_mean",
                    "measure",
                    "measure_code",
                ],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="rank_lies_in_its_table",
                condition=Q(rank__isnull=True)
                | Q(ranked_units__isnull=True)
                | Q(rank__gte=1, rank__lte=F("ranked_units")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.province} {self.assessment_year} {self.measure} {self.measure_code}"


@pghistory.track()
class PublishedFigure(Sourced):
    """Số liệu, chỉ tiêu đã công bố: a figure from the press or a plan that a link can cite."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = VietnameseCharField(_("name"), max_length=255)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4)
    unit = VietnameseCharField(_("unit"), max_length=60, blank=True)
    comparator = models.CharField(max_length=10, choices=Comparator.choices)
    as_of = models.DateField(_("as of"))
    as_of_precision = models.CharField(max_length=7, choices=DatePrecision.choices)
    territory = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(_("role"), max_length=8, choices=FigureRole.choices)

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.name}: {self.value} {self.unit}"
