"""By which decision somebody may inspect what."""

import uuid
from typing import Self

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisations.models import Document
from organisations.models.organisation import Timestamped
from organisations.models.people import DateSpan, IntegerSpan
from organisations.selectors import Standing


class InspectionMandateQuerySet(models.QuerySet["InspectionMandate"]):
    def held_by(self, standing: Standing) -> Self:
        """Those under which a person inspects on the day of the standing."""
        return self.filter(
            inspector=standing.user_id, valid_from__lte=standing.on, valid_to__gte=standing.on
        )


@pghistory.track()
class InspectionMandate(Timestamped):
    """Quyết định thanh tra: an inspector may read everything of one programme between two days.

    Without one an inspector sees nothing, with one nothing can be changed; each reading is logged.
    On each day one decision at most opens a programme to a person, and every page can name it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("inspector"),
        on_delete=models.PROTECT,
        related_name="mandates",
    )
    programme = models.ForeignKey(
        "programmes.Programme",
        verbose_name=_("programme"),
        on_delete=models.PROTECT,
        related_name="mandates",
    )
    document = models.ForeignKey(
        Document, verbose_name=_("decision"), on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"))

    objects = InspectionMandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection mandate")
        verbose_name_plural = _("inspection mandates")
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(
                name="mandate_ends_after_it_begins",
                condition=Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The last day lies before the first."),
            ),
            ExclusionConstraint(
                name="one_mandate_at_a_time_for_an_inspector_and_a_programme",
                expressions=[
                    (IntegerSpan("inspector_id"), RangeOperators.OVERLAPS),
                    (IntegerSpan("programme_id"), RangeOperators.OVERLAPS),
                    (
                        DateSpan(
                            "valid_from",
                            "valid_to",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inspector_id} · {self.programme_id} ({self.valid_from} – {self.valid_to})"
