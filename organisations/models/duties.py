"""The one shape of a duty; each floor has a table of its own for its own objects."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisations.choices import DatePrecision, Role
from organisations.models.documents import Document
from organisations.models.organisation import Organisation, Sourced, Timestamped, lasting


class DutyQuerySet(models.QuerySet[Any]):
    def valid(self, *, on: dt.date) -> Self:
        """Duties as assigned on a day; who holds them then is for `Successions` to say."""
        return self.filter(lasting(on=on))


class Duty(Sourced, Timestamped):
    """Nhiệm vụ được giao: an organisation holds a role from a day on, by a document.

    `ROLES` are those that a table of this shape knows; none else is looked for in it.
    """

    ROLES: ClassVar[frozenset[Role]] = frozenset(Role)

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    valid_from = models.DateField(_("from"))
    valid_from_precision = models.CharField(
        _("precision"), max_length=7, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    valid_to = models.DateField(_("until"), null=True, blank=True)
    document = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = DutyQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["role", "valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            )
        ]
