"""People, and what they are in which organisation on which days."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import pghistory
from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.fields.ranges import IntegerRangeField
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseCharField
from dti_tracker.shared.time import day_of, end_of
from organisations.choices import Position
from organisations.models.organisation import Organisation, Timestamped, lasting


class IntegerSpan(Func):
    """`int8range(id, id, '[]')`: equality as overlap, because btree_gist may be missing."""

    function = "INT8RANGE"
    template = "%(function)s(%(expressions)s, %(expressions)s, '[]')"
    output_field = IntegerRangeField()

    def replace_expressions(self, replacements: Mapping[Any, Any]) -> Self:
        """With the values of one row, which Django offers by the fields' names, not the columns'.

        Without them a row would be compared with those of all other tasks and people.
        """
        columns: dict[Any, Any] = {
            F(f"{field.name}_id"): value
            for field, value in replacements.items()
            if hasattr(field, "name")
        }
        return super().replace_expressions({**columns, **replacements})

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **kwargs: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Twice in the template, so its parameters twice, too."""
        sql, params = super().as_sql(compiler, connection, *args, **kwargs)
        return sql, (*params, *params)


class DateSpan(Func):
    """`daterange(from, to, '[]')`, both days included; an open end is infinite."""

    function = "DATERANGE"
    output_field = DateRangeField()


@pghistory.track(exclude=["password", "last_login", "last_seen_on"])
class User(AbstractUser):
    """Người dùng: a person. Name, post and office contact only (Law 91/2025 on personal data).

    A service account (`is_service`) is a client without a person: it has tokens and no password.
    """

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    full_name = VietnameseCharField(_("full name"), max_length=120)
    is_administrator = models.BooleanField(
        _("administrator"),
        default=False,
        help_text=_("Administers people, organisations and programmes; signs nothing."),
    )
    is_service = models.BooleanField(
        _("service account"),
        default=False,
        help_text=_("A client that pulls data with a token; it cannot sign in to the pages."),
    )
    is_demo = models.BooleanField(_("demo account"), default=False)
    phone = models.CharField(_("office telephone"), max_length=30, blank=True)
    last_seen_on = models.DateField(_("last seen on"), null=True, blank=True, editable=False)
    reactivated_on = models.DateField(_("reactivated on"), null=True, blank=True)

    objects: ClassVar[UserManager[Self]] = UserManager()

    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_person_for_each_address",
                condition=~Q(email=""),
                violation_error_message=_("Another person has this e-mail address."),
            ),
            models.CheckConstraint(
                name="a_service_account_administers_nothing",
                condition=Q(is_service=False)
                | Q(is_administrator=False, is_staff=False, is_superuser=False),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    @property
    def is_powerful(self) -> bool:
        """Administers the application, or its tables."""
        return self.is_administrator or self.is_staff or self.is_superuser

    def locks_on(self) -> dt.date | None:
        """The first day on which the account is locked if nobody signs in to it until then.

        None for accounts that never lock: those of services, and of the demo, which is never
        re-dated. (Level 2 of TCVN 14423:2026: accounts idle for 45 days are locked.)
        """
        if self.is_service or self.is_demo:
            return None
        used = (day_of(self.date_joined), self.last_seen_on, self.reactivated_on)
        last = max(day for day in used if day is not None)
        return last + dt.timedelta(days=settings.IDLE_ACCOUNT_DAYS)

    def is_dormant(self, *, on: dt.date) -> bool:
        """Locked, because nobody used it for too long; the own head reactivates it."""
        locks_on = self.locks_on()
        return locks_on is not None and on >= locks_on


def awake(*, on: dt.date, of: str = "") -> Q:
    """The accounts that are not locked for disuse that day: :meth:`User.is_dormant` as a condition.

    Args:
        of: the way from the table that is asked to its person, as `user__`.
    """
    last = on - dt.timedelta(days=settings.IDLE_ACCOUNT_DAYS)
    never_locks = Q(**{f"{of}is_service": True}) | Q(**{f"{of}is_demo": True})
    return (
        never_locks
        | Q(**{f"{of}date_joined__gte": end_of(last)})
        | Q(**{f"{of}last_seen_on__gt": last})
        | Q(**{f"{of}reactivated_on__gt": last})
    )


class MembershipQuerySet(models.QuerySet["Membership"]):
    def valid(self, *, on: dt.date) -> Self:
        """Positions that last that day, of disabled people too."""
        return self.filter(lasting(on=on))

    def current(self, *, on: dt.date) -> Self:
        """Positions from which rights follow that day."""
        return self.valid(on=on).filter(user__is_active=True)

    def of_people(self) -> Self:
        """Positions of people; programs (service accounts) are told, given and counted as nothing."""
        return self.filter(user__is_service=False)


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
