"""People, and what they are in which organisation on which days."""

import datetime as dt
import uuid
from typing import ClassVar, Self

import pghistory
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.fields.ranges import IntegerRangeField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseCharField
from organisations.choices import Position
from organisations.models.organisation import Organisation, Timestamped


class IntegerSpan(Func):
    """`int8range(id, id, '[]')`: equality as overlap, because btree_gist may be missing."""

    function = "INT8RANGE"
    template = "%(function)s(%(expressions)s, %(expressions)s, '[]')"
    output_field = IntegerRangeField()


class DateSpan(Func):
    """`daterange(from, to, '[]')`, both days included; an open end is infinite."""

    function = "DATERANGE"
    output_field = DateRangeField()


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractUser):
    """Người dùng: a person. Name, post and office contact only (Law 91/2025 on personal data)."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    full_name = VietnameseCharField(_("full name"), max_length=120)
    is_administrator = models.BooleanField(
        _("administrator"),
        default=False,
        help_text=_("Administers people, organisations and programmes; signs nothing."),
    )
    is_demo = models.BooleanField(_("demo account"), default=False)

    objects: ClassVar[UserManager[Self]] = UserManager()

    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, *, on: dt.date) -> Self:
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on, user__is_active=True
        )


@pghistory.track()
class Membership(Timestamped):
    """Vị trí công tác: a person's position in an organisation between two days."""

    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="memberships",
    )
    position = models.CharField(_("position"), max_length=12, choices=Position.choices)
    title = VietnameseCharField(_("job title"), max_length=120, blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            ExclusionConstraint(
                name="one_position_at_a_time_in_one_organisation",
                expressions=[
                    (IntegerSpan("user_id"), RangeOperators.OVERLAPS),
                    (IntegerSpan("organisation_id"), RangeOperators.OVERLAPS),
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
        return f"{self.user_id} · {self.organisation_id} · {self.position}"
